// Claims: who gets which unit, who waits for room, who gets none.
#include "lease/ledger.hpp"

#include <algorithm>

namespace videosdk::inline v0::leasing {

std::uint64_t ledger::want(const unit_kind& of, std::uint32_t units, time_point deadline, when_unknown policy,
                           time_point now)
{
    const std::uint64_t number = ++last_claim_;
    claim& fresh = claims_[number];
    fresh.number = number;
    fresh.of = of;
    fresh.wanted = units;
    fresh.deadline = deadline;
    fresh.policy = policy;
    open_[of].insert(number);
    note(deadline, agenda::subject::claim, number);
    take_warm(fresh, now);
    if (const auto lacking = claims_.find(number); lacking != claims_.end()) {
        line_up(lacking->second, now);
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
        waiting_[which.of].insert(which.number);
    }
}

/// To the claims for which it was acquired, else to the oldest that lacks one, else to a stock.
bool ledger::deal(unit& which, const attempt* from, time_point now)
{
    if (draining_) {
        return false;
    }
    if (from != nullptr) {
        const auto first = from->claims.begin(); // each of them lacks something, or it would have left
        if (first != from->claims.end()) {
            deal_to(claims_.at(*first), which);
            return true;
        }
    }
    const auto kind = open_.find(which.of);
    if (kind == open_.end() || kind->second.empty()) {
        return keep_if_lacking(which, now);
    }
    claim& eldest = claims_.at(*kind->second.begin());
    if (const auto own = attempts_.find(eldest.attempt); own != attempts_.end()) {
        ++own->second.replaced;
    }
    deal_to(eldest, which);
    return true;
}

void ledger::deal_to(claim& which, unit& what)
{
    which.dealt.push_back(what.id());
    what.claim = which.number;
    if (which.missing() == 0) {
        grant(which);
    }
}

void ledger::grant(claim& which)
{
    action& done = act(action::kind::grant);
    done.number = which.number;
    for (const std::string& id : which.dealt) {
        unit& each = units_.find(id)->second;
        each.claim = 0;
        done.granted.push_back(each.shown);
    }
    leave(which);
}

void ledger::fail(claim& which, const error& why, time_point now)
{
    action& over = act(action::kind::fail);
    over.number = which.number;
    over.why = why;
    const std::vector<std::string> dealt = std::move(which.dealt);
    leave(which);
    let_go(dealt, now);
}

void ledger::forget(std::uint64_t number, time_point now)
{
    const auto found = claims_.find(number);
    if (found == claims_.end()) {
        return;
    }
    const std::vector<std::string> dealt = std::move(found->second.dealt);
    leave(found->second);
    let_go(dealt, now);
    serve(now);
}

/// Units whose claim has ended go to the next in line, else back.
void ledger::let_go(const std::vector<std::string>& ids, time_point now)
{
    for (const std::string& id : ids) {
        unit& each = units_.find(id)->second;
        each.claim = 0;
        if (!deal(each, nullptr, now)) {
            ++counts_.surplus;
            tell(each, lease_change::surplus);
            begin_return(each);
        }
    }
}

/// The claim is over: nothing looks for it any more.
void ledger::leave(claim& which)
{
    const std::uint64_t number = which.number;
    if (const auto kind = open_.find(which.of); kind != open_.end()) {
        kind->second.erase(number);
        if (kind->second.empty()) {
            open_.erase(kind);
        }
    }
    if (const auto line = waiting_.find(which.of); which.queued && line != waiting_.end()) {
        line->second.erase(number);
        if (line->second.empty()) {
            waiting_.erase(line);
        }
    }
    if (const auto under_way = attempts_.find(which.attempt); under_way != attempts_.end()) {
        attempt& made_for_it = under_way->second;
        made_for_it.claims.erase(number);
        if (made_for_it.claims.empty() && !give_to_stock(made_for_it) &&
            made_for_it.state == attempt_state::sending) {
            act(action::kind::withdraw).number = made_for_it.number;
        }
    }
    claims_.erase(number);
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
