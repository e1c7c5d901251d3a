// What a ledger keeps books of: claims, attempts, units.
#pragma once

#include <videosdk/error.hpp>
#include <videosdk/lease_manager.hpp>
#include <videosdk/resource.hpp>

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace videosdk::inline v0::leasing {

using time_point = std::chrono::steady_clock::time_point;

/// Units of one kind are as good as each other.
struct unit_kind {
    resource_type type = resource_type::unknown;
    std::optional<resource_mode> mode = {};
    std::optional<resource_quality> quality = {};

    friend auto operator<=>(const unit_kind&, const unit_kind&) = default;
};

enum class attempt_state : std::uint8_t { sending = 1, unknown };
enum class unit_state : std::uint8_t { held = 1, returning, gone };

/// One caller's wish.
struct claim {
    claim() = default; // declared, so that the type is no aggregate

    std::uint64_t number = 0;
    unit_kind of;
    std::uint32_t wanted = 0;
    time_point deadline{};
    when_unknown policy = when_unknown::top_up;
    std::vector<std::string> dealt; ///< Ids.
    std::uint64_t attempt = 0;      ///< The one under way for it; 0: none.
    std::string last_token;         ///< Of the latest attempt.
    std::uint32_t attempts = 0;
    bool queued = false;
    bool in_doubt = false; ///< Its attempt has an unknown effect.

    std::uint32_t missing() const noexcept { return wanted - static_cast<std::uint32_t>(dealt.size()); }
};

/// One POST: n units, m claims.
struct attempt {
    attempt() = default; // declared, so that the type is no aggregate

    std::uint64_t number = 0;
    std::string token;
    unit_kind of;
    std::uint32_t wanted = 0;
    std::vector<std::uint64_t> claims;
    attempt_state state = attempt_state::sending;
    time_point last_byte{};        ///< Not before this the last byte left.
    std::set<std::string> seen;    ///< Ids of units that it brought, whatever became of them.
    std::set<std::string> sighted; ///< Ids that were seen to bear its token, and have to be looked at.
    std::optional<std::set<std::string>> listed; ///< By the last sweep that counts.
    unsigned checks = 0;                         ///< Sweeps that count, so far.
    unsigned looks = 0;  ///< Those that were begun late enough, whether they count or not.
    bool absent = false; ///< Two sweeps agree: it brings no more.
    error failure;

    std::size_t in_air() const noexcept { return seen.size() >= wanted ? 0 : wanted - seen.size(); }
};

/// What runs in a unit because its lease started it.
struct own_composition {
    own_composition() = default; // declared, so that the type is no aggregate

    std::string id; ///< Empty while the start is in doubt.
    std::string room_id;
    resource_type kind = resource_type::unknown;
    bool ending = false; ///< A call that ends it is under way.
};

struct unit {
    unit() = default; // declared, so that the type is no aggregate

    std::uint64_t number = 0;
    std::shared_ptr<const resource> shown;
    std::string token;
    unit_kind of;
    unit_state state = unit_state::held;
    std::uint64_t claim = 0; ///< Dealt to a claim that is not complete yet.
    bool answered = false;   ///< It came in the answer to our own POST.
    bool releasing = false;  ///< A release is under way.
    std::vector<own_composition> compositions;
    std::set<std::string> composers;    ///< Ids of compositions that were there before, ours included.
    unsigned tries = 0;                 ///< Of giving it back.
    time_point since{};                 ///< Granted.
    time_point due = time_point::max(); ///< Held: too long. Returning: the next try. Gone: forgotten.

    const std::string& id() const noexcept { return shown->id; }
};

} // namespace videosdk::inline v0::leasing
