// A lease manager's counts as text for Prometheus.
#include "http/exposition.hpp"

#include <videosdk/lease_manager.hpp>
#include <videosdk/prometheus.hpp>

namespace videosdk::inline v0 {

std::string to_prometheus(const lease_counts& value)
{
    http::exposition out("videosdk_leases_");
    out.begin_gauges("echo", "Whether the provider gives webhook URLs back: 1 at the state that holds.");
    for (const echo_state each : {echo_state::unproven, echo_state::proven, echo_state::absent}) {
        out.sample(http::label("state", to_string(each)), each == value.echo ? 1 : 0);
    }
    out.gauge("held", "Units with a lease now.", value.held);
    out.gauge("returning", "Units being given back now.", value.returning);
    out.gauge("in_doubt", "Units that attempts of unknown effect may have brought.", value.in_doubt);
    out.gauge("waiting", "Acquires under way now.", value.waiting);
    out.gauge("warm", "Units kept idle now.", value.warm);
    out.gauge("warming", "Units that are to be kept idle.", value.warming);
    out.gauge("held_back", "Steps that wait for the tenure now.", value.held_back);
    out.counter("attempts", "Acquires sent.", value.attempts);
    out.counter("units_asked", "Units that they asked for.", value.units_asked);
    out.gauge("largest_attempt", "The most units that one of them asked for.", value.largest_attempt);
    out.counter("shared_attempts", "Acquires made for several callers.", value.shared_attempts);
    out.counter("splits", "Of these, ones that were made again in two halves.", value.splits);
    out.counter("granted", "Units that came.", value.granted);
    out.counter("adopted", "Of these, found by a listing or an event.", value.adopted);
    out.counter("surplus", "Of these, more than anybody wanted.", value.surplus);
    out.counter("released", "Units given back.", value.released);
    out.counter("release_calls", "Releases sent.", value.release_calls);
    out.gauge("largest_release", "The most units that one of them named.", value.largest_release);
    out.counter("lost", "Units released by somebody else.", value.lost);
    out.counter("taken_warm", "Units handed out that had been kept idle.", value.taken_warm);
    out.counter("reused", "Units that came back and were kept or handed out again.", value.reused);
    out.counter("expired", "Units kept idle that nobody took in time.", value.expired);
    out.counter("evicted", "Units kept idle that were given back for want of room.", value.evicted);
    out.begin_counters("sweeps", "Listings of the account, by whether they saw all there was.");
    out.sample(http::label("complete", "yes"), value.sweeps - value.sweeps_incomplete);
    out.sample(http::label("complete", "no"), value.sweeps_incomplete);
    out.gauge("foreign", "Units of the last listing without a token of this owner.", value.foreign);
    out.gauge("other_boots", "Units of the last listing of this owner's other boots.", value.other_boots);
    out.counter("refused_without_tenure", "Requests not sent for want of a tenure.",
                value.refused_without_tenure);
    out.counter("outlived_tenure", "Requests that ended after the tenure.", value.outlived_tenure);
    return std::move(out).text();
}

} // namespace videosdk::inline v0
