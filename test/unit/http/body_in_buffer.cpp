// Whole requests gathered in one buffer: any split, any pipeline, bounded memory.
#include "head_cases.hpp"
#include "http/server_request_reader.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace head_cases;
using state = http::server_request_reader::state;

struct request {
    std::string method;
    std::string target;
    std::string body;
    std::string last_header;
    bool operator==(const request&) const = default;
};

// Sends the bytes in pieces of `size` and takes the requests out.
std::vector<request> gathered(const std::string& bytes, std::size_t size, std::size_t& continues)
{
    http::server_request_reader reader({}, 1000);
    std::vector<request> requests;
    std::string_view rest = bytes;
    for (;;) {
        const state reached = reader.advance();
        BOOST_REQUIRE(reached != state::refused);
        if (reached == state::ready) {
            const http::checked_head& head = reader.head();
            requests.push_back({std::string(head.method), std::string(head.target),
                                std::string(reader.body()), std::string(head.headers.back().value)});
            reader.next();
            continue;
        }
        continues += reached == state::wants_continue ? 1 : 0;
        if (rest.empty()) {
            return requests;
        }
        const std::span<char> space = reader.space();
        const std::size_t count = std::min({size, space.size(), rest.size()});
        std::copy_n(rest.data(), count, space.data());
        rest.remove_prefix(count);
        reader.received(count);
    }
}

// Sends as a connection does, until the bytes are gone or the reader wants no more.
void fill(http::server_request_reader& reader, std::string_view bytes)
{
    state reached = reader.advance();
    while (!bytes.empty() && reached != state::refused) {
        const auto space = reader.space();
        const std::size_t count = std::min(space.size(), bytes.size());
        BOOST_REQUIRE_GT(count, 0U);
        std::copy_n(bytes.data(), count, space.data());
        reader.received(count);
        bytes.remove_prefix(count);
        reached = reader.advance();
    }
}

std::string sized(std::string_view body)
{
    return "POST /sized HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\nZ: one\r\n\r\n" + std::string(body);
}

} // namespace

BOOST_AUTO_TEST_SUITE(requests_in_a_buffer)

BOOST_AUTO_TEST_CASE(pipelined_requests_are_the_same_in_pieces_of_any_size)
{
    // given
    const std::string chunked =
        "POST /chunked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nZ: two\r\n\r\n"
        "3\r\nabc\r\n1;e=\"f\"\r\nd\r\n5\r\nefghi\r\n0\r\nTrailer-One: t\r\n\r\n";
    const std::string large(900, 'x');
    const std::string plain = "GET /plain HTTP/1.1\r\nHost: a\r\nZ: three\r\n\r\n";
    const std::string bytes =
        sized("hello") + chunked + plain + "\r\n" + sized(large) + chunked + sized("") + plain;
    const std::vector<request> expected = {
        {"POST", "/sized", "hello", "one"},       {"POST", "/chunked", "abcdefghi", "two"},
        {"GET", "/plain", "", "three"},           {"POST", "/sized", large, "one"},
        {"POST", "/chunked", "abcdefghi", "two"}, {"POST", "/sized", "", "one"},
        {"GET", "/plain", "", "three"},
    };
    // when, then
    for (std::size_t size = 1; size <= bytes.size(); size += size < 64 ? 1 : 61) {
        std::size_t continues = 0;
        BOOST_CHECK_MESSAGE(gathered(bytes, size, continues) == expected, "in pieces of " << size);
        BOOST_CHECK_EQUAL(continues, 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_is_told_to_go_on_once_and_one_that_does_not_is_not)
{
    const std::string head =
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    std::size_t waiting = 0;
    BOOST_CHECK_EQUAL(gathered(head + "abcde", head.size(), waiting).size(), 1U);
    BOOST_CHECK_EQUAL(waiting, 1U);
    std::size_t sending = 0;
    BOOST_CHECK_EQUAL(gathered(head + "abcde", head.size() + 1, sending).size(), 1U);
    BOOST_CHECK_EQUAL(sending, 0U);
    std::size_t without_body = 0;
    const std::string bare = "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n";
    BOOST_CHECK_EQUAL(gathered(bare, bare.size(), without_body).size(), 1U);
    BOOST_CHECK_EQUAL(without_body, 0U);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_too_long_is_refused_and_never_told_to_go_on)
{
    for (const auto* framing : {"Content-Length: 1001\r\n", "Transfer-Encoding: chunked\r\n"}) {
        http::server_request_reader reader({}, 1000);
        const std::string bytes = "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(framing) +
                                  "Expect: 100-continue\r\n\r\n" +
                                  (std::string_view(framing).starts_with('T') ? "3E9\r\n" : "");
        const auto space = reader.space();
        std::ranges::copy(bytes, space.data());
        reader.received(bytes.size());
        BOOST_CHECK(reader.advance() == state::refused);
        BOOST_CHECK_EQUAL(reader.status(), 413U);
        BOOST_CHECK(reader.advance() == state::refused);
    }
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_by_what_was_sent_and_given_back)
{
    http::server_request_reader reader({}, 1024UL * 1024);
    BOOST_CHECK_EQUAL(reader.capacity(), 0U);
    fill(reader, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n");
    BOOST_CHECK_LE(reader.capacity(), 2048U); // a promise of bytes costs nothing
    fill(reader, std::string(499'999, 'x'));
    BOOST_CHECK_LE(reader.capacity(), 1024U * 1024);
    fill(reader, "x");
    BOOST_CHECK(reader.advance() == state::ready);
    BOOST_CHECK_EQUAL(reader.body().size(), 500'000U);
    BOOST_CHECK_EQUAL(reader.head().target, "/");
    reader.next();
    BOOST_CHECK(reader.idle());
    BOOST_CHECK_EQUAL(reader.capacity(), 0U);
    // A half-open head costs no more than twice its bytes.
    http::server_request_reader half({}, 1000);
    for (std::size_t i = 0; i < 8191; ++i) {
        half.space()[0] = "GET / HTTP/1.1\r\nA:"[std::min<std::size_t>(i, 17)];
        half.received(1);
        BOOST_REQUIRE(i % 512 != 0 || half.advance() == state::needs_more);
    }
    BOOST_CHECK_LE(half.capacity(), 8192U);
}

BOOST_AUTO_TEST_CASE(a_body_with_a_length_gets_no_room_beyond_it)
{
    http::server_request_reader reader({}, 64UL * 1024);
    const std::string request = sized(std::string(60'000, 'x'));
    fill(reader, std::string_view(request).substr(0, 30'000));
    BOOST_CHECK_LE(reader.capacity(), 30'000U + 8 * 1024);
    fill(reader, std::string_view(request).substr(30'000));
    BOOST_CHECK(reader.advance() == state::ready);
    BOOST_CHECK_EQUAL(reader.capacity(), request.size());
}

BOOST_AUTO_TEST_CASE(what_follows_a_large_request_does_not_keep_its_memory)
{
    http::server_request_reader reader({}, 64UL * 1024);
    fill(reader, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nEA60\r\n" +
                     std::string(60'000, 'x') + "\r\n0\r\n\r\n" + sized("next") + "GET /begun");
    BOOST_REQUIRE(reader.advance() == state::ready);
    BOOST_CHECK_EQUAL(reader.body().size(), 60'000U);
    reader.next();
    BOOST_CHECK_LE(reader.capacity(), 2048U);
    BOOST_REQUIRE(reader.advance() == state::ready);
    BOOST_CHECK_EQUAL(reader.body(), "next");
    reader.next();
    BOOST_CHECK(reader.advance() == state::needs_more);
    fill(reader, " HTTP/1.1\r\nHost: a\r\n\r\n");
    BOOST_REQUIRE(reader.advance() == state::ready);
    BOOST_CHECK_EQUAL(reader.head().target, "/begun");
    // nor does a list of many headers
    BOOST_CHECK_LE(reader.head().headers.capacity(), 32U);
}

BOOST_AUTO_TEST_CASE(large_requests_share_a_budget_and_one_too_many_is_refused)
{
    http::memory_budget budget(60'000);
    const std::string request = sized(std::string(50'000, 'x'));
    const std::string small = sized(std::string(8'000, 'x'));
    http::server_request_reader first({}, 60'000, &budget);
    fill(first, std::string_view(request).substr(0, 40'000));
    BOOST_CHECK_GE(budget.left(), 60'000U - 40'000);
    BOOST_CHECK_LT(budget.left(), 60'000U - 30'000);
    {
        http::server_request_reader second({}, 60'000, &budget);
        fill(second, request);
        BOOST_CHECK(second.advance() == state::refused);
        BOOST_CHECK_EQUAL(second.status(), 503U);
        BOOST_CHECK(second.head_accepted());
    }
    // What a connection has of its own is enough for a small one.
    http::server_request_reader third({}, 60'000, &budget);
    const std::size_t left = budget.left();
    fill(third, small);
    BOOST_CHECK(third.advance() == state::ready);
    BOOST_CHECK_EQUAL(budget.left(), left);
    // What was answered is given back.
    fill(first, std::string_view(request).substr(40'000));
    BOOST_REQUIRE(first.advance() == state::ready);
    BOOST_CHECK_EQUAL(first.body().size(), 50'000U);
    first.next();
    BOOST_CHECK_EQUAL(budget.left(), 60'000U);
    fill(first, std::string_view(request).substr(0, 40'000));
    first.clear();
    BOOST_CHECK_EQUAL(budget.left(), 60'000U);
    BOOST_CHECK_EQUAL(first.capacity(), 0U);
}

BOOST_AUTO_TEST_CASE(a_budget_of_the_longest_body_is_enough_for_it)
{
    const std::size_t longest = 100'000;
    const http::head_limits limits;
    const std::string filler(limits.max_head - 100, 'a');
    for (const bool chunked : {false, true}) {
        http::memory_budget budget(longest);
        http::server_request_reader reader(limits, longest, &budget);
        fill(reader, "POST / HTTP/1.1\r\nHost: a\r\nA: " + filler + "\r\n" +
                         (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: 100000\r\n\r\n"));
        for (std::size_t i = 0; i < longest / 1000; ++i) {
            fill(reader, chunked ? "3E8\r\n" + std::string(1000, 'x') + "\r\n" : std::string(1000, 'x'));
        }
        fill(reader, chunked ? "0\r\n\r\n" : "");
        BOOST_CHECK(reader.advance() == state::ready);
        BOOST_CHECK_EQUAL(reader.body().size(), longest);
        reader.next();
        BOOST_CHECK_EQUAL(budget.left(), longest);
    }
}

BOOST_AUTO_TEST_CASE(a_head_that_moved_is_judged_once_more_and_not_again)
{
    http::server_request_reader reader({}, 10'000);
    fill(reader, sized(std::string(5'000, 'x')));
    BOOST_REQUIRE(reader.advance() == state::ready);
    BOOST_CHECK_EQUAL(reader.head().target, "/sized");
    // Whoever has the request keeps a view of the list of headers, which nobody writes to any more: a mark in
    // it stays.
    auto& first = const_cast<videosdk::header_view&>(reader.head().headers.front());
    first.name = "a mark";
    BOOST_REQUIRE(reader.known_head() != nullptr);
    BOOST_CHECK_EQUAL(reader.known_head()->headers.front().name, "a mark");
}

BOOST_AUTO_TEST_CASE(requests_that_end_too_early_are_refused_and_an_end_between_them_is_not)
{
    const auto ended = [](std::string_view bytes) {
        http::server_request_reader reader({}, 100);
        std::ranges::copy(bytes, reader.space().data());
        reader.received(bytes.size());
        BOOST_CHECK(reader.advance() != state::ready);
        return reader.end();
    };
    BOOST_CHECK(ended("") == state::needs_more);
    BOOST_CHECK(ended("\r") == state::needs_more);
    BOOST_CHECK(ended("\r\n") == state::needs_more);
    for (const auto* part :
         {"G", "\r\nG", "GET / HTTP/1.1\r\nHost: a\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", "GET / HTTP/1.1\nHost: a\r\n\r\n"}) {
        BOOST_CHECK_MESSAGE(ended(part) == state::refused, printable(part));
    }
}

BOOST_AUTO_TEST_CASE(small_chunks_do_not_fill_the_buffer_with_their_framing)
{
    http::server_request_reader reader({}, 2000);
    const auto send = [&](std::string_view bytes) {
        const auto space = reader.space();
        BOOST_REQUIRE(space.size() >= bytes.size());
        std::copy_n(bytes.data(), bytes.size(), space.data());
        reader.received(bytes.size());
    };
    send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 1000; ++i) {
        BOOST_REQUIRE(reader.advance() == state::needs_more);
        send("0000000000000001\r\n");
        BOOST_REQUIRE(reader.advance() == state::needs_more);
        send("x\r\n");
    }
    BOOST_REQUIRE(reader.advance() == state::needs_more);
    send("0\r\n\r\n");
    BOOST_CHECK(reader.advance() == state::ready);
    BOOST_CHECK(reader.body() == std::string(1000, 'x'));
    BOOST_CHECK_LE(reader.capacity(), 2048U);
}

BOOST_AUTO_TEST_SUITE_END()
