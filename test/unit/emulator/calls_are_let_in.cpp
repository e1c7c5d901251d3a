// Who may call, and what is answered to those who may not.
#include "support.hpp"

#include <boost/test/unit_test.hpp>

using namespace emulator_test;

BOOST_AUTO_TEST_SUITE(calls_are_let_in)

BOOST_AUTO_TEST_CASE(a_raw_token_with_the_role_crawler_is_accepted)
{
    player test;
    BOOST_TEST(test.get("/v2/resource").status == 200u);
}

BOOST_AUTO_TEST_CASE(a_missing_token_is_401)
{
    player test;
    test.token.clear();
    const auto answer = test.get("/v2/resource");
    BOOST_TEST(answer.status == 401u);
    BOOST_TEST(message_of(answer) == "Token is missing: send it as the Authorization header");
}

BOOST_AUTO_TEST_CASE(the_prefix_bearer_is_401_and_says_so)
{
    player test;
    for (const char* const prefix : {"Bearer ", "bearer ", "BEARER "}) {
        const std::string raw = test.token;
        test.token = prefix + raw;
        const auto answer = test.get("/v2/resource");
        test.token = raw;
        BOOST_TEST(answer.status == 401u);
        BOOST_TEST(message_of(answer).find("without the prefix Bearer") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_token_of_another_secret_is_401)
{
    player test;
    videosdk::token_claims claims;
    claims.api_key = "key";
    claims.issued_at = test.wall;
    claims.expires_at = test.wall + 1h;
    test.token = videosdk::mint_token(claims, "another secret");
    BOOST_TEST(test.get("/v2/resource").status == 401u);
}

BOOST_AUTO_TEST_CASE(a_token_of_another_account_is_401)
{
    player test;
    test.token = test.token_with({"crawler"}, "another key");
    BOOST_TEST(test.get("/v2/resource").status == 401u);
}

BOOST_AUTO_TEST_CASE(a_token_of_a_meeting_participant_is_403)
{
    player test;
    test.token = test.token_with({"rtc"});
    const auto answer = test.get("/v2/resource");
    BOOST_TEST(answer.status == 403u);
    BOOST_TEST(message_of(answer).find("crawler") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_token_seen_before_is_refused_once_it_has_expired)
{
    player test;
    BOOST_TEST(test.get("/v2/resource").status == 200u);
    BOOST_TEST(test.get("/v2/resource").status == 200u);
    test.pass(1h);
    BOOST_TEST(test.get("/v2/resource").status == 401u);
}

BOOST_AUTO_TEST_CASE(many_tokens_are_accepted_one_after_the_other)
{
    player test;
    for (int i = 0; i != 200; ++i) {
        test.wall += 1s;
        test.token = test.token_with({"crawler"});
        BOOST_TEST_REQUIRE(test.get("/v2/resource").status == 200u);
    }
}

BOOST_AUTO_TEST_CASE(the_message_never_holds_the_token)
{
    player test;
    test.token += "x";
    BOOST_TEST(test.get("/v2/resource").body.find(test.token.substr(0, 20)) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_public_key_needs_no_token)
{
    player test;
    test.token.clear();
    const auto answer = test.get("/v2/public/rsa-public-key");
    BOOST_TEST(answer.status == 200u);
    BOOST_TEST(parse(answer).at("publicKey").as_string() == test.service.public_key_pem());
}

BOOST_AUTO_TEST_CASE(an_unknown_path_is_404_and_a_wrong_method_405)
{
    player test;
    BOOST_TEST(test.get("/v2/rooms").status == 404u);
    BOOST_TEST(test.get("/v2/v2/resource").status == 404u);
    BOOST_TEST(test.get("/v2/resource/").status == 404u);
    BOOST_TEST(test.get("/v2/resource/a/b").status == 404u);
    const auto answer = test.get("/v2/resource/acquire");
    BOOST_TEST(answer.status == 405u);
    BOOST_TEST((answer.headers.front() == std::pair<std::string, std::string>("Allow", "POST")));
    BOOST_TEST(test.post("/v2/resource", "{}").status == 405u);
    BOOST_TEST(test.send("DELETE", "/v2/resource/0123456789abcdef01234567").status == 405u);
}

BOOST_AUTO_TEST_CASE(every_answer_bears_a_request_id_of_its_own)
{
    player test;
    const auto first = test.get("/v2/resource").headers.back();
    const auto second = test.get("/v2/nowhere").headers.back();
    BOOST_TEST(first.first == "x-request-id");
    BOOST_TEST(second.first == "x-request-id");
    BOOST_TEST(first.second != second.second);
}

BOOST_AUTO_TEST_SUITE_END()
