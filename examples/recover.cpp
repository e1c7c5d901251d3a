// Takes over what processes that were killed have left, and gives it back. With --leave it is such a process.
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <string_view>

namespace asio = boost::asio;

asio::awaitable<void> give_back_what_the_dead_have_left(videosdk::lease_manager& leases)
{
    const auto found = co_await leases.recover(); // changes nothing, and says which boot acquired each unit
    for (const videosdk::recoverable_unit& each : found) {
        videosdk::lease unit = co_await leases.adopt(each.unit.id); // its boot is known to be dead
        co_await unit.release();
        std::cout << "released " << each << '\n';
    }
}

asio::awaitable<void> run(videosdk::client& client, bool leave)
{
    videosdk::event_hub hub(client);
    videosdk::webhook_options hooks;
    hooks.public_url = "https://hooks.example.com/videosdk";
    hooks.owner = "example"; // the same in each life, as the client's secret is
    videosdk::webhook_receiver receiver(client, hub, hooks);
    videosdk::lease_manager leases(client, hub, receiver);
    if (leave) {
        const auto unit = co_await leases.acquire({.type = videosdk::resource_type::recording});
        std::cout << "acquired " << unit << std::endl;
        std::raise(SIGKILL);
    }
    co_await give_back_what_the_dead_have_left(leases);
    co_await leases.shutdown();
    client.close();
}

int main(int argc, char** argv)
{
    try {
        videosdk::client_options options;
        options.credentials = videosdk::credentials::from_environment();
        options.endpoint = videosdk::endpoint_from_environment();

        asio::io_context context;
        videosdk::client client(context.get_executor(), options);
        const bool leave = argc > 1 && std::string_view(argv[1]) == "--leave";
        asio::co_spawn(context, run(client, leave), [](std::exception_ptr failure) {
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
