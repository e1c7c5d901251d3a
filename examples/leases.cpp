// A process that holds leases: units are kept warm, meetings are recorded one after the other, and everything
// is given back.
//
// Arguments: the rooms to record. VIDEOSDK_LISTEN is where it listens for webhooks, VIDEOSDK_PUBLIC_URL where
// the service reaches that from outside. Without an account: with_emulator --webhooks leases abcd-efgh-ijkl
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace asio = boost::asio;
using namespace std::chrono_literals;
using videosdk::resource_type;

std::string environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

asio::awaitable<void> record(videosdk::lease_manager& leases, std::string room)
{
    videosdk::lease unit =
        co_await leases.acquire_ready({.type = resource_type::recording}, {.timeout = 60s}); // once, and idle
    videosdk::composition recording = co_await unit.start_recording({.room_id = room});
    std::cout << room << " is recorded by " << recording.started()
              << '\n';         // for as long as the meeting lasts
    co_await recording.stop(); // the unit is idle again
} // the lease gives its unit back, here to the warm ones

asio::awaitable<void> serve(std::vector<std::string> rooms)
{
    auto executor = co_await asio::this_coro::executor;

    videosdk::client_options options;
    options.credentials = videosdk::credentials::from_environment(); // VIDEOSDK_API_KEY, VIDEOSDK_SECRET
    options.endpoint = videosdk::endpoint_from_environment();        // VIDEOSDK_API_ENDPOINT, if set
    videosdk::client client(executor, options);
    videosdk::event_hub hub(client);

    videosdk::webhook_options hooks;
    hooks.public_url = environment("VIDEOSDK_PUBLIC_URL");
    hooks.owner = "example"; // the deployment's name in every webhook URL
    videosdk::webhook_receiver receiver(client, hub, hooks);
    videosdk::webhook_listener listener(executor, receiver, environment("VIDEOSDK_LISTEN"));
    listener.start();

    videosdk::lease_manager_options policy;
    policy.max_units = 4; // spending cap
    videosdk::lease_manager leases(client, hub, receiver, policy);
    co_await leases.keep_warm({.type = resource_type::recording, .count = 1, .max_idle = 10min});
    for (const std::string& room : rooms) {
        co_await record(leases, room);
    }
    std::cout << co_await leases.counts() << '\n';
    co_await leases.shutdown(); // every release has ended, or is named in the error
    listener.stop();
    client.close();
}

int main(int argc, char** argv)
{
    try {
        asio::io_context context;
        std::exception_ptr failure;
        asio::co_spawn(context, serve(std::vector<std::string>(argv + 1, argv + argc)),
                       [&failure](std::exception_ptr thrown) { failure = thrown; });
        context.run(); // after a failure too, until what leases held is given back
        if (failure) {
            std::rethrow_exception(failure);
        }
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
