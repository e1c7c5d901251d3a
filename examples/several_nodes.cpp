// One node of several that share an account, as each would run on a machine of its own: several_nodes name
// [room]. Given a room, it records it for a moment, and holds the unit until SIGTERM.
//
// Webhooks come to any of them, and resume whoever waits for them on another; and what a node that was killed
// had held is given back by one of those that live. VIDEOSDK_REDIS is the Redis that they share,
// VIDEOSDK_LISTEN where this one listens, VIDEOSDK_PUBLIC_URL the load balancer. several_nodes.sh runs three
// of them without an account.
#include <videosdk/ownership.hpp>
#include <videosdk/redis_event_bus.hpp>
#include <videosdk/redis_ownership_store.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

namespace asio = boost::asio;
using namespace std::chrono_literals;

std::string environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// One line, in one piece: other nodes write to the same place.
void say(const std::string& name, const std::string& what)
{
    std::cout << name + ": " + what + '\n' << std::flush;
}

/// The intervals here and below are short, to be watched; those by default suit machines of their own.
videosdk::client_options from_environment()
{
    videosdk::client_options options;
    options.credentials = videosdk::credentials::from_environment(); // VIDEOSDK_API_KEY, VIDEOSDK_SECRET
    options.endpoint = videosdk::endpoint_from_environment();        // VIDEOSDK_API_ENDPOINT, if set
    options.timeout = 2s;
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

videosdk::listener_options listening(const std::string& name)
{
    videosdk::listener_options options;
    options.on_access = [name](const videosdk::access_record& request) {
        say(name, "answered a webhook with " + std::to_string(request.status));
    };
    return options;
}

videosdk::redis_options redis()
{
    videosdk::redis_options options;
    options.addresses = {environment("VIDEOSDK_REDIS")};
    return options;
}

videosdk::redis_bus_options over_redis(const std::string& name)
{
    videosdk::redis_bus_options options;
    options.redis = redis();
    options.node = name; // another for each node, and the same after a restart
    options.on_notice = [name](const videosdk::redis_notice& what) {
        std::cerr << name << ": " << what << '\n';
    };
    return options;
}

videosdk::ownership_options rules(const std::string& name)
{
    videosdk::ownership_options options; // the same numbers on every node
    options.expiry = 4s;
    options.beat_interval = 500ms;
    options.look_interval = 500ms;
    options.lock_expiry = 4s;
    options.on_taken_over = [name](videosdk::lease unit) {
        say(name, "gives back " + unit.id() + " of a node that is gone");
    };
    options.on_lost = [name] {
        say(name, "was taken for dead, and ends");
        std::raise(SIGTERM);
    };
    return options;
}

/// The manager acts only while its heartbeat lasts.
videosdk::lease_manager_options within(const videosdk::ownership& owner)
{
    videosdk::lease_manager_options policy;
    policy.acts_within = owner.right();
    policy.drain_timeout = 10s;
    return policy;
}

struct node {
    node(const asio::any_io_executor& executor, const std::string& its_name)
        : name(its_name),
          client(executor, from_environment()),
          hub(client),
          receiver(client, hub, hooks()),
          owner(client, std::make_shared<videosdk::redis_ownership_store>(executor, redis()), rules(name)),
          leases(client, hub, receiver, within(owner)),
          bus(hub, over_redis(name)),
          listener(executor, receiver, environment("VIDEOSDK_LISTEN"), listening(name))
    {
    }

    const std::string name;
    videosdk::client client;
    videosdk::event_hub hub;
    videosdk::webhook_receiver receiver;
    videosdk::ownership owner;
    videosdk::lease_manager leases;
    videosdk::redis_event_bus bus;
    videosdk::webhook_listener listener;
};

asio::awaitable<void> start(node& here)
{
    co_await here.owner.start(here.leases); // it may acquire
    co_await here.bus.connected(10s);       // it misses no event
    here.listener.start();                  // so webhooks may come
    say(here.name, "is up");
}

asio::awaitable<void> stop(node& here)
{
    co_await here.listener.drain(5s);
    co_await here.leases.shutdown(); // all is given back
    co_await here.owner.stop();      // nobody needs to look for it
    const auto events = co_await here.bus.counts();
    co_await here.bus.close();
    here.client.close();
    say(here.name, "has ended; events passed on: " + std::to_string(events.passed_to_one) +
                       ", read: " + std::to_string(events.read));
}

/// Nothing but a webhook tells that a recording has started.
asio::awaitable<videosdk::lease> record(node& here, std::string room)
{
    auto unit = co_await here.leases.acquire_ready({.type = videosdk::resource_type::recording});
    auto recording = co_await unit.start_recording({.room_id = room});
    co_await recording.wait_for(videosdk::composition_status::started, {.timeout = 30s});
    say(here.name, "a webhook says that " + room + " is recorded");
    co_await recording.stop();
    say(here.name, "holds " + unit.id());
    co_return unit;
}

asio::awaitable<void> live(node& here, std::string room)
{
    asio::signal_set end(co_await asio::this_coro::executor, SIGTERM, SIGINT);
    co_await start(here);
    videosdk::lease unit;
    if (!room.empty()) {
        unit = co_await record(here, room);
    }
    co_await end.async_wait(asio::use_awaitable);
    co_await stop(here);
}

int main(int argc, char** argv)
{
    try {
        const std::string name = argc > 1 ? argv[1] : "one";
        const std::string room = argc > 2 ? argv[2] : "";
        asio::io_context context;
        node here(context.get_executor(), name);
        asio::co_spawn(context, live(here, room), [&context](std::exception_ptr failure) {
            if (failure) {
                context.stop(); // what it holds, others give back
                std::rethrow_exception(failure);
            }
        });
        context.run();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
