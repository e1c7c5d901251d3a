// Who waits for what: waiters for a resource's status, subscriptions, and the latest fact about each
// resource.
#pragma once

#include <videosdk/client.hpp>
#include <videosdk/event.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0 {

class hub_core;

/// What became of a published event.
enum class verdict : std::uint8_t {
    accepted = 1, ///< It was news, and was delivered.
    repetition,   ///< It tells nothing of a resource or composition that events had not told: counted, not
                  ///< delivered.
    unavailable   ///< The hub is gone: the sender should keep it.
};

VIDEOSDK_DECL std::string_view to_string(verdict value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, verdict value);

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

    /// Throws error (errc::invalid_argument) naming the field that is out of range.
    void validate() const;
};

/// How long to wait. The timeout is required: nothing bounds the time that a resource needs.
struct wait_options {
    std::chrono::nanoseconds timeout{}; ///< Positive.
};

/// Which events a subscription gets. Views are copied before subscribe() returns; empty means any.
struct event_filter {
    std::string_view resource_id = {};
    std::string_view composition_id = {};
    std::string_view token = {};
    std::optional<event_type> type = {};
};

static_assert(std::is_trivially_destructible_v<wait_options> && std::is_aggregate_v<wait_options>);
static_assert(std::is_trivially_destructible_v<event_filter> && std::is_aggregate_v<event_filter>);

/// What a subscription delivers next: an event, or the word that some were dropped.
class VIDEOSDK_DECL subscription_item {
public:
    subscription_item();
    explicit subscription_item(event what);
    explicit subscription_item(std::uint64_t lagged);

    /// How many events were dropped, oldest first, because this subscription was slow; 0 for an event.
    std::uint64_t lagged() const noexcept { return lagged_; }
    /// The event; empty type when lagged() is not 0.
    const event& value() const noexcept { return event_; }

private:
    event event_;
    std::uint64_t lagged_ = 0;
};

/// A queue of events for one consumer. Ends with its destruction, from any thread, which completes a next()
/// under way with operation_aborted.
class VIDEOSDK_DECL subscription {
public:
    subscription() noexcept;
    subscription(subscription&&) noexcept;
    subscription& operator=(subscription&&) noexcept;
    ~subscription();

    /// The next item; one next() at a time. Errors: errc::closed when the hub is gone and the queue is empty;
    /// invalid_argument when another next() has not completed; operation_aborted. Cancelling takes no event
    /// off the queue.
    [[nodiscard]] asio::awaitable<subscription_item> next();
    [[nodiscard]] asio::awaitable<result<subscription_item>> try_next();

    struct state;

private:
    friend class event_hub;
    explicit subscription(std::shared_ptr<state> shared) noexcept;
    std::shared_ptr<state> state_;
};

struct hub_counts {
    std::uint64_t published = 0;
    std::uint64_t repetitions = 0;
    std::uint64_t polls = 0;             ///< GETs begun for waiters.
    std::uint64_t resolved_by_fact = 0;  ///< Waits that were true already.
    std::uint64_t resolved_by_event = 0; ///< By what an event said, or by the GET that it prompted.
    std::uint64_t resolved_by_poll =
        0; ///< Growing while resolved_by_event stands still: no webhook reaches us.
    std::uint64_t timed_out = 0;
    std::uint64_t dropped = 0; ///< Events dropped from slow subscriptions.
    std::uint64_t waiting = 0; ///< Now.
    std::uint64_t facts = 0;   ///< Now.
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const hub_counts& value);

/// Waiters, subscriptions and the latest fact about each resource. Works on the client's executor and shares
/// its state: it may outlive the client object, whose calls then fail with errc::closed.
///
/// Only `pending < provisioned < released` is told by events alone; `idle` and `composing` after a resource's
/// first idle come and go, so an event about them makes the hub ask the API and believe the answer.
class VIDEOSDK_DECL event_hub {
public:
    explicit event_hub(client& source, const event_hub_options& options = event_hub_options());
    event_hub(event_hub&&) noexcept;
    event_hub& operator=(event_hub&&) noexcept;
    /// Completes waits with operation_aborted and ends subscriptions, at the next turn of the client's
    /// executor; from then on events are unavailable.
    ~event_hub();

    /// Takes one verified event in. Completes when the waits that it decides and the subscriptions that it
    /// passes have been resumed or sent word. A composition goes forward only: of one with an id, an event
    /// that says the same again or falls behind is a repetition; so is `resource-acquired` the second time,
    /// and any time after the release. Events without a composition id, about meetings and participants, and
    /// of unknown types are always delivered, because identical ones can be news.
    ///
    /// Errors: operation_aborted, when cancelled before it began; afterwards cancelling does nothing.
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

    [[nodiscard]] asio::awaitable<hub_counts> counts();

private:
    friend class hub_access;
    std::shared_ptr<hub_core> core_;
};

} // namespace videosdk::inline v0
