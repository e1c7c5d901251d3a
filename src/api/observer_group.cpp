// Several observers in the place of one.
#include "http/observing.hpp"

#include <videosdk/observer_group.hpp>

#include <utility>

namespace videosdk::inline v0 {
namespace {

template <class Record>
void tell_all(const std::vector<std::shared_ptr<observer>>& members, void (observer::*hook)(const Record&),
              const Record& what) noexcept
{
    for (const std::shared_ptr<observer>& each : members) {
        http::tell(*each, hook, what);
    }
}

} // namespace

observer_group::observer_group(std::vector<std::shared_ptr<observer>> members) : members_(std::move(members))
{
    std::erase(members_, nullptr);
}

observer_group::~observer_group() = default;

void observer_group::on_attempt_started(const attempt_started& what)
{
    tell_all(members_, &observer::on_attempt_started, what);
}

void observer_group::on_attempt_ended(const attempt_ended& what)
{
    tell_all(members_, &observer::on_attempt_ended, what);
}

void observer_group::on_call_ended(const call_ended& what)
{
    tell_all(members_, &observer::on_call_ended, what);
}

void observer_group::on_retry_planned(const retry_planned& what)
{
    tell_all(members_, &observer::on_retry_planned, what);
}

void observer_group::on_connection_opened(const connection_opened& what)
{
    tell_all(members_, &observer::on_connection_opened, what);
}

void observer_group::on_connection_reused(const connection_reused& what)
{
    tell_all(members_, &observer::on_connection_reused, what);
}

void observer_group::on_connection_closed(const connection_closed& what)
{
    tell_all(members_, &observer::on_connection_closed, what);
}

void observer_group::on_event_seen(const event_seen& what)
{
    tell_all(members_, &observer::on_event_seen, what);
}

void observer_group::on_reconcile_step(const reconcile_step& what)
{
    tell_all(members_, &observer::on_reconcile_step, what);
}

void observer_group::on_sweep_ended(const sweep_ended& what)
{
    tell_all(members_, &observer::on_sweep_ended, what);
}

void observer_group::on_lease_changed(const lease_changed& what)
{
    tell_all(members_, &observer::on_lease_changed, what);
}

} // namespace videosdk::inline v0
