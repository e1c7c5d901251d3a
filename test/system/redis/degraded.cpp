// While Redis is away: webhooks are answered as the policy says, waits go on by polling, and all is well
// again by itself.
#include "nodes.hpp"

#include <boost/test/unit_test.hpp>

using namespace redis_test;
using videosdk::redis_notice_kind;
using videosdk::redis_unreachable;

BOOST_AUTO_TEST_SUITE(redis_degraded)

BOOST_AUTO_TEST_CASE(while_redis_is_away_the_sender_keeps_the_event_and_later_sends_it_with_success)
{
    redis_server server;
    cluster all;
    auto one = all.start(bus_options(server, "one"));
    const std::string url = url_of_nobody();
    server.kill();
    const auto told = all.deliver(*one, url, acquired("r"));
    BOOST_TEST(told.status == 503U);
    BOOST_REQUIRE(told.retry_after.has_value());
    BOOST_TEST(all.hub_of(*one).published == 0U);
    BOOST_TEST(all.run_until([&] { return one->notices[redis_notice_kind::disconnected] == 1U; }));
    BOOST_TEST(one->notices[redis_notice_kind::not_passed_on] == 1U);
    BOOST_TEST(!all.bus_of(*one).connected);
    // A wait that begins now asks the API when it is time.
    const auto waited = all.wait(*one, "r", resource_status::idle);
    // When Redis is back, empty as it is
    server.start();
    BOOST_TEST(all.run_until([&] { return one->notices[redis_notice_kind::connected] == 2U; }));
    // Then the API is asked: nobody knows what came meanwhile.
    BOOST_TEST(
        all.run_until([&] { return one->api->asked() == std::vector<std::string>{"/v2/resource/r"}; }));
    BOOST_TEST(all.run_until([&] { return all.deliver(*one, url, acquired("r")).status == 200U; }));
    BOOST_REQUIRE(all.run_until([&] { return waited->has_value(); }));
    BOOST_TEST((**waited).has_value());
    BOOST_TEST(all.bus_of(*one).disconnects >= 1U);
    all.close(one);
}

BOOST_AUTO_TEST_CASE(by_policy_an_event_enters_this_node_alone_while_redis_is_away)
{
    redis_server server;
    cluster all;
    videosdk::redis_bus_options settings = bus_options(server, "one");
    settings.when_unreachable = redis_unreachable::this_node_only;
    auto one = all.start(settings);
    server.kill();
    const auto waited = all.wait(*one, "r", resource_status::idle);
    BOOST_TEST(all.deliver(*one, url_of_nobody(), acquired("r")).status == 200U);
    BOOST_REQUIRE(all.run_until([&] { return waited->has_value(); }));
    BOOST_TEST((**waited).has_value());
    const auto counts = all.bus_of(*one);
    BOOST_TEST(counts.not_passed_on == 1U);
    BOOST_TEST(counts.here_only == 1U);
    all.close(one);
}

BOOST_AUTO_TEST_CASE(an_event_that_is_for_this_node_alone_needs_no_redis)
{
    redis_server server;
    cluster all;
    auto one = all.start(bus_options(server, "one"));
    server.kill();
    const auto waited = all.wait(*one, "r", resource_status::idle);
    BOOST_TEST(all.deliver(*one, one->receiver->webhook_url(), acquired("r")).status == 200U);
    BOOST_REQUIRE(all.run_until([&] { return waited->has_value(); }));
    BOOST_TEST((**waited).has_value());
    BOOST_TEST(all.bus_of(*one).here_only == 1U);
    all.close(one);
}

BOOST_AUTO_TEST_CASE(a_redis_that_says_nothing_holds_a_webhook_no_longer_than_the_command_timeout)
{
    redis_server server;
    cluster all;
    videosdk::redis_bus_options settings = bus_options(server, "one");
    settings.redis.command_timeout = 300ms;
    settings.redis.connect_timeout = 300ms;
    auto one = all.start(settings);
    const std::string url = url_of_nobody();
    server.freeze();
    BOOST_TEST(all.deliver(*one, url, acquired("r")).status == 503U);
    server.thaw();
    BOOST_TEST(all.run_until([&] { return all.deliver(*one, url, acquired("r")).status == 200U; }));
    all.close(one);
}

BOOST_AUTO_TEST_CASE(a_redis_that_has_lost_its_data_is_read_from_the_beginning_and_waiters_ask_the_api)
{
    redis_server server;
    cluster all;
    auto one = all.start(bus_options(server, "one"));
    auto two = all.start(bus_options(server, "two"));
    const std::string url = two->receiver->webhook_url();
    for (int i = 0; i < 5; ++i) {
        BOOST_TEST(all.deliver(*one, url, joined(std::to_string(i))).status == 200U);
    }
    BOOST_TEST(all.run_until([&] { return all.hub_of(*two).published == 5U; }));
    const auto waited = all.wait(*two, "r", resource_status::idle);
    server.kill();
    server.start();
    BOOST_TEST(all.run_until([&] { return all.bus_of(*two).restarts == 1U; }), all.bus_of(*two));
    BOOST_TEST(all.run_until([&] { return !two->api->asked().empty(); }));
    // And events go on.
    BOOST_TEST(all.run_until([&] { return all.deliver(*one, url, acquired("r")).status == 200U; }));
    BOOST_REQUIRE(all.run_until([&] { return waited->has_value(); }));
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(a_bus_begins_without_redis_and_says_what_is_missing)
{
    cluster all;
    redis_server server;
    server.kill();
    auto one = std::make_unique<node>(all.context, bus_options(server, "one"));
    const auto early = all.get(one->bus->try_connected(200ms));
    BOOST_REQUIRE(early.has_error());
    BOOST_TEST(early.error().code() == make_error_code(errc::wait_timeout));
    BOOST_TEST(std::string(early.error().what()).find("127.0.0.1:" + std::to_string(server.port())) !=
               std::string::npos);
    server.start();
    BOOST_TEST(all.get(one->bus->try_connected(60s)).has_value());
    all.close(one);
}

BOOST_AUTO_TEST_CASE(a_bus_that_is_left_with_its_context_leaves_nothing_behind)
{
    redis_server server;
    {
        cluster all;
        auto one = all.start(bus_options(server, "one"));
        static_cast<void>(all.send(*one, one->receiver->webhook_url(), acquired("r")));
        all.context.restart();
        all.context.poll_one();
    }
    // The leak checker has the last word.
    BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(notices_and_counts_are_text_without_secrets)
{
    redis_server server({"--requirepass", "another"});
    cluster all;
    videosdk::redis_bus_options settings = bus_options(server, "one");
    settings.redis.password = "hush";
    auto one = std::make_unique<node>(all.context, settings);
    BOOST_TEST(all.run_until([&] { return one->notices[redis_notice_kind::disconnected] == 1U; }));
    BOOST_TEST(one->lines.front().find("WRONGPASS") != std::string::npos, one->lines.front());
    // What is told of a webhook that cannot be passed on, too
    BOOST_TEST(all.deliver(*one, url_of_nobody(), joined("p")).status == 503U);
    BOOST_TEST(all.run_until([&] { return one->notices[redis_notice_kind::not_passed_on] == 1U; }));
    const auto early = all.get(one->bus->try_connected(200ms));
    BOOST_REQUIRE(early.has_error());
    std::ostringstream text;
    text << settings << '\n' << settings.redis << '\n' << early.error().what() << '\n';
    for (const std::string& each : one->lines) {
        text << each << '\n';
    }
    const videosdk::redis_bus_counts counts = all.bus_of(*one);
    text << counts << '\n' << to_prometheus(counts);
    BOOST_TEST(text.str().find("videosdk_redis_bus_connected 0\n") != std::string::npos, text.str());
    BOOST_TEST(text.str().find("hush") == std::string::npos, text.str());
    all.stop(one);
}

BOOST_AUTO_TEST_SUITE_END()
