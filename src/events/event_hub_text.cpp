// The hub's options and what it prints.
#include "model/line.hpp"

#include <videosdk/event_hub.hpp>

#include <ostream>
#include <utility>

namespace videosdk::inline v0 {
namespace {

[[noreturn]] void refuse(std::string detail)
{
    error_info info;
    info.call = "event_hub_options";
    info.detail = std::move(detail);
    throw error(make_error_code(errc::invalid_argument), std::move(info));
}

std::string nanoseconds(std::chrono::nanoseconds time)
{
    return std::to_string(time.count()) + "ns";
}

std::string_view yes_or_no(bool value)
{
    return value ? "yes" : "no";
}

} // namespace

std::string_view to_string(acknowledge value) noexcept
{
    switch (value) {
    case acknowledge::at_once:
        return "at_once";
    case acknowledge::after_handler:
        return "after_handler";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, acknowledge value)
{
    return stream << to_string(value);
}

event_hub_options::event_hub_options() = default;

void event_hub_options::validate() const
{
    constexpr std::chrono::hours longest(24);
    if (poll_after <= std::chrono::nanoseconds(0) || poll_after > longest) {
        refuse("poll_after must be positive and at most 24 h");
    }
    if (poll_interval_cap < poll_after || poll_interval_cap > longest) {
        refuse("poll_interval_cap must be at least poll_after and at most 24 h");
    }
    if (max_polls == 0) {
        refuse("max_polls must be at least 1");
    }
    if (subscription_queue == 0) {
        refuse("subscription_queue must be at least 1");
    }
    if (max_facts == 0) {
        refuse("max_facts must be at least 1");
    }
}

std::ostream& operator<<(std::ostream& stream, const event_hub_options& value)
{
    return stream << model::line("event_hub")
                         .add("poll_after", nanoseconds(value.poll_after))
                         .add("poll_interval_cap", nanoseconds(value.poll_interval_cap))
                         .add_number("max_polls", value.max_polls)
                         .add_number("subscription_queue", value.subscription_queue)
                         .add_number("max_facts", value.max_facts)
                         .add("on_handler_failure", yes_or_no(value.on_handler_failure != nullptr))
                         .add("on_notice", yes_or_no(value.on_notice != nullptr))
                         .text();
}

std::ostream& operator<<(std::ostream& stream, const wait_options& value)
{
    return stream << model::line("wait")
                         .add("timeout", nanoseconds(value.timeout))
                         .add("cancellable", yes_or_no(value.cancellable))
                         .text();
}

std::ostream& operator<<(std::ostream& stream, const event_filter& value)
{
    return stream << model::line("filter")
                         .add("resource_id", value.resource_id)
                         .add("composition_id", value.composition_id)
                         .add_secret("token", value.token)
                         .add("type", value.type ? to_string(*value.type) : std::string_view())
                         .text();
}

std::ostream& operator<<(std::ostream& stream, const subscription_item& value)
{
    if (value.lagged() != 0) {
        return stream << "lagged=" << value.lagged();
    }
    return stream << value.value();
}

std::ostream& operator<<(std::ostream& stream, const handling_options& value)
{
    return stream << model::line("handling")
                         .add("when", to_string(value.when))
                         .add("timeout", nanoseconds(value.timeout))
                         .add_number("max_in_progress", value.max_in_progress)
                         .text();
}

std::ostream& operator<<(std::ostream& stream, const hub_counts& value)
{
    return stream << "published=" << value.published << " repetitions=" << value.repetitions
                  << " polls=" << value.polls << " resolved_by_fact=" << value.resolved_by_fact
                  << " resolved_by_event=" << value.resolved_by_event
                  << " resolved_by_poll=" << value.resolved_by_poll << " timed_out=" << value.timed_out
                  << " dropped=" << value.dropped << " waiting=" << value.waiting << " facts=" << value.facts
                  << " handled=" << value.handled << " handler_failures=" << value.handler_failures
                  << " handler_overload=" << value.handler_overload << " handling=" << value.handling;
}

} // namespace videosdk::inline v0
