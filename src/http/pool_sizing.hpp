// How many connections to open now, and how long an idle one may be kept: pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

namespace videosdk::inline v0::http {

struct pool_load {
    std::size_t waiting = 0;    ///< Exchanges without a connection.
    std::size_t connecting = 0; ///< Connections under way, each of which will serve one of them.
    std::size_t open = 0;       ///< All connections, those under way included.
    std::size_t cap = 0;
};

inline std::size_t connections_to_open(const pool_load& load) noexcept
{
    const std::size_t wanted = load.waiting > load.connecting ? load.waiting - load.connecting : 0;
    const std::size_t room = load.cap > load.open ? load.cap - load.open : 0;
    return std::min(wanted, room);
}

/// The server's `Keep-Alive: timeout=` less a second for the way there (or half of a time below two seconds),
/// where that is shorter than our own limit.
inline std::chrono::nanoseconds idle_time(std::chrono::nanoseconds own,
                                          std::optional<std::chrono::seconds> server)
{
    if (!server) {
        return own;
    }
    const std::chrono::nanoseconds stated = *server;
    return std::min(own, *server >= std::chrono::seconds(2) ? stated - std::chrono::seconds(1) : stated / 2);
}

} // namespace videosdk::inline v0::http
