// The lease manager with a stock of warm units: what its callers get, and what the provider is asked.
#include "world.hpp"

#include <videosdk/composition.hpp>
#include <videosdk/observer.hpp>

#include <limits>
#include <sstream>
#include <vector>

using namespace lease_tests;
using fate = provider::fate;
using videosdk::errc;
using videosdk::lease_state;
using videosdk::resource_status;
using videosdk::resource_type;

namespace {

/// What an observer is told of units.
struct changes : videosdk::observer {
    void on_lease_changed(const videosdk::lease_changed& what) override
    {
        text += std::string(to_string(what.what)) + ' ';
    }
    std::string said() { return std::exchange(text, ""); }

    std::string text;
};

/// With so many idle recorders in stock.
struct warm_world : world {
    explicit warm_world(std::size_t count, std::size_t cap = 10,
                        std::shared_ptr<videosdk::observer> watcher = nullptr)
        : world(capped(cap), std::move(watcher))
    {
        keep(count);
        there.everything_is_idle();
        pass(6s);
        BOOST_REQUIRE_EQUAL(counts().warm, count);
    }

    static videosdk::lease_manager_options capped(std::size_t cap)
    {
        videosdk::lease_manager_options out;
        out.max_units = cap;
        return out;
    }
    void keep(std::size_t count)
    {
        const auto kept = await(leases->try_keep_warm({.type = resource_type::recording, .count = count}));
        BOOST_REQUIRE_MESSAGE(kept->ok(), kept->what());
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(warm_manager)

BOOST_AUTO_TEST_CASE(acquire_ready_completes_at_once_and_asks_the_provider_nothing)
{
    warm_world w(1);
    w.there.acquire_fates = {fate::no_answer}; // of what is acquired behind it
    const int gets = w.there.gets;
    const auto unit = w.await(w.leases->try_acquire_ready(world::recording));
    BOOST_REQUIRE(unit->ok());
    BOOST_CHECK_EQUAL((*unit->value)->unit().status, resource_status::idle);
    BOOST_CHECK_EQUAL(w.there.gets, gets);
    BOOST_CHECK_EQUAL(w.counts().taken_warm, 1U);
}

BOOST_AUTO_TEST_CASE(behind_a_unit_that_is_taken_another_gets_ready)
{
    warm_world w(2);
    const auto first = w.acquire();
    BOOST_REQUIRE(first->ok());
    BOOST_CHECK_EQUAL(w.there.acquires, 2);
    w.there.everything_is_idle();
    w.pass(6s);
    BOOST_CHECK_EQUAL(w.counts().warm, 2U);
    BOOST_CHECK_EQUAL(w.counts().held, 1U);
    BOOST_CHECK_EQUAL(w.there.alive(), 3U);
}

BOOST_AUTO_TEST_CASE(a_webhook_makes_a_unit_warm_without_a_wait)
{
    world w;
    const auto kept = w.await(w.leases->try_keep_warm({.type = resource_type::recording, .count = 1}));
    BOOST_REQUIRE(kept->ok());
    w.there.everything_is_idle();
    w.hear(videosdk::event_type::resource_acquired, w.there.units.begin()->first);
    BOOST_CHECK_EQUAL(w.counts().warm, 1U);
}

BOOST_AUTO_TEST_CASE(a_unit_that_its_lease_dropped_is_used_again)
{
    const auto watcher = std::make_shared<changes>();
    warm_world w(1, 1, watcher);
    BOOST_CHECK_EQUAL(watcher->said(), "granted warming warm ");
    std::string id;
    {
        const videosdk::lease unit = w.held();
        id = unit.id();
    }
    w.run();
    BOOST_CHECK_EQUAL(watcher->said(), "taken returning warm ");
    const videosdk::lease again = w.held();
    BOOST_CHECK_EQUAL(again.id(), id);
    BOOST_CHECK_EQUAL(w.there.releases, 0);
    BOOST_CHECK_EQUAL(w.there.acquires, 1);
}

BOOST_AUTO_TEST_CASE(a_release_completes_when_the_unit_is_kept_for_others)
{
    warm_world w(1, 1);
    videosdk::lease unit = w.held();
    const auto released = w.await(unit.try_release());
    BOOST_CHECK(released->ok());
    BOOST_CHECK_EQUAL(unit.state(), lease_state::released);
    BOOST_CHECK_EQUAL(w.there.releases, 0);
    videosdk::lease next = w.held();
    BOOST_CHECK_EQUAL(next.id(), unit.id());
    BOOST_CHECK_EQUAL(unit.state(), lease_state::released); // the old handle stays out of it
    BOOST_CHECK(w.await(unit.try_release())->ok());
    BOOST_CHECK_EQUAL(next.state(), lease_state::held);
    BOOST_CHECK(w.await(next.try_release({.reuse = false}))->ok());
    BOOST_CHECK_EQUAL(w.there.releases, 1);
}

BOOST_AUTO_TEST_CASE(a_recording_ends_before_its_unit_is_used_again)
{
    warm_world w(1, 1);
    videosdk::composition recording;
    {
        videosdk::lease unit = w.held();
        const auto started = w.await(unit.try_start_recording({.room_id = "abcd-efgh-ijkl"}));
        BOOST_REQUIRE_MESSAGE(started->ok(), started->what());
        recording = std::move(**started->value);
    }
    w.pass(2s);
    BOOST_CHECK_EQUAL(w.there.ends, 1);
    BOOST_CHECK_EQUAL(w.counts().warm, 1U);
    videosdk::lease next = w.held();
    const auto other = w.await(next.try_start_recording({.room_id = "mnop-qrst-uvwx"}));
    BOOST_REQUIRE_MESSAGE(other->ok(), other->what());
    BOOST_CHECK(w.await(recording.try_stop())->ok()); // it was ended long ago
    BOOST_CHECK_EQUAL(w.there.ends, 1);
    BOOST_CHECK_EQUAL(w.there.units.begin()->second.status, "composing");
}

BOOST_AUTO_TEST_CASE(a_lease_that_has_ended_starts_nothing_in_a_unit_that_is_anothers)
{
    warm_world w(1, 1);
    videosdk::lease old = w.held();
    auto prepared = old.try_start_recording({.room_id = "abcd-efgh-ijkl"});
    BOOST_REQUIRE(w.await(old.try_release())->ok());
    const videosdk::lease next = w.held();
    BOOST_REQUIRE_EQUAL(next.id(), old.id());
    BOOST_CHECK_EQUAL(w.await(std::move(prepared))->code(), errc::closed);
    BOOST_CHECK_EQUAL(w.await(old.try_start_recording({.room_id = "abcd-efgh-ijkl"}))->code(), errc::closed);
    BOOST_CHECK_EQUAL(w.there.starts, 0);
}

BOOST_AUTO_TEST_CASE(an_adoption_finds_room_that_one_warm_unit_makes)
{
    warm_world w(2, 2);
    world other; // mints a token of another boot
    const videosdk::lease theirs = other.held();
    w.there.units["old"] = other.there.units.begin()->second;
    w.there.units["old"].status = "idle";
    BOOST_CHECK_EQUAL(w.await(w.leases->try_adopt("old"))->code(), errc::limit_reached);
    BOOST_CHECK_EQUAL(w.there.releases, 1); // at once
    const auto adopted = w.await(w.leases->try_adopt("old"));
    BOOST_REQUIRE_MESSAGE(adopted->ok(), adopted->what());
    BOOST_CHECK_EQUAL(w.counts().warm, 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_lost_costs_the_stock_no_second_unit)
{
    warm_world w(1);
    w.there.acquire_fates = {fate::lost_answer};
    const videosdk::lease unit = w.held();
    w.there.everything_is_idle();
    w.pass(20s);
    BOOST_CHECK_EQUAL(w.counts().warm, 1U);
    BOOST_CHECK_EQUAL(w.there.alive(), 2U);
    BOOST_CHECK_EQUAL(w.there.acquires, 2);
}

BOOST_AUTO_TEST_CASE(shutdown_gives_the_stock_back)
{
    warm_world w(3);
    const auto down = w.await(w.leases->try_shutdown());
    w.pass(2s);
    BOOST_REQUIRE(down->ok());
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
    BOOST_CHECK_EQUAL(
        w.await(w.leases->try_keep_warm({.type = resource_type::recording, .count = 1}))->code(),
        errc::closed);
}

BOOST_AUTO_TEST_CASE(a_manager_that_is_destroyed_gives_the_stock_back_in_the_background)
{
    warm_world w(3);
    w.keep(5);
    w.leases.reset();
    w.run();
    w.there.everything_is_idle();
    w.pass(30s);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
}

BOOST_AUTO_TEST_CASE(bad_arguments_of_a_stock_are_named_and_change_nothing)
{
    warm_world w(1, 2);
    const int acquires = w.there.acquires;
    const auto no_type = w.await(w.leases->try_keep_warm({.count = 1}));
    BOOST_CHECK_EQUAL(no_type->code(), errc::invalid_argument);
    BOOST_CHECK_NE(no_type->what().find("keep_warm"), std::string::npos);
    BOOST_CHECK_NE(no_type->what().find("type"), std::string::npos);
    const auto too_many = w.await(w.leases->try_keep_warm({.type = resource_type::hls, .count = 2}));
    BOOST_CHECK_EQUAL(too_many->code(), errc::limit_reached);
    BOOST_CHECK_NE(too_many->what().find("max_units, 2"), std::string::npos);
    for (const auto wrong : {0ns, -1ns, std::chrono::nanoseconds::max()}) {
        const auto never = w.await(
            w.leases->try_keep_warm({.type = resource_type::recording, .count = 1, .max_idle = wrong}));
        BOOST_CHECK_EQUAL(never->code(), errc::invalid_argument);
        BOOST_CHECK_NE(never->what().find("max_idle"), std::string::npos);
    }
    const auto absurd = w.await(w.leases->try_keep_warm(
        {.type = resource_type::recording, .count = std::numeric_limits<std::size_t>::max()}));
    BOOST_CHECK_EQUAL(absurd->code(), errc::limit_reached);
    w.pass(10s);
    BOOST_CHECK_EQUAL(w.there.acquires, acquires);
    BOOST_CHECK_EQUAL(w.counts().warm, 1U);
}

BOOST_AUTO_TEST_CASE(a_stock_and_what_is_in_it_are_one_line_each)
{
    std::ostringstream text;
    text << videosdk::warm_units{
        .type = resource_type::hls, .quality = videosdk::resource_quality::high, .count = 3, .max_idle = 90s};
    BOOST_CHECK_EQUAL(text.str(), "hls quality=high count=3 max_idle=90s");
    warm_world w(1);
    text.str("");
    text << w.counts();
    BOOST_CHECK_NE(text.str().find("warm=1 warming=0"), std::string::npos);
    BOOST_CHECK_NE(text.str().find("taken_warm=0 reused=0 expired=0"), std::string::npos);
}

BOOST_AUTO_TEST_CASE(units_that_are_somebody_elses_are_reported_once_and_left_alone)
{
    std::vector<std::string> told;
    videosdk::lease_manager_options options;
    options.on_foreign_units = [&](const std::vector<videosdk::resource>& units) {
        for (const videosdk::resource& each : units) {
            told.push_back(each.id);
        }
    };
    world w(options);
    w.there.units["foreign"].url = "https://elsewhere.example.com/";
    w.there.units["foreign"].status = "idle";
    const videosdk::lease unit = w.held();
    w.pass(11min); // two sweeps
    BOOST_REQUIRE_EQUAL(told.size(), 1U);
    BOOST_CHECK_EQUAL(told.front(), "foreign");
    BOOST_CHECK_EQUAL(w.there.units["foreign"].status, "idle");
}

BOOST_AUTO_TEST_SUITE_END()
