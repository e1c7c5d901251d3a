// The rules that keep units from being lost or bought twice, as switches that only tests turn: a rule that
// can be turned off without a test noticing protects nobody.
#pragma once

#include <videosdk/config.hpp>

namespace videosdk::inline v0::leasing {

struct safety {
    bool list_before_topping_up = true; ///< Absence is proven by listings.
    bool two_listings = true;           ///< … by two that agree, or four in pages.
    bool wait_for_horizon = true;       ///< … all begun a horizon after the last byte left.
    bool complete_listings_only = true;
    bool fresh_token_for_top_up = true;
    bool unknown_is_not_none = true; ///< An unknown effect is reconciled.
    bool release_idle_only = true;
    bool compare_boot = true;
    bool compare_owner = true;
    bool give_back_late_units = true;
    bool repeat_failed_release = true;
    bool keep_tombstones = true;
    bool prove_echo = true;
    bool start_once = true; ///< A start of unknown effect is not sent again.
};

} // namespace videosdk::inline v0::leasing
