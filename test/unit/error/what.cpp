// The one line of an error, and what the error carries.
#include <videosdk/error.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>
#include <type_traits>

using videosdk::errc;
using videosdk::error;
using videosdk::error_info;

namespace {

error_info known_all()
{
    error_info info;
    info.call = "acquire";
    info.method = "POST";
    info.path = "/v2/resource/acquire";
    info.http_status = 401;
    info.api_message = "Token is invalid";
    info.api_code = "1001";
    info.attempts = 1;
    info.request_id = "abc";
    info.detail = "check the secret";
    return info;
}

std::string line_of(errc code, const error_info& info)
{
    return error(code, info).what();
}

} // namespace

BOOST_AUTO_TEST_SUITE(what)

BOOST_AUTO_TEST_CASE(the_line_has_all_that_is_known)
{
    BOOST_TEST(
        line_of(errc::unauthorized, known_all()) ==
        "acquire: POST /v2/resource/acquire: 401 unauthorized: \"Token is invalid\" (code 1001, attempt 1, "
        "request id abc): check the secret");
}

BOOST_AUTO_TEST_CASE(what_is_known_can_be_printed_without_a_code)
{
    const auto printed = [](const error_info& info) {
        std::ostringstream out;
        out << info;
        return out.str();
    };
    BOOST_TEST(
        printed(known_all()) ==
        "acquire: POST /v2/resource/acquire: 401: \"Token is invalid\" (code 1001, attempt 1, request id "
        "abc): check the secret");
    BOOST_TEST(printed(error_info()).empty());
    error_info info;
    info.detail = "a\nb";
    BOOST_TEST(printed(info) == "a\\x0ab");
    info.call = "get";
    BOOST_TEST(printed(info) == "get: a\\x0ab");
    info.detail.clear();
    info.attempts = 2;
    BOOST_TEST(printed(info) == "get (attempt 2)");
}

BOOST_AUTO_TEST_CASE(parts_that_are_not_known_leave_no_trace)
{
    error_info info;
    info.call = "acquire";
    info.detail = "units must be at least 1";
    BOOST_TEST(line_of(errc::invalid_argument, info) ==
               "acquire: invalid argument: units must be at least 1");

    info = error_info();
    info.call = "get";
    info.method = "GET";
    info.path = "/v2/resource/1";
    info.http_status = 404;
    BOOST_TEST(line_of(errc::not_found, info) ==
               "get: GET /v2/resource/1: 404 not found: The API knows no such thing (404).");
}

BOOST_AUTO_TEST_CASE(a_code_alone_says_what_it_means)
{
    BOOST_TEST(std::string(error(errc::timeout).what()) ==
               "timeout: The deadline passed before a byte of the request left.");
}

BOOST_AUTO_TEST_CASE(a_foreign_code_says_its_own_message)
{
    const auto code = boost::system::errc::make_error_code(boost::system::errc::operation_canceled);
    error_info info;
    info.call = "acquire";
    BOOST_TEST(std::string(error(code, info).what()) == "acquire: " + code.message());
}

BOOST_AUTO_TEST_CASE(retry_after_unknown_effect_and_a_short_grant_are_told)
{
    error_info info;
    info.http_status = 503;
    info.retry_after = std::chrono::seconds(7);
    info.effect = videosdk::effect::unknown;
    info.granted.resize(2);
    BOOST_TEST(line_of(errc::server_error, info) ==
               "503 server error (retry after 7 s, effect unknown, granted 2): The API failed (5xx).");
}

BOOST_AUTO_TEST_CASE(what_the_provider_wrote_cannot_break_the_line_or_flood_it)
{
    error_info info;
    info.api_message = "no\nERROR forged \"line\"\x1b[31m";
    info.request_id = "a\r\nb";
    info.detail = "x\ny";
    BOOST_TEST(
        line_of(errc::bad_request, info) ==
        "bad request: \"no\\x0aERROR forged \\\"line\\\"\\x1b[31m\" (request id a\\x0d\\x0ab): x\\x0ay");

    info = error_info();
    info.api_message = std::string(10'000, 'a');
    BOOST_TEST(line_of(errc::bad_request, info).size() < 400);
}

BOOST_AUTO_TEST_CASE(the_error_hands_out_what_it_was_given)
{
    error_info info = known_all();
    info.outcome = videosdk::outcome::answered;
    info.effect = videosdk::effect::none;
    info.retry_after = std::chrono::seconds(3);
    info.granted.resize(1);
    info.granted[0].id = "64f1";
    const error failure(errc::unauthorized, info);
    BOOST_TEST((failure.code() == errc::unauthorized));
    BOOST_TEST(failure.http_status() == 401U);
    BOOST_TEST(failure.api_code() == "1001");
    BOOST_TEST(failure.api_message() == "Token is invalid");
    BOOST_TEST(failure.request_id() == "abc");
    BOOST_TEST(failure.method() == "POST");
    BOOST_TEST(failure.path() == "/v2/resource/acquire");
    BOOST_TEST(failure.attempts() == 1U);
    BOOST_TEST((failure.outcome() == videosdk::outcome::answered));
    BOOST_TEST((failure.effect() == videosdk::effect::none));
    BOOST_TEST((failure.retry_after() == std::chrono::seconds(3)));
    BOOST_TEST(!failure.ambiguous());
    BOOST_TEST(failure.granted().at(0).id == "64f1");
}

BOOST_AUTO_TEST_CASE(only_an_unknown_effect_is_ambiguous)
{
    error_info info;
    BOOST_TEST(!error(errc::server_error, info).ambiguous());
    info.effect = videosdk::effect::known;
    BOOST_TEST(!error(errc::server_error, info).ambiguous());
    info.effect = videosdk::effect::unknown;
    BOOST_TEST(error(errc::server_error, info).ambiguous());
}

BOOST_AUTO_TEST_CASE(copies_share_their_details_and_outlive_the_original)
{
    error copy(errc::closed);
    {
        const error original(errc::unauthorized, known_all());
        const error second(original);
        BOOST_TEST(&second.info() == &original.info());
        copy = original;
    }
    BOOST_TEST((copy.code() == errc::unauthorized));
    BOOST_TEST(copy.path() == "/v2/resource/acquire");
    BOOST_TEST(std::string(copy.what()).starts_with("acquire: POST"));
    static_assert(std::is_nothrow_copy_constructible_v<error> && std::is_nothrow_copy_assignable_v<error>);
}

BOOST_AUTO_TEST_CASE(a_result_throws_the_error_that_it_holds)
{
    const videosdk::result<int> good = 5;
    const videosdk::result<int> bad = error(errc::unauthorized, known_all());
    BOOST_TEST(good.value() == 5);
    BOOST_TEST(std::string(good.error().what()) == "no error");
    BOOST_TEST(!good.error().code().failed());
    try {
        bad.value();
        BOOST_ERROR("value() of a failed result returned");
    } catch (const error& failure) {
        BOOST_TEST((failure.code() == errc::unauthorized));
        BOOST_TEST(failure.request_id() == "abc");
    }
    BOOST_CHECK_THROW(bad.value(), boost::system::system_error);
}

BOOST_AUTO_TEST_CASE(owning_types_are_no_aggregates)
{
    static_assert(!std::is_aggregate_v<error_info>);
    static_assert(!std::is_aggregate_v<videosdk::resource> && !std::is_aggregate_v<videosdk::resource_page>);
    static_assert(!std::is_aggregate_v<videosdk::release_result>);
    static_assert(!std::is_aggregate_v<videosdk::started_composition>);
    BOOST_TEST(true);
}

BOOST_AUTO_TEST_SUITE_END()
