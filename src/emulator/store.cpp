// Keeping units and compositions.
#include "emulator/store.hpp"

#include <limits>
#include <utility>

namespace videosdk::inline v0::emulator {

resource unit::shown() const
{
    resource out = from->shown;
    out.id = id();
    out.status = status;
    out.composer_ids = composer_ids;
    return out;
}

unit& store::add(unit fresh)
{
    fresh.order = next_order_++;
    fresh.status = resource_status::pending;
    const auto place = units_.emplace_hint(units_.end(), fresh.order, std::move(fresh));
    unit& kept = place->second;
    by_id_.emplace(kept.id(), &kept);
    ++counts_[static_cast<std::size_t>(resource_status::pending)];
    return kept;
}

unit* store::find(std::string_view id) noexcept
{
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

void store::set_status(unit& which, resource_status status)
{
    --counts_[static_cast<std::size_t>(which.status)];
    ++counts_[static_cast<std::size_t>(status)];
    which.status = status;
    if (status == resource_status::released) {
        ++released_;
        released_orders_.push_back(which.order);
        forget_released();
    }
}

void store::keep_released(std::size_t how_many)
{
    released_kept_ = how_many;
    forget_released();
}

void store::forget_released()
{
    while (released_orders_.size() > released_kept_) {
        const auto oldest = units_.find(released_orders_.front());
        released_orders_.pop_front();
        by_id_.erase(oldest->second.id());
        units_.erase(oldest);
        --counts_[static_cast<std::size_t>(resource_status::released)];
    }
}

unit_page store::page(resource_status status, std::uint64_t page, std::uint64_t per_page) const
{
    unit_page found;
    const bool all = status == resource_status::unknown;
    found.total = all ? units_.size() : count(status);
    if ((page - 1) > std::numeric_limits<std::uint64_t>::max() / per_page ||
        (page - 1) * per_page >= found.total) {
        return found;
    }
    std::uint64_t skip = (page - 1) * per_page;
    for (const auto& [order, each] : units_) {
        if (!all && each.status != status) {
            continue;
        }
        if (skip != 0) {
            --skip;
            continue;
        }
        found.units.push_back(&each);
        if (found.units.size() == per_page) {
            break;
        }
    }
    return found;
}

composition& store::add(composition fresh)
{
    fresh.order = next_composition_++;
    std::string id = fresh.id;
    return compositions_.emplace(std::move(id), std::move(fresh)).first->second;
}

composition* store::find_composition(std::string_view id) noexcept
{
    const auto found = compositions_.find(std::string(id));
    return found == compositions_.end() ? nullptr : &found->second;
}

composition* store::find_running(std::string_view room_id, resource_type type) noexcept
{
    composition* newest = nullptr;
    for (auto& [id, each] : compositions_) {
        if (each.room_id == room_id && each.type == type && each.at != composition::phase::stopping &&
            (newest == nullptr || newest->order < each.order)) {
            newest = &each;
        }
    }
    return newest;
}

void store::erase_composition(std::string_view id)
{
    compositions_.erase(std::string(id));
}

} // namespace videosdk::inline v0::emulator
