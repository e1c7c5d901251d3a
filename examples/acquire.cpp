// Acquires one recording resource, awaits that it is ready, and gives it back.
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<void> run(videosdk::client& client)
{
    auto resources = co_await client.acquire(
        {.type = videosdk::resource_type::recording, .webhook_url = "https://hooks.example.com/videosdk"});
    std::cout << resources.front() << '\n'; // pending, and billed until it is released

    const std::string id = resources.front().id;
    videosdk::event_hub hub(client); // asks the API when no webhook tells
    auto ready = co_await hub.try_wait_for(id, videosdk::resource_status::idle, {.timeout = 60s});
    if (ready) {
        std::cout << *ready << '\n'; // here it would record
    } else {
        std::cerr << ready.error().what() << '\n';
    }
    auto released = co_await client.try_release(id); // whatever happened; only an idle one can be
    client.close();
    if (!released) {
        std::cerr << id << " is still billed\n"; // a lease_manager would see to it
        throw released.error();
    }
    std::cout << *released << '\n';
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
