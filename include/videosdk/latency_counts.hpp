// How long answers took: a small histogram with fixed bounds.
#pragma once

#include <videosdk/config.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>

namespace videosdk::inline v0 {

/// From the last byte of a request to the last byte of its answer that the socket took; of a pipelined
/// request, from the answer before it.
struct VIDEOSDK_DECL latency_counts {
    /// Upper bounds of the buckets, the bound included; the bucket after the last holds what took longer.
    static constexpr std::array<std::chrono::microseconds, 12> bounds = {
        std::chrono::microseconds(100), std::chrono::microseconds(250),  std::chrono::microseconds(500),
        std::chrono::milliseconds(1),   std::chrono::microseconds(2500), std::chrono::milliseconds(5),
        std::chrono::milliseconds(10),  std::chrono::milliseconds(25),   std::chrono::milliseconds(50),
        std::chrono::milliseconds(250), std::chrono::seconds(1),         std::chrono::seconds(10)};

    std::array<std::uint64_t, bounds.size() + 1> buckets = {}; ///< Not cumulative.
    std::uint64_t count = 0;                                   ///< The sum of the buckets.
    std::chrono::nanoseconds total = {};   ///< The sum of all: divided by count, the mean.
    std::chrono::nanoseconds longest = {}; ///< Of all since the start.
};

/// `count=3 mean=0.41ms max=0.9ms le0.5ms=2 le1ms=1`: buckets that hold none are left out.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const latency_counts& value);

} // namespace videosdk::inline v0
