// What became of a client's calls, counted: the numbers that only an observer can know.
#pragma once

#include <videosdk/latency_counts.hpp>
#include <videosdk/observer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

/// How a call ended.
enum class call_result : std::uint8_t {
    succeeded = 1,
    refused,   ///< The API said no: 4xx but 408, `success:false`, too few units, a unit not released.
    failed,    ///< Anything else of which it is known that nothing was done, or that it changes nothing.
    ambiguous, ///< The effect is unknown, also where the call was cancelled.
    cancelled
};

VIDEOSDK_DECL std::string_view to_string(call_result value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, call_result value);

/// Which of them the end of a call is.
VIDEOSDK_DECL call_result result_of(const call_ended& what) noexcept;

/// The calls of one kind.
struct VIDEOSDK_DECL call_counts {
    call_counts();

    std::string call;                        ///< `acquire`, `get` …
    std::array<std::uint64_t, 5> ended = {}; ///< By call_result, the first of them first.
    latency_counts duration;                 ///< From the await to the result, of all of these.

    /// How many ended so; 0 for what is no result.
    std::uint64_t of(call_result which) const noexcept;
};

/// What a metrics_observer has seen so far. What the pool did is told by client::counts(), what became of
/// events by event_hub::counts(), of webhooks by webhook_listener::counts(), of units by
/// lease_manager::counts().
struct VIDEOSDK_DECL client_metrics {
    client_metrics();

    std::vector<call_counts> calls;     ///< By name.
    latency_counts exchanges;           ///< Exchanges that were answered, with queueing and connecting.
    std::uint64_t exchanges_failed = 0; ///< Exchanges without an answer.
    std::array<std::uint64_t, 6> retries = {};            ///< By retry_cause, the first of them first.
    std::array<std::uint64_t, 8> connections_closed = {}; ///< By close_cause, the first of them first.
};

/// One line: the calls that succeeded and those that did not, and the retries.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const client_metrics& value);

/// Counts what it is told. Several clients may share one.
///
///     auto metrics = std::make_shared<videosdk::metrics_observer>();
///     options.observer = metrics;                       // beside others: observer_group
///     std::cout << metrics->metrics() << '\n';
class VIDEOSDK_DECL metrics_observer final : public observer {
public:
    metrics_observer();
    ~metrics_observer() override;

    client_metrics metrics() const; ///< From any thread.

    void on_attempt_ended(const attempt_ended& what) override;
    void on_call_ended(const call_ended& what) override;
    void on_retry_planned(const retry_planned& what) override;
    void on_connection_closed(const connection_closed& what) override;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace videosdk::inline v0
