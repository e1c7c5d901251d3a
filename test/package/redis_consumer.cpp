// Uses the component redis as its users do: without a Redis, since none need be there.
#include <videosdk/redis_event_bus.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/io_context.hpp>

#include <iostream>

int main()
{
    videosdk::redis_bus_options options;
    try {
        options.validate();
        return 1; // The node has no name yet.
    } catch (const videosdk::error& failure) {
        if (failure.code() != videosdk::errc::invalid_argument) {
            std::cerr << failure.what() << '\n';
            return 1;
        }
    }
    options.node = "one";
    options.redis.addresses = {"redis://127.0.0.1:1"};
    boost::asio::io_context context;
    videosdk::client_options settings;
    settings.credentials = videosdk::credentials::token("token");
    videosdk::client client(context.get_executor(), settings);
    videosdk::event_hub hub(client);
    {
        const videosdk::redis_event_bus bus(hub, options);
    }
    context.run();
    std::cout << options << '\n' << to_prometheus(videosdk::redis_bus_counts());
    return 0;
}
