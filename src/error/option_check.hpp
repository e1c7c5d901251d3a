// How options that are out of range are refused: one form of words, which names the options and the field.
#pragma once

#include <videosdk/error.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace videosdk::inline v0 {

/// The rules of one class of options; `call` names it, and is a literal.
class option_check {
public:
    constexpr explicit option_check(const char* call) noexcept : call_(call) {}

    /// Throws error.
    [[noreturn]] void refuse(errc code, std::string detail) const
    {
        error_info info;
        info.call = call_;
        info.detail = std::move(detail);
        throw error(make_error_code(code), std::move(info));
    }

    /// Throws error (errc::invalid_argument), `<field> must be <rule>`, unless it holds.
    void require(bool holds, std::string_view field, std::string_view rule) const
    {
        if (!holds) {
            refuse(errc::invalid_argument, std::string(field).append(" must be ").append(rule));
        }
    }

    /// Both ends are allowed. A time is added to points in time: `most` keeps the sum far from overflow.
    void require_time(std::chrono::nanoseconds value, std::chrono::nanoseconds least,
                      std::chrono::nanoseconds most, std::string_view field, std::string_view rule) const
    {
        require(value >= least && value <= most, field, rule);
    }

private:
    const char* call_;
};

} // namespace videosdk::inline v0
