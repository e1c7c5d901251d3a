// What heart and takeover want asked.
#include "ownership/ownership_core.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace videosdk::inline v0 {
namespace {

using owning::adoption;
using owning::answer;
using owning::takeover;
using step = takeover::step;

adoption adoption_of(const result<lease>& what)
{
    if (what) {
        return adoption::done;
    }
    const boost::system::error_code code = what.error().code();
    if (code == errc::not_ours) {
        return adoption::held; // this manager's already
    }
    // That it is not found may be a replica's word, and a passing one.
    return code == errc::status_unreachable ? adoption::over : adoption::failed;
}

template <class Operation>
void remove(std::vector<boost::intrusive_ptr<Operation>>& from, const Operation& which) noexcept
{
    std::erase_if(from, [&which](const auto& each) { return each.get() == &which; });
}

} // namespace

void ownership_core::on_beat_due()
{
    const scheduler::time_point now = client_->time().now();
    follow(heart_.on_time(now, client_->time().suspended()));
}

void ownership_core::follow(const owning::heart::action& what)
{
    right_->set(heart_.ends_at());
    if (what.wake_at == scheduler::time_point::max()) {
        client_->time().cancel(beat_alarm_);
    } else {
        client_->time().wait_until(what.wake_at, beat_alarm_);
    }
    if (what.beat) {
        asio::co_spawn(home_, beat(shared_from_this(), what.number), asio::detached);
    }
}

asio::awaitable<void> ownership_core::beat(core_ptr self, std::uint64_t number)
{
    const std::shared_ptr<ownership_store> store = self->store_;
    if (!store) {
        co_return;
    }
    answer how = answer::failed;
    try {
        const bool alive = co_await store->beat(self->leases_->boot(), self->options_.expiry);
        how = alive ? answer::done : answer::refused;
    } catch (...) {
        how = answer::failed;
    }
    self->beaten(number, how);
}

void ownership_core::beaten(std::uint64_t number, answer how)
{
    if (stopped_ || !home_) {
        return;
    }
    (how == answer::done ? counts_.beats : counts_.beats_failed) += how == answer::refused ? 0 : 1;
    follow(heart_.answered(number, how, client_->time().now()));
    if (how == answer::done) {
        return end_starts(result<void>());
    }
    if (!heart_.buried() || counts_.lost) {
        return;
    }
    counts_.lost = true;
    ++step_;
    client_->time().cancel(step_alarm_);
    end_starts(owning::ownership_error("start", make_error_code(errc::no_tenure),
                                       "this boot was taken for dead, and what it held by others"));
    if (options_.on_lost) {
        asio::post(home_, [self = shared_from_this()] { self->options_.on_lost(); });
    }
}

void ownership_core::on_step_due()
{
    follow(takeover_->on_time(client_->time().now()));
}

void ownership_core::follow(takeover::action what)
{
    ++step_;
    if (counts_.lost) {
        return;
    }
    client_->time().wait_until(what.until, step_alarm_);
    if (what.what != step::wait) {
        asio::co_spawn(home_, take_step(shared_from_this(), std::move(what), step_), asio::detached);
    }
}

asio::awaitable<void> ownership_core::take_step(core_ptr self, takeover::action what, std::uint64_t number)
{
    takeover& machine = *self->takeover_;
    std::shared_ptr<ownership_store> kept = self->store_;
    if (!kept) {
        co_return;
    }
    ownership_store& store = *kept; // Not in the two steps that ask the provider only, and may be long.
    const auto now = [&self] { return self->client_->time().now(); };
    const std::string& me = self->leases_->boot();
    bool well = true;
    try {
        switch (what.what) {
        case step::wait:
            break;
        case step::lock: {
            const std::optional<std::uint64_t> fence = co_await store.lock(me, self->options_.lock_expiry);
            if (fence && self->stopped_) {
                co_await store.unlock(*fence); // Who stopped it knew of no lock.
                break;
            }
            self->fence_ = fence.value_or(self->fence_);
            self->go_on(number, [&] { return machine.locked(fence, now()); });
            break;
        }
        case step::list:
            kept.reset();
            co_await take_listing(self, number);
            break;
        case step::look: {
            const std::optional<store_sighting> seen =
                co_await store.look(what.fence, what.boots, what.units);
            self->go_on(number, [&] { return machine.looked(seen, now()); });
            break;
        }
        case step::bury: {
            const bool done = co_await store.bury(what.fence, what.boot, what.beats);
            self->go_on(number, [&] { return machine.buried(done, now()); });
            break;
        }
        case step::claim: {
            const bool done = co_await store.claim(what.fence, what.unit, what.boot, me);
            self->go_on(number, [&] { return machine.claimed(done, now()); });
            break;
        }
        case step::prune: {
            const bool done = co_await store.prune(what.fence, what.units);
            self->go_on(number, [&] { return machine.pruned(done, now()); });
            break;
        }
        case step::inherit: {
            std::vector<std::string> units = co_await store.inherited(me);
            std::erase_if(self->leased_, [](const auto& each) { return each.second.expired(); });
            std::erase_if(units, [&](const auto& each) { return self->leased_.contains(each); });
            self->go_on(number, [&] { return machine.inherited(units, now()); });
            break;
        }
        case step::unlock:
            co_await store.unlock(what.fence);
            self->go_on(number, [&] { return machine.unlocked(now()); });
            break;
        case step::adopt:
            kept.reset();
            co_await take_unit(self, what.unit, number);
            break;
        }
    } catch (...) {
        well = false;
    }
    if (!well) {
        self->go_on(number, [&] { return machine.failed(now()); });
    }
}

asio::awaitable<void> ownership_core::take_listing(core_ptr self, std::uint64_t number)
{
    const result<std::vector<recoverable_unit>> found = co_await leasing::recover_units(self->leases_);
    self->go_on(number, [&] {
        const scheduler::time_point now = self->client_->time().now();
        if (!found) {
            return self->takeover_->failed(now);
        }
        std::vector<owning::listed_unit> units;
        for (const recoverable_unit& each : *found) {
            units.push_back({std::string(each.unit.id), each.boot});
        }
        return self->takeover_->listed(std::move(units), now);
    });
}

/// A unit that comes when nobody waits for it any more is given back by its lease.
asio::awaitable<void> ownership_core::take_unit(core_ptr self, std::string unit, std::uint64_t number)
{
    result<lease> ours = co_await leasing::adopt_unit(self->leases_, unit, call_options());
    const adoption how = adoption_of(ours);
    if (ours && self->home_) {
        self->leased_[unit] = lease_access::watch(*ours);
        self->hand_over(std::move(*ours));
    }
    self->go_on(number, [&] { return self->takeover_->adopted(how, self->client_->time().now()); });
}

void ownership_core::hand_over(lease unit)
{
    if (!options_.on_taken_over) {
        return; // its lease gives it back
    }
    asio::post(home_, [self = shared_from_this(), unit = std::move(unit)]() mutable {
        self->options_.on_taken_over(std::move(unit));
    });
}

void ownership_core::begin_start(owning::start_operation& which)
{
    const auto refuse = [&which](errc code, std::string detail) {
        which.end(owning::ownership_error("start", make_error_code(code), std::move(detail)));
    };
    if (stopped_) {
        return refuse(errc::closed, "the ownership was stopped");
    }
    if (leases_) {
        return refuse(errc::invalid_argument, "it has been started");
    }
    if (which.leases->client() != client_) {
        return refuse(errc::invalid_argument, "the lease_manager is of another client");
    }
    if (which.leases->options().acts_within != right_) {
        return refuse(errc::invalid_argument,
                      "the lease_manager does not act within right() of this ownership");
    }
    leases_ = which.leases;
    starting_.emplace_back(&which);
    client_->time().wait_until(client_->time().now() + options_.expiry, which);
    owning::takeover_rules rules;
    rules.me = leases_->boot();
    rules.lock_expiry = options_.lock_expiry;
    rules.every = options_.look_interval;
    rules.gone_for = options_.expiry + client_->options().timeout;
    takeover_.emplace(std::move(rules));
    on_beat_due();
    on_step_due();
}

void ownership_core::forget(owning::start_operation& which) noexcept
{
    client_->time().cancel(which);
    remove(starting_, which);
}

void ownership_core::end_starts(const result<void>& how)
{
    for (const auto& each : std::exchange(starting_, {})) {
        client_->time().cancel(*each);
        each->end(how);
    }
}

void ownership_core::end_beating() noexcept
{
    stopped_ = true;
    heart_.stop();
    right_->set(scheduler::time_point::min());
    client_->time().cancel(beat_alarm_);
    client_->time().cancel(step_alarm_);
}

void ownership_core::begin_stop(owning::stop_operation& which)
{
    // All that changes here has changed before anybody is resumed, who may stop it as well.
    const core_ptr self = shared_from_this();
    const bool leaves = leases_ != nullptr && !stopped_;
    std::shared_ptr<ownership_store> store = std::exchange(store_, {});
    end_beating();
    leaving_ = leaving_ || leaves;
    const bool waits = leaving_;
    if (waits) {
        stopping_.emplace_back(&which);
    }
    if (leaves) {
        asio::co_spawn(home_, leave(self, std::move(store), leases_->left_nothing()), asio::detached);
    }
    end_starts(owning::ownership_error("start", make_error_code(errc::closed), "the ownership was stopped"));
    if (!waits) {
        which.end(result<void>());
    }
}

void ownership_core::forget(owning::stop_operation& which) noexcept
{
    remove(stopping_, which);
}

asio::awaitable<void> ownership_core::leave(core_ptr self, std::shared_ptr<ownership_store> store,
                                            bool nothing_left)
{
    result<void> how;
    try {
        if (self->fence_ != 0) {
            co_await store->unlock(self->fence_);
        }
        if (nothing_left) {
            co_await store->leave(self->leases_->boot());
        }
    } catch (const error& failure) {
        how = failure;
    } catch (const std::exception& failure) {
        how = owning::ownership_error("stop", make_error_code(errc::connection_lost), failure.what());
    }
    store.reset();
    self->leaving_ = false;
    for (const auto& each : std::exchange(self->stopping_, {})) {
        each->end(how);
    }
}

ownership_counts ownership_core::counts() const
{
    ownership_counts out = counts_;
    if (takeover_) {
        const takeover::sums& sums = takeover_->total();
        out.looks = sums.rounds;
        out.fenced_off = sums.fenced_off;
        out.cut_short = sums.cut_short;
        out.buried = sums.buried;
        out.claimed = sums.claimed;
        out.taken_over = sums.adopted;
        out.silent = sums.silent;
        out.unaccounted = sums.unaccounted;
    }
    return out;
}

void ownership_core::close() noexcept
{
    if (!home_) {
        return;
    }
    try {
        asio::post(home_, [self = shared_from_this()] {
            if (!self->home_) {
                return;
            }
            self->end_beating();
            self->end_starts(owning::ownership_error("start", make_error_code(asio::error::operation_aborted),
                                                     "the ownership is gone"));
        });
    } catch (...) {
        // Out of memory, in a destructor: the heartbeat goes on with the process.
        static_cast<void>(0);
    }
}

void ownership_core::context_shutdown() noexcept
{
    const std::shared_ptr<ownership_core> self = weak_from_this().lock();
    home_ = {};
    end_beating();
    for (const auto& each : std::exchange(starting_, {})) {
        client_->time().cancel(*each);
        each->drop_handler();
    }
    for (const auto& each : std::exchange(stopping_, {})) {
        each->drop_handler();
    }
}

} // namespace videosdk::inline v0
