// What a lease manager does while its process may not act: callers hear so, and the rest waits.
#include "lease/lease_core.hpp"

#include <utility>

namespace videosdk::inline v0 {
namespace {

using leasing::action;

/// How often a tenure that was too short is looked at again.
constexpr std::chrono::nanoseconds look_again_after = std::chrono::milliseconds(100);

/// Releases wait in their own queue.
bool makes_a_call(action::kind what) noexcept
{
    switch (what) {
    case action::kind::post:
    case action::kind::get:
    case action::kind::end:
    case action::kind::sweep:
        return true;
    default:
        return false;
    }
}

} // namespace

std::optional<error> lease_core::without_tenure(const char* call, std::chrono::nanoseconds timeout) const
{
    if (!permit_ || permit_->lasts(now(), timeout)) {
        return std::nullopt;
    }
    error_info info;
    info.call = call;
    info.effect = effect::none;
    return permit_->refuse(std::move(info));
}

/// Whether the action waits for the tenure.
bool lease_core::hold_back(action& what)
{
    if (!makes_a_call(what.what) || !wait_for_tenure()) {
        return false;
    }
    held_back_.push_back(std::move(what));
    return true;
}

bool lease_core::wait_for_tenure()
{
    if (permit_->lasts(now(), call_timeout())) {
        return false;
    }
    if (!tenure_alarm_.armed()) {
        time().wait_until(now() + look_again_after, tenure_alarm_);
    }
    return true;
}

void lease_core::on_tenure_looked_at()
{
    // Each is looked for in there until it is its turn: what comes of one may make another needless.
    while (!held_back_.empty() && !wait_for_tenure()) {
        action next = std::move(held_back_.front());
        held_back_.pop_front();
        perform(next);
    }
    send_releases();
    perform();
}

void lease_core::forget_held_back() noexcept
{
    client_->time().cancel(tenure_alarm_);
    held_back_.clear();
}

} // namespace videosdk::inline v0
