// The buckets of latencies, and their text.
#include "http/latency_recorder.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>

namespace videosdk::inline v0 {
namespace {

void print_ms(std::ostream& stream, std::chrono::nanoseconds time)
{
    std::array<char, 32> text{};
    const double value = std::chrono::duration<double, std::milli>(time).count();
    // Three digits that count, and never an exponent.
    const char* const format = value >= 999.5 ? "%.0f" : value > 0 && value < 0.001 ? "%.6f" : "%.3g";
    std::snprintf(text.data(), text.size(), format, value);
    stream << text.data() << "ms";
}

} // namespace

namespace http {

void latency_recorder::note(std::chrono::nanoseconds took) noexcept
{
    const auto& bounds = latency_counts::bounds;
    const auto bucket =
        std::ranges::find_if(bounds, [took](std::chrono::nanoseconds bound) { return took <= bound; });
    ++buckets_[static_cast<std::size_t>(bucket - bounds.begin())];
    total_ += took.count();
    longest_ = std::max(longest_.load(), took.count());
}

latency_counts latency_recorder::read() const noexcept
{
    latency_counts out;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        out.buckets[i] = buckets_[i];
        out.count += out.buckets[i];
    }
    out.total = std::chrono::nanoseconds(total_.load());
    out.longest = std::chrono::nanoseconds(longest_.load());
    return out;
}

} // namespace http

std::ostream& operator<<(std::ostream& stream, const latency_counts& value)
{
    stream << "count=" << value.count << " mean=";
    print_ms(stream, value.count == 0 ? std::chrono::nanoseconds(0)
                                      : value.total / static_cast<std::int64_t>(value.count));
    stream << " max=";
    print_ms(stream, value.longest);
    for (std::size_t i = 0; i < value.buckets.size(); ++i) {
        if (value.buckets[i] == 0) {
            continue;
        }
        const bool last = i == latency_counts::bounds.size();
        stream << (last ? " gt" : " le");
        print_ms(stream, latency_counts::bounds[last ? i - 1 : i]);
        stream << '=' << value.buckets[i];
    }
    return stream;
}

} // namespace videosdk::inline v0
