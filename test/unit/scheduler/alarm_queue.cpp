// Alarms fire in order, once, and never after they were disarmed.
#include "noted_alarm.hpp"

#include <videosdk/scheduler.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <vector>

namespace {

using namespace std::chrono_literals;
using videosdk::test::noted_alarm;
using point = videosdk::scheduler::time_point;

} // namespace

BOOST_AUTO_TEST_SUITE(alarm_queue)

BOOST_AUTO_TEST_CASE(fires_in_order_of_time_and_then_of_arming)
{
    videosdk::alarm_queue queue;
    std::vector<int> fired;
    std::vector<std::unique_ptr<noted_alarm>> alarms;
    for (int i = 0; i < 4; ++i) {
        alarms.push_back(std::make_unique<noted_alarm>([&fired, i] { fired.push_back(i); }));
    }
    queue.arm(*alarms[0], point(5s));
    queue.arm(*alarms[1], point(3s));
    queue.arm(*alarms[2], point(5s));
    queue.arm(*alarms[3], point(9s));

    queue.fire_until(point(5s));

    BOOST_TEST(fired == (std::vector<int>{1, 0, 2}), boost::test_tools::per_element());
    BOOST_TEST(!alarms[0]->armed());
    BOOST_TEST(alarms[3]->armed());
    BOOST_TEST((queue.next() == point(9s)));
    queue.clear();
}

BOOST_AUTO_TEST_CASE(an_alarm_armed_again_fires_only_at_its_new_point)
{
    videosdk::alarm_queue queue;
    int fired = 0;
    noted_alarm one([&fired] { ++fired; });
    queue.arm(one, point(1s));
    queue.arm(one, point(4s));
    queue.fire_until(point(3s));
    BOOST_TEST(fired == 0);
    BOOST_TEST(queue.size() == 1U);
    queue.fire_until(point(4s));
    BOOST_TEST(fired == 1);
}

BOOST_AUTO_TEST_CASE(an_alarm_that_rearms_itself_for_now_waits_for_the_next_turn)
{
    videosdk::alarm_queue queue;
    int fired = 0;
    std::unique_ptr<noted_alarm> again;
    again = std::make_unique<noted_alarm>([&] {
        ++fired;
        queue.arm(*again, point(1s));
    });
    queue.arm(*again, point(1s));
    queue.fire_until(point(1s));
    BOOST_TEST(fired == 1);
    queue.fire_until(point(1s));
    BOOST_TEST(fired == 2);
    queue.clear();
}

BOOST_AUTO_TEST_CASE(an_alarm_may_disarm_another_that_is_due)
{
    videosdk::alarm_queue queue;
    int fired = 0;
    noted_alarm second([&] { ++fired; });
    noted_alarm first([&] { queue.disarm(second); });
    queue.arm(first, point(1s));
    queue.arm(second, point(1s));
    queue.fire_until(point(2s));
    BOOST_TEST(fired == 0);
    BOOST_TEST(queue.empty());
}

BOOST_AUTO_TEST_CASE(any_mix_of_arming_and_disarming_keeps_the_order)
{
    std::mt19937 random(7);
    videosdk::alarm_queue queue;
    point last{};
    std::vector<point> points(500);
    std::vector<std::unique_ptr<noted_alarm>> alarms;
    std::size_t fired = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        alarms.push_back(std::make_unique<noted_alarm>([&, i] {
            BOOST_TEST((points[i] >= last));
            last = points[i];
            ++fired;
        }));
    }
    for (int round = 0; round < 5000; ++round) {
        const std::size_t i = random() % alarms.size();
        if (random() % 3 == 0) {
            queue.disarm(*alarms[i]);
        } else {
            points[i] = point(std::chrono::milliseconds(random() % 1000));
            queue.arm(*alarms[i], points[i]);
        }
    }
    const std::size_t armed = queue.size();
    BOOST_TEST(armed == static_cast<std::size_t>(std::count_if(alarms.begin(), alarms.end(),
                                                               [](auto& each) { return each->armed(); })));
    queue.fire_until(point(1s));
    BOOST_TEST(fired == armed);
    BOOST_TEST(queue.empty());
}

BOOST_AUTO_TEST_CASE(manual_time_stands_still_until_moved_and_stops_at_each_alarm)
{
    videosdk::manual_scheduler time;
    const point begin = time.now();
    std::vector<point> seen;
    noted_alarm first([&] { seen.push_back(time.now()); });
    noted_alarm second([&] { seen.push_back(time.now()); });
    time.wait_until(begin + 2s, first);
    time.wait_until(begin + 5s, second);
    BOOST_TEST((time.now() == begin));

    time.advance(10s);

    BOOST_TEST((seen == std::vector<point>{begin + 2s, begin + 5s}));
    BOOST_TEST((time.now() == begin + 10s));
    BOOST_TEST(!time.advance_to_next());
}

BOOST_AUTO_TEST_SUITE_END()
