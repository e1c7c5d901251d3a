// A hub in a world of its own: one thread, virtual time, a scripted API.
#pragma once

#include "scripted_api.hpp"

#include <videosdk/client.hpp>
#include <videosdk/event_hub.hpp>
#include <videosdk/scheduler.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace asio = boost::asio;

/// How one awaited call ended, and how often: once, if all is well.
template <class T>
struct outcome_of {
    std::optional<videosdk::result<T>> value;
    int times = 0;

    bool open() const { return times == 0; }
    bool ok() const { return times == 1 && value->has_value(); }
    boost::system::error_code code() const
    {
        return times == 1 && value->has_error() ? value->error().code() : boost::system::error_code();
    }
    std::string what() const { return value && value->has_error() ? value->error().what() : ""; }
};

using wait_outcome = outcome_of<videosdk::resource>;

template <class T>
asio::awaitable<void> collect(asio::awaitable<videosdk::result<T>> pending, outcome_of<T>& into)
{
    videosdk::result<T> ended = co_await std::move(pending);
    ++into.times;
    into.value.emplace(std::move(ended));
}

inline asio::awaitable<void> publish_into(videosdk::event_hub& hub, videosdk::event what,
                                          std::optional<videosdk::verdict>& into)
{
    const videosdk::verdict told = co_await hub.publish(std::move(what));
    into = told;
}

inline asio::awaitable<void> counts_into(videosdk::event_hub& hub, videosdk::hub_counts& into)
{
    const videosdk::hub_counts found = co_await hub.counts();
    into = found;
}

inline videosdk::event event_of(videosdk::event_type type, std::string resource_id = "")
{
    videosdk::event out;
    out.type = type;
    out.resource_id = std::move(resource_id);
    return out;
}

inline videosdk::event composition_event(videosdk::event_type type, std::string composition_id = "",
                                         std::string token = "")
{
    videosdk::event out;
    out.type = type;
    out.composition_id = std::move(composition_id);
    out.token = std::move(token);
    return out;
}

class hub_world {
public:
    explicit hub_world(const videosdk::event_hub_options& options = default_options(),
                       const videosdk::client_options& settings = client_settings())
        : time(std::make_shared<videosdk::manual_scheduler>()),
          api(std::make_shared<scripted_api>()),
          source(std::in_place, context.get_executor(), settings, api, time),
          hub(std::in_place, *source, options)
    {
    }

    static videosdk::event_hub_options default_options()
    {
        videosdk::event_hub_options out;
        out.poll_after = std::chrono::seconds(4);
        out.poll_interval_cap = std::chrono::seconds(9);
        return out;
    }

    static videosdk::client_options client_settings()
    {
        videosdk::client_options out;
        out.credentials = videosdk::credentials::token("token");
        out.retry.max_attempts = 1;
        out.serial_executor = true;
        return out;
    }

    /// Runs what is ready.
    void run()
    {
        context.restart();
        context.poll();
    }

    /// Does it as the executor would.
    void at_home(std::function<void()> what)
    {
        asio::post(context, std::move(what));
        run();
    }

    void advance(std::chrono::nanoseconds by)
    {
        at_home([this, by] { time->advance(by); });
    }

    void wait(wait_outcome& into, std::string id, videosdk::resource_status wanted,
              std::chrono::nanoseconds timeout = std::chrono::hours(1))
    {
        asio::co_spawn(context, collect(hub->try_wait_for(id, wanted, {.timeout = timeout}), into),
                       asio::detached);
        run();
    }

    void wait(wait_outcome& into, asio::cancellation_signal& signal, std::string id,
              videosdk::resource_status wanted)
    {
        asio::co_spawn(context,
                       collect(hub->try_wait_for(id, wanted, {.timeout = std::chrono::hours(1)}), into),
                       asio::bind_cancellation_slot(signal.slot(), asio::detached));
        run();
    }

    videosdk::verdict publish(videosdk::event what)
    {
        std::optional<videosdk::verdict> told;
        asio::co_spawn(context, publish_into(*hub, std::move(what), told), asio::detached);
        run();
        BOOST_REQUIRE(told.has_value());
        return *told;
    }

    /// Answers the GET of this resource.
    bool answer(std::string id, std::string status, std::string compositions = "",
                std::string url = "https://hooks.example.com/")
    {
        bool found = false;
        at_home([&] { found = api->answer("/" + id, 200, unit_json(id, status, compositions, url)); });
        return found;
    }

    bool refuse(std::string id, unsigned status, std::string body = "{}",
                std::vector<std::pair<std::string, std::string>> headers = {})
    {
        bool found = false;
        at_home([&] { found = api->answer("/" + id, status, std::move(body), std::move(headers)); });
        return found;
    }

    videosdk::hub_counts counts()
    {
        videosdk::hub_counts out;
        asio::co_spawn(context, counts_into(*hub, out), asio::detached);
        run();
        return out;
    }

    asio::io_context context;
    std::shared_ptr<videosdk::manual_scheduler> time;
    std::shared_ptr<scripted_api> api;
    std::optional<videosdk::client> source;
    std::optional<videosdk::event_hub> hub;
};
