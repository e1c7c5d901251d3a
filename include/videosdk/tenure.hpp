// How long this process may act without asking anybody: the seam between a lease manager and whatever says
// which process owns which units.
#pragma once

#include <videosdk/config.hpp>

#include <chrono>

namespace videosdk::inline v0 {

/// A right to act that ends by itself unless it is renewed: a heartbeat in a store that several machines
/// share, a lease in a database. See lease_manager_options::acts_within.
class VIDEOSDK_DECL tenure {
public:
    virtual ~tenure() = default;

    /// When the right ends unless it is renewed before, on this process's own clock (scheduler::now()): the
    /// sooner by what the machine has been suspended since it was renewed (scheduler::suspended()).
    /// `time_point::min()`: there is none; `time_point::max()`: for good. A renewal counts from the moment
    /// at which it was asked for, not from its answer. Called often, from any thread: it neither waits nor
    /// throws.
    virtual std::chrono::steady_clock::time_point ends_at() const noexcept = 0;
};

} // namespace videosdk::inline v0
