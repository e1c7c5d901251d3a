// The header traceparent of W3C Trace Context, kept without an allocation.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace videosdk::inline v0 {

class trace_parent {
public:
    /// Takes the text where it is one (section 3.2.2); a version that is not known yet may say more behind
    /// it, which nobody could pass on rightly.
    bool read(std::string_view text) noexcept
    {
        if (text.size() != text_.size() || !text.starts_with("00-") || text[35] != '-' || text[52] != '-' ||
            !is_id(text.substr(3, 32)) || !is_id(text.substr(36, 16)) || !is_hex(text.substr(53))) {
            return false;
        }
        std::ranges::copy(text, text_.begin());
        return true;
    }

    /// Empty where there is none.
    std::string_view text() const noexcept
    {
        return text_[0] == '\0' ? std::string_view() : std::string_view(text_.data(), text_.size());
    }

private:
    static bool is_hex(std::string_view text) noexcept
    {
        return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    }
    static bool is_id(std::string_view text) noexcept
    {
        return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
    }

    std::array<char, 55> text_{};
};

} // namespace videosdk::inline v0
