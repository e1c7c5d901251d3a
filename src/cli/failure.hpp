// Why a command did not do what it was told: one line for people or for scripts, and an exit code.
#pragma once

#include "exit_codes.hpp"

#include <videosdk/error.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk_cli {

/// What is told of a failure.
struct failure_report {
    failure_report() = default;
    failure_report(int its_status, std::string its_code, std::string its_message,
                   std::string its_advice = {});

    int status = exit_failure;
    std::string code;    ///< One word for scripts: an errc's name, `usage`, `interrupted`, `output_failed` …
    std::string message; ///< What was wrong.
    std::string advice;  ///< What to do.
    unsigned http_status = 0;
    std::string request_id;
    std::string effect;              ///< What the provider did, where a call failed: none, known, unknown.
    std::vector<std::string> billed; ///< Units that this command has bought and that are not released.
};

class command_failed : public std::runtime_error {
public:
    explicit command_failed(failure_report what);

    const failure_report& report() const noexcept { return report_; }

private:
    failure_report report_;
};

/// Arguments that make no sense.
command_failed usage_failure(std::string message);

failure_report report_of(const videosdk::error& failure, std::string_view command);

/// One line on stderr: `videosdk <command>: <message>; <advice>`, or with `json` one object
/// `{"error":{"command":…,"exit":…,"code":…,"message":…}}`.
void tell_failure(const failure_report& report, std::string_view command, bool json);

/// What is worth knowing and no failure: a line as above, or `{"notice":{"command":…,"message":…}}`.
void tell_notice(const std::string& message, std::string_view command, bool json);

} // namespace videosdk_cli
