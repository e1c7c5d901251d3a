// A receiver in a world of its own: one thread, virtual time, a scripted API that gives the provider's key.
#pragma once

#include "../events/hub_world.hpp"
#include "rsa_signer.hpp"

#include <videosdk/webhook_receiver.hpp>

#include <array>
#include <deque>

inline videosdk::client_options with_secret()
{
    videosdk::client_options out = hub_world::client_settings();
    out.credentials = videosdk::credentials::key_and_secret("key", "secret");
    out.retry = videosdk::retry_policy(); // as users have it: a key is asked for once all the same
    return out;
}

inline videosdk::webhook_options fetching()
{
    videosdk::webhook_options out;
    out.public_url = "https://hooks.example.com/videosdk/";
    out.owner = "studio";
    return out;
}

inline videosdk::webhook_options pinned()
{
    videosdk::webhook_options out = fetching();
    out.public_key_pem = rsa_signer::provider().public_pem();
    return out;
}

inline asio::awaitable<void> collect_verdict(asio::awaitable<videosdk::webhook_verdict> pending,
                                             std::optional<videosdk::webhook_verdict>& into)
{
    const videosdk::webhook_verdict told = co_await std::move(pending);
    into = told;
}

inline constexpr std::string_view acquired =
    R"({"webhookType":"resource-acquired","data":{"id":"r","type":"recording"}})";
inline constexpr std::string_view key_path = "/v2/public/rsa-public-key";

struct receiver_world : hub_world {
    explicit receiver_world(const videosdk::webhook_options& options = fetching())
    {
        hub.reset();
        source.emplace(context.get_executor(), with_secret(), api, time);
        hub.emplace(*source);
        receiver.emplace(*source, *hub, options);
        url = receiver->webhook_url();
    }

    /// A request as it comes through a proxy that stripped the prefix.
    std::optional<videosdk::webhook_verdict>& send(std::string_view body, std::string signature)
    {
        std::optional<videosdk::webhook_verdict>& into = verdicts.emplace_back();
        const std::string target = url.substr(url.find("/studio/"));
        const std::array<videosdk::header_view, 2> headers{
            videosdk::header_view{"Content-Type", "application/json"},
            videosdk::header_view{"videosdk-signature", signature}};
        asio::co_spawn(
            context,
            collect_verdict(
                receiver->accept({.method = "POST", .target = target, .headers = headers, .body = body}),
                into),
            asio::detached);
        run(); // the arguments were read: they may be gone
        return into;
    }
    std::optional<videosdk::webhook_verdict>& send(std::string_view body,
                                                   const rsa_signer& from = rsa_signer::provider())
    {
        return send(body, from.sign(body));
    }

    bool give_key(const rsa_signer& from = rsa_signer::provider())
    {
        std::string pem;
        for (const char c : from.public_pem()) {
            pem += c == '\n' ? std::string("\\n") : std::string(1, c);
        }
        bool found = false;
        at_home([&] { found = api->answer(key_path, 200, R"({"publicKey":")" + pem + "\"}"); });
        return found;
    }

    bool fail_key(unsigned status, std::string body = "{}")
    {
        bool found = false;
        at_home([&] { found = api->answer(key_path, status, std::move(body)); });
        return found;
    }

    std::optional<videosdk::webhook_receiver> receiver;
    std::string url;
    std::deque<std::optional<videosdk::webhook_verdict>> verdicts;
};
