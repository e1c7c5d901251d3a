// One unit that is ours: used through its handle, and given back with it.
#pragma once

#include <videosdk/composition.hpp>
#include <videosdk/event_hub.hpp>
#include <videosdk/requests.hpp>
#include <videosdk/resource.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace videosdk::inline v0 {

/// What became of the unit behind a lease.
enum class lease_state : std::uint8_t {
    none = 1,  ///< The lease holds nothing: default-constructed, moved from, or given up.
    held,      ///< Ours.
    returning, ///< Being given back.
    released,  ///< Given back; perhaps kept warm by the manager.
    lost       ///< Released by somebody else.
};

VIDEOSDK_DECL std::string_view to_string(lease_state value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, lease_state value);

/// How a unit is given back.
struct release_options {
    /// How long to wait for the release; it goes on in the background afterwards. Positive.
    std::chrono::nanoseconds timeout = std::chrono::minutes(2);
    bool cancellable = true; ///< As in call_options.
    /// Whether a manager that keeps such units warm may keep this one, once it is idle, and hand it out
    /// again.
    bool reuse = true;
};

static_assert(std::is_trivially_destructible_v<release_options> && std::is_aggregate_v<release_options>);

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const release_options& value);

/// What lease::release() takes when it is told nothing.
inline constexpr release_options release_defaults = {};

/// A handle that owns one unit. Move-only; destroying it, from any thread, gives the unit back in the
/// background. May outlive its manager, which then has given the unit back already, and its io_context.
class VIDEOSDK_DECL lease {
public:
    lease() noexcept = default;
    lease(lease&&) noexcept = default;
    lease& operator=(lease&&) noexcept; ///< Gives back what was held before.
    ~lease()
    {
        if (state_) {
            let_go();
        }
    }

    /// Whether it is responsible for a unit: false when default-constructed or moved from.
    explicit operator bool() const noexcept { return state_ != nullptr; }
    const id_text& id() const noexcept;    ///< The unit's id; empty where there is none.
    const resource& unit() const noexcept; ///< The unit as it was when it was granted.
    lease_state state() const noexcept;    ///< From any thread.

    /// Completes when the unit's latest known status is `wanted`: event_hub::wait_for() for this unit, with
    /// its errors and its cancellation. Also errc::closed where the lease holds nothing.
    [[nodiscard]] asio::awaitable<resource> wait_for(resource_status wanted,
                                                     const wait_options& options) const;
    [[nodiscard]] asio::awaitable<result<resource>> try_wait_for(resource_status wanted,
                                                                 const wait_options& options) const;

    /// Gives the unit back, and completes when the provider has released it, or the manager keeps it warm for
    /// others (lease_manager::keep_warm()): at once where that has happened already, also by somebody else.
    /// The provider releases nothing but idle units, so a pending one is released once it is ready, and one
    /// that composes once it is idle again: what this lease started in it is ended, what others started is
    /// waited for. From here on the unit is nobody's: the lease says `returning`, then `released`. Without a
    /// tenure (lease_manager_options::acts_within) it waits for one.
    ///
    /// Errors: errc::wait_timeout when `timeout` passed, naming what stood in the way; errc::closed where
    /// the lease holds nothing, or the manager gave up (see lease_manager_options::drain_timeout);
    /// invalid_argument (the timeout); operation_aborted. After an error, as after cancelling, the unit is
    /// still being given back in the background.
    [[nodiscard]] asio::awaitable<void> release(const release_options& options = release_defaults);
    [[nodiscard]] asio::awaitable<result<void>>
    try_release(const release_options& options = release_defaults);

    /// Starts a recording in this unit, which must be idle. `resource_id` of the request is left empty.
    ///
    /// Errors: those of client::start_recording() where the provider did nothing; errc::ambiguous where the
    /// answer was lost and it did not turn out in time whether it started (call_options::timeout): it is
    /// found out in the background, no other start is sent until then, and what did start is ended when the
    /// lease ends; errc::conflict while an earlier start is in doubt; errc::no_tenure; errc::closed where the
    /// lease holds nothing or its unit is not ours any more; invalid_argument; operation_aborted.
    ///
    /// Cancelling before a byte left: nothing was done; after it, as with errc::ambiguous.
    ///
    ///     auto recording = co_await unit.start_recording({.room_id = "abcd-efgh-ijkl"});
    [[nodiscard]] asio::awaitable<composition> start_recording(const start_recording_request& request,
                                                               const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<composition>>
    try_start_recording(const start_recording_request& request, const call_options& options = {});
    /// The same for an HLS stream.
    [[nodiscard]] asio::awaitable<composition> start_hls(const start_hls_request& request,
                                                         const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<composition>> try_start_hls(const start_hls_request& request,
                                                                     const call_options& options = {});
    /// The same for an RTMP stream.
    [[nodiscard]] asio::awaitable<composition> start_rtmp(const start_rtmp_request& request,
                                                          const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<composition>> try_start_rtmp(const start_rtmp_request& request,
                                                                      const call_options& options = {});

    struct holding;

private:
    friend class lease_access;
    explicit lease(std::shared_ptr<holding> state) noexcept : state_(std::move(state)) {}
    void let_go() noexcept;

    std::shared_ptr<holding> state_;
};

/// One line: id and state.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const lease& value);

} // namespace videosdk::inline v0
