// What a lease manager's callers want.
#include "lease/lease_core.hpp"

#include "auth/correlation_token.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <limits>
#include <utility>

namespace videosdk::inline v0 {
namespace {

leasing::ledger_rules rules_of(const lease_manager_options& options, bool watched,
                               const leasing::safety& safe)
{
    leasing::ledger_rules rules;
    rules.max_units = options.max_units;
    rules.horizon = options.reconcile_horizon;
    rules.attempts = options.attempts;
    rules.sweep_interval = options.sweep_interval;
    rules.max_held = options.max_held;
    rules.safe = safe;
    rules.coalesce = options.coalesce;
    rules.max_batch = options.max_batch;
    rules.max_in_flight = options.max_in_flight;
    rules.watched = watched;
    rules.report_foreign = options.on_foreign_units != nullptr;
    return rules;
}

std::string last_segment(const std::string& url)
{
    return url.substr(url.rfind('/') + 1);
}

} // namespace

error leasing::manager_error(const char* call, boost::system::error_code code, std::string detail)
{
    error_info info;
    info.call = call;
    info.detail = std::move(detail);
    return {code, std::move(info)};
}

std::shared_ptr<lease_core> lease_core::make(std::shared_ptr<client_core> client,
                                             std::shared_ptr<hub_core> hub,
                                             std::shared_ptr<receiver_core> receiver,
                                             const lease_manager_options& options,
                                             const leasing::safety& rules)
{
    options.validate();
    const auto refuse = [](std::string detail) {
        throw leasing::manager_error("lease_manager", make_error_code(errc::invalid_argument),
                                     std::move(detail));
    };
    if (!client || !client->executor()) {
        refuse("the client was moved from, or its execution context is gone");
    }
    if (!hub || !receiver) {
        refuse(hub ? "the webhook_receiver was moved from" : "the event_hub was moved from");
    }
    if (hub->source() != client || receiver->source() != client) {
        refuse("client, event_hub and webhook_receiver must belong together: the hub and the receiver made "
               "from this client");
    }
    std::string boot = auth::make_boot(client->chance());
    auto core = std::make_shared<lease_core>(std::move(client), std::move(hub), std::move(receiver), options,
                                             std::move(boot), rules);
    core->join_context(core->home_);
    core->hub_->add_event_listener(core);
    core->hub_->seat().add_boot(core->boot_);
    asio::dispatch(core->home_, [client = core->client_] { client->keep_open(); });
    return core;
}

lease_core::lease_core(std::shared_ptr<client_core> client, std::shared_ptr<hub_core> hub,
                       std::shared_ptr<receiver_core> receiver, const lease_manager_options& options,
                       std::string boot, const leasing::safety& rules)
    : client_(std::move(client)),
      hub_(std::move(hub)),
      receiver_(std::move(receiver)),
      home_(client_->executor()),
      options_(options),
      boot_(std::move(boot)),
      ledger_(
          rules_of(options, client_->watcher() != nullptr, rules),
          [this] { return last_segment(receiver_->url(boot_)); },
          leasing::mark_reader(receiver_->keys(), receiver_->owner(), boot_, rules)),
      rules_(rules),
      permit_(options.acts_within ? std::make_shared<call_permit>(options.acts_within) : nullptr),
      tenure_alarm_(*this, &lease_core::on_tenure_looked_at),
      wake_(*this, &lease_core::on_wake),
      drain_alarm_(*this, &lease_core::on_drain_timeout),
      to_release_(options.coalesce ? options.max_batch : 1,
                  options.coalesce ? options.max_in_flight : std::numeric_limits<std::size_t>::max()),
      ready_(std::make_shared<events::handover>())
{
}

lease_core::~lease_core()
{
    leave_context();
}

void lease_core::give_back(std::shared_ptr<lease::holding> what) noexcept
{
    try {
        if (home_) {
            asio::post(home_, [self = shared_from_this(), what = std::move(what)] {
                lease_state expected = lease_state::held;
                if (what->state.compare_exchange_strong(expected, lease_state::returning)) {
                    self->ledger_.give_back(what->unit->id, true, self->now());
                    self->perform();
                }
            });
        }
    } catch (...) {
        // Out of memory, in a destructor: the manager gives the unit back with its own end.
        static_cast<void>(0);
    }
}

void lease_core::on_event(const event& what)
{
    if (home_ && !finished_) {
        ledger_.noticed(what, now());
        perform();
    }
}

void lease_core::on_wake()
{
    ledger_.on_time(now());
    perform();
}

void lease_core::hand_over(events::queued_operation& which)
{
    if (home_) {
        ready_->push(which, home_);
    }
}

void lease_core::begin_claim(leasing::claim_base& which)
{
    const scheduler::time_point begun = now();
    which.deadline = begun + which.timeout;
    claiming_.push(which.queued());
    which.number = ledger_.want(which.of, which.units, which.deadline, which.policy, begun, &which);
    perform();
}

void lease_core::cancel_claim(leasing::claim_base& which)
{
    const operation_ptr keep = events::operation_list::remove(which.queued());
    ledger_.forget(which.number, now());
    perform();
}

void lease_core::begin_release(leasing::release_operation& which)
{
    const id_text& id = which.what->unit->id;
    lease_state expected = lease_state::held;
    if (which.what->state.compare_exchange_strong(expected, lease_state::returning)) {
        ledger_.give_back(id, which.reuse, now());
    } else if (expected != lease_state::returning) {
        which.decide(result<void>());
        return which.deliver();
    } else if (!which.reuse) {
        ledger_.give_back(id, false, now());
    }
    if (finished_) {
        which.decide(which.say(errc::closed, "the manager gave up before resource " + id +
                                                 " was released: " + why_not_released(id)));
        return which.deliver();
    }
    releasing_.push(which);
    which.what->waiting.push_back(which);
    time().wait_until(now() + which.timeout, which);
    perform();
}

lease_counts lease_core::counts() const
{
    lease_counts out = ledger_.counts();
    out.release_calls = to_release_.calls();
    out.largest_release = to_release_.largest();
    if (permit_) {
        out.held_back = held_back_.size() + (tenure_alarm_.armed() ? to_release_.waiting() : 0);
        out.refused_without_tenure = permit_->refused();
        out.outlived_tenure = permit_->outlived();
    }
    return out;
}

void lease_core::forget_release(leasing::release_operation& which) noexcept
{
    time().cancel(which);
    which.unlink();
    events::operation_list::remove(which);
}

std::string lease_core::why_not_released(const id_text&) const
{
    if (permit_ && !permit_->lasts(now(), call_timeout())) {
        return "it waits for the process's tenure, which is over or about to end";
    }
    const std::string& last = ledger_.last_failure();
    return last.empty() ? "it was not idle" : "it was not idle, or: " + last;
}

result<lease> lease_core::adopt(const resource& seen)
{
    if (draining_) {
        return leasing::manager_error("adopt", make_error_code(errc::closed),
                                      "the lease_manager has been shut down");
    }
    if (auto why = without_tenure("adopt", call_timeout())) {
        return *why;
    }
    result<leasing::granted_unit> unit = ledger_.adopt(seen, now());
    if (!unit) {
        perform(); // a warm unit may make room
        return unit.error();
    }
    lease out = hold(unit->number, std::move(unit->shown));
    perform();
    return out;
}

result<void> lease_core::keep_warm(const leasing::unit_kind& of, const leasing::stock_rules& wanted)
{
    if (draining_) {
        return leasing::manager_error("keep_warm", make_error_code(errc::closed),
                                      "the lease_manager has been shut down");
    }
    result<void> kept = ledger_.keep_warm(of, wanted, now());
    perform();
    return kept;
}

lease lease_core::hold(std::uint64_t number, std::shared_ptr<const resource> unit)
{
    auto state = holdings_.make(shared_from_this(), std::move(unit));
    if (std::weak_ptr<lease::holding>* const before = leases_.find(number)) {
        *before = state; // the unit was kept warm
    } else {
        leases_.emplace(number, state);
    }
    return lease_access::make(std::move(state));
}

void lease_core::begin_start(leasing::start_operation& which)
{
    const id_text& id = which.what->unit->id;
    if (which.what->state != lease_state::held) { // the unit may be another lease's by now
        which.decide(which.say(errc::closed, "the lease of resource " + id + " has ended"));
        return which.deliver();
    }
    const call_spec& spec = which.start.ready->spec();
    if (auto why = without_tenure(spec.name, spec.timeout)) {
        which.decide(*why);
        return which.deliver();
    }
    auto known = ledger_.begin_start(id, spec.composition->room_id, spec.composition->kind);
    if (!known) {
        which.decide(known.error());
        return which.deliver();
    }
    which.run = std::make_shared<leasing::start_run>(
        *this, which, leasing::start_guard(std::move(*known), options_.reconcile_horizon, rules_.start_once));
    starts_.insert_or_assign(std::string(id), which.run);
    which.run->begin();
}

void lease_core::start_ended(const std::string& unit, const std::string& composition, bool found)
{
    starts_.erase(unit);
    ledger_.end_start(unit, composition, found);
}

void lease_core::stopped(const started_composition& which)
{
    if (home_) {
        asio::dispatch(home_, [self = shared_from_this(), unit = which.resource_id, id = which.id] {
            self->ledger_.stopped(unit, id);
            self->hub_->on_freed(id);
        });
    }
}

void lease_core::begin_recover(leasing::recover_operation& which)
{
    constexpr unsigned most_tries = 3;
    ++which.tries;
    which.run =
        std::make_unique<leasing::sweep_run>(client_, permit_, [this, &which](const leasing::sweep& what) {
            if (!what.complete() && !what.failure() && which.tries < most_tries) {
                return begin_recover(which);
            }
            if (what.failure()) {
                which.decide(*what.failure());
            } else if (!what.complete()) {
                which.decide(
                    which.say(errc::unexpected_response, "the listing changed while it was read, each of " +
                                                             std::to_string(most_tries) + " times"));
            } else {
                std::vector<recoverable_unit> found;
                for (const resource& each : what.units()) {
                    leasing::mark whose = ledger_.marks().read(each.webhook_url);
                    if (whose.whose == leasing::mark::kind::other_boot) {
                        recoverable_unit& unit = found.emplace_back();
                        unit.unit = each;
                        unit.boot = std::move(whose.boot);
                        unit.acquired_at = whose.minted_at;
                    }
                }
                which.decide(std::move(found));
            }
            const operation_ptr keep = events::operation_list::remove(which);
            hand_over(which);
        });
    if (which.tries == 1) {
        recovering_.push(which);
    }
    which.run->begin();
}

} // namespace videosdk::inline v0
