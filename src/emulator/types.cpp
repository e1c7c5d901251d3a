// The small types of the emulator: enumerators' names, faults, and the one line by which each is printed.
#include "error/text.hpp"
#include "model/line.hpp"

#include <videosdk/emulator.hpp>

#include <ostream>

namespace videosdk::inline v0::emulator {
namespace {

// A body in a log is cut here.
constexpr std::size_t printed_body = 200;

std::string milliseconds(std::chrono::nanoseconds time)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + "ms";
}

} // namespace

std::string_view to_string(echo_mode value) noexcept
{
    switch (value) {
    case echo_mode::exact:
        return "exact";
    case echo_mode::normalised:
        return "normalised";
    case echo_mode::absent:
        return "absent";
    }
    return "unknown";
}

std::string_view to_string(get_shape value) noexcept
{
    switch (value) {
    case get_shape::bare:
        return "bare";
    case get_shape::wrapped:
        return "wrapped";
    }
    return "unknown";
}

std::string_view to_string(number_shape value) noexcept
{
    switch (value) {
    case number_shape::numbers:
        return "numbers";
    case number_shape::strings:
        return "strings";
    }
    return "unknown";
}

std::string_view to_string(recording_name value) noexcept
{
    switch (value) {
    case recording_name::recording:
        return "recording";
    case recording_name::filecomposer:
        return "filecomposer";
    }
    return "unknown";
}

std::string_view to_string(fault_kind value) noexcept
{
    switch (value) {
    case fault_kind::none:
        return "none";
    case fault_kind::answer:
        return "answer";
    case fault_kind::drop:
        return "drop";
    case fault_kind::apply_then_drop:
        return "apply_then_drop";
    case fault_kind::apply_later:
        return "apply_later";
    case fault_kind::delay:
        return "delay";
    }
    return "unknown";
}

std::string_view to_string(server_security value) noexcept
{
    switch (value) {
    case server_security::self_signed:
        return "self_signed";
    case server_security::certificate:
        return "certificate";
    case server_security::plain:
        return "plain";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, echo_mode value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, get_shape value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, number_shape value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, recording_name value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, fault_kind value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, server_security value)
{
    return stream << to_string(value);
}

fault::fault() = default;

fault::fault(fault_kind kind, std::chrono::nanoseconds time) : kind_(kind), time_(time) {}

fault fault::answer(unsigned status, std::string body, std::string content_type, header_list headers)
{
    fault made(fault_kind::answer);
    made.status_ = status;
    made.body_ = std::move(body);
    made.content_type_ = std::move(content_type);
    made.headers_ = std::move(headers);
    return made;
}

fault fault::drop()
{
    return fault(fault_kind::drop);
}

fault fault::apply_then_drop()
{
    return fault(fault_kind::apply_then_drop);
}

fault fault::apply_later(std::chrono::nanoseconds after)
{
    return fault(fault_kind::apply_later, after);
}

fault fault::delay(std::chrono::nanoseconds by)
{
    return fault(fault_kind::delay, by);
}

std::ostream& operator<<(std::ostream& stream, const request& value)
{
    return stream << model::line(value.method)
                         .add_url("target", value.target)
                         .add_number("body_bytes", value.body.size())
                         .text();
}

std::ostream& operator<<(std::ostream& stream, const request_count& value)
{
    return stream << value.route << ' ' << value.status << ": " << value.count;
}

std::ostream& operator<<(std::ostream& stream, const fault& value)
{
    model::line out(to_string(value.kind()));
    if (value.status() != 0) {
        out.add_number("status", value.status());
    }
    if (value.time() != std::chrono::nanoseconds(0)) {
        out.add("time", milliseconds(value.time()));
    }
    return stream << out.text();
}

reply::reply() : content_type("application/json") {}

std::ostream& operator<<(std::ostream& stream, const reply& value)
{
    if (value.drop) {
        return stream << "dropped";
    }
    std::string body;
    text::append_printable(body, value.body, printed_body);
    return stream << value.status << ' ' << body;
}

webhook::webhook() = default;

std::ostream& operator<<(std::ostream& stream, const webhook& value)
{
    model::line out(std::to_string(value.id));
    out.add_number("attempt", value.attempt).add_url("url", value.url);
    return stream << out.text();
}

request_count::request_count() = default;

statistics::statistics() = default;

std::uint64_t statistics::count(std::string_view route, std::optional<unsigned> status) const noexcept
{
    std::uint64_t sum = 0;
    for (const request_count& entry : requests) {
        if (entry.route == route && (!status || entry.status == *status)) {
            sum += entry.count;
        }
    }
    return sum;
}

std::ostream& operator<<(std::ostream& stream, const statistics& value)
{
    model::line out("");
    out.add_number("requests", value.requests_total)
        .add_number("acquired", value.resources_acquired)
        .add_number("pending", value.resources_pending)
        .add_number("idle", value.resources_idle)
        .add_number("composing", value.resources_composing)
        .add_number("released", value.resources_released)
        .add_number("webhooks_sent", value.webhooks_sent)
        .add_number("redelivered", value.webhooks_redelivered)
        .add_number("delivered", value.webhooks_delivered)
        .add_number("failed", value.webhooks_failed)
        .add_number("connections", value.connections_accepted)
        .add_number("tls_handshakes", value.tls_handshakes);
    return stream << out.text();
}

} // namespace videosdk::inline v0::emulator
