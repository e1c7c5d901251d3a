// How long calls took, as percentiles: a table of counts that never allocates and costs an increment a call.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace bench {

/// What begins and ends a call. Read twice a call, about 20 ns each: in the CPU time of whoever records.
using call_clock = std::chrono::steady_clock;

/// Buckets grow with their values, as in HdrHistogram: exact below 128 ns, above it no bucket is wider than
/// 1/128 of what it holds. 58 KiB, of which a run touches a few pages.
class latencies {
public:
    void record(call_clock::duration took) noexcept
    {
        const auto count = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
        ++counts_[bucket_of(count < 0 ? 0 : static_cast<std::uint64_t>(count))];
        ++recorded_;
    }

    bool empty() const noexcept { return recorded_ == 0; }

    /// In microseconds, the middle of its bucket. `part` of 0.5 is the median.
    double percentile(double part) const noexcept
    {
        const auto rank = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(recorded_)));
        std::uint64_t passed = 0;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            passed += counts_[i];
            if (passed != 0 && passed >= rank) {
                return middle_of(i) / 1e3;
            }
        }
        return 0;
    }

private:
    static constexpr unsigned exact_bits = 7;
    static constexpr std::uint64_t per_power = 1U << exact_bits;

    static std::size_t bucket_of(std::uint64_t value) noexcept
    {
        if (value < per_power) {
            return value;
        }
        const auto shift = static_cast<unsigned>(std::bit_width(value)) - exact_bits - 1;
        return shift * per_power + (value >> shift);
    }

    static double middle_of(std::size_t bucket) noexcept
    {
        if (bucket < 2 * per_power) {
            return static_cast<double>(bucket);
        }
        const std::size_t shift = bucket / per_power - 1;
        const std::uint64_t least = (bucket - shift * per_power) << shift;
        return static_cast<double>(least) + static_cast<double>((std::uint64_t{1} << shift) - 1) / 2;
    }

    std::array<std::uint64_t, (64 - exact_bits + 1) * per_power> counts_{};
    std::uint64_t recorded_ = 0;
};

} // namespace bench
