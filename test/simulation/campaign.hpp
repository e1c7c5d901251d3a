// Many seeds, on several threads, and what they brought together.
#pragma once

#include "world.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace simulation {

struct campaign_result {
    findings found;
    tally hits;
    std::uint64_t seeds = 0;
    std::uint64_t steps = 0;
    std::uint64_t exchanges = 0;
    std::uint64_t trace = 0;                  ///< Of all seeds, in whatever order they ran.
    std::uint64_t fewest_orders = UINT64_MAX; ///< Of one seed; so are the faults.
    std::uint64_t fewest_faults = UINT64_MAX;
    std::map<std::uint64_t, std::string> failed; ///< Seeds, and what was broken first.

    void add(std::uint64_t seed, const outcome_of_seed& what);
    campaign_result& operator+=(const campaign_result& other);
};

/// Runs seeds `first` to `last`.
campaign_result run_seeds(std::uint64_t first, std::uint64_t last, const contestant& who, unsigned jobs);

} // namespace simulation
