// Webhooks come to any node, and to whoever waits for them: across nodes, restarts and what Redis forgets.
#include "nodes.hpp"

#include <boost/test/unit_test.hpp>

using namespace redis_test;
using videosdk::redis_notice_kind;

BOOST_AUTO_TEST_SUITE(redis_events)

BOOST_AUTO_TEST_CASE(a_webhook_that_lands_on_one_node_resumes_a_coroutine_on_another)
{
    cluster all;
    auto one = all.start(in_deployment("resumes", "one"));
    auto two = all.start(in_deployment("resumes", "two"));
    // Given a wait on the second node
    const auto waited = all.wait(*two, "r", resource_status::idle);
    // When the webhook comes to the first
    const auto told = all.deliver(*one, two->receiver->webhook_url(), acquired("r"));
    // Then it is answered when it is safe, and the wait is over
    BOOST_TEST(told.status == 200U);
    BOOST_TEST(std::string(told.reason) == "passed on");
    BOOST_REQUIRE(all.run_until([&] { return waited->has_value(); }));
    BOOST_REQUIRE((**waited).has_value());
    BOOST_TEST((**waited)->id == "r");
    // And it has entered no other hub
    BOOST_TEST(all.hub_of(*one).published == 0U);
    BOOST_TEST(all.hub_of(*two).published == 1U);
    BOOST_TEST(all.bus_of(*one).passed_to_one == 1U);
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(a_webhook_of_the_node_that_it_comes_to_enters_its_hub_alone)
{
    cluster all;
    auto one = all.start(in_deployment("own", "one"));
    auto two = all.start(in_deployment("own", "two"));
    BOOST_TEST(std::string(all.deliver(*one, one->receiver->webhook_url(), acquired("r")).reason) ==
               "accepted");
    // What is for all, and comes after it, shows that nothing else came.
    BOOST_TEST(all.deliver(*one, url_of_nobody(), joined("p")).status == 200U);
    BOOST_TEST(all.run_until([&] { return all.bus_of(*two).published == 1U && all.bus_of(*one).own == 1U; }));
    BOOST_TEST(all.hub_of(*one).published == 2U);
    BOOST_TEST(all.hub_of(*two).published == 1U);
    BOOST_TEST(all.bus_of(*one).kept == 1U);
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(the_same_webhook_at_two_nodes_counts_once_in_each_hub)
{
    cluster all;
    auto one = all.start(in_deployment("once", "one"));
    auto two = all.start(in_deployment("once", "two"));
    auto stream = one->hub->subscribe();
    const std::string url = url_of_nobody();
    BOOST_TEST(all.deliver(*one, url, acquired("r")).status == 200U);
    BOOST_TEST(all.deliver(*two, url, acquired("r")).status == 200U);
    BOOST_TEST(
        all.run_until([&] { return all.hub_of(*one).published == 2U && all.hub_of(*two).published == 2U; }));
    for (node* const each : {one.get(), two.get()}) {
        BOOST_TEST(all.hub_of(*each).repetitions == 1U);
        BOOST_TEST(all.hub_of(*each).facts == 1U);
    }
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(webhooks_that_overtake_each_other_leave_every_hub_with_the_same_truth)
{
    cluster all;
    auto one = all.start(in_deployment("order", "one"));
    auto two = all.start(in_deployment("order", "two"));
    const std::string url = url_of_nobody();
    // Given the release at one node, and what came before it later, at another
    BOOST_TEST(all.deliver(*one, url, released("r")).status == 200U);
    BOOST_TEST(all.deliver(*two, url, acquired("r")).status == 200U);
    BOOST_TEST(
        all.run_until([&] { return all.hub_of(*one).published == 2U && all.hub_of(*two).published == 2U; }));
    // Then no wait for what was before is fulfilled on either
    for (node* const each : {one.get(), two.get()}) {
        const auto idle = all.wait(*each, "r", resource_status::idle);
        const auto gone = all.wait(*each, "r", resource_status::released);
        BOOST_REQUIRE(all.run_until([&] { return idle->has_value() && gone->has_value(); }));
        BOOST_TEST((**idle).error().code() == make_error_code(errc::status_unreachable));
        BOOST_TEST((**gone).has_value());
    }
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(what_is_for_a_node_that_has_left_goes_to_all)
{
    cluster all;
    auto one = all.start(in_deployment("left", "one"));
    auto two = all.start(in_deployment("left", "two"));
    const std::string url = two->receiver->webhook_url();
    all.close(two);
    BOOST_TEST(std::string(all.deliver(*one, url, acquired("r")).reason) == "accepted");
    BOOST_TEST(all.bus_of(*one).passed_to_all == 1U);
    // And to that node, when it comes back.
    two = all.start(in_deployment("left", "two"));
    BOOST_TEST(all.run_until([&] { return all.hub_of(*two).published == 1U; }));
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(what_is_for_a_boot_of_a_nodes_former_life_goes_to_all)
{
    cluster all;
    auto one = all.start(in_deployment("lives", "one"));
    auto two = all.start(in_deployment("lives", "two"));
    // Given the URL of a unit that another node may have taken over since
    const std::string url = two->receiver->webhook_url();
    all.stop(two);
    two = all.start(in_deployment("lives", "two"));
    // When its webhooks come, to either node
    BOOST_TEST(std::string(all.deliver(*one, url, joined("p")).reason) == "accepted");
    BOOST_TEST(std::string(all.deliver(*two, url, joined("q")).reason) == "accepted");
    // Then both nodes have both
    BOOST_TEST(
        all.run_until([&] { return all.hub_of(*one).published == 2U && all.hub_of(*two).published == 2U; }));
    BOOST_TEST(all.bus_of(*one).passed_to_all == 1U);
    BOOST_TEST(all.bus_of(*two).passed_to_all == 1U);
    // And what is of the new life is its own
    BOOST_TEST(std::string(all.deliver(*one, two->receiver->webhook_url(), joined("r")).reason) ==
               "passed on");
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(what_redis_keeps_for_a_node_it_keeps_for_some_time_only)
{
    cluster all;
    auto one = all.start(in_deployment("lasting", "one"));
    auto two = all.start(in_deployment("lasting", "two"));
    // Given a stream that has begun since the node said last that it lives
    BOOST_TEST(all.deliver(*one, two->receiver->webhook_url(), joined("p")).status == 200U);
    session redis_itself(options_for({shared_server().url()}));
    for (const std::string_view key : {"lasting:to:two", "lasting:to:two:n"}) {
        const answer lasts = redis_itself.call({"PTTL", key});
        BOOST_REQUIRE_MESSAGE(lasts.has_value(), words(lasts));
        BOOST_TEST(lasts->number > 0);
    }
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(a_node_that_is_killed_goes_on_where_it_had_stopped)
{
    cluster all;
    auto one = all.start(in_deployment("killed", "one"));
    auto two = all.start(in_deployment("killed", "two"));
    const std::string url = two->receiver->webhook_url();
    BOOST_TEST(all.deliver(*one, url, joined("before")).status == 200U);
    BOOST_TEST(all.run_until([&] { return all.hub_of(*two).published == 1U; }));
    // Given a node that has died without a word, and is not taken for dead yet
    all.stop(two);
    const std::string nobodys = url_of_nobody();
    for (int i = 0; i < 100; ++i) {
        const bool to_all = i % 2 == 0;
        const auto told = all.deliver(*one, to_all ? nobodys : url, joined(std::to_string(i)));
        BOOST_REQUIRE(told.status == 200U);
    }
    // When it lives again
    two = all.start(in_deployment("killed", "two"));
    // Then it gets all that came meanwhile, and little of what it had before.
    BOOST_TEST(all.run_until([&] { return all.hub_of(*two).published >= 100U; }));
    BOOST_TEST(all.hub_of(*two).published <= 101U);
    BOOST_TEST(all.bus_of(*two).missed == 0U);
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(what_a_stream_threw_away_before_it_was_read_is_counted_and_waiters_ask_the_api)
{
    cluster all;
    videosdk::redis_bus_options small = in_deployment("trimmed", "one");
    small.max_stream = 100;
    auto one = all.start(small);
    auto two = all.start(in_deployment("trimmed", "two"));
    const std::string url = url_of_nobody();
    BOOST_TEST(all.deliver(*one, url, joined("first")).status == 200U);
    BOOST_TEST(all.run_until([&] { return all.hub_of(*two).published == 1U; }));
    all.close(two);
    for (int i = 0; i < 300; ++i) {
        BOOST_REQUIRE(all.deliver(*one, url, joined(std::to_string(i))).status == 200U);
    }
    two = std::make_unique<node>(all.context, in_deployment("trimmed", "two"));
    const auto waited = all.wait(*two, "r", resource_status::idle);
    BOOST_TEST(all.run_until([&] {
        const auto counts = all.bus_of(*two);
        return counts.missed != 0 && counts.missed + counts.read == 300U;
    }));
    BOOST_TEST(two->notices[redis_notice_kind::missed] == 1U);
    // And whoever waits asks the API at once.
    BOOST_TEST(all.run_until([&] { return !two->api->asked().empty(); }));
    BOOST_TEST(!waited->has_value());
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(an_entry_that_is_no_event_is_skipped_counted_and_told)
{
    cluster all;
    auto one = all.start(in_deployment("malformed", "one"));
    {
        session other(options_for({shared_server().url()}));
        BOOST_TEST(other.call({"XADD", "malformed:all", "*", "what", "ever"}).has_value());
        BOOST_TEST(
            other.call({"XADD", "malformed:all", "*", "n", "1", "type", "x", "data", "{"}).has_value());
        BOOST_TEST(other.call({"XADD", "malformed:to:one", "*", "n", "-1"}).has_value());
    }
    BOOST_TEST(all.run_until([&] { return all.bus_of(*one).malformed == 3U; }));
    BOOST_TEST(one->notices[redis_notice_kind::malformed] == 3U);
    BOOST_TEST(all.hub_of(*one).published == 0U);
    all.close(one);
}

BOOST_AUTO_TEST_CASE(a_wait_that_begins_late_on_another_node_knows_what_is_final_and_asks_about_the_rest)
{
    cluster all;
    auto one = all.start(in_deployment("late", "one"));
    BOOST_TEST(all.deliver(*one, one->receiver->webhook_url(), acquired("used")).status == 200U);
    BOOST_TEST(all.deliver(*one, one->receiver->webhook_url(), acquired("gone")).status == 200U);
    BOOST_TEST(all.deliver(*one, one->receiver->webhook_url(), released("gone")).status == 200U);
    // One that falls behind changes nothing.
    BOOST_TEST(all.deliver(*one, one->receiver->webhook_url(), acquired("gone")).status == 200U);
    auto two = all.start(in_deployment("late", "two"));
    const auto gone = all.wait(*two, "gone", resource_status::released);
    BOOST_REQUIRE(all.run_until([&] { return gone->has_value(); }));
    BOOST_TEST((**gone).has_value());
    BOOST_TEST(two->api->exchanges == 0U);
    // It may be in use by now: only the API knows.
    const auto used = all.wait(*two, "used", resource_status::idle);
    BOOST_TEST(
        all.run_until([&] { return two->api->asked() == std::vector<std::string>{"/v2/resource/used"}; }));
    two->api->answer("/used", 200, R"({"id":"used","status":"idle","type":"recording"})");
    BOOST_REQUIRE(all.run_until([&] { return used->has_value(); }));
    BOOST_TEST((**used).has_value());
    // And nobody is asked about what nobody has heard of.
    const auto unheard = all.wait(*two, "unheard", resource_status::idle);
    BOOST_TEST(all.run_until([&] { return all.bus_of(*two).look_ups == 3U; }));
    BOOST_TEST(all.bus_of(*two).look_ups_known == 2U);
    BOOST_TEST(!unheard->has_value());
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(two_processes_with_one_name_are_told_of_each_other)
{
    cluster all;
    videosdk::redis_bus_options settings = in_deployment("twins", "one");
    settings.node_timeout = 1s; // A beat is a third of it.
    auto one = all.start(settings);
    auto two = all.start(settings);
    BOOST_TEST(all.run_until([&] { return one->notices[redis_notice_kind::name_in_use] != 0; }));
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_SUITE_END()
