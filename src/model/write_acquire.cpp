// What acquires, finds and releases units, as it is sent; and a unit as the service sends it.
#include "error/text.hpp"
#include "model/document.hpp"
#include "model/writing.hpp"

namespace videosdk::inline v0::model {
namespace {

constexpr std::size_t max_webhook_url = 2048;

} // namespace

parsed<std::string> write(const acquire_request& request, std::string place)
{
    std::string body = std::move(place);
    body.clear();
    body.reserve(128 + request.webhook_url.size());
    object_writer fields(body, "");
    fields.required_name("type", "type", request.type);
    if (request.webhook_url.empty()) {
        fields.refuse("webhook_url", "is missing");
    } else if (request.webhook_url.size() > max_webhook_url) {
        fields.refuse("webhook_url", "must be at most 2048 bytes long");
    }
    fields.url("webhookUrl", "webhook_url", request.webhook_url);
    fields.name("mode", "mode", request.mode);
    fields.name("quality", "quality", request.quality);
    if (request.units) {
        if (*request.units == 0) {
            fields.refuse("units", "must be at least 1");
        }
        fields.number("units", *request.units);
    }
    return finish(fields, body);
}

parsed<std::string> write_release(std::span<const std::string_view> ids)
{
    if (ids.empty()) {
        return fail("ids is empty, at least one id is needed");
    }
    std::string body = "{\"ids\":[";
    for (std::size_t i = 0; i != ids.size(); ++i) {
        const std::string_view why = ids[i].empty() ? "is empty" : unfit_text(ids[i]);
        if (!why.empty()) {
            return fail("ids[" + std::to_string(i) + "] " + std::string(why));
        }
        body += i == 0 ? "" : ",";
        text::append_json_string(body, ids[i]);
    }
    body += "]}";
    return body;
}

parsed<std::string> write_query(const list_request& request)
{
    if (request.page == 0 || request.per_page == 0) {
        return fail(request.page == 0 ? "page must be at least 1" : "per_page must be at least 1");
    }
    std::string query =
        "page=" + std::to_string(request.page) + "&perPage=" + std::to_string(request.per_page);
    if (request.status) {
        const std::string_view status = to_string(*request.status);
        if (status == "unknown") {
            return fail("status cannot be unknown; leave it out for all units");
        }
        query += "&status=";
        query += status;
    }
    return query;
}

parsed<std::string> write_path_segment(std::string_view id, std::string_view field_name)
{
    std::string_view why = unfit_text(id);
    if (id.empty()) {
        why = "is missing";
    } else if (id == "." || id == "..") {
        why = "cannot be a dot segment of a path";
    }
    if (!why.empty()) {
        return fail(std::string(field_name) + " " + std::string(why));
    }
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string segment;
    segment.reserve(id.size());
    for (const char c : id) {
        if (is_unreserved(c)) {
            segment += c;
        } else {
            const auto byte = static_cast<std::uint8_t>(c);
            segment += '%';
            segment += hex[byte >> 4U];
            segment += hex[byte & 0x0FU];
        }
    }
    return segment;
}

std::string write(const resource& value)
{
    std::string out = "{\"id\":";
    text::append_json_string(out, value.id);
    const auto add = [&out](std::string_view key, std::string_view field) {
        if (!field.empty()) {
            out += ",\"";
            out += key;
            out += "\":";
            text::append_json_string(out, field);
        }
    };
    add("status", value.status.text());
    add("type", value.type.text());
    add("mode", value.mode.text());
    add("quality", value.quality.text());
    out += ",\"composerIds\":[";
    for (std::size_t i = 0; i != value.composer_ids.size(); ++i) {
        out += i == 0 ? "" : ",";
        text::append_json_string(out, value.composer_ids[i]);
    }
    out += ']';
    add("webhookUrl", value.webhook_url);
    if (value.unknown_fields.size() > 2) {
        out += ',';
        out.append(value.unknown_fields, 1, std::string::npos); // with the brace that ends this object, too
        return out;
    }
    return out + "}";
}

} // namespace videosdk::inline v0::model
