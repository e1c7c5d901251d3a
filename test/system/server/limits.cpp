// What the server does about clients and handlers that take too much: time, memory, connections, descriptors.
#include "world.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <optional>

#include <sys/resource.h>
#include <unistd.h>

using namespace server_tests;
using namespace std::chrono_literals;

namespace {

// Ends when it is cancelled, and then tells.
asio::awaitable<http::server_response> endless(bool& cancelled)
{
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    try {
        co_await timer.async_wait(asio::use_awaitable);
    } catch (const boost::system::system_error&) {
        cancelled = true;
        throw;
    }
    co_return http::server_response(200, "never");
}

} // namespace

BOOST_AUTO_TEST_SUITE(limits)

BOOST_AUTO_TEST_CASE(a_handler_that_does_not_end_is_answered_for_and_cancelled)
{
    world here;
    here.options.handler_timeout = 20ms;
    bool cancelled = false;
    here.start([&](const http::server_request&) { return endless(cancelled); });
    peer client(here);
    client.send(get("/a") + get("/b"));
    const std::string all = client.rest();
    BOOST_CHECK_EQUAL(status_of(all), 503U);
    BOOST_CHECK(all.find("\r\nConnection: close\r\n") != std::string::npos);
    BOOST_CHECK(ends_in_order(client));
    BOOST_CHECK(cancelled);
    BOOST_CHECK_EQUAL(here.counts().timed_out, 1U);
    BOOST_CHECK_EQUAL(here.counts().requests, 1U);
    client.close();
    here.run_until([&] { return here.counts().connections_open == 0; });
}

BOOST_AUTO_TEST_CASE(a_handler_that_ignores_cancellation_is_answered_for_too_and_its_late_answer_goes_nowhere)
{
    world here;
    here.options.handler_timeout = 20ms;
    asio::steady_timer gate(*here.io, asio::steady_timer::time_point::max());
    bool finished = false;
    here.start([&](const http::server_request& request) -> asio::awaitable<http::server_response> {
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        boost::system::error_code ignored;
        co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        finished = request.target == "/a"; // the request is still there
        co_return http::server_response(200, "late");
    });
    peer client(here);
    client.send(get("/a"));
    const std::string all = client.rest();
    BOOST_CHECK_EQUAL(status_of(all), 503U);
    BOOST_CHECK(all.find("late") == std::string::npos);
    client.close();
    BOOST_CHECK(!finished);
    BOOST_CHECK_EQUAL(here.counts().connections_open, 1U); // it keeps its place
    gate.cancel();
    here.run_until([&] { return here.counts().connections_open == 0; });
    BOOST_CHECK(finished);
}

BOOST_AUTO_TEST_CASE(a_head_that_does_not_end_in_time_is_answered_408)
{
    world here;
    here.options.head_timeout = 20ms;
    here.start();
    peer client(here);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n");
    const std::string all = client.rest();
    BOOST_CHECK_EQUAL(status_of(all), 408U);
    BOOST_CHECK(ends_in_order(client));
    BOOST_CHECK_EQUAL(here.counts().timed_out, 1U);
}

BOOST_AUTO_TEST_CASE(a_body_that_does_not_end_in_time_is_answered_408)
{
    world here;
    here.options.request_timeout = 20ms;
    here.start();
    for (const auto* framing : {"Content-Length: 5\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
                                "Content-Length: 5\r\n\r\n"}) {
        peer client(here);
        client.send("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(framing));
        BOOST_CHECK_EQUAL(status_of(client.rest()), 408U);
        BOOST_CHECK(ends_in_order(client));
    }
    BOOST_CHECK(here.seen.empty());
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed_without_a_word)
{
    world here;
    here.options.idle_timeout = 20ms;
    here.start();
    peer silent(here);
    peer used(here);
    used.send(get("/a"));
    BOOST_CHECK_EQUAL(status_of(used.answer()), 200U);
    BOOST_CHECK_EQUAL(silent.rest(), "");
    BOOST_CHECK(ends_in_order(silent));
    BOOST_CHECK_EQUAL(used.rest(), "");
    BOOST_CHECK(ends_in_order(used));
    BOOST_CHECK_EQUAL(here.counts().timed_out, 0U);
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_read_is_dropped)
{
    world here;
    here.options.write_timeout = 20ms;
    const std::string large(32UL * 1024 * 1024, 'y');
    here.start([&](const http::server_request&) -> asio::awaitable<http::server_response> {
        co_return http::server_response(200, large);
    });
    peer client(here);
    client.send(get("/large"));
    here.run_until([&] { return here.counts().timed_out == 1; });
    here.run_until([&] { return here.counts().connections_open == 0; });
    BOOST_CHECK_LT(client.rest().size(), large.size());
}

BOOST_AUTO_TEST_CASE(one_connection_too_many_is_told_so_and_the_others_go_on)
{
    world here;
    here.options.max_connections = 2;
    here.start();
    std::optional<peer> first(std::in_place, here);
    peer second(here);
    here.run_until([&] { return here.counts().connections_open == 2; });
    peer third(here);
    third.send(get("/a"));
    const std::string all = third.rest();
    BOOST_CHECK_EQUAL(status_of(all), 503U);
    BOOST_CHECK(all.find("\r\nRetry-After: 1\r\n") != std::string::npos);
    BOOST_CHECK(ends_in_order(third));
    BOOST_CHECK_EQUAL(here.counts().connections_shed, 1U);
    second.send(get("/b"));
    BOOST_CHECK_EQUAL(status_of(second.answer()), 200U);
    // and a place that becomes free is given away again
    first.reset();
    here.run_until([&] { return here.counts().connections_open == 1; });
    peer fourth(here);
    fourth.send(get("/c"));
    BOOST_CHECK_EQUAL(status_of(fourth.answer()), 200U);
}

BOOST_AUTO_TEST_CASE(a_flood_of_connections_too_many_is_bounded)
{
    world here;
    here.options.max_connections = 1;
    here.start();
    peer first(here);
    here.run_until([&] { return here.counts().connections_open == 1; });
    std::vector<int> flood;
    for (int i = 0; i < 200; ++i) {
        flood.push_back(raw_connect(here.server->port()));
        BOOST_REQUIRE_GE(flood.back(), 0);
    }
    here.run_until([&] { return here.counts().connections_shed == 200; });
    first.send(get("/a"));
    BOOST_CHECK_EQUAL(status_of(first.answer()), 200U);
    for (const int each : flood) {
        ::close(each);
    }
}

BOOST_AUTO_TEST_CASE(accepting_goes_on_after_the_descriptors_ran_out)
{
    world here;
    here.start();
    peer before(here);
    before.send(get("/before"));
    BOOST_CHECK_EQUAL(status_of(before.answer()), 200U);
    // given a connection in the backlog and no descriptor for it
    const int waiting = raw_connect(here.server->port());
    BOOST_REQUIRE_GE(waiting, 0);
    rlimit normal{};
    BOOST_REQUIRE_EQUAL(::getrlimit(RLIMIT_NOFILE, &normal), 0);
    rlimit none = normal;
    none.rlim_cur = 0;
    BOOST_REQUIRE_EQUAL(::setrlimit(RLIMIT_NOFILE, &none), 0);
    // when the server has met that several times
    const std::size_t turns = here.io->run_for(200ms);
    here.io->restart();
    const auto accepted_without = here.counts().connections_accepted;
    before.send(get("/meanwhile"));
    const std::string meanwhile = before.answer();
    ::setrlimit(RLIMIT_NOFILE, &normal);
    // then the others were served, and this one is accepted as soon as it can be
    BOOST_CHECK_EQUAL(accepted_without, 1U);
    BOOST_CHECK_GT(turns, 0U);
    BOOST_CHECK_LT(turns, 100U); // it did not try again and again without a pause
    BOOST_CHECK_EQUAL(status_of(meanwhile), 200U);
    BOOST_CHECK_GT(here.counts().accept_errors, 0U);
    here.run_until([&] { return here.counts().connections_accepted == 2; });
    ::close(waiting);
    peer after(here);
    after.send(get("/after"));
    BOOST_CHECK_EQUAL(status_of(after.answer()), 200U);
}

BOOST_AUTO_TEST_SUITE_END()
