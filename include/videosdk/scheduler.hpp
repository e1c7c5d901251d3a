// The one seam of time: what time is it, and wake this alarm then. Production uses one timer for all alarms
// of a client; tests use manual_scheduler, where time moves only when told.
#pragma once

#include <videosdk/config.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace videosdk::inline v0 {

/// Something to be woken at a point in time. Belongs to its owner; must be disarmed before it is destroyed.
class VIDEOSDK_DECL alarm {
public:
    alarm() = default;
    alarm(const alarm&) = delete;
    alarm& operator=(const alarm&) = delete;

    /// Whether the alarm is waiting in a scheduler.
    bool armed() const noexcept { return index_ != not_armed; }

protected:
    /// Called once per arming, on the scheduler's executor, when the point has come. The alarm is disarmed by
    /// then and may be armed again, or destroyed, inside.
    virtual void on_alarm() = 0;
    ~alarm() = default;

private:
    friend class alarm_queue;
    static constexpr std::size_t not_armed = static_cast<std::size_t>(-1);

    std::chrono::steady_clock::time_point point_{};
    std::uint64_t order_ = 0;
    std::size_t index_ = not_armed;
};

/// A heap of alarms: pure, without a clock. Alarms of the same point fire in the order in which they were
/// armed.
class VIDEOSDK_DECL alarm_queue {
public:
    /// The clock that no one sets back.
    using time_point = std::chrono::steady_clock::time_point;

    /// Puts the alarm in, or moves it when it is in already. It must be in no other queue.
    void arm(alarm& which, time_point point);
    /// Takes the alarm out; does nothing when it is not armed.
    void disarm(alarm& which) noexcept;
    /// Whether no alarm is armed.
    bool empty() const noexcept { return heap_.empty(); }
    /// How many alarms are armed.
    std::size_t size() const noexcept { return heap_.size(); }
    /// The earliest point; time_point::max() when empty.
    time_point next() const noexcept;
    /// Fires every alarm whose point is not after `now`, those armed meanwhile included only if armed for a
    /// later call.
    void fire_until(time_point now);
    /// Disarms all, firing none.
    void clear() noexcept;

private:
    void sift_up(std::size_t index) noexcept;
    void sift_down(std::size_t index) noexcept;
    static bool before(const alarm& a, const alarm& b) noexcept;

    std::vector<alarm*> heap_;
    std::uint64_t next_order_ = 0;
};

/// What time it is, and who is to be woken when. Not thread-safe: all calls on the executor that the
/// scheduler serves.
class VIDEOSDK_DECL scheduler {
public:
    /// The clock that no one sets back.
    using time_point = std::chrono::steady_clock::time_point;

    virtual ~scheduler();
    /// The time by which deadlines are kept; never goes back.
    virtual time_point now() const noexcept = 0;
    /// The wall clock, for token dates.
    virtual std::chrono::system_clock::time_point wall_now() const noexcept = 0;
    /// How long the machine was suspended so far while now() stood still, as others may have seen a right of
    /// this process run out meanwhile. Zero where nobody can tell, as here. From any thread.
    virtual std::chrono::nanoseconds suspended() const noexcept;
    /// Arms the alarm, or moves it when it is armed already. A point in the past fires at the next turn,
    /// never inside.
    virtual void wait_until(time_point point, alarm& which) = 0;
    /// Disarms the alarm; does nothing when it is not armed.
    virtual void cancel(alarm& which) noexcept = 0;
    /// Drops every alarm and everything that belongs to an execution context; nothing fires afterwards.
    virtual void shutdown() noexcept = 0;
};

/// A scheduler for tests: time stands still until advance() moves it.
class VIDEOSDK_DECL manual_scheduler final : public scheduler {
public:
    manual_scheduler();
    ~manual_scheduler() override;

    /// Where advance() has moved it to.
    time_point now() const noexcept override;
    std::chrono::system_clock::time_point wall_now() const noexcept override;
    /// The sum of what suspend() was told.
    std::chrono::nanoseconds suspended() const noexcept override { return suspended_; }
    void wait_until(time_point point, alarm& which) override;
    /// Disarms the alarm; does nothing when it is not armed.
    void cancel(alarm& which) noexcept override;
    void shutdown() noexcept override;

    /// Moves time on and fires what comes due, each alarm at its own point.
    void advance(std::chrono::nanoseconds by);
    /// Moves time to the next alarm and fires it; false when none is armed.
    bool advance_to_next();
    /// As if the machine had been suspended for so long, which is not negative: now() stands still, and no
    /// alarm is nearer.
    void suspend(std::chrono::nanoseconds how_long) noexcept { suspended_ += how_long; }
    /// How many alarms wait for their time.
    std::size_t armed() const noexcept { return queue_.size(); }
    /// Sets the wall clock, which from then on runs along with advance().
    void set_wall_clock(std::chrono::system_clock::time_point now) noexcept;

private:
    alarm_queue queue_;
    time_point now_;
    std::chrono::nanoseconds suspended_{};
    std::chrono::system_clock::time_point wall_base_;
    time_point wall_base_at_;
};

/// One asio timer for all alarms, on `executor` (a strand or a single thread's executor). On Linux
/// suspended() is CLOCK_BOOTTIME less CLOCK_MONOTONIC, hardly ever too long by more than 0.1 ms; elsewhere
/// zero.
VIDEOSDK_DECL std::shared_ptr<scheduler> make_timer_scheduler(asio::any_io_executor executor);

} // namespace videosdk::inline v0
