// The production scheduler: one asio timer that serves a heap of alarms.
#include "scheduler/context_service.hpp"

#include <videosdk/scheduler.hpp>

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include <time.h> // NOLINT: of POSIX, not of C

namespace videosdk::inline v0 {
namespace {

#ifdef CLOCK_BOOTTIME
std::chrono::nanoseconds read(clockid_t which) noexcept
{
    timespec out{};
    ::clock_gettime(which, &out);
    return std::chrono::seconds(out.tv_sec) + std::chrono::nanoseconds(out.tv_nsec);
}

/// Never less than it was when this was called.
std::chrono::nanoseconds suspended_so_far() noexcept
{
    // The clocks cannot be read at once: what came between counts as suspended, and little of it will do.
    constexpr std::chrono::nanoseconds little = std::chrono::microseconds(100);
    constexpr int tries = 8;
    std::chrono::nanoseconds least = std::chrono::nanoseconds::max();
    for (int i = 0; i != tries; ++i) {
        const std::chrono::nanoseconds before = read(CLOCK_MONOTONIC);
        const std::chrono::nanoseconds with_all = read(CLOCK_BOOTTIME);
        least = std::min(least, with_all - before);
        if (read(CLOCK_MONOTONIC) - before < little) {
            break;
        }
    }
    return least;
}
#else
std::chrono::nanoseconds suspended_so_far() noexcept
{
    return std::chrono::nanoseconds(0);
}
#endif

/// The timer is only ever moved forward: a call's deadline is nearly always disarmed before it comes and lies
/// behind the one that the timer waits for, so that arming and disarming are heap operations and no system
/// calls.
class timer_scheduler final : public scheduler,
                              private context_member,
                              public std::enable_shared_from_this<timer_scheduler> {
public:
    explicit timer_scheduler(const asio::any_io_executor& executor) : timer_(std::in_place, executor)
    {
        join_context(executor);
    }

    ~timer_scheduler() override
    {
        leave_context();
        queue_.clear();
    }

    time_point now() const noexcept override { return std::chrono::steady_clock::now(); }

    std::chrono::system_clock::time_point wall_now() const noexcept override
    {
        return std::chrono::system_clock::now();
    }

    std::chrono::nanoseconds suspended() const noexcept override { return suspended_so_far(); }

    void wait_until(time_point point, alarm& which) override
    {
        queue_.arm(which, point);
        set_timer();
    }

    void cancel(alarm& which) noexcept override
    {
        queue_.disarm(which);
        // A timer with nothing to wait for would keep io_context::run from returning.
        if (queue_.empty() && timer_) {
            cancel_timer();
        }
    }

    void shutdown() noexcept override
    {
        queue_.clear();
        timer_.reset();
    }

private:
    void context_shutdown() noexcept override { shutdown(); }

    void set_timer()
    {
        if (!timer_ || firing_ || queue_.empty() || queue_.next() >= timer_point_) {
            return;
        }
        timer_point_ = queue_.next();
        // Replaces the wait under way, whose handler then finds that its turn is over.
        timer_->expires_at(timer_point_);
        timer_->async_wait(
            [weak = weak_from_this(), turn = ++turn_](const boost::system::error_code& failure) {
                if (const auto self = weak.lock(); self && !failure && turn == self->turn_) {
                    self->on_timer();
                }
            });
    }

    void cancel_timer() noexcept
    {
        ++turn_;
        timer_point_ = time_point::max();
        try {
            timer_->cancel();
        } catch (...) {
            // The wait then ends at its old point and finds that its turn is over.
            static_cast<void>(0);
        }
    }

    void on_timer()
    {
        // Also when an alarm throws (a user's completion handler may), the others keep their turn.
        struct restore {
            timer_scheduler& self;
            ~restore()
            {
                self.firing_ = false;
                self.set_timer();
            }
        };
        timer_point_ = time_point::max();
        firing_ = true;
        restore at_exit{*this};
        queue_.fire_until(now());
    }

    alarm_queue queue_;
    std::optional<asio::steady_timer> timer_;
    time_point timer_point_ = time_point::max();
    std::uint64_t turn_ = 0;
    bool firing_ = false;
};

} // namespace

std::shared_ptr<scheduler> make_timer_scheduler(asio::any_io_executor executor)
{
    return std::make_shared<timer_scheduler>(executor);
}

} // namespace videosdk::inline v0
