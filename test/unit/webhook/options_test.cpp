// Wrong options are named when the object is made; a verdict's answer gives nothing away.
#include "../events/scripted_api.hpp"
#include "rsa_signer.hpp"
#include "webhook/listener_answer.hpp"

#include <videosdk/webhook_listener.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <functional>
#include <sstream>

using namespace videosdk;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

/// The text of the error that `make` throws; empty when it throws none.
std::string refusal(const std::function<void()>& make)
{
    try {
        make();
    } catch (const error& failure) {
        return failure.code() == errc::invalid_argument ? failure.what() : "another code";
    }
    return "";
}

bool names(const std::string& text, std::string_view option)
{
    return text.find(option) != std::string::npos;
}

struct options_world {
    options_world()
    {
        settings.credentials = credentials::key_and_secret("key", "secret");
        options.public_url = "https://hooks.example.com/videosdk";
        options.owner = "studio";
    }

    std::string refused()
    {
        return refusal([this] {
            client source(context.get_executor(), settings, std::make_shared<scripted_api>(),
                          std::make_shared<manual_scheduler>());
            event_hub hub(source);
            webhook_receiver receiver(source, hub, options);
            url = receiver.webhook_url();
        });
    }
    std::string refused_url(std::string text)
    {
        options.public_url = std::move(text);
        return refused();
    }

    asio::io_context context;
    client_options settings;
    webhook_options options;
    std::string url;
};

} // namespace

BOOST_AUTO_TEST_SUITE(options)

BOOST_FIXTURE_TEST_CASE(a_url_is_base_owner_and_a_fresh_token, options_world)
{
    BOOST_TEST(refused() == "");
    BOOST_TEST(url.starts_with("https://hooks.example.com/videosdk/studio/v1-"));
    BOOST_TEST(url.size() == std::string("https://hooks.example.com/videosdk/studio/").size() + 82);
    const std::string first = url;
    BOOST_TEST(refused_url("https://hooks.example.com/videosdk///") == "");
    BOOST_TEST(url != first);
    BOOST_TEST(url.starts_with("https://hooks.example.com/videosdk/studio/v1-"));
}

BOOST_FIXTURE_TEST_CASE(a_wrong_public_url_is_named, options_world)
{
    for (const char* wrong :
         {"", "hooks.example.com", "ftp://hooks.example.com", "https://a.example.com/?q=1",
          "https://a.example.com/#f", "https://user@a.example.com/", "https:///path"}) {
        BOOST_TEST_CONTEXT(wrong)
        {
            BOOST_TEST(names(refused_url(wrong), "public_url"));
        }
    }
    const std::string password = refused_url("https://user:hush@a.example.com/");
    BOOST_TEST(names(password, "public_url"));
    BOOST_TEST(!names(password, "hush"));
}

BOOST_FIXTURE_TEST_CASE(a_webhook_url_has_at_most_255_bytes, options_world)
{
    const std::string head = "http://a.example.com/";
    const std::size_t room = 255 - 82 - std::string("/studio/").size() - head.size();
    BOOST_TEST(refused_url(head + std::string(room, 'a')) == "");
    BOOST_TEST(url.size() == 255U);
    BOOST_TEST(names(refused_url(head + std::string(room + 1, 'a')), "public_url"));
}

BOOST_FIXTURE_TEST_CASE(a_wrong_owner_is_named, options_world)
{
    for (const char* wrong : {"", "Studio", "a b", "a/b", "a_b"}) {
        options.owner = wrong;
        BOOST_TEST(names(refused(), "owner"));
    }
    options.owner.assign(33, 'a');
    BOOST_TEST(names(refused(), "owner"));
    options.owner.assign(32, 'a');
    BOOST_TEST(refused() == "");
}

BOOST_FIXTURE_TEST_CASE(keys_that_are_missing_or_too_short_are_named, options_world)
{
    options.token_keys = {"long enough for a key", "too short"};
    const std::string text = refused();
    BOOST_TEST(names(text, "token_keys[1]"));
    BOOST_TEST(!names(text, "too short"));
    options.token_keys.clear();
    settings.credentials = credentials::token("jwt");
    BOOST_TEST(names(refused(), "token_keys"));
    options.token_keys = {"long enough for a key"};
    BOOST_TEST(refused() == "");
}

BOOST_FIXTURE_TEST_CASE(a_public_key_that_is_none_is_named, options_world)
{
    options.public_key_pem = "-----BEGIN PUBLIC KEY-----";
    BOOST_TEST(names(refused(), "public_key_pem"));
    options.public_key_pem = rsa_signer::provider().public_pem();
    BOOST_TEST(refused() == "");
    options.public_key_pem += "-----BEGIN PUBLIC KEY-----";
    BOOST_TEST(names(refused(), "public_key_pem: block 2: "));
    options.public_key_pem.clear();
    for (int i = 0; i != 16; ++i) {
        options.public_key_pem += rsa_signer::provider().public_pem();
    }
    BOOST_TEST(refused() == "");
    options.public_key_pem += rsa_signer::provider().public_pem();
    BOOST_TEST(names(refused(), "at most 16 keys"));
    options.public_key_pem = " ";
    BOOST_TEST(names(refused(), "public_key_pem"));
}

BOOST_FIXTURE_TEST_CASE(other_options_out_of_range_are_named, options_world)
{
    options.max_body = 0;
    BOOST_TEST(names(refused(), "max_body"));
    options.max_body = 1;
    for (const auto wrong : {std::chrono::nanoseconds(0), std::chrono::nanoseconds(25h)}) {
        options.key_refetch_interval = wrong;
        BOOST_TEST(names(refused(), "key_refetch_interval"));
    }
}

BOOST_FIXTURE_TEST_CASE(objects_that_were_moved_from_are_refused, options_world)
{
    client source(context.get_executor(), settings, std::make_shared<scripted_api>(),
                  std::make_shared<manual_scheduler>());
    event_hub hub(source);
    webhook_receiver receiver(source, hub, options);
    webhook_receiver moved(std::move(receiver));
    BOOST_TEST(names(refusal([&] { webhook_listener(context.get_executor(), receiver, "127.0.0.1:0"); }),
                     "webhook_receiver"));
    event_hub elsewhere(std::move(hub));
    BOOST_TEST(names(refusal([&] { webhook_receiver(source, hub, options); }), "event_hub"));
    client gone(std::move(source));
    BOOST_TEST(names(refusal([&] { event_hub second(source); }), "event_hub"));
}

BOOST_FIXTURE_TEST_CASE(a_listeners_wrong_options_are_named, options_world)
{
    const auto wrong = [](auto change) {
        listener_options out;
        change(out);
        return refusal([&] { out.validate(); });
    };
    BOOST_TEST(wrong([](auto&) {}) == "");
    BOOST_TEST(names(wrong([](auto& o) { o.private_key_pem = "x"; }), "certificate_chain_pem"));
    BOOST_TEST(names(wrong([](auto& o) { o.certificate_chain_pem = "x"; }), "private_key_pem"));
    BOOST_TEST(names(wrong([](auto& o) { o.max_connections = 0; }), "max_connections"));
    BOOST_TEST(names(wrong([](auto& o) { o.max_body = 0; }), "max_body"));
    BOOST_TEST(names(wrong([](auto& o) { o.head_timeout = 0s; }), "head_timeout"));
    BOOST_TEST(names(wrong([](auto& o) { o.max_head = 0; }), "max_head"));
    BOOST_TEST(names(wrong([](auto& o) { o.health_path = "healthz"; }), "health_path"));
    BOOST_TEST(names(wrong([](auto& o) { o.more_addresses = {"nowhere"}; }), "more_addresses[0]"));
    BOOST_TEST(
        names(wrong([](auto& o) { o.trusted_proxies = {"::/0", "10.0.0.0/99"}; }), "trusted_proxies[1]"));
}

BOOST_AUTO_TEST_CASE(an_answer_tells_the_status_and_when_to_come_back_and_nothing_else)
{
    const auto fine = webhook::answer_of({.status = 200, .reason = "accepted"});
    BOOST_TEST(fine.status == 200U);
    BOOST_TEST(fine.body == R"({"success":true})");
    BOOST_TEST(fine.headers.empty());
    const auto later = webhook::answer_of({.status = 503, .retry_after = 7s, .reason = "no key"});
    BOOST_TEST(later.status == 503U);
    BOOST_TEST(later.body == R"({"success":false})");
    BOOST_TEST((later.headers == std::vector<std::pair<std::string, std::string>>{{"Retry-After", "7"}}));
    const auto forged = webhook::answer_of({.status = 401, .reason = "the signature is not the provider's"});
    BOOST_TEST(forged.body == later.body);
    BOOST_TEST(webhook::answer_of({.status = 405}).headers.front().first == "Allow");
}

BOOST_AUTO_TEST_CASE(no_segment_that_could_be_a_token_is_shown)
{
    const std::string token(82, 't');
    const auto masked = [](std::string_view target) { return webhook::masked_path(target, {"/a/health"}); };
    BOOST_TEST(masked("/hooks/studio/" + token) == "/hooks/studio/*");
    BOOST_TEST(masked("/hooks/studio/" + token + "/") == "/hooks/studio/*/");
    BOOST_TEST(masked("/hooks/" + token + "/more//") == "/hooks/*/*//");
    BOOST_TEST(masked("/hooks?token=" + token) == "/*");
    BOOST_TEST(masked("/hooks#" + token) == "/*");
    BOOST_TEST(masked("*") == "*");
    BOOST_TEST(masked("/") == "/");
    BOOST_TEST(masked("") == "");
    BOOST_TEST(masked("/a/health?" + token) == "/a/health");
    BOOST_TEST(masked("/a/healthy") == "/a/*");
}

BOOST_AUTO_TEST_CASE(options_and_requests_are_printed_on_one_line_without_secrets)
{
    webhook_options options;
    options.public_url = "https://hooks.example.com/videosdk?key=1";
    options.token_keys = {"a key of 16 bytes"};
    options.public_key_pem = "-----BEGIN PUBLIC KEY-----";
    const std::array<header_view, 1> headers{header_view{"videosdk-signature", "c2VjcmV0"}};
    std::ostringstream out;
    out << options << '\n'
        << webhook_request{.method = "POST", .target = "/studio/v1-token", .headers = headers, .body = "{}"}
        << '\n'
        << self_test_options{.timeout = 1s} << '\n'
        << listener_options();
    BOOST_TEST(
        out.str() ==
        "webhook_receiver public_url=https://hooks.example.com/videosdk?... owner=videosdk token_keys=1 "
        "public_key=given max_body=65536 key_refetch_interval=60000000000ns\n"
        "webhook method=POST target_bytes=16 headers=1 body_bytes=2\n"
        "self_test timeout=1000000000ns tls=the client's\n"
        "webhook_listener more_addresses=0 tls=no max_connections=10000 max_connections_per_address=0 "
        "trusted_proxies=0 max_head=8192 max_body=65536 max_body_memory=16777216 head_timeout=5000000000ns "
        "request_timeout=15000000000ns handler_timeout=30000000000ns write_timeout=15000000000ns "
        "idle_timeout=60000000000ns on_access=no serial_executor=no");
}

BOOST_AUTO_TEST_CASE(verdicts_and_counts_are_printed_on_one_line)
{
    std::ostringstream out;
    out << webhook_verdict{.status = 503, .retry_after = 7s, .reason = "no key"} << '\n'
        << receiver_counts{.accepted = 3} << '\n'
        << listener_counts{.requests = 4};
    BOOST_TEST(
        out.str() ==
        "503 no key (retry after 7 s)\n"
        "accepted=3 repetitions=0 bad_request=0 bad_token=0 bad_signature=0 unavailable=0 key_fetches=0\n"
        "connections_accepted=0 connections_open=0 connections_shed=0 connections_shed_by_address=0 "
        "accept_errors=0 handshakes_failed=0 requests=4 metrics_reads=0 requests_shed=0 health_checks=0 "
        "refused=0 "
        "refused_heads=0 refused_bodies=0 timed_out=0 timed_out_handshakes=0 timed_out_heads=0 "
        "timed_out_bodies=0 timed_out_handlers=0 timed_out_writes=0 log_failures=0 verified=0 repetitions=0 "
        "latency: count=0 mean=0ms max=0ms");
}

BOOST_AUTO_TEST_SUITE_END()
