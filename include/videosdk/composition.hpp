// A recording or stream that runs in a leased unit.
#pragma once

#include <videosdk/error.hpp>
#include <videosdk/requests.hpp>
#include <videosdk/resource.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <iosfwd>
#include <memory>
#include <string>
#include <type_traits>

namespace videosdk::inline v0 {

/// How a composition is stopped.
struct stop_options {
    /// From the await until the unit is idle again. Positive.
    std::chrono::nanoseconds timeout = std::chrono::minutes(2);
    bool cancellable = true; ///< As in call_options.
};

static_assert(std::is_trivially_destructible_v<stop_options> && std::is_aggregate_v<stop_options>);

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const stop_options& value);

/// What composition::stop() takes when it is told nothing.
inline constexpr stop_options stop_defaults = {};

/// The handle of a composition that a lease started. It belongs to its lease: destroying it does nothing, and
/// a composition that still runs when its lease ends is ended before the unit is given back. May outlive its
/// lease.
class VIDEOSDK_DECL composition {
public:
    composition() noexcept;
    composition(composition&&) noexcept;
    composition& operator=(composition&&) noexcept;
    ~composition();

    /// Whether it stands for a composition: false when default-constructed or moved from.
    explicit operator bool() const noexcept { return state_ != nullptr; }
    const std::string& id() const noexcept; ///< Empty where there is none.
    /// What the start was answered; of a composition whose answer was lost, its id, kind, room and unit.
    const started_composition& started() const noexcept;

    /// Ends it, and completes when its unit is idle again; also where it had ended by itself, and at once
    /// where its lease has given the unit back before. An end whose answer is lost is sent again while the
    /// unit goes on composing.
    ///
    /// Errors: those of client::end_recording() and its siblings where the provider refused;
    /// errc::wait_timeout and the other errors of event_hub::wait_for(); errc::closed where there is nothing
    /// to stop; invalid_argument (the timeout); operation_aborted. Cancelling ends the waiting: what was sent
    /// may have had its effect.
    ///
    ///     co_await recording.stop();                          // the unit is idle again
    [[nodiscard]] asio::awaitable<void> stop(const stop_options& options = stop_defaults);
    [[nodiscard]] asio::awaitable<result<void>> try_stop(const stop_options& options = stop_defaults);

    struct running;

private:
    friend class lease_access;
    explicit composition(std::shared_ptr<const running> state) noexcept;
    std::shared_ptr<const running> state_;
};

/// One line: kind and id.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const composition& value);

} // namespace videosdk::inline v0
