// Access records as text.
#include "error/text.hpp"

#include <videosdk/access_record.hpp>

#include <ostream>

namespace videosdk::inline v0 {

std::string_view to_string(refusal_cause value) noexcept
{
    switch (value) {
    case refusal_cause::none:
        return "none";
    case refusal_cause::too_many_connections:
        return "too_many_connections";
    case refusal_cause::too_many_of_address:
        return "too_many_of_address";
    case refusal_cause::bad_head:
        return "bad_head";
    case refusal_cause::head_timeout:
        return "head_timeout";
    case refusal_cause::bad_body:
        return "bad_body";
    case refusal_cause::too_many_bytes:
        return "too_many_bytes";
    case refusal_cause::body_timeout:
        return "body_timeout";
    case refusal_cause::handler_timeout:
        return "handler_timeout";
    case refusal_cause::write_timeout:
        return "write_timeout";
    case refusal_cause::write_failed:
        return "write_failed";
    case refusal_cause::verdict:
        return "verdict";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, refusal_cause value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, const access_record& value)
{
    stream << value.peer;
    if (!value.forwarded.empty()) {
        stream << " (" << value.forwarded << ')';
    }
    stream << " \"" << value.method << (value.method.empty() ? "" : " ") << value.path << "\" "
           << value.status << ", " << value.bytes_in << " in, " << value.bytes_out << " out, "
           << text::milliseconds(value.duration);
    if (value.cause != refusal_cause::none) {
        stream << ": " << value.cause;
    }
    if (!value.reason.empty()) {
        stream << ": " << value.reason;
    }
    return stream;
}

} // namespace videosdk::inline v0
