// Records a meeting in a unit of its own, and prints where the file is.
//
// Argument: the room to record. VIDEOSDK_LISTEN is where it listens for webhooks, VIDEOSDK_PUBLIC_URL where
// the service reaches that from outside. Without an account: with_emulator --webhooks record_a_meeting
// abcd-efgh-ijkl
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

namespace asio = boost::asio;
using namespace std::chrono_literals;
using videosdk::composition_status;

std::string environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

asio::awaitable<void> record(videosdk::lease_manager& leases, std::string room)
{
    videosdk::lease unit =
        co_await leases.acquire_ready({.type = videosdk::resource_type::recording}, {.timeout = 60s});
    videosdk::composition recording = co_await unit.start_recording({.room_id = room});
    co_await recording.wait_for(composition_status::started, {.timeout = 30s});
    std::cout << recording << '\n'; // for as long as the meeting lasts
    co_await recording.stop();      // the unit is idle again; its file's webhook may still be on its way
    co_await recording.wait_for(composition_status::stopped, {.timeout = 60s});
    std::cout << recording.file_url().value_or("in a storage of your own: " + recording.file_path()) << '\n';
    co_await unit.release();
}

asio::awaitable<void> serve(std::string room)
{
    auto executor = co_await asio::this_coro::executor;

    videosdk::client_options options;
    options.credentials = videosdk::credentials::from_environment(); // VIDEOSDK_API_KEY, VIDEOSDK_SECRET
    options.endpoint = videosdk::endpoint_from_environment();        // VIDEOSDK_API_ENDPOINT, if set
    videosdk::client client(executor, options);
    videosdk::event_hub hub(client);

    videosdk::webhook_options hooks;
    hooks.public_url = environment("VIDEOSDK_PUBLIC_URL");
    videosdk::webhook_receiver receiver(client, hub, hooks);
    videosdk::webhook_listener listener(executor, receiver, environment("VIDEOSDK_LISTEN"));
    listener.start();

    videosdk::lease_manager leases(client, hub, receiver);
    co_await record(leases, std::move(room));
    co_await leases.shutdown();
    listener.stop();
    client.close();
}

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::cerr << "usage: record_a_meeting room\n";
        return 2;
    }
    try {
        asio::io_context context;
        std::exception_ptr failure;
        asio::co_spawn(context, serve(argv[1]), [&failure](std::exception_ptr thrown) { failure = thrown; });
        context.run(); // after a failure too, until what leases held is given back
        if (failure) {
            std::rethrow_exception(failure);
        }
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
