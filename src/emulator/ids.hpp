// Ids that look random and come from a seed.
#pragma once

#include <videosdk/config.hpp>

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

    /// A new id of 24 hexadecimal digits.
    std::string next();
    /// The id that belongs to `name`: always the same one.
    std::string of(std::string_view name) const;

private:
    static std::uint64_t step(std::uint64_t& state) noexcept;
    static std::string digits(std::uint64_t& state);

    std::uint64_t seed_;
    std::uint64_t state_;
};

} // namespace videosdk::inline v0::emulator
