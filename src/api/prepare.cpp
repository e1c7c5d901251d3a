// Checks arguments and prints requests: all that a call does before it is awaited.
#include "api/prepare.hpp"

#include "api/answers.hpp"
#include "api/client_core.hpp"
#include "model/json.hpp"

#include <chrono>
#include <memory>

namespace videosdk::inline v0 {
namespace {

/// Of the path; a query may hold secrets.
std::string_view last_segment(std::string_view url)
{
    url = url.substr(0, url.find_first_of("?#"));
    while (url.ends_with('/')) {
        url.remove_suffix(1);
    }
    const std::size_t slash = url.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : url.substr(slash + 1);
}

template <class T>
prepared<T> prepare(const core_ptr& core, call_spec spec, const call_options& options, answer_reader<T> read)
{
    if (!core || !core->alive()) {
        return refusal(spec.name, errc::closed, "the client has been moved from, or its io_context is gone");
    }
    spec.timeout = options.timeout.value_or(core->options().timeout);
    spec.max_attempts = options.max_attempts.value_or(core->options().retry.max_attempts);
    if (spec.timeout <= std::chrono::nanoseconds(0) || spec.timeout > std::chrono::hours(24 * 365)) {
        return refusal(spec.name, errc::invalid_argument, "timeout must be positive and at most a year");
    }
    if (spec.max_attempts == 0) {
        return refusal(spec.name, errc::invalid_argument, "max_attempts must be at least 1");
    }
    if (!options.traceparent.empty() && !spec.trace.read(options.traceparent)) {
        return refusal(spec.name, errc::invalid_argument,
                       "traceparent must be as in W3C Trace Context: 00-<32 digits>-<16 digits>-<2 digits>, "
                       "hexadecimal in lower case, not all zeros");
    }
    spec.cancellable = options.cancellable;
    if (spec.fixed_target.empty()) {
        spec.target.insert(0, core->base_path());
    }
    return boost::intrusive_ptr<call<T>>(new call<T>(core, std::move(spec), read));
}

template <class T>
prepared<T> prepare_release(const core_ptr& core, std::span<const std::string_view> ids,
                            const call_options& options, answer_reader<T> read)
{
    model::parsed<std::string> body = model::write_release(ids);
    if (!body) {
        return refusal("release", errc::invalid_argument, std::move(body.error().detail));
    }
    call_spec spec("release", verb::post, "/resource/release", std::move(*body), true);
    spec.releases.assign(ids.begin(), ids.end());
    return prepare<T>(core, std::move(spec), options, read);
}

/// Where compositions of one kind start and end, and what the calls are named.
struct composition_routes {
    const char* start_name;
    const char* start_target;
    const char* end_name;
    const char* end_target;
};

constexpr composition_routes recordings{"start_recording", "/resource/recordings/start", "end_recording",
                                        "/resource/recordings/end"};
constexpr composition_routes hls_streams{"start_hls", "/resource/hls/start", "end_hls", "/resource/hls/end"};
constexpr composition_routes livestreams{"start_rtmp", "/resource/livestreams/start", "end_rtmp",
                                         "/resource/livestreams/end"};

constexpr const composition_routes& routes_of(resource_type kind) noexcept
{
    switch (kind) {
    case resource_type::hls:
        return hls_streams;
    case resource_type::rtmp:
        return livestreams;
    default:
        return recordings;
    }
}

template <class Request>
prepared<started_composition> prepare_start_of(resource_type kind, const core_ptr& core,
                                               const Request& request, const call_options& options)
{
    const composition_routes& routes = routes_of(kind);
    model::parsed<std::string> body = model::write(request);
    if (!body) {
        return refusal(routes.start_name, errc::invalid_argument, std::move(body.error().detail));
    }
    call_spec spec(routes.start_name, verb::post, routes.start_target, std::move(*body), false);
    composition_command command;
    command.starts_in = request.resource_id;
    command.room_id = request.room_id;
    command.kind = kind;
    if constexpr (requires { request.webhook_url; }) {
        command.webhook_url = request.webhook_url;
    }
    spec.composition = std::make_shared<const composition_command>(std::move(command));
    return prepare<started_composition>(core, std::move(spec), options, &read_started_answer);
}

bool is_request_path(std::string_view path) noexcept
{
    if (path.empty() || path.front() != '/') {
        return false;
    }
    for (const char c : path) {
        if (c <= 0x20 || c >= 0x7f || c == '#') {
            return false;
        }
    }
    return true;
}

} // namespace

error refusal(const char* name, errc code, std::string detail)
{
    error_info info;
    info.call = name;
    info.detail = std::move(detail);
    info.outcome = outcome::not_sent;
    info.effect = effect::none;
    return {code, std::move(info)};
}

prepared<std::vector<resource>> prepare_acquire(const core_ptr& core, const acquire_request& request,
                                                const call_options& options)
{
    model::parsed<std::string> body = model::write(request, core ? core->spare_body().take() : std::string());
    if (!body) {
        return refusal("acquire", errc::invalid_argument, std::move(body.error().detail));
    }
    call_spec spec("acquire", verb::post, {}, std::move(*body), false);
    if (core) {
        spec.fixed_target = core->acquire_path();
    }
    spec.units = request.units.value_or(1);
    if (core && core->options().on_unclaimed) {
        spec.token = last_segment(request.webhook_url);
    }
    return prepare<std::vector<resource>>(core, std::move(spec), options, &read_acquire_answer);
}

prepared<release_result> prepare_release(const core_ptr& core, std::string_view id,
                                         const call_options& options)
{
    if (id.empty()) {
        return refusal("release", errc::invalid_argument, "id is missing");
    }
    return prepare_release(core, std::span(&id, 1), options, &read_single_release_answer);
}

prepared<std::vector<release_result>> prepare_release(const core_ptr& core, std::span<const std::string> ids,
                                                      const call_options& options)
{
    const std::vector<std::string_view> views(ids.begin(), ids.end());
    return prepare_release(core, std::span(views), options, &read_release_answer);
}

prepared<resource> prepare_get(const core_ptr& core, std::string_view id, const call_options& options)
{
    model::parsed<std::string> segment = model::write_path_segment(id, "id");
    if (!segment) {
        return refusal("get", errc::invalid_argument, std::move(segment.error().detail));
    }
    return prepare<resource>(core, call_spec("get", verb::get, "/resource/" + *segment, {}, true), options,
                             &read_get_answer);
}

prepared<resource_page> prepare_list(const core_ptr& core, const list_request& request,
                                     const call_options& options)
{
    model::parsed<std::string> query = model::write_query(request);
    if (!query) {
        return refusal("list", errc::invalid_argument, std::move(query.error().detail));
    }
    return prepare<resource_page>(core, call_spec("list", verb::get, "/resource?" + *query, {}, true),
                                  options, &read_list_answer);
}

prepared<started_composition> prepare_start(const core_ptr& core, const start_recording_request& request,
                                            const call_options& options)
{
    return prepare_start_of(resource_type::recording, core, request, options);
}

prepared<started_composition> prepare_start(const core_ptr& core, const start_hls_request& request,
                                            const call_options& options)
{
    return prepare_start_of(resource_type::hls, core, request, options);
}

prepared<started_composition> prepare_start(const core_ptr& core, const start_rtmp_request& request,
                                            const call_options& options)
{
    return prepare_start_of(resource_type::rtmp, core, request, options);
}

prepared<void> prepare_end(const core_ptr& core, resource_type kind, const end_composition_request& request,
                           const call_options& options)
{
    const composition_routes& routes = routes_of(kind);
    model::parsed<std::string> body = model::write(request);
    if (!body) {
        return refusal(routes.end_name, errc::invalid_argument, std::move(body.error().detail));
    }
    call_spec spec(routes.end_name, verb::post, routes.end_target, std::move(*body), false);
    composition_command command;
    command.ends = request.id;
    spec.composition = std::make_shared<const composition_command>(std::move(command));
    return prepare<void>(core, std::move(spec), options, &read_ended_answer);
}

prepared<raw_response> prepare_request(const core_ptr& core, verb method, std::string_view path,
                                       std::string_view body, const call_options& options)
{
    if (to_string(method) == "unknown") {
        return refusal("request", errc::invalid_argument, "the verb is none of verb's enumerators");
    }
    if (!is_request_path(path)) {
        return refusal(
            "request", errc::invalid_argument,
            "path must start with / and hold neither blanks, control bytes, # nor bytes beyond ASCII");
    }
    if (!body.empty()) {
        // Its text stays out of the message: it may hold stream keys.
        if (const auto wrong = model::json_failure(body)) {
            return refusal("request", errc::invalid_argument,
                           "body is not JSON from byte " + std::to_string(*wrong) + " on");
        }
    }
    if (path == "/v2" || path.starts_with("/v2/") || path.starts_with("/v2?")) {
        path.remove_prefix(3);
    }
    return prepare<raw_response>(
        core, call_spec("request", method, std::string(path), std::string(body), method == verb::get),
        options, &read_raw_answer);
}

} // namespace videosdk::inline v0
