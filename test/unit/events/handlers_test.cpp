// A handler is awaited before the sender is told; nothing that it failed at is acknowledged, and all of that
// reaches it again.
#include "gated_world.hpp"

#include <boost/asio/redirect_error.hpp>

#include <stdexcept>
#include <vector>

using namespace videosdk;
using namespace std::chrono_literals;
using enum videosdk::event_type;

namespace {

event_hub_options with_failures(std::vector<std::string>& into)
{
    event_hub_options out = hub_world::default_options();
    out.on_handler_failure = [&into](const event& what, std::exception_ptr why) {
        try {
            std::rethrow_exception(std::move(why));
        } catch (const error& failure) {
            into.push_back(what.composition_id + ": " + make_error_code(errc::wait_timeout).message() +
                           (failure.code() == errc::wait_timeout ? " late" : " other"));
        } catch (const std::exception& failure) {
            into.push_back(what.composition_id + ": " + failure.what());
        }
    };
    return out;
}

struct failing_world : gated_world {
    failing_world() : gated_world(with_failures(failures)) {}
    std::vector<std::string> failures; // before the hub, which is told of it
};

} // namespace

BOOST_AUTO_TEST_SUITE(handlers)

BOOST_FIXTURE_TEST_CASE(the_sender_is_told_when_the_handler_has_returned, gated_world)
{
    const event_handling files = hub->handle({.type = recording_stopped}, gated());
    told_verdict& first = begin("c");
    BOOST_TEST_REQUIRE(visits.size() == 1U);
    BOOST_TEST(!first.has_value());
    BOOST_TEST(counts().handling == 1U);
    let_go(0);
    BOOST_TEST((first == verdict::accepted));
    BOOST_TEST((begin(composition_event(recording_started, "d")) == verdict::accepted)); // not for it
    BOOST_TEST(visits.size() == 1U);
    BOOST_TEST(counts().handled == 1U);
    BOOST_TEST(counts().handling == 0U);
    BOOST_TEST(time->armed() == 0U);
}

BOOST_FIXTURE_TEST_CASE(what_the_handler_fails_at_is_not_taken_and_reaches_it_again, gated_world)
{
    const event_handling files = hub->handle({}, gated());
    subscription events = hub->subscribe();
    told_verdict& first = begin("c");
    let_go(0, true);
    BOOST_TEST((first == verdict::unavailable));
    told_verdict& again = begin("c"); // the very same event, of which the hub knows all it says
    BOOST_TEST_REQUIRE(visits.size() == 2U);
    let_go(1);
    BOOST_TEST((again == verdict::accepted));
    BOOST_TEST((begin("c") == verdict::repetition)); // now it is one
    BOOST_TEST(visits.size() == 2U);
    const hub_counts after = counts();
    BOOST_TEST(after.handler_failures == 1U);
    BOOST_TEST(after.handled == 1U);
    BOOST_TEST(after.repetitions == 1U);
}

BOOST_FIXTURE_TEST_CASE(what_was_failed_at_is_not_forgotten_when_later_events_were_handled, gated_world)
{
    const event_handling all = hub->handle({}, gated());
    told_verdict& started = begin(composition_event(recording_started, "c"));
    let_go(0, true);
    BOOST_TEST((started == verdict::unavailable));
    told_verdict& stopped = begin("c");
    let_go(1);
    BOOST_TEST((stopped == verdict::accepted));
    told_verdict& again = begin(composition_event(recording_started, "c")); // falls behind by now
    BOOST_TEST_REQUIRE(visits.size() == 3U);
    let_go(2);
    BOOST_TEST((again == verdict::accepted));
}

BOOST_FIXTURE_TEST_CASE(the_facts_hold_whatever_the_handler_does, gated_world)
{
    const event_handling all = hub->handle({}, gated());
    subscription events = hub->subscribe();
    wait_outcome ready;
    wait(ready, "r", resource_status::idle);
    told_verdict& first = begin(event_of(resource_acquired, "r"));
    BOOST_TEST(ready.ok()); // while the handler is still at work
    outcome_of<subscription_item> item;
    asio::co_spawn(context, collect(events.try_next(), item), asio::detached);
    run();
    BOOST_TEST(item.ok());
    let_go(0, true);
    BOOST_TEST((first == verdict::unavailable));
    wait_outcome later;
    wait(later, "r", resource_status::idle);
    BOOST_TEST(later.ok());
    told_verdict& again = begin(event_of(resource_acquired, "r"));
    let_go(1);
    BOOST_TEST((again == verdict::accepted));
    outcome_of<subscription_item> second;
    asio::co_spawn(context, collect(events.try_next(), second), asio::detached);
    run();
    BOOST_TEST(second.open()); // a repetition to those who had it
}

BOOST_FIXTURE_TEST_CASE(a_handler_that_takes_too_long_is_cancelled_and_its_event_not_taken, failing_world)
{
    const event_handling files = hub->handle({}, gated(), {.timeout = 3s});
    told_verdict& first = begin("c");
    advance(2999ms);
    BOOST_TEST(!first.has_value());
    advance(1ms);
    BOOST_TEST((first == verdict::unavailable));
    run();
    BOOST_TEST(visits[0].cancelled);
    BOOST_TEST((failures ==
                std::vector<std::string>{"c: " + make_error_code(errc::wait_timeout).message() + " late"}));
    BOOST_TEST(counts().handling == 0U);
    told_verdict& again = begin("c");
    let_go(1);
    BOOST_TEST((again == verdict::accepted));
    BOOST_TEST(time->armed() == 0U);
}

BOOST_FIXTURE_TEST_CASE(what_a_handler_throws_is_reported, failing_world)
{
    const event_handling one = hub->handle({}, gated());
    told_verdict& first = begin("c");
    let_go(0, true);
    BOOST_TEST((first == verdict::unavailable));
    BOOST_TEST((failures == std::vector<std::string>{"c: no room on the disk"}));
    const event_handling plain =
        hub->handle({.composition_id = "d"}, [](const event&) -> asio::awaitable<void> {
            throw std::runtime_error("before there was anything to await");
        });
    told_verdict& second = begin("d");
    BOOST_TEST((second == verdict::unavailable));
    BOOST_TEST(failures.back() == "d: before there was anything to await");
}

BOOST_FIXTURE_TEST_CASE(beyond_the_limit_events_are_not_taken_and_not_lost, gated_world)
{
    const event_handling files = hub->handle({}, gated(), {.max_in_progress = 2});
    told_verdict& a = begin("a");
    told_verdict& b = begin("b");
    BOOST_TEST((begin("c") == verdict::unavailable));
    BOOST_TEST(visits.size() == 2U);
    let_go(0);
    told_verdict& again = begin("c");
    BOOST_TEST(visits.size() == 3U);
    let_go(1);
    let_go(2);
    BOOST_TEST((a == verdict::accepted));
    BOOST_TEST((b == verdict::accepted));
    BOOST_TEST((again == verdict::accepted));
    BOOST_TEST(counts().handler_overload == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_late_handler_keeps_its_place_until_it_has_ended, gated_world)
{
    asio::steady_timer gate(context, asio::steady_timer::time_point::max());
    const auto deaf = [](asio::steady_timer& until) -> asio::awaitable<void> {
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        boost::system::error_code ignored;
        co_await until.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    };
    const event_handling files =
        hub->handle({}, [&](const event&) { return deaf(gate); }, {.timeout = 3s, .max_in_progress = 1});
    told_verdict& first = begin("a");
    advance(3s);
    BOOST_TEST((first == verdict::unavailable)); // the sender need not wait for the deaf
    BOOST_TEST(counts().handling == 1U);
    BOOST_TEST((begin("a") == verdict::unavailable));
    gate.cancel();
    run();
    BOOST_TEST(counts().handling == 0U);
    told_verdict& last = begin("a");
    gate.cancel();
    run();
    BOOST_TEST((last == verdict::accepted));
}

BOOST_FIXTURE_TEST_CASE(an_event_is_taken_when_all_its_handlers_have_returned, gated_world)
{
    const event_handling one = hub->handle({}, gated());
    const event_handling two = hub->handle({.composition_id = "c"}, gated());
    told_verdict& first = begin("c");
    BOOST_TEST(visits.size() == 2U);
    let_go(1);
    BOOST_TEST(!first.has_value());
    let_go(0);
    BOOST_TEST((first == verdict::accepted));
    told_verdict& second = begin(composition_event(recording_failed, "c"));
    let_go(2);
    let_go(3, true);
    BOOST_TEST((second == verdict::unavailable));
    told_verdict& full = begin(composition_event(recording_failed, "c"));
    let_go(4);
    let_go(5);
    BOOST_TEST((full == verdict::accepted));
}

BOOST_FIXTURE_TEST_CASE(handlers_acknowledged_at_once_keep_nobody_waiting, gated_world)
{
    const event_handling log = hub->handle({}, gated(), {.when = acknowledge::at_once, .max_in_progress = 1});
    BOOST_TEST((begin("a") == verdict::accepted));
    BOOST_TEST(visits.size() == 1U);
    BOOST_TEST((begin("b") == verdict::accepted)); // dropped, and counted
    BOOST_TEST(visits.size() == 1U);
    BOOST_TEST(counts().handler_overload == 1U);
    let_go(0, true);
    BOOST_TEST((begin("a") == verdict::repetition));
    BOOST_TEST(counts().handler_failures == 1U);
}

BOOST_FIXTURE_TEST_CASE(wrong_options_are_named, gated_world)
{
    const auto refusal = [&](event_handler handler, const handling_options& options) {
        try {
            const event_handling none = hub->handle({}, std::move(handler), options);
        } catch (const error& failure) {
            return failure.code() == errc::invalid_argument ? failure.info().detail : "another code";
        }
        return std::string();
    };
    BOOST_TEST(refusal(nullptr, {}) == "the handler is empty");
    BOOST_TEST(refusal(do_nothing, {.timeout = 0s}) == "timeout must be positive and at most 24 h");
    BOOST_TEST(refusal(do_nothing, {.timeout = 25h}) == "timeout must be positive and at most 24 h");
    BOOST_TEST(refusal(do_nothing, {.max_in_progress = 0}) == "max_in_progress must be at least 1");
    BOOST_TEST(refusal(do_nothing, {.when = static_cast<acknowledge>(7)}) ==
               "when must be at_once or after_handler");
    BOOST_TEST(refusal(do_nothing, {}).empty());
    event_hub elsewhere(std::move(*hub));
    BOOST_CHECK_EXCEPTION(static_cast<void>(hub->handle({}, do_nothing)), error,
                          [](const error& failure) { return failure.code() == errc::closed; });
}

BOOST_AUTO_TEST_SUITE_END()
