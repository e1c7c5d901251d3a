// A listener's drain, cancelled at each point: it ends this wait only, and the listener goes on as it was.
#include "unit/webhook/receiver_world.hpp"
#include "watched.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace {

using namespace cancelling;
using namespace std::chrono_literals;

/// A listener with one connection that has not sent anything.
struct drain_world : receiver_world {
    drain_world() : receiver_world(pinned()), caller(callers)
    {
        videosdk::listener_options options;
        options.serial_executor = true;
        options.head_timeout = std::chrono::hours(1);
        options.idle_timeout = std::chrono::hours(1);
        listener.emplace(context.get_executor(), *receiver, "127.0.0.1:0", options);
        listener->start();
        caller.connect({asio::ip::address_v4::loopback(), listener->port()});
        turn_until([this] { return listener->counts().connections_open == 1; });
    }

    template <class Condition>
    void turn_until(Condition done)
    {
        while (!done()) {
            poll(foreign);
            poll(context);
        }
    }

    asio::awaitable<ending> drain() { return by_value(listener->drain(std::chrono::hours(2))); }

    asio::io_context callers;
    asio::io_context foreign;
    asio::ip::tcp::socket caller;
    std::optional<videosdk::webhook_listener> listener;
};

/// Whether whoever connects now is served.
bool takes_connections(drain_world& world)
{
    asio::ip::tcp::socket other(world.callers);
    boost::system::error_code failure;
    other.connect({asio::ip::address_v4::loopback(), world.listener->port()}, failure);
    return !failure;
}

} // namespace

BOOST_AUTO_TEST_SUITE(drains)

BOOST_AUTO_TEST_CASE(a_drain_cancelled_before_it_began_does_nothing)
{
    for (const asio::cancellation_type type : all_types) {
        for (const before how : {before::told, before::thrown, before::no}) {
            drain_world world;
            // The last of them is on its way from another executor.
            watched call(
                how == before::no ? world.foreign : world.context, [&] { return world.drain(); }, how);
            poll(how == before::no ? world.foreign : world.context);
            call.signal.emit(type);
            world.turn_until([&] { return call.end.has_value(); });
            BOOST_TEST(call.end->aborted(), call.end->text);
            BOOST_TEST(world.listener->counts().connections_open == 1U);
            BOOST_TEST(takes_connections(world));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_drain_cancelled_while_it_waits_ends_that_wait_only)
{
    for (const asio::cancellation_type type : all_types) {
        drain_world world;
        watched call(world.context, [&] { return world.drain(); });
        watched other(world.context, [&] { return world.drain(); });
        world.turn_until([&] { return !takes_connections(world); });
        call.signal.emit(type);
        world.turn_until([&] { return call.end.has_value(); });
        BOOST_TEST(call.end->aborted(), call.end->text);
        BOOST_TEST(world.listener->counts().connections_open == 1U);
        BOOST_TEST(!other.end.has_value());
        world.caller.close();
        world.turn_until([&] { return other.end.has_value(); });
        BOOST_TEST(other.end->returned, other.end->text);
        BOOST_TEST(call.times == 1);
    }
}

BOOST_AUTO_TEST_CASE(a_drain_cancelled_when_it_has_ended_says_so_to_a_caller_elsewhere)
{
    for (const asio::cancellation_type type : all_types) {
        drain_world world;
        watched call(world.foreign, [&] { return world.drain(); });
        poll(world.foreign);
        while (takes_connections(world)) {
            poll(world.context);
        }
        call.cancel_in_turn(world.foreign, type); // before the result, which queues behind it
        world.caller.close();
        while (world.listener->counts().connections_open != 0) {
            poll(world.context);
        }
        poll(world.context);
        poll(world.context);
        world.turn_until([&] { return call.end.has_value(); });
        BOOST_TEST(call.end->returned, call.end->text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
