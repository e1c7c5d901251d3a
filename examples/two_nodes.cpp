// Two nodes of one deployment: webhooks come to the first, and resume a coroutine on the second.
//
// In one process here, to be seen at once; elsewhere each is a process on a machine of its own.
// VIDEOSDK_REDIS is the Redis that they share, VIDEOSDK_LISTEN where the first listens, VIDEOSDK_PUBLIC_URL
// where the service reaches that from outside. Without an account: with_redis.sh with_emulator --webhooks
// two_nodes
#include <videosdk/redis_event_bus.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/any_io_executor.hpp>
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

std::string environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

videosdk::client_options from_environment()
{
    videosdk::client_options options;
    options.credentials = videosdk::credentials::from_environment(); // VIDEOSDK_API_KEY, VIDEOSDK_SECRET
    options.endpoint = videosdk::endpoint_from_environment();        // VIDEOSDK_API_ENDPOINT, if set
    return options;
}

/// The same URL, owner and keys on every node: each knows the webhooks of the others as genuine.
videosdk::webhook_options hooks()
{
    videosdk::webhook_options options;
    options.public_url = environment("VIDEOSDK_PUBLIC_URL");
    options.owner = "studio";
    return options;
}

/// Polls are a minute away, so that nothing but a webhook ends a wait.
videosdk::event_hub_options patient()
{
    videosdk::event_hub_options options;
    options.poll_after = 1min;
    options.poll_interval_cap = 1min;
    return options;
}

videosdk::redis_bus_options over_redis(const std::string& name)
{
    videosdk::redis_bus_options options;
    options.redis.addresses = {environment("VIDEOSDK_REDIS")};
    options.node = name; // another for each node, and the same after a restart
    options.on_notice = [name](const videosdk::redis_notice& what) {
        std::cerr << name << ": " << what << '\n';
    };
    return options;
}

struct node {
    node(const asio::any_io_executor& executor, const std::string& name)
        : client(executor, from_environment()),
          hub(client, patient()),
          receiver(client, hub, hooks()),
          bus(hub, over_redis(name))
    {
    }

    videosdk::client client;
    videosdk::event_hub hub;
    videosdk::webhook_receiver receiver;
    videosdk::redis_event_bus bus;
};

asio::awaitable<void> record(node& one, node& two)
{
    // Before a load balancer sends webhooks to a node: from then on it misses none.
    co_await one.bus.connected(10s);
    co_await two.bus.connected(10s);

    auto executor = co_await asio::this_coro::executor;
    videosdk::webhook_listener listener(executor, one.receiver, environment("VIDEOSDK_LISTEN"));
    listener.start();

    const std::string url = two.receiver.webhook_url();
    auto units =
        co_await two.client.acquire({.type = videosdk::resource_type::recording, .webhook_url = url});
    const std::string id = units.front().id;
    auto ready = co_await two.hub.wait_for(id, videosdk::resource_status::idle, {.timeout = 30s});
    std::cout << "on node two: " << ready << '\n';

    auto told = co_await two.bus.counts();
    std::cout << "by the bus: read=" << told.read << '\n'; // the webhook came to node one
    co_await two.client.release(id);

    listener.stop();
    co_await one.bus.close();
    co_await two.bus.close();
    one.client.close();
    two.client.close();
}

int main()
{
    try {
        asio::io_context context;
        node one(context.get_executor(), "one");
        node two(context.get_executor(), "two");
        asio::co_spawn(context, record(one, two), [&context](std::exception_ptr failure) {
            if (failure) {
                context.stop();
                std::rethrow_exception(failure);
            }
        });
        context.run();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
