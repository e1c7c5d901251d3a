// Acquires a resource of the local service, and catches the library's error by its type when it releases it
// too early.
#include <videosdk/emulator.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <stdexcept>

namespace asio = boost::asio;

asio::awaitable<void> run(videosdk::client& client)
{
    auto resources = co_await client.acquire(
        {.type = videosdk::resource_type::recording, .webhook_url = "http://127.0.0.1:9/nobody"});
    std::cout << resources.front() << '\n';
    bool refused = false;
    try {
        co_await client.release(resources.front().id);
    } catch (const videosdk::error& failure) {
        std::cout << failure.what() << '\n';
        refused = failure.code() == videosdk::errc::release_refused;
    }
    client.close();
    if (!refused) {
        throw std::runtime_error("a pending resource was released, or another error came");
    }
}

int main()
{
    try {
        asio::io_context context;
        videosdk::emulator::server_options options;
        options.service.api_key = "key";
        options.service.secret = "secret";
        options.service.idle_after = std::chrono::hours(1);
        options.service.send_webhooks = false;
        videosdk::emulator::server provider(context.get_executor(), options);
        provider.start();

        // An error of the emulator is the library's error, whatever library file it comes from.
        options.address = "127.0.0.1:" + std::to_string(provider.port());
        videosdk::emulator::server second(context.get_executor(), options);
        try {
            second.start();
            return 2;
        } catch (const videosdk::error& failure) {
            if (failure.code() != videosdk::errc::address_in_use) {
                throw;
            }
        }

        videosdk::client_options how;
        how.credentials = videosdk::credentials::key_and_secret("key", "secret");
        how.endpoint = provider.url();
        how.tls.ca_pem = provider.ca_pem();
        videosdk::client client(context.get_executor(), how);
        std::exception_ptr thrown;
        asio::co_spawn(context, run(client), [&](std::exception_ptr failure) {
            thrown = failure;
            provider.stop();
        });
        context.run();
        if (thrown) {
            std::rethrow_exception(thrown);
        }
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
