// make_timer_scheduler() without a timer. The program leaves the library's own out, see CMakeLists.txt.
#include "still_time.hpp"

#include <algorithm>

namespace still_time {
namespace {

// A test runs on one thread, and asks for it at once.
std::shared_ptr<clock>& kept()
{
    static std::shared_ptr<clock> time;
    return time;
}

} // namespace

void clock::wait_until(time_point point, videosdk::alarm& which)
{
    queue_.arm(which, point);
    points_[&which] = point;
}

void clock::cancel(videosdk::alarm& which) noexcept
{
    queue_.disarm(which);
    points_.erase(&which);
}

void clock::shutdown() noexcept
{
    queue_.clear();
    points_.clear();
}

std::size_t clock::due_within(std::chrono::nanoseconds limit) const
{
    return static_cast<std::size_t>(
        std::ranges::count_if(points_, [&](const auto& each) { return each.second <= now_ + limit; }));
}

void clock::advance(std::chrono::nanoseconds by)
{
    const time_point target = now_ + by;
    while (queue_.next() <= target) {
        now_ = std::max(now_, queue_.next());
        std::erase_if(points_, [this](const auto& each) { return each.second <= now_; });
        queue_.fire_until(now_);
    }
    now_ = target;
}

const std::shared_ptr<clock>& latest() noexcept
{
    return kept();
}

} // namespace still_time

namespace videosdk::inline v0 {

std::shared_ptr<scheduler> make_timer_scheduler(asio::any_io_executor /*executor*/)
{
    still_time::kept() = std::make_shared<still_time::clock>();
    return still_time::kept();
}

} // namespace videosdk::inline v0
