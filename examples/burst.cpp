// Many acquires at once share requests: twenty meetings begin in the same moment, and few requests leave.
//
// Without an account: with_emulator burst
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstddef>
#include <exception>
#include <iostream>
#include <tuple>
#include <utility>
#include <vector>

namespace asio = boost::asio;

/// One meeting, which knows nothing of the others.
asio::awaitable<void> meeting(videosdk::lease_manager& leases, std::vector<videosdk::lease>& units)
{
    videosdk::lease unit = co_await leases.acquire({.type = videosdk::resource_type::recording});
    units.push_back(std::move(unit));
}

asio::awaitable<void> all_at_once(videosdk::lease_manager& leases, std::vector<videosdk::lease>& units)
{
    const auto executor = co_await asio::this_coro::executor;
    using one = decltype(asio::co_spawn(executor, meeting(leases, units), asio::deferred));
    std::vector<one> meetings;
    for (std::size_t i = 0; i < 20; ++i) {
        meetings.push_back(asio::co_spawn(executor, meeting(leases, units), asio::deferred));
    }
    auto group = asio::experimental::make_parallel_group(std::move(meetings));
    auto outcome = co_await group.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
    for (const std::exception_ptr& failure : std::get<1>(outcome)) {
        if (failure) {
            std::rethrow_exception(failure);
        }
    }
}

asio::awaitable<void> run(videosdk::client& client)
{
    videosdk::event_hub hub(client);
    videosdk::webhook_options hooks;
    hooks.public_url = "https://hooks.example.com/videosdk";
    videosdk::webhook_receiver receiver(client, hub, hooks);

    videosdk::lease_manager_options policy;
    policy.coalesce = true; // acquires that meet leave together, and so do releases
    videosdk::lease_manager leases(client, hub, receiver, policy);
    std::vector<videosdk::lease> units;
    co_await all_at_once(leases, units);
    const auto counts = co_await leases.counts();
    std::cout << units.size() << " units by " << counts.attempts << " requests\n";

    co_await leases.shutdown(); // gives all of them back
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
