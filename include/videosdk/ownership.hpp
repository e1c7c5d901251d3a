// Whose units are whose, where several machines share an account: each lives by its heartbeat, and what one
// that is gone held is taken over by one other.
#pragma once

#include <videosdk/client.hpp>
#include <videosdk/error.hpp>
#include <videosdk/lease.hpp>
#include <videosdk/lease_manager.hpp>
#include <videosdk/ownership_store.hpp>
#include <videosdk/tenure.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>

namespace videosdk::inline v0 {

class ownership_core;

/// Options of an ownership. Set member by member; the same in all processes of a deployment.
class VIDEOSDK_DECL ownership_options {
public:
    ownership_options();

    /// How long a process may act after it asked for its last heartbeat that was answered. Must leave room
    /// for one call and two beats: at least client_options::timeout and twice beat_interval. 1 s to 1 h.
    std::chrono::nanoseconds expiry = std::chrono::seconds(60);
    /// From one heartbeat to the next; a failed one is repeated after a quarter of it. 100 ms to 20 min.
    std::chrono::nanoseconds beat_interval = std::chrono::seconds(10);
    /// From one look for boots that are gone to the next. On one machine at a time. 100 ms to 1 h.
    std::chrono::nanoseconds look_interval = std::chrono::seconds(30);
    /// How long that machine may take for one look, and after how long another does it where it is gone. At
    /// least look_interval, at most 24 h.
    std::chrono::nanoseconds lock_expiry = std::chrono::minutes(2);
    /// Given each unit that was taken over, on the client's executor. Empty: it is given back. What it throws
    /// leaves io_context::run().
    std::function<void(lease)> on_taken_over;
    /// Told, on the client's executor, that this boot was taken for dead: its units are others' by now, and
    /// its manager starts nothing any more. The process should end, or begin anew with a new lease_manager
    /// and a new ownership. What it throws leaves io_context::run(). May be empty.
    std::function<void()> on_lost;

    /// Throws error (errc::invalid_argument) naming the field that is out of range.
    void validate() const;
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const ownership_options& value);

/// What an ownership has seen so far, and what is so now.
struct ownership_counts {
    std::uint64_t beats = 0;        ///< Heartbeats that were answered well.
    std::uint64_t beats_failed = 0; ///< … that were not, or not in time to be told.
    std::uint64_t looks = 0;        ///< Rounds that had the lock.
    std::uint64_t fenced_off = 0;  ///< Of these, ones that ended since the store refused a step: the lock was
                                   ///< another's, a boot had come back to life, or a claim whose answer was
                                   ///< lost had been done.
    std::uint64_t cut_short = 0;   ///< Of these, ones that failed, or took too long.
    std::uint64_t buried = 0;      ///< Boots that were declared dead here.
    std::uint64_t claimed = 0;     ///< Units of theirs that were claimed here.
    std::uint64_t taken_over = 0;  ///< Of these, ones that were adopted; the others were released before.
    std::uint64_t silent = 0;      ///< Boots that do not beat, and are waited for, as of the last look.
    std::uint64_t unaccounted = 0; ///< Units of the last look of boots that the store has never heard of:
                                   ///< of processes without an ownership. They are left alone.
    bool lost = false;             ///< This boot was taken for dead.
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const ownership_counts& value);

/// Keeps a lease manager's heartbeat in a store that several machines share, lets the manager act only while
/// that lasts, and takes over what boots that are gone had held. `doc/several-machines.md` says by which
/// rules, and what they rely on.
///
/// Made before its manager, which is given right() as lease_manager_options::acts_within; then start().
///
///     videosdk::ownership owner(client, store);
///     policy.acts_within = owner.right();
///     videosdk::lease_manager leases(client, hub, receiver, policy);
///     co_await owner.start(leases);
///
/// *Threads.* Any function may be called and awaited from any thread and executor; the work runs on the
/// client's executor. Not thread-safe: moving, assigning and destroying the object itself.
///
/// *Lifetime.* Keeps the states of client and manager, not the objects. Destroying it ends the heartbeat:
/// what the manager holds is others' after a while. So it outlives lease_manager::shutdown(), and stop()
/// comes last. A destroyed io_context drops everything silently.
class VIDEOSDK_DECL ownership {
public:
    /// Throws error (errc::invalid_argument): the option that is out of range, a store that is null, or a
    /// client that was moved from, whose execution context is gone, or whose timeout is too long for the
    /// expiry.
    ownership(client& source, std::shared_ptr<ownership_store> store,
              const ownership_options& options = ownership_options());
    ownership(ownership&&) noexcept;
    ownership& operator=(ownership&&) noexcept;
    ~ownership();

    /// For lease_manager_options::acts_within. There is none of it before start().
    std::shared_ptr<const tenure> right() const;

    /// Begins the heartbeat of this manager's boot, and the looks for those that are gone, and completes when
    /// the first beat was answered: from then on the manager acts. Once; a second time, invalid_argument.
    /// Errors: errc::invalid_argument where the manager was not given right(), is of another client, or was
    /// moved from; errc::wait_timeout when the store did not answer within `expiry`, which goes on being
    /// asked; errc::no_tenure where the boot was taken for dead; errc::closed; operation_aborted.
    [[nodiscard]] asio::awaitable<void> start(lease_manager& leases);
    [[nodiscard]] asio::awaitable<result<void>> try_start(lease_manager& leases);

    /// Ends the heartbeat. Where the manager has been shut down and left nothing, and the boot is no unit's
    /// heir, it leaves the store's memory; otherwise others take over what is left when the heartbeat has
    /// expired. Completes when the store has answered that, and is let go of: nothing more is asked of it but
    /// to unlock what it is locking, and where nobody else keeps it, it is destroyed when it has answered
    /// what was asked before. A second stop completes with the first. Errors are the store's own, and change
    /// nothing. operation_aborted: it goes on.
    [[nodiscard]] asio::awaitable<void> stop();
    [[nodiscard]] asio::awaitable<result<void>> try_stop();

    /// Errors: errc::closed.
    [[nodiscard]] asio::awaitable<ownership_counts> counts();

private:
    std::shared_ptr<ownership_core> core_;
};

} // namespace videosdk::inline v0
