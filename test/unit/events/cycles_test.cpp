// `idle` and `composing` come and go: events about compositions make the hub ask, and only a fresh answer
// counts.
#include "hub_world.hpp"

#include <algorithm>

using namespace videosdk;
using namespace std::chrono_literals;
using enum videosdk::resource_status;

BOOST_AUTO_TEST_SUITE(cycles)

BOOST_FIXTURE_TEST_CASE(an_event_of_a_known_composition_asks_about_its_resource_only, hub_world)
{
    wait_outcome first;
    wait_outcome second;
    wait(first, "r", idle);
    wait(second, "s", idle);
    advance(4s);
    BOOST_TEST(answer("r", "composing", "\"c\""));
    BOOST_TEST(answer("s", "composing", "\"d\""));
    publish(composition_event(event_type::recording_stopped, "c"));
    BOOST_TEST(api->asked().size() == 1U);
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(first.ok());
    BOOST_TEST(second.open());
    BOOST_TEST(counts().resolved_by_event == 1U); // an event prompted the GET
}

BOOST_FIXTURE_TEST_CASE(an_event_with_a_known_token_asks_about_its_resources_only, hub_world)
{
    wait_outcome first;
    wait_outcome second;
    wait(first, "r", idle);
    wait(second, "s", idle);
    advance(4s);
    BOOST_TEST(answer("r", "composing", "", "https://hooks.example.com/studio/v1-one"));
    BOOST_TEST(answer("s", "composing", "", "https://hooks.example.com/studio/v1-two"));
    publish(composition_event(event_type::recording_stopped, "", "v1-two"));
    BOOST_TEST(api->asked().size() == 1U);
    BOOST_TEST(answer("s", "idle"));
    BOOST_TEST(second.ok());
    BOOST_TEST(first.open());
}

BOOST_FIXTURE_TEST_CASE(an_event_that_names_nothing_known_asks_about_all_that_it_may_concern, hub_world)
{
    wait_outcome cycling;
    wait_outcome busy;
    wait_outcome first_idle;
    wait_outcome gone;
    wait(cycling, "cycling", idle);
    advance(4s);
    BOOST_TEST(answer("cycling", "composing"));
    wait(busy, "busy", composing);
    wait(first_idle, "fresh", idle);
    wait(gone, "gone", released);
    publish(composition_event(event_type::recording_stopped));
    auto asked = api->asked();
    std::sort(asked.begin(), asked.end());
    const std::vector<std::string> expected{"/v2/resource/busy", "/v2/resource/cycling"};
    BOOST_TEST(asked == expected, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(an_event_of_another_kind_of_composition_concerns_nobody_here, hub_world)
{
    wait_outcome cycling;
    wait(cycling, "r", idle);
    advance(4s);
    BOOST_TEST(answer("r", "composing")); // a recording resource, says the answer
    publish(composition_event(event_type::hls_stopped));
    BOOST_TEST(api->asked().empty());
    publish(composition_event(event_type::recording_stopped));
    BOOST_TEST(api->asked().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(events_that_name_nothing_and_come_close_together_are_taken_as_one, hub_world)
{
    wait_outcome cycling;
    wait(cycling, "r", idle);
    advance(4s);
    BOOST_TEST(answer("r", "composing"));
    publish(composition_event(event_type::recording_started));
    BOOST_TEST(answer("r", "composing"));
    publish(composition_event(event_type::recording_started));
    publish(composition_event(event_type::recording_stopping));
    publish(composition_event(event_type::recording_stopped));
    BOOST_TEST(api->asked().empty());
    advance(250ms);
    BOOST_TEST(api->asked().size() == 1U);
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(cycling.ok());
    BOOST_TEST(api->exchanges == 3U);
}

BOOST_FIXTURE_TEST_CASE(an_answer_to_a_get_sent_before_the_event_is_asked_again, hub_world)
{
    wait_outcome ready;
    wait_outcome busy;
    wait(busy, "r", composing);
    advance(4s);                                               // the GET leaves
    publish(composition_event(event_type::recording_started)); // news after it left
    wait(ready, "r", idle);
    BOOST_TEST(answer("r", "idle")); // an older truth
    BOOST_TEST(ready.open());
    BOOST_TEST(busy.open());
    BOOST_TEST(api->asked().size() == 1U); // asked again at once
    BOOST_TEST(answer("r", "composing"));
    BOOST_TEST(busy.ok());
    BOOST_TEST(ready.open());
}

BOOST_FIXTURE_TEST_CASE(not_found_by_a_get_sent_before_the_event_is_asked_again, hub_world)
{
    wait_outcome busy;
    wait(busy, "r", composing);
    advance(4s);
    publish(event_of(event_type::resource_acquired, "r"));
    BOOST_TEST(refuse("r", 404));
    BOOST_TEST(busy.open());
    advance(9s);
    BOOST_TEST(answer("r", "composing"));
    BOOST_TEST(busy.ok());
}

BOOST_FIXTURE_TEST_CASE(an_event_casts_doubt_on_what_is_known_before_anybody_waits, hub_world)
{
    publish(event_of(event_type::resource_acquired, "r"));
    publish(composition_event(event_type::recording_started)); // perhaps here
    wait_outcome ready;
    wait(ready, "r", idle);
    BOOST_TEST(ready.open());
    BOOST_TEST(api->asked().size() == 1U); // asked at once: the news is there already
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(ready.ok());
}

BOOST_FIXTURE_TEST_CASE(a_command_ends_what_was_known, hub_world)
{
    publish(event_of(event_type::resource_acquired, "r"));
    hub->expect_change("r", "c");
    wait_outcome ready;
    wait(ready, "r", idle);
    BOOST_TEST(ready.open());
    BOOST_TEST(api->asked().empty()); // an event is expected
    BOOST_TEST(publish(event_of(event_type::resource_acquired, "r")) == verdict::repetition);
    BOOST_TEST(ready.open());
    publish(composition_event(event_type::recording_started, "c"));
    BOOST_TEST(answer("r", "composing"));
    publish(composition_event(event_type::recording_stopped, "c"));
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(ready.ok());
}

BOOST_FIXTURE_TEST_CASE(a_get_sent_before_a_command_proves_nothing_after_it, hub_world)
{
    wait_outcome ready;
    wait(ready, "r", idle);
    advance(4s);
    at_home([&] { hub->expect_change("r"); });
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(ready.open());
    advance(6s);
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(ready.ok());
}

BOOST_FIXTURE_TEST_CASE(a_get_sent_while_a_start_is_on_its_way_proves_nothing_after_it, hub_world)
{
    publish(event_of(event_type::resource_acquired, "r"));
    outcome_of<started_composition> started;
    asio::co_spawn(context,
                   collect(source->try_start_recording({.room_id = "room", .resource_id = "r"}), started),
                   asio::detached);
    run();
    wait_outcome busy;
    wait(busy, "r", composing);
    advance(4s);
    BOOST_TEST(answer("r", "idle")); // the start has not taken effect yet
    at_home([&] { api->answer("/start", 200, R"({"success":true,"data":{"id":"c"}})"); });
    BOOST_TEST(started.ok());
    wait_outcome ready;
    wait(ready, "r", idle);
    BOOST_TEST(ready.open());
    publish(composition_event(event_type::recording_started, "c"));
    BOOST_TEST(answer("r", "composing"));
    BOOST_TEST(busy.ok());
    BOOST_TEST(ready.open());
}

BOOST_FIXTURE_TEST_CASE(a_late_event_of_a_composition_that_ended_asks_nothing, hub_world)
{
    wait_outcome ready;
    wait(ready, "r", idle);
    advance(4s);
    BOOST_TEST(answer("r", "composing", "\"c\""));
    publish(composition_event(event_type::recording_stopped, "c"));
    BOOST_TEST(answer("r", "composing", "\"c\"")); // the API is slower than its webhook
    BOOST_TEST(publish(composition_event(event_type::recording_started, "c")) == verdict::repetition);
    BOOST_TEST(api->asked().empty());
    advance(9s);
    BOOST_TEST(answer("r", "idle"));
    BOOST_TEST(ready.ok());
}

BOOST_FIXTURE_TEST_CASE(nobody_is_asked_about_a_resource_that_nobody_waits_for, hub_world)
{
    publish(event_of(event_type::resource_acquired, "r"));
    publish(composition_event(event_type::recording_started));
    publish(composition_event(event_type::recording_stopped));
    advance(1h);
    BOOST_TEST(api->exchanges == 0U);
    BOOST_TEST(time->armed() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
