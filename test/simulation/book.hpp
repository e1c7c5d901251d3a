// The truth: every unit that was ever bought and all that ever ran in one, by whom, and what became of it.
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

/// Why what a request did counts against nobody.
enum class excuse : std::uint8_t {
    none,
    too_late,  ///< It was applied beyond the horizon.
    sent_twice ///< Something on the way sent it a second time.
};

/// Something that runs, or ran, in a unit.
struct composition_record {
    composition_record() = default; // declared, so that the type is no aggregate

    std::string id;
    std::string unit;
    life_number starter = 0; ///< Who sent the request.
    std::uint64_t call = 0;  ///< By which call; see judge::start_asked().
    bool excused = false;    ///< As in unit_record.
    time_point begun{};
    time_point over = never; ///< When its unit is idle again.
    bool known = false;      ///< Its starter was told while the unit was kept.
    bool stop_asked = false; ///< By who has its handle.
    bool stop_ended = false; ///< He was told how that went.
    time_point stop_by{};    ///< Its deadline.

    bool runs(time_point now) const noexcept { return over > now; }
};

struct unit_record {
    unit_record() = default; // declared, so that the type is no aggregate

    videosdk::resource shown;     ///< As it was granted.
    std::string webhook_url;      ///< As it was sent.
    life_number buyer = 0;        ///< Who sent the request.
    std::uint64_t bought_for = 0; ///< The order, where the buyer writes it into its URL.
    excuse why = excuse::none;
    bool counted = false; ///< Against its buyer's max_units.
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
    std::uint64_t exchange = 0;            ///< Which bought it.
    std::uint64_t hidden_in = 0;           ///< The listing that missed it.
    std::vector<std::size_t> compositions; ///< Places in the book.

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

    composition_record& add(composition_record fresh)
    {
        if (unit_record* const home = find(fresh.unit)) {
            home->compositions.push_back(compositions_.size());
        }
        composition_places_.emplace(fresh.id, compositions_.size());
        compositions_.push_back(std::move(fresh));
        return compositions_.back();
    }

    composition_record* find_composition(std::string_view id)
    {
        const auto found = composition_places_.find(std::string(id));
        return found == composition_places_.end() ? nullptr : &compositions_[found->second];
    }

    std::vector<composition_record>& compositions() noexcept { return compositions_; }
    const std::vector<composition_record>& compositions() const noexcept { return compositions_; }

    /// In the order in which they were bought.
    std::vector<unit_record>& units() noexcept { return units_; }
    const std::vector<unit_record>& units() const noexcept { return units_; }

private:
    std::vector<unit_record> units_;
    std::unordered_map<std::string, std::size_t> places_;
    std::vector<composition_record> compositions_;
    std::unordered_map<std::string, std::size_t> composition_places_;
};

} // namespace simulation
