// While every consumer is blocked, each webhook is answered 200 or 503, and memory stays flat: live bytes of
// the heap are counted, after what is bounded is full.
#include "counting/call_counts.hpp"
#include "unit/webhook/receiver_world.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <cstdlib>
#include <vector>

using namespace videosdk;
using namespace std::chrono_literals;

namespace {

struct letter {
    std::string body;
    std::string signature;
};

/// Events of every kind: meetings, compositions and resources, each sent again and again.
std::vector<letter> letters()
{
    std::vector<letter> out;
    const auto add = [&out](const std::string& type, const std::string& data) {
        const std::string body = R"({"webhookType":")" + type + R"(","data":)" + data + "}";
        out.push_back({body, rsa_signer::provider().sign(body)});
    };
    for (int i = 0; i != 50; ++i) {
        const std::string id = std::to_string(i);
        add("participant-joined",
            R"({"meetingId":"m","participantId":"p)" + id + R"(","more":")" + std::string(1000, 'x') + "\"}");
        add("resource-acquired", R"({"id":"r)" + id + R"(","type":"recording"})");
        add("recording-stopped", R"({"id":"c)" + id + R"(","fileUrl":"https://f/)" + id + "\"}");
        add("invented-later", R"({"id":")" + id + "\"}");
    }
    return out;
}

webhook_options options_with(bool with_key)
{
    webhook_options out = fetching();
    if (with_key) {
        out.public_key_pem = rsa_signer::provider().public_pem();
    }
    return out;
}

/// Handlers, subscriptions and waits of which none ever goes on; no verdict is kept.
struct blocked_world : receiver_world {
    explicit blocked_world(bool with_key) : receiver_world(options_with(with_key))
    {
        url = "/x" + url.substr(url.find("/studio/"));
        for (int i = 0; i != 20; ++i) {
            unread.push_back(hub->subscribe());
        }
        for (int i = 0; i != 100; ++i) {
            wait(never, "nobody" + std::to_string(i), resource_status::idle, 24h);
        }
    }

    void block(acknowledge when)
    {
        handling.push_back(hub->handle({}, [this](const event&) { return stand_still(); },
                                       {.when = when, .timeout = 24h, .max_in_progress = 16}));
    }

    asio::awaitable<void> stand_still()
    {
        asio::steady_timer forever(context, asio::steady_timer::time_point::max());
        co_await forever.async_wait(asio::use_awaitable);
    }

    /// Counts the answer, by status.
    static asio::awaitable<void> note(asio::awaitable<webhook_verdict> pending,
                                      std::array<std::uint64_t, 600>& into)
    {
        const webhook_verdict told = co_await std::move(pending);
        ++into.at(told.status);
    }

    void send_all(const std::vector<letter>& what, std::size_t count)
    {
        for (std::size_t i = 0; i != count; ++i) {
            const letter& each = what[i % what.size()];
            const std::array<header_view, 1> headers{header_view{"videosdk-signature", each.signature}};
            asio::co_spawn(context,
                           note(receiver->accept(
                                    {.method = "POST", .target = url, .headers = headers, .body = each.body}),
                                answers),
                           asio::detached);
            run();
        }
        sent += count;
    }

    std::vector<subscription> unread;
    std::vector<event_handling> handling;
    wait_outcome never;
    std::array<std::uint64_t, 600> answers{};
    std::uint64_t sent = 0;
};

/// Bytes that live on after `count` more webhooks.
std::int64_t growth(blocked_world& world, const std::vector<letter>& what, std::size_t count)
{
    const auto counter = counting::counter::find();
    BOOST_REQUIRE_MESSAGE(counter, "run this under LD_PRELOAD=…/libcount_calls.so, as ctest does");
    const counting::call_counts before = counter->read();
    counter->enable(true);
    world.send_all(what, count);
    counter->enable(false);
    const counting::call_counts counted = counter->read() - before;
    BOOST_TEST(counted.allocations >= count); // it does count
    return counted.bytes;
}

void check_flat(blocked_world& world, std::uint64_t kept_waiting)
{
    const std::vector<letter> what = letters();
    world.send_all(what, 5'000); // until all that is bounded is full
    const std::int64_t first = growth(world, what, 20'000);
    const std::int64_t second = growth(world, what, 20'000);
    BOOST_TEST_MESSAGE("live bytes grew by " << first << " and " << second << " in 20,000 webhooks each; "
                                             << world.answers[200] << " answered 200, " << world.answers[503]
                                             << " answered 503, " << kept_waiting << " not yet");
    // A leak of one byte a webhook would be 20,000.
    BOOST_TEST(std::abs(first) < 16 * 1024);
    BOOST_TEST(std::abs(second) < 16 * 1024);
    BOOST_TEST(world.answers[200] + world.answers[503] + kept_waiting == world.sent);
}

} // namespace

BOOST_AUTO_TEST_SUITE(blocked_consumers)

BOOST_AUTO_TEST_CASE(subscriptions_that_nobody_reads_cost_no_more_than_their_queues)
{
    blocked_world world(true);
    check_flat(world, 0);
    BOOST_TEST(world.answers[503] == 0U);
}

BOOST_AUTO_TEST_CASE(handlers_that_never_return_answer_503_beyond_their_limit)
{
    blocked_world world(true);
    world.block(acknowledge::after_handler);
    check_flat(world, 16); // in progress: answered when their time is up
    BOOST_TEST(world.answers[200] == 0U);
    world.advance(24h);
    world.run();
    BOOST_TEST(world.answers[503] == world.sent);
}

BOOST_AUTO_TEST_CASE(handlers_acknowledged_at_once_are_dropped_beyond_their_limit)
{
    blocked_world world(true);
    world.block(acknowledge::at_once);
    check_flat(world, 0);
    BOOST_TEST(world.answers[503] == 0U);
}

BOOST_AUTO_TEST_CASE(without_the_providers_key_events_are_sent_away_beyond_those_held)
{
    blocked_world world(false);
    check_flat(world, 256); // held for the fetch under way
    BOOST_TEST(world.answers[200] == 0U);
    BOOST_TEST(world.give_key());
    BOOST_TEST(world.answers[200] == 256U);
}

BOOST_AUTO_TEST_SUITE_END()
