// Events to entries and back: by name and JSON, as the webhook had them.
#include "redis/event_entry.hpp"

#include "error/text.hpp"
#include "model/json.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace videosdk::inline v0::redis {
namespace {

constexpr std::size_t longest_id = 128;
constexpr std::string_view token_mark = "v1-";

/// One value on one line, as an event has it.
bool is_one_value(std::string_view text)
{
    boost::system::error_code failure;
    boost::json::parse(boost::json::string_view(text.data(), text.size()), failure);
    return !failure && std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; });
}

} // namespace

std::optional<event> read_event_of(std::string_view type, std::string_view token, std::string_view data)
{
    if (type.empty() || !text::is_utf8(type)) {
        return std::nullopt;
    }
    std::string body = R"({"webhookType":)";
    text::append_json_string(body, type);
    if (!data.empty()) {
        body.append(R"(,"data":)").append(data);
    }
    body += '}';
    auto read = model::read_event(body);
    if (read.has_error()) {
        return std::nullopt;
    }
    read->token = token;
    // A number of more digits than a double has is read a little differently each time that it is written.
    if (read->data != data && is_one_value(data)) {
        read->data = data;
    }
    return std::move(*read);
}

stream_entry read_entry(const reply& element)
{
    stream_entry out;
    if (element.elements.size() != 2 || !element.elements[0].is_text()) {
        return out;
    }
    out.id = element.elements[0].text;
    std::string_view type;
    std::string_view token;
    std::string_view data;
    const auto& fields = element.elements[1].elements;
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        const std::string& name = fields[i].text;
        const std::string& value = fields[i + 1].text;
        if (name == "n") {
            std::from_chars(value.data(), value.data() + value.size(), out.number);
        } else if (name == "from") {
            out.from = value;
        } else if (name == "type") {
            type = value;
        } else if (name == "token") {
            token = value;
        } else if (name == "data") {
            data = value;
        }
    }
    if (out.number != 0) {
        out.contents = read_event_of(type, token, data);
    }
    return out;
}

std::string_view boot_in(std::string_view token) noexcept
{
    if (!token.starts_with(token_mark)) {
        return {};
    }
    const std::string_view rest = token.substr(token_mark.size());
    const std::size_t end = rest.find('-');
    return end == std::string_view::npos ? std::string_view() : rest.substr(0, end);
}

unsigned rank_in(const event& what) noexcept
{
    if (what.resource_id.empty() || what.resource_id.size() > longest_id) {
        return 0;
    }
    return what.type == event_type::resource_acquired   ? 1
           : what.type == event_type::resource_released ? 2
                                                        : 0;
}

} // namespace videosdk::inline v0::redis
