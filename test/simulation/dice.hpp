// All chance of one seed: a small generator that can be split by purpose, so that a draw more in one place
// changes nothing in the others.
#pragma once

#include "auth/random_source.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace simulation {

using std::chrono::nanoseconds;

/// One step of SplitMix64's output function: spreads what it is given over 64 bits.
constexpr std::uint64_t scrambled(std::uint64_t value) noexcept
{
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

class dice {
public:
    explicit constexpr dice(std::uint64_t seed) noexcept : seed_(scrambled(seed + gamma)), state_(seed_) {}

    /// Other dice, which depend on the seed of these and on the purpose, not on what was thrown so far.
    constexpr dice fork(std::string_view purpose, std::uint64_t number = 0) const noexcept
    {
        std::uint64_t mixed = seed_;
        for (const char c : purpose) {
            mixed = (mixed ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        }
        return dice(scrambled(mixed) + number * gamma);
    }

    constexpr std::uint64_t next() noexcept
    {
        state_ += gamma;
        return scrambled(state_);
    }

    /// Of 0 … count - 1.
    constexpr std::uint64_t below(std::uint64_t count) noexcept { return next() % count; }
    constexpr std::uint64_t between(std::uint64_t least, std::uint64_t most) noexcept
    {
        return least + below(most - least + 1);
    }
    constexpr bool percent(std::uint64_t how_many) noexcept { return below(100) < how_many; }
    constexpr nanoseconds time(nanoseconds least, nanoseconds most) noexcept
    {
        const auto span = static_cast<std::uint64_t>((most - least).count());
        return least + nanoseconds(static_cast<std::int64_t>(below(span + 1)));
    }

    template <class T, std::size_t Count>
    constexpr T pick(const T (&from)[Count]) noexcept
    {
        return from[below(Count)];
    }

    template <class T>
    void shuffle(std::vector<T>& what)
    {
        for (std::size_t left = what.size(); left > 1; --left) {
            std::swap(what[left - 1], what[below(left)]);
        }
    }

private:
    static constexpr std::uint64_t gamma = 0x9e3779b97f4a7c15U;

    std::uint64_t seed_;
    std::uint64_t state_;
};

/// What the library under test leaves to chance.
class seeded_chance final : public videosdk::auth::random_source {
public:
    explicit seeded_chance(const dice& from) : dice_(from) {}

    void fill(std::span<unsigned char> bytes) override
    {
        for (unsigned char& each : bytes) {
            each = static_cast<unsigned char>(dice_.next());
        }
    }

private:
    dice dice_;
};

} // namespace simulation
