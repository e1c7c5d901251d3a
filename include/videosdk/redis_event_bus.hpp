// Events between machines by Redis Streams. Of the component redis of the package.
#pragma once

#include <videosdk/error.hpp>
#include <videosdk/event_hub.hpp>
#include <videosdk/redis_options.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0 {

class redis_bus_core;

/// What becomes of a webhook while Redis does not take it, unless it is for this node alone: then it enters
/// this node's hub in any case.
enum class redis_unreachable : std::uint8_t {
    answer_503 = 1, ///< The sender keeps the event, and sends it again: nothing is lost.
    this_node_only  ///< It enters this node's hub only: others that wait for it ask the API, later.
};

VIDEOSDK_DECL std::string_view to_string(redis_unreachable value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, redis_unreachable value);

/// What a bus tells of itself.
enum class redis_notice_kind : std::uint8_t {
    connected = 1, ///< Events of others are read, for the first time or again.
    disconnected,  ///< They are not: `failure` says why. Told once, until it is connected again.
    not_passed_on, ///< An event of a webhook could not be given to Redis: `failure` says why.
    missed,     ///< `count` events were thrown away before this node had read them: a stream was too short.
    restarted,  ///< A stream has begun anew: Redis has lost what it held.
    malformed,  ///< An entry that is no event, or is too large to be read, was skipped.
    not_taken,  ///< A handler of this node has not taken an event, however often it was offered.
    name_in_use ///< Another process uses this node's name: both miss what the other reads.
};

VIDEOSDK_DECL std::string_view to_string(redis_notice_kind value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, redis_notice_kind value);

/// One notice. Views live as long as the call that gets it.
struct redis_notice {
    redis_notice_kind kind = redis_notice_kind::connected; ///< What happened.
    std::string_view stream = {};                          ///< Of which stream: its key; may be empty.
    std::uint64_t count = 0;                               ///< Of `missed`.
    const error* failure = nullptr;                        ///< Of disconnected and not_passed_on.
};

/// One line for a log, without secrets.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const redis_notice& value);

/// Options of a bus. Set member by member.
class VIDEOSDK_DECL redis_bus_options {
public:
    redis_bus_options();

    redis_options redis; ///< How to reach Redis. All nodes of a deployment have the same `prefix`.
    /// This node's name, `[a-z0-9-]{1,64}`: another than that of every other process that lives at the same
    /// time, and the same after a restart, so that it goes on where it had stopped. Required.
    std::string node;
    /// What becomes of a webhook while Redis does not take it.
    redis_unreachable when_unreachable = redis_unreachable::answer_503;
    /// About how many events a stream keeps for nodes that are behind. 100 to 100,000,000.
    std::size_t max_stream = 100'000;
    /// A node that has not been heard of for so long is taken for dead: events for it go to all. 1 s to 1 h.
    std::chrono::nanoseconds node_timeout = std::chrono::seconds(15);
    /// How long the latest fact about a resource, a node's place in the streams, and the boots of its
    /// processes are remembered. 1 min to 30 days, at least twice node_timeout.
    std::chrono::nanoseconds memory = std::chrono::hours(24);
    /// How often an event is offered to this node's handlers before it is given up, a second apart. What a
    /// handler has no room for is not offered: it waits, and what comes after it. 1 to 100.
    std::uint32_t offers = 3;
    /// Told what happens to the bus, on the client's executor; what it throws is swallowed. May be empty.
    std::function<void(const redis_notice&)> on_notice;

    /// Throws error (errc::invalid_argument, invalid_endpoint) naming the first field that is out of range.
    void validate() const;
};

/// Without secrets.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const redis_bus_options& value);

/// What a bus has done so far.
struct redis_bus_counts {
    std::uint64_t passed_to_one = 0; ///< Events of webhooks given to the node that waits for them.
    std::uint64_t passed_to_all = 0; ///< Given to every node.
    std::uint64_t kept = 0;          ///< Meant for this node alone; only the fact was given to Redis.
    std::uint64_t not_passed_on = 0; ///< That Redis did not take.
    std::uint64_t here_only =
        0;                  ///< Of these, published here all the same: by policy, or since they are ours.
    std::uint64_t read = 0; ///< Entries read of streams.
    std::uint64_t own = 0;  ///< Of these, this process' own.
    std::uint64_t published = 0;      ///< Of these, published to the hub as news.
    std::uint64_t repetitions = 0;    ///< Of these, told nothing new.
    std::uint64_t malformed = 0;      ///< Of these, no events, or too large to be read.
    std::uint64_t not_taken = 0;      ///< Of these, given up since no handler took them.
    std::uint64_t missed = 0;         ///< Events thrown away before this node had read them.
    std::uint64_t restarts = 0;       ///< Times that a stream had begun anew.
    std::uint64_t look_ups = 0;       ///< Resources asked about since a wait had begun.
    std::uint64_t look_ups_known = 0; ///< Of these, ones that another node knew something of.
    std::uint64_t disconnects = 0;    ///< Times that reading was interrupted.
    std::uint64_t overflows = 0;      ///< Commands refused since too many were waiting.
    bool connected = false;           ///< Now.
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const redis_bus_counts& value);
/// `videosdk_redis_bus_…`, as in prometheus.hpp.
VIDEOSDK_DECL std::string to_prometheus(const redis_bus_counts& value);

/// Takes the webhooks of a deployment to the node that waits for them, whichever node they come to.
///
/// Every webhook_receiver of the hub gives its events to Redis before it answers them. The boot in the
/// webhook's token says whose unit it is: an event of another node that lives goes to that node's stream
/// (`{prefix}:to:<node>`) and to no other hub; one of this node enters this hub, as without a bus; one of a
/// node that is dead, of a former life of one, or of nobody, goes to everybody's stream (`{prefix}:all`) and
/// enters every hub.
/// Handlers (event_hub::handle) so run on the node that the event is for: with events for everybody, on each.
///
/// Each node reads both streams from where it had stopped, over a connection of its own, also after a
/// disconnect or a restart; the place is kept in Redis (`{prefix}:at:<node>`) when handlers have taken what
/// lies before it. An event may come twice, and never harms: the hub's own rules of rank tell a repetition.
/// What a stream has thrown away before it was read is counted, told, and made up for by asking the API about
/// all that somebody waits for, as it is after each reconnect. What is known of a resource is remembered
/// (`{prefix}:fact:<id>`): a wait that begins on a node which knows nothing is over at once when the resource
/// was released, and else asks the API at once.
///
/// While Redis cannot be reached, webhooks are answered as `when_unreachable` says, waits ask the API as they
/// do without a bus, and the bus recovers by itself.
///
/// Works on the client's executor, which it keeps busy until it is closed.
class VIDEOSDK_DECL redis_event_bus {
public:
    /// Begins at once: reads, and takes the place of the hub's relay. Throws error: errc::invalid_argument
    /// naming the option that is out of range, or a hub that was moved from; invalid_endpoint; tls_failed.
    redis_event_bus(event_hub& hub, const redis_bus_options& options);
    redis_event_bus(redis_event_bus&&) noexcept;
    redis_event_bus& operator=(redis_event_bus&&) noexcept;
    /// Ends as close() does, but without a word to the others, who find out after node_timeout.
    ~redis_event_bus();

    /// Completes when the streams are read for the first time, or again: from then on no event for this node
    /// is missed. Errors: errc::wait_timeout, naming why not; closed; invalid_argument (the timeout, which is
    /// positive and at most 24 h). Not to be cancelled.
    [[nodiscard]] asio::awaitable<void> connected(std::chrono::nanoseconds timeout);
    [[nodiscard]] asio::awaitable<result<void>> try_connected(std::chrono::nanoseconds timeout);

    /// Keeps its place, tells the others that this node is gone, and ends; webhooks that come afterwards
    /// enter this hub only. To be called before client and hub are closed. Never fails, and takes at most
    /// about three command_timeouts. What handlers have not taken by then is for the next life; not to be
    /// cancelled. Once is enough.
    [[nodiscard]] asio::awaitable<void> close();

    /// Errors: errc::closed where the bus was moved from or its execution context is gone.
    [[nodiscard]] asio::awaitable<redis_bus_counts> counts();

private:
    std::shared_ptr<redis_bus_core> core_;
};

} // namespace videosdk::inline v0
