// What a call tells its client's observer.
#include "api/call.hpp"
#include "http/observing.hpp"

namespace videosdk::inline v0 {
namespace {

std::string_view without_query(std::string_view path) noexcept
{
    return path.substr(0, path.find_first_of("?#"));
}

retry_cause cause_of(const exchange_report& report) noexcept
{
    switch (report.outcome) {
    case outcome::not_sent:
        return report.code == errc::connection_stale ? retry_cause::connection_stale
                                                     : retry_cause::not_connected;
    case outcome::ambiguous:
        return retry_cause::connection_lost;
    case outcome::answered:
        break;
    }
    switch (report.http_status) {
    case 401:
        return retry_cause::token_refused;
    case 429:
        return retry_cause::rate_limited;
    default:
        return retry_cause::server_failed;
    }
}

} // namespace

effect call_base::effect_of_exchange(const exchange_report& report) const noexcept
{
    const videosdk::effect told = effect_of(report);
    return told == videosdk::effect::unknown ? doubt() : told;
}

void call_base::tell_start() const noexcept
{
    http::tell(*core_->watcher(), &observer::on_attempt_started,
               attempt_started{.call_id = id_,
                               .call = spec_.name,
                               .method = spec_.method,
                               .path = without_query(spec_.path()),
                               .number = machine_.attempts()});
}

void call_base::tell_answer(const error& failure) const noexcept
{
    // The error speaks of the whole call, of which an attempt before may have acted.
    const bool no = failure.code() == errc::rejected || failure.code() == errc::release_refused;
    tell_end(last_, failure.code(), no ? videosdk::effect::none : failure.effect().value_or(doubt()));
}

void call_base::tell_call_end(boost::system::error_code code, videosdk::effect what) noexcept
{
    const std::uint64_t id = std::exchange(id_, 0); // told once, whatever the hook does
    http::tell(*core_->watcher(), &observer::on_call_ended,
               call_ended{.call_id = id,
                          .call = spec_.name,
                          .method = spec_.method,
                          .path = without_query(spec_.path()),
                          .attempts = machine_.attempts(),
                          .code = code,
                          .effect = what,
                          .duration = core_->time().now() - (deadline - spec_.timeout),
                          .traceparent = spec_.trace.text()});
}

void call_base::tell_abandoned() noexcept
{
    if (id_ != 0) {
        tell_call_end(asio::error::operation_aborted,
                      effect_unknown_ ? videosdk::effect::unknown : videosdk::effect::none);
    }
}

void call_base::tell_end(const exchange_report& report, boost::system::error_code code,
                         videosdk::effect what) const noexcept
{
    http::tell(*core_->watcher(), &observer::on_attempt_ended,
               attempt_ended{.call_id = id_,
                             .call = spec_.name,
                             .method = spec_.method,
                             .path = without_query(spec_.path()),
                             .number = machine_.attempts(),
                             .outcome = report.outcome,
                             .http_status = report.http_status,
                             .code = code,
                             .effect = what,
                             .duration = core_->time().now() - sent_at_,
                             .reused = report.reused});
}

void call_base::tell_retry(const exchange_report& report, const call_action& action,
                           call_machine::time_point now) const noexcept
{
    const bool at_once = action.what == call_action::kind::send; // and counts as the same attempt
    http::tell(*core_->watcher(), &observer::on_retry_planned,
               retry_planned{.call_id = id_,
                             .call = spec_.name,
                             .next_number = machine_.attempts() + (at_once ? 0 : 1),
                             .wait = at_once ? std::chrono::nanoseconds(0) : action.until - now,
                             .why = cause_of(report)});
}

} // namespace videosdk::inline v0
