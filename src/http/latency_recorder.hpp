// Gathers latencies on one executor, to be read from any thread.
#pragma once

#include <videosdk/latency_counts.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace videosdk::inline v0::http {

/// note() has one caller at a time; a reader may see a count before its bucket, never more than is true.
class latency_recorder {
public:
    void note(std::chrono::nanoseconds took) noexcept;
    latency_counts read() const noexcept;

private:
    std::array<std::atomic<std::uint64_t>, latency_counts::bounds.size() + 1> buckets_{};
    std::atomic<std::int64_t> total_{0};
    std::atomic<std::int64_t> longest_{0};
};

} // namespace videosdk::inline v0::http
