// Time that moves only when told.
#include <videosdk/scheduler.hpp>

#include <algorithm>

namespace videosdk::inline v0 {

scheduler::~scheduler() = default;

std::chrono::nanoseconds scheduler::suspended() const noexcept
{
    return std::chrono::nanoseconds(0);
}

manual_scheduler::manual_scheduler()
    : now_(std::chrono::hours(1)), wall_base_(std::chrono::seconds(1'700'000'000)), wall_base_at_(now_)
{
}

manual_scheduler::~manual_scheduler()
{
    queue_.clear();
}

manual_scheduler::time_point manual_scheduler::now() const noexcept
{
    return now_;
}

std::chrono::system_clock::time_point manual_scheduler::wall_now() const noexcept
{
    return wall_base_ + std::chrono::duration_cast<std::chrono::system_clock::duration>(now_ - wall_base_at_);
}

void manual_scheduler::wait_until(time_point point, alarm& which)
{
    queue_.arm(which, point);
}

void manual_scheduler::cancel(alarm& which) noexcept
{
    queue_.disarm(which);
}

void manual_scheduler::shutdown() noexcept
{
    queue_.clear();
}

void manual_scheduler::advance(std::chrono::nanoseconds by)
{
    const time_point target = now_ + by;
    while (queue_.next() <= target) {
        now_ = std::max(now_, queue_.next());
        queue_.fire_until(now_);
    }
    now_ = target;
}

bool manual_scheduler::advance_to_next()
{
    if (queue_.empty()) {
        return false;
    }
    now_ = std::max(now_, queue_.next());
    queue_.fire_until(now_);
    return true;
}

void manual_scheduler::set_wall_clock(std::chrono::system_clock::time_point now) noexcept
{
    wall_base_ = now;
    wall_base_at_ = now_;
}

} // namespace videosdk::inline v0
