// Writes a line for each exchange, each retry and each connection that ends.
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <memory>

namespace asio = boost::asio;

struct log_lines : videosdk::observer {
    void on_attempt_ended(const videosdk::attempt_ended& what) override { std::clog << what << '\n'; }
    void on_retry_planned(const videosdk::retry_planned& what) override { std::clog << what << '\n'; }
    void on_connection_closed(const videosdk::connection_closed& what) override { std::clog << what << '\n'; }
};

asio::awaitable<void> run(videosdk::client& client)
{
    auto page = co_await client.list({.status = videosdk::resource_status::idle});
    std::cout << page << '\n';
    client.close();
}

int main()
{
    try {
        videosdk::client_options options;
        options.credentials = videosdk::credentials::from_environment();
        options.endpoint = videosdk::endpoint_from_environment();
        options.proxy = videosdk::proxy_from_environment(); // https_proxy, HTTPS_PROXY, no_proxy, NO_PROXY
        options.observer = std::make_shared<log_lines>();

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
