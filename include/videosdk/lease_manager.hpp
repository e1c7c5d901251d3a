// Units acquired exactly once, over an API without idempotency keys: who buys, what came of it, who gives
// back.
#pragma once

#include <videosdk/client.hpp>
#include <videosdk/event_hub.hpp>
#include <videosdk/lease.hpp>
#include <videosdk/tenure.hpp>
#include <videosdk/webhook_receiver.hpp>

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
#include <vector>

namespace videosdk::inline v0 {

class lease_core;

/// What to do where it is not known what an attempt did.
enum class when_unknown : std::uint8_t {
    top_up = 1, ///< Find out, then acquire what is missing.
    fail        ///< Fail with errc::ambiguous at once; what the attempt did is found and given back later.
};

VIDEOSDK_DECL std::string_view to_string(when_unknown value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, when_unknown value);

/// Something that is still billed, or may be, although nobody holds it.
struct VIDEOSDK_DECL left_behind {
    left_behind();

    std::vector<std::string> ids;    ///< Units that were not released before the drain ended.
    std::vector<std::string> tokens; ///< Attempts of which nobody knows what they did: list the units whose
                                     ///< webhook URL holds one of these.
    std::string last_failure;        ///< Why, as far as that is known.

    /// Whether nothing is left.
    bool empty() const noexcept { return ids.empty() && tokens.empty(); }
};

/// One line: how many, and their ids.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const left_behind& value);

/// Options of a lease manager. Set member by member.
class VIDEOSDK_DECL lease_manager_options {
public:
    lease_manager_options();

    /// The most units that this manager may own at once: those held, kept warm, on their way back, and those
    /// that an attempt in the air may bring. At least 1.
    std::size_t max_units = 1000;
    /// How long the provider may take, at most, to apply a request after its last byte left. An attempt of
    /// unknown effect counts as without effect only after this. 1 s to 1 h.
    std::chrono::nanoseconds reconcile_horizon = std::chrono::seconds(30);
    /// How often one acquire may ask the provider, top-ups included; at least 1.
    std::uint32_t attempts = 3;
    /// Of an acquire, unless lease_options::timeout says otherwise. Should leave room for the horizon.
    /// Positive.
    std::chrono::nanoseconds timeout = std::chrono::seconds(90);
    /// While nothing is in doubt, all units of the account are listed this often, to find what came late.
    /// 1 s to 24 h.
    std::chrono::nanoseconds sweep_interval = std::chrono::minutes(5);
    /// How long units are given back in the background after the manager is gone, or shutdown() was called.
    /// Positive, at most 24 h.
    std::chrono::nanoseconds drain_timeout = std::chrono::seconds(30);
    /// A lease that is held longer than this was perhaps forgotten: on_held_too_long is told, once a lease.
    /// Empty: as long as one likes.
    std::optional<std::chrono::nanoseconds> max_held;
    /// Acquires of one kind that meet while others are in the air leave together, as one request for all
    /// their units, and so do releases: under load fewer requests are made, and an idle manager waits for
    /// nobody.
    bool coalesce = false;
    /// With coalesce, the most units that a shared request asks for or gives back; an acquire of more leaves
    /// alone. 1 to 10000.
    std::uint32_t max_batch = 100;
    /// With coalesce, how many acquires of one kind, and how many releases, may wait for their answers at
    /// once. More make up for one that is never answered; fewer share more. 1 to 1000.
    std::uint32_t max_in_flight = 2;
    /// Where others take over what this process holds once it is thought dead: how long it may act. Before
    /// each request of the manager and its leases, each repetition included, the tenure must last for the
    /// call's whole timeout (client_options::timeout, or the one given to the call). Where it does not, calls
    /// fail at once with errc::no_tenure, and what goes on in the background waits until it does: what is
    /// given back, kept warm, looked after, listed, and acquires in line for room or for a shared request.
    /// The hub's questions are free. Empty: for good.
    std::shared_ptr<const tenure> acts_within;
    /// Told, on the client's executor, when the drain ended with something left. What it throws leaves
    /// io_context::run(). May be empty.
    std::function<void(const left_behind&)> on_left_behind;
    /// Told, on the client's executor, of a lease older than max_held. What it throws leaves
    /// io_context::run(). May be empty.
    std::function<void(const std::string& id, std::chrono::nanoseconds held)> on_held_too_long;
    /// Told, on the client's executor, of units on the account that bear no valid token of this owner, once
    /// each, when a sweep has shown them. They are somebody else's, and never touched. What it throws leaves
    /// io_context::run(). May be empty.
    std::function<void(const std::vector<resource>&)> on_foreign_units;

    /// Throws error (errc::invalid_argument) naming the field that is out of range.
    void validate() const;
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const lease_manager_options& value);

/// What kind of unit is wanted. Fields left out are not sent, and the service applies its own default.
struct lease_request {
    resource_type type = resource_type::unknown; ///< Required.
    /// The service's default: video-and-audio.
    std::optional<resource_mode> mode = {};
    /// The service's default: med.
    std::optional<resource_quality> quality = {};
};

/// How one acquire is made. Fields left out take the manager's own setting.
struct lease_options {
    /// From the await to the leases: all attempts, finding out what they did, and with acquire_ready() until
    /// the unit is idle. Positive.
    std::optional<std::chrono::nanoseconds> timeout = {};
    /// Whether this acquire finds out and goes on where an answer was lost, or fails.
    videosdk::when_unknown when_unknown = videosdk::when_unknown::top_up;
    bool cancellable = true; ///< As in call_options.
};

/// How many units of one kind are kept idle for acquires to come. Fields left out are not sent: a stock
/// serves the acquires that name the same kind in the same words.
struct warm_units {
    resource_type type = resource_type::unknown; ///< Required.
    /// The service's default: video-and-audio.
    std::optional<resource_mode> mode = {};
    /// The service's default: med.
    std::optional<resource_quality> quality = {};
    /// At most max_units, together with all other kinds. 0: none any more; those kept are given back.
    std::size_t count = 0;
    /// A unit that nobody took for this long is given back, and is not replaced before the next acquire of
    /// its kind: what nobody uses costs nothing. Positive, at most a year. Empty: kept until the end.
    std::optional<std::chrono::nanoseconds> max_idle = {};
};

static_assert(std::is_trivially_destructible_v<lease_request> && std::is_aggregate_v<lease_request>);
static_assert(std::is_trivially_destructible_v<lease_options> && std::is_aggregate_v<lease_options>);
static_assert(std::is_trivially_destructible_v<warm_units> && std::is_aggregate_v<warm_units>);

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const lease_request& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const lease_options& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const warm_units& value);

/// Whether the provider gives a webhook URL back as it was sent, as far as this manager has seen.
enum class echo_state : std::uint8_t {
    unproven = 1, ///< No acquire has been answered and asked about yet.
    proven,       ///< An acquire's answer and a GET both held the token.
    absent        ///< One of them did not: what an attempt of unknown effect did cannot be found out.
};

VIDEOSDK_DECL std::string_view to_string(echo_state value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, echo_state value);

/// A unit of this deployment that another life of some process acquired.
struct VIDEOSDK_DECL recoverable_unit {
    recoverable_unit();

    /// As the listing told.
    resource unit;
    std::string boot;                                  ///< Of the lease manager that acquired it.
    std::chrono::system_clock::time_point acquired_at; ///< When its token was minted, to whole seconds.
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const recoverable_unit& value);

/// What a lease manager holds now, and what it has done so far.
struct lease_counts {
    /// What is known of the provider's echo.
    echo_state echo = echo_state::unproven;
    // Now.
    std::uint64_t held = 0;      ///< Units with a lease.
    std::uint64_t returning = 0; ///< Being given back.
    std::uint64_t in_doubt = 0;  ///< Units that attempts of unknown effect may have brought.
    std::uint64_t waiting = 0;   ///< Acquires under way.
    std::uint64_t warm = 0;      ///< Units that are idle, and kept for acquires to come.
    std::uint64_t warming = 0;   ///< Units that are to become so: not idle yet, or still being acquired.
    /// Steps in the background that wait for the tenure (lease_manager_options::acts_within).
    std::uint64_t held_back = 0;
    // So far.
    std::uint64_t attempts = 0;        ///< Acquires sent.
    std::uint64_t units_asked = 0;     ///< Units that they asked for.
    std::uint64_t largest_attempt = 0; ///< The most that one of them asked for.
    std::uint64_t shared_attempts = 0; ///< Of these acquires, ones made for several callers (coalesce).
    std::uint64_t splits = 0;          ///< Of these, ones that were refused, and made again in two halves.
    std::uint64_t granted = 0;         ///< Units that came, in answers or later.
    std::uint64_t adopted = 0;         ///< Of these, found by a listing or an event.
    std::uint64_t surplus = 0;         ///< Of these, more than anybody wanted: given back.
    /// Units given back to the provider.
    std::uint64_t released = 0;
    std::uint64_t release_calls = 0;   ///< Releases sent.
    std::uint64_t largest_release = 0; ///< The most units that one of them named.
    std::uint64_t lost = 0;            ///< Held or kept warm, and released by somebody else.
    std::uint64_t taken_warm = 0;      ///< Units handed out that had been kept warm.
    std::uint64_t reused = 0;          ///< Units that came back idle, and were kept or handed out again.
    std::uint64_t expired = 0;         ///< Units kept warm that nobody took in time (warm_units::max_idle).
    std::uint64_t evicted = 0;         ///< Units kept warm, or to be, that were given back for want of room.
    /// Listings of all units, begun.
    std::uint64_t sweeps = 0;
    /// Of these, ones that proved nothing: they failed, or the listing shifted meanwhile.
    std::uint64_t sweeps_incomplete = 0;
    std::uint64_t foreign = 0;     ///< Units of the last sweep without a token of this owner.
    std::uint64_t other_boots = 0; ///< Units of the last sweep with a token of this owner's other boots.
    // Of the tenure, so far.
    std::uint64_t refused_without_tenure = 0; ///< Calls, and repetitions of calls, that were not sent for it.
    /// Requests that left, and whose end came when the tenure was over: a process that stood still between
    /// its look at the clock and the socket. Each may have reached the provider after somebody took over.
    std::uint64_t outlived_tenure = 0;
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const lease_counts& value);

/// Acquires units exactly once, and gives every one back.
///
/// The API has no idempotency key: an acquire whose answer is lost has bought a unit, or has not. This class
/// puts a token of its own into each attempt's webhook URL, which the provider repeats in its listings, and
/// finds out. `doc/leases.md` says how, and what is promised.
///
/// *Threads.* Any function may be called and awaited from any thread and executor; the work runs on the
/// client's executor and the caller is resumed on its own. Not thread-safe: moving, assigning and destroying
/// the object itself.
///
/// *Lifetime.* Keeps the states of client, hub and receiver, not the objects. Destroying it completes its
/// calls with operation_aborted and begins a drain in the background: every unit is given back, those of
/// leases that are still held included, for drain_timeout at most; until then the client's connections work
/// on, though the client object may be gone. A destroyed io_context drops everything silently.
class VIDEOSDK_DECL lease_manager {
public:
    /// Throws error: errc::invalid_argument naming the option that is out of range, or a client, hub or
    /// receiver that was moved from, that belong to different clients, or whose execution context is gone.
    lease_manager(client& source, event_hub& hub, webhook_receiver& receiver,
                  const lease_manager_options& options = lease_manager_options());
    lease_manager(lease_manager&&) noexcept;
    lease_manager& operator=(lease_manager&&) noexcept;
    ~lease_manager();

    /// One unit, as soon as it is ours: it may still be pending.
    ///
    /// Errors: those of client::acquire() where the provider did nothing; errc::limit_reached when max_units
    /// are held (with units on their way back, the acquire waits for them); errc::ambiguous where it could
    /// not be found out in time, or at all, what an attempt did: what it brought is given back as soon as it
    /// is seen; errc::wait_timeout when the deadline passed before; errc::short_grant when every attempt
    /// brought too little; errc::no_tenure (lease_manager_options::acts_within); errc::closed;
    /// operation_aborted.
    ///
    /// Cancelling, like the deadline, ends the call and not what it began: units that come are given back.
    ///
    ///     videosdk::lease unit = co_await leases.acquire({.type = videosdk::resource_type::recording});
    [[nodiscard]] asio::awaitable<lease> acquire(const lease_request& request,
                                                 const lease_options& options = {});
    [[nodiscard]] asio::awaitable<result<lease>> try_acquire(const lease_request& request,
                                                             const lease_options& options = {});

    /// One unit that is idle. Also the errors of event_hub::wait_for(); the unit is given back then.
    [[nodiscard]] asio::awaitable<lease> acquire_ready(const lease_request& request,
                                                       const lease_options& options = {});
    [[nodiscard]] asio::awaitable<result<lease>> try_acquire_ready(const lease_request& request,
                                                                   const lease_options& options = {});

    /// `count` units, or an error and none: what had come is given back then.
    [[nodiscard]] asio::awaitable<std::vector<lease>>
    acquire_many(const lease_request& request, std::size_t count, const lease_options& options = {});
    [[nodiscard]] asio::awaitable<result<std::vector<lease>>>
    try_acquire_many(const lease_request& request, std::size_t count, const lease_options& options = {});

    /// Keeps as many units of one kind idle for acquires to come, from now on; a later call for the same kind
    /// replaces an earlier one. An acquire takes such a unit without asking the provider, and another is
    /// acquired behind it. A unit of this kind that is given back and is idle goes to an acquire that waits,
    /// or to the stock where that lacks one, instead of being released (release_options::reuse). Acquires go
    /// first: while one waits for room below max_units, units of other kinds are given back for it, and none
    /// are acquired for a stock. Where the provider refuses, it is asked again after 1 s to 60 s.
    ///
    /// Completes as soon as the manager knows, not when units are there: counts() says how many. Errors:
    /// errc::invalid_argument naming the field; errc::limit_reached where all stocks together would exceed
    /// max_units; errc::closed; operation_aborted. After an error nothing has changed.
    ///
    ///     co_await leases.keep_warm({.type = videosdk::resource_type::recording, .count = 3});
    [[nodiscard]] asio::awaitable<void> keep_warm(const warm_units& wanted);
    [[nodiscard]] asio::awaitable<result<void>> try_keep_warm(const warm_units& wanted);

    /// Takes no more calls, gives everything back, leases that are still held included, and completes when
    /// all of it is released. Errors: errc::wait_timeout after drain_timeout, naming what is left behind
    /// (also told to on_left_behind); operation_aborted: the drain goes on then.
    [[nodiscard]] asio::awaitable<void> shutdown();
    [[nodiscard]] asio::awaitable<result<void>> try_shutdown();

    /// The units of this owner that other lives of its processes acquired, as of one complete listing. Some
    /// may belong to processes that live. Errors: those of client::list(); errc::unexpected_response where
    /// no listing was complete; errc::no_tenure; errc::closed.
    [[nodiscard]] asio::awaitable<std::vector<recoverable_unit>> recover();
    [[nodiscard]] asio::awaitable<result<std::vector<recoverable_unit>>> try_recover();

    /// Makes a unit of another boot ours. Only where the process that acquired it is known to be dead: two
    /// leases of one unit release it under each other. Errors: those of client::get(); errc::not_ours where
    /// the unit bears no token of this owner; errc::status_unreachable when it is released;
    /// errc::limit_reached: where warm units are in the way, one is given back, and there is room a moment
    /// later; errc::no_tenure; errc::closed.
    [[nodiscard]] asio::awaitable<lease> adopt(std::string_view id, const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<lease>> try_adopt(std::string_view id,
                                                           const call_options& options = {});

    /// Errors: errc::closed.
    [[nodiscard]] asio::awaitable<lease_counts> counts();
    /// The random id of this manager's life, as it stands in its tokens.
    std::string boot() const;

private:
    friend class lease_access;
    explicit lease_manager(std::shared_ptr<lease_core> core) noexcept;
    std::shared_ptr<lease_core> core_;
};

} // namespace videosdk::inline v0
