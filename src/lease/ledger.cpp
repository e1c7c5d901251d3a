// The ledger's ways in that concern no single claim, attempt or unit: time, draining, what is left.
#include "lease/ledger.hpp"

#include <algorithm>

namespace videosdk::inline v0::leasing {

ledger::ledger(const ledger_rules& rules, std::function<std::string()> mint, mark_reader marks)
    : rules_(rules), mint_(std::move(mint)), marks_(std::move(marks))
{
    if (!rules_.safe.prove_echo) {
        counts_.echo = echo_state::proven;
    }
}

void ledger::on_time(time_point now)
{
    while (!agenda_.empty() && agenda_.front().at <= now) {
        const agenda::entry due = agenda_.front();
        agenda_.pop();
        if (due.what == agenda::subject::claim) {
            if (claim* const found = claims_.find(due.number)) {
                on_deadline(*found, now);
            }
        } else if (unit* const found = due.what == agenda::subject::unit ? units_.find(due.number) : nullptr;
                   found != nullptr && found->due <= now) {
            found->due = time_point::max();
            on_unit_due(*found, now);
        }
    }
    if (sweep_due_ <= now) {
        begin_sweep();
    }
    serve(now);
}

time_point ledger::next_wake() const noexcept
{
    return agenda_.empty() ? sweep_due_ : std::min(agenda_.front().at, sweep_due_);
}

void ledger::tell(const unit& which, lease_change what)
{
    if (rules_.watched) {
        action& told = act(action::kind::changed);
        told.id = which.id();
        told.change = what;
    }
}

void ledger::tell(const attempt& which, reconcile_progress what)
{
    if (rules_.watched) {
        action& told = act(action::kind::step);
        told.number = which.number;
        told.progress = what;
        told.units = which.wanted;
        told.seen = static_cast<std::uint32_t>(which.brought());
    }
}

void ledger::note(time_point at, agenda::subject what, std::uint64_t number)
{
    // Nearly every claim is satisfied long before its deadline, which stays behind in the agenda.
    if (agenda_.size() > 64 + 2 * (claims_.size() + units_.size())) {
        agenda_.tidy([this](const agenda::entry& each) {
            if (each.what != agenda::subject::unit) {
                return each.what == agenda::subject::stock || claims_.contains(each.number);
            }
            const unit* const found = units_.find(each.number);
            return found != nullptr && found->due == each.at;
        });
    }
    agenda_.note(at, what, number);
}

void ledger::drain(const error& why, time_point now)
{
    draining_ = true;
    for (auto& [of, each] : kinds_) {
        while (!each.open.empty()) {
            fail(each.open.front(), why, now);
        }
    }
    for (unit& each : units_) {
        if (each.state == unit_state::held || each.state == unit_state::warm) {
            begin_return(each);
        }
    }
    for (const auto& [of, each] : stocks_) {
        for (const std::uint64_t number : each.attempts) {
            if (attempts_.at(number).state == attempt_state::sending) {
                act(action::kind::withdraw).number = number;
            }
        }
    }
    plan_sweep(now);
}

left_behind ledger::rest() const
{
    left_behind out;
    for (const unit& each : units_) {
        if (each.state != unit_state::gone) {
            out.ids.emplace_back(each.id());
        }
    }
    std::sort(out.ids.begin(), out.ids.end());
    for (const auto& [number, each] : attempts_) {
        if (each.in_air() != 0) {
            out.tokens.push_back(each.token);
        }
    }
    out.last_failure = last_failure_;
    return out;
}

lease_counts ledger::counts() const
{
    lease_counts out = counts_;
    out.held = held_;
    out.returning = owned_ - held_ - warm_;
    out.waiting = claims_.size();
    for (const auto& [of, each] : stocks_) {
        out.warm += each.ready.size();
        out.warming += each.warming.size();
        for (const std::uint64_t number : each.attempts) {
            out.warming += attempts_.at(number).in_air();
        }
    }
    for (const std::uint64_t number : doubtful_) {
        out.in_doubt += attempts_.at(number).in_air();
    }
    return out;
}

} // namespace videosdk::inline v0::leasing
