// Reading and showing times.
#include "duration.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <charconv>
#include <utility>

namespace videosdk_cli {
namespace {

constexpr double most_seconds = 1000.0 * 86'400;

constexpr std::array<std::pair<std::string_view, double>, 6> units{
    {{"", 1}, {"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}}};

std::string two_parts(std::int64_t large, const char* large_name, std::int64_t small, const char* small_name)
{
    std::string out = std::to_string(large) + large_name;
    if (small != 0) {
        out += std::to_string(small) + small_name;
    }
    return out;
}

} // namespace

std::optional<std::chrono::nanoseconds> read_duration(std::string_view text) noexcept
{
    double number = 0;
    const auto [end, failure] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (failure != std::errc()) {
        return std::nullopt;
    }
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const auto& [name, seconds] : units) {
        // Written so that no number which is none passes.
        if (unit == name && number * seconds >= 0.001 && number * seconds <= most_seconds) {
            return std::chrono::nanoseconds(static_cast<std::int64_t>(number * seconds * 1e9));
        }
    }
    return std::nullopt;
}

std::string show_duration(std::chrono::nanoseconds value)
{
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(value).count();
    const std::int64_t seconds = milliseconds / 1000;
    if (milliseconds < 1000) {
        return std::to_string(milliseconds) + "ms";
    }
    if (seconds < 60) {
        return std::to_string(seconds) + '.' + std::to_string(milliseconds % 1000 / 100) + 's';
    }
    if (seconds < 3'600) {
        return two_parts(seconds / 60, "m", seconds % 60, "s");
    }
    if (seconds < 86'400) {
        return two_parts(seconds / 3'600, "h", seconds % 3'600 / 60, "m");
    }
    return two_parts(seconds / 86'400, "d", seconds % 86'400 / 3'600, "h");
}

void add_duration(CLI::App& command, const std::string& name, std::optional<std::chrono::nanoseconds>& place,
                  const std::string& description)
{
    const auto take = [&place, name](const std::string& text) {
        place = read_duration(text);
        if (!place) {
            throw CLI::ValidationError(name, "must be a time such as 30, 1.5s, 250ms, 2m, 2h or 7d");
        }
    };
    command.add_option_function<std::string>(name, take, description)->type_name("TIME");
}

} // namespace videosdk_cli
