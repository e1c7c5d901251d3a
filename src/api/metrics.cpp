// Counts what an observer is told.
#include <videosdk/metrics.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <mutex>
#include <ostream>

namespace videosdk::inline v0 {
namespace {

void note(latency_counts& into, std::chrono::nanoseconds took) noexcept
{
    const auto& bounds = latency_counts::bounds;
    const auto bucket =
        std::ranges::find_if(bounds, [took](std::chrono::nanoseconds bound) { return took <= bound; });
    ++into.buckets[static_cast<std::size_t>(bucket - bounds.begin())];
    ++into.count;
    into.total += took;
    into.longest = std::max(into.longest, took);
}

/// Counts an enumerator that begins at 1; what is none of them is left out.
template <std::size_t Size, class Enum>
void count(std::array<std::uint64_t, Size>& into, Enum which) noexcept
{
    const std::size_t index = static_cast<std::size_t>(which) - 1;
    if (index < Size) {
        ++into[index];
    }
}

bool said_no(const boost::system::error_code& code) noexcept
{
    if (code.category() != videosdk_category()) {
        return false;
    }
    switch (static_cast<errc>(code.value())) {
    case errc::bad_request:
    case errc::unauthorized:
    case errc::payment_required:
    case errc::forbidden:
    case errc::not_found:
    case errc::conflict:
    case errc::rate_limited:
    case errc::client_error:
    case errc::rejected:
    case errc::short_grant:
    case errc::release_refused:
        return true;
    default:
        return false;
    }
}

std::uint64_t sum_of(const std::array<std::uint64_t, 6>& counts) noexcept
{
    std::uint64_t sum = 0;
    for (const std::uint64_t each : counts) {
        sum += each;
    }
    return sum;
}

} // namespace

std::string_view to_string(call_result value) noexcept
{
    switch (value) {
    case call_result::succeeded:
        return "succeeded";
    case call_result::refused:
        return "refused";
    case call_result::failed:
        return "failed";
    case call_result::ambiguous:
        return "ambiguous";
    case call_result::cancelled:
        return "cancelled";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, call_result value)
{
    return stream << to_string(value);
}

call_result result_of(const call_ended& what) noexcept
{
    if (!what.code) {
        return call_result::succeeded;
    }
    if (what.effect == effect::unknown) {
        return call_result::ambiguous;
    }
    if (what.code == boost::asio::error::operation_aborted) {
        return call_result::cancelled;
    }
    return said_no(what.code) ? call_result::refused : call_result::failed;
}

call_counts::call_counts() = default;

std::uint64_t call_counts::of(call_result which) const noexcept
{
    const std::size_t index = static_cast<std::size_t>(which) - 1;
    return index < ended.size() ? ended[index] : 0;
}

client_metrics::client_metrics() = default;

std::ostream& operator<<(std::ostream& stream, const client_metrics& value)
{
    std::uint64_t all = 0;
    std::uint64_t succeeded = 0;
    for (const call_counts& each : value.calls) {
        all += each.duration.count;
        succeeded += each.of(call_result::succeeded);
    }
    return stream << "calls=" << all << " succeeded=" << succeeded << " retries=" << sum_of(value.retries)
                  << " exchanges_answered=" << value.exchanges.count
                  << " exchanges_failed=" << value.exchanges_failed << " exchange: " << value.exchanges;
}

struct metrics_observer::state {
    std::mutex mutex;
    client_metrics seen;
};

metrics_observer::metrics_observer() : state_(std::make_shared<state>()) {}

metrics_observer::~metrics_observer() = default;

client_metrics metrics_observer::metrics() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->seen;
}

void metrics_observer::on_attempt_ended(const attempt_ended& what)
{
    const std::lock_guard lock(state_->mutex);
    if (what.outcome == outcome::answered) {
        note(state_->seen.exchanges, what.duration);
    } else {
        ++state_->seen.exchanges_failed;
    }
}

void metrics_observer::on_call_ended(const call_ended& what)
{
    const std::lock_guard lock(state_->mutex);
    std::vector<call_counts>& calls = state_->seen.calls;
    auto place = std::ranges::lower_bound(calls, what.call, {}, &call_counts::call);
    if (place == calls.end() || place->call != what.call) {
        place = calls.insert(place, call_counts());
        place->call = what.call;
    }
    count(place->ended, result_of(what));
    note(place->duration, what.duration);
}

void metrics_observer::on_retry_planned(const retry_planned& what)
{
    const std::lock_guard lock(state_->mutex);
    count(state_->seen.retries, what.why);
}

void metrics_observer::on_connection_closed(const connection_closed& what)
{
    const std::lock_guard lock(state_->mutex);
    count(state_->seen.connections_closed, what.why);
}

} // namespace videosdk::inline v0
