// A verified webhook, typed, and what may become of it.
#pragma once

#include <videosdk/resource.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

namespace videosdk::inline v0 {

/// The vendor's `webhookType`. A type that the vendor invents later is `unknown` and keeps its name
/// (event::type.text()).
enum class event_type : std::uint8_t {
    unknown = 0,
    resource_acquired,
    resource_released,
    recording_starting,
    recording_started,
    recording_stopping,
    recording_stopped,
    recording_failed,
    hls_starting,
    hls_started,
    hls_playable,
    hls_stopping,
    hls_stopped,
    hls_failed,
    livestream_starting,
    livestream_started,
    livestream_stopping,
    livestream_stopped,
    livestream_failed,
    session_started,
    session_ended,
    participant_joined,
    participant_left,
};

/// The wire's name: `"resource-acquired"` …
VIDEOSDK_DECL std::string_view to_string(event_type value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, event_type value);

/// One verified webhook. Fields that the event did not carry are empty.
struct VIDEOSDK_DECL event {
    event() = default; // declared, so that the type is no aggregate

    wire_value<event_type> type; ///< `webhookType`, or `type`.
    std::string token; ///< The correlation token of the URL it came to; empty when published by other means.
    std::string resource_id;                 ///< resource-acquired and resource-released: `data.id`.
    wire_value<resource_type> resource_kind; ///< resource-acquired: `data.type`.
    std::string composition_id;   ///< recording-*, hls-*, livestream-*: `data.id`, where it was sent.
    std::string meeting_id;       ///< The room: `data.meetingId`.
    std::string session_id;       ///< One meeting in the room: `data.sessionId`.
    std::string file_path;        ///< recording-stopped.
    std::string file_url;         ///< recording-stopped; empty when null.
    std::string playback_url;     ///< hls-started, hls-playable: playbackHlsUrl, else downstreamUrl.
    std::string livestream_url;   ///< hls-started, hls-playable.
    std::string participant_id;   ///< participant-joined, participant-left.
    std::string participant_name; ///< participant-joined, participant-left.
    std::string start;            ///< session-started, session-ended: as sent.
    std::string end;              ///< session-ended: as sent.
    std::string data;             ///< The whole `data` as JSON text.

    friend VIDEOSDK_DECL bool operator==(const event&, const event&);
};

/// One line: type and ids.
VIDEOSDK_DECL std::string to_string(const event& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const event& value);

/// What became of a published event.
enum class verdict : std::uint8_t {
    accepted = 1, ///< It was news, and was delivered.
    repetition,   ///< It tells nothing of a resource or composition that events had not told: counted, not
                  ///< delivered.
    unavailable   ///< The hub is gone, or a handler has not taken it: the sender should send it again.
};

VIDEOSDK_DECL std::string_view to_string(verdict value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, verdict value);

} // namespace videosdk::inline v0
