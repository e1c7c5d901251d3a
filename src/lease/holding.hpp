// What a lease and its manager share.
#pragma once

#include "events/composition_lives.hpp"

#include <videosdk/composition.hpp>
#include <videosdk/lease.hpp>

#include <boost/intrusive/list.hpp>

#include <atomic>
#include <memory>
#include <utility>

namespace videosdk::inline v0 {

class lease_core;

/// Who waits until a unit is released.
class release_waiter
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {};

struct lease::holding {
    holding(std::shared_ptr<lease_core> its_core, std::shared_ptr<const resource> its_unit)
        : core(std::move(its_core)), unit(std::move(its_unit))
    {
    }

    const std::shared_ptr<lease_core> core;
    std::shared_ptr<const resource> unit; ///< Changed before its lease is handed out, never after.
    std::atomic<lease_state> state = lease_state::held;
    boost::intrusive::list<release_waiter, boost::intrusive::constant_time_size<false>> waiting; ///< At home.
};

/// What a composition's handle knows.
struct composition::running {
    running(std::shared_ptr<const lease::holding> its_unit, started_composition its_start,
            events::life_ptr its_life)
        : unit(std::move(its_unit)), started(std::move(its_start)), life(std::move(its_life))
    {
    }

    /// Its unit is somebody else's by now; it was ended before.
    bool over() const noexcept
    {
        return unit->state == lease_state::released || unit->state == lease_state::lost;
    }

    const std::shared_ptr<const lease::holding> unit;
    const started_composition started;
    const events::life_ptr life;
};

class lease_access {
public:
    static composition make(std::shared_ptr<const composition::running> state)
    {
        return composition(std::move(state));
    }
    static lease make(std::shared_ptr<lease::holding> state) { return lease(std::move(state)); }
    static lease::holding* state(const lease& which) noexcept { return which.state_.get(); }
    static std::weak_ptr<lease::holding> watch(const lease& which) noexcept { return which.state_; }
    static const std::shared_ptr<lease_core>& core(const class lease_manager& which) noexcept;
    /// A manager with some of its safety rules turned off: for tests.
    static class lease_manager make_manager(std::shared_ptr<lease_core> core);
};

} // namespace videosdk::inline v0
