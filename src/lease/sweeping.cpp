// When all units are listed, and what a listing tells.
#include "lease/ledger.hpp"
#include "lease/sweep.hpp"

#include <algorithm>
#include <map>

namespace videosdk::inline v0::leasing {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds shortest_gap = std::chrono::milliseconds(500);
constexpr nanoseconds longest_gap = std::chrono::seconds(15);
constexpr unsigned most_at_once = enough_proof / proof_of_paged;

} // namespace

/// Often at first, since most attempts are applied at once or never; twice as soon as absence can be proven.
time_point ledger::when_to_sweep_for(const attempt& which, time_point now) const
{
    if (!last_sweep_ || *last_sweep_ < which.last_byte) {
        return now;
    }
    const auto horizon = rules_.safe.wait_for_horizon ? rules_.horizon : nanoseconds(0);
    const time_point proof = which.last_byte + horizon;
    if (*last_sweep_ < proof) {
        const nanoseconds since = now - which.last_byte;
        return std::min(proof, now + std::clamp(since, shortest_gap, longest_gap));
    }
    if (counts_.echo == echo_state::proven && !which.absent && which.checks < most_at_once &&
        failed_sweeps_ == 0) {
        return now;
    }
    nanoseconds gap = shortest_gap;
    for (unsigned i = 0; i < which.looks && gap < longest_gap; ++i) {
        gap *= 2;
    }
    return now + std::min(gap, longest_gap);
}

void ledger::plan_sweep(time_point now)
{
    if (sweeping_) {
        return;
    }
    sweep_due_ = time_point::max();
    if (counts_.echo != echo_state::absent) {
        for (const std::uint64_t number : doubtful_) {
            sweep_due_ = std::min(sweep_due_, when_to_sweep_for(attempts_.at(number), now));
        }
    }
    if (in_use_ && !draining_) {
        sweep_due_ = std::min(sweep_due_, last_sweep_.value_or(now) + rules_.sweep_interval);
    }
}

void ledger::begin_sweep()
{
    sweep_due_ = time_point::max();
    sweeping_ = true;
    ++counts_.sweeps;
    act(action::kind::sweep);
}

void ledger::swept(const sweep& what, time_point now)
{
    sweeping_ = false;
    last_sweep_ = now;
    failed_sweeps_ = what.complete() ? 0 : failed_sweeps_ + 1;
    counts_.sweeps_incomplete += what.complete() ? 0 : 1;
    if (what.failure()) {
        last_failure_ = what.failure()->what();
    }
    counts_.foreign = counts_.other_boots = 0;
    std::vector<const resource*> foreign;
    std::map<std::string, id_set> bearing; // ids by token
    id_set shown;
    for (const resource& each : what.units()) {
        const mark whose = marks_.read(each.webhook_url);
        if (whose.whose == mark::kind::none) {
            ++counts_.foreign;
            foreign.push_back(&each);
        }
        counts_.other_boots += whose.whose == mark::kind::other_boot ? 1 : 0;
        shown.insert(each.id);
        if (whose.whose == mark::kind::own) {
            bearing[whose.token].insert(each.id);
            sighted(each, whose, now);
        }
    }
    const std::set<std::uint64_t> doubtful = doubtful_;
    for (const std::uint64_t number : doubtful) {
        const auto found = attempts_.find(number);
        if (found != attempts_.end()) {
            for (const id_text& id : found->second.sighted) {
                ask(id);
            }
            look_for_absence(found->second, what, bearing[found->second.token], now);
        }
    }
    if (what.complete()) {
        look_for_lost(what, shown);
    }
    if (rules_.report_foreign) {
        report_foreign(what, foreign);
    }
    plan_sweep(now);
    serve(now);
}

/// Each once: those of a complete sweep are all that have to be kept in mind.
void ledger::report_foreign(const sweep& what, const std::vector<const resource*>& found)
{
    id_set known = std::move(foreign_);
    std::vector<resource> fresh;
    foreign_.clear();
    for (const resource* const each : found) {
        foreign_.insert(each->id);
        if (!known.contains(each->id)) {
            fresh.push_back(*each);
        }
    }
    if (!what.complete()) {
        foreign_.merge(known);
    }
    if (!fresh.empty()) {
        act(action::kind::foreign).found = std::move(fresh);
    }
}

/// A lease whose unit is listed nowhere may have been released by somebody else.
void ledger::look_for_lost(const sweep& what, const id_set& shown)
{
    for (const unit& each : units_) {
        const bool ours = each.state == unit_state::held || each.state == unit_state::warm;
        if (ours && each.since < what.began() && !shown.contains(each.id())) {
            ask(each.id());
        }
    }
}

} // namespace videosdk::inline v0::leasing
