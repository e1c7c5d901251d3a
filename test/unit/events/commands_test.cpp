// A command of the client opens a new cycle: what was known of idle and composing before completes no wait
// after it.
#include "../api/fixture.hpp"

#include <videosdk/event_hub.hpp>

namespace {

using namespace test;
using videosdk::event_type;
using videosdk::resource_status;

const std::string id = "64f1a2b3c4d5e6f7a8b9c0d1";

std::string unit_that_is(const char* status)
{
    return R"({"id":")" + id + R"(","status":")" + status + R"(","type":"recording"})";
}

videosdk::event event_of(event_type type, const std::string& composition)
{
    videosdk::event what;
    what.type = type;
    what.composition_id = composition;
    return what;
}

struct commands_fixture : client_fixture {
    commands_fixture() : hub(*client)
    {
        videosdk::event acquired;
        acquired.type = event_type::resource_acquired;
        acquired.resource_id = id;
        finish(hub.publish(acquired));
    }
    bool is_known(resource_status status)
    {
        const auto seen = carrier->seen().size();
        // Shorter than the time to the first poll.
        const auto got = finish(hub.try_wait_for(id, status, {.timeout = 1s}));
        return got.has_value() && carrier->seen().size() == seen;
    }
    videosdk::event_hub hub;
};

} // namespace

BOOST_AUTO_TEST_SUITE(commands)

BOOST_AUTO_TEST_CASE(starting_a_composition_makes_the_idle_before_it_count_no_more)
{
    commands_fixture f;
    BOOST_REQUIRE(f.is_known(resource_status::idle));
    f.carrier->expect(answer(200, R"({"success":true,"data":{"id":"c1"}})"));
    f.finish(f.client->start_recording({.room_id = "a-b", .resource_id = id}));
    BOOST_TEST(!f.is_known(resource_status::idle));
}

BOOST_AUTO_TEST_CASE(a_whole_cycle_is_awaited_by_events_that_name_only_the_composition)
{
    commands_fixture f;
    f.carrier->expect(answer(200, R"({"success":true,"data":{"id":"c1"}})"));
    f.finish(f.client->start_recording({.room_id = "a-b", .resource_id = id}));

    started<videosdk::resource> composing(
        f.io, f.hub.try_wait_for(id, resource_status::composing, {.timeout = 60s}));
    f.settle();
    f.carrier->expect(answer(200, unit_that_is("composing")));
    f.finish(f.hub.publish(event_of(event_type::recording_started, "c1")));
    f.settle();
    BOOST_REQUIRE(composing.outcome.has_value());
    BOOST_TEST(composing.outcome->has_value());

    f.carrier->expect(answer(200, R"({"success":true})"));
    BOOST_TEST(f.finish(f.client->try_end_recording({.room_id = "a-b", .id = "c1"})).has_value());
    BOOST_TEST(!f.is_known(resource_status::composing));

    started<videosdk::resource> idle(f.io, f.hub.try_wait_for(id, resource_status::idle, {.timeout = 60s}));
    f.settle();
    f.carrier->expect(answer(200, unit_that_is("idle")));
    f.finish(f.hub.publish(event_of(event_type::recording_stopped, "c1")));
    f.settle();
    BOOST_REQUIRE(idle.outcome.has_value());
    BOOST_TEST(idle.outcome->has_value());
}

BOOST_AUTO_TEST_CASE(commands_after_the_hub_is_gone_harm_nobody)
{
    client_fixture f;
    {
        videosdk::event_hub hub(*f.client);
    }
    f.settle();
    f.carrier->expect(answer(200, R"({"success":true,"data":{"id":"c1"}})"));
    BOOST_TEST(f.finish(f.client->start_recording({.room_id = "a-b", .resource_id = id})).id == "c1");
}

BOOST_AUTO_TEST_SUITE_END()
