// Guarded starts: once, whatever becomes of the answer, and ended before the unit goes back.
#include "lease/start_guard.hpp"
#include "world.hpp"

using namespace lease_tests;
namespace leasing = videosdk::leasing;
using fate = provider::fate;
using step = leasing::start_guard::step;
using videosdk::effect;
using videosdk::errc;
using videosdk::error;
using videosdk::lease_state;
using videosdk::result;

namespace {

error lost(effect what = effect::unknown, errc code = errc::connection_lost)
{
    videosdk::error_info info;
    info.call = "start_recording";
    info.effect = what;
    return {make_error_code(code), std::move(info)};
}

videosdk::resource unit(videosdk::resource_status status, std::vector<std::string> composers)
{
    videosdk::resource out;
    out.status = status;
    out.composer_ids = std::move(composers);
    return out;
}

using videosdk::resource_status;
using time_point = leasing::start_guard::time_point;

/// A world with an idle unit.
struct studio : world {
    explicit studio(const videosdk::lease_manager_options& options = {}) : world(options), unit(held())
    {
        there.everything_is_idle();
    }
    ending_ptr<videosdk::composition> start(const videosdk::call_options& options = {})
    {
        return await(unit.try_start_recording({.room_id = "abcd-efgh-ijkl"}, options));
    }
    provider::unit& at_provider() { return there.units.begin()->second; }

    videosdk::lease unit;
};

} // namespace

BOOST_AUTO_TEST_SUITE(starting)

BOOST_AUTO_TEST_CASE(an_answered_start_is_done_and_a_refused_one_failed)
{
    leasing::start_guard done({}, 30s);
    BOOST_CHECK(done.begin().what == step::post);
    videosdk::started_composition answer;
    answer.id = "c1";
    BOOST_CHECK(done.posted(answer, time_point(1h)).what == step::done);
    BOOST_CHECK_EQUAL(done.id(), "c1");
    leasing::start_guard refused({}, 30s);
    BOOST_CHECK(refused.posted(lost(effect::none, errc::forbidden), time_point(1h)).what == step::failed);
    BOOST_CHECK(refused.failure().code() == errc::forbidden);
}

BOOST_AUTO_TEST_CASE(an_id_that_was_not_there_before_is_ours)
{
    leasing::start_guard guard({"old"}, 30s);
    BOOST_CHECK(guard.posted(lost(), time_point(1h)).what == step::get);
    BOOST_CHECK(guard.in_doubt());
    const auto waits = guard.got(unit(resource_status::idle, {"old"}), time_point(1h));
    BOOST_CHECK(waits.what == step::wait && waits.until > time_point(1h));
    BOOST_CHECK(guard.after_wait(waits.until).what == step::get);
    BOOST_CHECK(guard.got(unit(resource_status::composing, {"old", "new"}), waits.until).what == step::done);
    BOOST_CHECK_EQUAL(guard.id(), "new");
}

BOOST_AUTO_TEST_CASE(only_a_get_begun_after_the_horizon_proves_that_nothing_started)
{
    leasing::start_guard guard({}, 30s);
    guard.posted(lost(), time_point(1h));
    time_point now(1h);
    while (now < time_point(1h) + 30s) {
        const auto next = guard.got(unit(resource_status::idle, {}), now);
        BOOST_REQUIRE(next.what == step::wait && next.until > now && next.until <= now + 5s);
        now = next.until;
        BOOST_REQUIRE(guard.after_wait(now).what == step::get);
    }
    BOOST_CHECK(guard.got(error(lost()), now).what == step::wait); // a GET that failed proves nothing
    BOOST_CHECK(guard.got(unit(resource_status::composing, {}), now).what == step::wait);
    BOOST_CHECK(guard.got(unit(resource_status::idle, {}), now).what == step::failed);
    BOOST_CHECK(guard.failure().effect() == effect::none);
}

BOOST_AUTO_TEST_CASE(a_unit_that_is_not_known_any_more_after_the_horizon_runs_nothing)
{
    leasing::start_guard guard({}, 30s);
    const result<videosdk::resource> unknown_there(lost(effect::none, errc::not_found));
    guard.posted(lost(), time_point(1h));
    BOOST_CHECK(guard.got(unknown_there, time_point(1h)).what == step::wait);
    BOOST_CHECK(guard.after_wait(time_point(1h) + 30s).what == step::get);
    BOOST_CHECK(guard.got(unknown_there, time_point(1h) + 30s).what == step::failed);
    BOOST_CHECK(guard.failure().code() == errc::connection_lost);
    BOOST_CHECK(guard.failure().effect() == effect::none);
}

BOOST_AUTO_TEST_CASE(a_start_that_is_never_answered_ends_with_its_deadline)
{
    studio w;
    w.there.start_fates = {fate::no_answer};
    const auto first = w.start({.timeout = 10s});
    w.pass(9s);
    BOOST_CHECK(first->open());
    w.pass(1s);
    BOOST_CHECK_EQUAL(first->code(), errc::ambiguous);
}

BOOST_AUTO_TEST_CASE(a_start_whose_answer_was_lost_is_found_and_not_sent_again)
{
    studio w;
    w.there.start_fates = {fate::lost_answer};
    const auto recording = w.start();
    BOOST_REQUIRE_MESSAGE(recording->ok(), recording->what());
    BOOST_CHECK_EQUAL((*recording->value)->id(), w.at_provider().composition);
    BOOST_CHECK_EQUAL(w.there.starts, 1);
}

BOOST_AUTO_TEST_CASE(while_a_start_is_in_doubt_no_other_is_sent)
{
    studio w;
    w.there.start_fates = {fate::lost_request};
    const auto first = w.start({.timeout = 10s});
    const auto second = w.start();
    BOOST_CHECK_EQUAL(second->code(), errc::conflict);
    w.pass(10s);
    BOOST_CHECK_EQUAL(first->code(), errc::ambiguous);
    BOOST_CHECK_EQUAL(w.start()->code(), errc::conflict);
    w.pass(25s); // the horizon
    const auto third = w.start();
    BOOST_CHECK_MESSAGE(third->ok(), third->what());
    BOOST_CHECK_EQUAL(w.there.starts, 2);
}

BOOST_AUTO_TEST_CASE(stop_completes_when_the_unit_is_idle_again)
{
    studio w;
    const auto recording = w.start();
    BOOST_REQUIRE_MESSAGE(recording->ok(), recording->what());
    videosdk::composition running = std::move(**recording->value);
    w.there.end_fates = {fate::lost_request, fate::lost_answer};
    const auto stopped = w.await(running.try_stop());
    BOOST_CHECK(stopped->open());
    w.pass(70s);
    BOOST_CHECK_MESSAGE(stopped->ok(), stopped->what());
    BOOST_CHECK_EQUAL(w.at_provider().status, "idle");
    const auto again = w.start();
    BOOST_CHECK_MESSAGE(again->ok(), again->what());
}

BOOST_AUTO_TEST_CASE(what_a_lease_started_is_ended_before_its_unit_goes_back)
{
    studio w;
    const auto recording = w.start();
    BOOST_REQUIRE(recording->ok());
    const auto released = w.await(w.unit.try_release());
    w.pass(5s);
    BOOST_CHECK_MESSAGE(released->ok(), released->what());
    BOOST_CHECK_EQUAL(w.there.ends, 1);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
}

BOOST_AUTO_TEST_CASE(what_a_start_in_doubt_brought_is_ended_too)
{
    studio w;
    w.there.start_fates = {fate::no_answer};
    const auto recording = w.start();
    w.at_provider().status = "composing"; // it had its effect
    w.at_provider().composition = "late";
    const auto released = w.await(w.unit.try_release());
    w.pass(5s);
    BOOST_CHECK_MESSAGE(released->ok(), released->what());
    BOOST_CHECK_EQUAL(w.there.ends, 1);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
}

BOOST_AUTO_TEST_CASE(what_others_started_is_waited_for_and_not_ended)
{
    studio w;
    w.at_provider().status = "composing";
    w.at_provider().composition = "theirs";
    const auto released = w.await(w.unit.try_release({.timeout = 1h}));
    w.pass(60s);
    BOOST_CHECK(released->open());
    BOOST_CHECK_EQUAL(w.there.ends, 0);
    w.at_provider().status = "idle";
    w.pass(20s);
    BOOST_CHECK(released->ok());
}

BOOST_AUTO_TEST_CASE(a_start_that_is_cancelled_after_it_left_is_followed_in_the_background)
{
    studio w;
    w.there.start_fates = {fate::lost_answer};
    w.there.delay_gets = true;
    asio::cancellation_signal signal;
    const auto cut = w.await(w.unit.try_start_recording({.room_id = "abcd-efgh-ijkl"}), signal);
    signal.emit(asio::cancellation_type::terminal);
    w.run();
    BOOST_CHECK_EQUAL(cut->code(), asio::error::operation_aborted);
    w.there.delay_gets = false;
    const auto released = w.await(w.unit.try_release());
    w.pass(40s);
    BOOST_CHECK_MESSAGE(released->ok(), released->what());
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
}

BOOST_AUTO_TEST_CASE(bad_starts_are_named)
{
    studio w;
    const auto no_room = w.await(w.unit.try_start_recording({}));
    BOOST_CHECK_EQUAL(no_room->code(), errc::invalid_argument);
    const auto other = w.await(w.unit.try_start_hls({.room_id = "abcd-efgh-ijkl", .resource_id = "another"}));
    BOOST_CHECK_EQUAL(other->code(), errc::invalid_argument);
    BOOST_CHECK(other->what().find("resource_id") != std::string::npos);
    videosdk::lease none;
    BOOST_CHECK_EQUAL(w.await(none.try_start_recording({.room_id = "a"}))->code(), errc::closed);
    videosdk::composition nothing;
    BOOST_CHECK_EQUAL(w.await(nothing.try_stop())->code(), errc::closed);
    const auto releasing = w.await(w.unit.try_release());
    BOOST_CHECK_EQUAL(w.start()->code(), errc::closed);
    BOOST_CHECK_EQUAL(w.there.starts, 0);
}

BOOST_AUTO_TEST_CASE(a_start_ends_with_its_manager)
{
    studio w;
    w.there.start_fates = {fate::no_answer};
    const auto cut = w.start({.timeout = 10min});
    w.leases.reset();
    w.pass(31s);
    BOOST_CHECK_EQUAL(cut->code(), errc::closed);
    studio dropped;
    dropped.there.start_fates = {fate::no_answer};
    const auto gone = dropped.start();
    dropped.io.reset();
    BOOST_CHECK(gone->open());
    BOOST_CHECK_EQUAL(dropped.time->armed(), 0U);
}

BOOST_AUTO_TEST_SUITE_END()
