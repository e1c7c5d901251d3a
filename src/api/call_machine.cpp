// The decisions of a call.
#include "api/call_machine.hpp"

#include <algorithm>

namespace videosdk::inline v0 {
namespace {

/// Stale connections that may be passed over without counting as attempts: each is closed on the way.
constexpr std::uint32_t max_stale = 16;

/// No call may take so long.
constexpr std::chrono::hours beyond_all(24 * 366);

bool is_network_loss(const boost::system::error_code& code) noexcept
{
    return code == errc::connection_lost || code == errc::truncated_response;
}

bool is_worth_connecting_again(const boost::system::error_code& code) noexcept
{
    return code == errc::resolve_failed || code == errc::connect_failed || code == errc::connection_stale;
}

} // namespace

effect effect_of(const exchange_report& report) noexcept
{
    if (report.outcome == outcome::not_sent) {
        return effect::none;
    }
    if (report.outcome == outcome::ambiguous) {
        return effect::unknown;
    }
    const unsigned status = report.http_status;
    if ((status >= 400 && status <= 404) || status == 429) {
        return effect::none;
    }
    return status >= 200 && status < 300 ? effect::known : effect::unknown;
}

errc code_of_status(unsigned status) noexcept
{
    switch (status) {
    case 400:
        return errc::bad_request;
    case 401:
        return errc::unauthorized;
    case 402:
        return errc::payment_required;
    case 403:
        return errc::forbidden;
    case 404:
        return errc::not_found;
    case 408:
        return errc::request_timeout;
    case 409:
        return errc::conflict;
    case 429:
        return errc::rate_limited;
    default:
        break;
    }
    if (status >= 400 && status < 500) {
        return errc::client_error;
    }
    return status >= 500 && status < 600 ? errc::server_error : errc::unexpected_status;
}

call_action call_machine::start() noexcept
{
    attempts_ = 1;
    if (rules_.budget != nullptr) {
        rules_.budget->on_call();
    }
    return {call_action::kind::send};
}

bool call_machine::pay() noexcept
{
    out_of_budget_ = rules_.budget != nullptr && !rules_.budget->take();
    return !out_of_budget_;
}

bool call_machine::may_send_again(const exchange_report& report) const noexcept
{
    switch (report.outcome) {
    case outcome::not_sent:
        return is_worth_connecting_again(report.code);
    case outcome::ambiguous:
        return rules_.idempotent && is_network_loss(report.code);
    case outcome::answered:
        break;
    }
    const unsigned status = report.http_status;
    return status == 429 || (rules_.idempotent && (status == 408 || status >= 500));
}

std::chrono::nanoseconds call_machine::back_off(double fraction) const noexcept
{
    // Doubling stops well before it could overflow: the cap is reached long before 2^30.
    const std::uint32_t doublings = std::min(attempts_ - 1, 30U);
    const auto grown = rules_.backoff_base > rules_.backoff_cap / (std::int64_t(1) << doublings)
                           ? rules_.backoff_cap
                           : rules_.backoff_base * (std::int64_t(1) << doublings);
    return std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(grown.count()) * fraction));
}

call_action call_machine::after_exchange(const exchange_report& report, time_point now,
                                         double fraction) noexcept
{
    if (report.outcome == outcome::answered && report.http_status == 401 && rules_.mints_tokens &&
        !reminted_ && attempts_ < rules_.max_attempts && pay()) {
        reminted_ = true;
        // At the reactor's next turn: a peer that refuses a token may close the connection behind its answer.
        return {call_action::kind::remint_and_wait, now};
    }
    if (report.outcome == outcome::not_sent && report.reused && report.code == errc::connection_stale &&
        ++stale_ <= max_stale) {
        return {call_action::kind::send};
    }
    if (!may_send_again(report) || attempts_ >= rules_.max_attempts) {
        return {call_action::kind::finish};
    }
    // A Retry-After may be absurdly long: cut to what lies beyond every deadline and overflows nothing.
    const std::chrono::nanoseconds floor =
        std::min<std::chrono::seconds>(report.retry_after.value_or(std::chrono::seconds(0)), beyond_all);
    const std::chrono::nanoseconds left = rules_.deadline - now;
    const std::chrono::nanoseconds pause = std::max(floor, back_off(fraction));
    if (pause >= left || !pay()) {
        return {call_action::kind::finish};
    }
    return {call_action::kind::wait, now + pause};
}

call_action call_machine::after_wait() noexcept
{
    ++attempts_;
    return {call_action::kind::send};
}

} // namespace videosdk::inline v0
