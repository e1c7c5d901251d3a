// A hub's counts as text for Prometheus.
#include "http/exposition.hpp"

#include <videosdk/event_hub.hpp>
#include <videosdk/prometheus.hpp>

namespace videosdk::inline v0 {

std::string to_prometheus(const hub_counts& value)
{
    http::exposition out("videosdk_hub_");
    out.counter("published", "Events published.", value.published);
    out.counter("repetitions", "Of these, ones that told nothing new.", value.repetitions);
    out.counter("polls", "GETs begun for waiters.", value.polls);
    out.begin_counters("waits_resolved", "Waits that came true, by what told so.");
    out.sample(http::label("by", "fact"), value.resolved_by_fact);
    out.sample(http::label("by", "event"), value.resolved_by_event);
    out.sample(http::label("by", "poll"), value.resolved_by_poll);
    out.counter("waits_timed_out", "Waits whose deadline passed.", value.timed_out);
    out.counter("dropped", "Events dropped from slow subscriptions.", value.dropped);
    out.gauge("waiting", "Waits under way now.", value.waiting);
    out.gauge("facts", "Resources and compositions known now.", value.facts);
    out.counter("handled", "Times that a handler has returned.", value.handled);
    out.counter("handler_failures", "Times that a handler threw or took too long.", value.handler_failures);
    out.counter("handler_overload", "Events that a handler had no room for.", value.handler_overload);
    out.gauge("handling", "Events that handlers work on now.", value.handling);
    return std::move(out).text();
}

} // namespace videosdk::inline v0
