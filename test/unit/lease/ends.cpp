// The end of a lease manager, in every order: nothing stays at the provider without a word.
#include "world.hpp"

using namespace lease_tests;
using fate = provider::fate;
using videosdk::errc;
using videosdk::lease_state;

BOOST_AUTO_TEST_SUITE(ends)

BOOST_AUTO_TEST_CASE(shutdown_gives_everything_back_and_completes_then)
{
    world w;
    const videosdk::lease held = w.held();
    const auto over = w.await(w.leases->try_shutdown());
    BOOST_CHECK(over->open());
    BOOST_CHECK_EQUAL(held.state(), lease_state::returning);
    BOOST_CHECK_EQUAL(w.acquire()->code(), errc::closed);
    w.there.everything_is_idle();
    w.pass(5s);
    BOOST_CHECK_MESSAGE(over->ok(), over->what());
    BOOST_CHECK_EQUAL(held.state(), lease_state::released);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
    BOOST_CHECK(w.await(w.leases->try_shutdown())->ok());
}

BOOST_AUTO_TEST_CASE(what_is_left_behind_is_named)
{
    videosdk::lease_manager_options options;
    videosdk::left_behind told;
    options.on_left_behind = [&](const videosdk::left_behind& rest) { told = rest; };
    world w(options);
    videosdk::lease held = w.held(); // it never gets ready
    w.there.acquire_fates = {fate::no_answer};
    const auto waiting = w.acquire();
    const auto over = w.await(w.leases->try_shutdown());
    const auto released = w.await(held.try_release());
    BOOST_CHECK_EQUAL(waiting->code(), errc::closed);
    w.pass(30s);
    BOOST_CHECK_EQUAL(over->code(), errc::wait_timeout);
    BOOST_CHECK(over->what().find(held.id()) != std::string::npos);
    BOOST_REQUIRE_EQUAL(told.ids.size(), 1U);
    BOOST_CHECK_EQUAL(told.ids[0], held.id());
    BOOST_CHECK_EQUAL(told.tokens.size(), 1U);
    BOOST_CHECK_EQUAL(released->code(), errc::closed);
    BOOST_CHECK_EQUAL(w.await(held.try_release())->code(), errc::closed);
    BOOST_CHECK_EQUAL(w.time->armed(), 0U);
}

BOOST_AUTO_TEST_CASE(a_destroyed_manager_gives_back_what_it_holds_though_the_client_is_gone_too)
{
    world w;
    videosdk::lease held = w.held();
    {
        const videosdk::lease another = w.held();
    }
    w.there.acquire_fates = {fate::no_answer};
    const auto waiting = w.acquire();
    w.there.everything_is_idle();
    w.leases.reset();
    w.receiver.reset();
    w.hub.reset();
    w.client.reset();
    w.run();
    BOOST_CHECK_EQUAL(waiting->code(), asio::error::operation_aborted);
    w.pass(5s);
    BOOST_CHECK_EQUAL(held.state(), lease_state::released);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
    w.pass(30s);
    BOOST_CHECK_EQUAL(w.time->armed(), 0U);
    BOOST_CHECK_EQUAL(w.carrier->live(), 0U);
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_before_its_manager_keeps_its_connections_for_it)
{
    world w;
    videosdk::lease held = w.held();
    w.there.everything_is_idle();
    w.client.reset();
    w.run();
    const auto released = w.await(held.try_release());
    w.pass(1s);
    BOOST_CHECK_MESSAGE(released->ok(), released->what());
}

BOOST_AUTO_TEST_CASE(a_lease_may_outlive_its_manager_and_the_io_context)
{
    videosdk::lease held;
    {
        world w;
        held = w.held();
        const auto waiting = w.await(held.try_release());
        w.leases.reset();
        w.receiver.reset();
        w.hub.reset();
        w.client.reset();
        w.io.reset();
        BOOST_CHECK(waiting->open()); // dropped, as every operation of a destroyed context is
    }
    BOOST_CHECK(held);
    held = videosdk::lease();
    BOOST_CHECK(!held);
}

BOOST_AUTO_TEST_CASE(a_destroyed_context_drops_everything_that_is_under_way)
{
    world w;
    w.there.acquire_fates = {fate::well, fate::lost_request, fate::no_answer};
    videosdk::lease held = w.held();
    const auto in_doubt = w.acquire();
    const auto sending = w.acquire();
    const auto releasing = w.await(held.try_release());
    const auto recovering = w.await(w.leases->try_recover());
    const auto over = w.await(w.leases->try_shutdown());
    w.io.reset();
    BOOST_CHECK_EQUAL(w.time->armed(), 0U);
}

BOOST_AUTO_TEST_CASE(a_manager_that_was_moved_from_is_closed)
{
    world w;
    videosdk::lease_manager moved(std::move(*w.leases));
    BOOST_CHECK_EQUAL(w.acquire()->code(), errc::closed);
    BOOST_CHECK_EQUAL(w.await(w.leases->try_shutdown())->code(), errc::closed);
    BOOST_CHECK_EQUAL(w.await(w.leases->try_recover())->code(), errc::closed);
    BOOST_CHECK_EQUAL(w.await(w.leases->try_adopt("a"))->code(), errc::closed);
    BOOST_CHECK_EQUAL(w.leases->boot(), "");
    *w.leases = std::move(moved);
    BOOST_CHECK(w.acquire()->ok());
}

BOOST_AUTO_TEST_SUITE_END()
