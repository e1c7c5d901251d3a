// Builds the one line by which a value is printed.
#pragma once

#include "error/text.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace videosdk::inline v0::model {

/// ` name=value` for each field that is set; what others wrote is escaped.
class line {
public:
    explicit line(std::string_view head) { text::append_printable(text_, head); }

    line& add(std::string_view name, std::string_view value)
    {
        if (!value.empty()) {
            begin(name);
            text::append_printable(text_, value);
        }
        return *this;
    }

    line& add_url(std::string_view name, std::string_view url)
    {
        if (!url.empty()) {
            begin(name);
            text_ += text::printable_url(url);
        }
        return *this;
    }

    line& add_number(std::string_view name, std::uint64_t value)
    {
        begin(name);
        text_ += std::to_string(value);
        return *this;
    }

    /// A secret: only that it is there.
    line& add_secret(std::string_view name, std::string_view value)
    {
        return add(name, value.empty() ? "" : "(not shown)");
    }

    const std::string& text() const noexcept { return text_; }

private:
    void begin(std::string_view name)
    {
        text_ += text_.empty() ? "" : " ";
        text_ += name;
        text_ += '=';
    }

    std::string text_;
};

} // namespace videosdk::inline v0::model
