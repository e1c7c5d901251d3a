// The hub's life: waits begin and end, outcomes are handed over, everything is let go.
#include "events/hub_core.hpp"

#include "events/publish_operation.hpp"
#include "events/room_listener.hpp"
#include "events/wait_operation.hpp"
#include "events/watch.hpp"
#include "http/observing.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0 {

using events::known_resource;
using events::watch;

namespace {

void tell_no_room(const events::relay_seat& seat, const event& what)
{
    const std::shared_ptr<event_relay> relay = seat.relay();
    if (auto* const told = dynamic_cast<events::room_listener*>(relay.get())) {
        told->on_no_room(what);
    }
}

} // namespace

std::shared_ptr<hub_core> hub_core::make(std::shared_ptr<client_core> source,
                                         const event_hub_options& options)
{
    options.validate();
    if (!source || !source->executor()) {
        error_info info;
        info.call = "event_hub";
        info.detail = "the client was moved from, or its execution context is gone";
        throw error(make_error_code(errc::invalid_argument), std::move(info));
    }
    auto core = std::make_shared<hub_core>(std::move(source), options);
    core->join_context(core->home_);
    core->source_->add_command_listener(core);
    return core;
}

hub_core::hub_core(std::shared_ptr<client_core> source, const event_hub_options& options)
    : source_(std::move(source)),
      time_(source_->shared_time()),
      home_(source_->executor()),
      options_(options),
      pace_{options.poll_after, options.poll_interval_cap},
      poll_timeout_(source_->options().timeout),
      table_(options.max_facts),
      compositions_(options.max_facts),
      lives_(options.max_facts),
      sweep_alarm_(*this),
      lists_(std::make_unique<watch_lists>()),
      ready_(std::make_shared<events::handover>()),
      subscriptions_(options.subscription_queue),
      handlers_(*this, options.max_facts)
{
}

hub_core::~hub_core()
{
    leave_context();
}

void hub_core::close()
{
    if (!closing_.exchange(true, std::memory_order_acq_rel) && home_) {
        // Later, never inside a destructor: aborted waits resume their callers.
        asio::post(home_, [self = shared_from_this()] { self->close_at_home(); });
    }
}

void hub_core::close_at_home()
{
    if (!home_) {
        return;
    }
    table_.for_each([this](known_resource& which) {
        if (!which.watcher) {
            return;
        }
        watch& waited = static_cast<watch&>(*which.watcher);
        fail_all(waited, events::wait_error(asio::error::operation_aborted, "the event_hub is gone"));
        time_->cancel(waited);
    });
    table_.clear();
    end_composition_waits();
    asking_ = 0;
    time_->cancel(sweep_alarm_);
    for (const auto& waiting : subscriptions_.close().ready) {
        hand_over(*waiting);
    }
    handlers_.close();
}

void hub_core::context_shutdown() noexcept
{
    const std::shared_ptr<hub_core> self = weak_from_this().lock();
    closing_.store(true, std::memory_order_release);
    home_ = {};
    source_->shut_down();
    std::vector<operation_ptr> dropped;
    const auto take = [&dropped, this](events::operation_list& list) {
        while (events::queued_operation* const which = list.front()) {
            if (auto* const waiting = dynamic_cast<events::wait_operation*>(which)) {
                time_->cancel(*waiting);
                waiting->forget_place();
            }
            dropped.push_back(list.pop());
        }
    };
    table_.for_each([&](known_resource& which) {
        if (!which.watcher) {
            return;
        }
        watch& waited = static_cast<watch&>(*which.watcher);
        for (const auto status : {resource_status::pending, resource_status::idle, resource_status::composing,
                                  resource_status::released}) {
            take(waited.waiters(status));
        }
        time_->cancel(waited);
    });
    drop_composition_waits(dropped);
    take(ready_->leftovers());
    for (auto& waiting : subscriptions_.shut_down()) {
        dropped.emplace_back(std::move(waiting));
    }
    handlers_.shut_down(dropped);
    time_->cancel(sweep_alarm_);
    table_.clear();
    // Destroys users' objects, which may call back into a hub that has nothing left.
    for (const operation_ptr& each : dropped) {
        each->drop_handler();
    }
}

void hub_core::add_event_listener(std::weak_ptr<event_listener> listener)
{
    if (!home_) {
        return;
    }
    asio::dispatch(home_, [self = shared_from_this(), listener = std::move(listener)] {
        std::erase_if(self->listeners_, [](const auto& each) { return each.expired(); });
        self->listeners_.push_back(listener);
    });
}

void hub_core::begin_wait(events::wait_operation& which)
{
    if (closed()) {
        which.fail(events::wait_error(make_error_code(errc::closed), "the event_hub is gone"));
        return which.deliver();
    }
    known_resource& known = table_.at(which.id());
    const events::moment other = other_news(known);
    const auto lies_there = [&] { return known.facts.status(other) == which.wanted(); };
    if (lies_there() || !known.facts.reachable(which.wanted())) {
        return answer_at_once(which, known);
    }
    watch& waited = watch_of(known);
    const bool first = !waited.waited_for();
    waited.waiters(which.wanted()).push(which);
    which.wait_at(waited);
    ++counts_.waiting;
    const auto now = time_->now();
    const auto left = scheduler::time_point::max() - now;
    time_->wait_until(now + std::min<std::chrono::nanoseconds>(which.timeout(), left), which);
    if (first) {
        waited.polls.begin(now, pace_);
        if (known.facts.unsettled(other)) {
            hurry(waited);
        }
    }
    place(waited);
    schedule(waited);
    if (first && known.facts.empty()) {
        if (const std::shared_ptr<event_relay> relay = seat_.relay()) {
            relay->look_up(*known.id);
        }
    }
}

void hub_core::answer_at_once(events::wait_operation& which, known_resource& known)
{
    if (known.facts.reachable(which.wanted())) {
        ++counts_.resolved_by_fact;
        which.resolve(snapshot(known, which.wanted()));
    } else {
        which.fail(events::wait_unreachable_error(*known.id, which.wanted(),
                                                  events::status_words(known.facts.last_seen())));
    }
    which.deliver();
}

void hub_core::cancel_wait(events::wait_operation& which)
{
    watch& waited = *which.where();
    leave(which);
    after_waiter_left(waited);
}

void hub_core::on_deadline(events::wait_operation& which)
{
    watch& waited = *which.where();
    ++counts_.timed_out;
    error why = events::wait_timeout_error(which, *waited.of.id, waited.of.facts.last_seen(),
                                           waited.last_failure.get(), counts_.published != 0);
    leave(which);
    which.fail(std::move(why));
    after_waiter_left(waited);
}

/// Takes it off the watch; the caller holds a reference of its own.
void hub_core::leave(events::wait_operation& which)
{
    time_->cancel(which);
    which.forget_place();
    --counts_.waiting;
    events::operation_list::remove(which);
}

void hub_core::after_waiter_left(watch& which)
{
    if (which.waited_for()) {
        place(which);
        schedule(which);
        return;
    }
    which.polls.end();
    time_->cancel(which);
    which.due.unlink();
    which.cycling.unlink();
    if (!which.polls.asking()) {
        table_.let_go(which.of); // destroys the watch
    }
}

void hub_core::hand_over(events::queued_operation& which)
{
    if (home_) {
        ready_->push(which, home_);
    }
}

void hub_core::begin_publish(events::publish_operation& which, event&& what)
{
    if (closed()) {
        which.decide(verdict::unavailable);
        tell_seen(what, verdict::unavailable);
        return which.deliver();
    }
    ++counts_.published;
    notice_.on_event();
    const bool news = learn(what);
    for (const std::weak_ptr<event_listener>& each : listeners_) {
        if (const auto listener = each.lock()) {
            listener->on_event(what);
        }
    }
    if (subscriptions_.empty() && handlers_.empty()) {
        counts_.repetitions += news ? 0 : 1;
        which.decide(news ? verdict::accepted : verdict::repetition);
        tell_seen(what, which.decided());
    } else if (const auto shared = std::make_shared<const event>(std::move(what));
               deliver(which, shared, news)) {
        tell_seen(*shared, which.decided());
    } else {
        return; // handlers work on it
    }
    if (ready_->empty()) {
        which.deliver();
    } else {
        hand_over(which); // after those that the event concerns
    }
}

/// To those who take events themselves. Whether the verdict is decided now.
bool hub_core::deliver(events::publish_operation& which, const std::shared_ptr<const event>& what, bool news)
{
    if (news) {
        auto told = subscriptions_.deliver(what);
        counts_.dropped += told.dropped;
        for (const auto& waiting : told.ready) {
            hand_over(*waiting);
        }
    }
    switch (handlers_.begin(which, what, news)) {
    case events::handlers::offer::at_work:
        return false;
    case events::handlers::offer::no_room:
        tell_no_room(seat_, *what);
        which.decide(verdict::unavailable);
        break;
    case events::handlers::offer::not_wanted:
        counts_.repetitions += news ? 0 : 1;
        which.decide(news ? verdict::accepted : verdict::repetition);
        break;
    }
    return true;
}

void hub_core::tell_seen(const event& what, verdict outcome) const noexcept
{
    if (observer* const watcher = source_->watcher()) {
        http::tell(*watcher, &observer::on_event_seen,
                   event_seen{.type = what.type,
                              .name = what.type.text(),
                              .resource_id = what.resource_id,
                              .composition_id = what.composition_id,
                              .verdict = outcome});
    }
}

hub_counts hub_core::counts() const
{
    hub_counts out = counts_;
    out.facts = table_.facts();
    out.handling = handlers_.in_progress();
    return out;
}

} // namespace videosdk::inline v0
