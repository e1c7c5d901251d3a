// How severe each record is, and records as lines.
#include <videosdk/error.hpp>
#include <videosdk/log_observer.hpp>

#include <boost/asio/error.hpp>

#include <ostream>
#include <sstream>
#include <utility>

namespace videosdk::inline v0 {
namespace {

bool cancelled(const boost::system::error_code& code)
{
    return code == boost::asio::error::operation_aborted;
}

} // namespace

std::string_view to_string(severity value) noexcept
{
    switch (value) {
    case severity::debug:
        return "debug";
    case severity::info:
        return "info";
    case severity::warning:
        return "warning";
    case severity::error:
        return "error";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, severity value)
{
    return stream << to_string(value);
}

severity severity_of(const attempt_started&) noexcept
{
    return severity::debug;
}

severity severity_of(const attempt_ended& what) noexcept
{
    const bool no_answer = what.outcome != outcome::answered && !cancelled(what.code);
    return no_answer || what.http_status >= 500 ? severity::warning : severity::debug;
}

severity severity_of(const call_ended& what) noexcept
{
    if (what.code && what.effect == effect::unknown) {
        return severity::error;
    }
    return !what.code || cancelled(what.code) ? severity::info : severity::warning;
}

severity severity_of(const retry_planned& what) noexcept
{
    return what.why == retry_cause::connection_stale ? severity::debug : severity::warning;
}

severity severity_of(const connection_opened&) noexcept
{
    return severity::debug;
}

severity severity_of(const connection_reused&) noexcept
{
    return severity::debug;
}

severity severity_of(const connection_closed& what) noexcept
{
    const bool failed = what.why == close_cause::connect_failed || what.why == close_cause::exchange_failed;
    return failed ? severity::warning : severity::debug;
}

severity severity_of(const event_seen& what) noexcept
{
    return what.verdict == verdict::unavailable ? severity::warning : severity::debug;
}

severity severity_of(const reconcile_step& what) noexcept
{
    switch (what.what) {
    case reconcile_progress::started:
        return severity::warning;
    case reconcile_progress::gave_up:
        return severity::error;
    default:
        return severity::info;
    }
}

severity severity_of(const sweep_ended& what) noexcept
{
    return what.complete ? severity::debug : severity::warning;
}

severity severity_of(const lease_changed& what) noexcept
{
    switch (what.what) {
    case lease_change::surplus:
    case lease_change::lost:
        return severity::warning;
    case lease_change::left_behind:
        return severity::error;
    default:
        return severity::info;
    }
}

log_observer::log_observer(line_function write, severity least) : write_(std::move(write)), least_(least)
{
    if (!write_) {
        error_info info;
        info.call = "log_observer";
        info.detail = "the function is empty";
        throw error(errc::invalid_argument, std::move(info));
    }
}

log_observer::~log_observer() = default;

template <class Record>
void log_observer::write_line(const Record& what)
{
    const severity how = severity_of(what);
    if (how < least_) {
        return;
    }
    std::ostringstream line;
    line << what;
    write_(how, line.view());
}

void log_observer::on_attempt_started(const attempt_started& what)
{
    write_line(what);
}

void log_observer::on_attempt_ended(const attempt_ended& what)
{
    write_line(what);
}

void log_observer::on_call_ended(const call_ended& what)
{
    write_line(what);
}

void log_observer::on_retry_planned(const retry_planned& what)
{
    write_line(what);
}

void log_observer::on_connection_opened(const connection_opened& what)
{
    write_line(what);
}

void log_observer::on_connection_reused(const connection_reused& what)
{
    write_line(what);
}

void log_observer::on_connection_closed(const connection_closed& what)
{
    write_line(what);
}

void log_observer::on_event_seen(const event_seen& what)
{
    write_line(what);
}

void log_observer::on_reconcile_step(const reconcile_step& what)
{
    write_line(what);
}

void log_observer::on_sweep_ended(const sweep_ended& what)
{
    write_line(what);
}

void log_observer::on_lease_changed(const lease_changed& what)
{
    write_line(what);
}

} // namespace videosdk::inline v0
