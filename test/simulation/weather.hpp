// What becomes of each exchange and each webhook: drawn from the plan, calm at its end.
#pragma once

#include "faults.hpp"
#include "plan.hpp"

#include <string_view>

namespace simulation {

class weather {
public:
    /// `so_far`: what has hit until now, wherever it came from.
    weather(const plan& from, const world_time& time, const tally& so_far);

    /// Of the next exchange.
    fault of_exchange(place what, std::string_view target);
    /// Of the next webhook.
    fault of_hook();

    /// How long something is on its way.
    nanoseconds latency()
    {
        return latency_.percent(90) ? latency_.time(1ms, 30ms) : latency_.time(30ms, 400ms);
    }
    nanoseconds late_effect();
    nanoseconds too_late_effect();
    nanoseconds slowness() { return amounts_.time(1s, 40s); }
    nanoseconds hook_delay() { return amounts_.time(500ms, 20s); }
    nanoseconds listing_age() { return amounts_.time(0ns, plan_.listing_lag); }
    dice& amounts() noexcept { return amounts_; }
    /// From now on an acquire, release or listing holds up others only when enough has gone wrong: where they
    /// share requests, one that is never answered may be all that happens until it is calm.
    void hurry() noexcept { hurried_ = true; }
    /// Too little went wrong so far.
    bool lacks_faults() const;
    bool calm() const noexcept { return time_.now >= plan_.calm_from; }

private:
    fault drawn_for(place what, std::string_view target);
    fault of_listing(dice& drawn, bool first_page);
    bool outage() const;
    bool after_outage() const;

    const plan& plan_;
    const world_time& time_;
    const tally& so_far_;
    dice exchanges_[call_count]; // one for each call, so that a get more changes no acquire
    dice hooks_;
    dice latency_;
    dice amounts_;
    std::size_t dealt_ = 0;
    bool hurried_ = false;
};

} // namespace simulation
