// What Redis answers to one command.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0::redis {

enum class reply_kind : std::uint8_t { nil = 1, status, text, integer, array, error };

/// One reply, or one element of one.
struct reply {
    reply() = default;

    reply_kind kind = reply_kind::nil;
    std::int64_t number = 0;     ///< Of an integer.
    std::string text;            ///< Of a status, a text and an error.
    std::vector<reply> elements; ///< Of an array.

    bool is_nil() const noexcept { return kind == reply_kind::nil; }
    bool is_array() const noexcept { return kind == reply_kind::array; }
    bool is_integer() const noexcept { return kind == reply_kind::integer; }
    /// A text or a status.
    bool is_text() const noexcept { return kind == reply_kind::text || kind == reply_kind::status; }
    bool is_error() const noexcept { return kind == reply_kind::error; }
};

} // namespace videosdk::inline v0::redis
