// What a user's program does, once: one round of it.
#pragma once

#include "world.hpp"

namespace soak {

/// One unit or two, for which the client is asked; perhaps giving up half way, and then none: what came of it
/// is reported as unclaimed.
asio::awaitable<std::vector<videosdk::resource>> buy(world& where);

/// Buys one unit or two, perhaps giving up half way; waits until each is idle, perhaps records with it, and
/// gives it back. All that it is told of what it bought goes into the books.
asio::awaitable<void> buy_use_and_release(world& where);

/// Looks at a resource that is not there, and walks through the listing.
asio::awaitable<void> look_around(world& where);

} // namespace soak
