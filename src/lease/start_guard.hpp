// Starting a composition once: what to do after the POST, when it is not known whether it started. Pure.
#pragma once

#include <videosdk/error.hpp>
#include <videosdk/resource.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace videosdk::inline v0::leasing {

/// A start whose answer was lost has started something, or has not, or will: the unit tells, by an id that
/// was not there before. Only a GET that began a horizon after the last byte left, and shows an idle unit,
/// proves that nothing started.
class start_guard {
public:
    using time_point = std::chrono::steady_clock::time_point;

    enum class step : std::uint8_t {
        post = 1,
        get,
        wait,  ///< Until `until`, then after_wait().
        done,  ///< id()
        failed ///< failure()
    };
    struct action {
        step what = step::failed;
        time_point until{};
    };

    /// `known` are the ids of compositions that the unit had before. `once` is a rule that tests turn off.
    start_guard(std::vector<std::string> known, std::chrono::nanoseconds horizon, bool once = true);

    action begin() const noexcept { return {step::post}; }
    action posted(const result<started_composition>& answer, time_point now);
    action after_wait(time_point now);
    action got(const result<resource>& answer, time_point now);

    /// Whether bytes left of which nobody knows yet what they did.
    bool in_doubt() const noexcept { return in_doubt_; }
    const std::string& id() const noexcept { return id_; }
    const error& failure() const noexcept { return failure_; }

private:
    action fail(const error& why, effect what);

    std::vector<std::string> known_;
    std::chrono::nanoseconds horizon_;
    bool once_;
    bool in_doubt_ = false;
    time_point last_byte_{};
    time_point asked_{};
    std::chrono::nanoseconds pause_{};
    std::string id_;
    error failure_;
};

} // namespace videosdk::inline v0::leasing
