// Cancelling ends a wait and nothing else; destroying hub, client or context ends what waits, once, and leaks
// nothing.
#include "hub_world.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

using namespace videosdk;
using namespace std::chrono_literals;
using enum videosdk::resource_status;

namespace {

asio::awaitable<void> wait_for_either(event_hub& hub, std::optional<std::size_t>& into)
{
    using namespace asio::experimental::awaitable_operators;
    auto first = hub.wait_for("a", idle, {.timeout = 1h});
    auto second = hub.wait_for("b", idle, {.timeout = 1h});
    auto both = std::move(first) || std::move(second);
    const auto won = co_await std::move(both);
    into = won.index();
}

// A user's coroutine that owns a subscription and waits, to be dropped in the middle.
asio::awaitable<void> read_and_wait(event_hub& hub)
{
    subscription events = hub.subscribe();
    const subscription_item first = co_await events.next();
    const resource ready = co_await hub.wait_for(first.value().resource_id, idle, {.timeout = 1h});
}

} // namespace

BOOST_AUTO_TEST_SUITE(cancelling)

BOOST_FIXTURE_TEST_CASE(a_wait_cancelled_before_it_starts_never_waits, hub_world)
{
    asio::cancellation_signal signal;
    wait_outcome ready;
    asio::co_spawn(context, collect(hub->try_wait_for("r", idle, {.timeout = 1h}), ready),
                   asio::bind_cancellation_slot(signal.slot(), asio::detached));
    signal.emit(asio::cancellation_type::terminal); // before the executor had a turn
    run();
    BOOST_TEST(ready.times <= 1);
    BOOST_TEST(!ready.ok());
    BOOST_TEST(counts().waiting == 0U);
    BOOST_TEST(time->armed() == 0U);
}

BOOST_FIXTURE_TEST_CASE(all_kinds_of_cancellation_end_a_wait, hub_world)
{
    for (const auto kind : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                            asio::cancellation_type::total}) {
        asio::cancellation_signal signal;
        wait_outcome ready;
        wait(ready, signal, "r", idle);
        BOOST_TEST(counts().waiting == 1U);
        signal.emit(kind);
        run();
        BOOST_TEST((ready.code() == asio::error::operation_aborted));
        BOOST_TEST(counts().waiting == 0U);
        BOOST_TEST(time->armed() == 0U);
    }
}

BOOST_FIXTURE_TEST_CASE(cancelling_during_a_poll_leaves_the_others_waiting, hub_world)
{
    asio::cancellation_signal signal;
    wait_outcome cancelled;
    wait_outcome other;
    wait(cancelled, signal, "r", idle);
    wait(other, "r", idle);
    advance(4s);
    signal.emit(asio::cancellation_type::total);
    run();
    BOOST_TEST((cancelled.code() == asio::error::operation_aborted));
    BOOST_TEST(other.open());
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(other.ok());
    BOOST_TEST(cancelled.times == 1);
}

BOOST_FIXTURE_TEST_CASE(a_poll_that_nobody_waits_for_any_more_still_teaches, hub_world)
{
    asio::cancellation_signal signal;
    wait_outcome cancelled;
    wait(cancelled, signal, "r", idle);
    advance(4s);
    signal.emit(asio::cancellation_type::total);
    run();
    BOOST_TEST(answer("r", "idle"));
    wait_outcome next;
    wait(next, "r", idle);
    BOOST_TEST(next.ok());
    BOOST_TEST(api->exchanges == 1U);
    BOOST_TEST(time->armed() == 0U);
}

BOOST_FIXTURE_TEST_CASE(an_outcome_that_is_on_its_way_beats_a_cancellation, hub_world)
{
    asio::cancellation_signal signal;
    wait_outcome ready;
    wait(ready, signal, "r", idle);
    std::optional<verdict> told;
    asio::co_spawn(context, publish_into(*hub, event_of(event_type::resource_acquired, "r"), told),
                   asio::detached);
    asio::post(context, [&] { signal.emit(asio::cancellation_type::total); });
    run();
    BOOST_TEST(ready.ok());
}

BOOST_FIXTURE_TEST_CASE(the_loser_of_two_waits_is_cancelled, hub_world)
{
    std::optional<std::size_t> won;
    asio::co_spawn(context, wait_for_either(*hub, won), asio::detached);
    run();
    BOOST_TEST(counts().waiting == 2U);
    publish(event_of(event_type::resource_acquired, "b"));
    BOOST_TEST((won == 1U));
    BOOST_TEST(counts().waiting == 0U);
    BOOST_TEST(time->armed() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_destroyed_hub_aborts_its_waits, hub_world)
{
    wait_outcome ready;
    wait_outcome polled;
    wait(polled, "p", idle);
    advance(4s);
    wait(ready, "r", idle);
    auto never_awaited = hub->wait_for("n", idle, {.timeout = 1h});
    auto awaited_later = hub->try_wait_for("l", idle, {.timeout = 1h});
    auto published_later = hub->publish(event_of(event_type::resource_acquired, "r"));
    hub.reset();
    BOOST_TEST(ready.open()); // never inside the destructor
    run();
    BOOST_TEST((ready.code() == asio::error::operation_aborted));
    BOOST_TEST((polled.code() == asio::error::operation_aborted));
    BOOST_TEST(api->asked().empty()); // the GET was given up
    BOOST_TEST(time->armed() == 0U);
    wait_outcome late;
    asio::co_spawn(context, collect(std::move(awaited_later), late), asio::detached);
    std::optional<verdict> told;
    asio::co_spawn(
        context,
        [](asio::awaitable<verdict> pending, std::optional<verdict>& into) -> asio::awaitable<void> {
            const verdict found = co_await std::move(pending);
            into = found;
        }(std::move(published_later), told),
        asio::detached);
    run();
    BOOST_TEST(late.code() == errc::closed);
    BOOST_TEST((told == verdict::unavailable));
}

BOOST_FIXTURE_TEST_CASE(a_destroyed_hub_leaves_no_alarm_behind, hub_world)
{
    wait_outcome busy;
    wait(busy, "r", composing);
    publish(composition_event(event_type::recording_started));
    publish(composition_event(event_type::recording_started)); // to be asked about a little later
    BOOST_TEST(time->armed() != 0U);
    hub.reset();
    run();
    BOOST_TEST(time->armed() == 0U);
    BOOST_TEST((busy.code() == asio::error::operation_aborted));
}

BOOST_FIXTURE_TEST_CASE(a_hub_outlives_its_client_and_learns_by_events_alone, hub_world)
{
    wait_outcome ready;
    wait_outcome timed_out;
    wait(ready, "r", idle);
    wait(timed_out, "s", idle, 30s);
    source.reset();
    advance(29s);
    BOOST_TEST(api->exchanges == 0U);
    publish(event_of(event_type::resource_acquired, "r"));
    BOOST_TEST(ready.ok());
    advance(1s);
    BOOST_TEST(timed_out.code() == errc::wait_timeout);
    BOOST_TEST(timed_out.what().find("the client has been closed") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(assigning_a_hub_ends_the_one_that_was_there, hub_world)
{
    wait_outcome ready;
    wait(ready, "r", idle);
    *hub = event_hub(*source);
    run();
    BOOST_TEST((ready.code() == asio::error::operation_aborted));
    wait_outcome next;
    wait(next, "r", idle);
    BOOST_TEST(next.open());
    publish(event_of(event_type::resource_acquired, "r"));
    BOOST_TEST(next.ok());
    event_hub moved(std::move(*hub));
    wait_outcome nowhere;
    wait(nowhere, "r", idle);
    BOOST_TEST(nowhere.code() == errc::closed);
    BOOST_TEST(publish(event_of(event_type::resource_acquired, "r")) == verdict::unavailable);
}

BOOST_AUTO_TEST_CASE(a_destroyed_context_drops_what_waits)
{
    // Everything that a user may still hold when the context goes.
    auto time = std::make_shared<manual_scheduler>();
    auto api = std::make_shared<scripted_api>();
    std::optional<client> source;
    std::optional<event_hub> hub;
    subscription events;
    wait_outcome ready;
    wait_outcome polled;
    {
        asio::io_context context;
        source.emplace(context.get_executor(), hub_world::client_settings(), api, time);
        hub.emplace(*source);
        events = hub->subscribe();
        asio::co_spawn(context, read_and_wait(*hub), asio::detached);
        asio::co_spawn(context, read_and_wait(*hub), asio::detached);
        asio::co_spawn(context, collect(hub->try_wait_for("r", idle, {.timeout = 1h}), ready),
                       asio::detached);
        asio::co_spawn(context, collect(hub->try_wait_for("p", idle, {.timeout = 1h}), polled),
                       asio::detached);
        context.poll();
        time->advance(5s);
        context.restart();
        context.poll();
        std::optional<verdict> told;
        asio::co_spawn(context, publish_into(*hub, event_of(event_type::resource_acquired, "x"), told),
                       asio::detached);
        context.restart();
        context.run_one();
        context.run_one();
    }
    BOOST_TEST(ready.open());
    BOOST_TEST(polled.open());
    BOOST_TEST(time->armed() == 0U);
    outcome_of<subscription_item> last;
    asio::io_context other;
    asio::co_spawn(other, collect(events.try_next(), last), asio::detached);
    wait_outcome late;
    asio::co_spawn(other, collect(hub->try_wait_for("r", idle, {.timeout = 1h}), late), asio::detached);
    other.run();
    BOOST_TEST(last.code() == errc::closed);
    BOOST_TEST(late.code() == errc::closed);
    hub->expect_change("r");
}

BOOST_AUTO_TEST_CASE(a_destroyed_hub_whose_executor_never_ran_again_leaks_nothing)
{
    auto time = std::make_shared<manual_scheduler>();
    wait_outcome ready;
    {
        asio::io_context context;
        client source(context.get_executor(), hub_world::client_settings(), std::make_shared<scripted_api>(),
                      time);
        std::optional<event_hub> hub(std::in_place, source);
        asio::co_spawn(context, collect(hub->try_wait_for("r", idle, {.timeout = 1h}), ready),
                       asio::detached);
        context.poll();
        hub.reset();
    }
    BOOST_TEST(ready.open());
}

BOOST_AUTO_TEST_SUITE_END()
