// Whatever is wrong, the error names the call and the cause, and holds no secret.
#include "support.hpp"
#include "support/certificates.hpp"
#include "support/raw_server.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cmath>
#include <cstdlib>

namespace {

using namespace test;
using test_support::raw_peer;
using test_support::raw_server;
using test_support::raw_tls;
using videosdk::effect;
using videosdk::errc;
using videosdk::outcome;

std::string plain_url(const raw_server& server)
{
    return "http://127.0.0.1:" + std::to_string(server.port());
}

std::string tls_url(const raw_server& server, const std::string& host = "localhost")
{
    return "https://" + host + ":" + std::to_string(server.port());
}

/// What a GET and an acquire make of a server that writes these bytes and closes.
struct outcome_of {
    videosdk::error get;
    videosdk::error acquire;
};

outcome_of calls_against(const std::string& bytes, videosdk::client_options options = options_for("http://x"))
{
    const raw_server server([bytes](raw_peer& peer, unsigned) {
        peer.read_request();
        peer.write(bytes);
        peer.close();
    });
    boost::asio::io_context io;
    options.endpoint = plain_url(server);
    // A client each: the server closes its connection behind the answer, and nobody must meet it on its way.
    videosdk::client getter(io.get_executor(), options);
    auto get = failure_of(io, getter.try_get("r1", {.max_attempts = 1}), "get");
    videosdk::client buyer(io.get_executor(), options);
    auto acquire = failure_of(io,
                              buyer.try_acquire({.type = videosdk::resource_type::recording,
                                                 .webhook_url = "https://hooks.example.com/t0"}),
                              "acquire");
    return {get, acquire};
}

videosdk::error handshake_failure(const raw_tls& tls, const std::string& ca_pem,
                                  const std::string& host = "localhost")
{
    const raw_server server([](raw_peer& peer, unsigned) { peer.wait_for_end(); }, tls);
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for(tls_url(server, host), ca_pem));
    auto failure = failure_of(io, client.try_get("r1"), "get");
    BOOST_TEST((failure.code() == errc::tls_failed));
    BOOST_TEST((failure.outcome() == outcome::not_sent));
    BOOST_TEST((failure.effect() == effect::none));
    BOOST_TEST(failure.attempts() == 1U);
    return failure;
}

raw_tls leaf(const test_support::leaf_options& options, const test_support::certificate& authority)
{
    const auto made = test_support::make_leaf(options, &authority);
    return {made.certificate_pem, made.private_key_pem, false, false};
}

std::string cause_of(void (*change)(videosdk::client_options&))
{
    videosdk::client_options options = options_for("https://api.videosdk.live");
    change(options);
    boost::asio::io_context io;
    try {
        const videosdk::client client(io.get_executor(), options);
    } catch (const videosdk::error& failure) {
        BOOST_TEST(!contains(failure.what(), secret_of_tests));
        return failure.what();
    }
    return "(accepted)";
}

} // namespace

BOOST_AUTO_TEST_SUITE(bad_input)

BOOST_AUTO_TEST_CASE(credentials_that_are_missing_name_the_variable)
{
    ::unsetenv("VIDEOSDK_API_KEY");
    ::setenv("VIDEOSDK_SECRET", std::string(secret_of_tests).c_str(), 1);
    try {
        static_cast<void>(videosdk::credentials::from_environment());
        BOOST_ERROR("accepted");
    } catch (const videosdk::error& failure) {
        BOOST_TEST((failure.code() == errc::invalid_credentials));
        BOOST_TEST(contains(failure.what(), "VIDEOSDK_API_KEY"));
        BOOST_TEST(!contains(failure.what(), secret_of_tests));
    }
    ::unsetenv("VIDEOSDK_SECRET");
}

BOOST_AUTO_TEST_CASE(wrong_credentials_carry_the_providers_words)
{
    const std::string body = R"({"message":"Token is invalid or expired"})";
    const raw_server server([&body](raw_peer& peer, unsigned) {
        while (!peer.read_request().empty()) {
            peer.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: " + std::to_string(body.size()) +
                       "\r\n\r\n" + body);
        }
    });
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for(plain_url(server)));
    const auto failure = failure_of(io,
                                    client.try_acquire({.type = videosdk::resource_type::recording,
                                                        .webhook_url = "https://hooks.example.com/t0"}),
                                    "acquire");
    BOOST_TEST((failure.code() == errc::unauthorized));
    BOOST_TEST((failure.code() == videosdk::condition::unauthorized));
    BOOST_TEST(contains(failure.what(), "Token is invalid or expired"));
    BOOST_TEST((failure.effect() == effect::none));
    BOOST_TEST(failure.attempts() == 2U); // The second with a fresh token.
}

BOOST_AUTO_TEST_CASE(options_out_of_range_are_named)
{
    BOOST_TEST(contains(cause_of([](auto& o) { o.endpoint = "api.videosdk.live"; }), "endpoint"));
    BOOST_TEST(contains(cause_of([](auto& o) { o.endpoint = "ftp://api.videosdk.live"; }), "endpoint"));
    BOOST_TEST(contains(cause_of([](auto& o) { o.endpoint = "https://u:p@api.videosdk.live"; }), "user"));
    BOOST_TEST(contains(cause_of([](auto& o) { o.timeout = 0s; }), "timeout"));
    BOOST_TEST(contains(cause_of([](auto& o) { o.pool.max_connections = 0; }), "pool.max_connections"));
    BOOST_TEST(contains(cause_of([](auto& o) { o.retry.max_attempts = 0; }), "retry.max_attempts"));
    BOOST_TEST(contains(cause_of([](auto& o) { o.retry.budget_ratio = -1; }), "retry.budget_ratio"));
    BOOST_TEST(
        contains(cause_of([](auto& o) { o.retry.budget_reserve = std::nan(""); }), "retry.budget_reserve"));
    BOOST_TEST(contains(cause_of([](auto& o) { o.user_agent = "a\r\nX: y"; }), "user_agent"));
    BOOST_TEST(contains(cause_of([](auto& o) { o.tls.ca_file = "/nowhere/ca.pem"; }), "/nowhere/ca.pem"));
    BOOST_TEST(contains(cause_of([](auto& o) { o.tls.ca_pem = "no certificate"; }), "tls.ca_pem"));
    BOOST_TEST(cause_of([](auto&) {}) == "(accepted)");
}

BOOST_AUTO_TEST_CASE(an_unknown_host_is_named)
{
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for("https://no-such-host.invalid"));
    const auto failure = failure_of(io, client.try_get("r1", {.max_attempts = 1}), "get");
    BOOST_TEST((failure.code() == errc::resolve_failed));
    BOOST_TEST(contains(failure.what(), "no-such-host.invalid"));
    BOOST_TEST((failure.effect() == effect::none));
}

BOOST_AUTO_TEST_CASE(a_refused_port_is_named)
{
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor taken(io, {boost::asio::ip::address_v4::loopback(), 0});
    const auto port = taken.local_endpoint().port();
    taken.close();
    videosdk::client client(io.get_executor(), options_for("http://127.0.0.1:" + std::to_string(port)));
    const auto failure = failure_of(io, client.try_get("r1", {.max_attempts = 2}), "get");
    BOOST_TEST((failure.code() == errc::connect_failed));
    BOOST_TEST(contains(failure.what(), "127.0.0.1:" + std::to_string(port)));
    BOOST_TEST(failure.attempts() == 2U);
    BOOST_TEST((failure.outcome() == outcome::not_sent));
}

BOOST_AUTO_TEST_CASE(an_untrusted_certificate_is_refused_with_advice)
{
    const auto ours = test_support::make_authority();
    const auto other = test_support::make_authority("another authority");
    const auto failure = handshake_failure(leaf({}, other), ours.certificate_pem);
    BOOST_TEST(contains(failure.what(), "tls.ca_file"), failure.what());
    // The system's roots know neither.
    handshake_failure(leaf({}, other), "");
}

BOOST_AUTO_TEST_CASE(an_expired_certificate_is_refused_as_such)
{
    const auto authority = test_support::make_authority();
    test_support::leaf_options expired;
    expired.valid_from_hours = -48;
    expired.valid_until_hours = -24;
    const auto failure = handshake_failure(leaf(expired, authority), authority.certificate_pem);
    BOOST_TEST(contains(failure.what(), "expired"), failure.what());
}

BOOST_AUTO_TEST_CASE(a_certificate_of_another_host_is_refused_as_such)
{
    const auto authority = test_support::make_authority();
    test_support::leaf_options elsewhere;
    elsewhere.dns_names = {"elsewhere.example.com"};
    elsewhere.addresses = {};
    const auto failure = handshake_failure(leaf(elsewhere, authority), authority.certificate_pem);
    BOOST_TEST(contains(failure.what(), "host"), failure.what());
    // An address is looked for among the addresses, not among the names.
    handshake_failure(leaf(elsewhere, authority), authority.certificate_pem, "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(a_peer_that_speaks_only_tls_1_1_is_refused)
{
    const auto authority = test_support::make_authority();
    raw_tls old = leaf({}, authority);
    old.tls_1_1_only = true;
    const auto failure = handshake_failure(old, authority.certificate_pem);
    BOOST_TEST(contains(failure.what(), "TLS handshake"), failure.what());
}

BOOST_AUTO_TEST_CASE(a_peer_that_speaks_no_tls_is_refused)
{
    const raw_server server([](raw_peer& peer, unsigned) {
        peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.close();
    });
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for(tls_url(server)));
    BOOST_TEST((failure_of(io, client.try_get("r1"), "get").code() == errc::tls_failed));
}

BOOST_AUTO_TEST_CASE(a_handshake_that_never_ends_is_given_up)
{
    const auto authority = test_support::make_authority();
    const raw_server server([](raw_peer&, unsigned) {}, leaf({}, authority), true);
    boost::asio::io_context io;
    auto options = options_for(tls_url(server), authority.certificate_pem);
    options.pool.connect_timeout = 50ms;
    videosdk::client client(io.get_executor(), options);
    const auto failure = failure_of(io, client.try_get("r1", {.max_attempts = 1}), "get");
    BOOST_TEST((failure.code() == errc::connect_failed));
    BOOST_TEST(contains(failure.what(), "connect_timeout"));
}

BOOST_AUTO_TEST_CASE(a_queue_timeout_carries_the_last_failure_to_connect)
{
    const auto authority = test_support::make_authority();
    const auto other = test_support::make_authority("another authority");
    const raw_server server([](raw_peer& peer, unsigned) { peer.wait_for_end(); }, leaf({}, other), false);
    boost::asio::io_context io;
    auto options = options_for(tls_url(server), authority.certificate_pem);
    options.pool.max_connections = 1;
    options.pool.max_waiting = 0;
    videosdk::client client(io.get_executor(), options);
    std::string exhausted;
    std::string first;
    auto call = [&](std::string& into) -> boost::asio::awaitable<void> {
        auto got = co_await client.try_get("r1");
        into = got.error().what();
    };
    // One fails with the handshake; of the next two, one waits for the connection that is being opened.
    failure_of(io, client.try_get("r0"), "get");
    std::string unused;
    boost::asio::co_spawn(io, call(first), [](std::exception_ptr) {});
    boost::asio::co_spawn(io, call(exhausted), [](std::exception_ptr) {});
    io.restart();
    io.run();
    BOOST_TEST(contains(exhausted, "pool.max_waiting"), exhausted);
    BOOST_TEST(contains(exhausted, "TLS handshake"), exhausted);
}

BOOST_AUTO_TEST_CASE(malformed_json_and_wrong_content_are_named)
{
    const auto json = calls_against(test_support::ok(R"({"success":true,"data":[)"));
    BOOST_TEST((json.acquire.code() == errc::unexpected_response));
    BOOST_TEST((json.get.code() == errc::unexpected_response));
    BOOST_TEST(json.acquire.ambiguous());

    const auto html = calls_against("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n"
                                    "<html>sorry</html>\r\n");
    BOOST_TEST((html.acquire.code() == errc::unexpected_response));
    BOOST_TEST(contains(html.acquire.what(), "<html>"), html.acquire.what());
    BOOST_TEST(html.acquire.ambiguous());
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_http_are_malformed)
{
    const auto seen = calls_against("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    BOOST_TEST((seen.acquire.code() == errc::malformed_response));
    BOOST_TEST(seen.acquire.ambiguous());
    BOOST_TEST((seen.acquire.outcome() == outcome::ambiguous));
}

BOOST_AUTO_TEST_CASE(a_truncated_body_is_an_error_in_every_framing)
{
    for (const char* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"success\":true",
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"succ",
                              "HTTP/1.1 200 OK\r\nContent-Le"}) {
        const auto seen = calls_against(bytes);
        BOOST_TEST((seen.acquire.code() == errc::truncated_response), bytes);
        BOOST_TEST(seen.acquire.ambiguous());
    }
}

BOOST_AUTO_TEST_CASE(a_body_until_the_end_of_tls_needs_close_notify)
{
    const auto authority = test_support::make_authority();
    for (const bool polite : {true, false}) {
        const raw_server server(
            [polite](raw_peer& peer, unsigned) {
                peer.read_request();
                peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(unit_json));
                if (polite) {
                    peer.close_politely();
                } else {
                    peer.close();
                }
            },
            leaf({}, authority));
        boost::asio::io_context io;
        videosdk::client client(io.get_executor(), options_for(tls_url(server), authority.certificate_pem));
        const auto got = run(io, client.try_get("r1", {.max_attempts = 1}));
        BOOST_TEST(got.has_value() == polite);
        if (!polite) {
            BOOST_TEST((got.error().code() == errc::truncated_response));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_over_long_head_or_body_is_refused)
{
    auto options = options_for("http://x");
    options.pool.max_response_head = 1024;
    options.pool.max_response_body = 1024;
    const auto head =
        calls_against("HTTP/1.1 200 OK\r\nX-Long: " + std::string(4000, 'a') + "\r\n\r\n", options);
    BOOST_TEST((head.acquire.code() == errc::response_too_large));
    const auto body = calls_against(test_support::ok("\"" + std::string(4000, 'a') + "\""), options);
    BOOST_TEST((body.acquire.code() == errc::response_too_large));
    BOOST_TEST(body.acquire.ambiguous());
}

BOOST_AUTO_TEST_CASE(a_server_that_closes_without_an_answer_leaves_an_acquire_unknown_and_sent_once)
{
    std::atomic<int> requests{0};
    const raw_server server([&](raw_peer& peer, unsigned) {
        if (!peer.read_request().empty()) {
            ++requests;
        }
        peer.close();
    });
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for(plain_url(server)));
    const auto failure = failure_of(io,
                                    client.try_acquire({.type = videosdk::resource_type::recording,
                                                        .webhook_url = "https://hooks.example.com/t0"}),
                                    "acquire");
    BOOST_TEST((failure.code() == errc::connection_lost));
    BOOST_TEST(failure.ambiguous());
    BOOST_TEST(requests == 1);
    failure_of(io, client.try_get("r1", {.max_attempts = 3}), "get");
    BOOST_TEST(requests == 4);
}

BOOST_AUTO_TEST_SUITE_END()
