// How to reach a Redis: for what several machines share. Of the component redis of the package.
#pragma once

#include <videosdk/client_options.hpp>
#include <videosdk/config.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace videosdk::inline v0 {

/// Options of each connection to Redis. Set member by member. Redis must be of version 6 or later, or speak
/// as it does.
class VIDEOSDK_DECL redis_options {
public:
    redis_options();

    /// `redis://host[:port]`, or `rediss://host[:port]` for TLS; the port is 6379 where there is none. At
    /// least one, at most 64: the first that answers as a master is used; when it fails, the next in order.
    /// User, password and database are options of their own.
    std::vector<std::string> addresses = {"redis://127.0.0.1:6379"};
    std::string user;           ///< Of Redis' access control list; empty: `default`. Needs a password.
    std::string password;       ///< Empty: none is sent. Never printed.
    std::uint32_t database = 0; ///< The number that SELECT is given.
    /// Before every key, with a colon behind it: deployments that share a Redis have each its own. 1 to 64
    /// bytes of letters, digits, '-', '_', '.', ':', '{' and '}'.
    std::string prefix = "videosdk";
    /// Whom to trust where an address is `rediss://`.
    tls_options tls;

    /// For an address to accept, and to let us in. Positive.
    std::chrono::nanoseconds connect_timeout = std::chrono::seconds(2);
    /// From the call to the whole reply; a connection that is late is given up for the next address.
    /// Positive.
    std::chrono::nanoseconds command_timeout = std::chrono::seconds(2);
    /// Before all addresses are tried again after all have failed; doubled each time, at random between half
    /// and all of it. Positive.
    std::chrono::nanoseconds first_backoff = std::chrono::milliseconds(50);
    /// The longest that it becomes; at least first_backoff.
    std::chrono::nanoseconds longest_backoff = std::chrono::seconds(2);

    std::size_t max_waiting =
        10'000; ///< Commands that wait to be written; beyond, pool_exhausted. 1 or more.
    std::size_t max_waiting_bytes = 16 << 20; ///< Of all of them. At least 1,024.
    std::size_t max_in_flight = 1'000;        ///< Commands written whose replies are to come. 1 or more.
    std::size_t max_reply = 16 << 20;         ///< Bytes of one reply. At least 1,024.

    /// Throws error (errc::invalid_argument, invalid_endpoint) naming the first field that is out of range.
    void validate() const;
};

/// Without the password.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const redis_options& value);

} // namespace videosdk::inline v0
