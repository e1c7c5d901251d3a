// Draining: nothing that was begun is lost, nothing new is taken, and a deadline ends it.
#include "world.hpp"

#include <videosdk/error.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <optional>

#include <sys/socket.h>
#include <unistd.h>

using namespace server_tests;
using namespace std::chrono_literals;

namespace {

// One drain, and how it ended.
class draining {
public:
    draining(world& here, std::chrono::nanoseconds timeout) : here_(here)
    {
        asio::co_spawn(*here.io, here.server->drain(timeout),
                       asio::bind_cancellation_slot(
                           cancel.slot(), [this](const std::exception_ptr& failure, std::size_t cut) {
                               cut_ = cut;
                               try {
                                   if (failure) {
                                       std::rethrow_exception(failure);
                                   }
                               } catch (const boost::system::system_error& thrown) {
                                   code = thrown.code();
                               }
                               done = true;
                           }));
    }

    std::size_t wait()
    {
        here_.run_until([this] { return done; });
        return cut_;
    }

    asio::cancellation_signal cancel;
    boost::system::error_code code;
    bool done = false;

private:
    world& here_;
    std::size_t cut_ = 0;
};

// Answers when the gate is cancelled.
http::server::handler behind(asio::steady_timer& gate)
{
    return [&gate](const http::server_request&) -> asio::awaitable<http::server_response> {
        boost::system::error_code ignored;
        co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        co_return http::server_response(200, "slow");
    };
}

// A server with one request in progress, which is answered when the gate is cancelled.
struct busy_server {
    busy_server() : gate(*here.io, asio::steady_timer::time_point::max()), client(start())
    {
        client.send(get("/a"));
        here.run_until([this] { return here.counts().requests == 1; });
    }

    world here;
    asio::steady_timer gate;
    peer client;

private:
    world& start()
    {
        here.start(behind(gate));
        return here;
    }
};

bool refused(std::uint16_t port)
{
    const int handle = raw_connect(port);
    if (handle >= 0) {
        ::close(handle);
    }
    return handle < 0;
}

} // namespace

BOOST_AUTO_TEST_SUITE(drain)

BOOST_AUTO_TEST_CASE(a_request_in_progress_is_answered_and_told_that_it_was_the_last)
{
    busy_server busy;
    auto& [here, gate, client] = busy;
    draining drain(here, 60s);
    here.settle();
    BOOST_CHECK(!drain.done);
    BOOST_CHECK(refused(here.server->port()));
    gate.cancel();
    const std::string all = client.rest();
    BOOST_CHECK_EQUAL(status_of(all), 200U);
    BOOST_CHECK(all.find("\r\nConnection: close\r\n") != std::string::npos);
    BOOST_CHECK(ends_in_order(client));
    client.close();
    BOOST_CHECK_EQUAL(drain.wait(), 0U);
    BOOST_CHECK(!drain.code);
}

BOOST_AUTO_TEST_CASE(a_request_of_which_a_part_has_come_is_answered)
{
    world here;
    here.start();
    peer client(here);
    client.send("GET /a HTTP/1.1\r\nHo");
    here.run_until([&] { return here.counts().connections_open == 1; });
    here.settle();
    draining drain(here, 60s);
    here.settle();
    client.send("st: test\r\n\r\n");
    const std::string all = client.rest();
    BOOST_CHECK_EQUAL(status_of(all), 200U);
    BOOST_CHECK(all.find("\r\nConnection: close\r\n") != std::string::npos);
    client.close();
    BOOST_CHECK_EQUAL(drain.wait(), 0U);
}

BOOST_AUTO_TEST_CASE(idle_connections_are_closed_and_silent_ones_are_given_as_long_as_a_head_may_take)
{
    world here;
    here.options.head_timeout = 20ms;
    here.start();
    peer used(here);
    used.send(get("/a"));
    BOOST_CHECK_EQUAL(status_of(used.answer()), 200U);
    peer silent(here);
    here.run_until([&] { return here.counts().connections_open == 2; });
    draining drain(here, 60s);
    BOOST_CHECK_EQUAL(used.rest(), "");
    BOOST_CHECK(ends_in_order(used));
    BOOST_CHECK_EQUAL(silent.rest(), "");
    BOOST_CHECK(ends_in_order(silent));
    used.close();
    silent.close();
    BOOST_CHECK_EQUAL(drain.wait(), 0U);
    BOOST_CHECK_EQUAL(here.counts().timed_out, 0U);
}

BOOST_AUTO_TEST_CASE(connections_in_the_queue_are_served)
{
    world here;
    here.start();
    here.settle();
    // given connections and requests that the server has not seen
    std::vector<int> queued;
    const std::string request = get("/queued");
    for (int i = 0; i < 50; ++i) {
        queued.push_back(raw_connect(here.server->port()));
        BOOST_REQUIRE_GT(::send(queued.back(), request.data(), request.size(), MSG_NOSIGNAL), 0);
    }
    // when it drains
    draining drain(here, 60s);
    here.run_until([&] { return here.counts().requests == 50; });
    here.settle();
    // then each is answered
    for (const int each : queued) {
        char text[16] = {};
        BOOST_CHECK_GT(::recv(each, text, 15, 0), 0);
        BOOST_CHECK_EQUAL(std::string(text).substr(0, 12), "HTTP/1.1 200");
        ::close(each);
    }
    BOOST_CHECK_EQUAL(drain.wait(), 0U);
}

BOOST_AUTO_TEST_CASE(each_connection_in_the_queue_keeps_its_own_address_whenever_the_drain_begins)
{
    for (int turns = 0; turns < 8; ++turns) {
        world here;
        here.start();
        std::vector<int> queued;
        for (int i = 0; i < 4; ++i) {
            queued.push_back(raw_connect(here.server->port()));
            const std::string request = get("/" + local_address(queued.back()));
            BOOST_REQUIRE_GT(::send(queued.back(), request.data(), request.size(), MSG_NOSIGNAL), 0);
        }
        // An accept is pending, or has completed and not been told of, or another one is.
        for (int i = 0; i < turns; ++i) {
            here.io->poll_one();
        }
        draining drain(here, 60s);
        here.run_until([&] { return here.seen.size() == 4; });
        for (const seen_request& each : here.seen) {
            BOOST_CHECK_EQUAL("/" + each.peer, each.target);
        }
        for (const int each : queued) {
            ::close(each);
        }
        BOOST_CHECK_EQUAL(drain.wait(), 0U);
    }
}

BOOST_AUTO_TEST_CASE(what_is_left_at_the_timeout_is_cut_and_counted)
{
    world here;
    asio::steady_timer gate(*here.io, asio::steady_timer::time_point::max());
    here.start(behind(gate));
    peer slow(here);
    slow.send(get("/a"));
    peer slower(here);
    slower.send(get("/b"));
    here.run_until([&] { return here.counts().requests == 2; });
    draining drain(here, 20ms);
    BOOST_CHECK_EQUAL(drain.wait(), 2U);
    BOOST_CHECK(!drain.code);
    BOOST_CHECK_EQUAL(status_of(slow.rest()), 0U);
    BOOST_CHECK_THROW(here.server->start(), videosdk::error);
}

BOOST_AUTO_TEST_CASE(several_drains_complete_together_at_the_earliest_timeout)
{
    busy_server busy;
    auto& [here, gate, slow] = busy;
    draining patient(here, 24h);
    draining hasty(here, 0s);
    BOOST_CHECK_EQUAL(hasty.wait(), 1U);
    BOOST_CHECK_EQUAL(patient.wait(), 1U);
    draining late(here, 60s);
    BOOST_CHECK_EQUAL(late.wait(), 0U);
}

BOOST_AUTO_TEST_CASE(cancelling_ends_the_wait_and_the_server_drains_on)
{
    busy_server busy;
    auto& [here, gate, client] = busy;
    draining given_up(here, 60s);
    here.settle();
    given_up.cancel.emit(asio::cancellation_type::total);
    given_up.wait();
    BOOST_CHECK(given_up.code == asio::error::operation_aborted);
    BOOST_CHECK(refused(here.server->port()));
    gate.cancel();
    BOOST_CHECK_EQUAL(status_of(client.rest()), 200U);
    client.close();
    here.run_until([&] { return here.counts().connections_open == 0; });
}

BOOST_AUTO_TEST_CASE(stop_ends_a_drain_with_what_it_cut_and_destruction_aborts_it)
{
    for (const bool destroyed : {false, true}) {
        busy_server busy;
        auto& [here, gate, client] = busy;
        draining drain(here, 60s);
        here.settle();
        if (destroyed) {
            here.server.reset();
            drain.wait();
            BOOST_CHECK(drain.code == asio::error::operation_aborted);
        } else {
            here.server->stop();
            BOOST_CHECK_EQUAL(drain.wait(), 1U);
            BOOST_CHECK(!drain.code);
        }
    }
}

BOOST_AUTO_TEST_CASE(
    a_drain_that_begins_behind_a_stop_is_told_what_that_cut_and_behind_a_destruction_is_aborted)
{
    for (const bool destroyed : {false, true}) {
        busy_server busy;
        auto& [here, gate, client] = busy;
        draining drain(here, 60s); // begins before the word of the end has come to the executor
        if (destroyed) {
            here.server.reset();
            drain.wait();
            BOOST_CHECK(drain.code == asio::error::operation_aborted);
        } else {
            here.server->stop();
            BOOST_CHECK_EQUAL(drain.wait(), 1U);
            BOOST_CHECK(!drain.code);
        }
    }
}

BOOST_AUTO_TEST_CASE(who_drains_is_resumed_neither_inside_stop_nor_inside_a_destructor)
{
    for (const bool destroyed : {false, true}) {
        busy_server busy;
        auto& [here, gate, client] = busy;
        draining drain(here, 60s);
        here.settle();
        bool inside = true;
        asio::post(*here.io, [&] {
            if (destroyed) {
                here.server.reset();
            } else {
                here.server->stop();
            }
            inside = drain.done;
        });
        drain.wait();
        BOOST_CHECK(!inside);
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_is_ended_while_it_starts_listens_no_more)
{
    for (const bool drained : {false, true}) {
        world here;
        here.start();
        const std::uint16_t port = here.server->port();
        if (drained) {
            draining drain(here, 60s);
            BOOST_CHECK_EQUAL(drain.wait(), 0U);
        } else {
            here.server->stop();
        }
        here.settle();
        BOOST_CHECK(refused(port));
        here.io->restart();
        BOOST_CHECK_EQUAL(here.io->run_for(60s), 0U); // nothing is left to wait for
        BOOST_CHECK(here.io->stopped());
    }
}

BOOST_AUTO_TEST_CASE(an_io_context_is_destroyed_in_the_middle_of_a_drain)
{
    busy_server busy;
    auto& [here, gate, client] = busy;
    std::optional<draining> drain(std::in_place, here, 60s);
    here.settle();
    gate.cancel();
    client.close();
    here.server.reset();
    BOOST_CHECK(!drain->done);
}

BOOST_AUTO_TEST_CASE(a_server_without_connections_or_never_started_drains_at_once)
{
    world here;
    here.start();
    draining drain(here, 60s);
    BOOST_CHECK_EQUAL(drain.wait(), 0U);
    here.server =
        std::make_unique<http::server>(here.io->get_executor(), "127.0.0.1:0", here.options, echo(here.seen));
    draining unstarted(here, 60s);
    BOOST_CHECK_EQUAL(unstarted.wait(), 0U);
    BOOST_CHECK_THROW(here.server->start(), videosdk::error);
}

BOOST_AUTO_TEST_CASE(a_timeout_out_of_range_is_refused_and_drains_nothing)
{
    world here;
    here.start();
    for (const std::chrono::nanoseconds wrong :
         {std::chrono::nanoseconds(-1), std::chrono::nanoseconds(25h)}) {
        draining drain(here, wrong);
        drain.wait();
        BOOST_CHECK(drain.code == videosdk::errc::invalid_argument);
    }
    peer client(here);
    client.send(get("/a"));
    BOOST_CHECK_EQUAL(status_of(client.answer()), 200U);
}

BOOST_AUTO_TEST_SUITE_END()
