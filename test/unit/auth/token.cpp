// Tokens: to the letter, back again, and refused with the first cause.
#include "auth/encoding.hpp"

#include <videosdk/token.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>

using namespace videosdk;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::system_clock::time_point t0{1'700'000'000s};
constexpr std::string_view secret = "a-secret-that-must-not-be-shown";

token_claims claims_at(std::chrono::system_clock::time_point now)
{
    token_claims claims;
    claims.api_key = "key-1";
    claims.issued_at = now;
    claims.expires_at = now + 1h;
    return claims;
}

// A token of any header and payload, signed properly.
std::string signed_token(std::string_view header, std::string_view payload, std::string_view with = secret)
{
    const std::string text = auth::base64url_encode(header) + "." + auth::base64url_encode(payload);
    return text + "." + auth::base64url_encode(auth::hmac_sha256(with, text));
}

constexpr std::string_view good_header = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::string_view good_payload = R"({"apikey":"key-1","exp":1700003600})";

std::string refusal_of(const result<token_claims>& outcome)
{
    if (outcome.has_value()) {
        BOOST_ERROR("a refusal was expected");
        return {};
    }
    BOOST_TEST((outcome.error().code() == errc::token_invalid));
    const std::string line = outcome.error().what();
    BOOST_TEST(line.find(secret) == std::string::npos);
    return outcome.error().info().detail;
}

std::string refusal_of(std::string_view token, std::chrono::system_clock::time_point now = t0)
{
    return refusal_of(verify_token(token, secret, now));
}

std::string part(const std::string& token, int index)
{
    std::istringstream in(token);
    std::string out;
    for (int i = 0; i <= index; ++i) {
        std::getline(in, out, '.');
    }
    return auth::base64url_decode(out).value();
}

} // namespace

BOOST_AUTO_TEST_SUITE(token)

BOOST_AUTO_TEST_CASE(a_minted_token_is_right_to_the_letter)
{
    const std::string token = mint_token(claims_at(t0 + 999ms), secret);
    BOOST_TEST(part(token, 0) == good_header);
    BOOST_TEST(part(token, 1) == R"({"apikey":"key-1","permissions":["allow_join","allow_mod"],"version":2,)"
                                 R"("roles":["crawler"],"iat":1700000000,"exp":1700003600})");
    BOOST_TEST(token == signed_token(part(token, 0), part(token, 1)));
    BOOST_TEST(token.find('=') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_claim_comes_back)
{
    token_claims claims = claims_at(t0);
    claims.api_key = "k\"\\\xc3\xbc";
    claims.permissions = {"ask_join"};
    claims.roles = {"rtc", "crawler"};
    claims.version = 3;
    claims.room_id = "abcd-efgh-ijkl";
    claims.participant_id = "p-1";
    const auto read = verify_token(mint_token(claims, secret), secret, t0);
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->api_key == claims.api_key);
    BOOST_TEST((read->permissions == claims.permissions));
    BOOST_TEST((read->roles == claims.roles));
    BOOST_TEST(read->version == 3);
    BOOST_TEST(read->room_id == "abcd-efgh-ijkl");
    BOOST_TEST(read->participant_id == "p-1");
    BOOST_TEST((read->issued_at == t0));
    BOOST_TEST((read->expires_at == t0 + 1h));
}

BOOST_AUTO_TEST_CASE(the_short_form_is_valid_from_now)
{
    const auto now = std::chrono::system_clock::now();
    const auto read = verify_token(mint_token("key-1", secret, 10min), secret, now);
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST((read->expires_at - read->issued_at == 10min));
    BOOST_TEST((read->issued_at >= now - 2s));
    BOOST_TEST((read->roles == std::vector<std::string>{"crawler"}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_minted_is_refused_with_its_cause)
{
    const auto refused = [](const token_claims& claims, std::string_view with) {
        try {
            mint_token(claims, with);
        } catch (const error& failure) {
            BOOST_TEST((failure.code() == errc::invalid_argument));
            return failure.info().detail;
        }
        BOOST_ERROR("a refusal was expected");
        return std::string();
    };
    token_claims claims = claims_at(t0);
    BOOST_TEST(refused(claims, "") == "the secret is empty");
    claims.expires_at = t0 - 1s;
    BOOST_TEST(refused(claims, secret) == "the token would expire before it was issued");
    claims = claims_at(t0);
    claims.api_key.clear();
    BOOST_TEST(refused(claims, secret) == "the API key is empty");
    claims = claims_at(t0);
    claims.room_id = "\xff";
    BOOST_TEST(refused(claims, secret) == "the claim roomId is not UTF-8");
    claims = claims_at(t0);
    claims.roles = {"\xff"};
    BOOST_TEST(refused(claims, secret) == "the claim roles is not UTF-8");
}

BOOST_AUTO_TEST_CASE(a_token_is_valid_up_to_but_not_at_its_expiry)
{
    const std::string token = mint_token(claims_at(t0), secret);
    BOOST_TEST(verify_token(token, secret, t0 + 1h - 1s).has_value());
    BOOST_TEST(verify_token(token, secret, t0 + 1h - 1ns).has_value());
    BOOST_TEST(refusal_of(token, t0 + 1h) == "the token has expired");
    BOOST_TEST(verify_token(token, secret, t0 + 1h + 29s, 30s).has_value());
    BOOST_TEST(refusal_of(verify_token(token, secret, t0 + 1h + 30s, 30s)) == "the token has expired");
    BOOST_TEST(verify_token(token, secret, t0 - 24h).has_value()); // iat is information, not a limit
}

BOOST_AUTO_TEST_CASE(a_token_is_not_valid_before_its_time)
{
    const std::string token = signed_token(good_header, R"({"exp":1700003600,"nbf":1700000010})");
    BOOST_TEST(refusal_of(token) == "the token is not valid yet");
    BOOST_TEST(verify_token(token, secret, t0, 10s).has_value());
    BOOST_TEST(verify_token(token, secret, t0 + 10s).has_value());
}

BOOST_AUTO_TEST_CASE(another_shape_is_refused)
{
    const std::string good = signed_token(good_header, good_payload);
    for (const std::string& bad : {std::string(), std::string("a"), std::string("a.b"),
                                   std::string("a.b.c.d"), good + "." + good, std::string(17 * 1024, 'a')}) {
        BOOST_TEST(refusal_of(bad).starts_with("the token is not three segments"));
    }
    for (const std::string& bad :
         {std::string(".."), "Bearer " + good, good + "=", good + "\n", " " + good,
          signed_token("[]", good_payload), signed_token("{", good_payload), signed_token(good_header, "7"),
          signed_token(good_header, std::string(200, '[')), signed_token(good_header, "{\"exp\":NaN}")}) {
        BOOST_TEST(refusal_of(bad).starts_with("a segment of the token is not base64url"));
    }
}

BOOST_AUTO_TEST_CASE(only_hs256_is_accepted)
{
    for (const char* header : {"{}", R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"hs256"})",
                               R"({"alg":"HS512"})", R"({"alg":"RS256"})", R"({"alg":null})",
                               R"({"alg":["HS256"]})", R"({"alg":"HS256","alg":"none"})"}) {
        BOOST_TEST_CONTEXT(header)
        {
            BOOST_TEST(refusal_of(signed_token(header, good_payload)) ==
                       "the algorithm of the token is not HS256");
        }
    }
    const std::string unsigned_token =
        auth::base64url_encode(R"({"alg":"none"})") + "." + auth::base64url_encode(good_payload) + ".";
    BOOST_TEST(refusal_of(unsigned_token) == "the algorithm of the token is not HS256");
    BOOST_TEST(refusal_of(signed_token(R"({"alg":"HS256","crit":["b64"],"b64":false})", good_payload)) ==
               "the token has critical extensions, and none is understood");
    BOOST_TEST(
        verify_token(signed_token(R"({"typ":"x","alg":"HS256"})", good_payload), secret, t0).has_value());
}

BOOST_AUTO_TEST_CASE(every_changed_character_is_refused)
{
    const std::string good = mint_token(claims_at(t0), secret);
    BOOST_TEST(verify_token(good, secret, t0).has_value());
    for (std::size_t i = 0; i != good.size(); ++i) {
        std::string changed = good;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        BOOST_TEST(verify_token(changed, secret, t0).has_error());
    }
    BOOST_TEST(refusal_of(good.substr(0, good.rfind('.') + 1)) ==
               "the signature of the token does not match");
    BOOST_TEST(refusal_of(signed_token(good_header, good_payload, "another")) ==
               "the signature of the token does not match");
}

BOOST_AUTO_TEST_CASE(the_last_character_of_the_signature_has_no_other_forms)
{
    // 32 bytes leave two bits over in the last base64 character: three other characters would decode the
    // same.
    const std::string good = mint_token(claims_at(t0), secret);
    int accepted = 0;
    for (const char c :
         std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")) {
        accepted += verify_token(good.substr(0, good.size() - 1) + c, secret, t0).has_value() ? 1 : 0;
    }
    BOOST_TEST(accepted == 1);
}

BOOST_AUTO_TEST_CASE(an_empty_secret_verifies_nothing)
{
    const std::string forged = signed_token(good_header, good_payload, "");
    BOOST_TEST(refusal_of(verify_token(forged, "", t0)) == "there is no secret to verify the token with");
}

BOOST_AUTO_TEST_CASE(claims_of_a_wrong_kind_are_refused)
{
    const auto refusal = [](std::string_view payload) {
        return refusal_of(signed_token(good_header, payload));
    };
    BOOST_TEST(refusal("{}") == "the claim exp is missing");
    for (const char* payload :
         {R"({"apikey":7,"exp":1700003600})", R"({"roles":"crawler","exp":1700003600})",
          R"({"permissions":[1],"exp":1700003600})", R"({"version":"2","exp":1700003600})",
          R"({"version":99999999999,"exp":1700003600})"}) {
        BOOST_TEST(refusal(payload) == "a claim is of a wrong kind");
    }
    for (const char* payload :
         {R"({"exp":"1700003600"})", R"({"exp":null})", R"({"exp":1e400})", R"({"exp":-1e400})",
          R"({"exp":99999999999999})", R"({"exp":18446744073709551615})", R"({"exp":1700003600,"iat":"x"})",
          R"({"exp":1700003600,"nbf":[]})"}) {
        BOOST_TEST(refusal(payload) == "iat, exp or nbf is no time in seconds");
    }
}

BOOST_AUTO_TEST_CASE(absent_claims_are_empty_and_fractions_of_seconds_are_read)
{
    const auto read = verify_token(signed_token(good_header, R"({"exp":1700003600.75})"), secret, t0);
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->api_key.empty());
    BOOST_TEST(read->permissions.empty());
    BOOST_TEST(read->roles.empty());
    BOOST_TEST(read->version == 0);
    BOOST_TEST((read->issued_at == std::chrono::system_clock::time_point()));
    BOOST_TEST((read->expires_at == t0 + 1h));
}

BOOST_AUTO_TEST_CASE(claims_print_on_one_line_without_any_signature)
{
    token_claims claims = claims_at(t0);
    claims.api_key = "key\n1";
    claims.room_id = "r1";
    std::ostringstream out;
    out << claims;
    BOOST_TEST(out.str() ==
               "apikey=key\\x0a1 permissions=[allow_join,allow_mod] version=2 roles=[crawler] roomId=r1 "
               "iat=1700000000 exp=1700003600");
}

BOOST_AUTO_TEST_SUITE_END()
