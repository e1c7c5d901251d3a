// Names of faults and places, and which go together.
#include "faults.hpp"

namespace simulation {

std::string_view to_string(fault value) noexcept
{
    constexpr std::array<std::string_view, fault_count> names{"none",
                                                              "refused",
                                                              "stale",
                                                              "queued",
                                                              "lost request",
                                                              "silent request",
                                                              "lost answer",
                                                              "silent answer",
                                                              "cut answer",
                                                              "late effect",
                                                              "too late",
                                                              "slow",
                                                              "error before",
                                                              "error after",
                                                              "rate limited",
                                                              "turned down",
                                                              "html page",
                                                              "applied twice",
                                                              "short grant",
                                                              "old listing",
                                                              "shifted page",
                                                              "swapped page",
                                                              "webhook lost",
                                                              "webhook swallowed",
                                                              "webhook repeated",
                                                              "webhook delayed",
                                                              "webhook misrouted",
                                                              "taken away",
                                                              "crash",
                                                              "cancel"};
    return names[static_cast<std::size_t>(value)];
}

std::string_view to_string(place value) noexcept
{
    constexpr std::array<std::string_view, place_count> names{
        "acquire",  "release",  "start",       "end",     "get",       "list",
        "ready",    "released", "composition", "at rest", "composing", "acquiring",
        "starting", "ending",   "doubting",    "listing", "returning"};
    return names[static_cast<std::size_t>(value)];
}

bool can_hit(fault what, place where) noexcept
{
    switch (what) {
    case fault::none:
        return false;
    case fault::refused:
    case fault::stale:
    case fault::queued:
    case fault::lost_request:
    case fault::silent_request:
    case fault::lost_answer:
    case fault::silent_answer:
    case fault::cut_answer:
    case fault::slow:
    case fault::error_before:
    case fault::rate_limited:
    case fault::html_page:
        return where <= place::list;
    case fault::late_effect:
    case fault::too_late:
    case fault::error_after:
    case fault::applied_twice:
    case fault::turned_down:
        return where <= place::end;
    case fault::short_grant:
        return where == place::acquire;
    case fault::old_listing:
    case fault::shifted_page:
    case fault::swapped_page:
        return where == place::list;
    case fault::hook_lost:
    case fault::hook_swallowed:
    case fault::hook_repeated:
    case fault::hook_delayed:
    case fault::hook_misrouted:
        return where >= place::ready_event && where <= place::composition_event;
    case fault::taken_away:
    case fault::crash:
    case fault::cancel:
        return where >= place::at_rest;
    }
    return false;
}

tally& tally::operator+=(const tally& other) noexcept
{
    for (std::size_t what = 0; what != fault_count; ++what) {
        for (std::size_t where = 0; where != place_count; ++where) {
            hits_[what][where] += other.hits_[what][where];
        }
    }
    total_ += other.total_;
    return *this;
}

} // namespace simulation
