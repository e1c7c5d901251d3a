// One JSON object, written on one line.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace videosdk_cli {

class json_line {
public:
    /// Text that is no UTF-8 is written with its odd bytes as `\xNN`.
    json_line& add(std::string_view name, std::string_view value);
    /// Nothing where it is empty.
    json_line& add_filled(std::string_view name, std::string_view value);
    json_line& add_flag(std::string_view name, bool value);
    json_line& add_number(std::string_view name, std::int64_t value);
    json_line& add_texts(std::string_view name, std::span<const std::string> values);
    /// `json` is JSON text on one line.
    json_line& add_json(std::string_view name, std::string_view json);

    std::string text() const { return text_ + '}'; }

private:
    void begin(std::string_view name);

    std::string text_ = "{";
};

} // namespace videosdk_cli
