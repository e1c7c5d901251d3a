// The provider's key is fetched when it is needed; what cannot be judged meanwhile is sent away to come
// again.
#include "receiver_world.hpp"

using namespace videosdk;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(receiver_keys)

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

BOOST_FIXTURE_TEST_CASE(what_can_be_no_signature_is_forged_without_asking_for_a_key, receiver_world)
{
    for (const std::string signature : {"", "x", "not base64!", "QUJD", "QUJDRA=="}) {
        BOOST_TEST(send(acquired, signature)->status == 401U);
    }
    BOOST_TEST(api->exchanges == 0U);
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

BOOST_AUTO_TEST_SUITE_END()
