// What the tests of request heads share: building heads, and judging a head at every split.
#pragma once

#include "error/text.hpp"
#include "http/head.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace head_cases {

namespace http = videosdk::http;
using verdict_kind = http::head_verdict::kind;

/// A good HTTP/1.1 head, with header lines of the test's own (each with its line end).
inline std::string with_fields(std::string_view fields)
{
    return "GET /path HTTP/1.1\r\nHost: example.com\r\n" + std::string(fields) + "\r\n";
}

inline std::string with_line(std::string_view request_line)
{
    return std::string(request_line) + "\r\nHost: example.com\r\n\r\n";
}

/// The bytes in a form that a test's message can hold.
inline std::string printable(std::string_view bytes)
{
    std::string text;
    videosdk::text::append_printable(text, bytes, 160);
    return text;
}

inline bool same(const http::head_verdict& a, const http::head_verdict& b)
{
    const auto& x = a.head;
    const auto& y = b.head;
    return a.what == b.what && a.status == b.status &&
           (a.what != verdict_kind::accepted ||
            (x.method == y.method && x.target == y.target && x.minor_version == y.minor_version &&
             x.host == y.host && x.content_length == y.content_length && x.chunked == y.chunked &&
             x.keep_alive == y.keep_alive && x.expects_continue == y.expects_continue && x.size == y.size &&
             x.headers.size() == y.headers.size()));
}

/// The verdict on the whole, which must not depend on how the bytes came: each prefix is incomplete or gets
/// the same verdict already, an accepted head is accepted at its last byte and not before, and what follows
/// changes nothing.
inline http::head_verdict judged(const std::string& bytes, const http::head_limits& limits = {})
{
    const http::head_verdict whole = http::check_head(bytes, limits);
    http::head_verdict again;
    std::size_t first_said = bytes.size() + 1;
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        const std::string part = bytes.substr(0, size); // its own memory: a read beyond it is seen
        http::check_head(part, limits, again);
        if (again.what == verdict_kind::incomplete) {
            BOOST_REQUIRE_MESSAGE(first_said > size, "taken back after " << size << ": " << printable(bytes));
            continue;
        }
        BOOST_REQUIRE_MESSAGE(same(again, whole),
                              "another verdict after " << size << ": " << printable(bytes));
        first_said = std::min(first_said, size);
    }
    if (whole.what == verdict_kind::accepted) {
        BOOST_REQUIRE_MESSAGE(first_said == whole.head.size, "accepted early: " << printable(bytes));
    }
    for (const std::string_view more : {"\r\n", "GET ", "\n", "5\r\n", " "}) {
        const std::string followed = bytes + std::string(more);
        const http::head_verdict longer = http::check_head(followed, limits);
        if (whole.what != verdict_kind::incomplete) {
            BOOST_REQUIRE_MESSAGE(same(longer, whole), "changed by what follows: " << printable(bytes));
        }
    }
    return whole;
}

/// Stands for a head that is accepted.
inline constexpr unsigned accepted = 200;

/// A head, the clause that it is about, and the status that it gets.
struct row {
    const char* clause;
    std::string bytes;
    unsigned status;
};

inline void check(const std::vector<row>& rows)
{
    for (const row& each : rows) {
        const http::head_verdict verdict = judged(each.bytes);
        const unsigned status = verdict.what == verdict_kind::accepted ? accepted : verdict.status;
        BOOST_CHECK_MESSAGE(status == each.status, each.clause << ": " << status << " instead of "
                                                               << each.status << " (" << verdict.reason
                                                               << "): " << printable(each.bytes));
        if (verdict.what == verdict_kind::refused) {
            BOOST_CHECK(!std::string_view(verdict.reason).empty());
        }
    }
}

} // namespace head_cases
