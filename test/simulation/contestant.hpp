// Who buys in a run: by which rules, and, of the lease manager, with which of its safety rules turned off.
#pragma once

#include "lease/safety.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace simulation {

enum class buyer_kind : std::uint8_t {
    official_sdk = 1,   ///< As the official Node SDK does.
    libcurl,            ///< As libcurl does by itself.
    libcurl_with_retry, ///< As the program curl does with --retry 3.
    bare_client,        ///< videosdk::client alone.
    lease_manager,      ///< videosdk::lease_manager.
    sharing_manager     ///< The same, with requests that are shared, and with warm units.
};
inline constexpr buyer_kind all_buyers[] = {buyer_kind::official_sdk,       buyer_kind::libcurl,
                                            buyer_kind::libcurl_with_retry, buyer_kind::bare_client,
                                            buyer_kind::lease_manager,      buyer_kind::sharing_manager};

std::string_view to_string(buyer_kind value) noexcept;
std::optional<buyer_kind> buyer_named(std::string_view name) noexcept;
/// Whether it promises what judge calls exact.
bool buys_exactly_once(buyer_kind kind) noexcept;

struct contestant {
    contestant(buyer_kind its_kind) : kind(its_kind) {}

    buyer_kind kind;
    videosdk::leasing::safety rules;
};

struct safety_rule {
    std::string_view name;
    bool videosdk::leasing::safety::* flag;
};

inline constexpr safety_rule all_rules[] = {
    {"list_before_topping_up", &videosdk::leasing::safety::list_before_topping_up},
    {"two_listings", &videosdk::leasing::safety::two_listings},
    {"wait_for_horizon", &videosdk::leasing::safety::wait_for_horizon},
    {"complete_listings_only", &videosdk::leasing::safety::complete_listings_only},
    {"fresh_token_for_top_up", &videosdk::leasing::safety::fresh_token_for_top_up},
    {"unknown_is_not_none", &videosdk::leasing::safety::unknown_is_not_none},
    {"release_idle_only", &videosdk::leasing::safety::release_idle_only},
    {"compare_boot", &videosdk::leasing::safety::compare_boot},
    {"compare_owner", &videosdk::leasing::safety::compare_owner},
    {"give_back_late_units", &videosdk::leasing::safety::give_back_late_units},
    {"repeat_failed_release", &videosdk::leasing::safety::repeat_failed_release},
    {"keep_tombstones", &videosdk::leasing::safety::keep_tombstones},
    {"prove_echo", &videosdk::leasing::safety::prove_echo},
    {"start_once", &videosdk::leasing::safety::start_once}};

std::optional<safety_rule> rule_named(std::string_view name) noexcept;

} // namespace simulation
