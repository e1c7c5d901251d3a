// What a hub knows of the compositions that its client has started, and who waits for them.
#include "events/composition_wait.hpp"
#include "events/hub_core.hpp"
#include "events/wait_operation.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0 {

using events::composition_facts;
using events::composition_life;
using events::composition_wait;

void hub_core::on_starting(const events::command_ptr& start)
{
    if (!closed()) {
        lives_.starting(start, time_->now());
    }
}

void hub_core::on_starting_in(const resource& unit, const events::command_ptr& start)
{
    if (!closed()) {
        lives_.starting(start, time_->now()).unit_token = events::token_in(unit.webhook_url);
    }
}

void hub_core::on_started(const events::command_ptr& start, const started_composition& what)
{
    if (!closed()) {
        learn_of_start(start->starts_in, what.id);
        life_of(start, what);
    }
}

void hub_core::on_not_started(const events::command_ptr& start)
{
    lives_.failed(start);
}

void hub_core::on_start_in_doubt(const events::command_ptr& start)
{
    lives_.in_doubt(start, time_->now());
}

events::life_ptr hub_core::life_of(const events::command_ptr& start, const started_composition& what)
{
    if (closed()) {
        auto alone = std::make_shared<composition_life>(start);
        alone->id = what.id;
        alone->answered(what);
        return alone;
    }
    events::life_ptr out = lives_.started(start, what, time_->now());
    settle(*out); // what came early may have told its end
    return out;
}

void hub_core::on_freed(const std::string& composition_id)
{
    lives_.freed(composition_id, time_->now());
}

void hub_core::on_unit_freed(std::string_view resource_id)
{
    lives_.freed_in(resource_id, time_->now());
}

void hub_core::tell_composition(const event& what)
{
    const auto token_of = [this](const std::string& resource_id) {
        const events::known_resource* const unit = table_.find(resource_id);
        return unit != nullptr && unit->group != nullptr ? std::string_view(unit->group->token)
                                                         : std::string_view();
    };
    const events::life_ptr which = lives_.about(what, token_of, time_->now());
    if (which && which->learn(what)) {
        settle(*which);
    }
}

/// Ends the waits that are decided.
void hub_core::settle(composition_life& which)
{
    const composition_facts known = which.facts();
    std::vector<composition_wait*> decided;
    which.waiting.for_each([&](events::queued_operation& each) {
        auto& waiting = static_cast<composition_wait&>(each);
        if (known.of(waiting.wanted) != composition_facts::prospect::open) {
            decided.push_back(&waiting);
        }
    });
    for (composition_wait* const each : decided) {
        const operation_ptr keep(each);
        leave(*each);
        if (known.of(each->wanted) == composition_facts::prospect::reached) {
            ++counts_.resolved_by_event;
            each->decide(result<void>());
        } else {
            each->decide(events::composition_unreachable_error(*each));
        }
        hand_over(*each);
    }
    if (known.over()) {
        lives_.ended(which, time_->now());
    }
}

void hub_core::begin_wait(composition_wait& which)
{
    switch (which.life->facts().of(which.wanted)) {
    case composition_facts::prospect::reached:
        ++counts_.resolved_by_fact;
        which.decide(result<void>());
        return which.deliver();
    case composition_facts::prospect::never:
        which.decide(events::composition_unreachable_error(which));
        return which.deliver();
    case composition_facts::prospect::open:
        break;
    }
    if (closed()) {
        which.decide(events::wait_error(make_error_code(errc::closed), "the event_hub is gone"));
        return which.deliver();
    }
    which.waiting = true;
    which.life->waiting.push(which);
    ++counts_.waiting;
    const auto now = time_->now();
    const auto left = scheduler::time_point::max() - now;
    time_->wait_until(now + std::min<std::chrono::nanoseconds>(which.timeout, left), which);
}

void hub_core::cancel_wait(composition_wait& which)
{
    leave(which);
}

void hub_core::on_deadline(composition_wait& which)
{
    ++counts_.timed_out;
    which.decide(events::composition_timeout_error(which, counts_.published != 0));
    leave(which);
}

/// Takes it off its composition; the caller holds a reference of its own.
void hub_core::leave(composition_wait& which)
{
    time_->cancel(which);
    which.waiting = false;
    --counts_.waiting;
    events::operation_list::remove(which);
}

void hub_core::end_composition_waits()
{
    lives_.for_each([this](composition_life& each) {
        while (events::queued_operation* const first = each.waiting.front()) {
            auto& waiting = static_cast<composition_wait&>(*first);
            const operation_ptr keep(&waiting);
            leave(waiting);
            waiting.decide(events::wait_error(asio::error::operation_aborted, "the event_hub is gone"));
            hand_over(waiting);
        }
    });
    lives_.clear();
}

/// The context is going away: nobody is called any more.
void hub_core::drop_composition_waits(std::vector<operation_ptr>& dropped) noexcept
{
    lives_.for_each([&](composition_life& each) {
        while (events::queued_operation* const first = each.waiting.front()) {
            auto& waiting = static_cast<composition_wait&>(*first);
            time_->cancel(waiting);
            waiting.waiting = false;
            dropped.push_back(each.waiting.pop());
        }
    });
    lives_.clear();
}

} // namespace videosdk::inline v0
