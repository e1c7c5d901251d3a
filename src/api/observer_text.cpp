// What observers are told of calls, events and leases, as text.
#include "error/text.hpp"

#include <videosdk/observer.hpp>

#include <ostream>
#include <string>

namespace videosdk::inline v0 {
namespace {

std::string name_of(std::uint64_t id, std::string_view call)
{
    std::string out = "call " + std::to_string(id) + ' ';
    text::append_printable(out, call);
    return out;
}

/// `call 3 get: GET /v2/resource/r1, attempt 1`
template <class Record>
std::string attempt_of(const Record& value)
{
    std::string out = name_of(value.call_id, value.call);
    out.append(": ").append(to_string(value.method)).append(" ");
    text::append_printable(out, value.path);
    return out.append(", attempt ").append(std::to_string(value.number));
}

} // namespace

std::string_view to_string(retry_cause value) noexcept
{
    switch (value) {
    case retry_cause::connection_stale:
        return "connection_stale";
    case retry_cause::not_connected:
        return "not_connected";
    case retry_cause::connection_lost:
        return "connection_lost";
    case retry_cause::token_refused:
        return "token_refused";
    case retry_cause::rate_limited:
        return "rate_limited";
    case retry_cause::server_failed:
        return "server_failed";
    }
    return "unknown";
}

std::string_view to_string(reconcile_progress value) noexcept
{
    switch (value) {
    case reconcile_progress::started:
        return "started";
    case reconcile_progress::unit_found:
        return "unit_found";
    case reconcile_progress::sweep_agreed:
        return "sweep_agreed";
    case reconcile_progress::topped_up:
        return "topped_up";
    case reconcile_progress::gave_up:
        return "gave_up";
    case reconcile_progress::settled:
        return "settled";
    }
    return "unknown";
}

std::string_view to_string(lease_change value) noexcept
{
    switch (value) {
    case lease_change::granted:
        return "granted";
    case lease_change::adopted:
        return "adopted";
    case lease_change::surplus:
        return "surplus";
    case lease_change::returning:
        return "returning";
    case lease_change::released:
        return "released";
    case lease_change::lost:
        return "lost";
    case lease_change::warming:
        return "warming";
    case lease_change::warm:
        return "warm";
    case lease_change::taken:
        return "taken";
    case lease_change::left_behind:
        return "left_behind";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, retry_cause value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, reconcile_progress value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, lease_change value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, const attempt_started& value)
{
    return stream << attempt_of(value);
}

std::ostream& operator<<(std::ostream& stream, const attempt_ended& value)
{
    stream << attempt_of(value) << ": " << value.outcome;
    if (value.http_status != 0) {
        stream << ' ' << value.http_status;
    }
    stream << (value.reused ? " on a reused connection, effect " : ", effect ") << value.effect << ", "
           << text::milliseconds(value.duration);
    if (value.code) {
        stream << ": " << value.code.message();
    }
    return stream;
}

std::ostream& operator<<(std::ostream& stream, const call_ended& value)
{
    std::string line = name_of(value.call_id, value.call);
    line.append(": ").append(to_string(value.method)).append(" ");
    text::append_printable(line, value.path);
    stream << line << ", ended after " << value.attempts << (value.attempts == 1 ? " attempt" : " attempts")
           << ", effect " << value.effect << ", " << text::milliseconds(value.duration);
    if (!value.traceparent.empty()) {
        line.clear();
        text::append_printable(line, value.traceparent);
        stream << ", traceparent " << line;
    }
    if (value.code) {
        stream << ": " << value.code.message();
    }
    return stream;
}

std::ostream& operator<<(std::ostream& stream, const retry_planned& value)
{
    return stream << name_of(value.call_id, value.call) << ": attempt " << value.next_number << " in "
                  << text::milliseconds(value.wait) << ": " << value.why;
}

std::ostream& operator<<(std::ostream& stream, const event_seen& value)
{
    std::string line = "event ";
    text::append_printable(line, value.name.empty() ? to_string(value.type) : value.name);
    const auto add = [&line](std::string_view name, std::string_view id) {
        if (!id.empty()) {
            line += name;
            text::append_printable(line, id);
        }
    };
    add(" resource_id=", value.resource_id);
    add(" composition_id=", value.composition_id);
    return stream << line << ": " << value.verdict;
}

std::ostream& operator<<(std::ostream& stream, const reconcile_step& value)
{
    return stream << "reconciling attempt " << value.attempt << ": " << value.what << ", " << value.seen
                  << " of " << value.wanted << " units seen";
}

std::ostream& operator<<(std::ostream& stream, const sweep_ended& value)
{
    return stream << "sweep " << value.number << (value.complete ? " complete: " : " incomplete: ")
                  << value.resources << " resources on " << value.pages << " pages, " << value.ours
                  << " ours, " << value.other_boots << " of other boots, " << value.foreign << " foreign, "
                  << text::milliseconds(value.duration);
}

std::ostream& operator<<(std::ostream& stream, const lease_changed& value)
{
    std::string line = "resource ";
    text::append_printable(line, value.resource_id);
    return stream << line << ": " << value.what;
}

} // namespace videosdk::inline v0
