// A subscription gets what passes its filter, in order, once; a slow one is told what it lost.
#include "hub_world.hpp"

#include <sstream>

using namespace videosdk;
using enum videosdk::event_type;

namespace {

using item_outcome = outcome_of<subscription_item>;

struct reading_world : hub_world {
    using hub_world::hub_world;

    void next(subscription& from, item_outcome& into)
    {
        asio::co_spawn(context, collect(from.try_next(), into), asio::detached);
        run();
    }

    /// The composition that the next event is about; empty when there is none.
    std::string read(subscription& from)
    {
        asio::cancellation_signal signal;
        item_outcome item;
        asio::co_spawn(context, collect(from.try_next(), item),
                       asio::bind_cancellation_slot(signal.slot(), asio::detached));
        run();
        signal.emit(asio::cancellation_type::total);
        run();
        BOOST_REQUIRE(item.times == 1);
        return item.ok() ? (*item.value)->value().composition_id : "";
    }

    void tell(const std::string& composition_id)
    {
        publish(composition_event(recording_started, composition_id));
    }
};

event_hub_options short_queue()
{
    event_hub_options out = hub_world::default_options();
    out.subscription_queue = 3;
    return out;
}

struct slow_world : reading_world {
    slow_world() : reading_world(short_queue()) {}
};

} // namespace

BOOST_AUTO_TEST_SUITE(subscriptions)

BOOST_FIXTURE_TEST_CASE(events_come_in_order_whether_awaited_or_not, reading_world)
{
    subscription events = hub->subscribe();
    tell("a");
    tell("b");
    BOOST_TEST(read(events) == "a");
    BOOST_TEST(read(events) == "b");
    item_outcome third;
    next(events, third);
    BOOST_TEST(third.open());
    tell("c");
    BOOST_TEST((*third.value)->value().composition_id == "c");
    BOOST_TEST((*third.value)->lagged() == 0U);
    BOOST_TEST(read(events) == "");
}

BOOST_FIXTURE_TEST_CASE(a_repetition_is_counted_and_not_delivered, reading_world)
{
    subscription events = hub->subscribe();
    BOOST_TEST(publish(event_of(resource_acquired, "r")) == verdict::accepted);
    BOOST_TEST(publish(event_of(resource_acquired, "r")) == verdict::repetition);
    tell("c");
    BOOST_TEST(publish(composition_event(recording_started, "c")) == verdict::repetition);
    BOOST_TEST(read(events) == ""); // the resource's
    BOOST_TEST(read(events) == "c");
    item_outcome more;
    next(events, more);
    BOOST_TEST(more.open());
    const hub_counts after = counts();
    BOOST_TEST(after.published == 4U);
    BOOST_TEST(after.repetitions == 2U);
}

BOOST_FIXTURE_TEST_CASE(identical_events_without_an_id_are_all_delivered, reading_world)
{
    subscription events = hub->subscribe();
    for (const auto type : {recording_started, participant_joined, session_started, event_type::unknown}) {
        for (int i = 0; i != 2; ++i) {
            BOOST_TEST(publish(event_of(type)) == verdict::accepted);
            item_outcome item;
            next(events, item);
            BOOST_TEST((*item.value)->value().type == type);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_filter_lets_through_what_fits_all_its_fields, reading_world)
{
    subscription by_composition = hub->subscribe({.composition_id = "b"});
    subscription by_token = hub->subscribe({.token = "t"});
    subscription by_type = hub->subscribe({.type = recording_stopped});
    subscription by_resource = hub->subscribe({.resource_id = "r"});
    subscription by_both = hub->subscribe({.token = "t", .type = recording_stopped});
    publish(composition_event(recording_started, "a", "t"));
    publish(composition_event(recording_stopped, "b"));
    publish(composition_event(recording_stopped, "c", "t"));
    publish(event_of(resource_acquired, "r"));
    publish(event_of(resource_acquired, "s"));
    BOOST_TEST(read(by_composition) == "b");
    BOOST_TEST(read(by_composition) == "");
    BOOST_TEST(read(by_token) == "a");
    BOOST_TEST(read(by_token) == "c");
    BOOST_TEST(read(by_type) == "b");
    BOOST_TEST(read(by_type) == "c");
    BOOST_TEST(read(by_both) == "c");
    BOOST_TEST(read(by_both) == "");
    item_outcome of_resource;
    next(by_resource, of_resource);
    BOOST_TEST((*of_resource.value)->value().resource_id == "r");
}

BOOST_FIXTURE_TEST_CASE(a_slow_subscription_loses_the_oldest_and_is_told, slow_world)
{
    subscription slow = hub->subscribe();
    subscription fast = hub->subscribe();
    for (int i = 0; i != 5; ++i) {
        tell("c" + std::to_string(i));
        BOOST_TEST(read(fast) == "c" + std::to_string(i));
    }
    item_outcome first;
    next(slow, first);
    BOOST_TEST((*first.value)->lagged() == 2U);
    BOOST_TEST((*first.value)->value().type.text() == "");
    BOOST_TEST(read(slow) == "c2");
    tell("c5");
    tell("c6"); // beyond the bound again
    item_outcome later;
    next(slow, later);
    BOOST_TEST((*later.value)->lagged() == 1U);
    BOOST_TEST(read(slow) == "c4");
    BOOST_TEST(read(slow) == "c5");
    BOOST_TEST(read(slow) == "c6");
    BOOST_TEST(counts().dropped == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_second_next_at_a_time_is_refused, reading_world)
{
    subscription events = hub->subscribe();
    item_outcome first;
    item_outcome second;
    next(events, first);
    next(events, second);
    BOOST_TEST(second.code() == errc::invalid_argument);
    tell("a");
    BOOST_TEST(first.ok());
}

BOOST_FIXTURE_TEST_CASE(cancelling_takes_no_event_off_the_queue, reading_world)
{
    subscription events = hub->subscribe();
    BOOST_TEST(read(events) == ""); // cancelled
    tell("a");
    BOOST_TEST(read(events) == "a");
}

BOOST_FIXTURE_TEST_CASE(an_event_that_was_on_its_way_to_a_cancelled_next_comes_with_the_following_one,
                        reading_world)
{
    subscription events = hub->subscribe();
    asio::cancellation_signal signal;
    item_outcome given_up;
    asio::co_spawn(context, collect(events.try_next(), given_up),
                   asio::bind_cancellation_slot(signal.slot(), asio::detached));
    run();
    asio::post(context, [&] { signal.emit(asio::cancellation_type::total); });
    tell("a"); // both in one turn of the executor
    BOOST_REQUIRE(given_up.times == 1);
    if (given_up.ok()) {
        BOOST_TEST((*given_up.value)->value().composition_id == "a");
    } else {
        BOOST_TEST((given_up.code() == asio::error::operation_aborted));
        BOOST_TEST(read(events) == "a");
    }
    BOOST_TEST(read(events) == "");
}

BOOST_AUTO_TEST_CASE(
    an_event_that_was_handed_over_on_another_executor_is_put_back_when_its_reader_was_cancelled)
{
    reading_world world;
    asio::io_context elsewhere;
    subscription events = world.hub->subscribe();
    asio::cancellation_signal signal;
    item_outcome given_up;
    asio::co_spawn(elsewhere, collect(events.try_next(), given_up),
                   asio::bind_cancellation_slot(signal.slot(), asio::detached));
    elsewhere.poll();
    world.run();
    asio::post(elsewhere, [&] { signal.emit(asio::cancellation_type::total); });
    world.tell("a"); // lies ready for the reader, who hears of the cancellation first
    world.tell("b");
    elsewhere.restart();
    elsewhere.poll();
    world.run();
    BOOST_REQUIRE(given_up.times == 1);
    BOOST_TEST((given_up.code() == asio::error::operation_aborted));
    BOOST_TEST(world.read(events) == "a");
    BOOST_TEST(world.read(events) == "b");
}

BOOST_FIXTURE_TEST_CASE(a_subscription_of_a_destroyed_hub_is_drained_and_then_closed, reading_world)
{
    subscription full = hub->subscribe();
    subscription waiting = hub->subscribe({.type = session_ended});
    item_outcome pending;
    next(waiting, pending);
    tell("a");
    hub.reset();
    run();
    BOOST_TEST(pending.code() == errc::closed);
    BOOST_TEST(read(full) == "a");
    item_outcome last;
    next(full, last);
    BOOST_TEST(last.code() == errc::closed);
}

BOOST_FIXTURE_TEST_CASE(a_destroyed_subscription_aborts_its_next_and_gets_nothing_more, reading_world)
{
    std::optional<subscription> events(hub->subscribe());
    item_outcome pending;
    next(*events, pending);
    auto later = events->try_next();
    events.reset();
    run();
    BOOST_TEST((pending.code() == asio::error::operation_aborted));
    tell("a");
    item_outcome late;
    asio::co_spawn(context, collect(std::move(later), late), asio::detached);
    run();
    BOOST_TEST((late.code() == asio::error::operation_aborted));
}

BOOST_FIXTURE_TEST_CASE(a_default_made_subscription_is_closed, reading_world)
{
    subscription none;
    item_outcome item;
    next(none, item);
    BOOST_TEST(item.code() == errc::closed);
    none = hub->subscribe();
    tell("a");
    BOOST_TEST(read(none) == "a");
}

BOOST_AUTO_TEST_CASE(options_filters_and_items_are_printed_on_one_line_without_the_token)
{
    std::ostringstream out;
    out << event_hub_options() << '\n'
        << wait_options{.timeout = std::chrono::seconds(1)} << '\n'
        << event_filter{.resource_id = "r", .token = "v1-secret", .type = recording_stopped} << '\n'
        << handling_options() << '\n'
        << subscription_item(3);
    BOOST_TEST(out.str() == "event_hub poll_after=5000000000ns poll_interval_cap=30000000000ns max_polls=32 "
                            "subscription_queue=1024 max_facts=1000000 on_handler_failure=no on_notice=no\n"
                            "wait timeout=1000000000ns cancellable=yes\n"
                            "filter resource_id=r token=(not shown) type=recording-stopped\n"
                            "handling when=after_handler timeout=10000000000ns max_in_progress=64\n"
                            "lagged=3");
}

BOOST_AUTO_TEST_SUITE_END()
