// Text that other parties wrote, made fit for a log line or for JSON.
#include "error/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace videosdk::inline v0::text {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

std::uint8_t byte_of(char c) noexcept
{
    return static_cast<std::uint8_t>(c);
}

bool is_control(char c) noexcept
{
    return byte_of(c) < 0x20 || byte_of(c) == 0x7F;
}

bool is_continuation(char c) noexcept
{
    return (byte_of(c) & 0xC0U) == 0x80U;
}

void append_hex(std::string& out, char c)
{
    out += hex_digits[byte_of(c) >> 4U];
    out += hex_digits[byte_of(c) & 0x0FU];
}

// The length of the character that `text` starts with; 0 where it starts with none.
std::size_t utf8_length(std::string_view text) noexcept
{
    const std::uint8_t lead = byte_of(text[0]);
    if (lead < 0x80) {
        return 1;
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) {
        return 0;
    }
    const std::uint8_t second = byte_of(text[1]);
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool surrogate = lead == 0xED && second > 0x9F;
    const bool too_big = lead == 0xF4 && second > 0x8F;
    if (overlong || surrogate || too_big) {
        return 0;
    }
    const std::string_view rest = text.substr(1, length - 1);
    return std::all_of(rest.begin(), rest.end(), is_continuation) ? length : 0;
}

std::string_view cut(std::string_view text, std::size_t limit) noexcept
{
    if (text.size() <= limit) {
        return text;
    }
    std::size_t end = limit;
    while (end > 0 && is_continuation(text[end]) && limit - end < 3) {
        --end;
    }
    return text.substr(0, end);
}

} // namespace

void append_printable(std::string& out, std::string_view text, std::size_t limit)
{
    const std::string_view shown = cut(text, limit);
    const bool utf8 = is_utf8(shown);
    for (const char c : shown) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (is_control(c) || (!utf8 && byte_of(c) >= 0x80)) {
            out += "\\x";
            append_hex(out, c);
        } else {
            out += c;
        }
    }
    if (shown.size() != text.size()) {
        out += "...";
    }
}

void append_line(std::string& out, std::string_view text)
{
    for (const char c : text) {
        if (is_control(c)) {
            out += "\\x";
            append_hex(out, c);
        } else {
            out += c;
        }
    }
}

void append_json_string(std::string& out, std::string_view text)
{
    const auto needs_escape = [](char c) { return c == '"' || c == '\\' || byte_of(c) < 0x20; };
    out += '"';
    while (!text.empty()) {
        const auto special = std::find_if(text.begin(), text.end(), needs_escape);
        out.append(text.begin(), special);
        text.remove_prefix(static_cast<std::size_t>(special - text.begin()));
        if (text.empty()) {
            break;
        }
        const char c = text.front();
        text.remove_prefix(1);
        if (byte_of(c) < 0x20) {
            out += "\\u00";
            append_hex(out, c);
        } else {
            out += '\\';
            out += c;
        }
    }
    out += '"';
}

bool is_utf8(std::string_view text) noexcept
{
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

std::string printable_url(std::string_view url)
{
    const std::size_t end = url.find_first_of("?#");
    const std::string_view head = url.substr(0, end);
    std::string out;
    std::size_t authority = head.find("://");
    authority = authority == std::string_view::npos ? 0 : authority + 3;
    const std::size_t authority_end = std::min(head.find('/', authority), head.size());
    const std::size_t at = head.substr(0, authority_end).rfind('@');
    if (at == std::string_view::npos || at < authority) {
        append_printable(out, head);
    } else {
        append_printable(out, head.substr(0, authority));
        append_printable(out, head.substr(at + 1));
    }
    if (end != std::string_view::npos) {
        out += "?...";
    }
    return out;
}

std::string milliseconds(std::chrono::nanoseconds value)
{
    std::array<char, 40> out{};
    std::snprintf(out.data(), out.size(), "%.3f ms",
                  std::chrono::duration<double, std::milli>(value).count());
    return out.data();
}

std::string_view unfit_byte(std::string_view text) noexcept
{
    for (const char c : text) {
        if (c == '\r' || c == '\n') {
            return "holds a line end";
        }
        if (c == ' ' || c == '\t') {
            return "holds a blank";
        }
        if (is_control(c)) {
            return "holds a control byte";
        }
        if (byte_of(c) >= 0x80) {
            return "holds a byte that is not ASCII";
        }
    }
    return {};
}

} // namespace videosdk::inline v0::text
