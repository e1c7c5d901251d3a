// Handlers end with their registration, their hub and their context, and nothing is told twice or kept.
#include "gated_world.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <thread>

using namespace videosdk;
using namespace std::chrono_literals;
using enum videosdk::event_type;

BOOST_AUTO_TEST_SUITE(handlers_lifetime)

BOOST_FIXTURE_TEST_CASE(a_destroyed_registration_ends_its_handlers_and_takes_nothing_more, gated_world)
{
    std::optional<event_handling> files(hub->handle({}, gated()));
    told_verdict& first = begin("c");
    files.reset();
    BOOST_TEST(!first.has_value()); // not inside a destructor
    run();
    BOOST_TEST((first == verdict::unavailable));
    BOOST_TEST(visits[0].cancelled);
    BOOST_TEST(counts().handling == 0U);
    BOOST_TEST(counts().handler_failures == 0U); // it did not fail
    BOOST_TEST((begin("d") == verdict::accepted));
    BOOST_TEST(visits.size() == 1U);
    BOOST_TEST(time->armed() == 0U);
}

BOOST_FIXTURE_TEST_CASE(what_a_handler_captured_lives_as_long_as_its_coroutine, gated_world)
{
    auto captured = std::make_shared<std::string>("still here");
    const std::weak_ptr<std::string> watched = captured;
    asio::steady_timer gate(context, asio::steady_timer::time_point::max());
    std::string seen;
    // A coroutine lambda: what it captured lives in the lambda, not in the coroutine.
    std::optional<event_handling> files(
        hub->handle({}, [captured, &gate, &seen](const event&) -> asio::awaitable<void> {
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
            boost::system::error_code ignored;
            co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
            seen = *captured;
        }));
    captured.reset();
    begin("c");
    files.reset();
    run();
    BOOST_TEST(!watched.expired());
    gate.cancel();
    run();
    BOOST_TEST(seen == "still here");
    BOOST_TEST(watched.expired());
}

BOOST_FIXTURE_TEST_CASE(a_destroyed_hub_ends_its_handlers, gated_world)
{
    const event_handling files = hub->handle({}, gated());
    told_verdict& first = begin("c");
    hub.reset();
    run();
    BOOST_TEST((first == verdict::unavailable));
    BOOST_TEST(visits[0].cancelled);
    BOOST_TEST(time->armed() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_sender_that_gives_up_does_not_stop_the_handler, gated_world)
{
    const event_handling files = hub->handle({}, gated());
    asio::cancellation_signal signal;
    told_verdict gone;
    bool thrown = false;
    asio::co_spawn(context, publish_into(*hub, composition_event(recording_stopped, "c"), gone),
                   asio::bind_cancellation_slot(
                       signal.slot(), [&](std::exception_ptr failure) { thrown = failure != nullptr; }));
    run();
    signal.emit(asio::cancellation_type::terminal);
    run();
    BOOST_TEST(thrown);
    BOOST_TEST(!gone.has_value());
    BOOST_TEST(!visits[0].left);
    let_go(0);
    BOOST_TEST((begin("c") == verdict::repetition)); // it was handled
    BOOST_TEST(visits.size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_handler_may_publish_and_wait_and_end_its_own_registration, gated_world)
{
    std::optional<event_handling> own;
    told_verdict inner;
    const auto nested = [](gated_world& world, told_verdict& into,
                           std::optional<event_handling>& mine) -> asio::awaitable<void> {
        event other = event_of(resource_acquired, "r");
        const verdict said = co_await world.hub->publish(std::move(other));
        into = said;
        co_await world.hub->wait_for("r", resource_status::idle, {.timeout = 1h});
        mine.reset();
    };
    own.emplace(
        hub->handle({.type = recording_stopped}, [&](const event&) { return nested(*this, inner, own); }));
    told_verdict& outer = begin("c");
    run();
    BOOST_TEST((inner == verdict::accepted));
    BOOST_TEST((outer == verdict::unavailable)); // what is in progress when a registration ends is not taken
}

BOOST_AUTO_TEST_CASE(a_destroyed_context_drops_handlers_and_their_senders)
{
    told_verdict told;
    event_handling kept;
    auto captured = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = captured;
    {
        hub_world world;
        kept = world.hub->handle({}, [captured, &world](const event&) -> asio::awaitable<void> {
            asio::steady_timer never(world.context, asio::steady_timer::time_point::max());
            co_await never.async_wait(asio::use_awaitable);
        });
        captured.reset();
        for (int i = 0; i != 3; ++i) {
            event what = composition_event(recording_stopped, "c" + std::to_string(i));
            asio::co_spawn(world.context, publish_into(*world.hub, std::move(what), told), asio::detached);
        }
        world.context.poll();
        event last = composition_event(recording_stopped, "d"); // not even begun
        asio::co_spawn(world.context, publish_into(*world.hub, std::move(last), told), asio::detached);
        world.context.poll_one();
    }
    BOOST_TEST(!told.has_value());
    kept = event_handling();
    BOOST_TEST(watched.expired());
}

BOOST_AUTO_TEST_CASE(handlers_come_and_go_on_other_threads_while_events_come_in)
{
    constexpr int count = 200;
    asio::io_context home;
    auto work = asio::make_work_guard(home);
    client source(home.get_executor(), hub_world::client_settings(), std::make_shared<scripted_api>(),
                  std::make_shared<manual_scheduler>());
    event_hub hub(source);
    std::thread runner([&] { home.run(); });
    std::atomic<int> handled = 0;
    std::atomic<int> told = 0;
    {
        const event_handling always = hub.handle({},
                                                 [&](const event&) -> asio::awaitable<void> {
                                                     ++handled;
                                                     co_return;
                                                 },
                                                 {.max_in_progress = count});
        asio::thread_pool threads(3);
        const auto publish_some = [](event_hub& to, int which,
                                     std::atomic<int>& into) -> asio::awaitable<void> {
            const event_handling brief = to.handle({.resource_id = "nobody"}, do_nothing);
            event what = composition_event(recording_stopped, "c" + std::to_string(which));
            const verdict said = co_await to.publish(std::move(what));
            into += said == verdict::accepted ? 1 : 0;
        };
        for (int i = 0; i != count; ++i) {
            asio::co_spawn(threads, publish_some(hub, i, told), asio::detached);
        }
        threads.join();
    }
    BOOST_TEST(told == count);
    BOOST_TEST(handled == count);
    work.reset();
    runner.join();
}

BOOST_AUTO_TEST_SUITE_END()
