// How a hub asks the API for those who wait: who is due, so many at a time, and what an answer decides.
#include "events/hub_core.hpp"
#include "events/wait_operation.hpp"
#include "events/watch.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0 {
namespace {

using events::known_resource;
using events::watch;

// A Retry-After beyond this is no better than none.
constexpr std::chrono::seconds longest_retry_after = std::chrono::hours(1);

bool is_not_found(const error& failure) noexcept
{
    return failure.code() == errc::not_found || failure.code() == errc::payment_required;
}

bool ends_waiting(const error& failure) noexcept
{
    return failure.code() == errc::unauthorized || failure.code() == errc::forbidden ||
           failure.code() == errc::invalid_argument;
}

} // namespace

/// Among those concerned by events that name no resource, or not.
void hub_core::place(watch& which)
{
    if (!which.cycles()) {
        which.cycling.unlink();
    } else if (!which.cycling.is_linked()) {
        lists_->cycling.push_back(which);
    }
}

/// Asks, now or when it is time.
void hub_core::schedule(watch& which)
{
    const auto due = which.polls.due();
    if (!due || *due > time_->now()) {
        which.due.unlink();
    }
    if (!due) {
        time_->cancel(which);
    } else if (*due > time_->now()) {
        time_->wait_until(*due, which);
    } else {
        enqueue(which);
        ask_those_due();
    }
}

void hub_core::on_poll_due(watch& which)
{
    schedule(which);
}

void hub_core::enqueue(watch& which)
{
    time_->cancel(which);
    if (!which.due.is_linked() && !which.polls.asking()) {
        lists_->due.push_back(which);
    }
}

void hub_core::ask_those_due()
{
    while (asking_ < options_.max_polls && !lists_->due.empty()) {
        watch& next = lists_->due.front();
        next.due.unlink();
        ask(next);
    }
}

void hub_core::ask(watch& which)
{
    which.polls.asked();
    which.asked = ++now_;
    which.prompted = std::exchange(which.hurried, false);
    ++asking_;
    ++counts_.polls;
    // Both outlive the call: the watch stays while it asks, and destroying it or closing the hub ends the
    // call.
    which.call = source_->start_get(*which.of.id, poll_timeout_, [this, &which](result<resource> answer) {
        const std::shared_ptr<hub_core> self = shared_from_this();
        self->answered(which, std::move(answer));
    });
}

void hub_core::answered(watch& which, result<resource> answer)
{
    const auto call = std::move(which.call);
    --asking_;
    std::chrono::nanoseconds not_before{};
    if (answer) {
        which.last_failure.reset();
        take_answer(which, std::move(*answer));
    } else {
        const error failure = answer.error();
        which.last_failure = std::make_unique<error>(failure);
        not_before = std::min(failure.retry_after().value_or(std::chrono::seconds(0)), longest_retry_after);
        if (ends_waiting(failure)) {
            fail_all(which, events::wait_polling_error(failure, *which.of.id));
        } else if (is_not_found(failure) && !is_stale(which)) {
            fail_not_found(which, failure);
        }
    }
    const bool again = is_stale(which) && which.of.facts.unsettled(other_news(which.of));
    which.polls.answered(time_->now(), pace_, again, not_before);
    settle(which, which.prompted ? cause::event : cause::poll);
    ask_those_due();
}

/// Whether something came up since the last GET left. Which news concerns a resource depends on its rank, so
/// an answer is taken first.
bool hub_core::is_stale(const watch& which) const noexcept
{
    return which.of.facts.stale(which.asked, other_news(which.of));
}

void hub_core::take_answer(watch& which, resource answer)
{
    known_resource& known = which.of;
    known.facts.on_answer(answer.status, which.asked);
    if (answer.type.value() != resource_type::unknown) {
        known.kind = answer.type;
    }
    table_.learn_token(known, events::token_in(answer.webhook_url));
    for (const std::string& composition : answer.composer_ids) {
        table_.learn_composition(known, composition);
    }
    if (!known.detail || !is_stale(which)) {
        known.detail = events::shared_resource(new events::counted_resource(std::move(answer)));
    }
    if (!known.facts.empty()) {
        table_.refresh(known);
    }
}

} // namespace videosdk::inline v0
