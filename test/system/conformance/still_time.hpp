// Time stands still for the servers of this program: the library's make_timer_scheduler() is replaced, and
// what a server awaits until a deadline comes only when a test moves its time.
#pragma once

#include <videosdk/scheduler.hpp>

#include <memory>

namespace still_time {

/// The time of whatever was made last that has a time of its own, such as a server. Null before.
const std::shared_ptr<videosdk::manual_scheduler>& latest() noexcept;

} // namespace still_time
