// What a failed exchange means, how many connections are opened, how long one may idle, and where a URL
// leads.
#include "http/endpoint.hpp"
#include "http/exchange_progress.hpp"
#include "http/pool_sizing.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace std::chrono_literals;
using namespace videosdk::http;
using videosdk::errc;
using videosdk::outcome;

} // namespace

BOOST_AUTO_TEST_SUITE(pool_rules)

BOOST_AUTO_TEST_CASE(a_request_whose_write_failed_without_a_byte_was_not_sent)
{
    const exchange_progress progress{true, true, true, false, false};
    BOOST_TEST(!progress.sent());
    const auto meaning = meaning_of(exchange_end::connection_ended, progress);
    BOOST_TEST((meaning.code == errc::connection_stale));
    BOOST_TEST((meaning.outcome == outcome::not_sent));
    BOOST_TEST((meaning_of(exchange_end::deadline, progress).code == errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_request_may_have_left_as_soon_as_its_write_began)
{
    for (const exchange_progress progress : {exchange_progress{true, false, false, false, false},
                                             exchange_progress{true, true, false, true, false},
                                             exchange_progress{true, true, true, true, false}}) {
        BOOST_TEST(progress.sent());
        const auto meaning = meaning_of(exchange_end::connection_ended, progress);
        BOOST_TEST((meaning.code == errc::connection_lost));
        BOOST_TEST((meaning.outcome == outcome::ambiguous));
        BOOST_TEST((meaning_of(exchange_end::deadline, progress).code == errc::response_timeout));
    }
}

BOOST_AUTO_TEST_CASE(a_loss_in_the_middle_of_the_answer_is_a_truncated_response)
{
    const auto meaning = meaning_of(exchange_end::connection_ended, {true, true, false, true, true});
    BOOST_TEST((meaning.code == errc::truncated_response));
    BOOST_TEST((meaning.outcome == outcome::ambiguous));
}

BOOST_AUTO_TEST_CASE(connections_are_opened_for_those_who_wait_and_never_beyond_the_cap)
{
    BOOST_TEST(connections_to_open({0, 0, 0, 8}) == 0U);
    BOOST_TEST(connections_to_open({3, 0, 0, 8}) == 3U);
    BOOST_TEST(connections_to_open({3, 2, 2, 8}) == 1U);
    BOOST_TEST(connections_to_open({1000, 0, 0, 8}) == 8U);
    BOOST_TEST(connections_to_open({1000, 3, 8, 8}) == 0U);
    BOOST_TEST(connections_to_open({1, 2, 2, 8}) == 0U);
}

BOOST_AUTO_TEST_CASE(the_servers_keep_alive_timeout_shortens_ours)
{
    BOOST_TEST((idle_time(4s, std::nullopt) == 4s));
    BOOST_TEST((idle_time(4s, 60s) == 4s));
    BOOST_TEST((idle_time(60s, 5s) == 4s));
    BOOST_TEST((idle_time(60s, 1s) == 500ms));
    BOOST_TEST((idle_time(60s, 0s) == 0s));
}

BOOST_AUTO_TEST_CASE(a_keep_alive_header_is_read_parameter_by_parameter_and_without_case)
{
    for (const char* header :
         {"timeout=5", "Timeout=5", "TIMEOUT = 5", "max=100, timeout=5", "timeout=5, max=100",
          "max=100,timeout=5,", " , timeout=5", "xtimeout=9, timeout=5", "timeout, timeout=5"}) {
        BOOST_TEST((keep_alive_timeout(header) == 5s), header);
    }
    BOOST_TEST((keep_alive_timeout("timeout=0") == 0s));
    for (const char* header : {"", "max=100", "timeout", "timeout=", "timeout=x", "timeout=5s", "timeout=-5",
                               "xtimeout=5", "timeout=99999999999", "=5", ",", "=", "timeout=5x, max=1"}) {
        BOOST_TEST(!keep_alive_timeout(header), header);
    }
}

BOOST_AUTO_TEST_CASE(urls_lead_to_endpoints)
{
    const auto https = parse_endpoint("https://api.videosdk.live/");
    BOOST_REQUIRE(https.has_value());
    BOOST_TEST(https->tls);
    BOOST_TEST(https->host == "api.videosdk.live");
    BOOST_TEST(https->port == 443);
    BOOST_TEST(https->path == "");
    BOOST_TEST(https->authority() == "api.videosdk.live");

    const auto http = parse_endpoint("http://[::1]:8080/base/v2/");
    BOOST_REQUIRE(http.has_value());
    BOOST_TEST(!http->tls);
    BOOST_TEST(http->host == "::1");
    BOOST_TEST(http->path == "/base/v2");
    BOOST_TEST(http->authority() == "[::1]:8080");

    const auto query = parse_endpoint("http://localhost/hook?a=b", true);
    BOOST_REQUIRE(query.has_value());
    BOOST_TEST(query->path == "/hook?a=b");
}

BOOST_AUTO_TEST_CASE(urls_that_lead_nowhere_are_refused_with_the_cause)
{
    const std::pair<const char*, const char*> cases[] = {
        {"", "empty"},
        {"api.videosdk.live", "not an absolute URL"},
        {"ftp://host/", "neither http nor https"},
        {"https://", "no host"},
        {"https://user:secret@host/", "user"},
        {"https://host/#top", "fragment"},
        {"https://host/?q", "query"},
        {"https://host:99999/", "port"},
        {"https://host:0/", "port"},
        {"https://ho st/", "blank"},
        {"https://host/\r\nX: y", "blank, a control byte"},
    };
    for (const auto& [url, cause] : cases) {
        const auto read = parse_endpoint(url);
        BOOST_REQUIRE_MESSAGE(!read, url);
        BOOST_TEST(read.error().find(cause) != std::string::npos, url << ": " << read.error());
        BOOST_TEST(read.error().find("secret") == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
