// When to ask the API about one resource that somebody waits for.
#pragma once

#include <chrono>
#include <optional>

namespace videosdk::inline v0::events {

struct poll_pace {
    std::chrono::nanoseconds first; ///< Without news, the first question comes after this …
    std::chrono::nanoseconds cap;   ///< … and each interval is half as long again, up to this.
};

/// Pure: time comes in as an argument. One question at a time.
class poll_schedule {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// Somebody waits, from now on.
    void begin(time_point now, const poll_pace& pace) noexcept;
    /// Nobody waits any more. A question under way is not taken back.
    void end() noexcept { wanted_ = false; }
    /// Something will happen soon: intervals start anew.
    void restart(time_point now, const poll_pace& pace) noexcept;
    /// Something has happened: ask now, or as soon as the API allows.
    void hurry(time_point now, const poll_pace& pace) noexcept;
    /// A question that is under way may be answered as of before: then another follows at once.
    void doubt_answer() noexcept { again_ = asking_; }
    /// The question has left.
    void asked() noexcept { asking_ = true; }
    /// It was answered, or failed. `again`: the answer was stale. `not_before`: the API's Retry-After.
    void answered(time_point now, const poll_pace& pace, bool again,
                  std::chrono::nanoseconds not_before = {}) noexcept;

    bool asking() const noexcept { return asking_; }
    bool wanted() const noexcept { return wanted_; }
    /// When to ask; empty while a question is under way and while nobody waits.
    std::optional<time_point> due() const noexcept;

private:
    time_point next_{};
    time_point not_before_ = time_point::min();
    std::chrono::nanoseconds interval_{};
    bool wanted_ = false;
    bool asking_ = false;
    bool again_ = false;
};

} // namespace videosdk::inline v0::events
