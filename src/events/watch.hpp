// One resource that somebody waits for: the waiters by status, and the polling on their behalf.
#pragma once

#include "api/client_core.hpp"
#include "events/fact_table.hpp"
#include "events/hub_core.hpp"
#include "events/poll_schedule.hpp"
#include "events/queued_operation.hpp"

#include <array>
#include <memory>
#include <optional>

namespace videosdk::inline v0 {
namespace events {

class watch final : public attachment, public alarm {
public:
    watch(hub_core& hub, known_resource& which) : of(which), hub_(hub) {}

    known_resource& of;
    poll_schedule polls;
    std::unique_ptr<client_core::internal_call> call; ///< The GET under way.
    moment asked = 0;                                 ///< When it was.
    bool hurried = false;                             ///< An event, not the schedule, made it due …
    bool prompted = false;                            ///< … or asked the GET under way.
    std::unique_ptr<error> last_failure;              ///< Of polling, until it succeeds again.
    list_hook due;                                    ///< In the queue of those to be asked about.
    list_hook cycling; ///< Among those that events about unnamed resources concern.

    operation_list& waiters(resource_status wanted) noexcept
    {
        return waiters_[static_cast<std::size_t>(wanted) - 1];
    }
    bool waited_for() const noexcept
    {
        for (const operation_list& list : waiters_) {
            if (!list.empty()) {
                return true;
            }
        }
        return false;
    }
    /// Whether somebody waits for what a composition brings about.
    bool waited_for_cycle() const noexcept { return !waiters_[1].empty() || !waiters_[2].empty(); }
    /// Whether an event about a composition that nobody can place may be about this resource: one that is, or
    /// is expected to be, beyond its first idle. What waits for its first idle only is no concern of others'
    /// compositions.
    bool cycles() const noexcept
    {
        const bool beyond_first_idle = of.facts.known_rank() == rank::provisioned || of.facts.commanded();
        return waited_for_cycle() && (beyond_first_idle || !waiters_[2].empty());
    }

    void on_alarm() override { hub_.on_poll_due(*this); }

private:
    hub_core& hub_;
    std::array<operation_list, 4> waiters_; // pending, idle, composing, released
};

} // namespace events

struct hub_core::watch_lists {
    template <events::list_hook events::watch::* Hook>
    using list =
        events::intrusive::list<events::watch,
                                events::intrusive::member_hook<events::watch, events::list_hook, Hook>,
                                events::intrusive::constant_time_size<false>>;

    list<&events::watch::due> due;
    list<&events::watch::cycling> cycling;
};

} // namespace videosdk::inline v0
