// The truth: every unit that was ever bought, by whom, and what became of it.
#pragma once

#include "clocks.hpp"

#include <videosdk/resource.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace simulation {

/// Number of a life of a process, from 1; 0 is somebody else.
using life_number = std::uint32_t;

struct unit_record {
    unit_record() = default; // declared, so that the type is no aggregate

    videosdk::resource shown;     ///< As it was granted.
    std::string webhook_url;      ///< As it was sent.
    life_number buyer = 0;        ///< Who sent the request.
    std::uint64_t bought_for = 0; ///< The order, where the buyer writes it into its URL.
    bool excused = false;         ///< Bought beyond the horizon, or a second time by something on the way.
    time_point bought{};
    time_point idle{};
    time_point released = never;
    bool taken_away = false;           ///< Released by somebody else.
    life_number releaser = 0;          ///< Whose request released it.
    std::uint64_t kept_for = 0;        ///< The order that it is kept for now.
    life_number keeper = 0;            ///< The life that keeps it.
    life_number adopter = 0;           ///< The later life that took it over, if one did.
    std::vector<life_number> adopters; ///< All that ever did: their requests may be on their way still.
    bool ever_kept = false;

    bool live() const noexcept { return released == never; }
};

class book {
public:
    unit_record& add(unit_record fresh)
    {
        places_.emplace(fresh.shown.id, units_.size());
        units_.push_back(std::move(fresh));
        return units_.back();
    }

    unit_record* find(std::string_view id)
    {
        const auto found = places_.find(std::string(id));
        return found == places_.end() ? nullptr : &units_[found->second];
    }

    /// In the order in which they were bought.
    std::vector<unit_record>& units() noexcept { return units_; }
    const std::vector<unit_record>& units() const noexcept { return units_; }

private:
    std::vector<unit_record> units_;
    std::unordered_map<std::string, std::size_t> places_;
};

} // namespace simulation
