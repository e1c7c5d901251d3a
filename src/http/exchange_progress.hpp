// What is known of one exchange when it fails, and what that means for its caller: pure.
#pragma once

#include <videosdk/errc.hpp>

namespace videosdk::inline v0::http {

/// How far an exchange has come on its connection.
struct exchange_progress {
    bool write_begun = false;
    bool write_ended = false; ///< Its completion has been seen.
    bool write_failed = false;
    bool bytes_left = false; ///< The socket took bytes during the write, counted below TLS; known once ended.
    bool answer_begun = false; ///< A byte of the response has arrived.

    /// Whether bytes of the request may have reached the peer. While a write is under way, its bytes may have
    /// left though nobody has said so yet.
    bool sent() const noexcept { return write_begun && (!write_ended || !write_failed || bytes_left); }
};

enum class exchange_end : std::uint8_t { deadline, connection_ended };

struct exchange_meaning {
    errc code;
    videosdk::outcome outcome;
};

/// The meaning of an exchange that ended without a whole response.
inline exchange_meaning meaning_of(exchange_end how, const exchange_progress& progress) noexcept
{
    const bool sent = progress.sent();
    const outcome what = sent ? outcome::ambiguous : outcome::not_sent;
    if (how == exchange_end::deadline) {
        return {sent ? errc::response_timeout : errc::timeout, what};
    }
    if (!sent) {
        return {errc::connection_stale, what};
    }
    return {progress.answer_begun ? errc::truncated_response : errc::connection_lost, what};
}

} // namespace videosdk::inline v0::http
