// Setting the scene, and driving the io_context.
#include "world.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <chrono>

namespace listener_tests {

using namespace std::chrono_literals;

std::string free_port()
{
    asio::io_context alone;
    const asio::ip::tcp::acceptor acceptor(alone, {asio::ip::address_v4::loopback(), 0});
    return std::to_string(acceptor.local_endpoint().port());
}

world::world(const std::function<void(videosdk::client_options&)>& change)
{
    videosdk::emulator::server_options provider_options;
    provider_options.service.api_key = "api-key-of-tests";
    provider_options.service.secret = secret;
    provider_options.service.idle_after = 1ms;
    provider = std::make_unique<videosdk::emulator::server>(io.get_executor(), provider_options);
    provider->start();
    videosdk::client_options settings;
    settings.credentials = videosdk::credentials::key_and_secret("api-key-of-tests", secret);
    settings.endpoint = provider->url();
    settings.tls.ca_pem = provider->ca_pem();
    change(settings);
    client = std::make_unique<videosdk::client>(io.get_executor(), settings);
    hub = std::make_unique<videosdk::event_hub>(*client);
}

void world::start()
{
    // The public URL needs the port, and the listener the receiver: another port where somebody was faster.
    for (;;) {
        try {
            listen(free_port());
            return;
        } catch (const videosdk::error& failure) {
            if (failure.code() != videosdk::errc::address_in_use) {
                throw;
            }
        }
    }
}

void world::listen(const std::string& port)
{
    const std::string scheme = options.private_key_pem.empty() ? "http" : "https";
    videosdk::webhook_options hooks;
    hooks.public_url = public_url.empty() ? scheme + "://127.0.0.1:" + port : public_url;
    hooks.public_key_pem = provider->public_key_pem();
    receiver = std::make_unique<videosdk::webhook_receiver>(*client, *hub, hooks);
    listener = std::make_unique<videosdk::webhook_listener>(io.get_executor(), *receiver, "127.0.0.1:" + port,
                                                            options);
    listener->start();
}

void world::run_until(const std::function<bool()>& done)
{
    while (!done()) {
        if (io.stopped()) {
            io.restart();
        }
        // The limit only ends a test that has failed.
        BOOST_REQUIRE_MESSAGE(io.run_one_for(60s) > 0, "nothing happens any more");
    }
}

void world::receive_a_webhook()
{
    const auto before = listener->counts().verified;
    const std::string hook = receiver->webhook_url();
    const auto units =
        await(client->acquire({.type = videosdk::resource_type::recording, .webhook_url = hook}));
    run_until([&] { return listener->counts().verified > before; });
    await(hub->wait_for(units.front().id, videosdk::resource_status::idle, {.timeout = 60s}));
}

std::string world::ask(const std::string& bytes)
{
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), listener->port()});
    std::string answer;
    bool done = false;
    asio::async_write(socket, asio::buffer(bytes), [&](const boost::system::error_code&, std::size_t) {
        asio::async_read(socket, asio::dynamic_buffer(answer),
                         [&](const boost::system::error_code&, std::size_t) { done = true; });
    });
    run_until([&] { return done; });
    return answer;
}

} // namespace listener_tests
