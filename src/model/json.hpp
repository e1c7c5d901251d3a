// JSON to model and back. Tolerant in what it accepts, strict in what it writes.
#pragma once

#include <videosdk/error.hpp>
#include <videosdk/event.hpp>
#include <videosdk/requests.hpp>
#include <videosdk/resource.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0::model {

/// Why a body could not be read: one line for error_info::detail, never quoting more than 80 bytes of the
/// body.
struct parse_failure {
    parse_failure() =
        default; // declared: an aggregate could be made of a string, which parsed<std::string> is too

    std::string detail;
};
template <class T>
using parsed = boost::system::result<T, parse_failure>;

// Requests to body text: keys in the vendor's order, fields left out are not sent. The result is a failure
// naming the field (as it is called in requests.hpp) that is missing, out of range or unknown. Text must be
// UTF-8 without control bytes; URLs (but for an RTMP output's) are http or https, with a host.
/// `place` is a string whose memory may be used.
parsed<std::string> write(const acquire_request& request, std::string place = {});
parsed<std::string> write(const start_recording_request& request);
parsed<std::string> write(const start_hls_request& request);
parsed<std::string> write(const start_rtmp_request& request);
parsed<std::string> write(const end_composition_request& request);
/// `{"ids":[…]}`; at least one id.
parsed<std::string> write_release(std::span<const std::string_view> ids);
/// The query of a listing, `page=1&perPage=20[&status=idle]`.
parsed<std::string> write_query(const list_request& request);
/// An id as one path segment, percent-encoded where needed; a failure when it is empty, `.` or `..`.
parsed<std::string> write_path_segment(std::string_view id, std::string_view field_name);

/// What the service writes (emulator) and what tests compare with: known fields in the vendor's order (those
/// that are empty left out, `id` and `composerIds` excepted), then the unknown ones.
std::string write(const resource& value);

/// What an answer says before its data is looked at.
struct answer_summary {
    answer_summary() = default;

    bool success = true; ///< False where the body says `success:false`.
    std::string code;    ///< `code` or `errorCode`, string or number.
    std::string message; ///< First of message, error, msg, statusMessage; arrays and objects as JSON text.
};

// Answers to model. `scratch` is memory to parse in, may be empty. All accept numbers as strings and keep
// unknown fields.
parsed<answer_summary> read_summary(std::string_view body, std::span<unsigned char> scratch);
/// Acquire: `{"success":true,"data":[unit…]}`; also accepts a bare array and a single unit. `success:false`
/// is a value here (empty), because its summary is what matters; units that it names nevertheless are
/// salvage_units()'s to find.
struct acquire_answer {
    acquire_answer() = default;

    answer_summary summary;
    std::vector<resource> units;
};
parsed<acquire_answer> read_acquire(std::string_view body, std::span<unsigned char> scratch);
/// The same by way of a document, however plainly the body is written.
parsed<acquire_answer> read_any_acquire(std::string_view body, std::span<unsigned char> scratch);
/// Of an answer to acquire that contradicts itself or that read_acquire() cannot read: every unit in it that
/// has an id, with what else of it can be read, since each is billed.
std::vector<resource> salvage_units(std::string_view body, std::span<unsigned char> scratch);
/// A unit needs an `id`; other fields may be absent or null.
/// Get: the bare unit or `{"data":unit}`.
parsed<resource> read_resource(std::string_view body, std::span<unsigned char> scratch);
/// `pageInfo` with `lastPage` and `total` is required: without them nobody knows when a listing is complete.
parsed<resource_page> read_page(std::string_view body, std::span<unsigned char> scratch);
/// `{"data":[{"id","success","msg"}…]}`; also accepts a bare array and a single object.
parsed<std::vector<release_result>> read_release(std::string_view body, std::span<unsigned char> scratch);
/// `{"success":true,"data":{"id",…}}` or a bare object; without an id it is a failure, since what was started
/// could not be ended. The bare sentences of the ordinary routes (`/v2/recordings/start` and its siblings)
/// have none. `downstreamUrl` stands in for a missing `playbackHlsUrl`.
parsed<started_composition> read_started(std::string_view body, std::span<unsigned char> scratch);
/// `{"publicKey":"<PEM>"}`.
parsed<std::string> read_public_key(std::string_view body, std::span<unsigned char> scratch);
/// A webhook body to an event (without its token). The kind of event is read from `webhookType`, else `type`.
/// Of an event of unknown type, fields of unexpected kinds are left out rather than refused.
parsed<event> read_event(std::string_view body);
/// Where `text` ceases to be one JSON value; nothing when it is one. For bodies that must not be quoted.
std::optional<std::size_t> json_failure(std::string_view text);
/// `text` itself, if it is one JSON value; a failure says where it is not.
parsed<std::string> check_json(std::string_view text);

// Wire names to enumerators; unknown text gives `unknown` plus the text.
wire_value<resource_type> read_resource_type(std::string_view text);
wire_value<resource_status> read_resource_status(std::string_view text);
wire_value<resource_mode> read_resource_mode(std::string_view text);
wire_value<resource_quality> read_resource_quality(std::string_view text);
wire_value<event_type> read_event_type(std::string_view text);

/// `Retry-After`: seconds or one of the three HTTP-dates (RFC 9110, 5.6.7 and 10.2.3); empty when it is
/// neither. A date in the past gives 0, and no value is above 2^31 - 1.
std::optional<std::chrono::seconds> read_retry_after(std::string_view value,
                                                     std::chrono::system_clock::time_point now);

} // namespace videosdk::inline v0::model
