// RFC 9112, sections 9 and 11: connections, their order and their end, and what an answer may hold. Each test
// is named after its section; doc/http.md lists them.
#include "collection.hpp"

#include <boost/asio/ip/address_v4.hpp>

#include <chrono>
#include <string>

using namespace conformance;
using namespace std::chrono_literals;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(rfc9112_connections)

BOOST_AUTO_TEST_CASE(rfc9112_9_2_answers_come_in_the_order_of_the_requests)
{
    place here;
    std::string all;
    for (int i = 0; i < 20; ++i) {
        all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }
    const conversation what = here.talk(all + last);
    BOOST_REQUIRE_EQUAL(what.answers.size(), 21U);
    for (std::size_t i = 0; i < 20; ++i) {
        BOOST_CHECK_EQUAL(what.answers[i].body, "GET /" + std::to_string(i));
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_9_3_a_connection_of_1_1_persists_and_one_of_1_0_when_asked)
{
    place here;
    const auto stays = [&](const std::string& request) {
        const conversation what = here.talk(request + last);
        BOOST_REQUIRE(!what.answers.empty());
        const bool says_close = what.answers[0].field("Connection") == "close";
        BOOST_CHECK_EQUAL(says_close, what.answers.size() == 1);
        return what.answers.size() == 2;
    };
    BOOST_CHECK(stays(probe("GET", "")));
    BOOST_CHECK(stays(probe("GET", "Connection: keep-alive\r\n")));
    BOOST_CHECK(!stays(probe("GET", "Connection: close\r\n")));
    BOOST_CHECK(!stays(probe("GET", "Connection: keep-alive, close\r\n")));
    BOOST_CHECK(!stays("GET / HTTP/1.0\r\n\r\n"));
    BOOST_CHECK(stays("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    BOOST_CHECK(!stays("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"));
    BOOST_CHECK(!stays("GET / HTTP/1.0\r\nConnection: upgrade\r\n\r\n"));
    const conversation kept = here.talk("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + last);
    BOOST_CHECK_EQUAL(kept.answers[0].field("Connection"), "keep-alive");
}

BOOST_AUTO_TEST_CASE(rfc9112_9_3_a_whole_body_is_read_before_the_next_request)
{
    place here;
    // The service looks at no body of a GET.
    const conversation what = here.talk(
        probe("GET", "Content-Length: 37\r\n", "GET /smuggled HTTP/1.1\r\nHost: aa\r\n\r\n!") + last);
    BOOST_REQUIRE_EQUAL(what.answers.size(), 2U);
    BOOST_CHECK_EQUAL(what.answers[1].body, "GET /last");
    BOOST_CHECK_EQUAL(what.seen.size(), 2U);
}

BOOST_AUTO_TEST_CASE(rfc9112_9_3_2_pipelined_requests_are_all_answered)
{
    place here;
    const std::string chunked = probe("POST", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n");
    const std::string all = probe("GET", "") + probe("POST", "Content-Length: 2\r\n", "de") + chunked +
                            probe("OPTIONS", "") + last;
    // In one piece, and byte by byte.
    BOOST_CHECK_EQUAL(here.talk(all).answers.size(), 5U);
    line client(here);
    for (const char c : all) {
        client.send(std::string(1, c));
        here.settle();
    }
    std::string left;
    const auto answers = answers_in(client.rest(), 0, left);
    BOOST_REQUIRE_EQUAL(answers.size(), 5U);
    BOOST_CHECK_EQUAL(answers[2].body, "abc");
    BOOST_CHECK(left.empty());
}

BOOST_AUTO_TEST_CASE(rfc9112_9_3_2_nothing_behind_a_refused_request_is_read)
{
    place here;
    const conversation what = here.talk(probe("GET", "") + probe("GET", "X : y\r\n") + smuggled + last);
    BOOST_REQUIRE_EQUAL(what.answers.size(), 2U);
    BOOST_CHECK_EQUAL(what.answers[1].status, 400U);
    BOOST_CHECK_EQUAL(what.seen.size(), 1U);
    BOOST_CHECK(what.closed_in_order && what.left.empty());
}

BOOST_AUTO_TEST_CASE(rfc9112_9_4_a_client_with_too_many_connections_is_refused_and_others_are_served)
{
    http::server_options options;
    options.max_connections_per_address = 2;
    place here({}, options);
    // given as many connections of one client as it may have
    line first(here);
    line second(here);
    first.send(probe("GET", ""));
    second.send(probe("GET", ""));
    here.run_until([&] { return here.seen.size() == 2; });
    // when it makes another one
    const conversation third = here.talk(probe("GET", "") + smuggled);
    // then that one is told, and ended
    BOOST_REQUIRE_EQUAL(third.answers.size(), 1U);
    BOOST_CHECK_EQUAL(third.answers[0].status, 503U);
    BOOST_CHECK_EQUAL(third.answers[0].field("Connection"), "close");
    BOOST_CHECK(third.closed_in_order && third.left.empty() && third.seen.empty());
    BOOST_CHECK_EQUAL(here.counts().connections_shed_by_address, 1U);
    // and another client is served, as is the first one where it is connected already
    line other(here, asio::ip::make_address_v4("127.0.0.2"));
    other.send(last);
    BOOST_CHECK(other.rest().starts_with("HTTP/1.1 200 "));
    first.send(last);
    BOOST_CHECK(first.rest().ends_with("GET /last"));
    BOOST_CHECK(here.timeless());
}

BOOST_AUTO_TEST_CASE(rfc9112_9_5_a_connection_that_is_inactive_too_long_is_closed_gracefully)
{
    http::server_options options;
    options.idle_timeout = 60s;
    options.head_timeout = 5s;
    options.request_timeout = 15s;
    struct row {
        const char* what;
        std::string bytes;
        std::chrono::seconds limit;
        std::string answer; // empty: none
    };
    for (const row& each : std::vector<row>{
             {"nothing was sent", "", 60s, ""},
             {"a request was answered", probe("GET", ""), 60s, ""},
             {"a head has begun", "GET / HTTP/1.1\r\nHo", 5s, "HTTP/1.1 408 "},
             {"a body has begun", probe("POST", "Content-Length: 5\r\n", "hel"), 15s, "HTTP/1.1 408 "},
             {"a chunk has begun", probe("POST", "Transfer-Encoding: chunked\r\n", "5\r\nh"), 15s,
              "HTTP/1.1 408 "},
         }) {
        BOOST_TEST_CONTEXT(each.what)
        {
            place here({}, options);
            line client(here);
            client.send(each.bytes);
            const bool served = each.answer.empty() && !each.bytes.empty();
            const std::string before = served ? client.answered() : "";
            here.wait_for_deadline(each.limit);
            // when almost all of its time has passed
            here.pass(each.limit - 1ns);
            BOOST_CHECK_EQUAL(client.arrived(), before);
            BOOST_CHECK(!client.ended());
            // and when all of it has
            here.pass(1ns);
            const std::string after = client.rest().substr(before.size());
            BOOST_CHECK(client.in_order());
            BOOST_CHECK_EQUAL(after.substr(0, 13), each.answer);
        }
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_9_5_a_clients_end_is_noticed_at_once)
{
    place here;
    for (const std::string& bytes :
         {""s, probe("GET", ""), "GET / HT"s, probe("POST", "Content-Length: 5\r\n")}) {
        {
            line client(here);
            client.send(bytes);
            here.run_until([&] { return here.counts().connections_open == 1; });
            client.arrived();
        }
        here.run_until([&] { return here.counts().connections_open == 0; });
    }
    BOOST_CHECK(here.timeless());
}

BOOST_AUTO_TEST_CASE(rfc9112_9_5_a_client_that_reads_slowly_is_left_to_flow_control)
{
    // More than the buffers of both ends hold.
    const std::string large(32UL * 1024 * 1024, 'y');
    place here([&](const http::server_request&) -> asio::awaitable<http::server_response> {
        co_return http::server_response(200, large);
    });
    line client(here);
    client.send(probe("GET", "Connection: close\r\n"));
    here.run_until([&] { return here.counts().requests == 1; });
    here.settle();
    std::string left;
    const auto answers = answers_in(client.rest(), 0, left);
    BOOST_REQUIRE_EQUAL(answers.size(), 1U);
    BOOST_CHECK(answers[0].body == large && left.empty());
    BOOST_CHECK(client.in_order() && here.timeless());
}

BOOST_AUTO_TEST_CASE(rfc9112_9_6_after_close_is_said_no_request_is_served)
{
    place here;
    const conversation asked = here.talk(last + smuggled);
    BOOST_REQUIRE_EQUAL(asked.answers.size(), 1U);
    BOOST_CHECK_EQUAL(asked.answers[0].field("Connection"), "close");
    BOOST_CHECK(asked.closed_in_order && asked.left.empty());
    BOOST_CHECK_EQUAL(asked.seen.size(), 1U);
    // The server's own wish is said too, and kept.
    place closing([](const http::server_request&) -> asio::awaitable<http::server_response> {
        http::server_response answer(200, "x");
        answer.close = true;
        co_return answer;
    });
    const conversation told = closing.talk(probe("GET", "") + smuggled);
    BOOST_REQUIRE_EQUAL(told.answers.size(), 1U);
    BOOST_CHECK_EQUAL(told.answers[0].field("Connection"), "close");
    BOOST_CHECK(told.closed_in_order);
    BOOST_CHECK_EQUAL(closing.counts().requests, 1U);
}

BOOST_AUTO_TEST_CASE(rfc9112_9_6_the_last_answer_is_read_though_more_was_sent)
{
    place here;
    // Unread bytes at the close would become a reset, which may overtake the answer.
    const conversation what = here.talk(probe("GET", "X : y\r\n") + std::string(300'000, 'x'));
    BOOST_REQUIRE_EQUAL(what.answers.size(), 1U);
    BOOST_CHECK_EQUAL(what.answers[0].status, 400U);
    BOOST_CHECK(what.closed_in_order);
}

BOOST_AUTO_TEST_CASE(rfc9112_11_1_no_answer_is_split_by_what_a_handler_puts_into_it)
{
    place here([](const http::server_request& request) -> asio::awaitable<http::server_response> {
        http::server_response answer(200, "x");
        if (request.target == "/value") {
            answer.headers.emplace_back("X", "a\r\nSet-Cookie: b");
        } else if (request.target == "/name") {
            answer.headers.emplace_back("X: a\r\nY", "b");
        } else if (request.target == "/type") {
            answer.content_type = "text/plain\r\n\r\nHTTP/1.1 200 OK";
        } else if (request.target == "/nul") {
            answer.headers.emplace_back("X", "a\0b"s);
        } else {
            answer.headers.emplace_back("Content-Length", "0");
        }
        co_return answer;
    });
    for (const auto* target : {"/value", "/name", "/type", "/nul", "/length"}) {
        const conversation what =
            here.talk("GET "s + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        BOOST_REQUIRE_EQUAL(what.answers.size(), 1U);
        BOOST_CHECK_EQUAL(what.answers[0].status, 500U);
        BOOST_CHECK(what.left.empty() && !what.answers[0].has("Set-Cookie"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
