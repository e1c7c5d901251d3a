// What a store says of boots, as text.
#include <videosdk/ownership_store.hpp>

#include <ostream>
#include <utility>

namespace videosdk::inline v0 {

boot_sighting::boot_sighting() = default;
boot_sighting::boot_sighting(std::string its_boot, boot_state its_state, std::uint64_t its_beats)
    : boot(std::move(its_boot)), state(its_state), beats(its_beats)
{
}
store_sighting::store_sighting() = default;

std::string_view to_string(boot_state value) noexcept
{
    switch (value) {
    case boot_state::unknown:
        return "unknown";
    case boot_state::beating:
        return "beating";
    case boot_state::silent:
        return "silent";
    case boot_state::buried:
        return "buried";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, boot_state value)
{
    return stream << to_string(value);
}

} // namespace videosdk::inline v0
