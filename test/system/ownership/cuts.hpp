// The ways in which a network cuts a node off from its Redis, and how it comes back.
#pragma once

#include "support/chaos_proxy.hpp"

#include <string>
#include <vector>

namespace ownership_tests {

struct way_of_cutting {
    std::string name;
    void (*cut)(test_support::chaos_proxy& wire);
};

const std::vector<way_of_cutting>& ways_of_cutting();

/// What was held back goes on its way; what was lost stays lost.
void heal(test_support::chaos_proxy& wire);

} // namespace ownership_tests
