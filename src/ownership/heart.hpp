// The heartbeat of one boot: when to beat, and how long it may act for what was answered. Pure.
#pragma once

#include <videosdk/config.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <utility>

namespace videosdk::inline v0::owning {

/// What a store said.
enum class answer : std::uint8_t {
    done = 1,
    refused, ///< Others have a say there now.
    failed   ///< Nobody knows whether it was done.
};

struct heart_rules {
    std::chrono::nanoseconds expiry{};
    std::chrono::nanoseconds every{};
};

/// A beat counts from when it was asked for: the store cannot have begun to count before. Beats that are not
/// answered do not keep the next from being asked for, and may be answered in any order.
class heart {
public:
    using time_point = std::chrono::steady_clock::time_point;

    struct action {
        bool beat = false; ///< Ask for beat `number`, then answered().
        std::uint64_t number = 0;
        time_point wake_at = time_point::max(); ///< on_time() then.
    };

    explicit heart(const heart_rules& rules) noexcept : rules_(rules) {}

    /// `suspended`: as of a scheduler.
    action on_time(time_point now, std::chrono::nanoseconds suspended = {});
    action answered(std::uint64_t number, answer what, time_point now);
    /// Beats no more, and has no right any more.
    void stop() noexcept;

    /// When the right to act ends, on a clock that counts what the machine is suspended too: a scheduler's
    /// now() + suspended(). time_point::min() where there is none.
    time_point ends_at() const noexcept { return ends_at_; }
    /// Others have taken this boot for dead, for good.
    bool buried() const noexcept { return buried_; }

private:
    const heart_rules rules_;
    time_point next_ = time_point::min();
    time_point ends_at_ = time_point::min();
    std::deque<std::pair<std::uint64_t, time_point>>
        asked_; ///< Not answered yet: numbers, and when on that clock.
    std::uint64_t last_ = 0;
    bool buried_ = false;
    bool stopped_ = false;
};

} // namespace videosdk::inline v0::owning
