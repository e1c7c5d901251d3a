// From the library's errors to exit codes, and what to do about them.
#include "failure.hpp"

#include "json_line.hpp"
#include "output.hpp"

#include <utility>

namespace videosdk_cli {
namespace {

using videosdk::condition;
using videosdk::errc;

bool says_not_found(const videosdk::error& failure)
{
    return failure.code() == condition::not_found || failure.http_status() == 404 ||
           failure.http_status() == 402;
}

int status_of(const videosdk::error& failure)
{
    if (failure.code() == errc::invalid_argument || failure.code() == errc::invalid_endpoint ||
        failure.code() == errc::invalid_credentials) {
        return exit_usage;
    }
    if (failure.code() == errc::tls_failed && failure.method().empty()) {
        return exit_usage; // roots that cannot be read, before there was a connection
    }
    if (failure.code() == errc::short_grant) {
        return exit_partial;
    }
    // Before the time limits: that it may have been done weighs more than that it took too long.
    if (failure.ambiguous() || failure.code() == errc::ambiguous) {
        return exit_ambiguous;
    }
    if (says_not_found(failure)) {
        return exit_not_found;
    }
    if (failure.code() == condition::unauthorized || failure.code() == errc::forbidden) {
        return exit_unauthorized;
    }
    return failure.code() == condition::timeout ? exit_timed_out : exit_failure;
}

std::string advice_of(int status, const videosdk::error& failure, std::string_view command)
{
    switch (status) {
    case exit_usage:
        return "see 'videosdk " + std::string(command) + " --help'";
    case exit_partial:
        return "what came is billed: use it, or give it back with 'videosdk release'";
    case exit_ambiguous:
        return "it may have been done: look with 'videosdk list' before you repeat it";
    case exit_not_found:
        return "look for it with 'videosdk list'";
    case exit_unauthorized:
        return "check VIDEOSDK_API_KEY and VIDEOSDK_SECRET, or the token";
    case exit_timed_out:
        return "nothing was changed: repeat it, or give it more time with --timeout";
    default:
        break;
    }
    if (failure.code() == errc::tls_failed) {
        return "check the endpoint, and whom to trust with --ca-file";
    }
    if (failure.code() == condition::network) {
        return "check the endpoint and the network, and repeat it";
    }
    return failure.code() == condition::retryable ? "repeat it later" : "";
}

} // namespace

failure_report::failure_report(int its_status, std::string its_code, std::string its_message,
                               std::string its_advice)
    : status(its_status),
      code(std::move(its_code)),
      message(std::move(its_message)),
      advice(std::move(its_advice))
{
}

command_failed::command_failed(failure_report what)
    : std::runtime_error(what.message), report_(std::move(what))
{
}

command_failed usage_failure(std::string message)
{
    return command_failed(failure_report(exit_usage, "usage", std::move(message)));
}

failure_report report_of(const videosdk::error& failure, std::string_view command)
{
    failure_report report;
    report.status = status_of(failure);
    report.code = failure.code().message();
    if (failure.code().category() == videosdk::videosdk_category()) {
        report.code = to_string(static_cast<errc>(failure.code().value()));
    }
    std::string_view what = failure.what();
    const std::string prefix = std::string(command) + ": ";
    if (what.starts_with(prefix)) {
        what.remove_prefix(prefix.size());
    }
    report.message = what;
    report.advice = advice_of(report.status, failure, command);
    report.http_status = failure.http_status();
    report.request_id = failure.request_id();
    if (failure.effect()) {
        report.effect = to_string(*failure.effect());
    }
    report.billed.reserve(failure.granted().size());
    for (const videosdk::resource& each : failure.granted()) {
        report.billed.push_back(each.id);
    }
    return report;
}

void tell_failure(const failure_report& report, std::string_view command, bool json)
{
    if (json) {
        json_line inner;
        inner.add_filled("command", command).add_number("exit", report.status).add("code", report.code);
        inner.add("message", report.message).add_filled("advice", report.advice);
        if (report.http_status != 0) {
            inner.add_number("httpStatus", report.http_status);
        }
        inner.add_filled("requestId", report.request_id).add_filled("effect", report.effect);
        if (!report.billed.empty()) {
            inner.add_texts("billed", report.billed);
        }
        json_line outer;
        outer.add_json("error", inner.text());
        tell(outer.text() + '\n');
        return;
    }
    std::string text = report.message;
    if (!report.advice.empty()) {
        text += "; " + report.advice;
    }
    if (!report.billed.empty()) {
        text += "; still billed until released:";
        for (const std::string& id : report.billed) {
            text += ' ' + id;
        }
    }
    tell_line(command, text);
}

void tell_notice(const std::string& message, std::string_view command, bool json)
{
    if (!json) {
        return tell_line(command, message);
    }
    json_line inner;
    inner.add("command", command).add("message", message);
    json_line outer;
    tell(outer.add_json("notice", inner.text()).text() + '\n');
}

} // namespace videosdk_cli
