// The Date header of answers.
#pragma once

#include <videosdk/config.hpp>

#include <array>
#include <chrono>
#include <string_view>

namespace videosdk::inline v0::http {

/// Writes the date at most once a second.
class server_date {
public:
    /// In the form of RFC 9110 5.6.7; valid until the next call.
    std::string_view at(std::chrono::system_clock::time_point now);

private:
    void write();

    std::chrono::sys_seconds second_{};
    std::array<char, 29> text_{};
};

} // namespace videosdk::inline v0::http
