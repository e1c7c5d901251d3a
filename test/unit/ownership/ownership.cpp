// An ownership with a real lease manager, in virtual time: the manager acts while the store answers, and what
// a dead one held goes to one of the others.
#include "../../support/exposition_check.hpp"
#include "machine.hpp"

#include <videosdk/prometheus.hpp>

#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace lease_tests;
using owning_tests::machine;
using videosdk::errc;
using videosdk::ownership;
using videosdk::ownership_options;

BOOST_AUTO_TEST_SUITE(an_ownership)

BOOST_AUTO_TEST_CASE(lets_its_manager_act_from_the_first_beat_on)
{
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    BOOST_CHECK_EQUAL(m.acquire()->code(), errc::no_tenure);
    const auto started = m.start();
    BOOST_CHECK_MESSAGE(started->ok(), started->what());
    const auto unit = m.acquire();
    BOOST_CHECK_MESSAGE(unit->ok(), unit->what());
    w.pass(10min);
    BOOST_CHECK(m.acquire()->ok());
    BOOST_CHECK_GT(m.counts().beats, 50U);
    BOOST_CHECK_GT(m.counts().looks, 10U);
    BOOST_CHECK(!m.counts().lost);
}

BOOST_AUTO_TEST_CASE(lets_nothing_leave_when_the_store_is_out_of_reach_for_long)
{
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    BOOST_REQUIRE(m.start()->ok());
    m.store->cut_off = true;
    w.pass(15s);
    BOOST_CHECK(m.acquire()->ok()); // a call's timeout is left
    w.pass(20s);
    BOOST_CHECK_EQUAL(m.acquire()->code(), errc::no_tenure);
    m.store->cut_off = false;
    w.pass(10s);
    const auto again = m.acquire();
    BOOST_CHECK_MESSAGE(again->ok(), again->what());
    BOOST_CHECK_GT(m.counts().beats_failed, 0U);
}

BOOST_AUTO_TEST_CASE(lets_nothing_leave_after_the_machine_was_suspended_until_it_has_beaten_again)
{
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    BOOST_REQUIRE(m.start()->ok());
    const auto unit = m.acquire();
    BOOST_REQUIRE(unit->ok());
    w.time->suspend(20s); // its clock stands still
    BOOST_CHECK(m.acquire()->ok());
    w.time->suspend(11s);
    const std::size_t before = w.carrier->seen().size();
    BOOST_CHECK_EQUAL(m.acquire()->code(), errc::no_tenure); // less than a call's timeout is left
    w.time->suspend(24h);
    BOOST_CHECK_EQUAL(m.acquire()->code(), errc::no_tenure);
    BOOST_CHECK(m.owner->right()->ends_at() < w.time->now());
    BOOST_CHECK_EQUAL(w.carrier->seen().size(), before);
    w.pass(10s);
    const auto again = m.acquire();
    BOOST_CHECK_MESSAGE(again->ok(), again->what());
}

BOOST_AUTO_TEST_CASE(counts_a_beat_that_is_answered_late_from_when_it_was_asked_for_also_while_suspended)
{
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    BOOST_REQUIRE(m.start()->ok());
    m.store->fall_silent();
    w.pass(10s); // a beat is under way
    w.time->suspend(40s);
    m.store->answer();
    w.run();
    BOOST_CHECK_EQUAL(m.counts().beats, 2U);
    BOOST_CHECK_EQUAL(m.acquire()->code(), errc::no_tenure);
}

BOOST_AUTO_TEST_CASE(is_told_of_a_call_that_a_suspension_has_outlived)
{
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    BOOST_REQUIRE(m.start()->ok());
    BOOST_REQUIRE(m.acquire()->ok());
    const auto counted = [&] {
        const auto out = w.await(as_result(m.leases->counts()));
        return (**out->value).outlived_tenure;
    };
    BOOST_CHECK_EQUAL(counted(), 0U);
    auto decide = w.carrier->decide;
    w.carrier->decide = [&](const test::seen_request& asked) {
        w.time->suspend(2min); // between its look at the clock and the socket
        return decide(asked);
    };
    const auto late = m.acquire();
    BOOST_CHECK(late->ok());
    BOOST_CHECK_GT(counted(), 0U);
}

BOOST_AUTO_TEST_CASE(says_so_when_the_store_does_not_answer_at_first)
{
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    m.store->cut_off = true;
    const auto started = m.start();
    BOOST_CHECK(started->open());
    w.pass(61s);
    BOOST_CHECK_EQUAL(started->code(), errc::wait_timeout);
    m.store->cut_off = false;
    w.pass(10s);
    BOOST_CHECK(m.acquire()->ok()); // it went on asking
}

BOOST_AUTO_TEST_CASE(gives_back_what_another_held_that_is_gone_and_only_one_does)
{
    world w;
    owning_tests::model_store store;
    machine first(w, store);
    machine second(w, store);
    machine third(w, store);
    for (machine* const each : {&first, &second, &third}) {
        BOOST_REQUIRE(each->start()->ok());
    }
    std::vector<ending_ptr<videosdk::lease>> held;
    for (int i = 0; i != 3; ++i) {
        held.push_back(first.acquire());
        BOOST_REQUIRE(held.back()->ok());
    }
    w.there.everything_is_idle();
    first.store->cut_off = true; // as good as dead: its process is never heard of again
    w.pass(60s + 30s + 60s);
    BOOST_CHECK_EQUAL(w.there.alive(), 3U); // not yet
    BOOST_CHECK_EQUAL(second.counts().silent + third.counts().silent, 1U);
    w.pass(90s);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
    BOOST_CHECK_EQUAL(w.there.releases, 3);
    BOOST_CHECK_EQUAL(second.counts().buried + third.counts().buried, 1U);
    BOOST_CHECK_EQUAL(second.counts().taken_over + third.counts().taken_over, 3U);
    BOOST_CHECK(second.counts().looks == 0 || third.counts().looks == 0); // one machine looks
    BOOST_CHECK_EQUAL(store.claims.size(), 3U);
}

BOOST_AUTO_TEST_CASE(tells_one_that_comes_back_that_its_units_are_anothers)
{
    world w;
    owning_tests::model_store store;
    bool lost = false;
    ownership_options options;
    options.on_lost = [&lost] { lost = true; };
    machine back(w, store, options);
    machine other(w, store);
    BOOST_REQUIRE(back.start()->ok());
    BOOST_REQUIRE(other.start()->ok());
    const auto unit = back.acquire();
    BOOST_REQUIRE(unit->ok());
    w.there.everything_is_idle();
    back.store->cut_off = true;
    w.pass(6min);
    BOOST_REQUIRE_EQUAL(w.there.alive(), 0U);
    BOOST_CHECK(!lost);
    back.store->cut_off = false;
    w.pass(15s);
    BOOST_CHECK(lost);
    BOOST_CHECK(back.counts().lost);
    BOOST_CHECK_EQUAL(back.acquire()->code(), errc::no_tenure);
    BOOST_CHECK_EQUAL(w.there.releases, 1);
}

BOOST_AUTO_TEST_CASE(hands_a_unit_to_who_wants_to_keep_it_and_passes_it_on_again)
{
    world w;
    owning_tests::model_store store;
    std::vector<videosdk::lease> kept;
    ownership_options keeps;
    keeps.on_taken_over = [&kept](videosdk::lease unit) { kept.push_back(std::move(unit)); };
    machine first(w, store);
    machine second(w, store, keeps);
    BOOST_REQUIRE(first.start()->ok());
    BOOST_REQUIRE(second.start()->ok());
    const auto unit = first.acquire();
    BOOST_REQUIRE(unit->ok());
    w.there.everything_is_idle();
    first.store->cut_off = true;
    w.pass(6min);
    BOOST_REQUIRE_EQUAL(kept.size(), 1U);
    BOOST_CHECK_EQUAL(kept.front().id(), (*unit->value)->id());
    BOOST_CHECK_EQUAL(w.there.alive(), 1U);
    machine third(w, store);
    BOOST_REQUIRE(third.start()->ok());
    w.pass(6min);
    BOOST_CHECK_EQUAL(w.there.alive(), 1U); // it has a living heir
    second.store->cut_off = true;
    w.pass(8min);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
    BOOST_CHECK_EQUAL(third.counts().taken_over, 1U);
    BOOST_CHECK_EQUAL(kept.size(), 1U);
}

BOOST_AUTO_TEST_CASE(leaves_units_of_boots_alone_that_the_store_has_never_heard_of)
{
    world w;
    owning_tests::model_store store;
    const videosdk::lease stranger = w.held(); // of a manager without an ownership
    w.there.everything_is_idle();
    machine m(w, store);
    BOOST_REQUIRE(m.start()->ok());
    w.pass(10min);
    BOOST_CHECK_EQUAL(w.there.alive(), 1U);
    BOOST_CHECK_EQUAL(m.counts().unaccounted, 1U);
}

BOOST_AUTO_TEST_CASE(leaves_the_stores_memory_when_nothing_is_left)
{
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    BOOST_REQUIRE(m.start()->ok());
    BOOST_REQUIRE(m.acquire()->ok()); // and given back
    w.there.everything_is_idle();
    w.pass(1s);
    BOOST_REQUIRE_EQUAL(store.beats.size(), 1U);
    const auto shut = w.await(m.leases->try_shutdown());
    w.pass(1s);
    BOOST_REQUIRE_MESSAGE(shut->ok(), shut->what());
    const auto stopped = w.await(m.owner->try_stop());
    BOOST_CHECK_MESSAGE(stopped->ok(), stopped->what());
    BOOST_CHECK(store.beats.empty());
    BOOST_CHECK(store.locked_until == std::chrono::steady_clock::time_point::min());
    BOOST_CHECK(w.await(m.owner->try_stop())->ok()); // again
    BOOST_CHECK_EQUAL(m.start()->code(), errc::closed);
}

BOOST_AUTO_TEST_CASE(that_has_stopped_lets_go_of_its_store)
{
    // What a store holds open would keep the context busy.
    world w;
    owning_tests::model_store store;
    machine here(w, store);
    const std::weak_ptr<videosdk::ownership_store> its_store = here.store;
    BOOST_REQUIRE(here.start()->ok());
    w.pass(25s);
    here.store.reset();
    BOOST_REQUIRE(w.await(here.leases->try_shutdown())->ok());
    BOOST_CHECK(!its_store.expired());
    BOOST_REQUIRE(w.await(here.owner->try_stop())->ok());
    BOOST_CHECK(its_store.expired());
    // And a second word to it has nobody to ask.
    BOOST_CHECK(w.await(here.owner->try_stop())->ok());
    w.pass(5min);
    BOOST_CHECK(here.counts().beats != 0);
}

BOOST_AUTO_TEST_CASE(may_be_stopped_by_who_hears_that_it_is_stopped)
{
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    m.store->cut_off = true;
    const auto start_or_stop = [](machine& which) -> videosdk::asio::awaitable<videosdk::result<void>> {
        const videosdk::result<void> started = co_await which.owner->try_start(*which.leases);
        BOOST_CHECK_EQUAL(started.error().code(), errc::closed);
        co_return co_await which.owner->try_stop();
    };
    const auto clean_up = w.await(start_or_stop(m));
    BOOST_REQUIRE(clean_up->open());
    m.store->cut_off = false;
    BOOST_REQUIRE(w.await(m.leases->try_shutdown())->ok());
    BOOST_CHECK(w.await(m.owner->try_stop())->ok());
    BOOST_CHECK(clean_up->ok());
}

BOOST_AUTO_TEST_CASE(that_is_stopped_twice_has_stopped_once_the_store_knows)
{
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    BOOST_REQUIRE(m.start()->ok());
    BOOST_REQUIRE(w.await(m.leases->try_shutdown())->ok());
    m.store->fall_silent();
    const auto first = w.await(m.owner->try_stop());
    const auto second = w.await(m.owner->try_stop());
    BOOST_CHECK(first->open());
    BOOST_CHECK(second->open());
    m.store->answer();
    w.pass(1ms);
    BOOST_CHECK(first->ok());
    BOOST_CHECK(second->ok());
    BOOST_CHECK(w.await(m.owner->try_stop())->ok());
}

BOOST_AUTO_TEST_CASE(that_was_stopped_while_it_took_the_lock_gives_it_back)
{
    // Nobody else would look before it is over.
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    m.store->fall_silent(); // the first beat and the lock are asked for at once
    const auto started = m.start();
    BOOST_REQUIRE(!store.lock("somebody else", 1s, w.time->now()));
    BOOST_REQUIRE(w.await(m.leases->try_shutdown())->ok());
    const auto stopped = w.await(m.owner->try_stop());
    m.store->answer();
    w.pass(1ms);
    BOOST_CHECK(stopped->ok());
    BOOST_CHECK_EQUAL(started->code(), errc::closed);
    BOOST_CHECK(store.lock("somebody else", 1s, w.time->now()));
}

BOOST_AUTO_TEST_CASE(that_stops_as_an_heir_is_remembered_so_that_others_take_over_from_it)
{
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    BOOST_REQUIRE(m.start()->ok());
    store.heirs["unit-1"] = m.leases->boot(); // claimed, and not adopted yet
    const auto shut = w.await(m.leases->try_shutdown());
    w.pass(1s);
    BOOST_REQUIRE_MESSAGE(shut->ok(), shut->what());
    BOOST_REQUIRE(w.await(m.owner->try_stop())->ok());
    w.pass(61s);
    BOOST_CHECK(store.state_of(m.leases->boot(), w.time->now()) == videosdk::boot_state::silent);
}

BOOST_AUTO_TEST_CASE(that_stops_before_its_manager_leaves_the_rest_to_others)
{
    world w;
    owning_tests::model_store store;
    machine first(w, store);
    machine second(w, store);
    BOOST_REQUIRE(first.start()->ok());
    BOOST_REQUIRE(second.start()->ok());
    const auto unit = first.acquire();
    w.there.everything_is_idle();
    BOOST_REQUIRE(w.await(first.owner->try_stop())->ok());
    BOOST_CHECK_EQUAL(first.acquire()->code(), errc::no_tenure);
    w.pass(6min);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
}

BOOST_AUTO_TEST_CASE(that_is_destroyed_ends_the_right)
{
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    BOOST_REQUIRE(m.start()->ok());
    m.owner.reset();
    w.run();
    BOOST_CHECK_EQUAL(m.acquire()->code(), errc::no_tenure);
    w.io.reset(); // with all of it
}

BOOST_AUTO_TEST_CASE(refuses_managers_that_are_not_bound_to_it)
{
    world w;
    owning_tests::model_store store;
    machine m(w, store);
    const auto stranger = w.await(m.owner->try_start(*w.leases));
    BOOST_CHECK_EQUAL(stranger->code(), errc::invalid_argument);
    BOOST_CHECK(m.start()->ok());
    BOOST_CHECK_EQUAL(m.start()->code(), errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(refuses_options_under_which_nothing_could_act)
{
    world w;
    owning_tests::model_store store;
    const auto refused = [&](const ownership_options& options) {
        BOOST_CHECK_THROW(
            ownership(*w.client, std::make_shared<owning_tests::reached_store>(w, store), options),
            videosdk::error);
    };
    ownership_options options;
    options.expiry = 49s; // the client's timeout is 30 s, and a beat 10 s
    refused(options);
    options.expiry = 0s;
    refused(options);
    options = {};
    options.beat_interval = 1ms;
    refused(options);
    options = {};
    options.look_interval = 2h;
    refused(options);
    options = {};
    options.lock_expiry = 29s;
    refused(options);
    BOOST_CHECK_THROW(ownership(*w.client, nullptr), videosdk::error);
}

BOOST_AUTO_TEST_CASE(prints_what_it_was_told_and_what_it_saw)
{
    std::ostringstream text;
    text << ownership_options() << '\n'
         << videosdk::ownership_counts() << '\n'
         << videosdk::boot_state::buried;
    BOOST_CHECK_EQUAL(text.str(),
                      "expiry=60000ms beat_interval=10000ms look_interval=30000ms lock_expiry=120000ms "
                      "on_taken_over=none\n"
                      "beats=0 beats_failed=0 looks=0 fenced_off=0 cut_short=0 buried=0 claimed=0 "
                      "taken_over=0 silent=0 unaccounted=0 lost=no\n"
                      "buried");
}

BOOST_AUTO_TEST_CASE(counts_itself_for_prometheus)
{
    videosdk::ownership_counts counts;
    counts.beats = 7;
    counts.beats_failed = 2;
    counts.buried = 1;
    counts.lost = true;
    const auto samples = test_support::samples_of(to_prometheus(counts));
    BOOST_CHECK_EQUAL(samples.at("videosdk_ownership_beats_total{answered=\"yes\"}"), 7);
    BOOST_CHECK_EQUAL(samples.at("videosdk_ownership_beats_total{answered=\"no\"}"), 2);
    BOOST_CHECK_EQUAL(samples.at("videosdk_ownership_buried_total"), 1);
    BOOST_CHECK_EQUAL(samples.at("videosdk_ownership_lost"), 1);
}

BOOST_AUTO_TEST_SUITE_END()
