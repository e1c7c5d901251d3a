// How many connections to open now, and how long an idle one may be kept: pure.
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace videosdk::inline v0::http {

struct pool_load {
    std::size_t waiting = 0;    ///< Exchanges without a connection.
    std::size_t connecting = 0; ///< Connections under way, each of which will serve one of them.
    std::size_t open = 0;       ///< All connections, those under way included.
    std::size_t cap = 0;
};

inline std::size_t connections_to_open(const pool_load& load) noexcept
{
    const std::size_t wanted = load.waiting > load.connecting ? load.waiting - load.connecting : 0;
    const std::size_t room = load.cap > load.open ? load.cap - load.open : 0;
    return std::min(wanted, room);
}

/// The server's `Keep-Alive: timeout=` less a second for the way there (or half of a time below two seconds),
/// where that is shorter than our own limit.
inline std::chrono::nanoseconds idle_time(std::chrono::nanoseconds own,
                                          std::optional<std::chrono::seconds> server)
{
    if (!server) {
        return own;
    }
    const std::chrono::nanoseconds stated = *server;
    return std::min(own, *server >= std::chrono::seconds(2) ? stated - std::chrono::seconds(1) : stated / 2);
}

/// `timeout=5` among the parameters of a Keep-Alive header; nothing where it is absent or no number of
/// seconds.
inline std::optional<std::chrono::seconds> keep_alive_timeout(std::string_view header) noexcept
{
    constexpr std::string_view name = "timeout";
    constexpr std::string_view blanks = " \t";
    const auto trim = [&](std::string_view text) {
        const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
        return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
    };
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
    while (!header.empty()) {
        const std::string_view parameter = header.substr(0, header.find(','));
        header.remove_prefix(std::min(parameter.size() + 1, header.size()));
        const std::size_t equals = parameter.find('=');
        const std::string_view key = trim(parameter.substr(0, equals));
        if (equals == std::string_view::npos || !std::ranges::equal(key, name, same)) {
            continue;
        }
        const std::string_view value = trim(parameter.substr(equals + 1));
        std::uint32_t seconds = 0;
        const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), seconds);
        if (failure != std::errc() || end != value.data() + value.size()) {
            return std::nullopt;
        }
        return std::chrono::seconds(seconds);
    }
    return std::nullopt;
}

} // namespace videosdk::inline v0::http
