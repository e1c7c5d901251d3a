// Everything that can go wrong, where it can, and how often it did.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace simulation {

enum class fault : std::uint8_t {
    none,
    // Of exchanges.
    refused,        ///< No connection.
    stale,          ///< A reused connection was dead before a byte had left.
    queued,         ///< No connection became free.
    lost_request,   ///< It left and did not arrive; the connection broke.
    silent_request, ///< It left and did not arrive; nothing was heard.
    lost_answer,    ///< Done; the connection broke before a byte of the answer.
    silent_answer,  ///< Done; nothing was heard.
    cut_answer,     ///< Done; the answer broke off.
    late_effect,    ///< The connection broke; done later, within the horizon.
    too_late,       ///< The connection broke; done later, beyond the horizon.
    slow,           ///< Done; the answer took its time.
    error_before,   ///< 5xx, 408 or 409, and not done.
    error_after,    ///< 5xx, and done.
    rate_limited,   ///< 429.
    turned_down,    ///< 400 to 403, or `success:false`: not done.
    html_page,      ///< 200 with a page of some proxy's; done.
    applied_twice,  ///< Something on the way sent it twice.
    short_grant,    ///< Fewer units than asked for.
    old_listing,    ///< As of some time ago.
    shifted_page,   ///< In another order than the page before.
    swapped_page,   ///< Between this page and the one before, one unit went and another came.
    // Of webhooks.
    hook_lost,      ///< Not delivered; the provider knows.
    hook_swallowed, ///< Not delivered; the provider does not know.
    hook_repeated,  ///< Delivered more than once.
    hook_delayed,   ///< And so overtaken by others.
    hook_misrouted, ///< Delivered to another process of the owner.
    // Of the rest of the world.
    taken_away, ///< A unit was released by somebody else.
    crash,
    cancel
};
inline constexpr std::size_t fault_count = static_cast<std::size_t>(fault::cancel) + 1;

/// Where a fault hit: the call, the event, or what the process was doing.
enum class place : std::uint8_t {
    acquire,
    release,
    start, ///< Of a composition.
    end,   ///< Of a composition.
    get,
    list,
    ready_event,
    released_event,
    composition_event,
    at_rest,   ///< Nothing in the air, and nothing composes.
    composing, ///< Something runs, and nothing but reads and releases is in the air.
    acquiring, ///< An acquire in the air.
    starting,  ///< A start in the air, or its effect unknown.
    ending,    ///< An end in the air.
    doubting,  ///< An acquire whose effect is unknown.
    listing,   ///< A listing in the air.
    returning  ///< A release in the air.
};
inline constexpr std::size_t place_count = static_cast<std::size_t>(place::returning) + 1;
/// Those places come first that are calls.
inline constexpr std::size_t call_count = static_cast<std::size_t>(place::list) + 1;

std::string_view to_string(fault value) noexcept;
std::string_view to_string(place value) noexcept;

/// Whether the world lets that happen there.
bool can_hit(fault what, place where) noexcept;

/// How often each fault hit where.
class tally {
public:
    void count(fault what, place where) noexcept
    {
        ++hits_[static_cast<std::size_t>(what)][static_cast<std::size_t>(where)];
        ++total_;
    }
    std::uint64_t hits(fault what, place where) const noexcept
    {
        return hits_[static_cast<std::size_t>(what)][static_cast<std::size_t>(where)];
    }
    std::uint64_t total() const noexcept { return total_; }
    tally& operator+=(const tally& other) noexcept;

private:
    std::array<std::array<std::uint64_t, place_count>, fault_count> hits_{};
    std::uint64_t total_ = 0;
};

} // namespace simulation
