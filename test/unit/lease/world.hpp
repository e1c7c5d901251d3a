// A lease manager in a world of its own: one thread, virtual time, that provider.
#pragma once

#include "provider.hpp"

#include <videosdk/event_hub.hpp>
#include <videosdk/lease_manager.hpp>
#include <videosdk/webhook_receiver.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace lease_tests {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// How one awaited call ended.
template <class T>
struct ending {
    std::optional<videosdk::result<T>> value;

    bool open() const { return !value; }
    bool ok() const { return value && value->has_value(); }
    boost::system::error_code code() const
    {
        return value && value->has_error() ? value->error().code() : boost::system::error_code();
    }
    std::string what() const { return value && value->has_error() ? value->error().what() : ""; }
};

template <class T>
using ending_ptr = std::shared_ptr<ending<T>>;

template <class T>
asio::awaitable<void> collect(asio::awaitable<videosdk::result<T>> pending, ending_ptr<T> into)
{
    videosdk::result<T> ended = co_await std::move(pending);
    into->value.emplace(std::move(ended));
}

template <class T>
asio::awaitable<videosdk::result<T>> as_result(asio::awaitable<T> pending)
{
    T value = co_await std::move(pending);
    co_return videosdk::result<T>(std::move(value));
}

/// A lease manager in a world of its own: one thread, virtual time, that provider.
class world {
public:
    explicit world(const videosdk::lease_manager_options& options = {},
                   std::shared_ptr<videosdk::observer> watcher = nullptr)
        : io(std::in_place),
          time(std::make_shared<videosdk::manual_scheduler>()),
          carrier(std::make_shared<test::scripted_transport>(io->get_executor(), time)),
          client(std::in_place, io->get_executor(), client_settings(std::move(watcher)), carrier, time),
          hub(std::in_place, *client),
          receiver(std::in_place, *client, *hub, webhook_settings()),
          leases(std::in_place, *client, *hub, *receiver, options)
    {
        carrier->decide = [this](const test::seen_request& request) { return there.answer(request); };
        run();
    }
    world(const world&) = delete;

    static videosdk::client_options client_settings(std::shared_ptr<videosdk::observer> watcher)
    {
        videosdk::client_options out;
        out.observer = std::move(watcher);
        out.credentials = videosdk::credentials::token("token");
        out.serial_executor = true;
        return out;
    }
    static videosdk::webhook_options webhook_settings()
    {
        videosdk::webhook_options out;
        out.public_url = "https://hooks.example.com/videosdk";
        out.owner = "studio";
        out.token_keys = {"0123456789abcdef"};
        return out;
    }

    void run()
    {
        io->restart();
        io->poll();
    }
    /// Lets time pass, alarm by alarm.
    void pass(std::chrono::nanoseconds by)
    {
        const auto until = time->now() + by;
        while (time->now() < until) {
            asio::post(
                *io, [&] { time->advance(std::min<std::chrono::nanoseconds>(100ms, until - time->now())); });
            run();
        }
    }

    /// Begins the call, and runs what is ready.
    template <class T>
    ending_ptr<T> await(asio::awaitable<videosdk::result<T>> pending)
    {
        auto out = std::make_shared<ending<T>>();
        asio::co_spawn(*io, collect(std::move(pending), out), asio::detached);
        run();
        return out;
    }
    template <class T>
    ending_ptr<T> await(asio::awaitable<videosdk::result<T>> pending, asio::cancellation_signal& signal)
    {
        auto out = std::make_shared<ending<T>>();
        asio::co_spawn(*io, collect(std::move(pending), out),
                       asio::bind_cancellation_slot(signal.slot(), asio::detached));
        run();
        return out;
    }

    ending_ptr<videosdk::lease> acquire(const videosdk::lease_options& options = {})
    {
        return await(leases->try_acquire(recording, options));
    }
    videosdk::lease held()
    {
        const auto out = acquire();
        BOOST_REQUIRE_MESSAGE(out->ok(), out->what());
        return std::move(**out->value);
    }
    videosdk::lease_counts counts()
    {
        const auto out = await(as_result(leases->counts()));
        BOOST_REQUIRE(out->ok());
        return **out->value;
    }
    /// A webhook that was verified.
    void hear(videosdk::event_type type, const std::string& id)
    {
        videosdk::event what;
        what.type = type;
        what.resource_id = id;
        const std::string& url = there.units.at(id).url;
        what.token = url.substr(url.rfind('/') + 1);
        asio::co_spawn(*io, hub->publish(std::move(what)), asio::detached);
        run();
    }

    static constexpr videosdk::lease_request recording{.type = videosdk::resource_type::recording};

    provider there;
    std::optional<asio::io_context> io;
    std::shared_ptr<videosdk::manual_scheduler> time;
    std::shared_ptr<test::scripted_transport> carrier;
    std::optional<videosdk::client> client;
    std::optional<videosdk::event_hub> hub;
    std::optional<videosdk::webhook_receiver> receiver;
    std::optional<videosdk::lease_manager> leases;
};

} // namespace lease_tests
