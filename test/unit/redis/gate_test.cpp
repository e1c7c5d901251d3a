// A gate whose execution context goes away before its scheduler does.
#include "redis/gate.hpp"
#include "redis_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace redis_test;

namespace {

asio::awaitable<void> wait_at(std::shared_ptr<redis::gate> where, asio::any_io_executor home)
{
    auto waiting = where->wait(home, where, 1h, {});
    const videosdk::result<void> over = co_await std::move(waiting);
    static_cast<void>(over);
}

} // namespace

BOOST_AUTO_TEST_SUITE(redis_gate)

BOOST_AUTO_TEST_CASE(what_waits_when_the_context_goes_away_is_unknown_to_the_scheduler_afterwards)
{
    asio::io_context context;
    const auto time = std::make_shared<videosdk::manual_scheduler>();
    const auto gate = std::make_shared<redis::gate>(time);
    unsigned ended = 0;
    asio::co_spawn(context, wait_at(gate, context.get_executor()), [&ended](std::exception_ptr) { ++ended; });
    context.poll();
    BOOST_TEST(time->armed() == 1U);
    gate->drop();
    // Nothing of the scheduler's is left in what is gone.
    BOOST_TEST(time->armed() == 0U);
    time->shutdown();
    BOOST_TEST(ended == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
