// Tells a story what the library says of its own doing, in one life of one process.
#pragma once

#include "book.hpp"
#include "clocks.hpp"
#include "story.hpp"

#include <videosdk/observer.hpp>

namespace simulation {

/// Connections are not told of: the transport of this world has none.
class narrator final : public videosdk::observer {
public:
    narrator(story& told, const world_time& time, life_number of) : told_(told), time_(time), life_(of) {}

    void on_attempt_started(const videosdk::attempt_started& what) override;
    void on_attempt_ended(const videosdk::attempt_ended& what) override;
    void on_retry_planned(const videosdk::retry_planned& what) override;
    void on_event_seen(const videosdk::event_seen& what) override;
    void on_reconcile_step(const videosdk::reconcile_step& what) override;
    void on_sweep_ended(const videosdk::sweep_ended& what) override;
    void on_lease_changed(const videosdk::lease_changed& what) override;

private:
    template <class... Parts>
    void tell(const Parts&... parts)
    {
        told_.tell(time_.now, "life ", life_, ": ", parts...);
    }

    story& told_;
    const world_time& time_;
    const life_number life_;
};

} // namespace simulation
