// Writing JSON members.
#include "json_line.hpp"

#include "error/text.hpp"

namespace videosdk_cli {
namespace {

void append_text(std::string& out, std::string_view value)
{
    if (videosdk::text::is_utf8(value)) {
        videosdk::text::append_json_string(out, value);
        return;
    }
    std::string printable;
    videosdk::text::append_printable(printable, value);
    videosdk::text::append_json_string(out, printable);
}

} // namespace

void json_line::begin(std::string_view name)
{
    if (text_.size() > 1) {
        text_ += ',';
    }
    videosdk::text::append_json_string(text_, name);
    text_ += ':';
}

json_line& json_line::add(std::string_view name, std::string_view value)
{
    begin(name);
    append_text(text_, value);
    return *this;
}

json_line& json_line::add_filled(std::string_view name, std::string_view value)
{
    return value.empty() ? *this : add(name, value);
}

json_line& json_line::add_flag(std::string_view name, bool value)
{
    return add_json(name, value ? "true" : "false");
}

json_line& json_line::add_number(std::string_view name, std::int64_t value)
{
    return add_json(name, std::to_string(value));
}

json_line& json_line::add_texts(std::string_view name, std::span<const std::string> values)
{
    begin(name);
    text_ += '[';
    for (const std::string& each : values) {
        if (&each != values.data()) {
            text_ += ',';
        }
        append_text(text_, each);
    }
    text_ += ']';
    return *this;
}

json_line& json_line::add_json(std::string_view name, std::string_view json)
{
    begin(name);
    text_ += json;
    return *this;
}

} // namespace videosdk_cli
