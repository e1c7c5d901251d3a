// Events: comparing and printing.
#include "model/line.hpp"

#include <videosdk/event.hpp>

#include <ostream>

namespace videosdk::inline v0 {

bool operator==(const event& a, const event& b)
{
    return a.type == b.type && a.token == b.token && a.resource_id == b.resource_id &&
           a.resource_kind == b.resource_kind && a.composition_id == b.composition_id &&
           a.meeting_id == b.meeting_id && a.session_id == b.session_id && a.file_path == b.file_path &&
           a.file_url == b.file_url && a.playback_url == b.playback_url &&
           a.livestream_url == b.livestream_url && a.participant_id == b.participant_id &&
           a.participant_name == b.participant_name && a.start == b.start && a.end == b.end &&
           a.data == b.data;
}

// Participants' names are persons' data and stay out of logs.
std::string to_string(const event& value)
{
    model::line out(value.type.text().empty() ? "unknown" : value.type.text());
    out.add("resource_id", value.resource_id)
        .add("resource_kind", value.resource_kind.text())
        .add("composition_id", value.composition_id)
        .add("meeting_id", value.meeting_id)
        .add("session_id", value.session_id)
        .add("participant_id", value.participant_id)
        .add("file_path", value.file_path)
        .add_url("file_url", value.file_url)
        .add_url("playback_url", value.playback_url)
        .add_url("livestream_url", value.livestream_url)
        .add("start", value.start)
        .add("end", value.end);
    return out.text();
}

std::ostream& operator<<(std::ostream& stream, const event& value)
{
    return stream << to_string(value);
}

std::string_view to_string(verdict value) noexcept
{
    switch (value) {
    case verdict::accepted:
        return "accepted";
    case verdict::repetition:
        return "repetition";
    case verdict::unavailable:
        return "unavailable";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, verdict value)
{
    return stream << to_string(value);
}

} // namespace videosdk::inline v0
