// What an observer is told of events: each once, when it is decided what becomes of it.
#include "../../support/transcript.hpp"
#include "gated_world.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

using namespace videosdk;
using namespace std::chrono_literals;
using enum videosdk::event_type;

namespace {

client_options watched_by(const std::shared_ptr<observer>& seen)
{
    client_options out = hub_world::client_settings();
    out.observer = seen;
    return out;
}

struct observed_world : gated_world {
    explicit observed_world(std::shared_ptr<test::transcript> by = std::make_shared<test::transcript>())
        : gated_world(default_options(), watched_by(by)), seen(std::move(by))
    {
    }

    std::shared_ptr<test::transcript> seen;
};

} // namespace

BOOST_AUTO_TEST_SUITE(observing)

BOOST_FIXTURE_TEST_CASE(each_event_is_told_with_its_verdict, observed_world)
{
    publish(event_of(resource_acquired, "r"));
    publish(event_of(resource_acquired, "r"));
    publish(composition_event(recording_started, "c", "v1-hidden"));
    event invented;
    invented.type = wire_value<event_type>(event_type::unknown, "whiteboard-wiped");
    publish(invented);
    BOOST_TEST(seen->take() == "event resource-acquired resource_id=r: accepted\n"
                               "event resource-acquired resource_id=r: repetition\n"
                               "event recording-started composition_id=c: accepted\n"
                               "event whiteboard-wiped: accepted\n");
}

BOOST_FIXTURE_TEST_CASE(an_event_that_handlers_work_on_is_told_when_they_are_done, observed_world)
{
    const event_handling files = hub->handle({.type = recording_stopped}, gated());
    begin("c");
    BOOST_TEST(seen->take() == "");
    let_go(0, true);
    BOOST_TEST(seen->take() == "event recording-stopped composition_id=c: unavailable\n");
    begin("c");
    let_go(1);
    BOOST_TEST(seen->take() == "event recording-stopped composition_id=c: accepted\n");
    begin("d");
    advance(10s); // the handler's time is up
    BOOST_TEST(seen->take() == "event recording-stopped composition_id=d: unavailable\n");
}

BOOST_FIXTURE_TEST_CASE(an_event_whose_publisher_was_cancelled_is_told_once_as_not_taken, observed_world)
{
    const event_handling files = hub->handle({.type = recording_stopped}, gated());
    asio::cancellation_signal signal;
    std::optional<verdict> told_verdict;
    asio::co_spawn(context, publish_into(*hub, composition_event(recording_stopped, "c"), told_verdict),
                   asio::bind_cancellation_slot(signal.slot(), asio::detached));
    run();
    signal.emit(asio::cancellation_type::terminal);
    run();
    BOOST_TEST(!told_verdict.has_value());
    let_go(0);
    BOOST_TEST(seen->take() == "event recording-stopped composition_id=c: unavailable\n");
}

BOOST_FIXTURE_TEST_CASE(the_hubs_own_gets_are_told_as_calls, observed_world)
{
    wait_outcome ready;
    wait(ready, "r", resource_status::idle);
    advance(4s);
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(ready.ok());
    BOOST_TEST(seen->take() ==
               "call 1 get: GET /v2/resource/r, attempt 1\n"
               "call 1 get: GET /v2/resource/r, attempt 1: answered 200, effect known, 0.000 ms\n");
}

BOOST_AUTO_TEST_CASE(a_destroyed_io_context_tells_nothing)
{
    const auto seen = std::make_shared<test::transcript>();
    wait_outcome ready;
    {
        observed_world world(seen);
        world.wait(ready, "r", resource_status::idle);
        world.advance(4s);
        BOOST_TEST(seen->take() == "call 1 get: GET /v2/resource/r, attempt 1\n");
    }
    BOOST_TEST(ready.open());
    BOOST_TEST(seen->take() == "");
}

BOOST_FIXTURE_TEST_CASE(hub_and_client_may_be_destroyed_inside_the_hook, observed_world)
{
    wait_outcome ready;
    wait(ready, "r", resource_status::composing);
    advance(4s); // a GET is under way
    seen->inside = [this] {
        hub.reset();
        source.reset();
    };
    told_verdict outcome;
    at_home([&] {
        asio::co_spawn(context, publish_into(*hub, event_of(resource_released, "x"), outcome),
                       asio::detached);
    });
    BOOST_TEST((outcome == verdict::accepted));
    BOOST_TEST((ready.code() == asio::error::operation_aborted));
    BOOST_TEST(time->armed() == 0U);
    BOOST_TEST(api->asked().empty());
}

BOOST_FIXTURE_TEST_CASE(events_may_be_published_inside_the_hook, observed_world)
{
    told_verdict inner;
    seen->inside = [&] {
        if (seen->lines.size() == 1) {
            asio::co_spawn(context, publish_into(*hub, event_of(resource_released, "r"), inner),
                           asio::detached);
        }
    };
    BOOST_TEST((publish(event_of(resource_acquired, "r")) == verdict::accepted));
    BOOST_TEST((inner == verdict::accepted));
    BOOST_TEST(seen->take() == "event resource-acquired resource_id=r: accepted\n"
                               "event resource-released resource_id=r: accepted\n");
}

BOOST_AUTO_TEST_SUITE_END()
