// Waiting until units have a status: asks for each in turn, and shows the time in each state on a terminal.
#pragma once

#include "session.hpp"

#include <videosdk/resource.hpp>

#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace videosdk_cli {

class status_wait {
public:
    using clock = std::chrono::steady_clock;

    /// The latest that is known of the units is kept in `units`, which must outlive this.
    status_wait(session& over, std::span<videosdk::resource> units, videosdk::resource_status wanted);
    ~status_wait();

    /// Completes when every unit has the status. Throws command_failed: timed_out, interrupted, or where the
    /// status has become unreachable; videosdk::error where asking is refused. Other failures of asking are
    /// outlasted until the deadline.
    asio::awaitable<void> run(clock::time_point deadline);

private:
    struct stay { // declared with a constructor: see the rules for coroutines
        stay(std::string its_status, clock::time_point its_begin);
        std::string status;
        clock::time_point begin;
    };

    asio::awaitable<bool> ask_all(clock::time_point deadline);
    void take(std::size_t index, videosdk::resource seen);
    void check_limits(clock::time_point deadline) const;
    std::string where_they_stand(clock::time_point now) const;
    void show() const;

    session& over_;
    std::span<videosdk::resource> units_;
    videosdk::resource_status wanted_;
    std::vector<std::vector<stay>> stays_; ///< Of each unit, in order.
    std::string last_failure_;
    bool terminal_;
};

/// Throws what tells of a signal that ended a command before it was done.
[[noreturn]] void throw_interrupted(const session& over, const std::string& what);

} // namespace videosdk_cli
