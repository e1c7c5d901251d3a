// What is said to a Redis before any command of ours, and whether its answers let us in. Pure.
#pragma once

#include "redis/failure.hpp"
#include "redis/reply.hpp"

#include <videosdk/redis_options.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace videosdk::inline v0::redis {

/// HELLO, with user and password and the name that CLIENT LIST shows, and SELECT; written together. HELLO is
/// allowed to whoever may log in at all, and its answer says whether this is a master.
class greeting {
public:
    greeting(const redis_options& options, std::string address, const std::string& client_name);

    const std::string& bytes() const noexcept { return bytes_; }

    /// Of each reply in turn, until done(); what it returns ends the connection.
    std::optional<error> on_reply(const reply& answer);
    bool done() const noexcept { return answered_ == expected_; }
    /// Whose reply is awaited.
    std::string_view waits_for() const noexcept { return answered_ == 0 ? "HELLO" : "SELECT"; }

private:
    std::optional<error> on_hello(const reply& answer) const;

    std::string address_;
    std::string bytes_;
    std::size_t expected_ = 1;
    std::size_t answered_ = 0;
};

} // namespace videosdk::inline v0::redis
