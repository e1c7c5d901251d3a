// Claims: who gets which unit, who waits for room, who gets none.
#include "lease/ledger.hpp"

#include <algorithm>
#include <memory>

namespace videosdk::inline v0::leasing {

std::uint64_t ledger::want(const unit_kind& of, std::uint32_t units, time_point deadline, when_unknown policy,
                           time_point now, claim_base* asker)
{
    claim& fresh = claims_.add();
    const std::uint64_t number = fresh.number;
    fresh.asker = asker;
    fresh.kind = &book_of(of);
    fresh.wanted = units;
    fresh.deadline = deadline;
    fresh.policy = policy;
    fresh.kind->open.push_back(fresh);
    note(deadline, agenda::subject::claim, number);
    if (!take_warm(fresh, now)) {
        line_up(fresh, now);
    }
    serve(now);
    return number;
}

/// An attempt is made for what the claim lacks when it is its turn and there is room; none where there will
/// be no room.
void ledger::line_up(claim& which, time_point now)
{
    if (held_ + which.missing() > rules_.max_units) {
        fail(which, too_many(which), now);
    } else {
        which.queued = true;
        which.kind->waiting.insert_by_age(which);
    }
}

/// To the claims for which it was acquired, else to the oldest that lacks one, else to a stock.
bool ledger::deal(unit& which, attempt* from, time_point now)
{
    if (draining_) {
        return false;
    }
    if (from != nullptr && !from->claims.empty()) {
        deal_to(from->claims.front(), which); // each of them lacks something, or it would have left
        return true;
    }
    const auto kind = kinds_.find(which.of);
    if (kind == kinds_.end() || kind->second.open.empty()) {
        return keep_if_lacking(which, now);
    }
    claim& eldest = kind->second.open.front();
    if (const auto own = attempts_.find(eldest.attempt); own != attempts_.end()) {
        ++own->second.replaced;
    }
    deal_to(eldest, which);
    return true;
}

/// With the last unit the claim is over.
void ledger::deal_to(claim& which, unit& what)
{
    which.dealt.push_back(&what);
    what.dealt_to = &which;
    if (which.missing() == 0) {
        grant(which);
    }
}

void ledger::grant(claim& which)
{
    action& done = act(action::kind::grant);
    done.number = which.number;
    done.asker = which.asker;
    for (unit* const each : which.dealt) {
        each->dealt_to = nullptr;
        done.granted.emplace_back(each->number, each->shown);
    }
    leave(which);
}

void ledger::fail(claim& which, const error& why, time_point now)
{
    action& over = act(action::kind::fail);
    over.number = which.number;
    over.asker = which.asker;
    over.why = std::make_unique<const error>(why);
    const dealt_units dealt = std::move(which.dealt);
    leave(which);
    let_go(dealt, now);
}

void ledger::forget(std::uint64_t number, time_point now)
{
    if (claim* const found = claims_.find(number)) {
        const dealt_units dealt = std::move(found->dealt);
        leave(*found);
        let_go(dealt, now);
        serve(now);
    }
}

/// Units whose claim has ended go to the next in line, else back.
void ledger::let_go(const dealt_units& units, time_point now)
{
    for (unit* const each : units) {
        each->dealt_to = nullptr; // all of them before anything can fail
    }
    for (unit* const each : units) {
        if (!deal(*each, nullptr, now)) {
            ++counts_.surplus;
            tell(*each, lease_change::surplus);
            begin_return(*each);
        }
    }
}

/// The claim is over: nothing looks for it any more.
void ledger::leave(claim& which)
{
    which.kind->open.remove(which);
    if (which.queued) {
        which.kind->waiting.remove(which);
    } else if (const auto under_way = attempts_.find(which.attempt); under_way != attempts_.end()) {
        attempt& made_for_it = under_way->second;
        made_for_it.claims.remove(which);
        if (made_for_it.claims.empty() && !give_to_stock(made_for_it) &&
            made_for_it.state == attempt_state::sending) {
            act(action::kind::withdraw).number = made_for_it.number;
        }
    }
    claims_.erase(which);
}

void ledger::on_deadline(claim& which, time_point now)
{
    if (which.in_doubt) {
        tell(attempts_.at(which.attempt), reconcile_progress::gave_up);
        const error& last = attempts_.at(which.attempt).failure;
        return fail(
            which,
            claim_error(which, make_error_code(errc::ambiguous),
                        std::string("the deadline passed before it was known what an attempt did that "
                                    "ended with \"") +
                            last.what() + "\"; what it brought is given back when it is seen"),
            now);
    }
    std::string detail = "the deadline passed ";
    if (which.queued && has_room(which.missing())) {
        detail += "before the acquires that it was to share an attempt with could leave";
    } else if (which.queued) {
        detail += "while " + std::to_string(rules_.max_units) +
                  " units (max_units) were held, on their way back or in the air";
    } else {
        detail += "before the provider answered; what the attempt brings is given back";
    }
    fail(which, claim_error(which, make_error_code(errc::wait_timeout), std::move(detail)), now);
}

error ledger::claim_error(const claim& which, boost::system::error_code code, std::string detail) const
{
    error_info info;
    info.call = "acquire";
    info.detail = std::move(detail);
    info.attempts = which.attempts;
    info.effect = code == errc::ambiguous ? effect::unknown : effect::none;
    return {code, std::move(info)};
}

error ledger::too_many(const claim& which) const
{
    return claim_error(which, make_error_code(errc::limit_reached),
                       std::to_string(held_) + " units are held, and " + std::to_string(which.missing()) +
                           " more would exceed max_units, " + std::to_string(rules_.max_units));
}

} // namespace videosdk::inline v0::leasing
