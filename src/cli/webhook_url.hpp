// Webhook URLs that this program's listen and sweep know again: `<base>/<owner>/<correlation token>`.
#pragma once

#include "auth/correlation_token.hpp"

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace videosdk_cli {

/// Which keys sign correlation tokens.
struct token_key_options {
    std::string file; ///< Empty: derived from VIDEOSDK_SECRET.
};

void add_token_keys(CLI::App& command, token_key_options& options);

/// Throws command_failed (usage) where there are none.
std::vector<std::string> token_keys_in(const token_key_options& options);
videosdk::auth::correlation_keys correlation_keys_of(const token_key_options& options);

/// Throws command_failed (usage) where it is none.
void check_owner(std::string_view option, const std::string& owner);

/// A URL with a fresh token, of a boot of its own.
std::string make_webhook_url(const videosdk::auth::correlation_keys& keys, std::string_view base,
                             std::string_view owner);

} // namespace videosdk_cli
