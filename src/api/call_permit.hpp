// Whether a call may be sent while a tenure lasts, and what became of those that were.
#pragma once

#include <videosdk/error.hpp>
#include <videosdk/tenure.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

namespace videosdk::inline v0 {

/// Shared by all calls of one owner. From any thread.
class call_permit {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit call_permit(std::shared_ptr<const tenure> source) noexcept : source_(std::move(source)) {}

    /// Whether a request that leaves now, or before `timeout` has passed, leaves within the tenure.
    bool lasts(time_point now, std::chrono::nanoseconds timeout) const noexcept
    {
        const time_point end = source_->ends_at();
        return end >= now && end - now >= timeout;
    }
    /// What a call ends with that is not sent; counted.
    error refuse(error_info info)
    {
        refused_.fetch_add(1, std::memory_order_relaxed);
        info.detail = "the process's tenure lasts for less than the call's timeout" +
                      (info.detail.empty() ? "" : "; before that: " + info.detail);
        info.outcome = outcome::not_sent;
        return {make_error_code(errc::no_tenure), std::move(info)};
    }
    /// An exchange of which bytes left is over.
    void exchange_ended(time_point now) noexcept
    {
        if (now > source_->ends_at()) {
            outlived_.fetch_add(1, std::memory_order_relaxed);
        }
    }

    std::uint64_t refused() const noexcept { return refused_.load(std::memory_order_relaxed); }
    std::uint64_t outlived() const noexcept { return outlived_.load(std::memory_order_relaxed); }

private:
    const std::shared_ptr<const tenure> source_;
    std::atomic<std::uint64_t> refused_ = 0;
    std::atomic<std::uint64_t> outlived_ = 0;
};

} // namespace videosdk::inline v0
