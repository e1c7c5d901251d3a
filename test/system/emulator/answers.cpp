// Requests, faults and webhooks over real sockets.
#include "stage.hpp"
#include "support/certificates.hpp"

#include <videosdk/signature.hpp>

#include <fstream>
#include <thread>

using namespace emulator_tests;
using emulator::fault;
using videosdk::verb;

BOOST_AUTO_TEST_SUITE(answers)

BOOST_AUTO_TEST_CASE(calls_are_answered_over_tls_on_one_connection)
{
    stage here;
    here.start();
    BOOST_TEST(here.provider->url() == "https://localhost:" + std::to_string(here.provider->port()));
    const auto acquired = here.acquire();
    BOOST_TEST(acquired->status == 200u);
    const auto listed = here.begin(verb::get, "/v2/resource");
    here.run_until([&] { return listed->done; });
    BOOST_TEST(listed->answer.find("\"total\":1") != std::string::npos);
    BOOST_TEST(here.counts().tls_handshakes == 1u);
    BOOST_TEST(here.counts().connections_accepted == 1u);
    BOOST_TEST(here.counts().requests_total == 2u);
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_trust_the_certificate_does_not_get_through)
{
    stage here;
    here.start();
    here.trust(test_support::make_authority().certificate_pem);
    const auto refused = here.acquire();
    BOOST_TEST_REQUIRE(refused->failure.has_value());
    BOOST_TEST((refused->failure->code == videosdk::errc::tls_failed));
    BOOST_TEST(here.counts().requests_total == 0u);
}

BOOST_AUTO_TEST_CASE(calls_are_answered_without_tls)
{
    stage here;
    here.options.security = emulator::server_security::plain;
    here.start();
    BOOST_TEST(here.provider->url().starts_with("http://localhost:"));
    BOOST_TEST(here.provider->ca_pem().empty());
    BOOST_TEST(here.acquire()->status == 200u);
    BOOST_TEST(here.counts().tls_handshakes == 0u);
}

BOOST_AUTO_TEST_CASE(calls_are_answered_with_a_given_certificate)
{
    const auto authority = test_support::make_authority();
    const auto leaf = test_support::make_leaf(test_support::leaf_options(), &authority);
    stage here;
    here.options.security = emulator::server_security::certificate;
    here.options.certificate_chain_pem = leaf.certificate_pem;
    here.options.private_key_pem = leaf.private_key_pem;
    here.options.ca_pem = authority.certificate_pem;
    here.start();
    BOOST_TEST(here.provider->ca_pem() == authority.certificate_pem);
    BOOST_TEST(here.acquire()->status == 200u);
}

BOOST_AUTO_TEST_CASE(the_port_can_be_taken)
{
    stage here;
    here.start();
    emulator::server_options second = here.options;
    second.address = "127.0.0.1:" + std::to_string(here.provider->port());
    emulator::server late(here.io->get_executor(), second);
    BOOST_CHECK_EXCEPTION(late.start(), videosdk::error, [](const videosdk::error& failure) {
        return failure.code() == videosdk::errc::address_in_use;
    });
}

BOOST_AUTO_TEST_CASE(webhooks_are_posted_to_the_letter_of_their_url_and_signed)
{
    stage here;
    here.start_receiver();
    here.start();
    here.acquire();
    here.run_until([&] { return here.counts().webhooks_delivered == 1; });
    BOOST_TEST_REQUIRE(here.seen.size() == 1u);
    BOOST_TEST(here.seen[0].target == "/hooks/token/?a=b");
    const auto key = videosdk::public_key::from_pem(here.provider->public_key_pem());
    BOOST_TEST(videosdk::verify_signature(here.seen[0].body, here.seen[0].signature, *key));
}

BOOST_AUTO_TEST_CASE(a_storm_of_webhooks_arrives_completely)
{
    stage here;
    here.start_receiver();
    here.start();
    here.post("/v2/resource/acquire",
              R"({"type":"recording","units":50,"webhookUrl":"http://)" + here.receiver_url() + "\"}");
    here.run_until([&] { return here.counts().webhooks_delivered == 50; });
    BOOST_TEST(here.seen.size() == 50u);
}

BOOST_AUTO_TEST_CASE(a_webhook_that_is_refused_comes_again_until_it_is_given_up)
{
    stage here;
    here.options.service.redelivery.attempts = 3;
    here.receiver_status = 503;
    here.start_receiver();
    here.start();
    here.acquire();
    here.run_until([&] { return here.counts().webhooks_failed == 1; });
    BOOST_TEST(here.seen.size() == 3u);
    BOOST_TEST(here.seen[2].body == here.seen[0].body);
    BOOST_TEST(here.counts().webhooks_redelivered == 2u);
}

BOOST_AUTO_TEST_CASE(a_webhook_to_nowhere_is_given_up)
{
    stage here;
    here.options.service.redelivery.attempts = 2;
    here.start();
    here.acquire();
    here.run_until([&] { return here.counts().webhooks_failed == 1; });
    BOOST_TEST(here.counts().webhooks_sent == 1u);
}

BOOST_AUTO_TEST_CASE(webhooks_go_over_https_to_receivers_that_are_trusted_and_to_no_others)
{
    const auto authority = test_support::make_authority();
    const auto leaf = test_support::make_leaf(test_support::leaf_options(), &authority);
    for (const bool trusted : {true, false}) {
        stage here;
        here.options.service.redelivery.attempts = 1;
        here.options.webhook_tls.ca_pem =
            trusted ? authority.certificate_pem : test_support::make_authority().certificate_pem;
        http::server_tls tls;
        tls.certificate_chain_pem = leaf.certificate_pem;
        tls.private_key_pem = leaf.private_key_pem;
        here.start_receiver(tls);
        here.start();
        here.post("/v2/resource/acquire",
                  R"({"type":"recording","webhookUrl":"https://)" + here.receiver_url() + "\"}");
        here.run_until([&] {
            const auto counts = here.counts();
            return counts.webhooks_delivered + counts.webhooks_failed == 1;
        });
        BOOST_TEST(here.counts().webhooks_delivered == (trusted ? 1u : 0u));
        BOOST_TEST(here.seen.size() == (trusted ? 1u : 0u));
    }
}

BOOST_AUTO_TEST_CASE(roots_that_cannot_be_read_are_refused_at_once)
{
    stage here;
    here.options.webhook_tls.ca_file = "/nowhere/ca.pem";
    BOOST_CHECK_EXCEPTION(here.start(), videosdk::error, [](const videosdk::error& failure) {
        return failure.code() == videosdk::errc::tls_failed;
    });
}

BOOST_AUTO_TEST_CASE(more_origins_than_are_kept_take_turns)
{
    stage here;
    here.options.max_webhook_origins = 1;
    here.options.service.redelivery.attempts = 50;
    here.start_receiver();
    here.start();
    const std::string port = std::to_string(here.receiver->port());
    for (const char* const host : {"localhost", "127.0.0.1", "localhost"}) {
        here.post("/v2/resource/acquire",
                  R"({"type":"recording","webhookUrl":"http://)" + std::string(host) + ":" + port + "/\"}");
    }
    here.run_until([&] { return here.counts().webhooks_delivered == 3; });
    BOOST_TEST(here.seen.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_drop_closes_the_connection_before_or_after_the_effect)
{
    for (const bool applied : {false, true}) {
        stage here;
        here.options.service.on_request = [applied](const emulator::request&) {
            return applied ? fault::apply_then_drop() : fault::drop();
        };
        here.start();
        const auto lost = here.acquire();
        BOOST_TEST_REQUIRE(lost->failure.has_value());
        BOOST_TEST((lost->failure->outcome == videosdk::outcome::ambiguous));
        BOOST_TEST(here.counts().resources_acquired == (applied ? 1u : 0u));
        BOOST_TEST(here.counts().count("acquire", 0) == 1u);
    }
}

BOOST_AUTO_TEST_CASE(each_reply_is_told_with_its_sender)
{
    stage here;
    std::vector<std::string> told;
    here.options.service.on_reply = [&told](const emulator::request& asked, const emulator::reply& answered,
                                            emulator::server::time_point) {
        told.push_back(std::string(asked.user_agent) + " " + std::to_string(answered.status));
    };
    here.start();
    here.acquire();
    BOOST_TEST_REQUIRE(told.size() == 1u);
    BOOST_TEST(told.front() == "emulator tests 200");
}

BOOST_AUTO_TEST_CASE(a_request_can_have_its_effect_after_its_connection_is_gone)
{
    stage here;
    here.options.service.on_request = [](const emulator::request&) { return fault::apply_later(5ms); };
    here.start();
    BOOST_TEST(here.acquire()->status == 0u);
    here.run_until([&] { return here.counts().resources_acquired == 1; });
}

BOOST_AUTO_TEST_CASE(a_late_answer_keeps_no_other_waiting)
{
    stage here;
    here.options.service.on_request = [](const emulator::request& what) {
        return what.method == "POST" ? fault::delay(200ms) : fault();
    };
    here.start();
    const auto late = here.begin_acquire();
    here.run_until([&] { return here.counts().count("acquire") == 1; });
    const auto listed = here.begin(verb::get, "/v2/resource");
    here.run_until([&] { return listed->done; });
    BOOST_TEST(!late->done);
    BOOST_TEST(listed->answer.find("\"total\":1") != std::string::npos);
    here.run_until([&] { return late->done; });
    BOOST_TEST(late->status == 200u);
}

BOOST_AUTO_TEST_CASE(other_threads_may_use_the_service_and_look_at_its_statistics)
{
    stage here;
    here.start_receiver();
    here.start();
    std::thread other([&] {
        for (int i = 0; i != 20; ++i) {
            here.provider->with_service([&](emulator::service& service, emulator::server::time_point now) {
                service.send_webhook("http://" + here.receiver_url(), "{}", now);
            });
            here.provider->statistics();
        }
    });
    here.run_until([&] { return here.counts().webhooks_delivered == 20; });
    other.join();
    BOOST_TEST(here.seen.size() == 20u);
}

BOOST_AUTO_TEST_SUITE_END()
