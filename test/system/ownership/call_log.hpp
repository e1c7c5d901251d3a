// What the provider was asked, by whom and when, as the emulator tells it; and what came of each unit.
#pragma once

#include <videosdk/emulator.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ownership_tests {

using time_point = std::chrono::steady_clock::time_point;

struct logged {
    std::string node;
    std::string method;
    std::string target;
    time_point at;
    time_point right_until; ///< When the sender's right to act ended, as it knew then.

    /// All but the hub's questions about one unit, which need no right.
    bool acts() const;
};

/// What a node did to a unit.
enum class deed : std::uint8_t { bought, looked_at, used, released, failed_to_release };

std::string_view to_string(deed value) noexcept;

struct done_to_unit {
    std::string node;
    deed what;
};

class call_log {
public:
    void add(const videosdk::emulator::request& asked, const videosdk::emulator::reply& answered,
             time_point now, time_point right_until);

    const std::vector<logged>& calls() const noexcept { return calls_; }
    const std::map<std::string, std::vector<done_to_unit>>& units() const noexcept { return units_; }
    /// Requests of that node, behind the first so many of all.
    std::size_t asked(const std::string& node, std::size_t behind = 0) const;
    /// Of these, calls that need a right.
    std::size_t acted(const std::string& node, std::size_t behind = 0) const;
    std::set<std::string> bought_by(const std::string& node) const;
    bool is_released(const std::string& unit) const { return released_.contains(unit); }

private:
    void note(const std::string& node, std::string_view unit, deed what);

    std::vector<logged> calls_;
    std::map<std::string, std::vector<done_to_unit>> units_;
    std::set<std::string> released_;
};

} // namespace ownership_tests
