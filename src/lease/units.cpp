// Units: how one becomes ours, and how it is given back.
#include "lease/ledger.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::leasing {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds first_pause = std::chrono::seconds(1);
constexpr nanoseconds longest_pause = std::chrono::seconds(15);

unit_kind kind_of(const resource& seen)
{
    return {seen.type.value(), seen.mode.value(), seen.quality.value()};
}

} // namespace

unit* ledger::find(std::string_view id) noexcept
{
    return units_.find(id);
}

/// From now on it is ours. `from` is the attempt that brought it, where that is not settled yet.
unit& ledger::add(std::shared_ptr<const resource> seen, std::size_t hash, bool answered, attempt* from,
                  time_point now)
{
    unit& fresh = units_.add(std::move(seen), hash);
    fresh.of = from != nullptr ? from->of : kind_of(*fresh.shown);
    fresh.answered = answered;
    if (!fresh.shown->composer_ids.empty()) {
        fresh.composers.insert(fresh.shown->composer_ids.begin(), fresh.shown->composer_ids.end());
    }
    ++owned_;
    ++held_;
    ++counts_.granted;
    held_from(fresh, now);
    if (answered) {
        fresh.brought_by = from->number;
        in_air_ -= from->in_air() != 0 ? 1 : 0;
        ++from->granted;
        if (!from->sighted.empty()) {
            from->sighted.erase(fresh.id());
        }
    } else if (from != nullptr) {
        saw(*from, fresh.id());
    }
    tell(fresh, answered ? lease_change::granted : lease_change::adopted);
    if (from == nullptr || !deal(fresh, from, now)) {
        const stock* const where = stock_of(fresh.of);
        const bool for_stock = from != nullptr && where != nullptr &&
                               (from->replaced != 0 || where->attempts.contains(from->number));
        counts_.evicted += for_stock && short_of_room_ ? 1 : 0;
        ++counts_.surplus;
        tell(fresh, lease_change::surplus);
        begin_return(fresh);
    }
    return fresh;
}

/// Somebody has it, or is about to.
void ledger::held_from(unit& which, time_point now)
{
    which.since = now;
    which.due = time_point::max();
    if (rules_.max_held) {
        which.due = now + *rules_.max_held;
        note(which.due, agenda::subject::unit, which.number);
    }
}

/// One GET of a unit at a time.
void ledger::ask(const id_text& id)
{
    if (asking_.insert(id).second) {
        act(action::kind::get).id = id;
    }
}

/// Listings only add facts: a unit becomes ours by a GET.
void ledger::sighted(const resource& seen, const mark& whose, time_point now)
{
    if (whose.whose != mark::kind::own || seen.status == resource_status::released) {
        return;
    }
    unit* const known = find(seen.id);
    if (known == nullptr) {
        sighted_of(whose.token, seen.id);
        ask(seen.id);
    } else if (known->state == unit_state::gone) {
        known->due = now + rules_.horizon; // a stale listing: not forgotten before they have ended
        note(known->due, agenda::subject::unit, known->number);
    } else if (known->state == unit_state::warm && known->shown->status == resource_status::idle &&
               seen.status != resource_status::idle) {
        ask(seen.id); // perhaps others use it
    }
}

void ledger::noticed(const event& what, time_point now)
{
    unit* const known = find(what.resource_id);
    if (what.type == event_type::resource_acquired) {
        if (known != nullptr) {
            if (known->state == unit_state::warm ||
                (known->state == unit_state::returning && !known->releasing)) {
                ask(known->id());
            }
        } else if (!what.resource_id.empty() && marks_.of_token(what.token).whose == mark::kind::own) {
            sighted_of(what.token, what.resource_id);
            ask(what.resource_id);
        }
    } else if (what.type == event_type::resource_released && known != nullptr) {
        if (known->state == unit_state::held || known->state == unit_state::warm) {
            is_gone(*known, lease_state::lost, now);
        } else if (known->state == unit_state::returning) {
            is_gone(*known, lease_state::released, now);
        }
        serve(now);
    }
}

void ledger::got(std::string_view asked, const result<resource>& answer, time_point now)
{
    const id_text id(asked);
    asking_.erase(id);
    if (id == proving_) {
        proving_.clear();
        if (answer) {
            const bool bears = answer->webhook_url.find(proving_token_) != std::string::npos;
            if (!bears) {
                counts_.echo = echo_state::absent;
            } else if (counts_.echo == echo_state::unproven) {
                counts_.echo = echo_state::proven;
                plan_sweep(now);
            }
        }
    }
    if (unit* const known = find(id)) {
        if (known->state == unit_state::held) {
            check_held(*known, answer, now);
        } else if (known->state == unit_state::warm) {
            look_at_warm(*known, answer, now);
        } else if (known->state == unit_state::returning) {
            if (std::exchange(known->asked_before, false)) {
                ask(id);
            } else {
                step_return(*known, answer, now);
            }
        }
    } else if (!answer) {
        not_of_any(id, answer, now);
    } else if (answer->id == id) {
        const mark whose = marks_.read(answer->webhook_url);
        if (whose.whose == mark::kind::own) {
            adopt_own(*answer, whose, now);
        } else {
            not_of_any(id, answer, now);
        }
    }
    serve(now);
}

/// A unit that bears one of our tokens, and that no answer has told of.
void ledger::adopt_own(const resource& seen, const mark& whose, time_point now)
{
    if (counts_.echo == echo_state::unproven) {
        counts_.echo = echo_state::proven;
    }
    attempt* const from = by_token(whose.token);
    const std::uint64_t number = from != nullptr ? from->number : 0;
    const bool known_before = from != nullptr && from->seen.contains(seen.id);
    if (seen.status == resource_status::released) {
        if (from != nullptr) {
            saw(*from, seen.id);
        }
    } else if (from == nullptr || known_before) {
        if (rules_.safe.give_back_late_units) {
            ++counts_.adopted;
            add(std::make_shared<const resource>(seen), units_.hash_of(seen.id), false, nullptr, now);
        }
    } else {
        ++counts_.adopted;
        if (from->state == attempt_state::unknown) {
            tell(*from, reconcile_progress::unit_found);
        }
        add(std::make_shared<const resource>(seen), units_.hash_of(seen.id), false, from, now);
    }
    try_to_settle(number, now);
}

result<granted_unit> ledger::adopt(const resource& seen, time_point now)
{
    error_info info;
    info.call = "adopt";
    info.effect = effect::none;
    errc code = errc::not_ours;
    const mark whose = marks_.read(seen.webhook_url);
    if (whose.whose == mark::kind::other_boot && counts_.echo == echo_state::unproven) {
        counts_.echo = echo_state::proven; // a GET has shown what this owner had sent
        plan_sweep(now);
    }
    if (whose.whose == mark::kind::none) {
        info.detail = "resource " + seen.id + " bears no token of this owner in its webhook URL";
    } else if (find(seen.id) != nullptr || whose.whose == mark::kind::own) {
        info.detail = "resource " + seen.id + " belongs to this very manager";
    } else if (seen.status == resource_status::released) {
        code = errc::status_unreachable;
        info.detail = "resource " + seen.id + " is released";
    } else if (!has_room(1)) {
        code = errc::limit_reached;
        info.detail = "max_units, " + std::to_string(rules_.max_units) +
                      ", are held, kept warm, on their way back or in the air";
        if (make_room_for_one()) {
            info.detail += "; a warm unit is given back for it: try again in a moment";
        }
    } else {
        unit& fresh = units_.add(std::make_shared<const resource>(seen), units_.hash_of(seen.id));
        fresh.token = std::make_unique<const std::string>(whose.token);
        fresh.of = kind_of(seen);
        fresh.composers.insert(seen.composer_ids.begin(), seen.composer_ids.end());
        held_from(fresh, now);
        ++owned_;
        ++held_;
        ++counts_.granted;
        ++counts_.adopted;
        tell(fresh, lease_change::adopted);
        in_use_ = true;
        if (sweep_due_ == time_point::max()) {
            plan_sweep(now);
        }
        return granted_unit(fresh.number, fresh.shown);
    }
    return error(make_error_code(code), std::move(info));
}

void ledger::give_back(std::string_view id, bool reuse, time_point now)
{
    unit* const known = find(id);
    if (known == nullptr) {
        return;
    }
    if (!reuse && known->state != unit_state::warm) {
        stop_coming_back(*known);
        known->reusable = false;
    }
    if (known->state == unit_state::held) {
        begin_return(*known);
        serve(now);
    }
}

void ledger::begin_return(unit& which)
{
    if (which.state == unit_state::warm) {
        take_out(which);
    } else {
        --held_;
    }
    which.state = unit_state::returning;
    which.due = time_point::max();
    which.tries = 0;
    which.asked_before = asking_.contains(which.id());
    if (stock* const where = stock_of(which.of); where != nullptr && which.reusable) {
        which.coming_back = true;
        ++where->coming_back;
    }
    tell(which, lease_change::returning);
    if (rules_.safe.release_idle_only) {
        ask(which.id());
    } else {
        begin_release(which);
    }
}

void ledger::begin_release(unit& which)
{
    stop_coming_back(which);
    which.releasing = true;
    which.reusable = false;
    act(action::kind::release).id = which.id();
}

/// Whether it will be idle soon is not known any more.
void ledger::stop_coming_back(unit& which) noexcept
{
    if (std::exchange(which.coming_back, false)) {
        --stocks_.find(which.of)->second.coming_back;
    }
}

/// Ours by its echo; or, where nothing is echoed, because it stood in the answer to our own request.
bool ledger::may_touch(const unit& which, const resource& seen) const
{
    const mark whose = marks_.read(seen.webhook_url);
    if (whose.whose == mark::kind::none) {
        return which.answered;
    }
    return whose.whose == mark::kind::own || (which.token && whose.token == *which.token);
}

void ledger::step_return(unit& which, const result<resource>& answer, time_point now)
{
    if (which.releasing) {
        return;
    }
    if (!answer) {
        last_failure_ = answer.error().what();
        // A unit that was acquired just now may not be known everywhere yet.
        const bool unknown_there = answer.error().code() == condition::not_found;
        if (unknown_there && now >= which.since + rules_.horizon) {
            is_gone(which, lease_state::released, now);
        } else {
            again_later(which, now);
        }
    } else if (answer->status == resource_status::released) {
        is_gone(which, lease_state::released, now);
    } else if (!may_touch(which, *answer)) {
        last_failure_ = "resource " + which.id() + " bears somebody else's token, and is left alone";
        is_gone(which, lease_state::lost, now);
    } else if (answer->status == resource_status::idle) {
        if (!reuse(which, *answer, now)) {
            begin_release(which);
        }
    } else {
        stop_coming_back(which);
        if (std::exchange(which.to_make_room, false)) {
            --making_room_; // not soon, at least: another may have to go
        }
        end_own_compositions(which, *answer);
        again_later(which, now);
    }
}

void ledger::released(std::string_view id, release_result_kind how, time_point now)
{
    unit* const which = find(id);
    if (which == nullptr || which->state != unit_state::returning) {
        return;
    }
    which->releasing = false;
    if (how == release_result_kind::done || !rules_.safe.repeat_failed_release) {
        is_gone(*which, lease_state::released, now);
    } else if (how == release_result_kind::unknown && !rules_.safe.keep_tombstones) {
        is_gone(*which, lease_state::released, now);
        units_.erase(*which);
    } else {
        again_later(*which, now);
    }
    serve(now);
}

void ledger::again_later(unit& which, time_point now)
{
    nanoseconds pause = first_pause;
    for (unsigned i = 0; i < which.tries && pause < longest_pause; ++i) {
        pause += pause / 2;
    }
    ++which.tries;
    which.due = now + std::min(pause, longest_pause);
    note(which.due, agenda::subject::unit, which.number);
}

/// It is nobody's any more; kept in mind while listings may still show it.
void ledger::is_gone(unit& which, lease_state how, time_point now)
{
    if (which.state == unit_state::held) {
        --held_;
    } else if (which.state == unit_state::warm) {
        take_out(which);
    }
    stop_coming_back(which);
    making_room_ -= which.to_make_room ? 1 : 0;
    --owned_;
    which.state = unit_state::gone;
    which.due = now + rules_.horizon;
    note(which.due, agenda::subject::unit, which.number);
    ++(how == lease_state::lost ? counts_.lost : counts_.released);
    tell(which, how == lease_state::lost ? lease_change::lost : lease_change::released);
    action& over = act(action::kind::gone);
    over.number = which.number;
    over.id = which.id();
    over.state = how;
    if (claim* const lacking = std::exchange(which.dealt_to, nullptr)) { // it had not been handed over yet
        lacking->dealt.erase(std::find(lacking->dealt.begin(), lacking->dealt.end(), &which));
        if (lacking->attempt == 0 && !lacking->queued) {
            fill_up({lacking->number}, error(), now);
        }
    }
}

void ledger::check_held(unit& which, const result<resource>& answer, time_point now)
{
    const bool unknown_there = !answer && answer.error().code() == condition::not_found;
    if ((answer && answer->status == resource_status::released) ||
        (unknown_there && now >= which.since + rules_.horizon)) {
        is_gone(which, lease_state::lost, now);
    }
}

void ledger::on_unit_due(unit& which, time_point now)
{
    switch (which.state) {
    case unit_state::held: {
        action& told = act(action::kind::overdue);
        told.id = which.id();
        told.held = now - which.since;
        break;
    }
    case unit_state::warm:
        warm_unit_due(which, now);
        break;
    case unit_state::returning:
        ask(which.id());
        break;
    case unit_state::gone: {
        units_.erase(which);
        break;
    }
    }
}

} // namespace videosdk::inline v0::leasing
