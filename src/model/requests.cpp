// Requests: printing, without secrets.
#include "model/line.hpp"

#include <videosdk/requests.hpp>

#include <ostream>

namespace videosdk::inline v0 {
namespace {

template <class Enum>
std::string_view text_of(const std::optional<Enum>& value) noexcept
{
    return value ? to_string(*value) : std::string_view();
}

model::line line_of(const composition_layout& value)
{
    model::line out("layout");
    out.add("type", to_string(value.type)).add("priority", text_of(value.priority));
    if (value.grid_size) {
        out.add_number("grid_size", *value.grid_size);
    }
    return out;
}

model::line line_of(const composition_config& value)
{
    model::line out("config");
    if (value.layout) {
        out.add("layout", "(" + line_of(*value.layout).text() + ")");
    }
    out.add("theme", text_of(value.theme))
        .add("orientation", text_of(value.orientation))
        .add("mode", text_of(value.mode))
        .add("quality", text_of(value.quality));
    return out;
}

std::string text_of(const std::optional<composition_config>& value)
{
    return value ? "(" + line_of(*value).text() + ")" : std::string();
}

// RTMP services take the stream key at the end of the URL too, so only scheme and host are shown.
std::string_view origin_of(std::string_view url) noexcept
{
    const std::size_t authority = url.find("://");
    return authority == std::string_view::npos ? "(not shown)" : url.substr(0, url.find('/', authority + 3));
}

model::line line_of(const rtmp_output& value)
{
    model::line out("output");
    out.add_url("url", origin_of(value.url)).add_secret("stream_key", value.stream_key);
    return out;
}

} // namespace

std::ostream& operator<<(std::ostream& stream, const acquire_request& value)
{
    model::line out("acquire");
    out.add("type", to_string(value.type))
        .add_url("webhook_url", value.webhook_url)
        .add("mode", text_of(value.mode))
        .add("quality", text_of(value.quality));
    if (value.units) {
        out.add_number("units", *value.units);
    }
    return stream << out.text();
}

std::ostream& operator<<(std::ostream& stream, const list_request& value)
{
    model::line out("list");
    out.add_number("page", value.page)
        .add_number("per_page", value.per_page)
        .add("status", text_of(value.status));
    return stream << out.text();
}

std::ostream& operator<<(std::ostream& stream, const composition_layout& value)
{
    return stream << line_of(value).text();
}

std::ostream& operator<<(std::ostream& stream, const composition_config& value)
{
    return stream << line_of(value).text();
}

std::ostream& operator<<(std::ostream& stream, const start_recording_request& value)
{
    model::line out("start_recording");
    out.add("room_id", value.room_id)
        .add("resource_id", value.resource_id)
        .add_url("template_url", value.template_url)
        .add("config", text_of(value.config))
        .add_url("webhook_url", value.webhook_url)
        .add("aws_dir_path", value.aws_dir_path)
        .add_secret("pre_signed_url", value.pre_signed_url);
    return stream << out.text();
}

std::ostream& operator<<(std::ostream& stream, const start_hls_request& value)
{
    model::line out("start_hls");
    out.add("room_id", value.room_id)
        .add("resource_id", value.resource_id)
        .add_url("template_url", value.template_url)
        .add("config", text_of(value.config));
    return stream << out.text();
}

std::ostream& operator<<(std::ostream& stream, const rtmp_output& value)
{
    return stream << line_of(value).text();
}

std::ostream& operator<<(std::ostream& stream, const start_rtmp_request& value)
{
    model::line out("start_rtmp");
    out.add("room_id", value.room_id).add("resource_id", value.resource_id);
    for (const rtmp_output& output : value.outputs) {
        out.add("outputs", "(" + line_of(output).text() + ")");
    }
    out.add("config", text_of(value.config)).add_url("template_url", value.template_url);
    return stream << out.text();
}

std::ostream& operator<<(std::ostream& stream, const end_composition_request& value)
{
    model::line out("end_composition");
    out.add("room_id", value.room_id).add("id", value.id);
    return stream << out.text();
}

std::ostream& operator<<(std::ostream& stream, const call_options& value)
{
    model::line out("call");
    if (value.timeout) {
        out.add("timeout", std::to_string(value.timeout->count()) + "ns");
    }
    if (value.max_attempts) {
        out.add_number("max_attempts", *value.max_attempts);
    }
    if (!value.traceparent.empty()) {
        out.add("traceparent", value.traceparent);
    }
    return stream << out.text();
}

} // namespace videosdk::inline v0
