// Many waits, and waits from other threads.
#include "events/wait_operation.hpp"
#include "hub_world.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <thread>

using namespace videosdk;
using namespace std::chrono_literals;
using enum videosdk::resource_status;

static_assert(sizeof(events::wait_operation) <= 152, "what a wait costs besides its coroutine");

namespace {

asio::awaitable<void> count_wait(asio::awaitable<result<resource>> pending, std::size_t& resolved)
{
    const result<resource> ended = co_await std::move(pending);
    resolved += ended.has_value() ? 1 : 0;
}

asio::awaitable<void> publish_all(event_hub& hub, std::size_t count)
{
    for (std::size_t i = 0; i != count; ++i) {
        event what = event_of(event_type::resource_acquired, "r" + std::to_string(i));
        const verdict told = co_await hub.publish(std::move(what));
        BOOST_TEST_REQUIRE(told == verdict::accepted);
    }
}

/// Waits on its own executor, and checks that it is resumed there.
asio::awaitable<void> wait_there(event_hub& hub, std::string id, asio::thread_pool& own,
                                 std::atomic<int>& right)
{
    const result<resource> ended = co_await hub.try_wait_for(id, idle, {.timeout = 1h});
    right += ended.has_value() && own.get_executor().running_in_this_thread() ? 1 : 0;
}

asio::awaitable<void> publish_there(event_hub& hub, std::string id, asio::thread_pool& own,
                                    std::atomic<int>& right)
{
    subscription events = hub.subscribe({.resource_id = id});
    hub.expect_change("other");
    event what = event_of(event_type::resource_acquired, id);
    const verdict told = co_await hub.publish(std::move(what));
    const subscription_item item = co_await events.next();
    right += told == verdict::accepted && item.value().resource_id == id &&
                     own.get_executor().running_in_this_thread()
                 ? 1
                 : 0;
}

} // namespace

BOOST_AUTO_TEST_SUITE(scale)

BOOST_AUTO_TEST_CASE(a_hundred_thousand_waits_are_resolved_by_events_alone)
{
    constexpr std::size_t count = 100'000;
    hub_world world;
    std::size_t resolved = 0;
    for (std::size_t i = 0; i != count; ++i) {
        asio::co_spawn(
            world.context,
            count_wait(world.hub->try_wait_for("r" + std::to_string(i), idle, {.timeout = 1h}), resolved),
            asio::detached);
    }
    world.run();
    BOOST_TEST(world.counts().waiting == count);
    asio::co_spawn(world.context, publish_all(*world.hub, count), asio::detached);
    world.run();
    BOOST_TEST(resolved == count);
    BOOST_TEST(world.api->exchanges == 0U);
    BOOST_TEST(world.time->armed() == 0U);
    const hub_counts after = world.counts();
    BOOST_TEST(after.waiting == 0U);
    BOOST_TEST(after.resolved_by_event == count);
    BOOST_TEST(after.facts == count);
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_waits_for_one_resource_cost_an_event_nothing)
{
    constexpr std::size_t count = 100'000;
    hub_world world;
    std::size_t resolved = 0;
    for (std::size_t i = 0; i != count; ++i) {
        asio::co_spawn(world.context,
                       count_wait(world.hub->try_wait_for("one", released, {.timeout = 1h}), resolved),
                       asio::detached);
    }
    world.run();
    for (int i = 0; i != 1000; ++i) {
        world.publish(composition_event(event_type::recording_started));
    }
    BOOST_TEST(world.api->exchanges == 0U);
    BOOST_TEST(resolved == 0U);
    world.publish(event_of(event_type::resource_released, "one"));
    BOOST_TEST(resolved == count);
}

BOOST_AUTO_TEST_CASE(waits_and_events_from_other_threads_are_resumed_on_their_own)
{
    constexpr int count = 300;
    std::atomic<int> waited = 0;
    std::atomic<int> published = 0;
    asio::io_context home;
    auto work = asio::make_work_guard(home);
    client source(home.get_executor(), hub_world::client_settings(), std::make_shared<scripted_api>(),
                  std::make_shared<manual_scheduler>());
    event_hub hub(source);
    std::thread runner([&] { home.run(); });
    {
        asio::thread_pool waiting(2);
        asio::thread_pool publishing(2);
        for (int i = 0; i != count; ++i) {
            const std::string id = "r" + std::to_string(i);
            asio::co_spawn(waiting, wait_there(hub, id, waiting, waited), asio::detached);
            asio::co_spawn(publishing, publish_there(hub, id, publishing, published), asio::detached);
        }
        publishing.join();
        waiting.join();
    }
    work.reset();
    runner.join();
    BOOST_TEST(waited == count);
    BOOST_TEST(published == count);
}

BOOST_AUTO_TEST_CASE(waits_are_cancelled_from_other_threads)
{
    constexpr int count = 100;
    asio::io_context home;
    auto work = asio::make_work_guard(home);
    client source(home.get_executor(), hub_world::client_settings(), std::make_shared<scripted_api>(),
                  std::make_shared<manual_scheduler>());
    event_hub hub(source);
    std::thread runner([&] { home.run(); });
    asio::io_context own;
    std::vector<wait_outcome> ended(count);
    std::vector<asio::cancellation_signal> signals(count);
    for (std::size_t i = 0; i != count; ++i) {
        asio::co_spawn(own, collect(hub.try_wait_for("r", idle, {.timeout = 1h}), ended[i]),
                       asio::bind_cancellation_slot(signals[i].slot(), asio::detached));
    }
    own.poll();
    for (auto& signal : signals) {
        asio::post(own, [&signal] { signal.emit(asio::cancellation_type::total); });
    }
    own.restart();
    own.run(); // each wait counts as work here until it has ended
    for (const wait_outcome& each : ended) {
        BOOST_TEST((each.code() == asio::error::operation_aborted));
    }
    work.reset();
    runner.join();
}

BOOST_AUTO_TEST_SUITE_END()
