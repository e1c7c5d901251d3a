// Options that are out of range are refused in one form of words.
#include "error/option_check.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace {

using namespace std::chrono_literals;

constexpr videosdk::option_check rules("some_options");

/// Empty where nothing is thrown.
std::optional<videosdk::error> refusal_of(const std::function<void()>& what)
{
    try {
        what();
    } catch (const videosdk::error& refused) {
        return refused;
    }
    return std::nullopt;
}

std::optional<videosdk::error> refusal_of(std::chrono::nanoseconds value)
{
    return refusal_of([value] { rules.require_time(value, 1s, 1h, "field", "from 1 s to 1 h"); });
}

} // namespace

BOOST_AUTO_TEST_SUITE(option_check)

BOOST_AUTO_TEST_CASE(what_holds_is_let_through_both_ends_included)
{
    BOOST_TEST(!refusal_of([] { rules.require(true, "field", "right"); }));
    BOOST_TEST(!refusal_of(1s));
    BOOST_TEST(!refusal_of(1h));
}

BOOST_AUTO_TEST_CASE(what_does_not_hold_is_named_with_its_rule)
{
    for (const std::chrono::nanoseconds each : {1'000'000'000ns - 1ns, 3'600'000'000'000ns + 1ns}) {
        const auto refused = refusal_of(each);
        BOOST_TEST_REQUIRE(refused.has_value());
        BOOST_TEST(refused->code() == videosdk::errc::invalid_argument);
        BOOST_TEST(refused->info().call == "some_options");
        BOOST_TEST(refused->info().detail == "field must be from 1 s to 1 h");
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_in_words_of_its_own_keeps_them_and_its_code)
{
    const auto refused = refusal_of([] { rules.refuse(videosdk::errc::invalid_endpoint, "no such place"); });
    BOOST_TEST_REQUIRE(refused.has_value());
    BOOST_TEST(refused->code() == videosdk::errc::invalid_endpoint);
    BOOST_TEST(refused->info().detail == "no such place");
}

BOOST_AUTO_TEST_SUITE_END()
