// Bodies by length and in chunks: read the same however they are split, and refused where readers could
// differ.
#include "http/body_reader.hpp"

#include "head_cases.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace head_cases;
using namespace std::string_literals;
using kind = http::body_step::kind;

struct reading {
    kind what = kind::needs_more;
    unsigned status = 0;
    std::string body;
    std::size_t consumed = 0;
};

http::body_reader reader_for(bool chunked, std::size_t length, std::size_t max_body)
{
    http::checked_head head;
    head.chunked = chunked;
    if (!chunked) {
        head.content_length = length;
    }
    return http::body_reader(head, max_body);
}

void feed(http::body_reader& reader, std::string_view part, reading& so_far)
{
    for (;;) {
        const http::body_step step = reader.next(part);
        so_far.what = step.what;
        so_far.status = step.status;
        so_far.consumed += step.consumed;
        so_far.body += step.piece;
        BOOST_REQUIRE(step.consumed <= part.size());
        part.remove_prefix(step.consumed);
        if (step.what != kind::piece) {
            BOOST_REQUIRE(step.what != kind::needs_more || part.empty());
            return;
        }
    }
}

// Reads the bytes whole, split in two at every place, and one by one; all must agree.
reading read_chunked(const std::string& bytes, std::size_t max_body = 100)
{
    reading whole;
    http::body_reader reader = reader_for(true, 0, max_body);
    feed(reader, bytes, whole);
    for (std::size_t split = 0; split <= bytes.size(); ++split) {
        reading parts;
        http::body_reader other = reader_for(true, 0, max_body);
        const std::string first = bytes.substr(0, split);
        feed(other, first, parts);
        if (parts.what == kind::needs_more) {
            const std::string second = bytes.substr(split);
            feed(other, second, parts);
        }
        BOOST_REQUIRE_MESSAGE(parts.what == whole.what && parts.status == whole.status &&
                                  parts.consumed == whole.consumed,
                              "split at " << split << ": " << printable(bytes));
        BOOST_REQUIRE(parts.body == whole.body);
    }
    reading singly;
    http::body_reader other = reader_for(true, 0, max_body);
    for (const char c : bytes) {
        const std::string one(1, c);
        feed(other, one, singly);
        if (singly.what != kind::needs_more) {
            break;
        }
    }
    BOOST_REQUIRE(singly.what == whole.what && singly.body == whole.body &&
                  singly.consumed == whole.consumed);
    return whole;
}

} // namespace

BOOST_AUTO_TEST_SUITE(body_reading)

BOOST_AUTO_TEST_CASE(a_body_with_a_length_ends_at_it)
{
    http::body_reader reader = reader_for(false, 5, 5);
    reading read;
    feed(reader, "ab", read);
    BOOST_CHECK(read.what == kind::needs_more);
    feed(reader, "cdeGET / HTTP/1.1", read);
    BOOST_CHECK(read.what == kind::complete);
    BOOST_CHECK_EQUAL(read.body, "abcde");
    BOOST_CHECK_EQUAL(read.consumed, 5U);
}

BOOST_AUTO_TEST_CASE(no_length_and_length_zero_are_complete_without_a_byte)
{
    http::body_reader none = http::body_reader(http::checked_head{}, 10);
    http::body_reader zero = reader_for(false, 0, 0);
    http::body_reader unset;
    for (http::body_reader* each : {&none, &zero, &unset}) {
        const auto step = each->next("GET");
        BOOST_CHECK(step.what == kind::complete);
        BOOST_CHECK_EQUAL(step.consumed, 0U);
        BOOST_CHECK(each->next("").what == kind::complete);
    }
}

BOOST_AUTO_TEST_CASE(a_length_beyond_the_limit_is_refused_before_a_byte)
{
    for (const std::size_t length : {std::size_t(101), std::size_t(1) << 40, static_cast<std::size_t>(-1)}) {
        http::body_reader reader = reader_for(false, length, 100);
        const auto step = reader.next("");
        BOOST_CHECK(step.what == kind::refused);
        BOOST_CHECK_EQUAL(step.status, 413U);
    }
    BOOST_CHECK(reader_for(false, 100, 100).next("").what == kind::needs_more);
}

BOOST_AUTO_TEST_CASE(chunks_are_read_however_they_are_split)
{
    struct row {
        const char* clause;
        std::string bytes;
        const char* body;
    };
    for (const row& each : std::vector<row>{
             {"9112 7.1: nothing but the last chunk", "0\r\n\r\n", ""},
             {"9112 7.1: one", "5\r\nabcde\r\n0\r\n\r\n", "abcde"},
             {"9112 7.1: several", "1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n", "abcdef"},
             {"9112 7.1: hexadecimal, upper case", "A\r\nabcdefghij\r\n0\r\n\r\n", "abcdefghij"},
             {"9112 7.1: hexadecimal, lower case", "a\r\nabcdefghij\r\n0\r\n\r\n", "abcdefghij"},
             {"9112 7.1: leading zeros", "0000000000000003\r\nabc\r\n0\r\n\r\n", "abc"},
             {"9112 7.1.1: an extension", "3;a=b\r\nabc\r\n0;c\r\n\r\n", "abc"},
             {"9112 7.1.1: several, with blanks and quotes", "3 ; a ; b = c;d=\"\\\"; \"\r\nabc\r\n0\r\n\r\n",
              "abc"},
             {"9112 7.1.2: a trailer", "3\r\nabc\r\n0\r\nA: b\r\n\r\n", "abc"},
             {"9112 7.1.2: trailers", "3\r\nabc\r\n0\r\nA:\r\nX-Host: \t\r\n\r\n", "abc"},
             {"9112 7.1: several zeros end it", "3\r\nabc\r\n0000\r\n\r\n", "abc"},
             {"9112 7.1: line ends in the data", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"},
             {"9112 7.1: what looks like a last chunk in the data", "5\r\n0\r\n\r\n\r\n0\r\n\r\n",
              "0\r\n\r\n"},
         }) {
        const reading read = read_chunked(each.bytes + "GET / HTTP/1.1\r\n");
        BOOST_CHECK_MESSAGE(read.what == kind::complete && read.body == each.body, each.clause);
        BOOST_CHECK_MESSAGE(read.consumed == each.bytes.size(), each.clause);
    }
    BOOST_CHECK(read_chunked("5\r\nabcde\r\n0\r\n\r").what == kind::needs_more);
}

BOOST_AUTO_TEST_CASE(chunks_over_which_readers_could_differ_are_refused)
{
    struct row {
        const char* clause;
        std::string bytes;
        unsigned status;
    };
    for (const row& each : std::vector<row>{
             {"9112 7.1: no size", "\r\nabc\r\n0\r\n\r\n", 400},
             {"9112 7.1: a minus", "-1\r\nabc\r\n", 400},
             {"9112 7.1: a plus", "+3\r\nabc\r\n", 400},
             {"9112 7.1: 0x", "0x3\r\nabc\r\n", 400},
             {"9112 7.1: a blank before", " 3\r\nabc\r\n", 400},
             {"9112 7.1: a blank after", "3 \r\nabc\r\n", 400},
             {"9112 7.1: a tab after", "3\t\r\nabc\r\n", 400},
             {"9112 7.1: not hexadecimal", "3g\r\nabc\r\n", 400},
             {"9112 7.1: an underscore", "1_0\r\nabc\r\n", 400},
             {"9112 7.1: NUL", "3\0\r\nabc\r\n"s, 400},
             {"9112 7.1: beyond ASCII", "\xb3\r\nabc\r\n", 400},
             {"9112 7.1.1: an empty extension", "3;\r\nabc\r\n", 400},
             {"9112 7.1.1: two at once", "3;;a\r\nabc\r\n", 400},
             {"9112 7.1.1: no value", "3;a=\r\nabc\r\n", 400},
             {"9112 7.1.1: a blank behind it", "3;a \r\nabc\r\n", 400},
             {"9112 7.1.1: two words", "3;a b\r\nabc\r\n", 400},
             {"9112 7.1.1: quotes that do not end", "3;a=\"b\r\nabc\r\n", 400},
             {"9112 7.1.1: more behind quotes", "3;a=\"b\"c\r\nabc\r\n", 400},
             {"9112 7.1.1: a bare LF behind it", "3;a\nabc\r\n", 400},
             {"9112 7.1.1: a control byte", "3;a=\"\x01\"\r\nabc\r\n", 400},
             {"9112 7.1.1: too long", "3;" + std::string(1024, 'a') + "\r\nabc\r\n", 400},
             {"9112 7.1.1: an extension with a line end in quotes", "3;a=\"\n\"\r\nabc\r\n", 400},
             {"9112 7.1.2: a folded trailer", "0\r\nA: b\r\n c\r\n\r\n", 400},
             {"9112 7.1.2: a blank before the colon", "0\r\nA : b\r\n\r\n", 400},
             {"9112 7.1.2: no colon", "0\r\nA\r\n\r\n", 400},
             {"9112 7.1.2: a bare CR", "0\r\nA: b\rc\r\n\r\n", 400},
             {"9112 7.1.2: a bare LF", "0\r\nA: b\n\r\n", 400},
             {"9112 7.1.2: NUL", "0\r\nA: b\0\r\n\r\n"s, 400},
             {"9110 6.5.1: a trailer that routes", "0\r\nhOsT: b\r\n\r\n", 400},
             {"9110 6.5.1: near to one that frames", "0\r\nContent_Length: 5\r\n\r\n", 400},
             {"9110 6.5.1: a second one that frames", "0\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
             {"9110 6.5.1: too long together", "0\r\nA: " + std::string(4096, 'b') + "\r\n\r\n", 431},
             {"9112 7.1.2: a trailer that frames", "0\r\nContent-Length: 5\r\n\r\n", 400},
             {"9112 2.2: a bare LF after the size", "3\nabc\r\n0\r\n\r\n", 400},
             {"9112 2.2: a bare CR after the size", "3\rabc\r\n0\r\n\r\n", 400},
             {"9112 2.2: CR CR LF after the size", "3\r\r\nabc\r\n", 400},
             {"9112 2.2: a bare LF after the data", "3\r\nabc\n0\r\n\r\n", 400},
             {"9112 2.2: a bare CR after the data", "3\r\nabc\r0\r\n\r\n", 400},
             {"9112 2.2: nothing after the data", "3\r\nabc0\r\n\r\n", 400},
             {"9112 7.1: more data than the size", "3\r\nabcd\r\n0\r\n\r\n", 400},
             {"9112 7.1: less data than the size", "4\r\nabc\r\n0\r\n\r\n", 400},
             {"9112 2.2: a bare LF at the end", "0\r\n\n", 400},
             {"9112 2.2: a bare LF after the last size", "0\n\r\n", 400},
             {"9112 2.2: a bare CR at the end", "0\r\n\rX", 400},
             {"9112 7.1: seventeen digits", "00000000000000003\r\nabc\r\n0\r\n\r\n", 400},
             {"9112 7.1: overflow must be foreseen", "10000000000000003\r\nabc\r\n0\r\n\r\n", 413},
             {"9112 7.1: the largest", "ffffffffffffffff\r\nabc", 413},
             {"9110 15.5.14: beyond the limit in one", "65\r\n", 413},
             {"9110 15.5.14: beyond the limit together",
              "32\r\n" + std::string(50, 'a') + "\r\n33\r\n" + std::string(51, 'b') + "\r\n0\r\n\r\n", 413},
         }) {
        const reading read = read_chunked(each.bytes);
        BOOST_CHECK_MESSAGE(read.what == kind::refused && read.status == each.status,
                            each.clause << ": " << read.status << " " << printable(each.bytes));
    }
    const std::string most =
        "32\r\n" + std::string(50, 'a') + "\r\n32\r\n" + std::string(50, 'b') + "\r\n0\r\n\r\n";
    BOOST_CHECK(read_chunked(most).what == kind::complete);
    BOOST_CHECK(read_chunked("0\r\n\r\n", 0).what == kind::complete);
    BOOST_CHECK(read_chunked("1\r\na\r\n0\r\n\r\n", 0).status == 413);
}

BOOST_AUTO_TEST_CASE(a_refusal_and_an_end_stay)
{
    http::body_reader refused = reader_for(true, 0, 10);
    BOOST_CHECK(refused.next("x").what == kind::refused);
    BOOST_CHECK(refused.next("0\r\n\r\n").what == kind::refused);
    BOOST_CHECK_EQUAL(refused.next("").status, 400U);
    http::body_reader ended = reader_for(true, 0, 10);
    BOOST_CHECK(ended.next("0\r\n\r\n").what == kind::complete);
    BOOST_CHECK_EQUAL(ended.next("5\r\n").consumed, 0U);
}

BOOST_AUTO_TEST_CASE(every_single_byte_change_of_chunk_framing_is_refused_or_harmless)
{
    const std::string good = "3\r\nabc\r\n0\r\n\r\n";
    const std::vector<std::size_t> framing = {0, 1, 2, 6, 7, 8, 9, 10, 11, 12};
    for (const std::size_t at : framing) {
        for (unsigned byte = 0; byte < 256; ++byte) {
            std::string changed = good;
            changed[at] = static_cast<char>(byte);
            if (changed == good) {
                continue;
            }
            const reading read = read_chunked(changed);
            // A size of zero ends the body early, and the next bytes must then be CR LF, which they are not;
            // a larger one swallows framing as data and finds no CR LF after it.
            BOOST_CHECK_MESSAGE(read.what != kind::complete, printable(changed));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
