// make_timer_scheduler() without a timer. The program leaves the library's own out, see CMakeLists.txt.
#include "still_time.hpp"

namespace still_time {
namespace {

// A test runs on one thread, and asks for it at once.
std::shared_ptr<videosdk::manual_scheduler>& kept()
{
    static std::shared_ptr<videosdk::manual_scheduler> time;
    return time;
}

} // namespace

const std::shared_ptr<videosdk::manual_scheduler>& latest() noexcept
{
    return kept();
}

} // namespace still_time

namespace videosdk::inline v0 {

std::shared_ptr<scheduler> make_timer_scheduler(asio::any_io_executor /*executor*/)
{
    still_time::kept() = std::make_shared<manual_scheduler>();
    return still_time::kept();
}

} // namespace videosdk::inline v0
