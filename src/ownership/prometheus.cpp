// An ownership's counts as text for Prometheus.
#include "http/exposition.hpp"

#include <videosdk/ownership.hpp>
#include <videosdk/prometheus.hpp>

namespace videosdk::inline v0 {

std::string to_prometheus(const ownership_counts& value)
{
    http::exposition out("videosdk_ownership_");
    out.begin_counters("beats", "Heartbeats, by whether the store has answered.");
    out.sample(http::label("answered", "yes"), value.beats);
    out.sample(http::label("answered", "no"), value.beats_failed);
    out.counter("looks", "Rounds for boots that are gone.", value.looks);
    out.counter("fenced_off", "Of these, ones that ended since the lock was another's.", value.fenced_off);
    out.counter("cut_short", "Of these, ones that failed or took too long.", value.cut_short);
    out.counter("buried", "Boots that were declared dead here.", value.buried);
    out.counter("claimed", "Units of theirs that were claimed here.", value.claimed);
    out.counter("taken_over", "Of these, ones that were adopted.", value.taken_over);
    out.gauge("silent", "Boots that do not beat and are waited for.", value.silent);
    out.gauge("unaccounted", "Units of boots that the store has never heard of.", value.unaccounted);
    out.gauge("lost", "Whether this boot was taken for dead.", value.lost ? 1 : 0);
    return std::move(out).text();
}

} // namespace videosdk::inline v0
