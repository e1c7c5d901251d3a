// Resources and the other answers: comparing and printing.
#include "model/line.hpp"

#include <videosdk/resource.hpp>

#include <ostream>

namespace videosdk::inline v0 {
namespace {

// `[a,b]`
std::string list_of(const std::vector<std::string>& items)
{
    std::string out = "[";
    for (const std::string& item : items) {
        out += out.size() == 1 ? "" : ",";
        out += item;
    }
    return out + "]";
}

} // namespace

bool operator==(const resource& a, const resource& b)
{
    return a.id == b.id && a.status == b.status && a.type == b.type && a.mode == b.mode &&
           a.quality == b.quality && a.composer_ids == b.composer_ids && a.webhook_url == b.webhook_url &&
           a.unknown_fields == b.unknown_fields;
}

std::string to_string(const resource& value)
{
    model::line out(value.id.empty() ? "(no id)" : value.id);
    out.add("status", value.status.text())
        .add("type", value.type.text())
        .add("mode", value.mode.text())
        .add("quality", value.quality.text())
        .add("composers", list_of(value.composer_ids))
        .add_url("webhook_url", value.webhook_url)
        .add("unknown_fields", value.unknown_fields);
    return out.text();
}

std::ostream& operator<<(std::ostream& stream, const resource& value)
{
    return stream << to_string(value);
}

std::string to_string(const resource_page& value)
{
    model::line out("page " + std::to_string(value.current_page) + " of " + std::to_string(value.last_page));
    out.add_number("per_page", value.per_page)
        .add_number("total", value.total)
        .add_number("resources", value.resources.size());
    return out.text();
}

std::ostream& operator<<(std::ostream& stream, const resource_page& value)
{
    return stream << to_string(value);
}

std::string to_string(const release_result& value)
{
    model::line out(value.id.empty() ? "(no id)" : value.id);
    out.add("released", value.success ? "yes" : "no").add("message", value.message);
    return out.text();
}

std::ostream& operator<<(std::ostream& stream, const release_result& value)
{
    return stream << to_string(value);
}

std::string to_string(const started_composition& value)
{
    model::line out(value.id.empty() ? "(no id)" : value.id);
    out.add("type", to_string(value.type))
        .add("room_id", value.room_id)
        .add("session_id", value.session_id)
        .add("resource_id", value.resource_id)
        .add_url("playback_hls_url", value.playback_hls_url)
        .add_url("livestream_url", value.livestream_url);
    return out.text();
}

std::ostream& operator<<(std::ostream& stream, const started_composition& value)
{
    return stream << to_string(value);
}

} // namespace videosdk::inline v0
