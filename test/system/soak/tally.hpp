// How often the library told of what: that the load did reach what it is there for.
#pragma once

#include <videosdk/observer.hpp>

#include <cstdint>
#include <ostream>

namespace soak {

class tally final : public videosdk::observer {
public:
    void on_attempt_ended(const videosdk::attempt_ended& what) override
    {
        ++exchanges;
        unknown_effects += what.effect == videosdk::effect::unknown ? 1 : 0;
    }
    void on_retry_planned(const videosdk::retry_planned&) override { ++retries; }
    void on_event_seen(const videosdk::event_seen&) override { ++events; }
    void on_reconcile_step(const videosdk::reconcile_step& what) override
    {
        doubts += what.what == videosdk::reconcile_progress::started ? 1 : 0;
        top_ups += what.what == videosdk::reconcile_progress::topped_up ? 1 : 0;
    }
    void on_sweep_ended(const videosdk::sweep_ended&) override { ++sweeps; }
    void on_lease_changed(const videosdk::lease_changed& what) override
    {
        adopted += what.what == videosdk::lease_change::adopted ? 1 : 0;
        left_behind += what.what == videosdk::lease_change::left_behind ? 1 : 0;
    }

    std::uint64_t exchanges = 0;
    std::uint64_t unknown_effects = 0; ///< Exchanges whose effect was unknown when they ended.
    std::uint64_t retries = 0;
    std::uint64_t events = 0;
    std::uint64_t doubts = 0; ///< Attempts to acquire that had to be reconciled.
    std::uint64_t top_ups = 0;
    std::uint64_t sweeps = 0;
    std::uint64_t adopted = 0;
    std::uint64_t left_behind = 0;
};

inline std::ostream& operator<<(std::ostream& stream, const tally& value)
{
    return stream << "exchanges " << value.exchanges << ", of unknown effect " << value.unknown_effects
                  << ", retries " << value.retries << ", events " << value.events << ", attempts in doubt "
                  << value.doubts << ", topped up " << value.top_ups << ", sweeps " << value.sweeps
                  << ", adopted " << value.adopted << ", left behind " << value.left_behind;
}

} // namespace soak
