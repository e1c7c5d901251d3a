// What a holder does with its unit: starts something in it, stops that, starts again, or leaves it running.
#pragma once

#include "buyer.hpp"

#include <videosdk/lease.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace simulation {

class composer {
public:
    explicit composer(workplace& where) : where_(where) {}

    /// Whether anything is to run in the unit, and how, is drawn for the order's unit at that place. The
    /// lease stays where it is until unit_goes().
    void unit_came(const order& wanted, std::size_t place, videosdk::lease& unit);
    /// Its lease is about to end; what runs in it is left to its manager.
    void unit_goes(const std::string& id) { stages_.erase(id); }

    /// Whether none of its calls is under way.
    bool at_rest() const noexcept { return under_way_ == 0; }
    bool running() const noexcept;

private:
    /// One unit.
    struct stage {
        explicit stage(const dice& its_chance) : chance(its_chance) {}

        dice chance;
        videosdk::lease* unit = nullptr;
        videosdk::resource_type type = videosdk::resource_type::unknown;
        std::uint64_t starts = 0; ///< To be made yet.
        videosdk::composition running;
    };
    using started = videosdk::result<videosdk::composition>;
    using signal = boost::asio::cancellation_signal;

    void begin(const std::string& id);
    boost::asio::awaitable<void> get_ready(std::string id);
    void start(const std::string& id, stage& where);
    static boost::asio::awaitable<started> ask(stage& where, const std::string& room, nanoseconds timeout);
    boost::asio::awaitable<void> follow(std::string id, std::uint64_t number, std::uint64_t call,
                                        boost::asio::awaitable<started> asked);
    void go_on(const std::string& id, stage& where);
    void stop(const std::string& id);
    boost::asio::awaitable<void> follow_stop(std::string id, std::uint64_t call, videosdk::composition what,
                                             nanoseconds timeout);
    stage* find(const std::string& id);
    std::uint64_t new_call(dice& drawn);
    void end_call(std::uint64_t call);

    workplace& where_;
    std::map<std::string, stage> stages_;
    std::map<std::uint64_t, std::unique_ptr<signal>> calls_; ///< Starts and stops under way.
    std::vector<std::unique_ptr<signal>> spent_;
    std::uint64_t last_call_ = 0;
    std::size_t under_way_ = 0; ///< Coroutines.
};

} // namespace simulation
