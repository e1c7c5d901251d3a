// Options of a program, as `--name value`.
#pragma once

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace bench {

inline std::uint64_t number_in(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size()) {
        throw std::invalid_argument(std::string(text) + " is not a number");
    }
    return value;
}

/// Gives each name and value to `set`, which says whether it understands them. Throws std::invalid_argument
/// where it does not, and where the last name has no value.
template <class Set>
void read_command_line(int count, char** words, Set set)
{
    for (int i = 1; i + 1 < count; i += 2) {
        if (!set(std::string_view(words[i]), std::string_view(words[i + 1]))) {
            throw std::invalid_argument("does not understand " + std::string(words[i]) + " " + words[i + 1]);
        }
    }
    if (count % 2 == 0) {
        throw std::invalid_argument(std::string(words[count - 1]) + " lacks its value");
    }
}

} // namespace bench
