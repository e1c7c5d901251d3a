// Who waits for what: waiters for a resource's status, subscriptions, and the latest fact about each
// resource.
#pragma once

#include <videosdk/client.hpp>
#include <videosdk/event.hpp>
#include <videosdk/event_relay.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0 {

class hub_core;

/// Options of an event hub. Set member by member.
class VIDEOSDK_DECL event_hub_options {
public:
    event_hub_options();

    /// A resource that somebody waits for is asked about for the first time after this long without news …
    std::chrono::nanoseconds poll_after = std::chrono::seconds(5);
    /// … and then at intervals each half as long again, up to this; news starts them anew. At most 24 h.
    std::chrono::nanoseconds poll_interval_cap = std::chrono::seconds(30);
    std::size_t max_polls = 32;            ///< GETs in flight at once; further resources wait for their turn.
    std::size_t subscription_queue = 1024; ///< Events kept for a slow subscriber; beyond, the oldest go.
    std::size_t max_facts = 1'000'000; ///< Resources, and compositions, about which the latest fact is kept;
                                       ///< beyond, the oldest go.
    /// Told of each event that a handler failed at, with what it threw, or error (errc::wait_timeout) when it
    /// took too long. Called on the client's executor; what it throws leaves io_context::run(). May be empty.
    std::function<void(const event&, std::exception_ptr)> on_handler_failure;
    /// Told one line for the log when something outside needs looking at: that polls bring the news and no
    /// webhook does (after three resources in a row, and then every ten minutes at most). Called on the
    /// client's executor; what it throws leaves io_context::run(). May be empty; the counts tell the same.
    std::function<void(std::string_view line)> on_notice;

    /// Throws error (errc::invalid_argument) naming the field that is out of range.
    void validate() const;
};

/// How long to wait. The timeout is required: nothing bounds the time that a resource needs.
struct wait_options {
    std::chrono::nanoseconds timeout{}; ///< Positive.
    bool cancellable = true;            ///< As in call_options.
};

/// Which events a subscription gets. Views are copied before subscribe() returns; empty means any.
struct event_filter {
    std::string_view resource_id =
        {}; ///< Events that name this resource: resource-acquired, resource-released.
    std::string_view composition_id = {}; ///< Events of this composition.
    std::string_view token = {};         ///< Events that came to the webhook URL with this correlation token.
    std::optional<event_type> type = {}; ///< Events of this type.
};

static_assert(std::is_trivially_destructible_v<wait_options> && std::is_aggregate_v<wait_options>);
static_assert(std::is_trivially_destructible_v<event_filter> && std::is_aggregate_v<event_filter>);

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const event_hub_options& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const wait_options& value);
/// Without the token.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const event_filter& value);

/// What a subscription delivers next: an event, or the word that some were dropped.
class VIDEOSDK_DECL subscription_item {
public:
    subscription_item();
    /// An event.
    explicit subscription_item(event what);
    /// The word that so many were dropped.
    explicit subscription_item(std::uint64_t lagged);

    /// How many events were dropped, oldest first, because this subscription was slow; 0 for an event.
    std::uint64_t lagged() const noexcept { return lagged_; }
    /// The event; empty type when lagged() is not 0.
    const event& value() const noexcept { return event_; }

private:
    event event_;
    std::uint64_t lagged_ = 0;
};

/// The event, or `lagged=3`.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const subscription_item& value);

/// A queue of events for one consumer. Ends with its destruction, from any thread, which completes a next()
/// under way with operation_aborted.
class VIDEOSDK_DECL subscription {
public:
    subscription() noexcept;
    subscription(subscription&&) noexcept;
    subscription& operator=(subscription&&) noexcept;
    ~subscription();

    /// The next item; one next() at a time. Errors: errc::closed when the hub is gone and the queue is empty;
    /// invalid_argument when another next() has not completed; operation_aborted. Cancelling loses no event:
    /// one that was on its way comes with the following next().
    [[nodiscard]] asio::awaitable<subscription_item> next();
    [[nodiscard]] asio::awaitable<result<subscription_item>> try_next();

    struct state;

private:
    friend class event_hub;
    explicit subscription(std::shared_ptr<state> shared) noexcept;
    std::shared_ptr<state> state_;
};

/// When the sender of an event is told that it was taken.
enum class acknowledge : std::uint8_t {
    at_once = 1,  ///< Before the handler runs: an event that it fails at, or has no room for, is lost to it.
    after_handler ///< When the handler has returned: nothing is acknowledged and lost.
};

VIDEOSDK_DECL std::string_view to_string(acknowledge value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, acknowledge value);

/// How a handler is run.
struct handling_options {
    /// When the sender is told.
    acknowledge when = acknowledge::after_handler;
    /// From an event's arrival until the handler must have returned; positive, at most 24 h. Keep it below
    /// listener_options::handler_timeout, and below the time that the sender waits for an answer.
    std::chrono::nanoseconds timeout = std::chrono::seconds(10);
    /// Events that the handler works on at once, at least 1; one more is unavailable to its sender (with
    /// at_once: dropped, and counted).
    std::size_t max_in_progress = 64;
};

static_assert(std::is_trivially_destructible_v<handling_options> && std::is_aggregate_v<handling_options>);

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const handling_options& value);

/// What is done with an event. The event lives until the awaitable has completed.
using event_handler = std::function<asio::awaitable<void>(const event&)>;

/// A handler's registration with a hub. Destroying it, from any thread, ends it: no further event is handed
/// to the handler, and those in progress are cancelled; their senders are told that they are unavailable. The
/// handler itself, with all that it captured, lives until its last coroutine has ended.
class VIDEOSDK_DECL event_handling {
public:
    event_handling() noexcept;
    event_handling(event_handling&&) noexcept;
    event_handling& operator=(event_handling&&) noexcept;
    ~event_handling();

    struct state;

private:
    friend class event_hub;
    explicit event_handling(std::shared_ptr<state> shared) noexcept;
    std::shared_ptr<state> state_;
};

/// What a hub has done so far, and what it holds now.
struct hub_counts {
    std::uint64_t published = 0;        ///< Events that came to publish().
    std::uint64_t repetitions = 0;      ///< Of these, ones that told nothing new, and that no handler wanted.
    std::uint64_t polls = 0;            ///< GETs begun for waiters.
    std::uint64_t resolved_by_fact = 0; ///< Waits that were true already.
    std::uint64_t resolved_by_event = 0; ///< By what an event said, or by the GET that it prompted.
    std::uint64_t resolved_by_poll =
        0;                       ///< Growing while resolved_by_event stands still: no webhook reaches us.
    std::uint64_t timed_out = 0; ///< Waits that ended with errc::wait_timeout.
    std::uint64_t dropped = 0;   ///< Events dropped from slow subscriptions.
    std::uint64_t waiting = 0;   ///< Now.
    std::uint64_t facts = 0;     ///< Now.
    // Of handlers: one event handed to two of them counts twice.
    std::uint64_t handled = 0;          ///< Times that a handler has returned.
    std::uint64_t handler_failures = 0; ///< Times that one threw, or took too long.
    /// Times that an event was unavailable because a handler had no room for it, whatever their number, or
    /// that it was dropped for one (acknowledge::at_once).
    std::uint64_t handler_overload = 0;
    std::uint64_t handling = 0; ///< Begun, or about to begin, and not ended; now.
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const hub_counts& value);

/// Waiters, subscriptions and the latest fact about each resource. Works on the client's executor and shares
/// its state: it may outlive the client object, whose calls then fail with errc::closed.
///
/// Only `pending < provisioned < released` is told by events alone; `idle` and `composing` after a resource's
/// first idle come and go, so an event about them makes the hub ask the API and believe the answer.
class VIDEOSDK_DECL event_hub {
public:
    /// The hub keeps the client's state, not the object, which may be moved or destroyed. Throws error:
    /// errc::invalid_argument naming the option that is out of range, or a client that was moved from or
    /// whose execution context is gone.
    explicit event_hub(client& source, const event_hub_options& options = event_hub_options());
    event_hub(event_hub&&) noexcept;
    event_hub& operator=(event_hub&&) noexcept;
    /// Completes waits with operation_aborted and ends subscriptions, at the next turn of the client's
    /// executor; from then on events are unavailable.
    ~event_hub();

    /// Takes one verified event in. Completes when the waits that it decides and the subscriptions that it
    /// passes have been resumed or sent word, and the handlers that it passes (see handle()) have returned,
    /// failed or run out of time. What an event says is known from then on, whatever they do. A composition
    /// goes forward only: of one with an id, an event that says the same again or falls behind is a
    /// repetition; so is `resource-acquired` the second time, and any time after the release. Events without
    /// a composition id, about meetings and participants, and of unknown types are always delivered, because
    /// identical ones can be news.
    ///
    /// Errors: operation_aborted. Cancelling before it began keeps the event out; afterwards it ends only the
    /// waiting for handlers, which go on.
    [[nodiscard]] asio::awaitable<verdict> publish(event what);

    /// Completes when the resource's latest known status is `wanted`, or at the first later moment it becomes
    /// so; a status that has passed does not count. Learns by facts known already, by events, and by polling
    /// when none come: one GET serves all who wait for a resource.
    ///
    /// `idle` and `composing` count as known only until an event casts doubt on them or a command is sent
    /// that changes them: those of this hub's client (start_recording, end_recording and their siblings) are
    /// seen, from the moment they begin; of others, tell expect_change().
    ///
    /// Errors: errc::invalid_argument (an id that is empty or holds characters which no id has, no timeout,
    /// `unknown` status); wait_timeout, naming the last status seen; status_unreachable as soon as the
    /// resource is released (or provisioned, for `pending`), or when the API says not_found or
    /// payment_required (its other "not found"); unauthorized and forbidden when polling meets them; closed
    /// when the hub was gone before the wait began; operation_aborted. Other failures of polling are
    /// outlasted until the deadline, whose error then names the last one; so is a client that was destroyed,
    /// after which only events are learned from. Cancelling only ends the wait.
    ///
    ///     auto unit = co_await hub.wait_for(id, videosdk::resource_status::idle, {.timeout = 60s});
    [[nodiscard]] asio::awaitable<resource> wait_for(std::string_view resource_id, resource_status wanted,
                                                     const wait_options& options);
    [[nodiscard]] asio::awaitable<result<resource>>
    try_wait_for(std::string_view resource_id, resource_status wanted, const wait_options& options);

    /// Tells that a command was sent, by other means than this hub's client, which changes the resource's
    /// status: what is known of `idle` and `composing` so far completes no wait any more, only what is
    /// learned from now on. `composition_id`, where it is known, ties the events of that composition to the
    /// resource, which saves GETs. Thread-safe; views are copied before it returns.
    void expect_change(std::string_view resource_id, std::string_view composition_id = {});

    /// Opens a queue of the events that pass the filter, from now on. Thread-safe. Each event is compared
    /// with each subscription: meant for tens of them, not for one a resource (wait_for is).
    [[nodiscard]] subscription subscribe(const event_filter& filter = {});

    /// Runs `handler` for each event that passes the filter, from now on. With acknowledge::after_handler,
    /// before the event's sender is told that it was taken: the way to lose none. Where one handler throws,
    /// is not done in time or has no room, publish() says `unavailable`, a webhook is answered 503 with
    /// Retry-After, and the event that is sent again reaches the handlers again: each gets every event that
    /// passes at least once, perhaps more often, and in no certain order. Also handed over are events that
    /// fall behind what is known already. Only what all handlers have returned from before is a repetition to
    /// them (the last max_facts are remembered).
    ///
    /// With acknowledge::at_once the handler gets what subscriptions get: each event that is news once, and
    /// none that it has no room for.
    ///
    /// The handler runs as a coroutine on the client's executor, several at once up to max_in_progress; what
    /// blocks or computes for long belongs elsewhere: co_spawn it there and await that. When its time is up
    /// it is cancelled (terminal), and counts as in progress until it has ended. Thread-safe; views are
    /// copied before it returns. Throws error: errc::invalid_argument naming what is wrong, errc::closed.
    ///
    ///     auto files = hub.handle({.type = videosdk::event_type::recording_stopped},
    ///                             [&](const videosdk::event& what) { return store(what.file_url); });
    [[nodiscard]] event_handling handle(const event_filter& filter, event_handler handler,
                                        const handling_options& options = {});

    /// Errors: errc::closed when the hub is gone; operation_aborted where it was cancelled before it ran on
    /// the client's executor.
    [[nodiscard]] asio::awaitable<hub_counts> counts();

    /// The way in for events that come from other processes, and for whoever passes this one's on. Closed
    /// where the hub was moved from.
    hub_inlet inlet() const noexcept;

private:
    friend class hub_access;
    std::shared_ptr<hub_core> core_;
};

} // namespace videosdk::inline v0
