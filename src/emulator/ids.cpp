// The generator behind the ids.
#include "emulator/ids.hpp"

namespace videosdk::inline v0::emulator {

std::uint64_t id_source::step(std::uint64_t& state) noexcept
{
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
}

id_source::digits_of_id id_source::digits(std::uint64_t& state) noexcept
{
    constexpr std::string_view hex = "0123456789abcdef";
    constexpr std::size_t digits_per_step = 12;
    digits_of_id id{};
    for (std::size_t i = 0; i != id_digits; i += digits_per_step) {
        std::uint64_t bits = step(state);
        for (std::size_t j = 0; j != digits_per_step; ++j) {
            id[i + j] = hex[bits & 15U];
            bits >>= 4U;
        }
    }
    return id;
}

std::string id_source::next_text()
{
    const digits_of_id id = next();
    return {id.data(), id.size()};
}

std::string id_source::of(std::string_view name) const
{
    // FNV-1a: spreads a name over 64 bits; nothing secret hangs on it.
    std::uint64_t hash = 0xcbf29ce484222325U ^ seed_;
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    const digits_of_id id = digits(hash);
    return {id.data(), id.size()};
}

} // namespace videosdk::inline v0::emulator
