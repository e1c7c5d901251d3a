// What every command that calls the API takes, and the client options that come of it.
#pragma once

#include <videosdk/client_options.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace videosdk_cli {

struct api_options {
    std::string endpoint;   ///< Empty: VIDEOSDK_API_ENDPOINT, else the vendor's.
    std::string ca_file;    ///< Empty: the system's roots.
    std::string token_file; ///< Empty: key and secret of the environment.
    std::optional<std::chrono::nanoseconds> timeout;
    bool json = false;
};

void add_json(CLI::App& command, bool& json);

/// `timeout_of` says what --timeout bounds, and its default.
void add_api_options(CLI::App& command, api_options& options,
                     const std::string& timeout_of = "Of each call to the API [30s]");

/// Throws command_failed (usage) where there are no credentials.
videosdk::client_options client_options_of(const api_options& options);

} // namespace videosdk_cli
