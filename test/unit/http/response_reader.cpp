// Responses are read whole, however they are framed and cut, and never beyond the limits.
#include "http/response_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using videosdk::errc;
using videosdk::http::response_reader;
using state = response_reader::state;

constexpr std::string_view with_length =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n"
    "{\"success\":1}";
constexpr std::string_view chunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Request-Id: abc\r\n\r\n"
    "5\r\n{\"suc\r\n1\r\nc\r\n7\r\ness\":1}\r\n0\r\n\r\n";
constexpr std::string_view until_close = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"success\":1}";

/// Feeds `text` in pieces of `step` bytes.
state feed(response_reader& reader, std::string_view text, std::size_t step)
{
    state reached = state::needs_more;
    while (!text.empty() && reached == state::needs_more) {
        const auto place = reader.prepare();
        const std::size_t count = std::min({step, text.size(), place.size()});
        std::copy_n(text.begin(), count, place.begin());
        reached = reader.commit(count);
        text.remove_prefix(count);
    }
    return reached;
}

} // namespace

BOOST_AUTO_TEST_SUITE(response_reader_)

BOOST_AUTO_TEST_CASE(the_body_is_the_same_however_it_is_framed_and_sliced)
{
    for (const std::string_view text : {with_length, chunked}) {
        for (std::size_t step = 1; step <= text.size(); ++step) {
            response_reader reader({});
            BOOST_REQUIRE(feed(reader, text, step) == state::complete);
            BOOST_TEST(reader.status() == 200U);
            BOOST_TEST(reader.body() == "{\"success\":1}");
            BOOST_TEST(reader.reusable());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_body_without_length_ends_with_the_connection)
{
    response_reader reader({});
    BOOST_REQUIRE(feed(reader, until_close, 7) == state::needs_more);
    BOOST_TEST((reader.commit_end(false) == state::complete));
    BOOST_TEST(reader.body() == "{\"success\":1}");
    BOOST_TEST(!reader.reusable());
}

BOOST_AUTO_TEST_CASE(a_body_without_length_and_without_close_notify_is_truncated)
{
    response_reader reader({});
    feed(reader, until_close, 100);
    BOOST_TEST((reader.commit_end(true) == state::failed));
    BOOST_TEST((reader.failure() == errc::truncated_response));
}

BOOST_AUTO_TEST_CASE(every_cut_of_a_framed_response_is_truncated)
{
    for (const std::string_view text : {with_length, chunked}) {
        for (std::size_t size = 1; size < text.size(); ++size) {
            response_reader reader({});
            BOOST_REQUIRE(feed(reader, text.substr(0, size), 1000) == state::needs_more);
            BOOST_TEST((reader.commit_end(false) == state::failed));
            BOOST_TEST((reader.failure() == errc::truncated_response));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_http_is_malformed_however_it_is_sliced)
{
    for (const std::string_view text : {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nX Y: 1\r\nZ: 2\r\n",
                                        "HTTP/1.1 100 Continue\r\n\r\nnonsense\r\n"}) {
        for (std::size_t step = 1; step <= text.size(); ++step) {
            response_reader reader({});
            if (feed(reader, text, step) == state::needs_more) {
                BOOST_TEST((reader.commit_end(false) == state::failed));
            }
            BOOST_TEST((reader.failure() == errc::malformed_response));
        }
    }
}

BOOST_AUTO_TEST_CASE(header_fields_are_found_without_case)
{
    response_reader reader({});
    feed(reader, chunked, 1000);
    BOOST_TEST(reader.header("x-request-id").value() == "abc");
    BOOST_TEST(!reader.header("x-other").has_value());
}

BOOST_AUTO_TEST_CASE(a_folded_field_is_unfolded)
{
    response_reader reader({});
    BOOST_REQUIRE(feed(reader, "HTTP/1.1 200 OK\r\nX-Long: one\r\n two\r\nContent-Length: 0\r\n\r\n", 1000) ==
                  state::complete);
    BOOST_TEST(reader.header("x-long").value() == "one two");
    BOOST_TEST(reader.header("content-length").value() == "0");
}

BOOST_AUTO_TEST_CASE(interim_responses_are_passed_over)
{
    const std::string text =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + std::string(with_length);
    for (std::size_t step = 1; step <= text.size(); ++step) {
        response_reader reader({});
        BOOST_REQUIRE(feed(reader, text, step) == state::complete);
        BOOST_TEST(reader.status() == 200U);
        BOOST_TEST(reader.body() == "{\"success\":1}");
        BOOST_TEST(!reader.header("link").has_value());
    }
}

BOOST_AUTO_TEST_CASE(an_upgrade_that_nobody_asked_for_is_malformed)
{
    response_reader reader({});
    BOOST_TEST((feed(reader, "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", 1000) == state::failed));
    BOOST_TEST((reader.failure() == errc::malformed_response));
}

BOOST_AUTO_TEST_CASE(bytes_beyond_the_response_forbid_reuse)
{
    response_reader reader({});
    BOOST_REQUIRE(feed(reader, std::string(with_length) + "HTTP/1.1 200 OK\r\n", 1000) == state::complete);
    BOOST_TEST(reader.body() == "{\"success\":1}");
    BOOST_TEST(!reader.reusable());
}

BOOST_AUTO_TEST_CASE(connection_close_and_http_1_0_forbid_reuse)
{
    for (const std::string_view text : {"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
                                        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
        response_reader reader({});
        BOOST_REQUIRE(feed(reader, text, 1000) == state::complete);
        BOOST_TEST(!reader.reusable());
    }
}

BOOST_AUTO_TEST_CASE(a_head_beyond_its_limit_is_refused)
{
    response_reader reader({1024, 1024});
    const std::string text = "HTTP/1.1 200 OK\r\nX-Long: " + std::string(5000, 'a') + "\r\n\r\n";
    BOOST_TEST((feed(reader, text, 100) == state::failed));
    BOOST_TEST((reader.failure() == errc::response_too_large));
}

BOOST_AUTO_TEST_CASE(the_limit_of_a_head_is_exact_however_it_is_cut)
{
    const std::string begin = "HTTP/1.1 204 No Content\r\nX: ";
    for (const std::size_t size : {std::size_t{1023}, std::size_t{1024}, std::size_t{1025}}) {
        const std::string text = begin + std::string(size - begin.size() - 4, 'a') + "\r\n\r\n";
        BOOST_REQUIRE(text.size() == size);
        for (const std::size_t step : {std::size_t{1}, std::size_t{7}, size - 1, size}) {
            response_reader reader({1024, 2048});
            BOOST_TEST((feed(reader, text, step) == (size <= 1024 ? state::complete : state::failed)));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_body_beyond_its_limit_is_refused_in_every_framing)
{
    const std::string big(3000, 'a');
    for (const std::string& text :
         {"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + big,
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nbb8\r\n" + big + "\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + big}) {
        response_reader reader({1024, 2048});
        BOOST_TEST((feed(reader, text, 500) == state::failed));
        BOOST_TEST((reader.failure() == errc::response_too_large));
    }
}

BOOST_AUTO_TEST_CASE(a_response_without_end_is_refused_whatever_it_is_made_of)
{
    std::string interim;
    for (int i = 0; i < 1000; ++i) {
        interim += "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    }
    const std::string extension =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=" + std::string(100'000, 'a');
    for (const std::string& text : {interim, extension}) {
        response_reader reader({1024, 2048});
        BOOST_TEST((feed(reader, text, 500) == state::failed));
        BOOST_TEST((reader.failure() == errc::response_too_large));
    }
}

BOOST_AUTO_TEST_CASE(a_long_body_in_tiny_chunks_is_closed_up_and_whole)
{
    std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::string expected;
    for (int i = 0; i < 20'000; ++i) {
        const char c = static_cast<char>('a' + i % 26);
        text += std::string("1\r\n") + c + "\r\n";
        expected += c;
    }
    text += "0\r\n\r\n";
    response_reader reader({1024, 64 * 1024});
    BOOST_REQUIRE(feed(reader, text, 777) == state::complete);
    BOOST_TEST((reader.body() == expected));
}

BOOST_AUTO_TEST_CASE(a_chunked_body_that_is_empty_is_read_however_it_is_cut)
{
    const std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for (std::size_t first = 1; first != text.size(); ++first) {
        for (const std::size_t rest : {std::size_t{1}, std::size_t{2}, text.size()}) {
            response_reader reader({1024, 2048});
            BOOST_TEST((feed(reader, text.substr(0, first), first) == state::needs_more));
            BOOST_TEST_CONTEXT("cut at " << first << ", then every " << rest)
            {
                BOOST_REQUIRE(feed(reader, text.substr(first), rest) == state::complete);
                BOOST_TEST(reader.body().empty());
                BOOST_TEST(reader.reusable());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_first_chunk_that_is_none_is_malformed_and_one_that_is_cut_off_is_truncated)
{
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::size_t slice : {std::size_t{1}, head.size(), head.size() + 100}) {
        for (const auto& [chunk, expected] :
             {std::pair{"zz\r\n", errc::malformed_response}, std::pair{"z", errc::truncated_response},
              std::pair{"0\r\n\r", errc::truncated_response}, std::pair{"0\r\n", errc::truncated_response},
              std::pair{"", errc::truncated_response}}) {
            response_reader reader({1024, 2048});
            const state fed = feed(reader, head + chunk, slice);
            BOOST_TEST((fed == state::failed || reader.commit_end(false) == state::failed));
            BOOST_TEST((reader.failure() == expected), "'" << chunk << "' by " << slice);
        }
    }
}

BOOST_AUTO_TEST_CASE(garbage_is_malformed)
{
    for (const std::string_view text :
         {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 050 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
        response_reader reader({});
        BOOST_TEST((feed(reader, text, 1000) == state::failed));
        BOOST_TEST((reader.failure() == errc::malformed_response));
        BOOST_TEST(!reader.detail().empty());
    }
}

BOOST_AUTO_TEST_CASE(what_is_too_long_is_told_with_the_limit_and_the_option_that_sets_it)
{
    const std::string big(5000, 'a');
    const std::pair<std::string, std::string> cases[] = {
        {"HTTP/1.1 200 OK\r\nX-Long: " + big, "head is too long (pool.max_response_head is 1024 bytes)"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + big,
         "body is too long (pool.max_response_body is 2048 bytes)"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" + big,
         "body is too long (pool.max_response_body is 2048 bytes)"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=" + big + big,
         "a line between chunks is longer than a head may be (pool.max_response_head is 1024 bytes)"},
    };
    for (const auto& [text, words] : cases) {
        response_reader reader({1024, 2048});
        BOOST_TEST((feed(reader, text, 500) == state::failed));
        BOOST_TEST((reader.failure() == errc::response_too_large));
        BOOST_TEST(reader.detail().find(words) != std::string::npos, reader.detail());
    }
}

BOOST_AUTO_TEST_CASE(a_large_response_leaves_no_large_buffer_behind)
{
    const std::string large =
        "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'a');
    const std::string usual = "HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + std::string(20'000, 'a');
    response_reader reader({});
    BOOST_REQUIRE(feed(reader, large, 100'000) == state::complete);
    BOOST_TEST(reader.capacity() > 1'000'000U);
    reader.reset();
    BOOST_TEST(reader.capacity() <= 64U * 1024);
    BOOST_REQUIRE(feed(reader, usual, 100'000) == state::complete);
    const std::size_t kept = reader.capacity();
    reader.reset();
    BOOST_TEST(reader.capacity() == kept); // usual sizes are not allocated anew each time
    BOOST_REQUIRE(feed(reader, usual, 100'000) == state::complete);
    BOOST_TEST(reader.body().size() == 20'000U);
}

BOOST_AUTO_TEST_CASE(a_reader_is_as_good_as_new_after_reset)
{
    response_reader reader({});
    for (const std::string_view text : {chunked, with_length, chunked}) {
        reader.reset();
        BOOST_TEST(!reader.started());
        BOOST_REQUIRE(feed(reader, text, 11) == state::complete);
        BOOST_TEST(reader.body() == "{\"success\":1}");
    }
}

BOOST_AUTO_TEST_SUITE_END()
