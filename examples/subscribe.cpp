// Follows what happens on an account: a subscription is a queue of events, which says what it had to drop.
//
// VIDEOSDK_LISTEN is where it listens for webhooks, VIDEOSDK_PUBLIC_URL where the service reaches that from
// outside. Without an account: with_emulator --webhooks subscribe
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

namespace asio = boost::asio;
using namespace std::chrono_literals;
using videosdk::event_type;
using videosdk::resource_status;

std::string environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// Prints events until a resource has been released.
asio::awaitable<void> follow(videosdk::subscription& events)
{
    event_type last = event_type::unknown;
    while (last != event_type::resource_released) {
        const auto item = co_await events.next();
        if (item.lagged() != 0) {
            std::cout << "too slow: " << item.lagged() << " events were dropped\n";
        } else {
            std::cout << item.value() << '\n';
            last = item.value().type;
        }
    }
}

/// Something to see: a resource that is acquired, becomes idle, and is released.
asio::awaitable<void> act(videosdk::client& client, videosdk::event_hub& hub, std::string webhook_url)
{
    auto units =
        co_await client.acquire({.type = videosdk::resource_type::recording, .webhook_url = webhook_url});
    const std::string id = units.front().id;
    co_await hub.wait_for(id, resource_status::idle, {.timeout = 60s});
    co_await client.release(id);
}

asio::awaitable<void> run(videosdk::client& client)
{
    auto executor = co_await asio::this_coro::executor;
    videosdk::event_hub hub(client);
    videosdk::webhook_options hooks;
    hooks.public_url = environment("VIDEOSDK_PUBLIC_URL");
    videosdk::webhook_receiver receiver(client, hub, hooks);
    videosdk::webhook_listener listener(executor, receiver, environment("VIDEOSDK_LISTEN"));
    listener.start();

    auto events = hub.subscribe(); // from now on; a filter would say which
    co_await act(client, hub, receiver.webhook_url());
    co_await follow(events); // what came meanwhile waits in the queue

    listener.stop();
    client.close();
}

int main()
{
    try {
        videosdk::client_options options;
        options.credentials = videosdk::credentials::from_environment(); // VIDEOSDK_API_KEY, VIDEOSDK_SECRET
        options.endpoint = videosdk::endpoint_from_environment();        // VIDEOSDK_API_ENDPOINT, if set

        asio::io_context context;
        videosdk::client client(context.get_executor(), options);
        asio::co_spawn(context, run(client), [](std::exception_ptr failure) {
            if (failure) {
                std::rethrow_exception(failure);
            }
        });
        context.run();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
