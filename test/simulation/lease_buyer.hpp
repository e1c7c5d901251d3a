// A buyer with lease_manager: the thing under test.
#pragma once

#include "buyer.hpp"
#include "composer.hpp"
#include "lease/safety.hpp"

#include <videosdk/lease_manager.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace simulation {

class lease_buyer final : public buyer {
public:
    /// `rules`: of the manager; others than the default ones are for tests of this simulation. `sharing`:
    /// whether its requests are shared, and units are kept warm.
    lease_buyer(workplace& where, const videosdk::leasing::safety& rules, bool sharing);
    lease_buyer(const lease_buyer&) = delete;
    ~lease_buyer() override;

    void begin() override;
    void acquire(const order& wanted) override;
    void cancel(std::uint64_t order) override;
    void give_back(const std::string& id) override;
    void take_over() override;
    void close() override;
    bool at_rest() const override;
    bool doubting() const override { return counts().in_doubt != 0; }
    bool starting() const override;
    bool composing() const override { return composer_.running(); }

private:
    boost::asio::awaitable<void> buy(order wanted);
    boost::asio::awaitable<videosdk::result<std::vector<videosdk::lease>>> ask(order wanted);
    boost::asio::awaitable<void> return_unit(videosdk::lease unit);
    boost::asio::awaitable<void> recover();
    void take_over_later();
    void begin(const order& wanted);
    boost::asio::awaitable<bool> adopt(std::string id);
    boost::asio::awaitable<void> shut_down();
    void keep_warm(const videosdk::warm_units& wanted);
    boost::asio::awaitable<void> stock(videosdk::warm_units wanted);
    videosdk::lease_counts counts() const;

    workplace& where_;
    const bool sharing_;
    std::optional<nanoseconds> together_; ///< Orders are begun at its multiples.
    dice chance_;
    videosdk::lease_manager leases_;
    std::map<std::uint64_t, std::unique_ptr<boost::asio::cancellation_signal>> acquires_;
    std::vector<std::unique_ptr<boost::asio::cancellation_signal>> spent_;
    std::map<std::string, videosdk::lease> held_;
    composer composer_;
    bool closing_ = false;
    unsigned takeovers_left_ = 20;
    std::size_t under_way_ = 0; ///< Coroutines besides those of acquires.
};

} // namespace simulation
