// Enumerators and their names on the wire, both ways.
#include "model/json.hpp"

#include <videosdk/composition.hpp>

#include <array>
#include <ostream>

namespace videosdk::inline v0 {

std::string_view to_string(resource_type value) noexcept
{
    switch (value) {
    case resource_type::recording:
        return "recording";
    case resource_type::hls:
        return "hls";
    case resource_type::rtmp:
        return "rtmp";
    case resource_type::unknown:
        break;
    }
    return "unknown";
}

std::string_view to_string(resource_status value) noexcept
{
    switch (value) {
    case resource_status::pending:
        return "pending";
    case resource_status::idle:
        return "idle";
    case resource_status::composing:
        return "composing";
    case resource_status::released:
        return "released";
    case resource_status::unknown:
        break;
    }
    return "unknown";
}

std::string_view to_string(resource_mode value) noexcept
{
    switch (value) {
    case resource_mode::video_and_audio:
        return "video-and-audio";
    case resource_mode::audio:
        return "audio";
    case resource_mode::unknown:
        break;
    }
    return "unknown";
}

std::string_view to_string(resource_quality value) noexcept
{
    switch (value) {
    case resource_quality::low:
        return "low";
    case resource_quality::med:
        return "med";
    case resource_quality::high:
        return "high";
    case resource_quality::unknown:
        break;
    }
    return "unknown";
}

std::string_view to_string(layout_type value) noexcept
{
    switch (value) {
    case layout_type::grid:
        return "GRID";
    case layout_type::spotlight:
        return "SPOTLIGHT";
    case layout_type::sidebar:
        return "SIDEBAR";
    case layout_type::unknown:
        break;
    }
    return "unknown";
}

std::string_view to_string(layout_priority value) noexcept
{
    switch (value) {
    case layout_priority::speaker:
        return "SPEAKER";
    case layout_priority::pin:
        return "PIN";
    case layout_priority::unknown:
        break;
    }
    return "unknown";
}

std::string_view to_string(composition_theme value) noexcept
{
    switch (value) {
    case composition_theme::dark:
        return "DARK";
    case composition_theme::light:
        return "LIGHT";
    case composition_theme::default_theme:
        return "DEFAULT";
    case composition_theme::unknown:
        break;
    }
    return "unknown";
}

std::string_view to_string(composition_orientation value) noexcept
{
    switch (value) {
    case composition_orientation::portrait:
        return "portrait";
    case composition_orientation::landscape:
        return "landscape";
    case composition_orientation::unknown:
        break;
    }
    return "unknown";
}

namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 23> event_names = {
    "unknown",
    "resource-acquired",
    "resource-released",
    "recording-starting",
    "recording-started",
    "recording-stopping",
    "recording-stopped",
    "recording-failed",
    "hls-starting",
    "hls-started",
    "hls-playable",
    "hls-stopping",
    "hls-stopped",
    "hls-failed",
    "livestream-starting",
    "livestream-started",
    "livestream-stopping",
    "livestream-stopped",
    "livestream-failed",
    "session-started",
    "session-ended",
    "participant-joined",
    "participant-left",
};
static_assert(event_names.size() == static_cast<std::size_t>(event_type::participant_left) + 1);

// The enumerator up to `last` that is written as `text`; an unknown one keeps the text.
template <class Enum>
wire_value<Enum> find(std::string_view text, Enum last)
{
    for (std::uint8_t i = 1; i <= static_cast<std::uint8_t>(last); ++i) {
        if (to_string(static_cast<Enum>(i)) == text) {
            return static_cast<Enum>(i);
        }
    }
    return {Enum::unknown, std::string(text)};
}

} // namespace

std::string_view to_string(composition_status value) noexcept
{
    switch (value) {
    case composition_status::unknown:
        break;
    case composition_status::starting:
        return "starting";
    case composition_status::started:
        return "started";
    case composition_status::playable:
        return "playable";
    case composition_status::stopping:
        return "stopping";
    case composition_status::stopped:
        return "stopped";
    case composition_status::failed:
        return "failed";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, composition_status value)
{
    return stream << to_string(value);
}

std::string_view to_string(event_type value) noexcept
{
    const auto index = static_cast<std::size_t>(value);
    return event_names[index < event_names.size() ? index : 0];
}

std::ostream& operator<<(std::ostream& stream, resource_type value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, resource_status value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, resource_mode value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, resource_quality value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, layout_type value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, layout_priority value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, composition_theme value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, composition_orientation value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, event_type value)
{
    return stream << to_string(value);
}

namespace model {

wire_value<resource_type> read_resource_type(std::string_view text)
{
    if (text == "filecomposer") { // the server's own name
        return {resource_type::recording, std::string(text)};
    }
    return find(text, resource_type::rtmp);
}

wire_value<resource_status> read_resource_status(std::string_view text)
{
    return find(text, resource_status::released);
}

wire_value<resource_mode> read_resource_mode(std::string_view text)
{
    return find(text, resource_mode::audio);
}

wire_value<resource_quality> read_resource_quality(std::string_view text)
{
    return find(text, resource_quality::high);
}

wire_value<event_type> read_event_type(std::string_view text)
{
    return find(text, event_type::participant_left);
}

} // namespace model
} // namespace videosdk::inline v0
