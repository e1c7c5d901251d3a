// Deadlines, by a clock that only the test moves.
#include "world.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

using namespace server_tests;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(deadlines)

BOOST_AUTO_TEST_CASE(a_health_check_keeps_a_connections_idle_deadline_away)
{
    // given a balancer that asks more often than a connection may be idle, and for longer
    world here;
    auto& clock = here.stop_the_clock();
    here.options.health_path = "/healthz";
    here.start();
    peer balancer(here);
    for (int i = 0; i < 30; ++i) {
        balancer.send(get("/healthz"));
        BOOST_REQUIRE_EQUAL(status_of(balancer.answer()), 200U);
        clock.advance(here.options.idle_timeout / 10);
        here.settle();
        BOOST_REQUIRE(!balancer.over());
    }
    // then only silence ends it
    clock.advance(here.options.idle_timeout);
    here.settle();
    BOOST_CHECK(balancer.over());
    BOOST_CHECK_EQUAL(here.counts().connections_accepted, 1U);
}

BOOST_AUTO_TEST_CASE(a_request_that_is_shed_keeps_a_connections_idle_deadline_away)
{
    world here;
    auto& clock = here.stop_the_clock();
    here.options.max_connections_per_address = 1;
    here.options.trusted_proxies = {"127.0.0.1"};
    here.options.handler_timeout = 24h;
    asio::steady_timer gate(*here.io, asio::steady_timer::time_point::max());
    here.start([&](const http::server_request&) -> asio::awaitable<http::server_response> {
        boost::system::error_code ignored;
        co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        co_return http::server_response(200, "slow");
    });
    peer slow(here);
    slow.send(get("/slow"));
    here.run_until([&] { return here.counts().requests == 1; });
    peer client(here);
    for (int i = 0; i < 4; ++i) {
        client.send(get("/"));
        BOOST_REQUIRE_EQUAL(status_of(client.answer()), 503U);
        clock.advance(here.options.idle_timeout / 10);
        here.settle();
    }
    clock.advance(here.options.idle_timeout * 7 / 10);
    here.settle();
    BOOST_CHECK(!client.over());
    gate.cancel();
    here.settle();
}

BOOST_AUTO_TEST_CASE(each_request_has_a_deadline_of_its_own)
{
    // given a request that came in two parts, with the begin of the next one behind it
    world here;
    auto& clock = here.stop_the_clock();
    here.options.health_path = "/healthz";
    here.start();
    peer client(here);
    client.send("GET /healthz HT");
    here.settle();
    clock.advance(here.options.head_timeout - 1s);
    client.send("TP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\n");
    BOOST_CHECK_EQUAL(status_of(client.answer()), 200U);
    // when the first one's deadline has passed, and the second one's has not
    clock.advance(here.options.head_timeout - 1s);
    client.send("Host: test\r\n\r\n");
    // then
    BOOST_CHECK_EQUAL(status_of(client.answer()), 200U);
    BOOST_CHECK_EQUAL(here.counts().timed_out, 0U);
}

BOOST_AUTO_TEST_CASE(a_request_that_comes_with_the_idle_deadline_is_answered)
{
    // given a second request that has come before the first one's answer
    world here;
    auto& clock = here.stop_the_clock();
    asio::steady_timer gate(*here.io, asio::steady_timer::time_point::max());
    here.start([&](const http::server_request& request) -> asio::awaitable<http::server_response> {
        if (request.target == "/first") {
            boost::system::error_code ignored;
            co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        co_return http::server_response(200, std::string(request.target));
    });
    peer client(here);
    client.send(get("/first"));
    here.run_until([&] { return here.counts().requests == 1; });
    client.send(get("/second"));
    // when the alarm fires between the read of it and the reader's turn
    asio::post(*here.io, [&] {
        gate.cancel();
        asio::post(*here.io, [&] { clock.advance(here.options.idle_timeout); });
    });
    // then
    BOOST_CHECK_EQUAL(body_of(client.answer()), "/first");
    BOOST_CHECK_EQUAL(body_of(client.answer()), "/second");
    BOOST_CHECK_EQUAL(here.counts().timed_out, 0U);
}

BOOST_AUTO_TEST_CASE(a_request_that_waits_in_the_socket_at_the_idle_deadline_is_answered)
{
    world here;
    auto& clock = here.stop_the_clock();
    here.start();
    peer client(here);
    client.send(get("/first"));
    BOOST_CHECK_EQUAL(status_of(client.answer()), 200U);
    // when the alarm fires before the reactor has seen the bytes
    const std::string second = get("/second");
    BOOST_REQUIRE_EQUAL(client.send_some(second), second.size());
    clock.advance(here.options.idle_timeout);
    // then
    BOOST_CHECK_EQUAL(body_of(client.answer()), "GET /second ");
}

BOOST_AUTO_TEST_CASE(an_overdue_request_is_among_the_latencies)
{
    world here;
    auto& clock = here.stop_the_clock();
    here.start([&](const http::server_request&) -> asio::awaitable<http::server_response> {
        asio::steady_timer timer(*here.io, asio::steady_timer::time_point::max());
        co_await timer.async_wait(asio::use_awaitable);
        co_return http::server_response(200, "never");
    });
    peer client(here);
    client.send(get("/"));
    here.run_until([&] { return here.counts().requests == 1; });
    clock.advance(here.options.handler_timeout);
    const std::string answer = client.rest();
    BOOST_CHECK_EQUAL(status_of(answer), 503U);
    BOOST_CHECK(answer.find("\r\nRetry-After: 1\r\n") != std::string::npos);
    const auto latency = here.counts().latency;
    BOOST_CHECK_EQUAL(latency.count, 1U);
    BOOST_CHECK(latency.longest == here.options.handler_timeout);
}

BOOST_AUTO_TEST_CASE(a_trickle_of_head_bytes_buys_no_time)
{
    world here;
    auto& clock = here.stop_the_clock();
    here.start();
    peer client(here);
    client.send("GET / HTTP/1.1\r\nHost: test\r\nA: ");
    here.settle();
    // One long value, a byte at a time: no limit but the deadline ends it.
    const auto step = here.options.head_timeout / 100;
    int steps = 0;
    for (; steps < 200 && here.counts().timed_out == 0 && here.counts().refused == 0; ++steps) {
        client.send("a");
        here.settle();
        clock.advance(step);
        here.settle();
    }
    BOOST_CHECK_EQUAL(steps, 100);
    BOOST_CHECK_EQUAL(status_of(client.rest()), 408U);
    BOOST_CHECK(ends_in_order(client));
    BOOST_CHECK_EQUAL(here.counts().timed_out_heads, 1U);
}

BOOST_AUTO_TEST_CASE(a_trickle_of_body_bytes_buys_no_time)
{
    for (const bool chunked : {false, true}) {
        world here;
        auto& clock = here.stop_the_clock();
        here.start();
        peer client(here);
        // The head takes its time too, and the deadline is that of the whole request.
        client.send("POST / HTTP/1.1\r\n");
        here.settle();
        clock.advance(here.options.head_timeout / 2);
        client.send(chunked ? "Host: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                            : "Host: test\r\nContent-Length: 1000\r\n\r\n");
        here.settle();
        const auto left = here.options.request_timeout - here.options.head_timeout / 2;
        int steps = 0;
        for (; steps < 200 && here.counts().timed_out == 0 && here.counts().refused == 0; ++steps) {
            client.send(chunked ? "1\r\na\r\n" : "a");
            here.settle();
            clock.advance(left / 100);
            here.settle();
        }
        BOOST_CHECK_EQUAL(steps, 100);
        BOOST_CHECK_EQUAL(status_of(client.rest()), 408U);
        BOOST_CHECK(ends_in_order(client));
        BOOST_CHECK_EQUAL(here.counts().timed_out_bodies, 1U);
        BOOST_CHECK(here.seen.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_line_end_behind_a_body_begins_no_request)
{
    world here;
    auto& clock = here.stop_the_clock();
    here.start();
    peer client(here);
    client.send(post("/a", "body") + "\r\n"); // what old clients send (RFC 9112, 2.2)
    BOOST_CHECK_EQUAL(status_of(client.answer()), 200U);
    here.settle();
    clock.advance(here.options.head_timeout * 2);
    here.settle();
    client.send(get("/b"));
    BOOST_CHECK_EQUAL(status_of(client.answer()), 200U);
    client.send("\r\n");
    here.settle();
    clock.advance(here.options.idle_timeout);
    BOOST_CHECK_EQUAL(client.rest(), "");
    BOOST_CHECK(ends_in_order(client));
    BOOST_CHECK_EQUAL(here.counts().timed_out, 0U);
}

BOOST_AUTO_TEST_SUITE_END()
