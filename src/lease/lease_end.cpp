// The end of a lease manager: everything is given back, or named.
#include "http/observing.hpp"
#include "lease/lease_core.hpp"

#include <boost/asio/post.hpp>

#include <sstream>
#include <utility>
#include <vector>

namespace videosdk::inline v0 {

void lease_core::close() noexcept
{
    if (closing_.exchange(true) || !home_) {
        return;
    }
    try {
        asio::post(home_, [self = shared_from_this()] {
            self->begin_drain(leasing::manager_error(
                "acquire", make_error_code(asio::error::operation_aborted), "the lease_manager is gone"));
        });
    } catch (...) {
        // Out of memory, in a destructor: leases go on, and each gives its unit back when it ends.
        static_cast<void>(0);
    }
}

void lease_core::context_shutdown() noexcept
{
    const std::shared_ptr<lease_core> self = weak_from_this().lock();
    closing_ = draining_ = finished_ = true;
    home_ = {};
    client_->shut_down();
    client_->time().cancel(wake_);
    client_->time().cancel(drain_alarm_);
    forget_held_back();
    std::vector<operation_ptr> dropped;
    for (events::operation_list* list :
         {&claiming_, &releasing_, &shutting_down_, &recovering_, &ready_->leftovers()}) {
        while (events::queued_operation* const which = list->front()) {
            if (auto* const timed = dynamic_cast<leasing::release_operation*>(which)) {
                client_->time().cancel(*timed);
                timed->unlink();
            }
            dropped.push_back(list->pop());
        }
    }
    for (auto& [unit, each] : starts_) {
        if (operation_ptr caller = each->take_caller()) {
            dropped.push_back(std::move(caller));
        }
    }
    starts_.clear();
    posts_.clear();
    gets_.clear();
    releases_.clear();
    to_release_.clear();
    ends_.clear();
    sweep_.reset();
    const auto last = std::move(self_);
    // Destroys users' objects, leases among them, which find nobody at home.
    for (const operation_ptr& each : dropped) {
        each->drop_handler();
    }
}

/// Callers of starts hear that nobody will follow them any more.
void lease_core::end_starts()
{
    for (auto& [unit, each] : std::exchange(starts_, {})) {
        leasing::start_operation* const caller = each->caller();
        const operation_ptr keep = each->take_caller();
        if (caller != nullptr) {
            caller->decide(caller->say(errc::closed, "the lease_manager has been shut down"));
            hand_over(*caller);
        }
    }
}

void lease_core::begin_shutdown(leasing::shutdown_operation& which)
{
    closing_ = true;
    shutting_down_.push(which);
    begin_drain(leasing::manager_error("acquire", make_error_code(errc::closed),
                                       "the lease_manager has been shut down"));
    end_drain_when_done();
}

void lease_core::begin_drain(const error& why)
{
    if (draining_) {
        return;
    }
    draining_ = true;
    self_ = shared_from_this();
    leases_.for_each([](const std::weak_ptr<lease::holding>& each) {
        if (const auto held = each.lock()) {
            lease_state expected = lease_state::held;
            held->state.compare_exchange_strong(expected, lease_state::returning);
        }
    });
    time().wait_until(now() + options_.drain_timeout, drain_alarm_);
    ledger_.drain(why, now());
    perform();
}

void lease_core::on_drain_timeout()
{
    finish();
}

void lease_core::end_drain_when_done()
{
    if (draining_ && (finished_ || ledger_.at_rest())) {
        finish();
    }
}

/// The drain is over: whoever still waits is told how it went.
void lease_core::finish()
{
    const std::shared_ptr<lease_core> alive = std::exchange(self_, nullptr);
    const left_behind rest = ledger_.rest();
    if (!finished_) {
        finished_ = true;
        time().cancel(wake_);
        time().cancel(drain_alarm_);
        forget_held_back();
        posts_.clear();
        gets_.clear();
        releases_.clear();
        to_release_.clear();
        ends_.clear();
        sweep_.reset();
        end_starts();
        client_->let_close();
        if (observer* const watcher = client_->watcher()) {
            for (const std::string& id : rest.ids) {
                http::tell(*watcher, &observer::on_lease_changed,
                           lease_changed{.resource_id = id, .what = lease_change::left_behind});
            }
        }
        if (!rest.empty() && options_.on_left_behind) {
            asio::post(home_, [self = shared_from_this(), rest] { self->options_.on_left_behind(rest); });
        }
    }
    while (events::queued_operation* const next = releasing_.front()) {
        auto& which = static_cast<leasing::release_operation&>(*next);
        const operation_ptr keep(&which);
        forget_release(which);
        which.decide(which.say(errc::closed, "the manager gave up before resource " + which.what->unit->id +
                                                 " was released: " + why_not_released(which.what->unit->id)));
        hand_over(which);
    }
    while (events::queued_operation* const next = shutting_down_.front()) {
        auto& which = static_cast<leasing::shutdown_operation&>(*next);
        const operation_ptr keep = shutting_down_.pop();
        if (rest.empty()) {
            which.decide(result<void>());
        } else {
            std::ostringstream text;
            text << rest;
            which.decide(which.say(errc::wait_timeout, "drain_timeout passed; " + text.str()));
        }
        hand_over(which);
    }
}

} // namespace videosdk::inline v0
