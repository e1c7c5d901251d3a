// Units kept idle beforehand, so that a meeting is recorded at once: the first is waited for, later ones are
// not.
//
// Without an account: with_emulator warm
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>

namespace asio = boost::asio;
using namespace std::chrono_literals;
using videosdk::resource_type;

/// Completes when as many units are idle as are kept.
asio::awaitable<void> until_warm(videosdk::lease_manager& leases, std::uint64_t wanted)
{
    asio::steady_timer pause(co_await asio::this_coro::executor);
    auto counts = co_await leases.counts();
    while (counts.warm < wanted) {
        pause.expires_after(20ms);
        co_await pause.async_wait(asio::use_awaitable);
        counts = co_await leases.counts();
    }
}

asio::awaitable<void> run(videosdk::client& client)
{
    videosdk::event_hub_options quick;
    quick.poll_after = 200ms; // no listener here: the hub asks
    videosdk::event_hub hub(client, quick);
    videosdk::webhook_options hooks;
    hooks.public_url = "https://hooks.example.com/videosdk";
    videosdk::webhook_receiver receiver(client, hub, hooks);

    videosdk::lease_manager_options policy;
    policy.max_units = 4; // what is kept warm counts, too
    videosdk::lease_manager leases(client, hub, receiver, policy);
    co_await leases.keep_warm({.type = resource_type::recording, .count = 2, .max_idle = 10min});
    co_await until_warm(leases, 2);

    videosdk::lease unit = co_await leases.acquire_ready({.type = resource_type::recording}); // at once
    const auto counts = co_await leases.counts();
    std::cout << unit << ", taken from " << counts.taken_warm << " kept warm\n";
    co_await unit.release(); // into the stock again, where that lacks one

    co_await leases.shutdown(); // gives back what is kept, too
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
        std::exception_ptr failure;
        asio::co_spawn(context, run(client), [&failure](std::exception_ptr thrown) { failure = thrown; });
        context.run(); // after a failure too, until what leases held is given back
        if (failure) {
            std::rethrow_exception(failure);
        }
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
