// What is genuine reaches the hub, what is not is refused, and nobody is kept waiting for ever.
#include "receiver_world.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/thread_pool.hpp>

#include <thread>

using namespace videosdk;
using namespace std::chrono_literals;
using enum videosdk::resource_status;

namespace {

struct pinned_world : receiver_world {
    pinned_world() : receiver_world(pinned()) {}
};

} // namespace

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

BOOST_FIXTURE_TEST_CASE(of_several_pinned_keys_any_may_fit, receiver_world)
{
    webhook_options both = pinned();
    both.public_key_pem =
        "during the rotation\n" + rsa_signer::provider().public_pem() + rsa_signer::rotated().public_pem();
    receiver.emplace(*source, *hub, both);
    url = receiver->webhook_url();
    BOOST_TEST(send(acquired, rsa_signer::provider())->status == 200U);
    BOOST_TEST(send(acquired, rsa_signer::rotated())->status == 200U);
    const rsa_signer stranger;
    BOOST_TEST(send(acquired, stranger)->status == 401U);
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

BOOST_AUTO_TEST_CASE(awaitables_that_are_never_awaited_may_outlive_the_execution_context)
{
    auto context = std::make_unique<asio::io_context>();
    client_options settings = with_secret();
    settings.serial_executor = false; // a strand of its own, which must not be kept
    client source(context->get_executor(), settings, std::make_shared<scripted_api>(),
                  std::make_shared<manual_scheduler>());
    event_hub hub(source);
    webhook_receiver receiver(source, hub, fetching());
    subscription events = hub.subscribe();
    auto wait = hub.try_wait_for("r", resource_status::idle, {.timeout = 1s});
    auto next = events.try_next();
    auto counted = hub.counts();
    auto published = hub.publish(event_of(event_type::session_started));
    auto tested = receiver.try_self_test();
    auto judged = receiver.accept({.method = "GET"});
    context.reset();

    asio::io_context elsewhere;
    wait_outcome late;
    outcome_of<subscription_item> none;
    asio::co_spawn(elsewhere, collect(std::move(wait), late), asio::detached);
    asio::co_spawn(elsewhere, collect(std::move(next), none), asio::detached);
    elsewhere.poll();
    BOOST_TEST(late.code() == errc::closed);
    BOOST_TEST(none.code() == errc::closed);
}

BOOST_AUTO_TEST_SUITE_END()
