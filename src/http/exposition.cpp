// Writes Prometheus' exposition format.
#include "http/exposition.hpp"

#include <array>
#include <charconv>
#include <chrono>

namespace videosdk::inline v0::http {
namespace {

/// The shortest text that is read back as the same number; never with an exponent.
std::string seconds_of(std::chrono::nanoseconds time)
{
    std::array<char, 64> text{};
    const double value = std::chrono::duration<double>(time).count();
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    return {text.data(), end.ptr};
}

} // namespace

std::string label(std::string_view name, std::string_view value)
{
    std::string out(name);
    out.append("=\"").append(value).append("\"");
    return out;
}

void exposition::counter(std::string_view name, std::string_view help, std::uint64_t value)
{
    begin_counters(name, help);
    sample({}, value);
}

void exposition::gauge(std::string_view name, std::string_view help, std::uint64_t value)
{
    begin_gauges(name, help);
    sample({}, value);
}

void exposition::begin_counters(std::string_view name, std::string_view help)
{
    begin(name, "_total", help, "counter");
}

void exposition::begin_gauges(std::string_view name, std::string_view help)
{
    begin(name, {}, help, "gauge");
}

void exposition::begin_histograms(std::string_view name, std::string_view help)
{
    begin(name, {}, help, "histogram");
}

void exposition::sample(std::string_view labels, std::uint64_t value)
{
    line({}, labels, {}, std::to_string(value));
}

void exposition::histogram(std::string_view labels, const latency_counts& value)
{
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < latency_counts::bounds.size(); ++i) {
        below += value.buckets[i];
        line("_bucket", labels, label("le", seconds_of(latency_counts::bounds[i])), std::to_string(below));
    }
    // The sum of the buckets, whatever a reader of counters under way has seen of their number.
    below += value.buckets.back();
    line("_bucket", labels, label("le", "+Inf"), std::to_string(below));
    line("_sum", labels, {}, seconds_of(value.total));
    line("_count", labels, {}, std::to_string(below));
}

void exposition::begin(std::string_view name, std::string_view suffix, std::string_view help,
                       std::string_view type)
{
    family_ = prefix_;
    family_.append(name).append(suffix);
    text_.append("# HELP ").append(family_).append(" ").append(help).append("\n");
    text_.append("# TYPE ").append(family_).append(" ").append(type).append("\n");
}

void exposition::line(std::string_view suffix, std::string_view labels, std::string_view more_labels,
                      std::string_view value)
{
    text_.append(family_).append(suffix);
    if (!labels.empty() || !more_labels.empty()) {
        const bool both = !labels.empty() && !more_labels.empty();
        text_.append("{").append(labels).append(both ? "," : "").append(more_labels).append("}");
    }
    text_.append(" ").append(value).append("\n");
}

} // namespace videosdk::inline v0::http
