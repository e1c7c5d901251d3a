// The resources of the account and the compositions that run in them.
#pragma once

#include <videosdk/resource.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace videosdk::inline v0::emulator {

/// A resource as it is shown, and what is not shown of it.
struct unit {
    unit() = default;

    std::uint64_t order = 0; ///< Of acquisition.
    resource shown;
    resource_type type = resource_type::unknown;
    std::string webhook_url; ///< Where its webhooks go: as sent, whatever `shown` says.
};

struct composition {
    composition() = default;

    enum class phase : std::uint8_t { starting, started, stopping };

    std::string id;
    resource_type type = resource_type::unknown;
    phase at = phase::starting;
    std::string room_id;
    std::string session_id;
    std::string resource_id; ///< Empty: on no resource.
    std::string webhook_url;
    std::string file_path;
    bool own_storage = false; ///< The recording goes to the caller's own storage: there is no URL.
    std::uint64_t order = 0;
};

struct unit_page {
    unit_page() = default;

    std::uint64_t total = 0;
    std::vector<const unit*> units;
};

class store {
public:
    explicit store(std::size_t released_kept) : released_kept_(released_kept) {}

    /// Its status becomes pending.
    unit& add(unit fresh);
    unit* find(std::string_view id) noexcept;
    /// Counts, and forgets the oldest released units beyond those kept: `which` may be gone afterwards.
    void set_status(unit& which, resource_status status);
    /// Units in the order of acquisition; status unknown takes all.
    unit_page page(resource_status status, std::uint64_t page, std::uint64_t per_page) const;
    std::uint64_t count(resource_status status) const noexcept
    {
        return counts_[static_cast<std::size_t>(status)];
    }
    /// Units ever added, and ever released.
    std::uint64_t acquired() const noexcept { return next_order_; }
    std::uint64_t released() const noexcept { return released_; }
    const std::map<std::uint64_t, unit>& units() const noexcept { return units_; }
    unit* find_by_order(std::uint64_t order) noexcept;
    void keep_released(std::size_t how_many);

    composition& add(composition fresh);
    composition* find_composition(std::string_view id) noexcept;
    /// The newest of that type that runs in the room.
    composition* find_running(std::string_view room_id, resource_type type) noexcept;
    void erase_composition(std::string_view id);

private:
    void forget_released();

    std::size_t released_kept_;
    std::uint64_t next_order_ = 0;
    std::uint64_t released_ = 0;
    std::uint64_t next_composition_ = 0;
    std::array<std::uint64_t, 5> counts_{};
    std::map<std::uint64_t, unit> units_;
    std::unordered_map<std::string_view, unit*> by_id_; // keys live in the units
    std::deque<std::uint64_t> released_orders_;
    std::unordered_map<std::string, composition> compositions_;
};

} // namespace videosdk::inline v0::emulator
