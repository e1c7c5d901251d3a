// Nodes of one deployment in one process: each a client, a hub, a receiver and a bus, over one real Redis.
#pragma once

#include "session.hpp"
#include "unit/events/scripted_api.hpp"
#include "unit/webhook/rsa_signer.hpp"

#include <videosdk/client.hpp>
#include <videosdk/event_hub.hpp>
#include <videosdk/redis_event_bus.hpp>
#include <videosdk/webhook_receiver.hpp>

#include <boost/asio/detached.hpp>

#include <array>
#include <map>
#include <optional>
#include <sstream>

namespace redis_test {

using videosdk::resource_status;

inline videosdk::redis_bus_options bus_options(const redis_server& server, std::string name)
{
    videosdk::redis_bus_options out;
    out.redis = options_for({server.url()});
    out.node = std::move(name);
    return out;
}

/// For the tests that leave it as it is.
inline const redis_server& shared_server()
{
    static const redis_server server;
    return server;
}

/// A deployment of its own on the shared server.
inline videosdk::redis_bus_options in_deployment(const std::string& prefix, std::string name)
{
    videosdk::redis_bus_options out = bus_options(shared_server(), std::move(name));
    out.redis.prefix = prefix;
    return out;
}

inline std::string acquired(const std::string& id)
{
    return R"({"webhookType":"resource-acquired","data":{"id":")" + id + R"(","type":"recording"}})";
}

inline std::string released(const std::string& id)
{
    return R"({"webhookType":"resource-released","data":{"id":")" + id + R"("}})";
}

/// One that cannot be told from another.
inline std::string joined(const std::string& id)
{
    return R"({"webhookType":"participant-joined","data":{"meetingId":"m","participantId":")" + id + R"("}})";
}

/// Answers no GET by itself; polls come in an hour.
struct node {
    node(asio::io_context& shared, videosdk::redis_bus_options settings)
        : context(shared),
          time(videosdk::make_timer_scheduler(shared.get_executor())),
          source(std::in_place, shared.get_executor(), client_settings(), api, time),
          hub(std::in_place, *source, hub_settings()),
          receiver(std::in_place, *source, *hub, receiver_settings())
    {
        settings.on_notice = [this](const videosdk::redis_notice& what) {
            std::ostringstream line;
            line << what;
            lines.push_back(line.str());
            ++notices[what.kind];
        };
        bus.emplace(*hub, settings);
    }
    /// As after kill -9, but for what the destructors must do.
    ~node() { bus.reset(); }

    static videosdk::client_options client_settings()
    {
        videosdk::client_options out;
        out.credentials = videosdk::credentials::key_and_secret("key", "secret");
        out.serial_executor = true;
        return out;
    }
    static videosdk::event_hub_options hub_settings()
    {
        videosdk::event_hub_options out;
        out.poll_after = 1h;
        out.poll_interval_cap = 1h;
        return out;
    }
    static videosdk::webhook_options receiver_settings()
    {
        videosdk::webhook_options out;
        out.public_url = "https://hooks.example.com/videosdk/";
        out.owner = "studio";
        out.max_body = 1 << 20;
        out.public_key_pem = rsa_signer::provider().public_pem();
        return out;
    }

    asio::io_context& context;
    std::shared_ptr<scripted_api> api = std::make_shared<scripted_api>();
    std::shared_ptr<videosdk::scheduler> time;
    std::optional<videosdk::client> source;
    std::optional<videosdk::event_hub> hub;
    std::optional<videosdk::webhook_receiver> receiver;
    std::map<videosdk::redis_notice_kind, unsigned> notices;
    std::vector<std::string> lines;
    std::optional<videosdk::redis_event_bus> bus;
};

/// A webhook URL of the deployment, of a process that nobody knows: its events are for all.
inline std::string url_of_nobody()
{
    asio::io_context context;
    videosdk::client source(context.get_executor(), node::client_settings());
    videosdk::event_hub hub(source);
    const videosdk::webhook_receiver receiver(source, hub, node::receiver_settings());
    return receiver.webhook_url();
}

template <class T>
asio::awaitable<void> collect(asio::awaitable<T> pending, std::shared_ptr<std::optional<T>> into)
{
    T got = co_await std::move(pending);
    into->emplace(std::move(got));
}

inline asio::awaitable<bool> then_true(asio::awaitable<void> pending)
{
    co_await std::move(pending);
    co_return true;
}

/// The loop that all nodes run on.
struct cluster {
    asio::io_context context{1};

    /// False after a minute.
    template <class Condition>
    bool run_until(Condition holds)
    {
        const auto limit = std::chrono::steady_clock::now() + 60s;
        context.restart();
        while (!holds() && std::chrono::steady_clock::now() < limit) {
            context.run_one_for(100ms);
            context.restart();
        }
        return holds();
    }
    template <class T>
    std::shared_ptr<std::optional<T>> begin(asio::awaitable<T> pending)
    {
        auto out = std::make_shared<std::optional<T>>();
        asio::co_spawn(context, collect(std::move(pending), out), asio::detached);
        return out;
    }
    template <class T>
    T get(asio::awaitable<T> pending)
    {
        const auto out = begin(std::move(pending));
        if (!run_until([&] { return out->has_value(); })) {
            throw std::runtime_error("nothing came within a minute");
        }
        return std::move(**out);
    }
    std::unique_ptr<node> start(videosdk::redis_bus_options settings)
    {
        auto out = std::make_unique<node>(context, std::move(settings));
        get(then_true(out->bus->connected(60s)));
        return out;
    }
    void close(std::unique_ptr<node>& which)
    {
        get(then_true(which->bus->close()));
        stop(which);
    }
    /// Without a word to anybody.
    void stop(std::unique_ptr<node>& which)
    {
        which.reset();
        context.restart();
        context.poll();
    }
    std::shared_ptr<std::optional<videosdk::webhook_verdict>> send(node& to, const std::string& url,
                                                                   const std::string& body)
    {
        const std::string target = url.substr(url.find("/studio/"));
        const std::string signature = rsa_signer::provider().sign(body);
        const std::array<videosdk::header_view, 2> headers{
            videosdk::header_view{"Content-Type", "application/json"},
            videosdk::header_view{"videosdk-signature", signature}};
        return begin(
            to.receiver->accept({.method = "POST", .target = target, .headers = headers, .body = body}));
    }
    videosdk::webhook_verdict deliver(node& to, const std::string& url, const std::string& body)
    {
        const auto out = send(to, url, body);
        if (!run_until([&] { return out->has_value(); })) {
            throw std::runtime_error("no verdict came within a minute");
        }
        return **out;
    }
    auto wait(node& where, const std::string& id, resource_status wanted)
    {
        return begin(where.hub->try_wait_for(id, wanted, {.timeout = 1h}));
    }
    videosdk::hub_counts hub_of(node& which) { return get(which.hub->counts()); }
    videosdk::redis_bus_counts bus_of(node& which) { return get(which.bus->counts()); }
    ~cluster()
    {
        context.restart();
        context.poll();
    }
};

} // namespace redis_test
