// Growing intervals, restarted by news.
#include "events/poll_schedule.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::events {

void poll_schedule::begin(time_point now, const poll_pace& pace) noexcept
{
    wanted_ = true;
    restart(now, pace);
}

void poll_schedule::restart(time_point now, const poll_pace& pace) noexcept
{
    interval_ = pace.first;
    next_ = std::max(now + interval_, not_before_);
}

void poll_schedule::hurry(time_point now, const poll_pace& pace) noexcept
{
    interval_ = pace.first;
    next_ = std::max(now, not_before_);
}

void poll_schedule::answered(time_point now, const poll_pace& pace, bool again,
                             std::chrono::nanoseconds not_before) noexcept
{
    asking_ = false;
    not_before_ = now + not_before;
    const bool doubted = std::exchange(again_, false);
    if (again || doubted) {
        next_ = now + not_before;
        return;
    }
    interval_ = std::min(interval_ + interval_ / 2, pace.cap);
    next_ = now + std::max(interval_, not_before);
}

std::optional<poll_schedule::time_point> poll_schedule::due() const noexcept
{
    if (!wanted_ || asking_) {
        return std::nullopt;
    }
    return next_;
}

} // namespace videosdk::inline v0::events
