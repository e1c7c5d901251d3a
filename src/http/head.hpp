// The head of one HTTP/1 request, judged before any parser sees it: a pure function of bytes.
#pragma once

#include <videosdk/transport.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace videosdk::inline v0::http {

struct head_limits {
    std::size_t max_head = 8 * 1024;
    std::size_t max_target = 8'000; ///< RFC 9112, 3 wants request lines of 8000 bytes to be taken.
    std::size_t max_headers = 100;
};

/// A head that may be passed on: every framing rule of RFC 9112 holds. The views point into the judged bytes,
/// save a target `*` that stands for an http URI without a path.
struct checked_head {
    std::string_view method;
    std::string_view target; ///< Origin form, ASCII, starts with `/`; or `*` with OPTIONS. Of an http URI,
                             ///< its path and query.
    int minor_version = 1;   ///< HTTP/1.0 or HTTP/1.1.
    std::vector<header_view> headers;
    std::string_view
        host; ///< That of an http URI in the target goes before the header, and replaces its value.
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool keep_alive = true;
    bool expects_continue = false;
    std::size_t size = 0; ///< Bytes of the head, the empty line included.
};

struct head_verdict {
    enum class kind : std::uint8_t {
        incomplete, ///< No empty line yet, and nothing wrong so far.
        accepted,
        refused ///< Answer `status` and close.
    };
    kind what = kind::incomplete;
    unsigned status = 0;     ///< 400, 408, 413, 414, 431, 501, 505 …
    const char* reason = ""; ///< What was wrong, for counters and logs.
    checked_head head;
};

/// Judges what has arrived. Refuses as early as the bytes allow; a refusal stays the same whatever follows,
/// and so does an acceptance.
head_verdict check_head(std::string_view bytes, const head_limits& limits);
/// The same into a verdict that is there already: its list of headers is used again.
void check_head(std::string_view bytes, const head_limits& limits, head_verdict& verdict);

/// Compared without case, as header names and most tokens are; ASCII only.
bool same_field_name(std::string_view a, std::string_view b) noexcept;

} // namespace videosdk::inline v0::http
