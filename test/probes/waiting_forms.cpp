// The documented ways to wait, subscribe and take webhooks in, as call_forms.cpp has those of the client.
#include "world.hpp"

#include <boost/asio/this_coro.hpp>

#include <array>
#include <chrono>
#include <string>
#include <utility>

using namespace std::chrono_literals;

namespace {

videosdk::event acquired(std::string id)
{
    videosdk::event what;
    what.type = videosdk::event_type::resource_acquired;
    what.resource_id = std::move(id);
    what.resource_kind = resource_type::recording;
    return what;
}

videosdk::webhook_options hooks()
{
    videosdk::webhook_options options;
    options.public_url = "https://hooks.example.com/videosdk";
    options.token_keys.push_back("a key of sixteen bytes or more");
    return options;
}

asio::awaitable<void> waits(world& here)
{
    videosdk::event_hub hub(here.client);
    here.is(co_await hub.publish(acquired("resource1")) == videosdk::verdict::accepted);
    here.is_called(co_await hub.wait_for("resource1", resource_status::idle, {.timeout = 1s}), "resource1");
    auto unit = co_await hub.wait_for(std::string("resource") + "1", resource_status::idle, {.timeout = 1s});
    here.is_called(unit, "resource1");
    here.is((co_await hub.try_wait_for(unit.id, resource_status::idle, {.timeout = 1s})).value().status ==
            resource_status::idle);
    auto nothing = co_await hub.try_wait_for("", resource_status::idle, {.timeout = 1s});
    here.is(nothing.has_error() && nothing.error().code() == videosdk::errc::invalid_argument);
}

asio::awaitable<void> waits_without_locals(world& here)
{
    co_await videosdk::event_hub(here.client).publish(videosdk::event());
    here.is(true);
}

asio::awaitable<void> subscriptions(world& here)
{
    videosdk::event_hub hub{here.client, videosdk::event_hub_options()};
    auto all = hub.subscribe();
    auto some = hub.subscribe({.resource_id = "resource2", .type = videosdk::event_type::resource_acquired});
    for (int i = 1; i <= 2; ++i) {
        co_await hub.publish(acquired("resource" + std::to_string(i)));
    }
    here.is((co_await all.next()).value().resource_id == "resource1");
    here.is((co_await some.next()).value().resource_id == "resource2");
    auto next = co_await all.try_next();
    here.is(next.has_value() && next->lagged() == 0);
    here.is((co_await hub.counts()).published == 2);
}

asio::awaitable<void> webhooks(world& here)
{
    videosdk::event_hub hub(here.client);
    videosdk::webhook_receiver receiver{here.client, hub, hooks()};
    const std::array<videosdk::header_view, 1> headers = {
        videosdk::header_view{.name = "content-type", .value = "application/json"}};
    here.is((co_await receiver.accept(
                 {.method = "POST", .target = "/videosdk/nobody", .headers = headers, .body = "{}"}))
                .status == 404);
    auto verdict = co_await receiver.accept({.method = "GET", .target = "/videosdk", .headers = headers});
    here.is(verdict.status != 200 && verdict.reason != nullptr);
    here.has(co_await here.client.acquire(
                 {.type = resource_type::recording, .webhook_url = receiver.webhook_url()}),
             1);
    here.is(here.carrier->last_body().find("hooks.example.com") != std::string::npos);
}

asio::awaitable<void> parts_made_in_coroutines(world& here)
{
    videosdk::client client(co_await asio::this_coro::executor, options_with_token(), here.carrier,
                            here.time);
    videosdk::event_hub hub(client);
    videosdk::webhook_receiver receiver(client, hub, hooks());
    videosdk::webhook_listener listener(co_await asio::this_coro::executor, receiver, "127.0.0.1:0",
                                        videosdk::listener_options());
    videosdk::webhook_listener other{co_await asio::this_coro::executor, receiver, "127.0.0.1:0"};
    listener.start();
    here.is(listener.port() != 0);
    listener.stop();
}

} // namespace

BOOST_AUTO_TEST_SUITE(waiting)
BOOST_AUTO_TEST_CASE(for_a_status)
{
    run(waits, 5);
}
BOOST_AUTO_TEST_CASE(without_locals)
{
    run(waits_without_locals, 1);
}
BOOST_AUTO_TEST_CASE(by_subscription)
{
    run(subscriptions, 4);
}
BOOST_AUTO_TEST_CASE(for_webhooks)
{
    run(webhooks, 4);
}
BOOST_AUTO_TEST_CASE(by_parts_made_in_coroutines)
{
    run(parts_made_in_coroutines, 1);
}
BOOST_AUTO_TEST_SUITE_END()
