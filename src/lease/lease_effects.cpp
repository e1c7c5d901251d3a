// What the ledger wants done: calls, and news for those who wait.
#include "http/observing.hpp"
#include "lease/calls.hpp"
#include "lease/lease_core.hpp"

#include <boost/asio/post.hpp>
#include <boost/container/small_vector.hpp>

#include <set>
#include <span>
#include <string_view>
#include <utility>

namespace videosdk::inline v0 {
namespace {

using leasing::action;
using leasing::post_result;
using leasing::release_result_kind;

release_result_kind kind_of(const release_result& answer)
{
    return answer.success ? release_result_kind::done : release_result_kind::refused;
}

error refusal_of(const release_result& answer)
{
    error_info info;
    info.call = "release";
    info.detail = "resource " + answer.id + " was not released";
    info.api_message = answer.message;
    return {make_error_code(errc::release_refused), std::move(info)};
}

release_result_kind kind_of(const error& failure)
{
    return failure.effect() == effect::none ? release_result_kind::not_sent : release_result_kind::unknown;
}

} // namespace

/// Does what the ledger wants, and what it wants because of that, until it wants no more.
void lease_core::perform()
{
    if (performing_ || finished_ || !home_) {
        return;
    }
    struct busy {
        explicit busy(bool& its_flag) : flag(its_flag) { flag = true; }
        ~busy() { flag = false; }
        bool& flag;
    };
    {
        const busy now(performing_);
        for (ledger_.take_actions(actions_); !actions_.empty(); ledger_.take_actions(actions_)) {
            for (action& each : actions_) {
                perform(each);
            }
        }
    }
    const leasing::time_point next = ledger_.next_wake();
    if (next == leasing::time_point::max()) {
        time().cancel(wake_);
    } else if (!wake_.armed() || wakes_at_ != next) {
        wakes_at_ = next;
        time().wait_until(next, wake_);
    }
    end_drain_when_done();
}

void lease_core::perform(action& what)
{
    if (permit_ && hold_back(what)) {
        return;
    }
    switch (what.what) {
    case action::kind::post:
        return post(what);
    case action::kind::withdraw:
        return withdraw(what.number);
    case action::kind::get:
        return get(what.id);
    case action::kind::release:
        to_release_.push(std::string(what.id));
        return send_releases();
    case action::kind::end:
        return end(what);
    case action::kind::sweep:
        return begin_sweep();
    case action::kind::grant:
        return grant(what);
    case action::kind::fail:
        return fail(what);
    case action::kind::gone:
        return gone(what);
    case action::kind::changed:
    case action::kind::step:
        return tell(what);
    case action::kind::foreign:
        if (options_.on_foreign_units) {
            asio::post(home_, [self = shared_from_this(), found = std::move(what.found)] {
                self->options_.on_foreign_units(found);
            });
        }
        return;
    case action::kind::overdue:
        if (options_.on_held_too_long) {
            asio::post(home_, [self = shared_from_this(), id = std::string(what.id), held = what.held] {
                self->options_.on_held_too_long(id, held);
            });
        }
        return;
    }
}

void lease_core::tell(const action& what) const
{
    observer* const watcher = client_->watcher();
    if (watcher == nullptr) {
        return;
    }
    if (what.what == action::kind::changed) {
        http::tell(*watcher, &observer::on_lease_changed,
                   lease_changed{.resource_id = what.id, .what = what.change});
    } else {
        http::tell(
            *watcher, &observer::on_reconcile_step,
            reconcile_step{
                .attempt = what.number, .what = what.progress, .wanted = what.units, .seen = what.seen});
    }
}

void lease_core::tell(const leasing::sweep& what) const
{
    observer* const watcher = client_->watcher();
    if (watcher == nullptr) {
        return;
    }
    const lease_counts now_known = ledger_.counts();
    sweep_ended told;
    told.number = now_known.sweeps;
    told.complete = what.complete();
    told.pages = static_cast<std::uint32_t>(what.pages());
    told.resources = what.units().size();
    told.other_boots = now_known.other_boots;
    told.foreign = now_known.foreign;
    told.ours = told.resources - told.other_boots - told.foreign;
    told.duration = now() - what.began();
    http::tell(*watcher, &observer::on_sweep_ended, told);
}

void lease_core::post(const action& what)
{
    const std::string url = receiver_->base_url() + what.token;
    acquire_request request;
    request.type = what.of.type;
    request.webhook_url = url;
    request.mode = what.of.mode;
    request.quality = what.of.quality;
    if (what.units != 1) {
        request.units = what.units;
    }
    const auto done = [this, number = what.number](result<std::vector<resource>> answer) {
        const auto keep = shared_from_this();
        const auto over = posts_.extract(number);
        posted(number, std::move(answer));
    };
    const auto prepared = prepare_acquire(client_, request, {});
    if (call_ptr call = leasing::begin_call<std::vector<resource>>(client_, permit_, prepared, done)) {
        posts_.emplace(what.number, std::move(call));
    } else {
        posted(what.number, *prepared.failure);
    }
}

void lease_core::withdraw(std::uint64_t attempt)
{
    const auto found = posts_.find(attempt);
    const bool held = std::erase_if(held_back_, [attempt](const action& each) {
                          return each.what == action::kind::post && each.number == attempt;
                      }) != 0;
    if (held || (found != posts_.end() && !found->second->sent())) {
        if (!held) {
            posts_.erase(found);
        }
        post_result nothing;
        nothing.effect = effect::none;
        ledger_.posted(attempt, std::move(nothing), now());
    }
}

void lease_core::posted(std::uint64_t attempt, result<std::vector<resource>> answer)
{
    post_result brought;
    if (answer) {
        brought.effect = effect::known;
        brought.units = std::move(*answer);
    } else {
        brought.failure = answer.error();
        brought.units = answer.error().granted();
        brought.effect = answer.error().effect().value_or(effect::unknown);
    }
    ledger_.posted(attempt, std::move(brought), now());
    perform();
}

void lease_core::get(const id_text& id)
{
    const auto done = [this, id](const result<resource>& answer) {
        const auto keep = shared_from_this();
        const auto over = gets_.extract(id);
        ledger_.got(id, answer, now());
        perform();
    };
    const auto prepared = prepare_get(client_, id, {});
    if (call_ptr call = leasing::begin_call<resource>(client_, permit_, prepared, done)) {
        gets_.insert_or_assign(id, std::move(call));
    } else {
        ledger_.got(id, *prepared.failure, now());
    }
}

void lease_core::send_releases()
{
    if (permit_ && to_release_.waiting() != 0 && wait_for_tenure()) {
        return;
    }
    for (auto ids = to_release_.next(); !ids.empty(); ids = to_release_.next()) {
        release(std::move(ids));
    }
}

void lease_core::release(std::vector<std::string> ids)
{
    const std::uint64_t number = to_release_.calls();
    const auto prepared = prepare_release(client_, std::span<const std::string>(ids), {});
    const auto done = [this, number, ids](const result<std::vector<release_result>>& answer) {
        const auto keep = shared_from_this();
        const auto over = releases_.extract(number);
        released(ids, answer);
    };
    if (call_ptr call = leasing::begin_call<std::vector<release_result>>(client_, permit_, prepared, done)) {
        releases_.emplace(number, std::move(call));
    } else {
        released(ids, *prepared.failure);
    }
}

void lease_core::released(const std::vector<std::string>& ids,
                          const result<std::vector<release_result>>& answer)
{
    if (!answer && ids.size() > 1 && answer.error().effect() == effect::none &&
        leasing::worth_splitting(answer.error())) {
        ledger_.note_failure(answer.error());
        to_release_.ended(ids);
        return send_releases();
    }
    to_release_.ended();
    if (!answer) {
        ledger_.note_failure(answer.error());
    }
    const std::set<std::string_view> asked(ids.begin(), ids.end());
    std::set<std::string_view> told;
    if (answer) {
        for (const release_result& each : *answer) {
            const auto found = asked.find(each.id);
            if (found != asked.end() && told.insert(*found).second) {
                if (!each.success) {
                    ledger_.note_failure(refusal_of(each));
                }
                ledger_.released(each.id, kind_of(each), now());
            }
        }
    }
    for (const std::string& id : ids) {
        if (!told.contains(id)) {
            ledger_.released(id, answer ? release_result_kind::unknown : kind_of(answer.error()), now());
        }
    }
    send_releases();
    perform();
}

void lease_core::end(const action& what)
{
    const id_text unit = what.id;
    const std::string composition = what.composition->id;
    const auto done = [this, unit, composition](const result<void>& answer) {
        const auto keep = shared_from_this();
        const auto over = ends_.extract(composition);
        if (!answer) {
            ledger_.note_failure(answer.error());
        }
        ledger_.ended(unit, composition, answer || answer.error().code() != condition::not_found);
        perform();
    };
    const auto prepared = prepare_end(client_, what.composition->kind,
                                      {.room_id = what.composition->room_id, .id = composition}, {});
    if (call_ptr call = leasing::begin_call<void>(client_, permit_, prepared, done)) {
        ends_.insert_or_assign(composition, std::move(call));
    } else {
        ledger_.note_failure(*prepared.failure);
    }
}

void lease_core::begin_sweep()
{
    sweep_ = std::make_unique<leasing::sweep_run>(client_, permit_, [this](const leasing::sweep& what) {
        const auto keep = shared_from_this();
        const auto over = std::move(sweep_);
        ledger_.swept(what, now());
        tell(what);
        perform();
    });
    sweep_->begin();
}

void lease_core::grant(action& what)
{
    boost::container::small_vector<lease, 1> units;
    for (leasing::granted_unit& each : what.granted) {
        units.push_back(hold(each.number, std::move(each.shown)));
    }
    what.asker->granted(units);
    hand_over(what.asker->queued());
}

void lease_core::fail(const action& what)
{
    what.asker->failed(*what.why);
    hand_over(what.asker->queued());
}

void lease_core::gone(const action& what)
{
    hub_->on_unit_freed(what.id);
    const std::weak_ptr<lease::holding>* const found = leases_.find(what.number);
    if (found == nullptr) {
        return;
    }
    const std::shared_ptr<lease::holding> held = found->lock();
    leases_.erase(what.number);
    if (!held) {
        return;
    }
    held->state = what.state;
    while (!held->waiting.empty()) {
        auto& each = static_cast<leasing::release_operation&>(held->waiting.front());
        const operation_ptr keep(&each);
        forget_release(each);
        each.decide(result<void>());
        hand_over(each);
    }
}

} // namespace videosdk::inline v0
