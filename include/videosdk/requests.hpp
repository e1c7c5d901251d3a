// What the calls take: trivially destructible aggregates, read before the call returns and never kept. They
// hold views, so write them inside the call: `co_await client.acquire({.type = …, .webhook_url = url})`.
#pragma once

#include <videosdk/resource.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace videosdk::inline v0 {

/// Fields in the vendor's order. Fields left out are not sent, and the service applies its own default.
struct acquire_request {
    resource_type type = resource_type::unknown; ///< Required.
    std::string_view webhook_url = {};      ///< Required; http or https. See webhook_receiver::webhook_url().
    std::optional<resource_mode> mode = {}; ///< The service's default: video-and-audio.
    std::optional<resource_quality> quality = {}; ///< The service's default: med.
    std::optional<std::uint32_t> units = {};      ///< At least 1; the service's default: 1.
};

/// Which page of the listing.
struct list_request {
    std::uint64_t page = 1;      ///< From 1.
    std::uint64_t per_page = 20; ///< From 1.
    /// Only resources in this status; all, where it is left out.
    std::optional<resource_status> status = {};
};

/// How participants are laid out. Vendor page: "Start Recording", as of the three below.
enum class layout_type : std::uint8_t { unknown = 0, grid, spotlight, sidebar };
/// Who comes first where there is no room for all: who speaks, or who is pinned.
enum class layout_priority : std::uint8_t { unknown = 0, speaker, pin };
/// The colours of the composition; default_theme is the wire's `DEFAULT`.
enum class composition_theme : std::uint8_t { unknown = 0, dark, light, default_theme };
/// Whether the video stands or lies.
enum class composition_orientation : std::uint8_t { unknown = 0, portrait, landscape };

/// The wire's text: `"GRID"`, `"SPEAKER"`, `"DARK"`, `"portrait"` …; `"unknown"` for unknown.
VIDEOSDK_DECL std::string_view to_string(layout_type value) noexcept;
VIDEOSDK_DECL std::string_view to_string(layout_priority value) noexcept;
VIDEOSDK_DECL std::string_view to_string(composition_theme value) noexcept;
VIDEOSDK_DECL std::string_view to_string(composition_orientation value) noexcept;

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, layout_type value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, layout_priority value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, composition_theme value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, composition_orientation value);

/// The layout of a composition.
struct composition_layout {
    layout_type type = layout_type::unknown; ///< Required in a layout.
    /// Who comes first.
    std::optional<layout_priority> priority = {};
    std::optional<std::uint32_t> grid_size = {}; ///< 1 to 25 for HLS, 1 to 4 for recording and RTMP.
};

/// How a composition looks.
struct composition_config {
    std::optional<composition_layout> layout = {}; ///< Required as soon as any other option is given.
    /// The colours.
    std::optional<composition_theme> theme = {};
    /// Portrait or landscape.
    std::optional<composition_orientation> orientation = {};
    std::optional<resource_mode> mode = {};       ///< Recording and HLS only.
    std::optional<resource_quality> quality = {}; ///< Recording and HLS only.
};

/// A recording to start.
struct start_recording_request {
    std::string_view room_id = {};     ///< Required.
    std::string_view resource_id = {}; ///< Required: an idle resource of type recording.
    /// A page of your own that is recorded instead of the vendor's layouts; http or https.
    std::string_view template_url = {};
    /// How it looks.
    std::optional<composition_config> config = {};
    /// Where the webhooks of this recording go; http or https.
    std::string_view webhook_url = {};
    /// The folder in the storage that the account has set up.
    std::string_view aws_dir_path = {};
    /// Where the file is put, instead; a secret, never logged.
    std::string_view pre_signed_url = {};
};

/// An HLS stream to start.
struct start_hls_request {
    std::string_view room_id = {};     ///< Required.
    std::string_view resource_id = {}; ///< Required: an idle resource of type hls.
    /// As of a recording.
    std::string_view template_url = {};
    /// How it looks.
    std::optional<composition_config> config = {};
};

/// One place that an RTMP stream is sent to.
struct rtmp_output {
    std::string_view url = {};        ///< Required.
    std::string_view stream_key = {}; ///< Required; a secret, never logged.
};

/// An RTMP stream to start.
struct start_rtmp_request {
    std::string_view room_id = {};             ///< Required.
    std::string_view resource_id = {};         ///< Required: an idle resource of type rtmp.
    std::span<const rtmp_output> outputs = {}; ///< Required, at least one; must live until the call returns.
    /// How it looks.
    std::optional<composition_config> config = {};
    /// As of a recording.
    std::string_view template_url = {};
};

/// A composition to end.
struct end_composition_request {
    std::string_view room_id = {}; ///< Required.
    std::string_view id = {};      ///< Required: the composition's id, from started_composition::id.
};

/// How one call is made. Fields left out take the client's own setting.
struct call_options {
    /// From the await to the result: queueing, connecting, all attempts, all back-off. Positive.
    std::optional<std::chrono::nanoseconds> timeout = {};
    /// Exchanges at most, at least 1.
    std::optional<std::uint32_t> max_attempts = {};
    /// Set to false for calls that clean up: the call then ignores a cancellation of the awaiting coroutine,
    /// and leaves its filter alone. A coroutine that was cancelled before throws operation_aborted at its
    /// next co_await by itself, whatever is awaited: there, `co_await
    /// asio::this_coro::throw_if_cancelled(false)` comes first.
    bool cancellable = true;
    /// Sent with each exchange as the header of that name, so that the call belongs to a trace: `00-`, 32 and
    /// 16 hexadecimal digits in lower case, neither of zeros alone, and two for flags, with `-` between (W3C
    /// Trace Context, 3.2). Anything else is errc::invalid_argument. Empty: not sent.
    std::string_view traceparent = {};
};

static_assert(std::is_trivially_destructible_v<acquire_request> && std::is_aggregate_v<acquire_request>);
static_assert(std::is_trivially_destructible_v<list_request> && std::is_aggregate_v<list_request>);
static_assert(std::is_trivially_destructible_v<composition_config> &&
              std::is_aggregate_v<composition_config>);
static_assert(std::is_trivially_destructible_v<start_recording_request> &&
              std::is_aggregate_v<start_recording_request>);
static_assert(std::is_trivially_destructible_v<start_hls_request> && std::is_aggregate_v<start_hls_request>);
static_assert(std::is_trivially_destructible_v<start_rtmp_request> &&
              std::is_aggregate_v<start_rtmp_request>);
static_assert(std::is_trivially_destructible_v<end_composition_request> &&
              std::is_aggregate_v<end_composition_request>);
static_assert(std::is_trivially_destructible_v<call_options> && std::is_aggregate_v<call_options>);

// One line, with the fields that are set. URLs come without userinfo and query, which may hold secrets.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const acquire_request& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const list_request& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const composition_layout& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const composition_config& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const start_recording_request& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const start_hls_request& value);
/// Without the stream key, and of the URL only scheme and host, since keys stand in paths too.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const rtmp_output& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const start_rtmp_request& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const end_composition_request& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const call_options& value);

} // namespace videosdk::inline v0
