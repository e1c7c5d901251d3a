// Request smuggling: every mutation of a framing header is refused, or any reader would agree about its
// framing.
#include "head_cases.hpp"
#include "http/body_reader.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace head_cases;
using namespace std::string_literals;

// What a careless reader could take a header's name for: letters and digits, without case.
std::string blurred(std::string_view name)
{
    std::string letters;
    for (const char c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    return letters;
}

struct line {
    std::string name;
    std::string value;
};

// A reading of the head that shares nothing with check_head: lines end in CR LF, the name ends at the first
// colon. Nothing when a byte is there over which readers differ.
std::vector<line> plain_reading(std::string_view head, bool& plain)
{
    plain = true;
    for (std::size_t i = 0; i < head.size(); ++i) {
        const auto byte = static_cast<unsigned char>(head[i]);
        const bool pair = (head[i] == '\r' && i + 1 < head.size() && head[i + 1] == '\n') ||
                          (head[i] == '\n' && i > 0 && head[i - 1] == '\r');
        plain = plain && (byte >= 0x20 || byte == '\t' || pair) && byte != 0x7f;
    }
    std::vector<line> lines;
    std::size_t at = head.find("\r\n", head.starts_with("\r\n") ? 2 : 0) + 2;
    while (at < head.size() && head.substr(at) != "\r\n") {
        const std::size_t end = head.find("\r\n", at);
        const std::string_view text = head.substr(at, end - at);
        const std::size_t colon = text.find(':');
        plain = plain && colon != std::string_view::npos && colon > 0 && text.find_first_of(" \t") > colon;
        const std::string_view value = colon == std::string_view::npos ? "" : text.substr(colon + 1);
        const std::size_t first = value.find_first_not_of(" \t");
        const std::size_t last = value.find_last_not_of(" \t");
        lines.push_back(
            {std::string(text.substr(0, colon)),
             first == std::string_view::npos ? "" : std::string(value.substr(first, last - first + 1))});
        at = end + 2;
    }
    return lines;
}

// Why an accepted head is not harmless; empty when every reader must find the same framing in it.
std::string harm(const std::string& bytes, const http::checked_head& head)
{
    bool plain = false;
    const std::vector<line> lines = plain_reading(std::string_view(bytes).substr(0, head.size), plain);
    if (!plain) {
        return "bytes that readers take differently";
    }
    int lengths = 0;
    int encodings = 0;
    int hosts = 0;
    for (const line& each : lines) {
        const std::string name = blurred(each.name);
        std::string lower = each.name;
        std::ranges::transform(lower, lower.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (lower == "content-length") {
            ++lengths;
            const bool digits =
                !each.value.empty() && each.value.find_first_not_of("0123456789") == std::string::npos;
            if (!digits || !head.content_length || std::stoull(each.value) != *head.content_length) {
                return "a Content-Length that is read in another way";
            }
        } else if (lower == "transfer-encoding") {
            ++encodings;
            if (blurred(each.value) != "chunked" || each.value.size() != 7 || !head.chunked) {
                return "a Transfer-Encoding that is read in another way";
            }
        } else if (lower == "host") {
            ++hosts;
            if (each.value.find_first_of(", @/\\") != std::string::npos || each.value.empty()) {
                return "a Host that is read in another way";
            }
        } else if (name == "contentlength" || name == "transferencoding" || name == "host") {
            return "a name that comes too near"; // some front ends map _ to -, or drop odd marks
        }
    }
    if (lengths > 1 || encodings > 1 || lengths + encodings > 1) {
        return "two framings";
    }
    if ((lengths == 1) != head.content_length.has_value() || (encodings == 1) != head.chunked) {
        return "a framing that only one of two readers sees";
    }
    if (hosts > 1 || (hosts == 0 && head.minor_version == 1)) {
        return "not one Host";
    }
    if (head.minor_version == 0 && encodings > 0) {
        return "chunked in HTTP/1.0";
    }
    return {};
}

// Mutations of one header line `name: value`, as the bytes between two line ends, line end included.
std::vector<std::string> mutated_lines(const std::string& name, const std::string& value)
{
    std::vector<std::string> lines;
    const std::vector<std::string> odd = {
        " ",    "\t",   "\v",   "\f",   "\0"s,      "\r",   "\n",  "\r\n ", "\r\n\t", "\x01",
        "\x7f", "\x80", "\x85", "\xa0", "\xc2\xa0", "\xff", "_",   "-",     ".",      ":",
        ";",    ",",    "\"",   "'",    "\\",       "/",    "(a)", "%20",   "+",      "0"};
    for (const std::string& mark : odd) {
        lines.push_back(mark + name + ": " + value + "\r\n");
        lines.push_back(name + mark + ": " + value + "\r\n");
        lines.push_back(name + ":" + mark + value + "\r\n");
        lines.push_back(name + ": " + value + mark + "\r\n");
        lines.push_back(name + ": " + value + mark + value + "\r\n");
        lines.push_back(name + mark + value + "\r\n");
        for (std::size_t at = 1; at < name.size(); at += 3) {
            std::string changed = name;
            lines.push_back(changed.insert(at, mark) + ": " + value + "\r\n");
            changed = name;
            lines.push_back(changed.replace(at, 1, mark) + ": " + value + "\r\n");
        }
        for (std::size_t at = 1; at < value.size(); ++at) {
            std::string changed = value;
            lines.push_back(name + ": " + changed.insert(at, mark) + "\r\n");
        }
    }
    for (const auto* end : {"\n", "\r", "\r\r\n", "\n\r", "\r\n\n", "\n\n", "", "\x0b\r\n", "\0\r\n"}) {
        lines.push_back(name + ": " + value + end);
    }
    const auto cased = [](std::string text, bool upper) {
        for (char& c : text) {
            c = static_cast<char>(upper ? std::toupper(static_cast<unsigned char>(c))
                                        : std::tolower(static_cast<unsigned char>(c)));
        }
        return text;
    };
    for (const bool upper : {false, true}) {
        lines.push_back(cased(name, upper) + ": " + value + "\r\n");
        lines.push_back(name + ": " + cased(value, upper) + "\r\n");
    }
    for (const auto* prefix : {"X-", "x", "Not-", "Proxy-", "A: b\r\n ", "A: b\n", "A: b\r", "A:\r\n\t"}) {
        lines.push_back(prefix + name + ": " + value + "\r\n");
    }
    for (const auto* suffix : {"X", "-X", "s", " x", "\t", "[]", "%"}) {
        lines.push_back(name + suffix + ": " + value + "\r\n");
    }
    for (const auto* list :
         {", ", ",", " , ", ";", " ", ",,", ", identity", ", gzip", ", chunked", ", 5", ", 0"}) {
        lines.push_back(name + ": " + value + list + "\r\n");
        lines.push_back(name + ": " + list + value + "\r\n");
        lines.push_back(name + ": " + value + list + value + "\r\n");
    }
    lines.push_back(name + ":" + std::string(100, ' ') + value + "\r\n");
    lines.push_back(name + ":\r\n");
    lines.push_back(name + "\r\n");
    return lines;
}

struct tally {
    std::size_t refused = 0;
    std::size_t harmless = 0;
    std::size_t incomplete = 0;
    void judge(const std::string& bytes)
    {
        const auto verdict = http::check_head(bytes, {});
        if (verdict.what == verdict_kind::refused) {
            ++refused;
        } else if (verdict.what == verdict_kind::incomplete) {
            ++incomplete; // the connection waits, and nothing was taken for a request
        } else {
            ++harmless;
            const std::string why = harm(bytes, verdict.head);
            BOOST_CHECK_MESSAGE(why.empty(), why << ": " << printable(bytes));
        }
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(head_mutations)

BOOST_AUTO_TEST_CASE(no_mutation_of_a_framing_header_smuggles)
{
    const std::vector<line> framing = {
        {"Content-Length", "5"},          {"Content-Length", "0"},
        {"Transfer-Encoding", "chunked"}, {"Host", "example.com"},
        {"Connection", "close"},          {"Expect", "100-continue"},
        {"Content-Length", "05"},         {"Transfer-Encoding", "gzip, chunked"}};
    const std::vector<std::string> others = {"", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n",
                                             "Host: example.com\r\n", "Content-Length: 6\r\nHost: b\r\n"};
    tally all;
    for (const line& each : framing) {
        for (const std::string& mutation : mutated_lines(each.name, each.value)) {
            for (const std::string& other : others) {
                for (const auto* version : {"HTTP/1.1", "HTTP/1.0"}) {
                    const std::string start = "POST / "s + version + "\r\n";
                    for (const bool first : {true, false}) {
                        const std::string fields = first ? mutation + other : other + mutation;
                        all.judge(start + fields + "\r\n0\r\n\r\n");
                        all.judge(start + "Host: a\r\n" + fields + "\r\n0\r\n\r\n");
                    }
                }
            }
        }
    }
    BOOST_TEST_MESSAGE("refused " << all.refused << ", harmless " << all.harmless << ", incomplete "
                                  << all.incomplete);
    BOOST_CHECK_GT(all.refused, 20'000U);
    BOOST_CHECK_GT(all.harmless, 100U); // X-Content-Length, other case, blanks around a value
}

BOOST_AUTO_TEST_CASE(no_mutation_of_the_request_line_smuggles)
{
    tally all;
    const std::vector<std::string> odd = {"",   " ",    "  ",   "\t",   "\v",   "\f",  "\0"s, "\r",
                                          "\n", "\r\n", "\x80", "\xa0", "\x7f", "%20", "#",   "\\"};
    const std::string rest = "Host: a\r\nContent-Length: 5\r\n\r\nabcde";
    for (const std::string& a : odd) {
        for (const std::string& b : odd) {
            for (const std::string& c : odd) {
                for (const auto* version : {"HTTP/1.1", "HTTP/1.0", "http/1.1", "HTTP/1.2", "HTTP/0.9",
                                            "HTTP/2", "HTTP/1.1x", ""}) {
                    all.judge(c + "POST" + a + "/x" + b + version + c + "\r\n" + rest);
                    all.judge("POST" + a + "/x" + c + "y" + b + version + "\n" + rest);
                }
            }
        }
    }
    BOOST_TEST_MESSAGE("refused " << all.refused << ", harmless " << all.harmless);
    BOOST_CHECK_GT(all.refused, 10'000U);
    BOOST_CHECK_GT(all.harmless, 0U);
}

BOOST_AUTO_TEST_CASE(an_unmutated_head_passes_so_that_the_mutations_mean_something)
{
    for (const auto* fields :
         {"Host: a\r\nContent-Length: 5\r\n", "Host: a\r\nTransfer-Encoding: chunked\r\n"}) {
        const std::string bytes = "POST / HTTP/1.1\r\n"s + fields + "\r\n";
        const auto verdict = http::check_head(bytes, {});
        BOOST_REQUIRE(verdict.what == verdict_kind::accepted);
        BOOST_CHECK_EQUAL(harm(bytes, verdict.head), "");
    }
}

BOOST_AUTO_TEST_SUITE_END()
