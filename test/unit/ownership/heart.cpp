// A heart: how long a boot may act for what its store has answered.
#include "ownership/heart.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using videosdk::owning::answer;
using videosdk::owning::heart;
using time_point = heart::time_point;

namespace {

const time_point start = time_point(1h);

heart fresh()
{
    return heart({.expiry = 60s, .every = 10s});
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_heart)

BOOST_AUTO_TEST_CASE(gives_no_right_before_its_first_beat_was_answered)
{
    heart which = fresh();
    BOOST_CHECK(which.ends_at() == time_point::min());
    const auto first = which.on_time(start);
    BOOST_CHECK(first.beat);
    BOOST_CHECK(which.ends_at() == time_point::min());
    which.answered(first.number, answer::done, start + 3s);
    BOOST_CHECK(which.ends_at() == start + 60s); // from when it was asked for
}

BOOST_AUTO_TEST_CASE(gives_a_right_that_runs_out_while_the_machine_is_suspended)
{
    heart which = fresh();
    const auto first = which.on_time(start, 5min);
    which.answered(first.number, answer::done, start + 3s);
    BOOST_CHECK(which.ends_at() == start + 60s + 5min); // on the clock that counts those five minutes
    // Asked for before the machine was suspended for an hour, and answered afterwards
    const auto second = which.on_time(start + 10s, 5min);
    which.answered(second.number, answer::done, start + 11s);
    BOOST_CHECK(which.ends_at() == start + 70s + 5min);
    const auto third = which.on_time(start + 20s, 65min);
    BOOST_CHECK(third.beat);
    BOOST_CHECK(third.wake_at == start + 30s); // alarms know of no suspension
    which.answered(third.number, answer::done, start + 20s);
    BOOST_CHECK(which.ends_at() == start + 80s + 65min);
}

BOOST_AUTO_TEST_CASE(beats_in_time_whether_it_is_answered_or_not)
{
    heart which = fresh();
    BOOST_CHECK(which.on_time(start).wake_at == start + 10s);
    const auto early = which.on_time(start + 4s);
    BOOST_CHECK(!early.beat);
    BOOST_CHECK(early.wake_at == start + 10s);
    const auto second = which.on_time(start + 10s);
    BOOST_CHECK(second.beat);
    BOOST_CHECK_EQUAL(second.number, 2U);
}

BOOST_AUTO_TEST_CASE(tries_again_sooner_where_a_beat_failed_and_keeps_the_right_it_has)
{
    heart which = fresh();
    which.answered(which.on_time(start).number, answer::done, start);
    const auto next = which.on_time(start + 10s);
    const auto then = which.answered(next.number, answer::failed, start + 11s);
    BOOST_CHECK(then.wake_at == start + 13500ms);
    BOOST_CHECK(which.ends_at() == start + 60s);
}

BOOST_AUTO_TEST_CASE(takes_answers_in_any_order_and_each_once)
{
    heart which = fresh();
    const auto first = which.on_time(start);
    const auto second = which.on_time(start + 10s);
    which.answered(second.number, answer::done, start + 11s);
    which.answered(first.number, answer::done, start + 12s);
    BOOST_CHECK(which.ends_at() == start + 70s);
    which.answered(first.number, answer::refused, start + 13s);
    BOOST_CHECK(!which.buried());
}

BOOST_AUTO_TEST_CASE(that_was_buried_never_beats_again)
{
    heart which = fresh();
    which.answered(which.on_time(start).number, answer::done, start);
    const auto second = which.on_time(start + 10s);
    const auto third = which.on_time(start + 20s);
    BOOST_CHECK(which.answered(third.number, answer::refused, start + 21s).wake_at == time_point::max());
    BOOST_CHECK(which.buried());
    BOOST_CHECK(which.ends_at() == time_point::min());
    which.answered(second.number, answer::done, start + 22s); // late, and from before
    BOOST_CHECK(which.ends_at() == time_point::min());
    BOOST_CHECK(!which.on_time(start + 1h).beat);
}

BOOST_AUTO_TEST_CASE(that_was_stopped_has_no_right_and_is_not_buried)
{
    heart which = fresh();
    const auto first = which.on_time(start);
    which.stop();
    which.answered(first.number, answer::done, start);
    BOOST_CHECK(which.ends_at() == time_point::min());
    BOOST_CHECK(!which.buried());
    BOOST_CHECK(!which.on_time(start + 10s).beat);
}

BOOST_AUTO_TEST_CASE(that_is_never_answered_keeps_few_beats_in_mind)
{
    heart which = fresh();
    const auto first = which.on_time(start);
    for (int i = 1; i != 100; ++i) {
        which.on_time(start + i * 10s);
    }
    which.answered(first.number, answer::done, start + 1000s);
    BOOST_CHECK(which.ends_at() == time_point::min());
}

BOOST_AUTO_TEST_SUITE_END()
