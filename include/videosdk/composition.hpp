// A recording or stream that runs in a leased unit.
#pragma once

#include <videosdk/error.hpp>
#include <videosdk/event_hub.hpp>
#include <videosdk/requests.hpp>
#include <videosdk/resource.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace videosdk::inline v0 {

/// How far a composition has come, in this order. It ends as `stopped` or as `failed`, once and for good.
enum class composition_status : std::uint8_t {
    unknown = 0, ///< Of no composition.
    starting,
    started,
    playable, ///< HLS only.
    stopping,
    stopped,
    failed
};

VIDEOSDK_DECL std::string_view to_string(composition_status value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, composition_status value);

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
///
/// What it says of itself, status() and the URLs, is what its webhooks told so far, and what its start was
/// answered; nothing is guessed, and nothing waits for it. A webhook that names a composition is about that
/// one. One that names none is about the one composition of its kind that this process started, by this hub's
/// client, in its room. Where there are several of that kind in one room, such a webhook is told apart by the
/// correlation token of the URL that it came to (a unit bears the token of its acquire, and a recording that
/// of start_recording_request::webhook_url, where it was given one of webhook_receiver::webhook_url()) and by
/// its session; where that leaves several, it is taken for nobody's. One that has ended counts among them
/// for a minute more, since webhooks are repeated, and for ten where its unit is free and no webhook has told
/// its end. A webhook that is repeated, or comes after the end, changes nothing.
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

    // What is known now; from any thread.
    composition_status status() const; ///< From `starting` on; `unknown` where there is none.
    /// Where the recording can be fetched, once it is stopped; nullopt before, and where the provider names
    /// no URL (it went to a storage of your own).
    std::optional<std::string> file_url() const;
    std::string file_path() const; ///< Of a stopped recording, where it was told; else empty.
    /// Of an HLS stream, from the start's answer, else from its webhooks; empty where neither told.
    std::string playback_url() const;
    std::string livestream_url() const; ///< The same.

    /// Completes when the composition has reached `wanted`, now or before: at once where webhooks have told
    /// so already. A timeout is needed, as in event_hub::wait_for(): nothing but a webhook tells, and a
    /// webhook can be lost, or be nobody's (see above). The unit's idleness says nothing of how its
    /// composition ended, so `stopped` can come after stop() has completed.
    ///
    /// Errors: errc::status_unreachable as soon as it cannot come any more: the composition has failed, or
    /// has stopped without it; invalid_argument (`unknown`, `playable` of what is no HLS stream, no timeout);
    /// wait_timeout, naming the status that it has; closed where there is no composition, or its hub or
    /// io_context was gone before the wait began; operation_aborted, also when the hub is destroyed.
    /// Cancelling only ends the wait.
    ///
    ///     co_await recording.wait_for(videosdk::composition_status::started, {.timeout = 30s});
    [[nodiscard]] asio::awaitable<void> wait_for(composition_status wanted,
                                                 const wait_options& options) const;
    [[nodiscard]] asio::awaitable<result<void>> try_wait_for(composition_status wanted,
                                                             const wait_options& options) const;

    /// Ends it, and completes when its unit is idle again; also where it had ended by itself, and at once
    /// where its lease has given the unit back before. An end whose answer is lost is sent again while the
    /// unit goes on composing.
    ///
    /// Errors: those of client::end_recording() and its siblings where the provider refused;
    /// errc::wait_timeout and the other errors of event_hub::wait_for(); errc::no_tenure
    /// (lease_manager_options::acts_within); errc::closed where there is nothing to stop; invalid_argument
    /// (the timeout); operation_aborted. Cancelling ends the waiting: what was sent may have had its effect.
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

/// One line: kind, id and status.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const composition& value);

} // namespace videosdk::inline v0
