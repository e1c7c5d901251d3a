// The library's error for whatever goes wrong with a command.
#pragma once

#include "redis/reply.hpp"

#include <videosdk/error.hpp>

#include <string>
#include <string_view>

namespace videosdk::inline v0::redis {

/// Whom the error names: a command, never its arguments, and an address.
struct subject {
    std::string_view command;
    std::string_view address;
};

/// What Redis answered instead of a result (`-WRONGPASS …`), and what to do about it.
error refusal(const subject& who, const reply& answer);

/// No reply. `effect` follows from the outcome.
error no_reply(const subject& who, boost::system::error_code code, outcome what, std::string detail);

/// The same failure, told of a command that waited for what failed: it was not sent.
error not_sent_because(std::string_view command, const error& why);

/// Whether a reply says that this server is of no use now, so that another, or a later moment, may be.
bool sends_elsewhere(const reply& answer) noexcept;

} // namespace videosdk::inline v0::redis
