// The production scheduler wakes alarms through one timer, and lets io_context::run return when nobody waits.
#include "noted_alarm.hpp"
#include "scheduler/context_service.hpp"

#include <videosdk/scheduler.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>

#include <time.h> // NOLINT: of POSIX, not of C

namespace {

using namespace std::chrono_literals;
using videosdk::test::noted_alarm;

class member final : public videosdk::context_member {
public:
    explicit member(int& told) : told_(told) {}
    void join(const videosdk::asio::any_io_executor& executor) { join_context(executor); }

private:
    void context_shutdown() noexcept override { ++told_; }
    int& told_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(timer_scheduler)

#ifdef CLOCK_BOOTTIME
BOOST_AUTO_TEST_CASE(what_the_machine_was_suspended_is_the_clock_that_goes_on_less_the_one_that_does_not)
{
    boost::asio::io_context io;
    const auto time = videosdk::make_timer_scheduler(io.get_executor());
    const auto read = [](clockid_t which) {
        timespec out{};
        ::clock_gettime(which, &out);
        return std::chrono::seconds(out.tv_sec) + std::chrono::nanoseconds(out.tv_nsec);
    };
    // Read in this order, it is too little by what comes between.
    const std::chrono::nanoseconds with_all = read(CLOCK_BOOTTIME);
    const std::chrono::nanoseconds least = with_all - read(CLOCK_MONOTONIC);
    BOOST_TEST((time->suspended() >= least));
    BOOST_TEST((time->suspended() < least + 1h));
}
#endif

BOOST_AUTO_TEST_CASE(alarms_fire_in_order_and_run_returns)
{
    boost::asio::io_context io;
    const auto time = videosdk::make_timer_scheduler(io.get_executor());
    std::string order;
    noted_alarm late([&] { order += 'b'; });
    noted_alarm early([&] { order += 'a'; });
    const auto now = time->now();
    time->wait_until(now + 20ms, late);
    time->wait_until(now + 1ms, early);
    io.run();
    BOOST_TEST(order == "ab");
}

BOOST_AUTO_TEST_CASE(run_returns_when_the_last_alarm_is_cancelled)
{
    boost::asio::io_context io;
    const auto time = videosdk::make_timer_scheduler(io.get_executor());
    bool fired = false;
    noted_alarm far([&] { fired = true; });
    time->wait_until(time->now() + 1h, far);
    time->cancel(far);
    io.run();
    BOOST_TEST(!fired);
}

BOOST_AUTO_TEST_CASE(a_point_in_the_past_fires_later_and_not_inside)
{
    boost::asio::io_context io;
    const auto time = videosdk::make_timer_scheduler(io.get_executor());
    bool fired = false;
    noted_alarm past([&] { fired = true; });
    time->wait_until(time->now() - 1s, past);
    BOOST_TEST(!fired);
    io.run();
    BOOST_TEST(fired);
}

BOOST_AUTO_TEST_CASE(an_alarm_that_throws_does_not_stop_the_others)
{
    boost::asio::io_context io;
    const auto time = videosdk::make_timer_scheduler(io.get_executor());
    bool fired = false;
    noted_alarm bad([] { throw std::runtime_error("a handler of the user"); });
    noted_alarm good([&] { fired = true; });
    time->wait_until(time->now(), bad);
    time->wait_until(time->now() + 1ms, good);
    BOOST_CHECK_THROW(io.run(), std::runtime_error);
    io.run();
    BOOST_TEST(fired);
}

BOOST_AUTO_TEST_CASE(a_scheduler_outlives_its_context_after_shutdown)
{
    auto io = std::make_unique<boost::asio::io_context>();
    const auto time = videosdk::make_timer_scheduler(io->get_executor());
    noted_alarm never([] {});
    time->wait_until(time->now() + 1h, never);
    time->shutdown();
    io.reset();
    BOOST_TEST(!never.armed());
}

BOOST_AUTO_TEST_CASE(members_of_a_context_are_told_of_its_end_once)
{
    int told = 0;
    auto io = std::make_unique<boost::asio::io_context>();
    member stays(told);
    member left(told);
    {
        member gone(told);
        gone.join(io->get_executor());
        stays.join(io->get_executor());
        left.join(io->get_executor());
    }
    left.leave_context();
    io.reset();
    BOOST_TEST(told == 1);
}

BOOST_AUTO_TEST_SUITE_END()
