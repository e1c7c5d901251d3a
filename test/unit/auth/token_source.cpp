// When a token is kept, renewed and refused, by a wall clock that comes in as an argument.
#include "auth/token_source.hpp"

#include <videosdk/token.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>

using namespace videosdk;
using namespace std::chrono_literals;
using auth::token_source;
using wall_time = std::chrono::system_clock::time_point;

namespace {

constexpr wall_time t0{1'700'000'000s};
constexpr std::string_view secret = "a-secret-that-must-not-be-shown";

credentials minting(std::chrono::seconds lifetime)
{
    return credentials::key_and_secret("key-1", std::string(secret), lifetime);
}

std::string token_at(token_source& source, wall_time now)
{
    const auto token = source.token(now);
    if (token.has_error()) {
        BOOST_ERROR(token.error().what());
        return {};
    }
    return std::string(*token);
}

token_claims claims_of(const std::string& token, wall_time now)
{
    return verify_token(token, secret, now).value();
}

std::string refusal_of(const result<std::string_view>& outcome)
{
    if (outcome.has_value()) {
        BOOST_ERROR("a refusal was expected");
        return {};
    }
    BOOST_TEST((outcome.error().code() == errc::invalid_credentials));
    return outcome.error().info().detail;
}

std::string refusal_of_function(std::function<std::string()> function)
{
    token_source source(credentials::token_function(std::move(function)));
    return refusal_of(source.token(t0));
}

// Whether a service whose clock is off by `skew` finds the token issued already and not expired yet.
bool service_accepts(const std::string& token, wall_time now, std::chrono::seconds skew)
{
    const auto claims = verify_token(token, secret, now + skew);
    return claims.has_value() && claims->issued_at <= now + skew;
}

} // namespace

BOOST_AUTO_TEST_SUITE(token_sources)

BOOST_AUTO_TEST_CASE(a_minted_token_is_dated_back_and_lives_its_lifetime_from_now)
{
    token_source source(minting(24h));
    const token_claims claims = claims_of(token_at(source, t0), t0);
    BOOST_TEST(claims.api_key == "key-1");
    BOOST_TEST((claims.issued_at == t0 - 5min));
    BOOST_TEST((claims.expires_at == t0 + 24h));
    BOOST_TEST((claims.roles == std::vector<std::string>{"crawler"}));
}

BOOST_AUTO_TEST_CASE(it_is_renewed_at_the_very_second)
{
    for (const std::chrono::seconds lifetime : {std::chrono::seconds(15min), std::chrono::seconds(24h)}) {
        token_source source(minting(lifetime));
        const std::string first = token_at(source, t0);
        const wall_time renewal = t0 + lifetime - 6min;
        BOOST_TEST(token_at(source, t0 + 1s) == first);
        BOOST_TEST(token_at(source, renewal - 1s) == first);
        BOOST_TEST(token_at(source, renewal - 1ns) == first);
        const std::string second = token_at(source, renewal);
        BOOST_TEST(second != first);
        BOOST_TEST((claims_of(second, renewal).expires_at == renewal + lifetime));
        BOOST_TEST(token_at(source, renewal + 1s) == second);
    }
}

BOOST_AUTO_TEST_CASE(the_renewal_counts_from_the_expiry_that_the_token_says)
{
    token_source source(minting(15min));
    const std::string first = token_at(source, t0 + 900ms); // exp is cut to whole seconds
    BOOST_TEST(token_at(source, t0 + 9min - 1ns) == first);
    BOOST_TEST(token_at(source, t0 + 9min) != first);
}

BOOST_AUTO_TEST_CASE(a_short_lived_token_is_renewed_at_half_of_its_life)
{
    for (const std::chrono::seconds lifetime :
         {std::chrono::seconds(2min), std::chrono::seconds(15min - 1s)}) {
        token_source source(minting(lifetime));
        const std::string first = token_at(source, t0);
        BOOST_TEST((claims_of(first, t0).issued_at == t0 - 60s));
        BOOST_TEST((claims_of(first, t0).expires_at == t0 + lifetime));
        const std::chrono::seconds half = lifetime / 2;
        BOOST_TEST(token_at(source, t0 + half - 1s) == first);
        BOOST_TEST(token_at(source, t0 + half) != first);
    }
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_five_minutes_off_at_the_service_does_no_harm)
{
    for (const std::chrono::seconds lifetime : {std::chrono::seconds(15min), std::chrono::seconds(24h)}) {
        token_source source(minting(lifetime));
        for (std::chrono::seconds passed = 0s; passed <= 2 * lifetime; passed += 30s) {
            const std::string token = token_at(source, t0 + passed);
            BOOST_TEST(service_accepts(token, t0 + passed, 0s));
            BOOST_TEST(service_accepts(token, t0 + passed, 5min));
            BOOST_TEST(service_accepts(token, t0 + passed, -5min));
        }
    }
    // And beyond that it would, so the test above is able to fail.
    token_source source(minting(15min));
    const std::string token = token_at(source, t0);
    BOOST_TEST(!service_accepts(token, t0, -5min - 1s));
    BOOST_TEST(!service_accepts(token_at(source, t0 + 9min - 1s), t0 + 9min - 1s, 6min + 1s));
}

BOOST_AUTO_TEST_CASE(a_wall_clock_set_back_brings_a_new_token)
{
    token_source source(minting(24h));
    const std::string first = token_at(source, t0);
    const wall_time earlier = t0 - 1h;
    const std::string second = token_at(source, earlier);
    BOOST_TEST(second != first);
    BOOST_TEST((claims_of(second, earlier).issued_at == earlier - 5min));
    BOOST_TEST(token_at(source, earlier + 1s) == second);
}

BOOST_AUTO_TEST_CASE(a_forgotten_token_is_minted_anew)
{
    token_source source(minting(24h));
    BOOST_TEST(source.mints());
    const std::string first = token_at(source, t0);
    source.forget();
    const std::string second = token_at(source, t0 + 1s);
    BOOST_TEST(second != first);
    BOOST_TEST((claims_of(second, t0).expires_at == t0 + 1s + 24h));
}

BOOST_AUTO_TEST_CASE(a_fixed_token_is_sent_as_it_is_for_ever)
{
    token_source source(credentials::token("aaa.bbb.ccc"));
    BOOST_TEST(!source.mints());
    BOOST_TEST(token_at(source, t0) == "aaa.bbb.ccc");
    source.forget();
    BOOST_TEST(token_at(source, t0 + 24h * 365) == "aaa.bbb.ccc");
}

BOOST_AUTO_TEST_CASE(a_moved_source_still_holds_its_token)
{
    token_source source(credentials::token("aaa.bbb.ccc"));
    token_source moved(std::move(source));
    BOOST_TEST(token_at(moved, t0) == "aaa.bbb.ccc");
}

BOOST_AUTO_TEST_CASE(without_credentials_there_is_no_token)
{
    token_source source{credentials()};
    BOOST_TEST(refusal_of(source.token(t0)).starts_with("there are no credentials"));
}

BOOST_AUTO_TEST_CASE(a_token_function_is_asked_every_time)
{
    int calls = 0;
    token_source source(credentials::token_function([&calls] { return "t-" + std::to_string(++calls); }));
    BOOST_TEST(!source.mints());
    BOOST_TEST(token_at(source, t0) == "t-1");
    BOOST_TEST(token_at(source, t0) == "t-2");
}

BOOST_AUTO_TEST_CASE(what_a_token_function_returns_is_checked_every_time)
{
    std::string next = "good";
    token_source source(credentials::token_function([&next] { return next; }));
    BOOST_TEST(token_at(source, t0) == "good");
    next = "Bearer sesame";
    const auto refused = source.token(t0);
    BOOST_TEST(refusal_of(refused) ==
               "the token that the token function returned starts with \"Bearer \"; the API "
               "wants the JWT alone");
    BOOST_TEST(std::string(refused.error().what()).find("sesame") == std::string::npos);
    next = "good again";
    BOOST_TEST(refusal_of(source.token(t0)) == "the token that the token function returned holds a blank");
    next = "good";
    BOOST_TEST(token_at(source, t0) == "good");
}

BOOST_AUTO_TEST_CASE(what_a_token_function_throws_is_told)
{
    BOOST_TEST(refusal_of_function([]() -> std::string { throw std::runtime_error("vault is sealed"); }) ==
               "the token function threw: vault is sealed");
    BOOST_TEST(refusal_of_function([]() -> std::string { throw 7; }) ==
               "the token function threw something that is no std::exception");
    BOOST_TEST(refusal_of_function([] { return std::string(); }) ==
               "the token that the token function returned is empty");
}

BOOST_AUTO_TEST_SUITE_END()
