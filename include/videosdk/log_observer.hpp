// What an observer is told, as lines for a log, each with its severity.
#pragma once

#include <videosdk/observer.hpp>

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string_view>

namespace videosdk::inline v0 {

/// How much a line of a log matters.
enum class severity : std::uint8_t {
    debug = 1, ///< How things are done: each exchange, connection and event.
    info,      ///< What was done: calls that succeeded or were cancelled, what became of units.
    warning,   ///< What went wrong and was dealt with, or was answered no.
    error      ///< Somebody should look: it is unknown what was done, or something may still be billed.
};

VIDEOSDK_DECL std::string_view to_string(severity value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, severity value);

/// debug.
VIDEOSDK_DECL severity severity_of(const attempt_started& what) noexcept;
/// debug; warning where it brought no answer, or 5xx, and was not cancelled.
VIDEOSDK_DECL severity severity_of(const attempt_ended& what) noexcept;
/// info where it succeeded or was cancelled; else warning, and error where its effect is unknown. A cancelled
/// one of unknown effect is an error too.
VIDEOSDK_DECL severity severity_of(const call_ended& what) noexcept;
/// warning; debug after a stale connection, which is nobody's fault.
VIDEOSDK_DECL severity severity_of(const retry_planned& what) noexcept;
/// debug.
VIDEOSDK_DECL severity severity_of(const connection_opened& what) noexcept;
/// debug.
VIDEOSDK_DECL severity severity_of(const connection_reused& what) noexcept;
/// debug; warning for connect_failed and exchange_failed.
VIDEOSDK_DECL severity severity_of(const connection_closed& what) noexcept;
/// debug; warning where it was unavailable.
VIDEOSDK_DECL severity severity_of(const event_seen& what) noexcept;
/// warning where it begins; error where it gave up; info for what is between.
VIDEOSDK_DECL severity severity_of(const reconcile_step& what) noexcept;
/// debug; warning where it is incomplete.
VIDEOSDK_DECL severity severity_of(const sweep_ended& what) noexcept;
/// info; warning for surplus and lost; error for left_behind.
VIDEOSDK_DECL severity severity_of(const lease_changed& what) noexcept;

/// Hands each record on as one line, without a secret and without a line end. The line lives while the
/// function runs; what the function throws is dropped, as of every observer. It runs where hooks run: one
/// that waits for a disk holds up the client.
///
///     options.observer = std::make_shared<videosdk::log_observer>(
///         [](videosdk::severity how, std::string_view line) { std::clog << how << ": " << line << '\n'; });
class VIDEOSDK_DECL log_observer final : public observer {
public:
    /// Takes one line, without its end.
    using line_function = std::function<void(severity how, std::string_view line)>;

    /// What is less severe than `least` is not even printed. Throws error (errc::invalid_argument) where the
    /// function is empty.
    explicit log_observer(line_function write, severity least = severity::debug);
    ~log_observer() override;

    void on_attempt_started(const attempt_started& what) override;
    void on_attempt_ended(const attempt_ended& what) override;
    void on_call_ended(const call_ended& what) override;
    void on_retry_planned(const retry_planned& what) override;
    void on_connection_opened(const connection_opened& what) override;
    void on_connection_reused(const connection_reused& what) override;
    void on_connection_closed(const connection_closed& what) override;
    void on_event_seen(const event_seen& what) override;
    void on_reconcile_step(const reconcile_step& what) override;
    void on_sweep_ended(const sweep_ended& what) override;
    void on_lease_changed(const lease_changed& what) override;

private:
    template <class Record>
    void write_line(const Record& what);

    line_function write_;
    severity least_;
};

} // namespace videosdk::inline v0
