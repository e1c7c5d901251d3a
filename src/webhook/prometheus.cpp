// A receiver's and a listener's counts as text for Prometheus.
#include "http/exposition.hpp"

#include <videosdk/prometheus.hpp>
#include <videosdk/webhook_listener.hpp>
#include <videosdk/webhook_receiver.hpp>

namespace videosdk::inline v0 {

std::string to_prometheus(const receiver_counts& value)
{
    http::exposition out("videosdk_receiver_");
    out.begin_counters("webhooks", "Webhooks judged, by verdict.");
    out.sample(http::label("verdict", "accepted"), value.accepted);
    out.sample(http::label("verdict", "bad_request"), value.bad_request);
    out.sample(http::label("verdict", "bad_token"), value.bad_token);
    out.sample(http::label("verdict", "bad_signature"), value.bad_signature);
    out.sample(http::label("verdict", "unavailable"), value.unavailable);
    out.counter("repetitions", "Of those accepted, ones that changed nothing.", value.repetitions);
    out.counter("key_fetches", "Fetches of the provider's key.", value.key_fetches);
    return std::move(out).text();
}

std::string to_prometheus(const listener_counts& value)
{
    http::exposition out("videosdk_listener_");
    out.counter("connections_accepted", "Connections accepted.", value.connections_accepted);
    out.gauge("connections_open", "Connections open now.", value.connections_open);
    out.counter("connections_shed", "Connections refused because there were too many.",
                value.connections_shed);
    out.counter("connections_shed_by_address", "Of these, because of their address.",
                value.connections_shed_by_address);
    out.counter("accept_errors", "Failures to accept a connection.", value.accept_errors);
    out.counter("handshakes_failed", "TLS handshakes that failed.", value.handshakes_failed);
    out.counter("requests", "Requests passed to the receiver, or for the metrics.", value.requests);
    out.counter("metrics_reads", "Of these, for the metrics.", value.metrics_reads);
    out.counter("requests_shed", "Requests answered 503 for want of room.", value.requests_shed);
    out.counter("health_checks", "Health checks answered.", value.health_checks);
    out.begin_counters("refused", "Requests that were not HTTP as it should be, or too large, by part.");
    out.sample(http::label("part", "head"), value.refused_heads);
    out.sample(http::label("part", "body"), value.refused_bodies);
    out.begin_counters("timed_out", "Deadlines that passed, by what was under way.");
    out.sample(http::label("during", "handshake"), value.timed_out_handshakes);
    out.sample(http::label("during", "head"), value.timed_out_heads);
    out.sample(http::label("during", "body"), value.timed_out_bodies);
    out.sample(http::label("during", "handler"), value.timed_out_handlers);
    out.sample(http::label("during", "write"), value.timed_out_writes);
    out.counter("log_failures", "Times that on_access has thrown.", value.log_failures);
    out.begin_histograms("request_duration_seconds", "From a request's last byte to its answer's last.");
    out.histogram({}, value.latency);
    return std::move(out).text();
}

} // namespace videosdk::inline v0
