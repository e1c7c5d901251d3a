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

/// Both calls say so, with this code.
void check_both(const outcome_of& seen, errc code, std::string_view cause)
{
    for (const videosdk::error& each : {seen.get, seen.acquire}) {
        BOOST_TEST((each.code() == code), each.what());
        BOOST_TEST(contains(each.what(), cause), std::string(each.what()) << " does not tell " << cause);
    }
    BOOST_TEST(seen.acquire.ambiguous());
    BOOST_TEST(!seen.get.ambiguous());
}

} // namespace

BOOST_AUTO_TEST_SUITE(bad_input)

BOOST_AUTO_TEST_CASE(calls_without_credentials_name_the_call_and_the_option)
{
    boost::asio::io_context io;
    auto options = options_for("http://127.0.0.1:9");
    options.credentials = videosdk::credentials();
    videosdk::client client(io.get_executor(), options);
    const auto failure = failure_of(io,
                                    client.try_acquire({.type = videosdk::resource_type::recording,
                                                        .webhook_url = "https://hooks.example.com/t0"}),
                                    "acquire: ");
    BOOST_TEST((failure.code() == errc::invalid_credentials));
    BOOST_TEST((failure.outcome() == outcome::not_sent));
    BOOST_TEST(contains(failure.what(), "there are no credentials: set them in the options"), failure.what());
}

BOOST_AUTO_TEST_CASE(credentials_that_are_missing_name_the_variable)
{
    ::unsetenv("VIDEOSDK_API_KEY");
    ::setenv("VIDEOSDK_SECRET", std::string(secret_of_tests).c_str(), 1);
    try {
        static_cast<void>(videosdk::credentials::from_environment());
        BOOST_ERROR("accepted");
    } catch (const videosdk::error& failure) {
        BOOST_TEST((failure.code() == errc::invalid_credentials));
        BOOST_TEST(std::string_view(failure.what()).starts_with("credentials: "), failure.what());
        BOOST_TEST(contains(failure.what(), "the environment variable VIDEOSDK_API_KEY is not set"),
                   failure.what());
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

BOOST_AUTO_TEST_CASE(a_malformed_endpoint_is_told_with_what_is_wrong_with_it)
{
    const std::pair<const char*, const char*> cases[] = {
        {"", "endpoint cannot be used: the URL is empty"},
        {"api.videosdk.live", "endpoint cannot be used: it is not an absolute URL such as https://host/path"},
        {"ftp://api.videosdk.live", "its scheme is neither http nor https"},
        {"https://", "it has no host"},
        {"https://user:a-secret-that-must-never-be-printed@api.videosdk.live",
         "it holds a user or a password"},
        {"https://api.videosdk.live/?a=b", "it has a query"},
        {"https://api.videosdk.live/#a", "it has a fragment"},
        {"https://api.videosdk.live:0", "its port is not a number from 1 to 65535"},
        {"https://api.videosdk.live:65536", "its port is not a number from 1 to 65535"},
        {"https://api .videosdk.live", "a blank, a control byte or a byte beyond ASCII"},
        {"https://127.0.0.1.example.com", "its host begins like an address, but is none"},
        {"http://api.videosdk.live", "plain http on another machine (api.videosdk.live)"},
    };
    for (const auto& [endpoint, cause] : cases) {
        boost::asio::io_context io;
        try {
            const videosdk::client client(io.get_executor(), options_for(endpoint));
            BOOST_ERROR(std::string("accepted: ") + endpoint);
        } catch (const videosdk::error& failure) {
            BOOST_TEST((failure.code() == errc::invalid_endpoint), endpoint);
            BOOST_TEST(std::string_view(failure.what()).starts_with("client_options: "), failure.what());
            BOOST_TEST(contains(failure.what(), cause), failure.what());
            BOOST_TEST(!contains(failure.what(), secret_of_tests), failure.what());
        }
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_host_is_named)
{
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for("https://no-such-host.invalid"));
    const auto failure = failure_of(io, client.try_get("r1", {.max_attempts = 1}), "get");
    BOOST_TEST((failure.code() == errc::resolve_failed));
    BOOST_TEST(contains(failure.what(), "the host name no-such-host.invalid was not resolved: "),
               failure.what());
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
    constexpr std::string_view advice =
        "mismatch (the certificate is for another host than the endpoint names)";
    BOOST_TEST(contains(failure.what(), "hostname mismatch"), failure.what());
    BOOST_TEST(contains(failure.what(), advice), failure.what());
    // An address is looked for among the addresses, not among the names.
    const auto address =
        handshake_failure(leaf(elsewhere, authority), authority.certificate_pem, "127.0.0.1");
    BOOST_TEST(contains(address.what(), "IP address mismatch"), address.what());
    BOOST_TEST(contains(address.what(), advice), address.what());
}

BOOST_AUTO_TEST_CASE(a_peer_that_speaks_only_tls_1_1_is_refused)
{
    const auto authority = test_support::make_authority();
    raw_tls old = leaf({}, authority);
    old.tls_1_1_only = true;
    const auto failure = handshake_failure(old, authority.certificate_pem);
    BOOST_TEST(contains(failure.what(), "the TLS handshake with localhost:"), failure.what());
    BOOST_TEST(contains(failure.what(), "protocol version"), failure.what());
    BOOST_TEST(contains(failure.what(), "(TLS 1.2 is the least)"), failure.what());
}

BOOST_AUTO_TEST_CASE(a_peer_that_speaks_no_tls_is_refused)
{
    const raw_server server([](raw_peer& peer, unsigned) {
        peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.close();
    });
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for(tls_url(server)));
    const auto failure = failure_of(io, client.try_get("r1"), "get");
    BOOST_TEST((failure.code() == errc::tls_failed));
    BOOST_TEST(contains(failure.what(), "(the peer does not speak TLS on this port)"), failure.what());
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

BOOST_AUTO_TEST_CASE(malformed_json_is_told_with_its_place)
{
    check_both(calls_against(test_support::ok(R"({"success":true,"data":[)")), errc::unexpected_response,
               "HTTP 200, but the body is not JSON from byte 24 on");
    check_both(calls_against(test_support::ok("")), errc::unexpected_response,
               "HTTP 200, but the body is empty, expected JSON");
}

BOOST_AUTO_TEST_CASE(a_body_that_is_no_json_is_told_with_the_type_that_it_came_as)
{
    const auto of_type = [](const std::string& header, const std::string& body) {
        return "HTTP/1.1 200 OK\r\n" + header + "Content-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    };
    const auto html =
        calls_against(of_type("Content-Type: text/html; charset=utf-8\r\n", "<html>sorry</html>"));
    check_both(html, errc::unexpected_response,
               "the body is HTML or XML, expected JSON: \"<html>sorry</html>\"");
    check_both(html, errc::unexpected_response, "(Content-Type: text/html; charset=utf-8)");
    check_both(calls_against(of_type("", "sorry")), errc::unexpected_response, "(no Content-Type)");
    check_both(calls_against(of_type("Content-Type: text/plain\r\n", "sorry")), errc::unexpected_response,
               "not JSON from byte 0 on");
    // An error page of somebody on the way.
    const auto gateway =
        calls_against("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: "
                      "6\r\n\r\n<html>");
    check_both(gateway, errc::server_error, "(Content-Type: text/html)");
}

BOOST_AUTO_TEST_CASE(json_is_read_whatever_type_it_came_as)
{
    for (const char* header : {"Content-Type: text/plain\r\n", "Content-Type: text/html\r\n", ""}) {
        const raw_server server([header](raw_peer& peer, unsigned) {
            peer.read_request();
            peer.write("HTTP/1.1 200 OK\r\n" + std::string(header) + "Content-Length: " +
                       std::to_string(unit_json.size()) + "\r\n\r\n" + std::string(unit_json));
            peer.wait_for_end();
        });
        boost::asio::io_context io;
        videosdk::client client(io.get_executor(), options_for(plain_url(server)));
        BOOST_TEST(run(io, client.get("r1")).id == "64f1a2b3c4d5e6f7a8b9c0d1", header);
    }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_http_are_malformed)
{
    const auto seen = calls_against("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    check_both(seen, errc::malformed_response, "the answer of 127.0.0.1:");
    check_both(seen, errc::malformed_response, "bad version");
    BOOST_TEST((seen.acquire.outcome() == outcome::ambiguous));
}

BOOST_AUTO_TEST_CASE(a_truncated_body_is_an_error_in_every_framing)
{
    for (const char* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"success\":true",
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"succ",
                              "HTTP/1.1 200 OK\r\nContent-Le"}) {
        check_both(calls_against(bytes), errc::truncated_response,
                   "the connection ended in the middle of the response");
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
    check_both(calls_against("HTTP/1.1 200 OK\r\nX-Long: " + std::string(4000, 'a') + "\r\n\r\n", options),
               errc::response_too_large, "its head is too long (pool.max_response_head is 1024 bytes)");
    check_both(calls_against(test_support::ok("\"" + std::string(4000, 'a') + "\""), options),
               errc::response_too_large, "its body is too long (pool.max_response_body is 1024 bytes)");
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
