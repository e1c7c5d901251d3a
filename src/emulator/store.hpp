// The resources of the account and the compositions that run in them.
#pragma once

#include "emulator/ids.hpp"

#include <videosdk/resource.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace videosdk::inline v0::emulator {

/// What the units of one acquire have in common.
struct origin {
    origin() = default;

    resource shown; ///< As a unit is shown that is not acquired yet.
    resource_type type = resource_type::unknown;
    std::string webhook_url; ///< Where its webhooks go: as sent, whatever `shown` says.
};

/// Small: a benchmark has hundreds of thousands.
struct unit {
    unit() = default;

    std::string_view id() const noexcept { return {digits.data(), digits.size()}; }
    resource shown() const;

    std::uint64_t order = 0; ///< Of acquisition.
    id_source::digits_of_id digits{};
    resource_status status = resource_status::unknown;
    std::vector<std::string> composer_ids;
    std::shared_ptr<const origin> from;
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
    /// Those of `how_many` that were acquired one after the other, and are still known.
    template <class Function>
    void for_each_from(std::uint64_t first, std::uint64_t how_many, Function visit)
    {
        for (auto each = units_.lower_bound(first); each != units_.end() && each->first - first < how_many;
             ++each) {
            visit(each->second);
        }
    }
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
    boost::unordered_flat_map<std::string_view, unit*> by_id_; // keys live in the units
    std::deque<std::uint64_t> released_orders_;
    std::unordered_map<std::string, composition> compositions_;
};

} // namespace videosdk::inline v0::emulator
