// What a program does that leaves buying and giving back to a lease manager.
#pragma once

#include "world.hpp"

namespace soak {

/// Acquires one unit or some, perhaps giving up half way; uses each, perhaps records with it, perhaps loses
/// it to somebody else; and gives it back, by word or by dropping the lease.
asio::awaitable<void> lease_use_and_give_back(world& where);

/// A manager's whole life: acquires, adopts a unit that the client has bought, and goes with some still held.
asio::awaitable<void> live_and_leave(world& where);

} // namespace soak
