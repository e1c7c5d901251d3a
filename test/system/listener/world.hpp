// A provider, a client, a receiver and its listener on one io_context, which a test runs until what it waits
// for has happened.
#pragma once

#include <videosdk/emulator.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace listener_tests {

namespace asio = boost::asio;

class world {
public:
    /// `change` is for the options of the client.
    explicit world(const std::function<void(videosdk::client_options&)>& change = [](auto&) {});

    /// A listener on a port that was free, and a receiver that says it is reached there.
    void start();
    void run_until(const std::function<bool()>& done);
    /// Runs until the awaitable has completed; its value, or what it threw.
    template <class T>
    T await(asio::awaitable<T> what)
    {
        std::exception_ptr failure;
        std::optional<T> value;
        bool done = false;
        asio::co_spawn(io, std::move(what), [&](std::exception_ptr thrown, T got) {
            failure = thrown;
            value = std::move(got);
            done = true;
        });
        run_until([&] { return done; });
        if (failure) {
            std::rethrow_exception(failure);
        }
        return std::move(*value);
    }
    /// One genuine webhook of each resource acquired: acquires one, and waits until it was told to be idle.
    void receive_a_webhook();
    /// Sends bytes over a connection of its own; all that comes back.
    std::string ask(const std::string& bytes);

    asio::io_context io{1};
    std::string secret = "a-secret-of-tests-of-some-length";
    std::string public_url; ///< Empty: where the listener listens.
    videosdk::listener_options options;
    std::unique_ptr<videosdk::emulator::server> provider;
    std::unique_ptr<videosdk::client> client;
    std::unique_ptr<videosdk::event_hub> hub;
    std::unique_ptr<videosdk::webhook_receiver> receiver;
    std::unique_ptr<videosdk::webhook_listener> listener;

private:
    void listen(const std::string& port);
};

/// A port of loopback that was free a moment ago.
std::string free_port();

} // namespace listener_tests
