// What the library tells of its own doing: hooks for logs, metrics and traces, which cost nothing when
// absent.
#pragma once

#include <videosdk/errc.hpp>
#include <videosdk/event.hpp>
#include <videosdk/transport.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string_view>
#include <type_traits>

namespace videosdk::inline v0 {

// Records. Their views live while the hook runs. None holds a token, a key, a stream key, a credential or a
// query.

/// An exchange of a call begins: it gets a connection, or queues for one.
struct attempt_started {
    std::uint64_t call_id = 0;  ///< Counts the client's calls, from 1: ties the records of one together.
    std::string_view call = {}; ///< `acquire`, `get` …; the hub's and the receiver's own are told too.
    verb method = verb::get;    ///< Of the request.
    std::string_view path = {}; ///< Without the query.
    /// From 1, as error::attempts() counts: the same again where the connection before was found stale.
    std::uint32_t number = 0;
};

/// It has ended: answered, failed or given up. There is one for each attempt_started, but where the execution
/// context is destroyed.
struct attempt_ended {
    std::uint64_t call_id = 0;                               ///< As in attempt_started.
    std::string_view call = {};                              ///< As in attempt_started.
    verb method = verb::get;                                 ///< As in attempt_started.
    std::string_view path = {};                              ///< As in attempt_started.
    std::uint32_t number = 0;                                ///< As in attempt_started.
    videosdk::outcome outcome = videosdk::outcome::not_sent; ///< How far it came.
    unsigned http_status = 0;                                ///< 0 where it was not answered.
    /// Empty where the answer says yes; operation_aborted where the call was cancelled, or the client
    /// destroyed; else what is wrong with the answer, or why there is none.
    boost::system::error_code code = {};
    videosdk::effect effect = videosdk::effect::none; ///< Of this exchange, not of the call.
    std::chrono::nanoseconds duration = {};           ///< With queueing and connecting.
    bool reused = false; ///< Whether its connection had carried an exchange before.
};

/// A call has ended, as whoever made it is told in the same turn; an acquire that was cancelled, and goes to
/// client_options::on_unclaimed, when its answer has come, with that. One for each call that was begun while
/// the client was open, also of one that could not be sent, but where the execution context is destroyed.
struct call_ended {
    std::uint64_t call_id = 0;                        ///< As in attempt_started.
    std::string_view call = {};                       ///< As in attempt_started.
    verb method = verb::get;                          ///< Of the request.
    std::string_view path = {};                       ///< Without the query.
    std::uint32_t attempts = 0;                       ///< As error::attempts() counts.
    boost::system::error_code code = {};              ///< Empty where it succeeded.
    videosdk::effect effect = videosdk::effect::none; ///< Of the whole call.
    std::chrono::nanoseconds duration = {};           ///< From the await, with all attempts and all back-off.
    std::string_view traceparent = {};                ///< call_options::traceparent.
};

/// Why a call is sent again.
enum class retry_cause : std::uint8_t {
    connection_stale = 1, ///< The connection had ended before a byte left.
    not_connected,        ///< No connection: resolve_failed, connect_failed.
    connection_lost,      ///< The connection ended before a whole answer; repeating does no harm.
    token_refused,        ///< 401, which a fresh token may cure.
    rate_limited,         ///< 429.
    server_failed         ///< 408 or 5xx; repeating does no harm.
};

/// The enumerator's own name, `"rate_limited"`; `"unknown"` for a value that is none.
VIDEOSDK_DECL std::string_view to_string(retry_cause value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, retry_cause value);

/// The call will be sent again, unless it is cancelled meanwhile.
struct retry_planned {
    std::uint64_t call_id = 0;          ///< As in attempt_started.
    std::string_view call = {};         ///< As in attempt_started.
    std::uint32_t next_number = 0;      ///< Of the attempt to come.
    std::chrono::nanoseconds wait = {}; ///< Until then; 0 where it is sent at once.
    retry_cause why = {};               ///< What stood in the way of the one before.
};

/// A connection of the client's own pool is ready: TCP, and TLS where it is https.
struct connection_opened {
    std::uint64_t id = 0;                   ///< Counts the pool's attempts to connect, from 1.
    std::string_view peer = {};             ///< The endpoint's host, with its port where a URL has one.
    std::chrono::nanoseconds duration = {}; ///< Resolving, connecting and the handshake.
};

/// An exchange begins on a connection that has carried one before.
struct connection_reused {
    std::uint64_t id = 0;               ///< As in connection_opened.
    std::string_view peer = {};         ///< As in connection_opened.
    std::uint64_t exchanges = 0;        ///< Carried so far.
    std::chrono::nanoseconds idle = {}; ///< Since the last of them.
};

/// Why a connection was closed.
enum class close_cause : std::uint8_t {
    connect_failed = 1, ///< It was never open; the code says why.
    idle_limit,         ///< Idle for pool_options::idle_limit, or for what the server's Keep-Alive leaves.
    age_limit,          ///< As old as pool_options::age_limit.
    peer_ended,         ///< While idle: by its peer, or by bytes that nobody had asked for.
    not_reusable,       ///< The last answer said so, or was more than an answer.
    exchange_failed,    ///< The exchange on it did; the code says how.
    given_up,           ///< The call that used it was cancelled, or ended with its client.
    client_closed       ///< By client::close(), or with the client.
};

VIDEOSDK_DECL std::string_view to_string(close_cause value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, close_cause value);

/// A connection is gone. There is one for each connection_opened, but where the execution context is
/// destroyed, and one for each attempt to connect that failed or was given up.
struct connection_closed {
    std::uint64_t id = 0;                ///< As in connection_opened.
    std::string_view peer = {};          ///< As in connection_opened.
    std::uint64_t exchanges = 0;         ///< Carried to their answer.
    std::chrono::nanoseconds age = {};   ///< Since it was open; 0 where it never was.
    close_cause why = {};                ///< Who ended it, or what.
    boost::system::error_code code = {}; ///< With connect_failed, peer_ended and exchange_failed.
};

/// A hub has decided what becomes of an event that was published to it.
struct event_seen {
    event_type type = event_type::unknown; ///< unknown where it was invented later.
    std::string_view name = {};        ///< The wire's name of the type, also of one that was invented later.
    std::string_view resource_id = {}; ///< As in event; empty where it named none.
    std::string_view composition_id = {}; ///< As in event; empty where it named none.
    videosdk::verdict verdict = {};       ///< unavailable also where the publisher was cancelled meanwhile.
};

/// How far the question has come what an attempt to acquire really did.
enum class reconcile_progress : std::uint8_t {
    started = 1,  ///< The effect of the attempt is unknown.
    unit_found,   ///< A unit bears the attempt's token, and was adopted.
    sweep_agreed, ///< A complete sweep saw the same units as the one before.
    topped_up,    ///< What is missing is acquired as a new attempt.
    gave_up,      ///< Nobody can tell: the call ends as ambiguous.
    settled       ///< It is known what the attempt did.
};

VIDEOSDK_DECL std::string_view to_string(reconcile_progress value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, reconcile_progress value);

/// A step of a reconciliation.
struct reconcile_step {
    std::uint64_t attempt = 0;    ///< Counts the manager's attempts to acquire, from 1.
    reconcile_progress what = {}; ///< What has become known.
    std::uint32_t wanted = 0;     ///< Units that the attempt asked for …
    std::uint32_t seen = 0;       ///< … and those seen so far that bear its token.
};

/// A sweep, one listing of the account's units, has ended.
struct sweep_ended {
    std::uint64_t number = 0; ///< Counts the manager's sweeps, from 1.
    bool complete = false;    ///< Whether it saw all there was; what an incomplete one lacks proves nothing.
    std::uint32_t pages = 0;  ///< Read, each by one GET that was answered.
    std::uint64_t resources = 0;            ///< Seen: the sum of the following three.
    std::uint64_t ours = 0;                 ///< Of this life of the manager.
    std::uint64_t other_boots = 0;          ///< Of the same owner's other lives and processes.
    std::uint64_t foreign = 0;              ///< Without a valid token of this owner: never touched.
    std::chrono::nanoseconds duration = {}; ///< From its begin to its last page.
};

/// What became of a unit.
enum class lease_change : std::uint8_t {
    granted = 1, ///< Acquired by an answer.
    adopted,     ///< Acquired by an attempt whose answer was lost, and found.
    surplus,     ///< Granted beyond what was wanted: to be given back.
    returning,   ///< Its lease has ended: to be given back.
    released,    ///< Given back.
    lost,        ///< Released by others.
    left_behind, ///< Could not be given back in time: perhaps still billed.
    warming,     ///< Kept for an acquire to come; not idle yet.
    warm,        ///< Kept for an acquire to come, and idle.
    taken        ///< Handed out to an acquire, out of those kept.
};

VIDEOSDK_DECL std::string_view to_string(lease_change value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, lease_change value);

/// The ledger has a new state for a unit.
struct lease_changed {
    std::string_view resource_id = {}; ///< Of the unit.
    lease_change what = {};            ///< Its new state.
};

// One line each, without secrets; what others wrote is escaped.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const attempt_started& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const attempt_ended& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const call_ended& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const retry_planned& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const connection_opened& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const connection_reused& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const connection_closed& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const event_seen& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const reconcile_step& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const sweep_ended& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const lease_changed& value);

static_assert(std::is_trivially_destructible_v<attempt_started> && std::is_aggregate_v<attempt_started>);
static_assert(std::is_trivially_destructible_v<attempt_ended> && std::is_aggregate_v<attempt_ended>);
static_assert(std::is_trivially_destructible_v<call_ended> && std::is_aggregate_v<call_ended>);
static_assert(std::is_trivially_destructible_v<retry_planned> && std::is_aggregate_v<retry_planned>);
static_assert(std::is_trivially_destructible_v<connection_opened> && std::is_aggregate_v<connection_opened>);
static_assert(std::is_trivially_destructible_v<connection_reused> && std::is_aggregate_v<connection_reused>);
static_assert(std::is_trivially_destructible_v<connection_closed> && std::is_aggregate_v<connection_closed>);
static_assert(std::is_trivially_destructible_v<event_seen> && std::is_aggregate_v<event_seen>);
static_assert(std::is_trivially_destructible_v<reconcile_step> && std::is_aggregate_v<reconcile_step>);
static_assert(std::is_trivially_destructible_v<sweep_ended> && std::is_aggregate_v<sweep_ended>);
static_assert(std::is_trivially_destructible_v<lease_changed> && std::is_aggregate_v<lease_changed>);

/// Hooks for what a client, and the hubs made from it, do. Derive, override what is wanted, and give it to
/// client_options::observer; several clients may share one.
///
/// *Threads.* Hooks run on the client's executor, one at a time of each client. They run in the middle of its
/// work: one that blocks holds up all its calls.
///
/// *Failures.* A hook that throws does no harm to what it watches: the exception is dropped, the work goes
/// on, and the hooks that follow are called as ever. Who wants to know of it catches it in the hook.
///
/// *Inside a hook* calls may be begun, and the client and its hubs closed and destroyed; what is done there
/// may call hooks inside. Only the execution context must outlive the hook.
///
/// *Lifetime.* The client keeps it until its last call has ended. An observer that owns its client keeps both
/// for ever.
///
///     struct to_log : videosdk::observer {
///         void on_attempt_ended(const videosdk::attempt_ended& what) override { std::clog << what << '\n'; }
///     };
class VIDEOSDK_DECL observer {
public:
    observer() = default;
    /// Observers that hold values may be copied; the library never does.
    observer(const observer&) = default;
    observer& operator=(const observer&) = default; ///< Likewise.
    virtual ~observer();

    /// Before each exchange of a call, also where it then waits for a connection.
    virtual void on_attempt_started(const attempt_started&) {}
    /// After each exchange.
    virtual void on_attempt_ended(const attempt_ended&) {}
    /// A call as a whole has ended, for whoever made it.
    virtual void on_call_ended(const call_ended&) {}
    /// After an exchange that will be repeated; on_attempt_started() follows when its wait is over.
    virtual void on_retry_planned(const retry_planned&) {}

    /// A connection was made. Not called for a transport that was given to the client, as the next two.
    virtual void on_connection_opened(const connection_opened&) {}
    /// An exchange did without a new connection.
    virtual void on_connection_reused(const connection_reused&) {}
    /// A connection has ended, or could not be made.
    virtual void on_connection_closed(const connection_closed&) {}

    /// An event, a webhook mostly, was judged by a hub.
    virtual void on_event_seen(const event_seen&) {}

    /// A lease manager finds out what an attempt did whose answer was lost.
    virtual void on_reconcile_step(const reconcile_step&) {}
    /// A lease manager has listed the account's units.
    virtual void on_sweep_ended(const sweep_ended&) {}
    /// A unit of a lease manager was acquired, handed on, given back or lost.
    virtual void on_lease_changed(const lease_changed&) {}
};

} // namespace videosdk::inline v0
