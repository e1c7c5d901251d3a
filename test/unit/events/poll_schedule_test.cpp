// When the hub asks: after a while, then ever more rarely, at once when there is news, one question at a
// time.
#include "events/poll_schedule.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace std::chrono_literals;
using videosdk::events::poll_pace;
using videosdk::events::poll_schedule;

namespace {

constexpr poll_pace pace{4s, 12s};
const poll_schedule::time_point start(1h);

bool due_at(const poll_schedule& polls, std::chrono::nanoseconds after)
{
    return polls.due() == start + after;
}

} // namespace

BOOST_AUTO_TEST_SUITE(poll_schedule_suite)

BOOST_AUTO_TEST_CASE(nothing_is_asked_when_nobody_waits)
{
    poll_schedule polls;
    BOOST_TEST(!polls.due().has_value());
    polls.begin(start, pace);
    polls.end();
    BOOST_TEST(!polls.due().has_value());
}

BOOST_AUTO_TEST_CASE(intervals_grow_by_half_up_to_the_cap)
{
    poll_schedule polls;
    polls.begin(start, pace);
    std::vector<std::chrono::nanoseconds> intervals;
    auto last = start;
    for (int i = 0; i != 6; ++i) {
        const auto due = *polls.due();
        intervals.push_back(due - last);
        last = due;
        polls.asked();
        polls.answered(due, pace, false);
    }
    const std::vector<std::chrono::nanoseconds> expected{4s, 6s, 9s, 12s, 12s, 12s};
    BOOST_TEST((intervals == expected));
}

BOOST_AUTO_TEST_CASE(one_question_at_a_time)
{
    poll_schedule polls;
    polls.begin(start, pace);
    polls.asked();
    polls.hurry(start + 5s, pace);
    BOOST_TEST(!polls.due().has_value());
    polls.answered(start + 6s, pace, true);
    BOOST_TEST(due_at(polls, 6s));
}

BOOST_AUTO_TEST_CASE(news_is_asked_about_at_once_and_starts_the_intervals_anew)
{
    poll_schedule polls;
    polls.begin(start, pace);
    polls.asked();
    polls.answered(start + 4s, pace, false);
    polls.hurry(start + 5s, pace);
    BOOST_TEST(due_at(polls, 5s));
    polls.asked();
    polls.answered(start + 5s, pace, false);
    BOOST_TEST(due_at(polls, 11s));
    polls.restart(start + 6s, pace);
    BOOST_TEST(due_at(polls, 10s));
}

BOOST_AUTO_TEST_CASE(the_api_may_ask_for_more_time)
{
    poll_schedule polls;
    polls.begin(start, pace);
    polls.asked();
    polls.answered(start + 4s, pace, false, 60s);
    BOOST_TEST(due_at(polls, 64s));
    polls.asked();
    polls.answered(start + 64s, pace, true, 1s);
    BOOST_TEST(due_at(polls, 65s));
}

BOOST_AUTO_TEST_CASE(a_question_outlives_those_who_waited_and_serves_those_who_come)
{
    poll_schedule polls;
    polls.begin(start, pace);
    polls.asked();
    polls.end();
    BOOST_TEST(polls.asking());
    polls.begin(start + 1s, pace);
    BOOST_TEST(!polls.due().has_value());
    polls.answered(start + 2s, pace, false);
    BOOST_TEST(due_at(polls, 8s));
}

BOOST_AUTO_TEST_CASE(news_does_not_override_what_the_api_asked_to_wait)
{
    poll_schedule polls;
    polls.begin(start, pace);
    polls.asked();
    polls.answered(start + 4s, pace, false, 20s);
    polls.hurry(start + 5s, pace);
    BOOST_TEST(due_at(polls, 24s));
    polls.restart(start + 6s, pace);
    BOOST_TEST(due_at(polls, 24s));
    polls.hurry(start + 30s, pace);
    BOOST_TEST(due_at(polls, 30s));
}

BOOST_AUTO_TEST_SUITE_END()
