// Told which events handlers had no room for, and so have never seen.
#pragma once

#include <videosdk/event.hpp>

namespace videosdk::inline v0::events {

/// A hub's relay may be one, too: a verdict alone does not tell an event that was refused from one that was
/// not looked at.
class room_listener {
public:
    /// On the hub's executor, before whoever publishes the event has its verdict.
    virtual void on_no_room(const event& what) noexcept = 0;

protected:
    ~room_listener() = default;
};

} // namespace videosdk::inline v0::events
