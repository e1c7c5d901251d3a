// A buyer with videosdk::client and event_hub, and no lease_manager: what it cannot know, it gives up.
#pragma once

#include "buyer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace simulation {

class bare_buyer final : public buyer {
public:
    explicit bare_buyer(workplace& where) : where_(where) {}

    void acquire(const order& wanted) override;
    void cancel(std::uint64_t order) override;
    void give_back(const std::string& id) override;
    bool at_rest() const override { return acquires_.empty() && returning_.empty(); }

private:
    boost::asio::awaitable<void> buy(order wanted, std::string url);
    boost::asio::awaitable<void> return_unit(std::string id);

    workplace& where_;
    std::map<std::uint64_t, std::unique_ptr<boost::asio::cancellation_signal>> acquires_;
    std::set<std::string> returning_;
};

} // namespace simulation
