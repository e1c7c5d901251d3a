// The weather.
#include "weather.hpp"

#include <iterator>

namespace simulation {
namespace {

constexpr fault of_acquires[] = {
    fault::refused,     fault::stale,         fault::queued,      fault::lost_request, fault::silent_request,
    fault::lost_answer, fault::silent_answer, fault::cut_answer,  fault::late_effect,  fault::too_late,
    fault::slow,        fault::error_before,  fault::error_after, fault::rate_limited, fault::turned_down,
    fault::html_page,   fault::applied_twice, fault::short_grant};

constexpr fault of_releases[] = {
    fault::refused,        fault::stale,       fault::queued,      fault::lost_request,  fault::lost_request,
    fault::silent_request, fault::lost_answer, fault::lost_answer, fault::silent_answer, fault::cut_answer,
    fault::late_effect,    fault::too_late,    fault::slow,        fault::error_before,  fault::error_after,
    fault::rate_limited,   fault::turned_down, fault::html_page,   fault::applied_twice};

// Of starts and ends.
constexpr fault of_compositions[] = {
    fault::refused,     fault::stale,         fault::queued,       fault::lost_request, fault::silent_request,
    fault::lost_answer, fault::silent_answer, fault::cut_answer,   fault::late_effect,  fault::late_effect,
    fault::too_late,    fault::slow,          fault::error_before, fault::error_after,  fault::rate_limited,
    fault::turned_down, fault::html_page,     fault::applied_twice};
constexpr std::uint64_t composition_fault_percent = 40; // they are few

constexpr fault of_reads[] = {fault::refused,       fault::stale,          fault::queued,
                              fault::lost_request,  fault::silent_request, fault::lost_answer,
                              fault::silent_answer, fault::cut_answer,     fault::slow,
                              fault::error_before,  fault::rate_limited,   fault::html_page};

constexpr std::uint64_t least_faults = 12; // of a seed

constexpr fault of_hooks[] = {fault::hook_lost, fault::hook_swallowed, fault::hook_repeated,
                              fault::hook_delayed, fault::hook_misrouted};

} // namespace

weather::weather(const plan& from, const world_time& time, const tally& so_far)
    : plan_(from),
      time_(time),
      so_far_(so_far),
      exchanges_{from.chance.fork("acquires"), from.chance.fork("releases"), from.chance.fork("starts"),
                 from.chance.fork("ends"),     from.chance.fork("gets"),     from.chance.fork("listings")},
      hooks_(from.chance.fork("hooks")),
      latency_(from.chance.fork("latency")),
      amounts_(from.chance.fork("amounts"))
{
}

fault weather::of_exchange(place what, std::string_view target)
{
    const fault drawn = drawn_for(what, target);
    const bool waited_for = what == place::acquire || what == place::release || what == place::list;
    if (!hurried_ || so_far_.total() >= least_faults || !waited_for) {
        return drawn;
    }
    switch (drawn) {
    case fault::queued:
        return fault::refused;
    case fault::silent_request:
        return fault::lost_request;
    case fault::silent_answer:
        return fault::lost_answer;
    case fault::slow:
        return fault::cut_answer;
    default:
        return drawn;
    }
}

fault weather::drawn_for(place what, std::string_view target)
{
    dice& drawn = exchanges_[static_cast<std::size_t>(what)];
    if (calm()) {
        return fault::none;
    }
    if (what == place::acquire && dealt_ != plan_.deck.size()) {
        return plan_.deck[dealt_++];
    }
    if (what == place::list && outage()) {
        return drawn.percent(50) ? fault::error_before : fault::lost_answer;
    }
    const bool first_page = target.find("page=1&") != std::string_view::npos;
    if (what == place::list && after_outage() && drawn.percent(80)) {
        return first_page ? fault::none : fault::swapped_page;
    }
    if (what == place::list && drawn.percent(40)) {
        return of_listing(drawn, first_page);
    }
    const bool composes = what == place::start || what == place::end;
    const std::uint64_t percent = composes ? composition_fault_percent : plan_.fault_percent;
    if (!drawn.percent(percent) && !lacks_faults()) {
        return fault::none;
    }
    switch (what) {
    case place::acquire:
        return drawn.pick(of_acquires);
    case place::release:
        return drawn.pick(of_releases);
    case place::start:
    case place::end:
        return drawn.pick(of_compositions);
    default:
        return drawn.pick(of_reads);
    }
}

bool weather::outage() const
{
    return time_.now >= plan_.outage_from && time_.now < plan_.outage_until;
}

/// When what was missed is read at last, and all others read it too.
bool weather::after_outage() const
{
    return plan_.outage_until != time_point() && time_.now >= plan_.outage_until &&
           time_.now < plan_.outage_until + plan_.horizon;
}

/// A seed in which too little went wrong gets what it lacks.
bool weather::lacks_faults() const
{
    return so_far_.total() < least_faults && time_.now >= world_time::start + 10s;
}

/// Listings disagree with each other in good weather too.
fault weather::of_listing(dice& drawn, bool first_page)
{
    if (drawn.percent(50) && plan_.listing_lag > 0ns) {
        return fault::old_listing;
    }
    return first_page ? fault::shifted_page : fault::swapped_page;
}

fault weather::of_hook()
{
    if (calm()) {
        return fault::none;
    }
    if (outage() && hooks_.percent(50)) {
        return fault::hook_swallowed;
    }
    if (!hooks_.percent(plan_.hook_fault_percent) && !lacks_faults()) {
        return fault::none;
    }
    return hooks_.pick(of_hooks);
}

/// So that a listing as old as they come, begun a horizon after the request left, still tells of it: pages
/// that are read pending first and idle next may both miss a unit that became idle between the moments they
/// are of.
nanoseconds weather::late_effect()
{
    const nanoseconds unsteady =
        plan_.listing_lag > 0ns ? plan_.listing_lag + plan_.provider.idle_after : 0ns;
    return amounts_.time(200ms, plan_.horizon - unsteady - 1s);
}

nanoseconds weather::too_late_effect()
{
    return plan_.horizon + amounts_.time(1s, plan_.horizon * 2);
}

} // namespace simulation
