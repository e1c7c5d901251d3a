// What the server promises about requests and answers.
#include "world.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

using namespace server_tests;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(requests)

BOOST_AUTO_TEST_CASE(a_handler_sees_the_request_and_the_peer_gets_its_answer)
{
    // given
    world here;
    here.start();
    peer client(here);
    // when
    client.send(post("/path?query", "body", "X-One: 1\r\nx-two:2\r\n"));
    const std::string answer = client.answer();
    // then
    BOOST_CHECK_EQUAL(status_of(answer), 200U);
    BOOST_CHECK_EQUAL(body_of(answer), "POST /path?query body");
    BOOST_CHECK(answer.find("\r\nContent-Type: text/plain\r\n") != std::string::npos);
    BOOST_CHECK(answer.find(" GMT\r\n") != std::string::npos);
    BOOST_CHECK(answer.find("Connection") == std::string::npos);
    BOOST_REQUIRE_EQUAL(here.seen.size(), 1U);
    BOOST_CHECK_EQUAL(here.seen[0].peer, client.local());
    BOOST_REQUIRE_EQUAL(here.seen[0].headers.size(), 4U);
    BOOST_CHECK_EQUAL(here.seen[0].headers[3].second, "2");
    const auto counts = here.counts();
    BOOST_CHECK_EQUAL(counts.connections_accepted, 1U);
    BOOST_CHECK_EQUAL(counts.connections_open, 1U);
    BOOST_CHECK_EQUAL(counts.requests, 1U);
    BOOST_CHECK_EQUAL(counts.refused, 0U);
}

BOOST_AUTO_TEST_CASE(a_header_is_found_without_regard_to_case)
{
    http::server_request request;
    const std::vector<videosdk::header_view> headers = {{"X-One", "1"}, {"x-one", "2"}};
    request.headers = headers;
    BOOST_CHECK(request.header("X-ONE") == "1");
    BOOST_CHECK(!request.header("x-two"));
}

BOOST_AUTO_TEST_CASE(a_connection_carries_many_requests)
{
    world here;
    here.start();
    peer client(here);
    for (int i = 0; i < 100; ++i) {
        const std::string target = "/" + std::to_string(i);
        client.send(get(target));
        BOOST_CHECK_EQUAL(body_of(client.answer()), "GET " + target + " ");
    }
    BOOST_CHECK_EQUAL(here.counts().connections_accepted, 1U);
    BOOST_CHECK_EQUAL(here.counts().requests, 100U);
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order)
{
    world here;
    here.start();
    peer client(here);
    std::string all;
    for (int i = 0; i < 300; ++i) {
        all +=
            i % 3 == 0 ? get("/" + std::to_string(i)) : post("/" + std::to_string(i), std::string(50, 'x'));
    }
    client.send(all);
    for (int i = 0; i < 300; ++i) {
        const std::string answer = client.answer();
        BOOST_REQUIRE(answer.find(" /" + std::to_string(i) + " ") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_request_may_come_byte_by_byte)
{
    world here;
    here.start();
    peer client(here);
    for (const std::string& request :
         {post("/slow", "hello"), "POST /chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"s}) {
        for (const char c : request) {
            client.send(std::string(1, c));
            here.settle();
        }
        BOOST_CHECK_EQUAL(status_of(client.answer()), 200U);
    }
    BOOST_REQUIRE_EQUAL(here.seen.size(), 2U);
    BOOST_CHECK_EQUAL(here.seen[0].body, "hello");
    BOOST_CHECK_EQUAL(here.seen[1].body, "abcde");
}

BOOST_AUTO_TEST_CASE(a_body_up_to_the_limit_arrives_whole)
{
    world here;
    here.options.max_body = 200'000;
    here.start();
    peer client(here);
    std::string body(200'000, 'x');
    for (std::size_t i = 0; i < body.size(); i += 3) {
        body[i] = static_cast<char>('a' + i % 26);
    }
    client.send(post("/large", body));
    BOOST_CHECK_EQUAL(status_of(client.answer()), 200U);
    BOOST_CHECK(here.seen.at(0).body == body);
    client.send(get("/next"));
    BOOST_CHECK_EQUAL(body_of(client.answer()), "GET /next ");
}

BOOST_AUTO_TEST_CASE(a_client_that_expects_100_continue_is_told_to_go_on)
{
    world here;
    here.start();
    peer client(here);
    client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    BOOST_CHECK_EQUAL(client.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
    BOOST_CHECK(here.seen.empty());
    client.send("abcde");
    BOOST_CHECK_EQUAL(body_of(client.answer()), "POST /a abcde");
}

BOOST_AUTO_TEST_CASE(a_client_whose_body_is_too_long_is_refused_instead)
{
    world here;
    here.options.max_body = 4;
    here.start();
    peer client(here);
    client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    const std::string all = client.rest();
    BOOST_CHECK_EQUAL(status_of(all), 413U);
    BOOST_CHECK(ends_in_order(client));
    BOOST_CHECK(here.seen.empty());
    BOOST_CHECK_EQUAL(here.counts().refused, 1U);
}

BOOST_AUTO_TEST_CASE(head_gets_the_length_and_not_the_body)
{
    world here;
    here.start();
    peer client(here);
    client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get("/b"));
    const std::string answer = client.answer(true);
    BOOST_CHECK(answer.find("Content-Length: 8\r\n") != std::string::npos);
    BOOST_CHECK(answer.ends_with("\r\n\r\n"));
    BOOST_CHECK_EQUAL(body_of(client.answer()), "GET /b ");
    peer refused(here);
    refused.send("HEAD /a HTTP/1.1\r\nHost: \r\n\r\n");
    const std::string refusal = refused.rest();
    BOOST_CHECK_EQUAL(status_of(refusal), 400U);
    BOOST_CHECK(refusal.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(an_http_1_0_connection_closes_unless_asked_to_stay)
{
    world here;
    here.start();
    peer brief(here);
    brief.send("GET /a HTTP/1.0\r\n\r\n");
    const std::string all = brief.rest();
    BOOST_CHECK_EQUAL(body_of(all), "GET /a ");
    BOOST_CHECK(all.find("\r\nConnection: close\r\n") != std::string::npos);
    BOOST_CHECK(ends_in_order(brief));
    peer lasting(here);
    for (int i = 0; i < 2; ++i) {
        lasting.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        BOOST_CHECK(lasting.answer().find("\r\nConnection: keep-alive\r\n") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(connection_close_is_the_last_request)
{
    world here;
    here.start();
    peer client(here);
    client.send(get("/a", "Connection: close\r\n") + get("/b"));
    const std::string all = client.rest();
    BOOST_CHECK_EQUAL(body_of(all), "GET /a ");
    BOOST_CHECK(all.find("\r\nConnection: close\r\n") != std::string::npos);
    BOOST_CHECK(ends_in_order(client));
    BOOST_CHECK_EQUAL(here.seen.size(), 1U);
}

BOOST_AUTO_TEST_CASE(a_handler_can_close_the_connection)
{
    world here;
    here.start([](const http::server_request&) -> asio::awaitable<http::server_response> {
        http::server_response answer(429, "{}");
        answer.headers.emplace_back("Retry-After", "7");
        answer.close = true;
        co_return answer;
    });
    peer client(here);
    client.send(get("/a"));
    const std::string all = client.rest();
    BOOST_CHECK_EQUAL(status_of(all), 429U);
    BOOST_CHECK(all.find("\r\nRetry-After: 7\r\n") != std::string::npos);
    BOOST_CHECK(all.find("\r\nConnection: close\r\n") != std::string::npos);
    BOOST_CHECK(ends_in_order(client));
}

BOOST_AUTO_TEST_CASE(a_half_closed_client_still_gets_its_answer)
{
    world here;
    here.start();
    peer client(here);
    client.send(get("/a"));
    client.half_close();
    BOOST_CHECK_EQUAL(body_of(client.rest()), "GET /a ");
    BOOST_CHECK(ends_in_order(client));
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_costs_a_500_without_detail_and_the_connection_goes_on)
{
    world here;
    int calls = 0;
    here.start([&](const http::server_request& request) -> asio::awaitable<http::server_response> {
        ++calls;
        if (request.target == "/now") {
            throw std::runtime_error("secret-now");
        }
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        if (request.target == "/later") {
            throw std::runtime_error("secret-later");
        }
        co_return http::server_response(200, "fine");
    });
    peer client(here);
    for (const auto* target : {"/now", "/later"}) {
        client.send(get(target));
        const std::string answer = client.answer();
        BOOST_CHECK_EQUAL(status_of(answer), 500U);
        BOOST_CHECK(answer.find("secret") == std::string::npos);
    }
    client.send(get("/good"));
    BOOST_CHECK_EQUAL(body_of(client.answer()), "fine");
    BOOST_CHECK_EQUAL(calls, 3);
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_before_its_coroutine_is_no_worse)
{
    world here;
    here.start([](const http::server_request&) -> asio::awaitable<http::server_response> {
        throw std::runtime_error("no coroutine here");
    });
    peer client(here);
    client.send(get("/a"));
    BOOST_CHECK_EQUAL(status_of(client.answer()), 500U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_would_break_the_framing_becomes_a_500)
{
    world here;
    here.start([](const http::server_request& request) -> asio::awaitable<http::server_response> {
        http::server_response answer(200, "x");
        if (request.target == "/status") {
            answer.status = 42;
        } else {
            answer.headers.emplace_back("X", "a\r\nSet-Cookie: b");
        }
        co_return answer;
    });
    peer client(here);
    for (const auto* target : {"/status", "/header"}) {
        client.send(get(target));
        const std::string answer = client.answer();
        BOOST_CHECK_EQUAL(status_of(answer), 500U);
        BOOST_CHECK(answer.find("Cookie") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_large_answer_reaches_a_slow_reader_whole)
{
    world here;
    const std::string large(8UL * 1024 * 1024, 'y');
    here.start([&](const http::server_request&) -> asio::awaitable<http::server_response> {
        co_return http::server_response(200, large);
    });
    peer client(here);
    client.send(get("/large"));
    here.settle(); // the answer fills the socket's buffers and waits
    BOOST_CHECK(body_of(client.answer()) == large);
    client.send(get("/again"));
    BOOST_CHECK(body_of(client.answer()) == large);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_read_before_the_connection_ends)
{
    struct row {
        const char* what;
        std::string bytes;
        unsigned status;
    };
    const std::vector<row> rows = {
        {"no version", "GET /\r\n", 400},
        {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400},
        {"both framings",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"unknown coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
        {"bad chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a\r\nx\r\n", 400},
        {"long body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", 413},
        {"long chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", 413},
        {"long target", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
        {"long head", get("/", "A: " + std::string(20'000, 'a') + "\r\n"), 431},
        {"expectation", get("/", "Expect: miracles\r\n"), 417},
        {"HTTP/2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        {"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400},
    };
    world here;
    here.start();
    for (const row& each : rows) {
        peer client(here);
        // Much more follows that nobody reads as a request, and more than the sockets hold by themselves.
        client.socket().set_option(asio::socket_base::send_buffer_size(16 * 1024));
        client.send(each.bytes + get("/smuggled") + std::string(900'000, 'x'));
        BOOST_CHECK_MESSAGE(!client.ended(), each.what << ": " << client.ended().message());
        const std::string all = client.rest();
        BOOST_CHECK_MESSAGE(status_of(all) == each.status, each.what << ": " << all.substr(0, 40));
        BOOST_CHECK_MESSAGE(all.find("\r\nConnection: close\r\n") != std::string::npos, each.what);
        BOOST_CHECK_MESSAGE(ends_in_order(client), each.what << ": " << client.ended().message());
        BOOST_CHECK_MESSAGE(all.find("\nHTTP/1.1 ") == std::string::npos, each.what);
    }
    BOOST_CHECK(here.seen.empty());
    BOOST_CHECK_EQUAL(here.counts().refused, rows.size());
}

BOOST_AUTO_TEST_SUITE_END()
