// What a server says of each request, and how it says that it lives.
#include "support/full_socket.hpp"
#include "world.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <linux/filter.h>
#include <sstream>
#include <stdexcept>

#include <sys/socket.h>

using namespace server_tests;
using namespace std::chrono_literals;
using videosdk::refusal_cause;

namespace {

struct told {
    std::string method;
    std::string path;
    unsigned status;
    std::uint64_t in;
    std::uint64_t out;
    refusal_cause cause;
    std::string line;
};

void listen(world& here, std::vector<told>& lines)
{
    here.options.on_access = [&lines](const videosdk::access_record& record) {
        std::ostringstream line;
        line << record;
        lines.push_back({std::string(record.method), std::string(record.path), record.status, record.bytes_in,
                         record.bytes_out, record.cause, line.str()});
    };
}

} // namespace

BOOST_AUTO_TEST_SUITE(access_log)

BOOST_AUTO_TEST_CASE(each_answer_is_told_with_its_sizes)
{
    world here;
    std::vector<told> lines;
    listen(here, lines);
    here.start();
    peer client(here);
    const std::string request = post("/a?b=c", "body");
    client.send(request);
    const std::string answer = client.answer();
    BOOST_REQUIRE_EQUAL(lines.size(), 1U);
    BOOST_CHECK_EQUAL(lines[0].method, "POST");
    BOOST_CHECK_EQUAL(lines[0].path, "/a?b=c");
    BOOST_CHECK_EQUAL(lines[0].status, 200U);
    BOOST_CHECK_EQUAL(lines[0].in, request.size());
    BOOST_CHECK_EQUAL(lines[0].out, answer.size());
    BOOST_CHECK(lines[0].cause == refusal_cause::none);
    BOOST_CHECK(lines[0].line.starts_with(client.local() + " \"POST /a?b=c\" 200, "));
    client.send(get("/second"));
    client.answer();
    BOOST_REQUIRE_EQUAL(lines.size(), 2U);
    BOOST_CHECK_EQUAL(lines[1].in, get("/second").size());
    BOOST_CHECK_EQUAL(here.counts().latency.count, 2U);
}

BOOST_AUTO_TEST_CASE(refusals_are_told_by_cause_and_counted_by_it)
{
    world here;
    std::vector<told> lines;
    listen(here, lines);
    here.options.head_timeout = 20ms;
    here.options.request_timeout = 40ms;
    here.options.handler_timeout = 20ms;
    here.options.max_body = 10;
    here.start([](const http::server_request&) -> asio::awaitable<http::server_response> {
        asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
        co_await timer.async_wait(asio::use_awaitable);
        co_return http::server_response(200, "never");
    });
    struct row {
        std::string bytes;
        refusal_cause cause;
        unsigned status;
        std::string path;
    };
    for (const row& each : std::vector<row>{
             {"NONSENSE\r\n\r\n", refusal_cause::bad_head, 400, ""},
             {"GET /head HTTP/1.1\r\nHo", refusal_cause::head_timeout, 408, ""},
             {post("/large", std::string(11, 'b')), refusal_cause::bad_body, 413, "/large"},
             {"POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab", refusal_cause::body_timeout,
              408, "/slow"},
             {get("/stuck"), refusal_cause::handler_timeout, 503, "/stuck"},
         }) {
        lines.clear();
        peer client(here);
        client.send(each.bytes);
        BOOST_CHECK_EQUAL(status_of(client.rest()), each.status);
        BOOST_REQUIRE_EQUAL(lines.size(), 1U);
        BOOST_CHECK_EQUAL(lines[0].cause, each.cause);
        BOOST_CHECK_EQUAL(lines[0].path, each.path);
        BOOST_CHECK_EQUAL(lines[0].status, each.status);
        BOOST_CHECK_EQUAL(lines[0].in, each.bytes.size());
    }
    const http::server_counts counts = here.counts();
    BOOST_CHECK_EQUAL(counts.refused_heads, 1U);
    BOOST_CHECK_EQUAL(counts.refused_bodies, 1U);
    BOOST_CHECK_EQUAL(counts.refused, 2U);
    BOOST_CHECK_EQUAL(counts.timed_out_heads, 1U);
    BOOST_CHECK_EQUAL(counts.timed_out_bodies, 1U);
    BOOST_CHECK_EQUAL(counts.timed_out_handlers, 1U);
    BOOST_CHECK_EQUAL(counts.timed_out, 3U);
}

BOOST_AUTO_TEST_CASE(of_requests_that_come_together_each_is_told_with_its_own_bytes)
{
    world here;
    auto& clock = here.stop_the_clock();
    std::vector<told> lines;
    listen(here, lines);
    here.start();
    peer client(here);
    const std::string sized = post("/sized", "body");
    const std::string chunked = "POST /chunked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
    const std::string plain = "\r\n" + get("/plain");
    const std::string begun = "GET /begun HTTP";
    client.send(sized + chunked + plain + begun);
    for (int i = 0; i < 3; ++i) {
        BOOST_CHECK_EQUAL(status_of(client.answer()), 200U);
    }
    here.settle();
    clock.advance(here.options.head_timeout);
    BOOST_CHECK_EQUAL(status_of(client.answer()), 408U);
    BOOST_REQUIRE_EQUAL(lines.size(), 4U);
    BOOST_CHECK_EQUAL(lines[0].in, sized.size());
    BOOST_CHECK_EQUAL(lines[1].in, chunked.size());
    BOOST_CHECK_EQUAL(lines[2].in, plain.size());
    BOOST_CHECK_EQUAL(lines[3].in, begun.size());
}

BOOST_AUTO_TEST_CASE(a_refusal_that_is_not_taken_is_told_as_one)
{
    world here;
    auto& clock = here.stop_the_clock();
    std::vector<told> lines;
    listen(here, lines);
    here.start();
    peer client(here);
    client.send(get("/first"));
    BOOST_CHECK_EQUAL(status_of(client.answer()), 200U);
    // given a socket that takes nothing more
    BOOST_REQUIRE(test_support::fill_other_end(client.socket().native_handle()));
    // when a request is refused
    client.send("NONSENSE\r\n\r\n");
    here.run_until([&] { return here.counts().refused == 1; });
    here.settle();
    BOOST_CHECK_EQUAL(lines.size(), 1U);
    clock.advance(here.options.write_timeout);
    here.run_until([&] { return lines.size() == 2; });
    // then
    BOOST_CHECK_EQUAL(lines[1].status, 400U);
    BOOST_CHECK_EQUAL(lines[1].cause, refusal_cause::write_timeout);
    BOOST_CHECK_EQUAL(here.counts().timed_out_writes, 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_its_peer_has_left_is_told_as_one)
{
    world here;
    std::vector<told> lines;
    listen(here, lines);
    here.start([](const http::server_request&) -> asio::awaitable<http::server_response> {
        co_return http::server_response(200, std::string(32 * 1024 * 1024, 'a')); // more than buffers hold
    });
    peer client(here);
    client.send(get("/left"));
    here.run_until([&] { return here.counts().requests == 1; });
    here.settle();
    BOOST_CHECK(lines.empty());
    client.socket().set_option(asio::socket_base::linger(true, 0)); // ends by RST
    client.close();
    here.run_until([&] { return lines.size() == 1; });
    BOOST_CHECK_EQUAL(lines[0].status, 200U);
    BOOST_CHECK_EQUAL(lines[0].cause, refusal_cause::write_failed);
    BOOST_CHECK_LT(lines[0].out, 32U * 1024 * 1024);
}

BOOST_AUTO_TEST_CASE(nothing_is_told_once_the_server_has_ended)
{
    for (const bool destroyed : {false, true}) {
        world here;
        std::vector<told> lines;
        listen(here, lines);
        here.start([](const http::server_request&) -> asio::awaitable<http::server_response> {
            co_return http::server_response(200, std::string(32 * 1024 * 1024, 'a'));
        });
        peer client(here);
        client.send(get("/slow"));
        here.run_until([&] { return here.counts().requests == 1; });
        here.settle();
        if (destroyed) {
            here.server.reset();
        } else {
            here.server->stop();
        }
        client.rest();
        here.settle();
        BOOST_CHECK(lines.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_head_that_moved_in_memory_is_told_right)
{
    world here;
    std::vector<told> lines;
    listen(here, lines);
    here.options.request_timeout = 40ms;
    here.start();
    peer client(here);
    // More than the first buffer holds, so that the head moves while its body comes.
    client.send("POST /moved HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" +
                std::string(30'000, 'b'));
    BOOST_CHECK_EQUAL(status_of(client.rest()), 408U);
    BOOST_REQUIRE_EQUAL(lines.size(), 1U);
    BOOST_CHECK_EQUAL(lines[0].path, "/moved");
}

BOOST_AUTO_TEST_CASE(what_the_hook_throws_is_swallowed_and_counted)
{
    world here;
    here.options.on_access = [](const videosdk::access_record&) { throw std::runtime_error("disk full"); };
    here.start();
    peer client(here);
    for (int i = 0; i < 3; ++i) {
        client.send(get("/a"));
        BOOST_CHECK_EQUAL(status_of(client.answer()), 200U);
    }
    BOOST_CHECK_EQUAL(here.counts().log_failures, 3U);
}

BOOST_AUTO_TEST_CASE(the_health_path_is_answered_without_the_handler)
{
    world here;
    here.options.health_path = "/healthz";
    here.start();
    peer client(here);
    client.send(get("/healthz"));
    const std::string answer = client.answer();
    BOOST_CHECK_EQUAL(status_of(answer), 200U);
    BOOST_CHECK_EQUAL(body_of(answer), "ok\n");
    client.send("HEAD /healthz?from=balancer HTTP/1.1\r\nHost: a\r\n\r\n");
    BOOST_CHECK_EQUAL(status_of(client.answer(true)), 200U);
    client.send(post("/healthz", "x"));
    const std::string post_answer = client.answer();
    BOOST_CHECK_EQUAL(status_of(post_answer), 405U);
    BOOST_CHECK(post_answer.find("\r\nAllow: GET, HEAD\r\n") != std::string::npos);
    BOOST_CHECK(here.seen.empty());
    BOOST_CHECK_EQUAL(here.counts().health_checks, 3U);
    BOOST_CHECK_EQUAL(here.counts().requests, 0U);
    client.send(get("/healthz/more"));
    client.answer();
    BOOST_CHECK_EQUAL(here.seen.size(), 1U);
}

BOOST_AUTO_TEST_SUITE_END()
