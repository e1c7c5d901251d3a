// What Prometheus reads of a listener, beside webhooks and health checks.
#include "support/exposition_check.hpp"
#include "world.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using listener_tests::world;

namespace {

namespace asio = boost::asio;

std::string ask(world& here, const std::string& line)
{
    return here.ask(line + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
}

std::string body_of(const std::string& answer)
{
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

} // namespace

BOOST_AUTO_TEST_SUITE(metrics)

BOOST_AUTO_TEST_CASE(all_that_the_library_counts_is_read_at_once_and_is_well_formed)
{
    world here;
    std::vector<std::string> log;
    const auto calls = std::make_shared<videosdk::metrics_observer>();
    std::unique_ptr<videosdk::lease_manager> leases;
    here.options.metrics_path = "/metrics";
    here.options.on_access = [&](const videosdk::access_record& record) { log.emplace_back(record.path); };
    here.options.more_metrics = [&]() -> asio::awaitable<std::string> {
        const videosdk::transport_counts transport = co_await here.client->counts();
        const videosdk::hub_counts hub = co_await here.hub->counts();
        const videosdk::lease_counts units = co_await leases->counts();
        co_return videosdk::to_prometheus(calls->metrics()) + videosdk::to_prometheus(transport) +
            videosdk::to_prometheus(hub) + videosdk::to_prometheus(units);
    };
    here.start();
    leases = std::make_unique<videosdk::lease_manager>(*here.client, *here.hub, *here.receiver);
    here.receive_a_webhook();

    const std::string answer = ask(here, "GET /metrics?x=1");
    BOOST_TEST(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    BOOST_TEST(answer.find("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n") !=
               std::string::npos);
    const std::map<std::string, double> samples = test_support::samples_of(body_of(answer));
    BOOST_TEST(samples.at(R"(videosdk_receiver_webhooks_total{verdict="accepted"})") >= 1);
    BOOST_TEST(samples.at("videosdk_listener_metrics_reads_total") == 1);
    BOOST_TEST(samples.at("videosdk_listener_request_duration_seconds_count") >= 1);
    BOOST_TEST(samples.at("videosdk_transport_exchanges_total") >= 1);
    BOOST_TEST(samples.at("videosdk_hub_published_total") >= 1);
    BOOST_TEST(samples.at(R"(videosdk_leases_echo{state="unproven"})") == 1);
    BOOST_TEST(samples.contains("videosdk_client_exchanges_failed_total"));
    BOOST_TEST((std::ranges::find(log, "/metrics") != log.end())); // no token is in it: not masked
}

BOOST_AUTO_TEST_CASE(only_get_and_head_of_exactly_that_path_ask_for_metrics)
{
    world here;
    here.options.metrics_path = "/metrics";
    here.options.health_path = "/healthz";
    here.start();
    const std::string head = ask(here, "HEAD /metrics");
    BOOST_TEST(head.starts_with("HTTP/1.1 200 OK\r\n"));
    BOOST_TEST(body_of(head) == "");
    BOOST_TEST(ask(here, "GET /healthz").starts_with("HTTP/1.1 200"));
    BOOST_TEST(ask(here, "GET /metrics/").starts_with("HTTP/1.1 405"));
    BOOST_TEST(ask(here, "GET /metricsx").starts_with("HTTP/1.1 405"));
    BOOST_TEST(ask(here, "PUT /metrics").starts_with("HTTP/1.1 405"));
    BOOST_TEST(here.ask("POST /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                   .starts_with("HTTP/1.1 404"));
    here.receive_a_webhook();
    const videosdk::listener_counts counts = here.listener->counts();
    BOOST_TEST(counts.metrics_reads == 1U);
    BOOST_TEST(counts.health_checks == 1U);
    BOOST_TEST(counts.verified >= 1U);
}

BOOST_AUTO_TEST_CASE(a_metrics_function_that_fails_harms_that_answer_only)
{
    world here;
    int asked = 0;
    here.options.metrics_path = "/metrics";
    here.options.more_metrics = [&]() -> asio::awaitable<std::string> {
        if (++asked == 1) {
            throw std::runtime_error("no counts today");
        }
        co_return "# HELP x h\n# TYPE x gauge\nx 1\n";
    };
    here.start();
    const std::string failed = ask(here, "GET /metrics");
    BOOST_TEST(failed.starts_with("HTTP/1.1 500"));
    BOOST_TEST(failed.find("no counts today") == std::string::npos);
    BOOST_TEST(test_support::samples_of(body_of(ask(here, "GET /metrics"))).at("x") == 1);
}

BOOST_AUTO_TEST_CASE(a_metrics_path_that_is_a_webhooks_is_refused_and_none_is_served_unasked)
{
    world here;
    here.options.metrics_path = "/videosdk/metrics";
    try {
        here.start();
        BOOST_ERROR("accepted");
    } catch (const videosdk::error& failure) {
        BOOST_TEST(failure.info().detail.find("metrics_path is the path of a webhook") != std::string::npos);
    }
    world other;
    other.start();
    BOOST_TEST(ask(other, "GET /metrics").starts_with("HTTP/1.1 405"));
}

BOOST_AUTO_TEST_SUITE_END()
