// What happened in one seed: lines for a reader, when they are wanted, and a hash over them, always.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace simulation {

class story {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit story(bool keep_lines = false) : keep_(keep_lines) {}

    /// One line: its parts are texts and whole numbers, put after each other. Costs no memory unless lines
    /// are kept.
    template <class... Parts>
    void tell(time_point now, const Parts&... parts)
    {
        const auto passed =
            std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
        mix(static_cast<std::uint64_t>(passed));
        (hash(parts), ...);
        ++lines_;
        if (keep_) {
            write_time(passed);
            (write(parts), ...);
            text_ += '\n';
        }
    }

    std::uint64_t trace() const noexcept { return hash_; }
    std::uint64_t lines() const noexcept { return lines_; }
    bool kept() const noexcept { return keep_; }
    const std::string& text() const noexcept { return text_; }

private:
    void mix(std::uint64_t value) noexcept
    {
        hash_ = (hash_ ^ value) * 0x9fb21c651e98df25U;
        hash_ ^= hash_ >> 29U;
    }

    void hash(std::string_view part) noexcept
    {
        mix(part.size());
        while (part.size() >= sizeof(std::uint64_t)) {
            std::uint64_t word = 0;
            std::memcpy(&word, part.data(), sizeof word);
            mix(word);
            part.remove_prefix(sizeof word);
        }
        std::uint64_t rest = 0;
        if (!part.empty()) {
            std::memcpy(&rest, part.data(), part.size());
        }
        mix(rest);
    }
    void hash(std::integral auto part) noexcept { mix(static_cast<std::uint64_t>(part)); }

    void write(std::string_view part) { text_ += part; }
    void write(std::integral auto part) { text_ += std::to_string(part); }

    /// `  12.345678  `, in seconds.
    void write_time(std::int64_t microseconds)
    {
        const std::string digits = std::to_string(1'000'000 + microseconds % 1'000'000).substr(1);
        const std::string whole = std::to_string(microseconds / 1'000'000);
        text_.append(whole.size() < 5 ? 5 - whole.size() : 0, ' ');
        text_ += whole + '.' + digits + "  ";
    }

    bool keep_;
    std::uint64_t hash_ = 0x243f6a8885a308d3U;
    std::uint64_t lines_ = 0;
    std::string text_;
};

} // namespace simulation
