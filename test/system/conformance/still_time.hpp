// Time stands still for the servers of this program: the library's make_timer_scheduler() is replaced, and
// what a server awaits until a deadline comes only when a test moves its time.
#pragma once

#include <videosdk/scheduler.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>

namespace still_time {

/// A manual_scheduler that tells what is awaited, so that a test can wait until it is.
class clock final : public videosdk::scheduler {
public:
    ~clock() override { queue_.clear(); }

    time_point now() const noexcept override { return now_; }
    std::chrono::system_clock::time_point wall_now() const noexcept override
    {
        return std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
    }
    void wait_until(time_point point, videosdk::alarm& which) override;
    void cancel(videosdk::alarm& which) noexcept override;
    void shutdown() noexcept override;

    /// How long it is until the earliest alarm; more than any limit when there is none.
    std::chrono::nanoseconds left() const { return queue_.next() - now_; }
    /// How many alarms come within that time.
    std::size_t due_within(std::chrono::nanoseconds limit) const;
    /// Moves on, and fires what comes due, each alarm at its own point.
    void advance(std::chrono::nanoseconds by);

private:
    videosdk::alarm_queue queue_;
    std::map<const videosdk::alarm*, time_point> points_; ///< Of those in the queue.
    time_point now_{std::chrono::hours(1)};
};

/// The clock of whatever was made last that has one of its own, such as a server. Null before.
const std::shared_ptr<clock>& latest() noexcept;

} // namespace still_time
