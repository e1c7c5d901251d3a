// What a hub does with news: who is concerned by an event or a command, and which waits it decides.
#include "error/text.hpp"
#include "events/hub_core.hpp"
#include "events/wait_operation.hpp"
#include "events/watch.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0 {
namespace {

using events::known_resource;
using events::moment;
using events::watch;

// Events that name no resource make the hub ask about several, so it takes those that come close together
// as one.
constexpr std::chrono::milliseconds sweep_gap(250);

constexpr resource_status all_statuses[] = {resource_status::pending, resource_status::idle,
                                            resource_status::composing, resource_status::released};

unsigned bit_of(resource_type kind) noexcept
{
    return 1U << static_cast<unsigned>(kind);
}

bool fits(resource_type resource, resource_type composition) noexcept
{
    return resource == resource_type::unknown || resource == composition;
}

} // namespace

watch& hub_core::watch_of(known_resource& which)
{
    if (!which.watcher) {
        which.watcher = std::make_unique<watch>(*this, which);
    }
    return static_cast<watch&>(*which.watcher);
}

/// The latest event that may have been about this resource without naming it.
moment hub_core::other_news(const known_resource& which) const noexcept
{
    if (which.kind == resource_type::unknown) {
        return *std::max_element(unnamed_news_.begin(), unnamed_news_.end());
    }
    return unnamed_news_[static_cast<std::size_t>(which.kind)];
}

bool hub_core::learn(const event& what)
{
    const moment now = ++now_;
    if (what.type == event_type::resource_acquired || what.type == event_type::resource_released) {
        // Without an id it tells nothing that could be known already.
        return what.resource_id.empty() || learn_of_resource(what, now);
    }
    if (events::composition_kind(what.type) == resource_type::unknown) {
        return true; // about meetings and participants, or of a type invented later
    }
    tell_composition(what);
    if (!compositions_.learn(what)) {
        return false;
    }
    learn_of_composition(what, now);
    return true;
}

bool hub_core::learn_of_resource(const event& what, moment now)
{
    known_resource& which = table_.at(what.resource_id);
    const events::rank before = which.facts.known_rank();
    const bool news = what.type == event_type::resource_acquired ? which.facts.on_acquired(now)
                                                                 : which.facts.on_released(now);
    if (what.resource_kind.value() != resource_type::unknown) {
        which.kind = what.resource_kind;
    }
    if (what.type == event_type::resource_released) {
        lives_.freed_in(what.resource_id, time_->now());
    }
    table_.learn_token(which, what.token);
    table_.refresh(which);
    if (which.watcher && which.facts.known_rank() != before) {
        watch& waited = static_cast<watch&>(*which.watcher);
        // Most events end all the waits that they concern, and then nobody needs a clock.
        if (!decides_all(waited)) {
            waited.polls.restart(time_->now(), pace_);
            if (which.facts.unsettled(other_news(which))) {
                hurry(waited);
            }
        }
        settle(waited, cause::event);
    }
    return news;
}

void hub_core::learn_of_composition(const event& what, moment now)
{
    if (known_resource* const which = table_.by_composition(what.composition_id)) {
        return doubt(*which, now);
    }
    const resource_type kind = events::composition_kind(what.type);
    if (events::token_group* const group = what.token.empty() ? nullptr : table_.by_token(what.token)) {
        // doubt() makes a resource the newest, which never leaves its group.
        for (known_resource& each : group->members) {
            if (fits(each.kind, kind)) {
                doubt(each, now);
            }
        }
        return;
    }
    unnamed_news_[static_cast<std::size_t>(kind)] = now;
    sweep_soon(kind);
}

/// Only the API knows this resource's status now; asks it when somebody wants to know.
void hub_core::doubt(known_resource& which, moment now)
{
    which.facts.on_news(now);
    table_.touch(which);
    if (!which.watcher) {
        return;
    }
    watch& waited = static_cast<watch&>(*which.watcher);
    if (waited.waited_for_cycle()) {
        hurry(waited);
        schedule(waited);
    }
}

/// An event makes it worth asking at once.
void hub_core::hurry(watch& which)
{
    which.hurried = true;
    which.polls.hurry(time_->now(), pace_);
}

void hub_core::sweep_soon(resource_type kind)
{
    sweep_kinds_ |= bit_of(kind);
    const auto now = time_->now();
    if (swept_at_ && now - *swept_at_ < sweep_gap) {
        time_->wait_until(*swept_at_ + sweep_gap, sweep_alarm_);
    } else {
        sweep();
    }
}

void hub_core::sweep()
{
    for (watch& each : lists_->cycling) {
        const auto kind = each.of.kind;
        if (kind == resource_type::unknown || (sweep_kinds_ & bit_of(kind)) != 0) {
            swept_at_ = time_->now();
            hurry(each);
            enqueue(each);
        }
    }
    sweep_kinds_ = 0;
    ask_those_due();
}

void hub_core::on_command(const std::string& resource_id, const std::string& composition_id)
{
    if (closed()) {
        return;
    }
    known_resource& which = table_.at(resource_id);
    which.facts.on_command(++now_);
    table_.learn_composition(which, composition_id);
    table_.refresh(which);
    if (which.watcher) {
        watch& waited = static_cast<watch&>(*which.watcher);
        waited.polls.restart(time_->now(), pace_);
        place(waited);
        schedule(waited);
    }
}

void hub_core::on_start_command(const std::string& resource_id)
{
    on_command(resource_id, {});
}

void hub_core::learn_of_start(const std::string& resource_id, const std::string& composition_id)
{
    known_resource& which = table_.at(resource_id);
    if (which.facts.status(other_news(which)) == resource_status::composing) {
        table_.learn_composition(which, composition_id);
        table_.refresh(which);
    } else {
        // What was asked while the command was on its way may be older than its effect.
        on_command(resource_id, composition_id);
    }
}

void hub_core::on_end_command(const std::string& composition_id)
{
    if (closed()) {
        return;
    }
    if (const known_resource* const which = table_.by_composition(composition_id)) {
        on_command(std::string(*which->id), composition_id);
    }
}

events::shared_resource hub_core::snapshot(const known_resource& which, resource_status status) const
{
    if (which.detail && which.detail->what.status == status) {
        return which.detail;
    }
    events::shared_resource out(new events::counted_resource(which.detail ? which.detail->what : resource()));
    out->what.id = *which.id;
    out->what.status = status;
    if (out->what.type == resource_type::unknown) {
        out->what.type = which.kind;
    }
    return out;
}

/// Whether nobody will wait any more once settle() has been here.
bool hub_core::decides_all(watch& which) const
{
    const resource_status status = which.of.facts.status(other_news(which.of));
    return std::all_of(std::begin(all_statuses), std::end(all_statuses), [&](resource_status wanted) {
        return wanted == status || which.waiters(wanted).empty() || !which.of.facts.reachable(wanted);
    });
}

/// Ends the waits that the facts decide.
void hub_core::settle(watch& which, cause by)
{
    const resource_status status = which.of.facts.status(other_news(which.of));
    std::uint64_t& count = by == cause::event ? counts_.resolved_by_event : counts_.resolved_by_poll;
    for (const resource_status wanted : all_statuses) {
        events::operation_list& list = which.waiters(wanted);
        if (list.empty()) {
            continue;
        }
        if (wanted == status) {
            const auto found = snapshot(which.of, status);
            for_each_leaving(list, [&](events::wait_operation& waiting) {
                ++count;
                waiting.resolve(found);
            });
            if (by == cause::poll && notice_.on_poll(time_->now())) {
                say_that_polls_bring_the_news();
            }
        } else if (!which.of.facts.reachable(wanted)) {
            const error why = events::wait_unreachable_error(
                *which.of.id, wanted, events::status_words(which.of.facts.last_seen()));
            for_each_leaving(list, [&](events::wait_operation& waiting) { waiting.fail(why); });
        }
    }
    after_waiter_left(which);
}

/// At the next turn: what the user's function does, or throws, must not happen in the middle of this.
void hub_core::say_that_polls_bring_the_news()
{
    if (!options_.on_notice || !home_) {
        return;
    }
    asio::post(home_, [self = shared_from_this(), count = notice_.in_a_row()] {
        self->options_.on_notice(
            "event_hub: the news of the last " + std::to_string(count) +
            " resources was found by asking the API, and no webhook came meanwhile: does the "
            "provider reach the webhook URL? webhook_receiver::self_test() tells");
    });
}

template <class Function>
void hub_core::for_each_leaving(events::operation_list& list, Function decide)
{
    while (events::queued_operation* const first = list.front()) {
        auto& waiting = static_cast<events::wait_operation&>(*first);
        const operation_ptr keep(&waiting);
        leave(waiting);
        decide(waiting);
        hand_over(waiting);
    }
}

void hub_core::fail_all(watch& which, const error& failure)
{
    for (const resource_status wanted : all_statuses) {
        for_each_leaving(which.waiters(wanted),
                         [&](events::wait_operation& waiting) { waiting.fail(failure); });
    }
}

void hub_core::fail_not_found(watch& which, const error& failure)
{
    const std::string why = std::string("the API does not know it: ") + failure.what();
    for (const resource_status wanted : all_statuses) {
        if (events::operation_list& list = which.waiters(wanted); !list.empty()) {
            const error unreachable = events::wait_unreachable_error(*which.of.id, wanted, why);
            for_each_leaving(list, [&](events::wait_operation& waiting) { waiting.fail(unreachable); });
        }
    }
}

} // namespace videosdk::inline v0
