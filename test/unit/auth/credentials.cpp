// Credentials are refused with their cause, and never show a secret.
#include "auth/token_source.hpp"

#include <videosdk/credentials.hpp>
#include <videosdk/error.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <functional>
#include <sstream>
#include <string>

using namespace videosdk;
using namespace std::chrono_literals;

namespace {

// Why credentials could not be made; `hidden` must not stand anywhere in it.
std::string refusal_of(const std::function<void()>& make, std::string_view hidden = {})
{
    try {
        make();
    } catch (const error& failure) {
        BOOST_TEST((failure.code() == errc::invalid_credentials));
        BOOST_TEST((failure.code() == condition::unauthorized));
        const std::string line = failure.what();
        BOOST_TEST(line.starts_with("credentials: invalid credentials: "));
        BOOST_TEST((hidden.empty() || line.find(hidden) == std::string::npos));
        return failure.info().detail;
    }
    BOOST_ERROR("a refusal was expected");
    return {};
}

std::string token_refusal(std::string_view jwt)
{
    return refusal_of([jwt] { credentials::token(std::string(jwt)); }, "sesame");
}

class variable {
public:
    variable(const char* name, const char* value) : name_(name)
    {
        if (value == nullptr) {
            ::unsetenv(name);
        } else {
            ::setenv(name, value, 1);
        }
    }
    variable(const variable&) = delete;
    variable& operator=(const variable&) = delete;
    ~variable() { ::unsetenv(name_); }

private:
    const char* name_;
};

std::string printed(const credentials& value)
{
    std::ostringstream out;
    out << value;
    return out.str();
}

} // namespace

BOOST_AUTO_TEST_SUITE(credential)

BOOST_AUTO_TEST_CASE(none_is_the_default)
{
    const credentials none;
    BOOST_TEST((none.kind() == credentials_kind::none));
    BOOST_TEST(none.key().empty());
    BOOST_TEST(none.secret().empty());
    BOOST_TEST(printed(none) == "none");
}

BOOST_AUTO_TEST_CASE(key_and_secret_are_kept)
{
    const credentials made = credentials::key_and_secret("key-1234567", "sesame");
    BOOST_TEST((made.kind() == credentials_kind::key_and_secret));
    BOOST_TEST(made.key() == "key-1234567");
    BOOST_TEST(made.secret() == "sesame");
    BOOST_TEST((made.lifetime() == 24h));
    BOOST_TEST(printed(made) == "key_and_secret (key key-...)");
    BOOST_TEST(printed(credentials::key_and_secret("ab", "sesame")) == "key_and_secret (key a...)");
}

BOOST_AUTO_TEST_CASE(a_key_or_secret_that_cannot_be_used_is_named)
{
    const auto refusal = [](std::string_view key, std::string_view secret) {
        return refusal_of([=] { credentials::key_and_secret(std::string(key), std::string(secret)); },
                          "sesame");
    };
    BOOST_TEST(refusal("", "sesame") == "the API key is missing");
    BOOST_TEST(refusal("key", "") == "the secret is missing");
    BOOST_TEST(refusal("key", "sesame\n") == "the secret starts or ends with a blank or a line end");
    BOOST_TEST(refusal("key", " sesame") == "the secret starts or ends with a blank or a line end");
    BOOST_TEST(refusal("key\r\n", "sesame") == "the API key starts or ends with a blank or a line end");
    BOOST_TEST(refusal("k y", "sesame") == "the API key holds a blank");
    BOOST_TEST(refusal("k\x01y", "sesame") == "the API key holds a control byte");
    BOOST_TEST(refusal("k\xc3\xbcy", "sesame") == "the API key holds a byte that is not ASCII");
}

BOOST_AUTO_TEST_CASE(the_lifetime_is_from_two_minutes_to_thirty_days)
{
    const auto make = [](std::chrono::seconds lifetime) {
        credentials::key_and_secret("key", "sesame", lifetime);
    };
    BOOST_CHECK_NO_THROW(make(2min));
    BOOST_CHECK_NO_THROW(make(24h * 30));
    for (const std::chrono::seconds bad : {std::chrono::seconds(119), std::chrono::seconds(0),
                                           std::chrono::seconds(-5), std::chrono::seconds(24h * 30 + 1s)}) {
        BOOST_TEST(refusal_of([&] { make(bad); }) ==
                   "the lifetime of tokens must be from 2 minutes to 30 days");
    }
}

BOOST_AUTO_TEST_CASE(a_token_that_cannot_be_sent_is_refused_with_its_cause)
{
    BOOST_TEST(token_refusal("") == "the token is empty");
    BOOST_TEST(token_refusal("Bearer sesame") ==
               "the token starts with \"Bearer \"; the API wants the JWT alone");
    BOOST_TEST(token_refusal("bEARER sesame").starts_with("the token starts with \"Bearer \""));
    BOOST_TEST(token_refusal("BASIC sesame").starts_with("the token starts with \"Basic \""));
    BOOST_TEST(token_refusal("sesame ") == "the token holds a blank");
    BOOST_TEST(token_refusal("\tsesame") == "the token holds a blank");
    BOOST_TEST(token_refusal("sesame\n") == "the token holds a line end");
    BOOST_TEST(token_refusal("sesame\r\nX-Evil: 1") == "the token holds a line end");
    BOOST_TEST(token_refusal(std::string_view("sesame\0", 7)) == "the token holds a control byte");
    BOOST_TEST(token_refusal("sesame\x7f") == "the token holds a control byte");
    BOOST_TEST(token_refusal("s\xc3\xa9same") == "the token holds a byte that is not ASCII");
}

BOOST_AUTO_TEST_CASE(a_good_token_is_kept_and_not_printed)
{
    const credentials made = credentials::token("bearer.sesame.ccc");
    BOOST_TEST((made.kind() == credentials_kind::fixed_token));
    BOOST_TEST(made.secret() == "bearer.sesame.ccc");
    BOOST_TEST(made.key().empty());
    BOOST_TEST(printed(made) == "fixed_token");
}

BOOST_AUTO_TEST_CASE(a_token_function_must_be_one)
{
    const credentials made = credentials::token_function([] { return std::string("sesame"); });
    BOOST_TEST((made.kind() == credentials_kind::token_function));
    BOOST_TEST(made.function()() == "sesame");
    BOOST_TEST(printed(made) == "token_function");
    BOOST_TEST(refusal_of([] { credentials::token_function(nullptr); }) == "the token function is empty");
}

BOOST_AUTO_TEST_CASE(the_environment_is_read_as_the_official_sdks_do)
{
    const variable key("VIDEOSDK_API_KEY", "key-1");
    const variable secret("VIDEOSDK_SECRET", "sesame");
    const credentials made = credentials::from_environment();
    BOOST_TEST((made.kind() == credentials_kind::key_and_secret));
    BOOST_TEST(made.key() == "key-1");
    BOOST_TEST(made.secret() == "sesame");
    BOOST_TEST((made.lifetime() == 24h));
}

BOOST_AUTO_TEST_CASE(a_variable_that_is_missing_is_named)
{
    const auto refusal = [](const char* key, const char* secret) {
        const variable first("VIDEOSDK_API_KEY", key);
        const variable second("VIDEOSDK_SECRET", secret);
        return refusal_of([] { credentials::from_environment(); }, "sesame");
    };
    BOOST_TEST(refusal(nullptr, "sesame") == "the environment variable VIDEOSDK_API_KEY is not set");
    BOOST_TEST(refusal("", "sesame") == "the environment variable VIDEOSDK_API_KEY is empty");
    BOOST_TEST(refusal("key", nullptr) == "the environment variable VIDEOSDK_SECRET is not set");
    BOOST_TEST(refusal("key", "") == "the environment variable VIDEOSDK_SECRET is empty");
    BOOST_TEST(refusal("key", "sesame\n") == "the secret starts or ends with a blank or a line end");
}

BOOST_AUTO_TEST_CASE(kinds_have_names)
{
    std::ostringstream out;
    out << credentials_kind::none << ' ' << credentials_kind::key_and_secret << ' '
        << credentials_kind::fixed_token << ' ' << credentials_kind::token_function << ' '
        << static_cast<credentials_kind>(9);
    BOOST_TEST(out.str() == "none key_and_secret fixed_token token_function unknown");
}

BOOST_AUTO_TEST_SUITE_END()
