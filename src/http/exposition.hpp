// Writes Prometheus' exposition format, version 0.0.4.
#pragma once

#include <videosdk/latency_counts.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace videosdk::inline v0::http {

/// Families of one prefix. A family is begun by its HELP; its samples follow. Help, labels and their values
/// are the library's own texts, in which nothing is to be escaped.
class exposition {
public:
    explicit exposition(std::string_view prefix) : prefix_(prefix) {}

    /// A family of one sample: counters grow only, and their names get `_total`; gauges come and go.
    void counter(std::string_view name, std::string_view help, std::uint64_t value);
    void gauge(std::string_view name, std::string_view help, std::uint64_t value);

    /// A family of several, told apart by one label: the same name again adds a sample to it.
    void begin_counters(std::string_view name, std::string_view help);
    void begin_gauges(std::string_view name, std::string_view help);
    void begin_histograms(std::string_view name, std::string_view help);
    /// `labels` is `cause="peer_ended"`, or empty.
    void sample(std::string_view labels, std::uint64_t value);
    void histogram(std::string_view labels, const latency_counts& value);

    std::string text() && { return std::move(text_); }

private:
    void begin(std::string_view name, std::string_view suffix, std::string_view help, std::string_view type);
    void line(std::string_view suffix, std::string_view labels, std::string_view more_labels,
              std::string_view value);

    std::string prefix_;
    std::string family_; ///< The whole name of the family begun last.
    std::string text_;
};

/// `name="value"`.
std::string label(std::string_view name, std::string_view value);

} // namespace videosdk::inline v0::http
