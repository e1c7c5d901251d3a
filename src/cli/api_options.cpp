// --endpoint, --ca-file, --token-file, --timeout, --json.
#include "api_options.hpp"

#include "duration.hpp"
#include "failure.hpp"
#include "input.hpp"

#include <videosdk/error.hpp>

#include <CLI/CLI.hpp>

namespace videosdk_cli {
namespace {

constexpr std::size_t longest_token = 16'384;

videosdk::credentials credentials_of(const api_options& options)
{
    if (options.token_file.empty()) {
        return videosdk::credentials::from_environment();
    }
    std::vector<std::string> lines = lines_of(read_input("--token-file", options.token_file, longest_token));
    if (lines.size() != 1) {
        throw usage_failure("--token-file: must hold one line, the token");
    }
    return videosdk::credentials::token(std::move(lines.front()));
}

} // namespace

void add_json(CLI::App& command, bool& json)
{
    command.add_flag("--json", json, "One JSON object a line, with the wire's names; errors too, on stderr");
}

void add_api_options(CLI::App& command, api_options& options, const std::string& timeout_of)
{
    command
        .add_option("--endpoint", options.endpoint, "Of the API [VIDEOSDK_API_ENDPOINT, else the vendor's]")
        ->type_name("URL");
    command.add_option("--ca-file", options.ca_file, "PEM file of the roots to trust [the system's]")
        ->type_name("FILE");
    command
        .add_option("--token-file", options.token_file,
                    "Holds a token, to be used instead of VIDEOSDK_API_KEY and VIDEOSDK_SECRET; - is stdin")
        ->type_name("FILE");
    add_duration(command, "--timeout", options.timeout, timeout_of);
    add_json(command, options.json);
}

videosdk::client_options client_options_of(const api_options& options)
{
    videosdk::client_options out;
    try {
        out.credentials = credentials_of(options);
    } catch (const videosdk::error& failure) {
        throw command_failed(
            failure_report(exit_usage, "invalid_credentials", failure.info().detail,
                           "set VIDEOSDK_API_KEY and VIDEOSDK_SECRET, or give a token by --token-file"));
    }
    out.endpoint = options.endpoint.empty() ? videosdk::endpoint_from_environment() : options.endpoint;
    out.proxy = videosdk::proxy_from_environment();
    if (!options.ca_file.empty()) {
        out.tls.ca_pem = read_input("--ca-file", options.ca_file);
        if (out.tls.ca_pem.empty()) {
            throw usage_failure("--ca-file: is empty");
        }
    }
    if (options.timeout) {
        out.timeout = *options.timeout;
    }
    out.serial_executor = true;
    return out;
}

} // namespace videosdk_cli
