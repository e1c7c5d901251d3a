// Reading the bodies of requests.
#include "emulator/bodies.hpp"

#include "emulator/field_check.hpp"
#include "http/endpoint.hpp"
#include "model/json.hpp"

#include <array>
#include <limits>

namespace videosdk::inline v0::emulator {
namespace {

constexpr std::uint64_t max_grid_hls = 25;
constexpr std::uint64_t max_grid_other = 4;

/// A body that must be a JSON object, in memory of its own.
class object_body {
public:
    explicit object_body(std::string_view body) : document_(memory_)
    {
        const auto parsed = document_.parse(body);
        if (parsed.has_error()) {
            first.emplace(400, "body: " + parsed.error().detail);
        } else if (!(*parsed)->is_object()) {
            first.emplace(400, "body must be a JSON object");
        } else {
            object_ = &(*parsed)->get_object();
        }
    }

    field_check fields() { return field_check(object_ != nullptr ? *object_ : empty_, "", first); }

    std::optional<refusal> first;

private:
    std::array<unsigned char, 1024> memory_{};
    model::document document_;
    const model::json::object* object_ = nullptr;
    model::json::object empty_;
};

template <class T>
accepted<T> finish(object_body& body, T&& value)
{
    if (body.first) {
        return std::move(*body.first);
    }
    return std::forward<T>(value);
}

void check_layout(const model::json::object& layout, resource_type type, std::optional<refusal>& first)
{
    field_check fields(layout, "config.layout.", first);
    if (!fields.has("type")) {
        fields.refuse("type", "is required");
    }
    fields.one_of("type", {"GRID", "SPOTLIGHT", "SIDEBAR"});
    fields.one_of("priority", {"SPEAKER", "PIN"});
    fields.number("gridSize", 1, type == resource_type::hls ? max_grid_hls : max_grid_other);
}

void check_config(const model::json::object& config, resource_type type, std::optional<refusal>& first)
{
    field_check fields(config, "config.", first);
    const model::json::object* const layout = fields.object("layout");
    if (layout != nullptr) {
        check_layout(*layout, type, first);
    } else if (!config.empty()) {
        fields.refuse("layout", "is required when another option is given");
    }
    fields.one_of("theme", {"DARK", "LIGHT", "DEFAULT"});
    fields.one_of("orientation", {"portrait", "landscape"});
    if (type != resource_type::rtmp) {
        fields.one_of("mode", {"video-and-audio", "audio"});
        fields.one_of("quality", {"low", "med", "high"});
    }
}

void check_outputs(const model::json::array* outputs, field_check& fields, std::optional<refusal>& first)
{
    if (outputs == nullptr) {
        return;
    }
    if (outputs->empty()) {
        fields.refuse("outputs", "must hold at least one output");
    }
    for (std::size_t i = 0; i != outputs->size(); ++i) {
        const std::string name = "outputs[" + std::to_string(i) + "]";
        const model::json::object* const output = (*outputs)[i].if_object();
        if (output == nullptr) {
            fields.refuse(name, "must be an object");
            return;
        }
        const std::string prefix = name + ".";
        field_check inner(*output, prefix, first);
        inner.required_text("url");
        inner.required_text("streamKey");
    }
}

char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

} // namespace

accepted<acquire_body> read_acquire_body(std::string_view text, std::uint32_t max_units)
{
    object_body body(text);
    field_check fields = body.fields();
    acquire_body read;
    if (!fields.has("type")) {
        fields.refuse("type", "is required: recording, hls or rtmp");
    }
    if (const auto type = fields.one_of("type", {"recording", "hls", "rtmp"})) {
        constexpr std::array types{resource_type::recording, resource_type::hls, resource_type::rtmp};
        read.type = types[*type];
    }
    read.webhook_url = fields.url("webhookUrl", true);
    if (const auto mode = fields.one_of("mode", {"video-and-audio", "audio"})) {
        read.mode = *mode == 0 ? resource_mode::video_and_audio : resource_mode::audio;
    }
    if (const auto quality = fields.one_of("quality", {"low", "med", "high"})) {
        constexpr std::array qualities{resource_quality::low, resource_quality::med, resource_quality::high};
        read.quality = qualities[*quality];
    }
    if (const auto units = fields.number("units", 1, max_units)) {
        read.units = static_cast<std::uint32_t>(*units);
    }
    return finish(body, std::move(read));
}

accepted<std::vector<std::string>> read_release_body(std::string_view text)
{
    object_body body(text);
    field_check fields = body.fields();
    std::vector<std::string> read;
    if (const model::json::array* const ids = fields.array("ids")) {
        for (const model::json::value& id : *ids) {
            const model::json::string* const value = id.if_string();
            if (value == nullptr || value->empty()) {
                fields.refuse("ids", "must hold ids, each a string that is not empty");
                break;
            }
            read.emplace_back(std::string_view(*value));
        }
        if (ids->empty()) {
            fields.refuse("ids", "must hold at least one id");
        }
    }
    return finish(body, std::move(read));
}

accepted<start_body> read_start_body(std::string_view text, resource_type type, bool ordinary)
{
    object_body body(text);
    field_check fields = body.fields();
    start_body read;
    read.room_id = fields.required_text("roomId");
    read.resource_id = ordinary ? fields.text("resourceId") : fields.required_text("resourceId");
    if (type == resource_type::rtmp) {
        check_outputs(fields.array("outputs"), fields, body.first);
    }
    fields.url("templateUrl", false);
    if (const model::json::object* const config = fields.object("config")) {
        check_config(*config, type, body.first);
    }
    read.webhook_url = fields.url("webhookUrl", false);
    if (type == resource_type::recording) {
        read.aws_dir_path = fields.text("awsDirPath");
        read.pre_signed_url = fields.url("preSignedUrl", false);
    }
    return finish(body, std::move(read));
}

accepted<end_body> read_end_body(std::string_view text, bool ordinary)
{
    object_body body(text);
    field_check fields = body.fields();
    end_body read;
    read.room_id = fields.required_text("roomId");
    read.id = ordinary ? fields.text("id") : fields.required_text("id");
    return finish(body, std::move(read));
}

accepted<list_query> read_list_query(std::string_view query)
{
    list_query read;
    if (const auto page = query_value(query, "page")) {
        const auto number = read_digits(*page);
        if (!number || *number == 0) {
            return refusal(400, "page must be a whole number from 1");
        }
        read.page = *number;
    }
    if (const auto per_page = query_value(query, "perPage")) {
        const auto number = read_digits(*per_page);
        if (!number || *number == 0) {
            return refusal(400, "perPage must be a whole number from 1");
        }
        read.per_page = *number;
    }
    if (const auto status = query_value(query, "status")) {
        read.status = model::read_resource_status(*status).value();
        if (read.status == resource_status::unknown) {
            return refusal(400, "status must be one of pending, idle, composing, released");
        }
    }
    return read;
}

std::string normalised_url(std::string_view url)
{
    const auto parsed = http::parse_endpoint(url, true);
    const std::size_t authority = url.find("://");
    if (parsed.has_error() || authority == std::string_view::npos) {
        return std::string(url);
    }
    http::endpoint where = *parsed;
    for (char& c : where.host) {
        c = lower(c);
    }
    if (where.host.starts_with("www.")) {
        where.host.erase(0, 4);
    }
    const std::size_t rest = url.find_first_of("/?", authority + 3);
    std::string out = where.tls ? "https://" : "http://";
    out += where.authority();
    if (rest != std::string_view::npos) {
        out += url.substr(rest);
    }
    return out;
}

} // namespace videosdk::inline v0::emulator
