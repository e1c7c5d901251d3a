// When to say that polls, not webhooks, bring the news.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace videosdk::inline v0::events {

/// Pure: time comes in as an argument. One resource whose news a poll brought says little, since a webhook
/// may be lost; several in a row, without any event between them, mean that none arrives.
class poll_notice {
public:
    using time_point = std::chrono::steady_clock::time_point;

    void on_event() noexcept { in_a_row_ = 0; }

    /// A poll brought the news of a resource, for however many waits: whether to say so now.
    bool on_poll(time_point now) noexcept
    {
        if (++in_a_row_ < enough || (said_at_ && now - *said_at_ < pause)) {
            return false;
        }
        said_at_ = now;
        return true;
    }

    std::uint64_t in_a_row() const noexcept { return in_a_row_; }

private:
    static constexpr std::uint64_t enough = 3;
    static constexpr std::chrono::minutes pause{10};

    std::uint64_t in_a_row_ = 0;
    std::optional<time_point> said_at_;
};

} // namespace videosdk::inline v0::events
