// Ids that look random and come from a seed.
#pragma once

#include <videosdk/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace videosdk::inline v0::emulator {

/// The generator SplitMix64; the same on every platform.
class id_source {
public:
    static constexpr std::size_t id_digits = 24;

    explicit id_source(std::uint64_t seed) noexcept : seed_(seed), state_(seed) {}

    using digits_of_id = std::array<char, id_digits>;

    /// A new id of 24 hexadecimal digits.
    digits_of_id next() noexcept { return digits(state_); }
    std::string next_text();
    /// The id that belongs to `name`: always the same one.
    std::string of(std::string_view name) const;

private:
    static std::uint64_t step(std::uint64_t& state) noexcept;
    static digits_of_id digits(std::uint64_t& state) noexcept;

    std::uint64_t seed_;
    std::uint64_t state_;
};

} // namespace videosdk::inline v0::emulator
