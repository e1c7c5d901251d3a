// The decisions of a takeover.
#include "ownership/takeover.hpp"

#include <algorithm>

namespace videosdk::inline v0::owning {
namespace {

boot_state state_of(const store_sighting& seen, const std::string& boot)
{
    for (const boot_sighting& each : seen.boots) {
        if (each.boot == boot) {
            return each.state;
        }
    }
    return boot_state::unknown;
}

} // namespace

takeover::action takeover::make(step what) const
{
    action out;
    out.what = what;
    out.fence = fence_.value_or(0);
    out.until = step_until_;
    return out;
}

/// The round is over.
takeover::action takeover::rest(time_point now)
{
    fence_.reset();
    to_bury_.clear();
    to_claim_.clear();
    to_adopt_.clear();
    resting_ = true;
    next_round_ = std::max(next_round_, now);
    action out = make(step::wait);
    out.until = next_round_;
    return out;
}

takeover::action takeover::on_time(time_point now)
{
    if (!resting_) {
        if (now >= step_until_) {
            return failed(now); // it is not answered
        }
        return make(step::wait);
    }
    if (now < next_round_) {
        return rest(now);
    }
    resting_ = false;
    next_round_ = now + rules_.every;
    if (now < others_turn_until_) {
        return inherit(now);
    }
    step_until_ = lock_until_ = now + rules_.lock_expiry;
    return make(step::lock);
}

takeover::action takeover::locked(std::optional<std::uint64_t> fence, time_point now)
{
    if (!fence) {
        return inherit(now);
    }
    fence_ = fence;
    ++sums_.rounds;
    return now < lock_until_ ? make(step::list) : failed(now);
}

takeover::action takeover::listed(std::vector<listed_unit> units, time_point now)
{
    if (now >= lock_until_) {
        return failed(now);
    }
    listed_ = std::move(units);
    action out = make(step::look);
    std::set<std::string> boots;
    for (const listed_unit& each : listed_) {
        out.units.push_back(each.id);
        boots.insert(each.boot);
    }
    out.boots.assign(boots.begin(), boots.end());
    return out;
}

takeover::action takeover::looked(const std::optional<store_sighting>& seen, time_point now)
{
    if (!seen) {
        ++sums_.fenced_off;
        return rest(now);
    }
    watch(*seen, now);
    plan(*seen, now);
    return next(now);
}

/// Since when each boot that does not beat has been seen so, without a beat between.
void takeover::watch(const store_sighting& seen, time_point now)
{
    std::map<std::string, silence, std::less<>> watched;
    for (const boot_sighting& each : seen.boots) {
        if (each.state != boot_state::silent || is_mine(each.boot)) {
            continue;
        }
        const auto before = silent_.find(each.boot);
        const bool still = before != silent_.end() && before->second.beats == each.beats;
        watched.emplace(each.boot, still ? before->second : silence{now, each.beats});
    }
    silent_ = std::move(watched);
    sums_.silent = silent_.size();
}

bool takeover::is_due(const std::string& boot, time_point now) const
{
    const auto found = silent_.find(boot);
    return found != silent_.end() && now - found->second.since >= rules_.gone_for;
}

/// A unit belongs to its heir, where it has one, else to the boot in its token.
void takeover::plan(const store_sighting& seen, time_point now)
{
    to_bury_.clear();
    to_claim_.clear();
    sums_.unaccounted = 0;
    for (const listed_unit& each : listed_) {
        const auto heir = seen.heirs.find(each.id);
        const std::string& holder = heir != seen.heirs.end() ? heir->second : each.boot;
        if (is_mine(holder)) {
            continue;
        }
        const boot_state state = state_of(seen, holder);
        sums_.unaccounted += state == boot_state::unknown ? 1 : 0;
        const bool due = state == boot_state::silent && is_due(holder, now);
        if (due && std::find(to_bury_.begin(), to_bury_.end(), holder) == to_bury_.end()) {
            to_bury_.push_back(holder);
        }
        if (due || state == boot_state::buried) {
            to_claim_.push_back({each.id, holder});
        }
    }
}

/// Of what needs the lock.
takeover::action takeover::next(time_point now)
{
    if (now >= lock_until_) {
        return failed(now);
    }
    if (!to_bury_.empty()) {
        action out = make(step::bury);
        out.boot = to_bury_.front();
        out.beats = silent_.at(out.boot).beats;
        return out;
    }
    if (!to_claim_.empty()) {
        action out = make(step::claim);
        out.unit = to_claim_.front().unit;
        out.boot = to_claim_.front().holder;
        return out;
    }
    action out = make(step::prune);
    for (const listed_unit& each : listed_) {
        out.units.push_back(each.id);
    }
    out.units.insert(out.units.end(), ours_.begin(), ours_.end());
    return out;
}

takeover::action takeover::buried(bool done, time_point now)
{
    silent_.erase(to_bury_.front());
    to_bury_.pop_front();
    sums_.silent = silent_.size();
    if (!done) {
        ++sums_.fenced_off; // or it has come back to life, which the next round will see
        return rest(now);
    }
    ++sums_.buried;
    return next(now);
}

takeover::action takeover::claimed(bool done, time_point now)
{
    if (!done) {
        ++sums_.fenced_off;
        return rest(now);
    }
    ++sums_.claimed;
    to_claim_.pop_front();
    return next(now);
}

takeover::action takeover::pruned(bool done, time_point now)
{
    if (!done) {
        ++sums_.fenced_off;
        return rest(now);
    }
    return inherit(now);
}

takeover::action takeover::inherit(time_point now)
{
    step_until_ = now + rules_.lock_expiry;
    return make(step::inherit);
}

takeover::action takeover::inherited(const std::vector<std::string>& units, time_point now)
{
    std::set<std::string, std::less<>> still_over;
    to_adopt_.clear();
    for (const std::string& each : units) {
        if (over_.contains(each)) {
            still_over.insert(each);
        } else {
            to_adopt_.push_back(each);
        }
    }
    over_ = std::move(still_over);
    return adopt_next(now);
}

takeover::action takeover::adopt_next(time_point now)
{
    if (to_adopt_.empty()) {
        return rest(now);
    }
    step_until_ = now + rules_.lock_expiry;
    action out = make(step::adopt);
    out.unit = to_adopt_.front();
    was_ours_ = !ours_.insert(out.unit).second; // from now on: the answer may come when nobody waits for it
    return out;
}

takeover::action takeover::adopted(adoption how, time_point now)
{
    if (how == adoption::over) {
        over_.insert(to_adopt_.front());
    }
    if (how == adoption::over || (how == adoption::failed && !was_ours_)) {
        ours_.erase(to_adopt_.front());
    }
    sums_.adopted += how == adoption::done ? 1 : 0;
    to_adopt_.pop_front();
    return adopt_next(now);
}

takeover::action takeover::failed(time_point now)
{
    if (!fence_) {
        return rest(now);
    }
    ++sums_.cut_short;
    others_turn_until_ = now + 2 * rules_.every;
    step_until_ = now + rules_.lock_expiry;
    const action out = make(step::unlock);
    fence_.reset();
    return out;
}

} // namespace videosdk::inline v0::owning
