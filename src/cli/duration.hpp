// Times on the command line: `30`, `1.5s`, `250ms`, `2m`, `2h`, `7d`.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace videosdk_cli {

/// Seconds, or a number with one of the units ms, s, m, h, d. Nothing where it is no such text, or not
/// positive, or beyond 1000 days.
std::optional<std::chrono::nanoseconds> read_duration(std::string_view text) noexcept;

/// `250ms`, `4.2s`, `3m12s`, `5h3m`, `2d4h`: for people.
std::string show_duration(std::chrono::nanoseconds value);

/// An option that takes a time.
void add_duration(CLI::App& command, const std::string& name, std::optional<std::chrono::nanoseconds>& place,
                  const std::string& description);

} // namespace videosdk_cli
