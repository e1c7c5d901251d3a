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
enum class unit_state : std::uint8_t { held = 1, warm, returning, gone };

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

/// What is to be kept of one kind for claims to come.
struct stock_rules {
    std::size_t count = 0;
    std::optional<std::chrono::nanoseconds> max_idle = {};

    friend bool operator==(const stock_rules&, const stock_rules&) = default;
};

/// What is kept of it.
struct stock {
    stock() = default; // declared, so that the type is no aggregate

    stock_rules rules;
    std::set<std::uint64_t> ready;    ///< Units that are idle, by age.
    std::set<std::uint64_t> warming;  ///< Units that are not yet.
    std::set<std::uint64_t> attempts; ///< Made for it, and not settled.
    std::size_t coming_back = 0;      ///< Units on their way back that may be kept.
    std::size_t expired = 0;          ///< Of count, not to be replaced before the next claim.
    unsigned refusals = 0;            ///< Attempts in a row that brought nothing.
    std::size_t most = 1'000'000;     ///< Units to ask for at once, after what was refused.
    time_point not_before{};          ///< The next attempt.

    std::size_t wanted() const noexcept { return rules.count > expired ? rules.count - expired : 0; }
    std::size_t kept() const noexcept { return ready.size() + warming.size(); }
    /// Of the units that are kept, which is some: an idle one if there is any, the oldest.
    std::uint64_t next() const noexcept { return ready.empty() ? *warming.begin() : *ready.begin(); }
};

/// One POST: n units, m claims.
struct attempt {
    attempt() = default; // declared, so that the type is no aggregate

    std::uint64_t number = 0;
    std::string token;
    unit_kind of;
    std::uint32_t wanted = 0;
    std::set<std::uint64_t> claims; ///< That lack units still. None where it is made for a stock.
    bool shared = false;            ///< Made for several.
    std::size_t replaced = 0;       ///< Units that its claims got from elsewhere.
    bool in_turn = false;           ///< Its POST has not ended, and was made for claims.
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
    bool ending = false;            ///< A call that ends it is under way.
    std::vector<std::string> tried; ///< Ids that were found instead, and said not to run.
    bool refused = false;           ///< … as the present one was.
    bool found = false;             ///< By a new id in its unit, not by an answer.
    bool shown = false;             ///< A GET has shown its unit at work since the lease ended.
};

struct unit {
    unit() = default; // declared, so that the type is no aggregate

    std::uint64_t number = 0;
    std::shared_ptr<const resource> shown;
    std::string token;
    unit_kind of;
    unit_state state = unit_state::held;
    std::uint64_t claim = 0;   ///< Dealt to a claim that is not complete yet.
    bool answered = false;     ///< It came in the answer to our own POST.
    bool releasing = false;    ///< A release is under way.
    bool reusable = true;      ///< Not once a release was begun, nor against its holder's word.
    bool starting = false;     ///< A start is followed until it is known what it did.
    bool coming_back = false;  ///< On its way back, counted as perhaps to be kept.
    bool to_make_room = false; ///< Was warm, and goes so that a claim can be served.
    /// The GET under way began before its lease ended: what it shows may be over.
    bool asked_before = false;
    std::vector<own_composition> compositions;
    std::set<std::string> composers; ///< Ids of compositions that were there before, ours included.
    unsigned tries = 0;              ///< Of giving it back, or of looking whether it is idle.
    time_point since{};              ///< Granted.
    /// Held: too long. Warm: to be looked at, or nobody took it. Returning: the next try. Gone: forgotten.
    time_point due = time_point::max();

    const std::string& id() const noexcept { return shown->id; }
};

} // namespace videosdk::inline v0::leasing
