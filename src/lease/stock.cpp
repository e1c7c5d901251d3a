// Stocks: units that are kept idle for claims to come, filled again behind those that are taken.
#include "lease/ledger.hpp"
#include "lease/sweep.hpp"

#include <algorithm>

namespace videosdk::inline v0::leasing {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds first_look = std::chrono::seconds(5); // a webhook comes earlier, where any does
constexpr nanoseconds longest_look = std::chrono::seconds(30);
constexpr nanoseconds first_refusal_pause = std::chrono::seconds(1);
constexpr nanoseconds longest_refusal_pause = std::chrono::minutes(1);

nanoseconds doubled(nanoseconds first, unsigned times, nanoseconds longest)
{
    for (; times != 0 && first < longest; --times) {
        first *= 2;
    }
    return std::min(first, longest);
}

} // namespace

result<void> ledger::keep_warm(const unit_kind& of, const stock_rules& wanted, time_point now)
{
    std::size_t others = 0;
    for (const auto& [kind, each] : stocks_) {
        others += kind == of ? 0 : each.rules.count;
    }
    if (wanted.count > rules_.max_units || others > rules_.max_units - wanted.count) {
        error_info info;
        info.call = "keep_warm";
        info.detail = "count " + std::to_string(wanted.count) + " and " + std::to_string(others) +
                      " units of other kinds would exceed max_units, " + std::to_string(rules_.max_units);
        info.effect = effect::none;
        return error(make_error_code(errc::limit_reached), std::move(info));
    }
    stock& which = stocks_[of];
    which.expired = 0;
    if (which.rules == wanted) {
        serve(now);
        return {};
    }
    which.rules = wanted;
    which.refusals = 0;
    which.not_before = now;
    for (const std::uint64_t number : which.ready) {
        unit& each = *units_.find(number);
        each.due = wanted.max_idle ? std::max(now, each.since + *wanted.max_idle) : time_point::max();
        if (wanted.max_idle) {
            note(each.due, agenda::subject::unit, number);
        }
    }
    serve(now);
    return {};
}

stock* ledger::stock_of(const unit_kind& of) noexcept
{
    const auto found = stocks_.find(of);
    return found == stocks_.end() ? nullptr : &found->second;
}

/// How many more may be kept. None while a claim waits for room. `but`: an attempt not to be counted.
std::size_t ledger::lacking(const unit_kind& of, const stock& which, const attempt* but) const
{
    if (draining_ || short_of_room_) {
        return 0;
    }
    std::size_t coming = which.kept();
    for (const std::uint64_t number : which.attempts) {
        coming += attempts_.at(number).in_air();
    }
    for (auto each = attempts_.begin(); each != attempts_.end() && coming < which.wanted(); ++each) {
        const attempt& other = each->second;
        if (other.of == of && &other != but && !which.attempts.contains(other.number)) {
            coming += beyond_its_claims(other);
        }
    }
    return which.wanted() > coming ? which.wanted() - coming : 0;
}

/// What an attempt may still bring, and nobody lacks any more for whom it was made. Where nothing is echoed
/// it does not come to light: then only as much as others have brought in its place.
std::size_t ledger::beyond_its_claims(const attempt& which) const
{
    std::size_t lacked = 0;
    for (const claim& each : which.claims) {
        lacked += each.missing();
    }
    const std::size_t beyond = which.in_air() > lacked ? which.in_air() - lacked : 0;
    const bool lost = which.state == attempt_state::unknown && counts_.echo == echo_state::absent;
    return lost ? std::min(beyond, which.replaced) : beyond;
}

bool ledger::keep_if_lacking(unit& which, time_point now)
{
    // A unit in hand is better than what is still to come.
    stock* const where = stock_of(which.of);
    if (where == nullptr || draining_ || short_of_room_ || where->kept() >= where->wanted()) {
        return false;
    }
    keep(which, *where, now);
    return true;
}

void ledger::keep(unit& which, stock& where, time_point now)
{
    --held_;
    ++warm_;
    which.state = unit_state::warm;
    which.dealt_to = nullptr;
    which.tries = 0;
    if (which.shown->status == resource_status::idle) {
        return get_ready(which, where, now);
    }
    where.warming.insert(which.number);
    tell(which, lease_change::warming);
    if (which.since != now) {
        ask(which.id()); // its webhook may have come while it was a claim's
    }
    which.due = now + first_look;
    note(which.due, agenda::subject::unit, which.number);
}

void ledger::get_ready(unit& which, stock& where, time_point now)
{
    where.warming.erase(which.number);
    where.ready.insert(which.number);
    which.since = now;
    which.due = time_point::max();
    if (where.rules.max_idle) {
        which.due = now + *where.rules.max_idle;
        note(which.due, agenda::subject::unit, which.number);
    }
    tell(which, lease_change::warm);
}

/// It leaves its stock, whatever becomes of it.
void ledger::take_out(unit& which) noexcept
{
    stock& where = stocks_.find(which.of)->second;
    where.ready.erase(which.number);
    where.warming.erase(which.number);
    --warm_;
}

/// Idle units first, the oldest first. Whether that was all: then the claim is over.
bool ledger::take_warm(claim& which, time_point now)
{
    stock* const from = stocks_.empty() ? nullptr : stock_of(which.kind->of);
    if (from == nullptr) {
        return false;
    }
    from->expired = 0;
    std::uint32_t missing = which.missing();
    for (; missing != 0 && from->kept() != 0; --missing) {
        unit& next = *units_.find(from->next());
        take_out(next);
        next.state = unit_state::held;
        ++held_;
        held_from(next, now);
        ++counts_.taken_warm;
        tell(next, lease_change::taken);
        deal_to(which, next);
    }
    return missing == 0;
}

/// A unit on its way back is idle: the next may have it, where this is certain not to disturb anything.
bool ledger::reuse(unit& which, const resource& seen, time_point now)
{
    stop_coming_back(which);
    const stock* const where = stock_of(which.of);
    if (draining_ || where == nullptr || where->rules.count == 0 || !which.reusable || which.starting) {
        return false;
    }
    // A listing or a GET may be older than a start: it has to have shown what was started, too.
    const auto over = [](const own_composition& each) {
        return !each.id.empty() && !each.ending && each.shown;
    };
    if (!std::all_of(which.compositions.begin(), which.compositions.end(), over) || overtakes(which.of) ||
        (!is_wanted(which.of) && lacking(which.of, *where) == 0)) {
        return false;
    }
    ++counts_.reused;
    action& ended = act(action::kind::gone);
    ended.number = which.number;
    ended.id = which.id();
    ended.state = lease_state::released;
    units_.renew(which, seen);
    which.composers.insert(seen.composer_ids.begin(), seen.composer_ids.end());
    which.compositions.clear();
    which.state = unit_state::held;
    ++held_;
    held_from(which, now);
    deal(which, nullptr, now);
    return true;
}

void ledger::look_at_warm(unit& which, const result<resource>& answer, time_point now)
{
    stock& where = stocks_.find(which.of)->second;
    if (!answer) {
        last_failure_ = answer.error().what();
    }
    const bool unknown_there =
        !answer && answer.error().code() == condition::not_found && now >= which.since + rules_.horizon;
    if (unknown_there ||
        (answer && (answer->status == resource_status::released || !may_touch(which, *answer)))) {
        return is_gone(which, lease_state::lost, now);
    }
    if (answer && answer->status == resource_status::idle) {
        if (where.warming.contains(which.number)) {
            units_.renew(which, *answer);
            which.composers.insert(answer->composer_ids.begin(), answer->composer_ids.end());
            get_ready(which, where, now);
        }
        return;
    }
    if (!answer && where.ready.contains(which.number)) {
        return; // nothing is known that was not
    }
    if (answer && where.ready.erase(which.number) != 0) {
        where.warming.insert(which.number); // somebody else is at work in it
        units_.renew(which, *answer);
        tell(which, lease_change::warming);
    }
    which.due = now + doubled(first_look, which.tries++, longest_look);
    note(which.due, agenda::subject::unit, which.number);
}

void ledger::warm_unit_due(unit& which, time_point now)
{
    stock& where = stocks_.find(which.of)->second;
    if (where.warming.contains(which.number)) {
        which.due = now + longest_look; // should no answer come
        note(which.due, agenda::subject::unit, which.number);
        return ask(which.id());
    }
    ++where.expired;
    ++counts_.expired;
    send_back(which);
}

void ledger::send_back(unit& which)
{
    which.reusable = false;
    begin_return(which);
}

void ledger::evict(unit& which)
{
    which.to_make_room = true;
    ++making_room_;
    ++counts_.evicted;
    send_back(which);
}

/// For a unit that is to be adopted: one that is kept goes, and is not replaced before the next claim.
bool ledger::make_room_for_one()
{
    if (making_room_ != 0) {
        return true; // one is on its way
    }
    for (auto& [of, each] : stocks_) {
        if (each.kept() != 0) {
            ++each.expired;
            evict(*units_.find(each.next()));
            return true;
        }
    }
    return false;
}

/// Claims go first: as many units of a stock are given back as a claim lacks room for.
void ledger::make_room(std::size_t units)
{
    const std::size_t needed = owned_ + in_air_ + units - rules_.max_units;
    for (const bool idle : {true, false}) {
        for (auto& [of, each] : stocks_) {
            std::set<std::uint64_t>& from = idle ? each.ready : each.warming;
            while (making_room_ < needed && !from.empty()) {
                evict(*units_.find(*from.begin()));
            }
        }
    }
}

void ledger::fill_stocks(time_point now)
{
    for (auto& [of, each] : stocks_) {
        fill(of, each, now);
    }
}

/// One attempt at a time: what is taken while it is under way is asked for by the next, in one.
void ledger::fill(const unit_kind& of, stock& which, time_point now)
{
    while (which.kept() > which.wanted()) {
        send_back(*units_.find(which.next()));
    }
    const auto under_way = [&](std::uint64_t number) {
        return attempts_.at(number).state == attempt_state::sending;
    };
    if (which.kept() == which.wanted() || now < which.not_before || !has_room(1) ||
        std::any_of(which.attempts.begin(), which.attempts.end(), under_way)) {
        return; // before anything that takes longer the more is in the air
    }
    const std::size_t taken = owned_ + in_air_ + units_waited_for();
    const std::size_t room = rules_.max_units > taken ? rules_.max_units - taken : 0;
    // One that comes back idle saves an acquire; it is known in a moment whether it does.
    const std::size_t short_of = lacking(of, which);
    const std::size_t missing = short_of > which.coming_back ? short_of - which.coming_back : 0;
    const std::size_t units = std::min({missing, room, which.most});
    if (units == 0) {
        return;
    }
    const std::uint64_t number = ++last_attempt_;
    attempt& fresh = attempts_[number];
    fresh.number = number;
    fresh.of = of;
    fresh.wanted = static_cast<std::uint32_t>(units);
    fresh.token = mint_();
    which.attempts.insert(number);
    post(fresh);
}

/// Nobody waits for it any more, but it may bring what a stock lacks. Whether it brings no more than that.
bool ledger::give_to_stock(const attempt& which)
{
    stock* const where = stock_of(which.of);
    if (where == nullptr || which.state != attempt_state::sending || which.in_air() == 0) {
        return false;
    }
    const std::size_t short_of = lacking(which.of, *where, &which);
    if (short_of != 0) {
        where->attempts.insert(which.number);
    }
    return short_of >= which.in_air();
}

/// What has been refused is asked for later, and less of it.
void ledger::stock_attempt_over(const attempt& which, bool withdrawn, time_point now)
{
    stock* const where = stock_of(which.of);
    if (where == nullptr || where->attempts.erase(which.number) == 0) {
        return;
    }
    if (withdrawn) {
        return;
    }
    if (which.brought() != 0) {
        where->refusals = 0;
        where->not_before = now;
        where->most = std::max<std::size_t>(where->most, 2 * std::size_t{which.wanted});
        return;
    }
    where->most = std::max<std::size_t>(1, which.wanted / 2);
    where->not_before = now + doubled(first_refusal_pause, where->refusals++, longest_refusal_pause);
    note(where->not_before, agenda::subject::stock, 0);
}

} // namespace videosdk::inline v0::leasing
