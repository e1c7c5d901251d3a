// Every way in which an answer can say no, and what it is read as.
#include "stage.hpp"

#include <string>

using namespace second_server;
using namespace videosdk;

namespace {

/// The error of an acquire that the server answers in one of its ways.
error refused_acquire(stage& on, std::string_view form, const json::object& how = {}, std::uint32_t units = 1)
{
    on.next(form, how);
    const auto got = on.run(on.client.try_acquire(
        {.type = resource_type::recording, .webhook_url = hook, .units = units}, {.max_attempts = 2}));
    BOOST_TEST_REQUIRE(got.has_error(), form);
    return got.error();
}

void check(const error& failed, errc code, unsigned status, std::string_view message,
           std::string_view api_code, effect what)
{
    BOOST_TEST((failed.code() == code), failed.what());
    BOOST_TEST(failed.http_status() == status);
    BOOST_TEST(failed.api_message() == message);
    BOOST_TEST(failed.api_code() == api_code);
    BOOST_TEST((failed.effect() == what), failed.what());
}

} // namespace

BOOST_AUTO_TEST_SUITE(failures)

// wire: W22, W23, W25
BOOST_AUTO_TEST_CASE(refusals_are_told_apart_and_keep_message_and_code)
{
    stage on;
    check(refused_acquire(on, "error400"), errc::bad_request, 400, "roomId is not valid", "4001",
          effect::none);
    // A token of our own making is minted anew once.
    const error unauthorized = refused_acquire(on, "status401", {{"times", 2}});
    check(unauthorized, errc::unauthorized, 401, "Token is expired", "E_TOKEN", effect::none);
    BOOST_TEST(unauthorized.attempts() == 2U);
    check(refused_acquire(on, "array403"), errc::forbidden, 403, R"(["no plan","no quota"])", "E_PLAN",
          effect::none);
}

// wire: W22, W26
BOOST_AUTO_TEST_CASE(the_two_kinds_of_not_found_are_kept_apart)
{
    stage on;
    check(refused_acquire(on, "object402"), errc::payment_required, 402, R"({"reason":"no such room"})", "",
          effect::none);
    check(refused_acquire(on, "msg404"), errc::not_found, 404, "not here", "-4", effect::none);
}

// wire: W22, W27
BOOST_AUTO_TEST_CASE(timeout_and_conflict_leave_it_open_what_was_done)
{
    stage on;
    const std::int64_t before = on.count("/v2/resource/acquire");
    check(refused_acquire(on, "text408"), errc::request_timeout, 408, "too slow", "", effect::unknown);
    check(refused_acquire(on, "empty409"), errc::conflict, 409, "", "", effect::unknown);
    BOOST_TEST(on.count("/v2/resource/acquire") - before == 2); // an acquire is not sent again
}

// wire: W28
BOOST_AUTO_TEST_CASE(a_date_says_when_to_come_again)
{
    stage on;
    on.next("limited", {{"inSeconds", 3600}});
    const auto limited = on.run(
        on.client.try_acquire({.type = resource_type::recording, .webhook_url = hook}, {.max_attempts = 1}));
    BOOST_TEST_REQUIRE(limited.has_error());
    check(limited.error(), errc::rate_limited, 429, "slow down", "", effect::none);
    BOOST_TEST_REQUIRE(limited.error().retry_after().has_value());
    BOOST_TEST(limited.error().retry_after()->count() > 1800);
    BOOST_TEST(limited.error().retry_after()->count() <= 3601);

    // A date that has passed lets the acquire go again: nothing was done.
    const std::int64_t before = on.count("/v2/resource/acquire");
    on.next("limited", {{"inSeconds", -5}});
    const auto bought = on.run(on.client.acquire({.type = resource_type::recording, .webhook_url = hook}));
    BOOST_TEST(bought.size() == 1U);
    BOOST_TEST(on.count("/v2/resource/acquire") - before == 2);
}

// wire: W29
BOOST_AUTO_TEST_CASE(a_failed_server_leaves_it_open_what_was_done)
{
    stage on;
    check(refused_acquire(on, "page502"), errc::server_error, 502, "", "", effect::unknown);
}

// wire: W24
BOOST_AUTO_TEST_CASE(a_200_can_be_a_failure)
{
    stage on;
    check(refused_acquire(on, "success_false"), errc::rejected, 200, "no capacity", "77", effect::none);
    check(refused_acquire(on, "page200"), errc::unexpected_response, 200, "", "", effect::unknown);
    check(refused_acquire(on, "empty200"), errc::unexpected_response, 200, "", "", effect::unknown);
    const error fewer = refused_acquire(on, "fewer", {}, 3);
    check(fewer, errc::short_grant, 200, "", "", effect::known);
    BOOST_TEST(fewer.granted().size() == 2U);
}

// wire: W4
BOOST_AUTO_TEST_CASE(the_request_id_is_found_under_each_of_its_names)
{
    stage on;
    for (const char* name : {"X-REQUEST-id", "Request-ID", "x-amzn-RequestId", "X-Amz-Request-Id"}) {
        const error failed =
            refused_acquire(on, "error400", {{"idHeader", name}, {"id", std::string("of ") + name}});
        BOOST_TEST(failed.request_id() == std::string("of ") + name);
    }
}

BOOST_AUTO_TEST_SUITE_END()
