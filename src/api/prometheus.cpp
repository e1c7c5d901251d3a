// A client's counts as text for Prometheus.
#include "http/exposition.hpp"

#include <videosdk/metrics.hpp>
#include <videosdk/prometheus.hpp>
#include <videosdk/transport.hpp>

namespace videosdk::inline v0 {
namespace {

/// One sample an enumerator, from 1 on.
template <class Enum, std::size_t Size>
void samples(http::exposition& out, std::string_view name, const std::array<std::uint64_t, Size>& counts)
{
    for (std::size_t i = 0; i < Size; ++i) {
        out.sample(http::label(name, to_string(static_cast<Enum>(i + 1))), counts[i]);
    }
}

} // namespace

std::string to_prometheus(const client_metrics& value)
{
    http::exposition out("videosdk_client_");
    out.begin_counters("calls", "Calls that ended, by kind and result.");
    for (const call_counts& each : value.calls) {
        for (std::size_t i = 0; i < each.ended.size(); ++i) {
            const auto result = static_cast<call_result>(i + 1);
            out.sample(http::label("call", each.call) + ',' + http::label("result", to_string(result)),
                       each.ended[i]);
        }
    }
    out.begin_histograms("call_duration_seconds", "From the await to the result, with all attempts.");
    for (const call_counts& each : value.calls) {
        out.histogram(http::label("call", each.call), each.duration);
    }
    out.begin_histograms("exchange_duration_seconds",
                         "Of exchanges that were answered, with queueing and connecting.");
    out.histogram({}, value.exchanges);
    out.counter("exchanges_failed", "Exchanges without an answer.", value.exchanges_failed);
    out.begin_counters("retries", "Calls that were sent again, by cause.");
    samples<retry_cause>(out, "cause", value.retries);
    out.begin_counters("connections_closed", "Connections that ended, or never came to be, by cause.");
    samples<close_cause>(out, "cause", value.connections_closed);
    return std::move(out).text();
}

std::string to_prometheus(const transport_counts& value)
{
    http::exposition out("videosdk_transport_");
    out.counter("connections_opened", "Connections established, TLS included.", value.connections_opened);
    out.counter("connections_failed", "Attempts to connect that failed.", value.connections_failed);
    out.gauge("connections_open", "Connections open now.", value.connections_open);
    out.gauge("connections_idle", "Connections idle now.", value.connections_idle);
    out.counter("exchanges", "Requests written.", value.exchanges);
    out.counter("exchanges_reused", "Of these, on a connection used before.", value.exchanges_reused);
    out.gauge("waiting", "Exchanges that wait for a connection now.", value.waiting);
    return std::move(out).text();
}

} // namespace videosdk::inline v0
