// Rows and objects.
#include "resource_lines.hpp"

#include "error/text.hpp"
#include "json_line.hpp"

#include <array>

namespace videosdk_cli {
namespace {

using cells = std::array<std::string_view, 7>;

constexpr std::array<std::size_t, 7> widths{24, 9, 9, 15, 7, 24, 0};

std::string joined(std::span<const std::string> texts)
{
    std::string out;
    for (const std::string& each : texts) {
        out += out.empty() ? "" : ",";
        out += each;
    }
    return out;
}

/// Where webhooks go, for people: of the correlation token, which is the end of it, only the boot.
std::string short_url(std::string_view url)
{
    constexpr std::string_view start = "/v1-";
    constexpr std::size_t boot_size = 16;
    constexpr std::size_t token_size = 82;
    std::string out = videosdk::text::printable_url(url);
    const std::size_t at = out.find(start);
    if (at != std::string::npos && out.size() >= at + 1 + token_size) {
        out.replace(at + start.size() + boot_size, token_size + 1 - start.size() - boot_size, "-*");
    }
    return out;
}

std::string resource_object(const videosdk::resource& unit)
{
    json_line out;
    out.add("id", unit.id).add_filled("status", unit.status.text()).add_filled("type", unit.type.text());
    out.add_filled("mode", unit.mode.text()).add_filled("quality", unit.quality.text());
    out.add_texts("composerIds", unit.composer_ids);
    return out.add_filled("webhookUrl", videosdk::text::printable_url(unit.webhook_url)).text() + '\n';
}

} // namespace

std::string table_row(std::span<const std::string_view> row, std::span<const std::size_t> column_widths)
{
    std::string out;
    for (std::size_t i = 0; i != row.size(); ++i) {
        const std::size_t begin = out.size();
        videosdk::text::append_line(out, row[i].empty() ? std::string_view("-") : row[i]);
        if (i + 1 != row.size()) {
            const std::size_t size = out.size() - begin;
            out.append(size < column_widths[i] ? column_widths[i] - size : 0, ' ');
            out += "  ";
        }
    }
    return out + '\n';
}

std::string resource_heading()
{
    const cells row{"ID", "STATUS", "TYPE", "MODE", "QUALITY", "COMPOSITIONS", "WEBHOOK"};
    return table_row(row, widths);
}

std::string resource_line(const videosdk::resource& unit, bool json)
{
    if (json) {
        return resource_object(unit);
    }
    const std::string composers = joined(unit.composer_ids);
    const std::string url = short_url(unit.webhook_url);
    const cells row{
        unit.id, unit.status.text(), unit.type.text(), unit.mode.text(), unit.quality.text(), composers, url};
    return table_row(row, widths);
}

std::string resource_lines(std::span<const videosdk::resource> units, bool json)
{
    std::string out = json ? std::string() : resource_heading();
    for (const videosdk::resource& each : units) {
        out += resource_line(each, json);
    }
    return out;
}

std::string release_line(const videosdk::release_result& one, bool json)
{
    if (json) {
        json_line out;
        return out.add("id", one.id).add_flag("success", one.success).add("msg", one.message).text() + '\n';
    }
    const std::array<std::string_view, 3> row{one.id, one.success ? "released" : "refused", one.message};
    return table_row(row, widths);
}

std::string composition_line(const videosdk::started_composition& started, bool json)
{
    if (json) { // whole URLs: they are what was asked for
        json_line out;
        out.add("id", started.id).add_filled("type", to_string(started.type));
        out.add_filled("roomId", started.room_id).add_filled("resourceId", started.resource_id);
        out.add_filled("sessionId", started.session_id);
        out.add_filled("playbackHlsUrl", started.playback_hls_url);
        return out.add_filled("livestreamUrl", started.livestream_url).text() + '\n';
    }
    return to_string(started) + '\n';
}

} // namespace videosdk_cli
