// The classes of bytes in a request head.
#pragma once

#include <videosdk/config.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace videosdk::inline v0::http::head_text {

enum head_chars : std::uint8_t {
    token_char = 1,  // RFC 9110 5.6.2
    target_char = 2, // RFC 3986 pchar, "/" and "?", besides "%"
    value_char = 4,  // RFC 9110 5.5, with obs-text
    digit_char = 8,
    hex_char = 16,
    alnum_char = 64,
    host_char = 32, // RFC 3986 unreserved: sub-delims and percent-encoding have no place in a real host
};

constexpr std::array<std::uint8_t, 256> make_head_chars()
{
    std::array<std::uint8_t, 256> classes{};
    auto mark = [&](std::string_view which, unsigned bits) {
        for (const char c : which) {
            auto& entry = classes[static_cast<unsigned char>(c)];
            entry = static_cast<std::uint8_t>(entry | bits);
        }
    };
    mark("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
         token_char | target_char | host_char | alnum_char);
    mark("0123456789", token_char | target_char | host_char | digit_char | hex_char | alnum_char);
    mark("ABCDEFabcdef", hex_char);
    mark("!#$%&'*+-.^_`|~", token_char);
    mark("-._~", target_char | host_char);
    mark("!$&'()*+,;=:@/?", target_char);
    mark("\t", value_char);
    for (unsigned c = 0x20; c < 0x100; ++c) {
        if (c != 0x7f) {
            classes[c] = static_cast<std::uint8_t>(classes[c] | value_char);
        }
    }
    return classes;
}

inline constexpr std::array<std::uint8_t, 256> head_char_table = make_head_chars();
constexpr bool is(char c, unsigned which) noexcept
{
    return (head_char_table[static_cast<unsigned char>(c)] & which) != 0;
}

inline bool all_are(std::string_view text, unsigned which) noexcept
{
    return std::ranges::all_of(text, [which](char c) { return is(c, which); });
}

constexpr bool is_blank(char c) noexcept
{
    return c == ' ' || c == '\t';
}

constexpr char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string_view trimmed(std::string_view text) noexcept
{
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

} // namespace videosdk::inline v0::http::head_text
