// A clock that stands still within a turn of the test's loop: what a process sees of the time between two of
// its looks is the same for all that it does, and for who judges it.
#pragma once

#include <videosdk/scheduler.hpp>

#include <algorithm>
#include <chrono>

namespace ownership_tests {

class turn_clock final : public videosdk::scheduler {
public:
    explicit turn_clock(time_point start) : now_(start) {}

    /// Alarms that were missed while nobody looked see the time that it is by then.
    void turn(time_point to)
    {
        now_ = std::max(now_, to);
        queue_.fire_until(now_);
    }

    time_point now() const noexcept override { return now_; }
    std::chrono::system_clock::time_point wall_now() const noexcept override
    {
        return std::chrono::system_clock::now();
    }
    void wait_until(time_point point, videosdk::alarm& which) override { queue_.arm(which, point); }
    void cancel(videosdk::alarm& which) noexcept override { queue_.disarm(which); }
    void shutdown() noexcept override { queue_.clear(); }

private:
    videosdk::alarm_queue queue_;
    time_point now_;
};

} // namespace ownership_tests
