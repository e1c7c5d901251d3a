// What is genuine reaches the hub, what is not is refused, and what cannot be judged is sent away to come
// again.
#include "../events/hub_world.hpp"
#include "rsa_signer.hpp"

#include <videosdk/webhook_receiver.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/thread_pool.hpp>

#include <array>
#include <deque>
#include <thread>

using namespace videosdk;
using namespace std::chrono_literals;
using enum videosdk::resource_status;

namespace {

client_options with_secret()
{
    client_options out = hub_world::client_settings();
    out.credentials = credentials::key_and_secret("key", "secret");
    return out;
}

webhook_options fetching()
{
    webhook_options out;
    out.public_url = "https://hooks.example.com/videosdk/";
    out.owner = "studio";
    return out;
}

webhook_options pinned()
{
    webhook_options out = fetching();
    out.public_key_pem = rsa_signer::provider().public_pem();
    return out;
}

asio::awaitable<void> collect_verdict(asio::awaitable<webhook_verdict> pending,
                                      std::optional<webhook_verdict>& into)
{
    const webhook_verdict told = co_await std::move(pending);
    into = told;
}

constexpr std::string_view acquired =
    R"({"webhookType":"resource-acquired","data":{"id":"r","type":"recording"}})";
constexpr std::string_view key_path = "/v2/public/rsa-public-key";

struct receiver_world : hub_world {
    explicit receiver_world(const webhook_options& options = fetching())
    {
        hub.reset();
        source.emplace(context.get_executor(), with_secret(), api, time);
        hub.emplace(*source);
        receiver.emplace(*source, *hub, options);
        url = receiver->webhook_url();
    }

    /// A request as it comes through a proxy that stripped the prefix.
    std::optional<webhook_verdict>& send(std::string_view body, std::string signature)
    {
        std::optional<webhook_verdict>& into = verdicts.emplace_back();
        const std::string target = url.substr(url.find("/studio/"));
        const std::array<header_view, 2> headers{header_view{"Content-Type", "application/json"},
                                                 header_view{"videosdk-signature", signature}};
        asio::co_spawn(
            context,
            collect_verdict(
                receiver->accept({.method = "POST", .target = target, .headers = headers, .body = body}),
                into),
            asio::detached);
        run(); // the arguments were read: they may be gone
        return into;
    }
    std::optional<webhook_verdict>& send(std::string_view body,
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

    std::optional<webhook_receiver> receiver;
    std::string url;
    std::deque<std::optional<webhook_verdict>> verdicts;
};

struct pinned_world : receiver_world {
    pinned_world() : receiver_world(pinned()) {}
};

} // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(std::optional<std::chrono::seconds>)

BOOST_AUTO_TEST_SUITE(receiver)

BOOST_FIXTURE_TEST_CASE(a_genuine_event_ends_a_wait_and_bears_its_token, pinned_world)
{
    subscription events = hub->subscribe();
    wait_outcome ready;
    wait(ready, "r", idle);
    const auto& told = send(acquired);
    BOOST_TEST(told->status == 200U);
    BOOST_TEST(told->reason == std::string_view("accepted"));
    BOOST_TEST(ready.ok());
    outcome_of<subscription_item> item;
    asio::co_spawn(context, collect(events.try_next(), item), asio::detached);
    run();
    BOOST_TEST((*item.value)->value().token == url.substr(url.rfind('/') + 1));
    BOOST_TEST(receiver->counts().accepted == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_repetition_is_answered_like_the_first, pinned_world)
{
    BOOST_TEST(send(acquired)->status == 200U);
    const auto& again = send(acquired);
    BOOST_TEST(again->status == 200U);
    BOOST_TEST(again->reason == std::string_view("repetition"));
    BOOST_TEST(receiver->counts().accepted == 2U);
    BOOST_TEST(receiver->counts().repetitions == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_forgery_is_refused_at_once_where_the_key_is_pinned, pinned_world)
{
    wait_outcome ready;
    wait(ready, "r", idle);
    BOOST_TEST(send(acquired, rsa_signer::rotated())->status == 401U);
    BOOST_TEST(send(acquired, "AAAA")->status == 401U);
    BOOST_TEST(send(acquired, "not base64")->status == 401U);
    std::string changed(acquired);
    changed.back() = ' ';
    BOOST_TEST(send(changed, rsa_signer::provider().sign(acquired))->status == 401U);
    BOOST_TEST(send("", rsa_signer::provider().sign(acquired))->status == 401U);
    BOOST_TEST(ready.open());
    BOOST_TEST(receiver->counts().bad_signature == 5U);
    BOOST_TEST(api->exchanges == 0U);
}

BOOST_FIXTURE_TEST_CASE(an_event_replayed_to_another_owner_is_not_found, pinned_world)
{
    webhook_options other = pinned();
    other.owner = "other";
    url = webhook_receiver(*source, *hub, other).webhook_url();
    url.replace(url.find("/other/"), 7, "/studio/");
    BOOST_TEST(send(acquired)->status == 404U);
    BOOST_TEST(receiver->counts().bad_token == 1U);
}

BOOST_FIXTURE_TEST_CASE(processes_of_one_deployment_take_each_others_urls, pinned_world)
{
    webhook_receiver neighbour(*source, *hub, pinned());
    url = neighbour.webhook_url();
    BOOST_TEST(send(acquired)->status == 200U);
}

BOOST_FIXTURE_TEST_CASE(token_keys_may_be_rotated, pinned_world)
{
    webhook_options before = pinned();
    before.token_keys = {"an old key of the deployment"};
    webhook_options after = pinned();
    after.token_keys = {"a new key of the deployment", "an old key of the deployment"};
    url = webhook_receiver(*source, *hub, before).webhook_url();
    receiver.emplace(*source, *hub, after);
    BOOST_TEST(send(acquired)->status == 200U);
    url = webhook_receiver(*source, *hub, after).webhook_url();
    receiver.emplace(*source, *hub, before);
    BOOST_TEST(send(acquired)->status == 404U);
}

BOOST_FIXTURE_TEST_CASE(signed_nonsense_is_a_bad_request, pinned_world)
{
    for (const std::string_view body :
         {"", "{", "[]", "null", "{}", R"({"webhookType":7,"data":{}})", R"({"webhookType":"","data":{}})",
          R"({"webhookType":"resource-acquired","data":[]})", "\xff\xfe"}) {
        BOOST_TEST_CONTEXT(body)
        {
            BOOST_TEST(send(body)->status == 400U);
        }
    }
    BOOST_TEST(send(R"({"webhookType":"invented-later","data":{"x":1}})")->status == 200U);
    BOOST_TEST(receiver->counts().bad_request == 9U);
}

BOOST_FIXTURE_TEST_CASE(malformed_requests_are_judged_without_a_key, receiver_world)
{
    std::optional<webhook_verdict> told;
    asio::co_spawn(context, collect_verdict(receiver->accept({.method = "GET"}), told), asio::detached);
    run();
    BOOST_TEST(told->status == 405U);
    BOOST_TEST(api->exchanges == 0U);
    BOOST_TEST(receiver->counts().bad_request == 1U);
}

BOOST_FIXTURE_TEST_CASE(the_key_is_fetched_once_and_kept, receiver_world)
{
    const auto& first = send(acquired);
    const auto& second = send(R"({"webhookType":"session-started","data":{}})");
    BOOST_TEST(!first.has_value());
    BOOST_TEST(api->asked().size() == 1U);
    BOOST_TEST(give_key());
    BOOST_TEST(first->status == 200U);
    BOOST_TEST(second->status == 200U);
    BOOST_TEST(send(acquired)->status == 200U);
    BOOST_TEST(api->exchanges == 1U);
    BOOST_TEST(receiver->counts().key_fetches == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_rotated_key_is_fetched_and_both_count, receiver_world)
{
    send(acquired);
    BOOST_TEST(give_key());
    advance(60s);
    const auto& rotated = send(acquired, rsa_signer::rotated());
    BOOST_TEST(!rotated.has_value());
    BOOST_TEST(give_key(rsa_signer::rotated()));
    BOOST_TEST(rotated->status == 200U);
    BOOST_TEST(send(acquired, rsa_signer::provider())->status == 200U);
    advance(10min);
    const auto& old = send(acquired, rsa_signer::provider());
    BOOST_TEST(give_key(rsa_signer::rotated()));
    BOOST_TEST(old->status == 401U);
}

BOOST_FIXTURE_TEST_CASE(a_forgery_costs_one_fetch_an_interval, receiver_world)
{
    const auto& first = send(acquired, rsa_signer::rotated());
    BOOST_TEST(give_key());
    BOOST_TEST(first->status == 401U); // the key was fetched after it had come
    advance(15s);
    const auto& second = send(acquired, rsa_signer::rotated());
    BOOST_TEST(second->status == 503U);
    BOOST_TEST((second->retry_after == 45s));
    BOOST_TEST(send(acquired)->status == 200U); // what is genuine comes in meanwhile
    advance(44500ms);
    const auto& third = send(acquired, rsa_signer::rotated());
    BOOST_TEST((third->retry_after == 1s)); // rounded up
    advance(500ms);
    const auto& fourth = send(acquired, rsa_signer::rotated());
    BOOST_TEST(give_key());
    BOOST_TEST(fourth->status == 401U);
    BOOST_TEST(receiver->counts().key_fetches == 2U);
}

BOOST_FIXTURE_TEST_CASE(what_came_during_the_fetch_is_not_called_forged_by_it, receiver_world)
{
    const auto& first = send(acquired, rsa_signer::rotated());
    advance(10s);
    const auto& second = send(acquired, rsa_signer::rotated());
    BOOST_TEST(give_key());
    BOOST_TEST(first->status == 401U);
    BOOST_TEST(second->status == 503U);
    BOOST_TEST((second->retry_after == 50s));
}

BOOST_FIXTURE_TEST_CASE(without_a_key_events_are_sent_away_to_come_again, receiver_world)
{
    const auto& first = send(acquired);
    BOOST_TEST(fail_key(500));
    BOOST_TEST(first->status == 503U);
    BOOST_TEST((first->retry_after == 1s));
    BOOST_TEST(send(acquired)->status == 503U);
    BOOST_TEST(api->exchanges == 1U);
    for (const std::string body : {"<html>", R"({"publicKey":"no key"})", "{}"}) {
        advance(60s);
        const auto& next = send(acquired);
        BOOST_TEST(fail_key(200, body));
        BOOST_TEST(next->status == 503U);
    }
    advance(60s);
    const auto& last = send(acquired);
    BOOST_TEST(give_key());
    BOOST_TEST(last->status == 200U);
    BOOST_TEST(receiver->counts().unavailable == 5U);
}

BOOST_FIXTURE_TEST_CASE(the_last_good_key_survives_when_the_key_endpoint_goes_down, receiver_world)
{
    send(acquired);
    BOOST_TEST(give_key());
    advance(60s);
    const auto& rotated = send(acquired, rsa_signer::rotated());
    BOOST_TEST(fail_key(503));
    BOOST_TEST(rotated->status == 503U);
    BOOST_TEST((rotated->retry_after == 60s));
    BOOST_TEST(send(acquired)->status == 200U);
}

BOOST_FIXTURE_TEST_CASE(a_fetch_that_is_never_answered_ends_at_its_deadline, receiver_world)
{
    const auto& first = send(acquired);
    at_home([&] { api->fail(key_path, errc::response_timeout); });
    BOOST_TEST(first->status == 503U);
}

BOOST_FIXTURE_TEST_CASE(only_so_many_requests_are_held, receiver_world)
{
    for (int i = 0; i != 256; ++i) {
        send(acquired, rsa_signer::rotated());
    }
    const auto& beyond = send(acquired);
    BOOST_TEST(beyond->status == 503U);
    BOOST_TEST(beyond->retry_after.has_value());
    BOOST_TEST(give_key());
    for (const auto& each : verdicts) {
        BOOST_TEST(each.has_value());
    }
}

BOOST_FIXTURE_TEST_CASE(a_held_request_can_be_cancelled, receiver_world)
{
    asio::cancellation_signal signal;
    std::optional<webhook_verdict> told;
    const std::string signature = rsa_signer::provider().sign(acquired);
    const std::string target = url.substr(url.find("/studio/"));
    const std::array<header_view, 1> headers{header_view{"videosdk-signature", signature}};
    bool thrown = false;
    asio::co_spawn(
        context,
        collect_verdict(
            receiver->accept({.method = "POST", .target = target, .headers = headers, .body = acquired}),
            told),
        asio::bind_cancellation_slot(signal.slot(),
                                     [&](std::exception_ptr failure) { thrown = failure != nullptr; }));
    run();
    signal.emit(asio::cancellation_type::terminal);
    run();
    BOOST_TEST(thrown);
    BOOST_TEST(!told.has_value());
    const auto& next = send(acquired);
    BOOST_TEST(give_key());
    BOOST_TEST(next->status == 200U);
}

BOOST_FIXTURE_TEST_CASE(without_a_hub_events_are_sent_away, pinned_world)
{
    hub.reset();
    const auto& told = send(acquired);
    BOOST_TEST(told->status == 503U);
    BOOST_TEST(told->retry_after.has_value());
}

BOOST_FIXTURE_TEST_CASE(a_destroyed_receiver_judges_what_it_has_begun, receiver_world)
{
    const auto& first = send(acquired);
    receiver.reset();
    BOOST_TEST(give_key());
    BOOST_TEST(first->status == 200U);
}

BOOST_FIXTURE_TEST_CASE(a_destroyed_client_ends_the_fetch, receiver_world)
{
    const auto& first = send(acquired);
    source.reset();
    run();
    BOOST_TEST(first->status == 503U);
}

BOOST_FIXTURE_TEST_CASE(a_receiver_that_was_moved_from_says_so, receiver_world)
{
    webhook_receiver moved(std::move(*receiver));
    BOOST_TEST(moved.webhook_url() != url);
    BOOST_CHECK_EXCEPTION(receiver->webhook_url(), error,
                          [](const error& failure) { return failure.code() == errc::closed; });
    BOOST_TEST(send(acquired)->status == 503U);
    BOOST_TEST(receiver->counts().accepted == 0U);
}

BOOST_AUTO_TEST_CASE(a_destroyed_context_drops_what_is_held)
{
    auto api = std::make_shared<scripted_api>();
    auto time = std::make_shared<manual_scheduler>();
    std::optional<client> source;
    std::optional<event_hub> hub;
    std::optional<webhook_receiver> receiver;
    std::optional<webhook_verdict> told;
    const std::string signature = rsa_signer::provider().sign(acquired);
    const std::array<header_view, 1> headers{header_view{"videosdk-signature", signature}};
    {
        asio::io_context context;
        source.emplace(context.get_executor(), with_secret(), api, time);
        hub.emplace(*source);
        receiver.emplace(*source, *hub, fetching());
        const std::string url = receiver->webhook_url();
        asio::co_spawn(
            context,
            collect_verdict(
                receiver->accept({.method = "POST", .target = url, .headers = headers, .body = acquired}),
                told),
            asio::detached);
        context.poll();
        BOOST_TEST(api->asked().size() == 1U);
    }
    BOOST_TEST(!told.has_value());
    asio::io_context other;
    const std::string url = receiver->webhook_url();
    asio::co_spawn(
        other,
        collect_verdict(
            receiver->accept({.method = "POST", .target = url, .headers = headers, .body = acquired}), told),
        asio::detached);
    other.run();
    BOOST_TEST(told->status == 503U);
}

BOOST_AUTO_TEST_CASE(requests_are_accepted_from_any_thread)
{
    asio::io_context home;
    auto work = asio::make_work_guard(home);
    client source(home.get_executor(), with_secret(), std::make_shared<scripted_api>(),
                  std::make_shared<manual_scheduler>());
    event_hub hub(source);
    webhook_receiver receiver(source, hub, pinned());
    std::thread runner([&] { home.run(); });
    const std::string signature = rsa_signer::provider().sign(acquired);
    const std::array<header_view, 1> headers{header_view{"videosdk-signature", signature}};
    std::deque<std::optional<webhook_verdict>> told(100);
    {
        asio::thread_pool threads(2);
        for (auto& into : told) {
            asio::post(threads, [&] {
                const std::string url = receiver.webhook_url();
                asio::co_spawn(
                    threads,
                    collect_verdict(
                        receiver.accept(
                            {.method = "POST", .target = url, .headers = headers, .body = acquired}),
                        into),
                    asio::detached);
            });
        }
        threads.join();
    }
    work.reset();
    runner.join();
    for (const auto& each : told) {
        BOOST_TEST(each->status == 200U);
    }
    BOOST_TEST(receiver.counts().accepted == 100U);
    BOOST_TEST(receiver.counts().repetitions == 99U);
}

BOOST_AUTO_TEST_SUITE_END()
