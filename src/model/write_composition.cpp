// What starts and ends compositions, as it is sent.
#include "model/document.hpp"
#include "model/writing.hpp"

namespace videosdk::inline v0::model {
namespace {

void write_layout(object_writer& config, const composition_layout& layout, resource_type kind)
{
    config.key("layout");
    object_writer fields(config.out(), config.prefix() + "layout.");
    fields.required_name("type", "type", layout.type);
    fields.name("priority", "priority", layout.priority);
    if (layout.grid_size) {
        const std::uint32_t most = kind == resource_type::hls ? 25 : 4;
        if (*layout.grid_size == 0 || *layout.grid_size > most) {
            fields.refuse("grid_size", "must be 1 to " + std::to_string(most));
        }
        fields.number("gridSize", *layout.grid_size);
    }
    config.fail_with(fields.finish());
}

// Nothing is written of a configuration in which nothing is set.
void write_config(object_writer& request, const std::optional<composition_config>& value, resource_type kind)
{
    if (!value) {
        return;
    }
    const bool options = value->theme || value->orientation || value->mode || value->quality;
    if (!value->layout && !options) {
        return;
    }
    request.key("config");
    object_writer fields(request.out(), "config.");
    if (value->layout) {
        write_layout(fields, *value->layout, kind);
    } else {
        fields.refuse("layout", "is missing; it is required as soon as another option is given");
    }
    fields.name("theme", "theme", value->theme);
    fields.name("orientation", "orientation", value->orientation);
    if (kind == resource_type::rtmp && (value->mode || value->quality)) {
        fields.refuse(value->mode ? "mode" : "quality", "is for recording and HLS only");
    }
    fields.name("mode", "mode", value->mode);
    fields.name("quality", "quality", value->quality);
    request.fail_with(fields.finish());
}

void write_outputs(object_writer& request, std::span<const rtmp_output> outputs)
{
    if (outputs.empty()) {
        return request.refuse("outputs", "is empty, at least one is needed");
    }
    request.key("outputs");
    request.out() += '[';
    for (std::size_t i = 0; i != outputs.size(); ++i) {
        request.out() += i == 0 ? "" : ",";
        object_writer fields(request.out(), "outputs[" + std::to_string(i) + "].");
        fields.required_text("url", "url", outputs[i].url);
        fields.required_text("streamKey", "stream_key", outputs[i].stream_key);
        request.fail_with(fields.finish());
    }
    request.out() += ']';
}

} // namespace

parsed<std::string> write(const start_recording_request& request)
{
    std::string body;
    object_writer fields(body, "");
    fields.required_text("roomId", "room_id", request.room_id);
    fields.required_text("resourceId", "resource_id", request.resource_id);
    fields.url("templateUrl", "template_url", request.template_url);
    write_config(fields, request.config, resource_type::recording);
    fields.url("webhookUrl", "webhook_url", request.webhook_url);
    fields.text("awsDirPath", "aws_dir_path", request.aws_dir_path);
    fields.url("preSignedUrl", "pre_signed_url", request.pre_signed_url);
    return finish(fields, body);
}

parsed<std::string> write(const start_hls_request& request)
{
    std::string body;
    object_writer fields(body, "");
    fields.required_text("roomId", "room_id", request.room_id);
    fields.required_text("resourceId", "resource_id", request.resource_id);
    fields.url("templateUrl", "template_url", request.template_url);
    write_config(fields, request.config, resource_type::hls);
    return finish(fields, body);
}

parsed<std::string> write(const start_rtmp_request& request)
{
    std::string body;
    object_writer fields(body, "");
    fields.required_text("roomId", "room_id", request.room_id);
    fields.required_text("resourceId", "resource_id", request.resource_id);
    write_outputs(fields, request.outputs);
    write_config(fields, request.config, resource_type::rtmp);
    fields.url("templateUrl", "template_url", request.template_url);
    return finish(fields, body);
}

parsed<std::string> write(const end_composition_request& request)
{
    std::string body;
    object_writer fields(body, "");
    fields.required_text("roomId", "room_id", request.room_id);
    fields.required_text("id", "id", request.id);
    return finish(fields, body);
}

} // namespace videosdk::inline v0::model
