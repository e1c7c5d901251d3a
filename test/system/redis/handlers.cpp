// What handlers have no room for, or refuse, and what is too large to be read: nothing is lost unsaid.
#include "nodes.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

using namespace redis_test;
using videosdk::redis_notice_kind;

BOOST_AUTO_TEST_SUITE(redis_handlers)

BOOST_AUTO_TEST_CASE(an_event_that_a_handler_does_not_take_is_offered_again_and_told)
{
    cluster all;
    auto one = all.start(in_deployment("handlers", "one"));
    videosdk::redis_bus_options settings = in_deployment("handlers", "two");
    settings.offers = 2;
    auto two = all.start(settings);
    unsigned offered = 0;
    const auto failing = [&offered](const videosdk::event& what) -> asio::awaitable<void> {
        ++offered;
        const bool refuses = what.participant_id == "bad";
        if (refuses) {
            throw std::runtime_error("no");
        }
        co_return;
    };
    const auto handling = two->hub->handle({}, failing);
    const std::string url = two->receiver->webhook_url();
    BOOST_TEST(all.deliver(*one, url, joined("bad")).status == 200U);
    BOOST_TEST(all.deliver(*one, url, joined("good")).status == 200U);
    BOOST_TEST(all.run_until([&] {
        const auto counts = all.bus_of(*two);
        return counts.not_taken == 1U && counts.published == 1U;
    }));
    BOOST_TEST(offered == 3U);
    BOOST_TEST(two->notices[redis_notice_kind::not_taken] == 1U);
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(events_beyond_what_handlers_have_room_for_wait_until_there_is_some_and_none_is_lost)
{
    cluster all;
    auto one = all.start(in_deployment("room", "one"));
    videosdk::redis_bus_options settings = in_deployment("room", "two");
    settings.offers = 1;
    settings.node_timeout = 1h;
    auto two = all.start(settings);
    const std::string url = two->receiver->webhook_url();
    all.stop(two);
    for (int i = 0; i < 20; ++i) {
        BOOST_REQUIRE(all.deliver(*one, url, joined(std::to_string(i))).status == 200U);
    }
    // Given a node with twenty events to read, and a handler that takes one at a time and refuses some
    two = std::make_unique<node>(all.context, settings);
    std::vector<std::string> seen;
    const auto picky = [&seen](const videosdk::event& what) -> asio::awaitable<void> {
        seen.push_back(what.participant_id);
        const bool refuses = what.participant_id.size() == 2;
        if (refuses) {
            throw std::runtime_error("no");
        }
        co_return;
    };
    const auto handling = two->hub->handle({}, picky, {.max_in_progress = 1});
    BOOST_TEST(all.run_until([&] {
        const auto counts = all.bus_of(*two);
        return counts.not_taken + counts.published == 20U;
    }));
    // Then each was offered, once, and in its turn
    BOOST_TEST(all.bus_of(*two).not_taken == 10U);
    std::vector<std::string> expected;
    for (int i = 0; i < 20; ++i) {
        expected.push_back(std::to_string(i));
    }
    BOOST_TEST(seen == expected, boost::test_tools::per_element());
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(what_was_read_ahead_while_a_handler_is_at_work_comes_again_where_the_node_dies)
{
    cluster all;
    auto one = all.start(in_deployment("ahead", "one"));
    videosdk::redis_bus_options settings = in_deployment("ahead", "two");
    settings.node_timeout = 1h;
    auto two = all.start(settings);
    // Given a handler that is long about the first event, while more come
    bool ends = false;
    std::vector<std::string> seen;
    const auto slow = [&](const videosdk::event& what) -> asio::awaitable<void> {
        seen.push_back(what.participant_id);
        asio::steady_timer pause(all.context);
        while (!ends) {
            pause.expires_after(1ms);
            co_await pause.async_wait(asio::use_awaitable);
        }
    };
    const auto handling = two->hub->handle({}, slow, {.max_in_progress = 1});
    const std::string url = two->receiver->webhook_url();
    BOOST_REQUIRE(all.deliver(*one, url, joined("first")).status == 200U);
    BOOST_REQUIRE(all.run_until([&] { return seen.size() == 1U; }));
    for (int i = 0; i < 4; ++i) {
        BOOST_REQUIRE(all.deliver(*one, url, joined(std::to_string(i))).status == 200U);
    }
    BOOST_TEST(all.bus_of(*two).read == 1U); // the others wait behind it
    // When the node dies meanwhile
    all.stop(two);
    // Then its next life has all five
    two = all.start(settings);
    BOOST_TEST(all.run_until([&] { return all.hub_of(*two).published == 5U; }));
    BOOST_TEST(all.bus_of(*two).missed == 0U);
    ends = true;
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(what_a_handler_refuses_while_the_bus_closes_is_for_the_next_life)
{
    cluster all;
    auto one = all.start(in_deployment("closing", "one"));
    videosdk::redis_bus_options settings = in_deployment("closing", "two");
    settings.offers = 100;
    auto two = all.start(settings);
    {
        unsigned offered = 0;
        const auto refusing = [&offered](const videosdk::event&) -> asio::awaitable<void> {
            ++offered;
            throw std::runtime_error("no");
            co_return;
        };
        const auto handling = two->hub->handle({}, refusing);
        BOOST_TEST(all.deliver(*one, two->receiver->webhook_url(), joined("p")).status == 200U);
        BOOST_TEST(all.run_until([&] { return offered != 0U; }));
        // When it closes between two offers
        all.get(then_true(two->bus->close()));
        BOOST_TEST(two->notices[redis_notice_kind::not_taken] == 0U);
        BOOST_TEST(all.bus_of(*two).not_taken == 0U);
    }
    all.stop(two);
    // Then the next life has it
    two = all.start(settings);
    BOOST_TEST(all.run_until([&] { return all.hub_of(*two).published == 1U; }));
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(an_entry_beyond_the_longest_reply_is_skipped_and_told_wherever_it_stands)
{
    cluster all;
    videosdk::redis_bus_options settings = in_deployment("large", "one");
    settings.redis.max_reply = 1 << 20;
    auto one = all.start(settings);
    session other(options_for({shared_server().url()}));
    const std::string large(2 << 20, 'x');
    const auto add_large = [&] {
        BOOST_TEST(other.call({"XADD", "large:all", "*", "n", "1", "type", "x", "data", large}).has_value());
    };
    add_large();
    BOOST_TEST(all.run_until([&] { return all.bus_of(*one).malformed == 1U; }));
    BOOST_TEST(one->notices[redis_notice_kind::malformed] == 1U);
    // Events go on, and so does a life that begins behind one.
    BOOST_TEST(other
                   .call({"XADD", "large:all", "*", "n", "2", "type", "participant-joined", "data",
                          R"({"meetingId":"m","participantId":"p"})"})
                   .has_value());
    BOOST_TEST(all.run_until([&] { return all.hub_of(*one).published == 1U; }));
    add_large();
    settings.node = "two";
    auto two = all.start(settings);
    BOOST_TEST(all.run_until([&] { return all.bus_of(*one).malformed == 2U; }));
    all.close(one);
    all.close(two);
}

BOOST_AUTO_TEST_CASE(an_event_that_no_node_could_read_is_not_passed_on)
{
    cluster all;
    videosdk::redis_bus_options settings = in_deployment("too_large", "one");
    settings.redis.max_reply = 1 << 20;
    settings.when_unreachable = videosdk::redis_unreachable::this_node_only;
    auto one = all.start(settings);
    BOOST_TEST(all.deliver(*one, url_of_nobody(), joined(std::string(600'000, 'x'))).status == 200U);
    BOOST_TEST(all.run_until([&] { return one->notices[redis_notice_kind::not_passed_on] == 1U; }));
    BOOST_TEST(one->lines.back().find("max_reply") != std::string::npos, one->lines.back());
    BOOST_TEST(all.bus_of(*one).not_passed_on == 1U);
    BOOST_TEST(all.bus_of(*one).disconnects == 0U);
    all.close(one);
}

BOOST_AUTO_TEST_SUITE_END()
