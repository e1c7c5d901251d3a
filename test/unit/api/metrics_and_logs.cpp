// Observers that come with the library: lines with their severity, counts, and several in the place of one.
#include "../../support/exposition_check.hpp"

#include <videosdk/error.hpp>
#include <videosdk/log_observer.hpp>
#include <videosdk/metrics.hpp>
#include <videosdk/observer_group.hpp>
#include <videosdk/prometheus.hpp>

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace videosdk;
using namespace std::chrono_literals;

call_ended end_of(std::string_view call, boost::system::error_code code, effect what,
                  std::chrono::nanoseconds took = 2ms)
{
    return {.call_id = 1,
            .call = call,
            .path = "/v2/resource",
            .attempts = 1,
            .code = code,
            .effect = what,
            .duration = took};
}

struct throwing : observer {
    void on_call_ended(const call_ended&) override { throw std::runtime_error("a disk is full"); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(metrics_and_logs)

BOOST_AUTO_TEST_CASE(each_record_has_the_severity_that_its_comment_says)
{
    const auto aborted = boost::asio::error::operation_aborted;
    BOOST_TEST((severity_of(attempt_started()) == severity::debug));
    BOOST_TEST(
        (severity_of(attempt_ended{.outcome = outcome::answered, .http_status = 404}) == severity::debug));
    BOOST_TEST(
        (severity_of(attempt_ended{.outcome = outcome::answered, .http_status = 502}) == severity::warning));
    BOOST_TEST((severity_of(attempt_ended{.outcome = outcome::not_sent}) == severity::warning));
    BOOST_TEST(
        (severity_of(attempt_ended{.outcome = outcome::ambiguous, .code = aborted}) == severity::debug));
    BOOST_TEST((severity_of(end_of("get", {}, effect::known)) == severity::info));
    BOOST_TEST((severity_of(end_of("get", aborted, effect::none)) == severity::info));
    BOOST_TEST((severity_of(end_of("get", errc::not_found, effect::none)) == severity::warning));
    BOOST_TEST((severity_of(end_of("acquire", errc::conflict, effect::unknown)) == severity::error));
    BOOST_TEST((severity_of(end_of("acquire", aborted, effect::unknown)) == severity::error));
    BOOST_TEST((severity_of(retry_planned{.why = retry_cause::rate_limited}) == severity::warning));
    BOOST_TEST((severity_of(retry_planned{.why = retry_cause::connection_stale}) == severity::debug));
    BOOST_TEST((severity_of(connection_opened()) == severity::debug));
    BOOST_TEST((severity_of(connection_reused()) == severity::debug));
    for (const close_cause why :
         {close_cause::idle_limit, close_cause::age_limit, close_cause::peer_ended, close_cause::not_reusable,
          close_cause::given_up, close_cause::client_closed}) {
        BOOST_TEST((severity_of(connection_closed{.why = why}) == severity::debug));
    }
    BOOST_TEST((severity_of(connection_closed{.why = close_cause::connect_failed}) == severity::warning));
    BOOST_TEST((severity_of(connection_closed{.why = close_cause::exchange_failed}) == severity::warning));
    BOOST_TEST((severity_of(event_seen{.verdict = verdict::accepted}) == severity::debug));
    BOOST_TEST((severity_of(event_seen{.verdict = verdict::unavailable}) == severity::warning));
    BOOST_TEST((severity_of(reconcile_step{.what = reconcile_progress::started}) == severity::warning));
    BOOST_TEST((severity_of(reconcile_step{.what = reconcile_progress::settled}) == severity::info));
    BOOST_TEST((severity_of(reconcile_step{.what = reconcile_progress::gave_up}) == severity::error));
    BOOST_TEST((severity_of(sweep_ended{.complete = true}) == severity::debug));
    BOOST_TEST((severity_of(sweep_ended{.complete = false}) == severity::warning));
    BOOST_TEST((severity_of(lease_changed{.what = lease_change::granted}) == severity::info));
    BOOST_TEST((severity_of(lease_changed{.what = lease_change::surplus}) == severity::warning));
    BOOST_TEST((severity_of(lease_changed{.what = lease_change::lost}) == severity::warning));
    BOOST_TEST((severity_of(lease_changed{.what = lease_change::left_behind}) == severity::error));
    BOOST_TEST(to_string(severity::warning) == "warning");
    BOOST_TEST(to_string(severity()) == "unknown");
}

BOOST_AUTO_TEST_CASE(a_log_has_each_record_that_is_severe_enough_as_the_record_prints_itself)
{
    std::string text;
    log_observer log(
        [&](severity how, std::string_view line) {
            text.append(to_string(how)).append(": ").append(line).append("\n");
        },
        severity::info);
    log.on_attempt_started({});
    log.on_call_ended(end_of("get", {}, effect::known));
    log.on_lease_changed({.resource_id = "r1\nforged", .what = lease_change::lost});
    BOOST_TEST(text == "info: call 1 get: GET /v2/resource, ended after 1 attempt, effect known, 2.000 ms\n"
                       "warning: resource r1\\x0aforged: lost\n");
    BOOST_CHECK_THROW(log_observer({}), error);
}

BOOST_AUTO_TEST_CASE(each_member_of_a_group_is_told_also_after_one_that_threw)
{
    const auto first = std::make_shared<metrics_observer>();
    const auto last = std::make_shared<metrics_observer>();
    observer_group group({first, std::make_shared<throwing>(), nullptr, last});
    group.on_call_ended(end_of("get", {}, effect::known));
    group.on_attempt_ended({.outcome = outcome::answered});
    group.on_retry_planned({.why = retry_cause::rate_limited});
    group.on_connection_closed({.why = close_cause::idle_limit});
    for (const auto& each : {first, last}) {
        std::ostringstream line;
        line << each->metrics();
        BOOST_TEST(
            line.str().starts_with("calls=1 succeeded=1 retries=1 exchanges_answered=1 exchanges_failed=0 "));
        BOOST_TEST(each->metrics().connections_closed[1] == 1U);
    }
}

BOOST_AUTO_TEST_CASE(calls_are_counted_by_kind_and_result)
{
    metrics_observer seen;
    const auto aborted = boost::asio::error::operation_aborted;
    seen.on_call_ended(end_of("get", {}, effect::known, 50us));
    seen.on_call_ended(end_of("acquire", errc::short_grant, effect::known));
    seen.on_call_ended(end_of("acquire", errc::server_error, effect::unknown));
    seen.on_call_ended(end_of("acquire", aborted, effect::unknown));
    seen.on_call_ended(end_of("acquire", aborted, effect::none));
    seen.on_call_ended(end_of("acquire", errc::connect_failed, effect::none, 20s));
    seen.on_call_ended(end_of("get", errc::server_error, effect::none));
    const client_metrics now = seen.metrics();
    BOOST_TEST_REQUIRE(now.calls.size() == 2U);
    BOOST_TEST(now.calls[0].call == "acquire");
    BOOST_TEST(now.calls[0].of(call_result::succeeded) == 0U);
    BOOST_TEST(now.calls[0].of(call_result::refused) == 1U);
    BOOST_TEST(now.calls[0].of(call_result::failed) == 1U);
    BOOST_TEST(now.calls[0].of(call_result::ambiguous) == 2U);
    BOOST_TEST(now.calls[0].of(call_result::cancelled) == 1U);
    BOOST_TEST(now.calls[1].of(call_result::succeeded) == 1U);
    BOOST_TEST(now.calls[1].of(call_result::failed) == 1U);
    BOOST_TEST(now.calls[1].of(call_result()) == 0U);
    BOOST_TEST((now.calls[0].duration.longest == 20s));

    const auto samples = test_support::samples_of(to_prometheus(now));
    BOOST_TEST(samples.at(R"(videosdk_client_calls_total{call="acquire",result="ambiguous"})") == 2);
    BOOST_TEST(samples.at(R"(videosdk_client_call_duration_seconds_bucket{call="get",le="0.0001"})") == 1);
    BOOST_TEST(samples.at(R"(videosdk_client_call_duration_seconds_bucket{call="acquire",le="10"})") == 4);
    BOOST_TEST(samples.at(R"(videosdk_client_call_duration_seconds_bucket{call="acquire",le="+Inf"})") == 5);
    BOOST_TEST(samples.at(R"(videosdk_client_call_duration_seconds_sum{call="acquire"})") == 20.008,
               boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(counts_are_told_in_the_words_of_the_format)
{
    const transport_counts counts{.connections_opened = 3, .connections_open = 1, .exchanges = 7};
    BOOST_TEST(to_prometheus(counts).starts_with(
        "# HELP videosdk_transport_connections_opened_total Connections established, TLS included.\n"
        "# TYPE videosdk_transport_connections_opened_total counter\n"
        "videosdk_transport_connections_opened_total 3\n"));
    BOOST_TEST(test_support::samples_of(to_prometheus(counts)).at("videosdk_transport_exchanges_total") == 7);
    BOOST_CHECK_NO_THROW(test_support::samples_of(to_prometheus(client_metrics())));
    for (const char* wrong :
         {"x 1\n", "# HELP x h\n# TYPE x counter\nx 1\n", "# HELP x h\n# TYPE x gauge\ny 1\n",
          "# HELP x h\n# TYPE x gauge\nx 1\nx 2\n", "# HELP x h\n# TYPE x gauge\nx 1"}) {
        BOOST_CHECK_THROW(test_support::samples_of(wrong), std::runtime_error);
    }
}

BOOST_AUTO_TEST_SUITE_END()
