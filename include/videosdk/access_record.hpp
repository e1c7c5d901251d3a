// One line of an access log: what a listener tells of each request, without secrets.
#pragma once

#include <videosdk/config.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string_view>
#include <type_traits>

namespace videosdk::inline v0 {

/// Why a request was not judged, or its answer not delivered.
enum class refusal_cause : std::uint8_t {
    none = 0,
    too_many_connections, ///< 503: `max_connections` were open.
    too_many_of_address,  ///< 503: the client's address has `max_connections_per_address`.
    bad_head,             ///< 400, 414, 417, 431, 501, 505: not HTTP as it should be, or too large.
    head_timeout,         ///< 408: the head did not end within `head_timeout`.
    bad_body,             ///< 400, 413, 431: wrongly framed, or too large.
    too_many_bytes,       ///< 503: `max_body_memory` was in use.
    body_timeout,         ///< 408: the request did not end within `request_timeout`.
    handler_timeout,      ///< 503: no verdict within `handler_timeout`.
    write_timeout,        ///< The peer did not take the answer within `write_timeout`.
    write_failed,         ///< The peer ended the connection before it had taken the answer.
    verdict               ///< The receiver refused it; `reason` says why.
};

/// The enumerator's own name, `"bad_head"`; `"unknown"` for a value that is none.
VIDEOSDK_DECL std::string_view to_string(refusal_cause value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, refusal_cause value);

/// One request, after its answer. The views live while the hook runs. There is one for each request of which
/// a byte had come and that was answered; none for a connection that ends by itself.
struct access_record {
    std::string_view method = {}; ///< Empty when the head was refused or did not come whole.
    /// Without the query, and with `*` for the last segment, which is the correlation token, and for any
    /// other that is longer than an owner may be. Empty when the head was refused or did not come whole.
    std::string_view path = {};
    unsigned status = 0; ///< Of the answer.
    /// Head and body as they came, without TLS; of a refused request all that had come.
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0; ///< Of the answer, as far as the socket took it; over TLS all of it or 0.
    /// First byte of the request to the last of the answer; of a pipelined request, from the answer before
    /// it.
    std::chrono::nanoseconds duration = {};
    std::string_view peer = {};      ///< The TCP peer: `127.0.0.1:4711` or `[::1]:4711`.
    std::string_view forwarded = {}; ///< The client's address, where a trusted proxy told it.
    refusal_cause cause =
        refusal_cause::none; ///< Why it was not judged, refused or not delivered; none where it was accepted.
    std::string_view reason = {}; ///< A text without secrets: what was wrong; empty where nothing was.
};

static_assert(std::is_trivially_destructible_v<access_record> && std::is_aggregate_v<access_record>);

/// `127.0.0.1:4711 (192.0.2.7) "POST /hooks/studio/*" 401, 812 in, 210 out, 1.204 ms: verdict: …`, on one
/// line.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const access_record& value);

} // namespace videosdk::inline v0
