// A receiver finds out whether webhooks reach it, and says what stands in the way.
#include "support/certificates.hpp"
#include "support/raw_server.hpp"
#include "world.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include <chrono>

using namespace listener_tests;
using namespace std::chrono_literals;
using videosdk::errc;

namespace {

videosdk::error failure_of(world& here, const videosdk::self_test_options& options = {})
{
    const auto outcome = here.await(here.receiver->try_self_test(options));
    BOOST_REQUIRE(outcome.has_error());
    // never the token
    const std::string told = outcome.error().what();
    BOOST_CHECK_MESSAGE(told.find("v1-") == std::string::npos, told);
    BOOST_TEST_MESSAGE(told);
    return outcome.error();
}

bool says(const videosdk::error& failure, std::string_view text)
{
    return std::string_view(failure.what()).find(text) != std::string_view::npos;
}

test_support::raw_server::serve_function answering(std::string answer)
{
    return [answer = std::move(answer)](test_support::raw_peer& peer, unsigned) {
        if (!peer.read_request().empty()) {
            peer.write(answer);
        }
        peer.close();
    };
}

} // namespace

BOOST_AUTO_TEST_SUITE(self_test)

BOOST_AUTO_TEST_CASE(a_receiver_that_is_reached_knows_it_and_its_hub_hears_nothing)
{
    world here;
    here.start();
    const auto took = here.await(here.receiver->self_test());
    BOOST_CHECK(took > 0ns);
    BOOST_CHECK_EQUAL(here.receiver->counts().accepted, 0U);
    BOOST_CHECK_EQUAL(here.await(here.hub->counts()).published, 0U);
    BOOST_CHECK_EQUAL(here.listener->counts().requests, 1U);
}

BOOST_AUTO_TEST_CASE(a_foreign_server_behind_the_url_is_told_from_the_receiver)
{
    struct row {
        std::string answer;
        unsigned status;
        const char* text;
    };
    for (const row& each : std::vector<row>{
             {test_support::ok(R"({"success":true})"), 200, "another server is behind public_url"},
             {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, "with its path"},
             {"HTTP/1.1 301 Moved\r\nLocation: https://www.example.com/v1-hidden\r\nContent-Length: "
              "0\r\n\r\n",
              301, "https://www.example.com"},
             {"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", 502, "does not reach the listener"},
             {"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", 401, "login"},
         }) {
        const test_support::raw_server foreign(answering(each.answer));
        world here;
        here.public_url = "http://127.0.0.1:" + std::to_string(foreign.port());
        here.start();
        const auto failure = failure_of(here);
        BOOST_CHECK(failure.code() == errc::unexpected_response);
        BOOST_CHECK_EQUAL(failure.http_status(), each.status);
        BOOST_CHECK_MESSAGE(says(failure, each.text), failure.what());
    }
}

BOOST_AUTO_TEST_CASE(nobody_at_the_url_is_an_error_of_the_network)
{
    world here;
    here.public_url = "http://127.0.0.1:" + free_port();
    here.start();
    const auto failure = failure_of(here);
    BOOST_CHECK(failure.code() == errc::connect_failed);
    BOOST_CHECK(says(failure, "no webhook can reach " + here.public_url));
}

BOOST_AUTO_TEST_CASE(what_is_no_http_and_what_does_not_answer_are_errors_too)
{
    const test_support::raw_server babbler(answering("220 mail.example.com ESMTP\r\n\r\n"));
    const test_support::raw_server silent(
        [](test_support::raw_peer& peer, unsigned) { peer.wait_for_end(); });
    for (const auto* foreign : {&babbler, &silent}) {
        world here;
        here.public_url = "http://127.0.0.1:" + std::to_string(foreign->port());
        here.start();
        const auto failure = failure_of(here, {.timeout = 100ms});
        BOOST_CHECK(failure.code() ==
                    (foreign == &babbler ? errc::malformed_response : errc::response_timeout));
    }
}

BOOST_AUTO_TEST_CASE(another_process_of_the_deployment_is_told_from_this_one)
{
    world other;
    other.start();
    world here;
    here.public_url = "http://127.0.0.1:" + std::to_string(other.listener->port());
    here.start();
    std::optional<videosdk::result<std::chrono::nanoseconds>> outcome;
    asio::co_spawn(here.io, here.receiver->try_self_test(),
                   [&](const std::exception_ptr&, videosdk::result<std::chrono::nanoseconds> got) {
                       outcome.emplace(std::move(got));
                   });
    while (!outcome) {
        here.io.run_one_for(1ms);
        other.io.poll();
        other.io.restart();
    }
    BOOST_REQUIRE(outcome->has_error());
    BOOST_CHECK_EQUAL(outcome->error().http_status(), 421U);
    BOOST_CHECK(says(outcome->error(), "another process of this deployment"));
}

BOOST_AUTO_TEST_CASE(over_tls_the_certificate_counts)
{
    const auto authority = test_support::make_authority();
    const auto leaf = test_support::make_leaf({}, &authority);
    world here;
    here.options.certificate_chain_pem = leaf.certificate_pem;
    here.options.private_key_pem = leaf.private_key_pem;
    here.start();
    videosdk::tls_options trusting;
    trusting.ca_pem = authority.certificate_pem;
    here.await(here.receiver->self_test({.tls = &trusting}));
    // by the client's own roots it is not trusted
    BOOST_CHECK(failure_of(here).code() == errc::tls_failed);
    trusting.ca_pem = "no certificate";
    BOOST_CHECK(failure_of(here, {.tls = &trusting}).code() == errc::tls_failed);
}

BOOST_AUTO_TEST_CASE(it_goes_by_the_clients_proxy)
{
    const test_support::raw_server proxy(answering("HTTP/1.1 403 Forbidden\r\n\r\n"));
    const std::string place = "127.0.0.1:" + std::to_string(proxy.port());
    world here([&](videosdk::client_options& options) { options.proxy.url = "http://user:word@" + place; });
    here.public_url = "http://hooks.invalid:81";
    here.start();
    const auto failure = failure_of(here);
    BOOST_CHECK(failure.code() == errc::connect_failed);
    BOOST_CHECK_MESSAGE(says(failure, "no webhook can reach http://hooks.invalid:81: the proxy " + place +
                                          " refused a tunnel to hooks.invalid:81: 403"),
                        failure.what());
    BOOST_CHECK_MESSAGE(!says(failure, "word@"), failure.what());
}

BOOST_AUTO_TEST_CASE(the_clients_certificate_is_shown_to_the_api_only)
{
    const auto authority = test_support::make_authority();
    const auto leaf = test_support::make_leaf({}, &authority);
    test_support::certificate_plan plan;
    plan.extended_key_usage = "clientAuth";
    const auto shown = test_support::issue(plan, &authority);
    const test_support::raw_server asking(
        answering("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"),
        test_support::raw_tls{.certificate_chain_pem = leaf.certificate_pem,
                              .private_key_pem = leaf.private_key_pem,
                              .tls_1_2_only = true,
                              .client_roots_pem = authority.certificate_pem});
    videosdk::tls_options by_hand;
    world here([&](videosdk::client_options& options) {
        by_hand = options.tls;
        by_hand.ca_pem = authority.certificate_pem;
        by_hand.client_certificate_pem = shown.certificate_pem;
        by_hand.client_key_pem = shown.private_key_pem;
        options.tls.ca_pem += authority.certificate_pem;
        options.tls.client_certificate_pem = shown.certificate_pem;
        options.tls.client_key_pem = shown.private_key_pem;
    });
    here.public_url = "https://localhost:" + std::to_string(asking.port());
    here.start();
    BOOST_CHECK(failure_of(here).code() == errc::tls_failed);
    // Unless it is given for this.
    const auto known = failure_of(here, {.tls = &by_hand});
    BOOST_CHECK_MESSAGE(known.http_status() == 404, known.what());
}

BOOST_AUTO_TEST_CASE(nobody_else_can_make_a_probe_or_use_one_again)
{
    world here;
    here.start();
    const std::string url = here.receiver->webhook_url();
    const std::string path = url.substr(url.find('/', 8));
    const auto answer = here.ask("POST " + path +
                                 " HTTP/1.1\r\nHost: a\r\nvideosdk-self-test: guess\r\nConnection: close\r\n"
                                 "Content-Length: 2\r\n\r\n{}");
    BOOST_CHECK_EQUAL(answer.substr(0, 12), "HTTP/1.1 401");
}

BOOST_AUTO_TEST_CASE(wrong_arguments_and_receivers_moved_from_are_refused)
{
    world here;
    here.start();
    for (const std::chrono::nanoseconds wrong : {0ns, std::chrono::nanoseconds(25h)}) {
        BOOST_CHECK(failure_of(here, {.timeout = wrong}).code() == errc::invalid_argument);
    }
    videosdk::webhook_receiver moved(std::move(*here.receiver));
    BOOST_CHECK(failure_of(here).code() == errc::closed);
}

BOOST_AUTO_TEST_CASE(cancelling_ends_it_and_so_does_the_end_of_the_context)
{
    const test_support::raw_server silent(
        [](test_support::raw_peer& peer, unsigned) { peer.wait_for_end(); });
    for (const bool cancelled : {true, false}) {
        auto here = std::make_unique<world>();
        here->public_url = "http://127.0.0.1:" + std::to_string(silent.port());
        here->start();
        asio::cancellation_signal signal;
        const auto before = silent.accepted();
        boost::system::error_code code;
        bool done = false;
        asio::co_spawn(
            here->io, here->receiver->try_self_test(),
            asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr&,
                                                            videosdk::result<std::chrono::nanoseconds> got) {
                code = got.has_error() ? got.error().code() : code;
                done = true;
            }));
        while (silent.accepted() == before) {
            here->io.run_one_for(1ms);
        }
        if (cancelled) {
            signal.emit(asio::cancellation_type::total);
            here->run_until([&] { return done; });
            BOOST_CHECK(code == asio::error::operation_aborted);
        }
        here.reset();
        BOOST_CHECK_EQUAL(done, cancelled);
    }
}

BOOST_AUTO_TEST_SUITE_END()
