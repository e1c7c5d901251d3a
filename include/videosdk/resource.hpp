// A resource as the API describes it, and the other answers of the API: pages, release results, compositions.
#pragma once

#include <videosdk/config.hpp>
#include <videosdk/id_text.hpp>
#include <videosdk/shared_text.hpp>

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace videosdk::inline v0 {

/// What a resource composes. Vendor page: "Acquire Resource".
enum class resource_type : std::uint8_t { unknown = 0, recording, hls, rtmp };

/// `pending → idle → composing → idle … → released`; released is final.
enum class resource_status : std::uint8_t { unknown = 0, pending, idle, composing, released };

/// Whether video is composed, too. Vendor page: "Acquire Resource".
enum class resource_mode : std::uint8_t { unknown = 0, video_and_audio, audio };

/// Of the composed video. Vendor page: "Acquire Resource".
enum class resource_quality : std::uint8_t { unknown = 0, low, med, high };

/// The wire's text: `"recording"`, `"video-and-audio"`, `"med"` …; `"unknown"` for unknown.
VIDEOSDK_DECL std::string_view to_string(resource_type value) noexcept;
VIDEOSDK_DECL std::string_view to_string(resource_status value) noexcept;
VIDEOSDK_DECL std::string_view to_string(resource_mode value) noexcept;
VIDEOSDK_DECL std::string_view to_string(resource_quality value) noexcept;

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, resource_type value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, resource_status value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, resource_mode value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, resource_quality value);

/// An enumerator that came over the wire, with the text it came as where that is not the enumerator's own: a
/// value that the vendor invents later is `unknown` and keeps its text. Compares with the enumerator, prints
/// as the text.
template <class Enum>
class wire_value {
public:
    constexpr wire_value() noexcept = default;
    /// What came as the enumerator's own text.
    wire_value(Enum value) noexcept : place_(in_place(value)) {}
    /// What came as another text than the enumerator's own.
    wire_value(Enum value, std::string raw)
    {
        if (raw.empty()) {
            place_ = in_place(value);
        } else {
            place_ = reinterpret_cast<std::uintptr_t>(new named(value, std::move(raw)));
        }
    }
    /// With a text of its own, where the other has one.
    wire_value(const wire_value& other)
        : place_(other.has_name() ? reinterpret_cast<std::uintptr_t>(new named(other.name())) : other.place_)
    {
    }
    /// Leaves the enumerator, and no text of its own.
    wire_value(wire_value&& other) noexcept : place_(std::exchange(other.place_, in_place(other.value()))) {}
    /// The same; changes nothing where there is no memory for the text.
    wire_value& operator=(const wire_value& other)
    {
        if (this != &other) {
            *this = wire_value(other);
        }
        return *this;
    }
    /// Leaves the enumerator, and no text of its own.
    wire_value& operator=(wire_value&& other) noexcept
    {
        wire_value taken(std::move(other));
        std::swap(place_, taken.place_);
        return *this;
    }
    constexpr ~wire_value()
    {
        if (has_name()) {
            delete &name();
        }
    }

    /// The enumerator; unknown where the field was absent, or is of no value that this version knows.
    Enum value() const noexcept
    {
        return has_name() ? name().value : static_cast<Enum>(static_cast<std::uint8_t>(place_ >> 1));
    }
    /// The same, so that it compares and switches like the enumerator.
    operator Enum() const noexcept { return value(); }

    /// The text on the wire; empty where the field was absent.
    std::string_view text() const noexcept
    {
        if (has_name()) {
            return name().text;
        }
        return value() == Enum::unknown ? std::string_view() : to_string(value());
    }

    /// Whether both came as the same text.
    friend bool operator==(const wire_value& a, const wire_value& b) noexcept
    {
        if (a.has_name() && b.has_name()) {
            return a.name().value == b.name().value && a.name().text == b.name().text;
        }
        return a.place_ == b.place_;
    }
    /// Whether it is this enumerator, whatever text it came as.
    friend bool operator==(const wire_value& a, Enum b) noexcept { return a.value() == b; }

    /// The text on the wire; `unknown` where the field was absent.
    friend std::ostream& operator<<(std::ostream& stream, const wire_value& value)
    {
        return stream << (value.text().empty() ? to_string(value.value()) : value.text());
    }

private:
    static_assert(sizeof(Enum) == 1);

    /// An enumerator that came as another text.
    struct named {
        named(Enum which, std::string&& raw) noexcept : value(which), text(std::move(raw)) {}

        Enum value;
        std::string text;
    };

    static constexpr std::uintptr_t in_place(Enum value) noexcept
    {
        return static_cast<std::uintptr_t>(value) << 1 | 1;
    }
    constexpr bool has_name() const noexcept { return (place_ & 1) == 0; }
    const named& name() const noexcept { return *reinterpret_cast<const named*>(place_); } // NOLINT: tagged

    // One word, since a hundred thousand resources may be waited for, with four of these in each: the
    // enumerator, marked by the lowest bit, or the address of one that came as another text, which is rare.
    std::uintptr_t place_ = in_place(Enum::unknown);
};

/// The provider's unit of composition capacity.
struct VIDEOSDK_DECL resource {
    resource() = default; // declared, so that the type is no aggregate

    id_text id;                            ///< 24 hexadecimal digits.
    wire_value<resource_status> status;    ///< At the time of this answer.
    wire_value<resource_type> type;        ///< The server's own name `filecomposer` is read as recording.
    wire_value<resource_mode> mode;        ///< Absent in some answers.
    wire_value<resource_quality> quality;  ///< Absent in some answers.
    std::vector<std::string> composer_ids; ///< Compositions that run here; may keep ids of ended ones.
    shared_text webhook_url;               ///< Echo of what acquire sent, perhaps not to the letter.
    std::string unknown_fields; ///< A JSON object of the fields not named here; empty when there are none.

    friend VIDEOSDK_DECL bool operator==(const resource&, const resource&);
};

/// One line: id, status and the rest. URLs without userinfo and query.
VIDEOSDK_DECL std::string to_string(const resource& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const resource& value);

/// One page of a listing. The wire promises neither a sort order nor a snapshot.
struct VIDEOSDK_DECL resource_page {
    resource_page() = default; // declared, so that the type is no aggregate

    std::uint64_t current_page = 0; ///< From 1.
    std::uint64_t per_page =
        0; ///< Resources of a full page, as the service has it: it may cut what was asked for.
    std::uint64_t last_page = 0;     ///< Its number; 0 where the answer does not say.
    std::uint64_t total = 0;         ///< Resources over all pages, at the time of this answer.
    std::vector<resource> resources; ///< Of this page, in the order of the wire.
};

VIDEOSDK_DECL std::string to_string(const resource_page& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const resource_page& value);

/// What a release did to one unit: refusals arrive inside an HTTP 200.
struct VIDEOSDK_DECL release_result {
    release_result() = default; // declared, so that the type is no aggregate

    std::string id;       ///< Of the resource, as it was asked for.
    bool success = false; ///< Whether it is released now.
    std::string message;  ///< The provider's word, e.g. `resource released`.
};

VIDEOSDK_DECL std::string to_string(const release_result& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const release_result& value);

/// The answer to a started composition. Only HLS fills the URLs.
struct VIDEOSDK_DECL started_composition {
    started_composition() = default; // declared, so that the type is no aggregate

    /// The composition's id, which end_recording and its siblings take. Never empty in what a client returns:
    /// a start that is answered without one fails with errc::unexpected_response, since nobody could end it.
    std::string id;
    resource_type type = resource_type::unknown; ///< What was started: recording, hls or rtmp.
    std::string room_id;                         ///< The room that is composed.
    std::string session_id;       ///< One meeting in that room; empty where the answer does not say.
    std::string resource_id;      ///< Where it runs.
    std::string playback_hls_url; ///< HLS: for viewers, now and later.
    std::string livestream_url;   ///< HLS: for viewers, while it runs.
    std::string unknown_fields;   ///< A JSON object of the fields not named here; empty when there are none.
};

VIDEOSDK_DECL std::string to_string(const started_composition& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const started_composition& value);

} // namespace videosdk::inline v0
