// Writes one answer as contiguous bytes.
#pragma once

#include "http/server.hpp"

#include <string>
#include <string_view>

namespace videosdk::inline v0::http {

/// What the request and the connection say about the answer.
struct answer_frame {
    std::string_view date; ///< In the form of RFC 9110 5.6.7.
    int minor_version = 1; ///< The request's.
    bool keep_alive = true;
    bool head_only = false; ///< The answer to HEAD: its length, but not its body.
};

/// Why the answer cannot be sent: a status outside of 200 to 599, a header that would break the framing or is
/// the server's own, a 405 that does not say what is allowed; empty when it can.
std::string_view unfit_answer(const server_response& answer) noexcept;

/// Replaces `out`. The answer must be fit.
void write_answer(std::string& out, const server_response& answer, const answer_frame& frame);

std::string_view reason_phrase(unsigned status) noexcept;

/// The answer of a server that has nothing more to say than its status.
server_response bare_answer(unsigned status, std::string_view text = {});

/// 503: too much at the moment, and worth another try after a second.
server_response busy_answer(std::string_view text = {});

} // namespace videosdk::inline v0::http
