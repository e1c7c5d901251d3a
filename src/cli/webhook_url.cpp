// Minting webhook URLs.
#include "webhook_url.hpp"

#include "failure.hpp"
#include "input.hpp"

#include <videosdk/credentials.hpp>

#include <CLI/CLI.hpp>
#include <chrono>

namespace videosdk_cli {

namespace auth = videosdk::auth;

void add_token_keys(CLI::App& command, token_key_options& options)
{
    command
        .add_option("--token-keys-file", options.file,
                    "The deployment's webhook_options::token_keys, one a line [derived from VIDEOSDK_SECRET]")
        ->type_name("FILE");
}

std::vector<std::string> token_keys_in(const token_key_options& options)
{
    return options.file.empty() ? std::vector<std::string>()
                                : lines_of(read_input("--token-keys-file", options.file));
}

auth::correlation_keys correlation_keys_of(const token_key_options& options)
{
    if (!options.file.empty()) {
        auto keys = auth::correlation_keys::from_keys(token_keys_in(options));
        if (keys.has_error()) {
            throw usage_failure("--token-keys-file: " + keys.error().info().detail);
        }
        return *keys;
    }
    try {
        return auth::correlation_keys::from_secret(videosdk::credentials::from_environment().secret());
    } catch (const videosdk::error& failure) {
        throw command_failed(failure_report(exit_usage, "invalid_credentials", failure.info().detail,
                                            "correlation tokens need it, or the keys by --token-keys-file"));
    }
}

void check_owner(std::string_view option, const std::string& owner)
{
    if (!auth::is_valid_owner(owner)) {
        throw usage_failure(std::string(option) + ": must be 1 to 32 characters of a-z, 0-9 and '-'");
    }
}

std::string make_webhook_url(const auth::correlation_keys& keys, std::string_view base,
                             std::string_view owner)
{
    while (base.ends_with('/')) {
        base.remove_suffix(1);
    }
    const auto chance = auth::system_randomness();
    const std::string token =
        auth::mint_correlation_token(keys, owner, auth::make_boot(*chance), std::chrono::system_clock::now(),
                                     auth::random_bytes(*chance, 16));
    return std::string(base) + '/' + std::string(owner) + '/' + token;
}

} // namespace videosdk_cli
