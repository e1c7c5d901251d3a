// Webhooks: what is signed, when they are sent, and sent again.
#include "support.hpp"

#include <videosdk/signature.hpp>

#include <boost/test/unit_test.hpp>

using namespace emulator_test;

BOOST_AUTO_TEST_SUITE(webhooks_are_sent)

BOOST_AUTO_TEST_CASE(readiness_is_told_to_the_units_url_the_first_time_only)
{
    player test;
    const auto id = test.acquire().front();
    BOOST_TEST(test.pass(99ms).empty());
    const auto sent = test.pass(1ms);
    BOOST_TEST_REQUIRE(sent.size() == 1u);
    BOOST_TEST(sent[0].url == hook);
    BOOST_TEST(sent[0].attempt == 1u);
    BOOST_TEST(sent[0].body ==
               R"({"webhookType":"resource-acquired","data":{"id":")" + id + R"(","type":"recording"}})");
    test.deliver(sent);

    const auto started =
        parse(test.post("/v2/resource/recordings/start", R"({"roomId":"r","resourceId":")" + id + "\"}"));
    test.deliver(test.pass(1s));
    test.post("/v2/resource/recordings/end",
              R"({"roomId":"r","id":")" + std::string(started.at("data").at("id").as_string()) + "\"}");
    const auto after = test.pass(1s);
    BOOST_TEST(test.status_of(id) == "idle");
    BOOST_TEST(types_of(after) == "recording-stopping recording-stopped");
}

BOOST_AUTO_TEST_CASE(the_signature_is_of_the_exact_bytes)
{
    player test;
    test.acquire();
    const auto sent = test.pass(100ms);
    const auto key = videosdk::public_key::from_pem(test.service.public_key_pem());
    BOOST_TEST_REQUIRE(key.has_value());
    BOOST_TEST(videosdk::verify_signature(sent[0].body, sent[0].signature, *key));
    BOOST_TEST(!videosdk::verify_signature(sent[0].body + " ", sent[0].signature, *key));
}

BOOST_AUTO_TEST_CASE(a_service_without_a_key_makes_one)
{
    auto wanted = options();
    wanted.private_key_pem.clear();
    player test(wanted);
    BOOST_TEST(test.service.public_key_pem() != player().service.public_key_pem());
    test.acquire();
    const auto sent = test.pass(100ms);
    const auto key = videosdk::public_key::from_pem(test.service.public_key_pem());
    BOOST_TEST_REQUIRE(key.has_value());
    BOOST_TEST(videosdk::verify_signature(sent[0].body, sent[0].signature, *key));
}

BOOST_AUTO_TEST_CASE(what_is_not_delivered_is_sent_again_later_and_later_then_given_up)
{
    auto wanted = options();
    wanted.redelivery.attempts = 4;
    wanted.redelivery.first_delay = 1s;
    wanted.redelivery.growth = 3;
    player test(wanted);
    test.acquire();
    const auto first = test.pass(100ms).at(0);
    test.service.delivered(first.id, false, test.now);
    for (const auto delay : {1s, 3s, 9s}) {
        BOOST_TEST((test.service.next_wakeup() == test.now + delay));
        BOOST_TEST(test.pass(delay - 1ns).empty());
        const auto again = test.pass(1ns);
        BOOST_TEST_REQUIRE(again.size() == 1u);
        BOOST_TEST(again[0].id == first.id);
        BOOST_TEST(again[0].body == first.body);
        BOOST_TEST(again[0].signature == first.signature);
        test.service.delivered(first.id, false, test.now);
    }
    BOOST_TEST((test.service.next_wakeup() == emulator::service::time_point::max()));
    const auto counts = test.service.counts();
    BOOST_TEST(counts.webhooks_sent == 1u);
    BOOST_TEST(counts.webhooks_redelivered == 3u);
    BOOST_TEST(counts.webhooks_delivered == 0u);
    BOOST_TEST(counts.webhooks_failed == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_delivered_is_not_sent_again)
{
    player test;
    test.acquire();
    const auto first = test.pass(100ms).at(0);
    test.service.delivered(first.id, false, test.now);
    const auto again = test.pass(1s).at(0);
    BOOST_TEST(again.attempt == 2u);
    test.service.delivered(again.id, true, test.now);
    BOOST_TEST(test.pass(24h).empty());
    BOOST_TEST(test.service.counts().webhooks_delivered == 1u);
    BOOST_TEST(test.service.counts().webhooks_redelivered == 1u);
}

BOOST_AUTO_TEST_CASE(a_report_of_something_that_is_not_on_its_way_changes_nothing)
{
    player test;
    test.acquire();
    const auto first = test.pass(100ms).at(0);
    test.service.delivered(12345, true, test.now);
    test.service.delivered(first.id, false, test.now);
    test.service.delivered(first.id, false, test.now); // again: it waits for its next attempt
    BOOST_TEST(test.pass(1s).size() == 1u);
    BOOST_TEST(test.pass(24h).empty());
    BOOST_TEST(test.service.counts().webhooks_delivered == 0u);
}

BOOST_AUTO_TEST_CASE(a_webhook_on_its_way_is_not_sent_a_second_time)
{
    player test;
    test.acquire();
    BOOST_TEST(test.pass(100ms).size() == 1u);
    BOOST_TEST(test.pass(24h).empty());
}

BOOST_AUTO_TEST_CASE(so_many_at_a_time_are_sent_and_the_rest_stays_due)
{
    player test;
    test.acquire(5);
    test.now += 100ms;
    BOOST_TEST(test.service.advance(test.now, 2).size() == 2u);
    BOOST_TEST((test.service.next_wakeup() <= test.now));
    BOOST_TEST(test.service.advance(test.now, 2).size() == 2u);
    BOOST_TEST(test.service.advance(test.now, 2).size() == 1u);
    BOOST_TEST((test.service.next_wakeup() == emulator::service::time_point::max()));
}

BOOST_AUTO_TEST_CASE(webhooks_can_go_unsigned_without_any_key)
{
    auto wanted = options();
    wanted.private_key_pem.clear();
    wanted.sign_webhooks = false;
    player test(wanted);
    BOOST_TEST(test.service.public_key_pem().empty());
    const auto asked = test.get("/v2/public/rsa-public-key");
    BOOST_TEST(asked.status == 404u);
    BOOST_TEST(message_of(asked) == "There is no public key: webhooks are not signed here");

    const auto id = test.acquire().front();
    const auto sent = test.pass(100ms);
    BOOST_TEST_REQUIRE(sent.size() == 1u);
    BOOST_TEST(sent[0].signature.empty());
    BOOST_TEST(sent[0].body ==
               R"({"webhookType":"resource-acquired","data":{"id":")" + id + R"(","type":"recording"}})");
    test.service.delivered(sent[0].id, false, test.now);
    BOOST_TEST(test.pass(1s).at(0).signature.empty());
}

BOOST_AUTO_TEST_CASE(whether_webhooks_are_signed_is_settled_when_the_service_is_made)
{
    player test;
    auto changed = test.service.options();
    changed.sign_webhooks = false;
    test.service.set_options(changed);
    BOOST_TEST(test.service.options().sign_webhooks);
    test.acquire();
    BOOST_TEST(!test.pass(100ms).at(0).signature.empty());

    auto unsigned_ones = options();
    unsigned_ones.private_key_pem.clear();
    unsigned_ones.sign_webhooks = false;
    player other(unsigned_ones);
    other.service.set_options(options());
    BOOST_TEST(!other.service.options().sign_webhooks);
    other.acquire();
    BOOST_TEST(other.pass(100ms).at(0).signature.empty());
}

BOOST_AUTO_TEST_CASE(webhooks_can_be_off)
{
    auto wanted = options();
    wanted.send_webhooks = false;
    player test(wanted);
    const auto id = test.acquire().front();
    BOOST_TEST(test.pass(1s).empty());
    BOOST_TEST(test.status_of(id) == "idle");
}

BOOST_AUTO_TEST_CASE(a_test_can_send_what_it_likes_signed)
{
    player test;
    test.service.send_webhook("https://x.example.com/", R"({"type":"new"})", test.now);
    const auto sent = test.pass(0ms);
    BOOST_TEST_REQUIRE(sent.size() == 1u);
    BOOST_TEST(sent[0].body == R"({"type":"new"})");
    const auto key = videosdk::public_key::from_pem(test.service.public_key_pem());
    BOOST_TEST(videosdk::verify_signature(sent[0].body, sent[0].signature, *key));
}

BOOST_AUTO_TEST_CASE(webhooks_go_to_the_url_as_it_was_sent_whatever_the_echo)
{
    auto wanted = options();
    wanted.echo = emulator::echo_mode::absent;
    player test(wanted);
    test.acquire();
    BOOST_TEST(test.pass(100ms).at(0).url == hook);
}

BOOST_AUTO_TEST_CASE(webhooks_come_in_the_order_of_their_events)
{
    auto wanted = options();
    wanted.started_after = 0ms;
    wanted.stopped_after = 0ms;
    player test(wanted);
    const auto id = test.idle_unit();
    const auto started =
        parse(test.post("/v2/resource/recordings/start", R"({"roomId":"r","resourceId":")" + id + "\"}"));
    test.pass(0ms);
    test.post("/v2/resource/recordings/end",
              R"({"roomId":"r","id":")" + std::string(started.at("data").at("id").as_string()) + "\"}");
    test.post("/v2/resource/release", R"({"ids":[")" + id + "\"]}");
    BOOST_TEST(types_of(test.pass(0ms)) == "recording-stopping recording-stopped");
    test.post("/v2/resource/release", R"({"ids":[")" + id + "\"]}");
    BOOST_TEST(types_of(test.pass(0ms)) == "resource-released");
}

BOOST_AUTO_TEST_SUITE_END()
