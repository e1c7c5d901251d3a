// Where no webhook arrives, the log says so, and not more often than helps.
#include "hub_world.hpp"

#include <vector>

using namespace videosdk;
using namespace std::chrono_literals;
using enum videosdk::resource_status;

namespace {

struct noticing_world {
    noticing_world() : world(options()) {}

    event_hub_options options()
    {
        event_hub_options chosen = hub_world::default_options();
        chosen.on_notice = [this](std::string_view line) { lines.emplace_back(line); };
        return chosen;
    }

    /// One wait that only a poll ends.
    void wait_by_poll(const std::string& id)
    {
        wait_outcome ready;
        world.wait(ready, id, idle);
        world.advance(4s);
        BOOST_TEST(world.answer(id, "idle"));
        BOOST_TEST(ready.ok());
    }

    std::vector<std::string> lines;
    hub_world world;
};

} // namespace

BOOST_AUTO_TEST_SUITE(notices)

BOOST_FIXTURE_TEST_CASE(three_waits_in_a_row_that_polls_ended_are_worth_a_line, noticing_world)
{
    wait_by_poll("a");
    wait_by_poll("b");
    BOOST_TEST(lines.empty());
    wait_by_poll("c");
    BOOST_REQUIRE(lines.size() == 1U);
    BOOST_TEST(lines[0].find("webhook") != std::string::npos);
    BOOST_TEST(lines[0].find('\n') == std::string::npos);
    wait_by_poll("d");
    BOOST_TEST(lines.size() == 1U);
    world.advance(10min);
    wait_by_poll("e");
    BOOST_TEST(lines.size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(many_waits_for_one_resource_whose_webhook_was_lost_say_as_little_as_one,
                        noticing_world)
{
    wait_outcome ready[5];
    for (wait_outcome& each : ready) {
        world.wait(each, "a", idle);
    }
    world.advance(4s);
    BOOST_TEST(world.answer("a", "idle"));
    for (const wait_outcome& each : ready) {
        BOOST_TEST(each.ok());
    }
    BOOST_TEST(lines.empty());
    wait_by_poll("b");
    BOOST_TEST(lines.empty());
    wait_by_poll("c");
    BOOST_TEST(lines.size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(an_event_among_them_shows_that_webhooks_arrive, noticing_world)
{
    wait_by_poll("a");
    wait_by_poll("b");
    world.publish(event_of(event_type::resource_acquired, "x"));
    wait_by_poll("c");
    wait_by_poll("d");
    BOOST_TEST(lines.empty());
}

BOOST_AUTO_TEST_SUITE_END()
