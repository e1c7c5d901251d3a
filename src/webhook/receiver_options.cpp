// Checks each option of a receiver, and says what is wrong with it.
#include "webhook/receiver_options.hpp"

#include "http/endpoint.hpp"

#include <string_view>
#include <utility>

namespace videosdk::inline v0::webhook {
namespace {

constexpr std::size_t longest_url = 255;
constexpr std::size_t token_size = 82;
constexpr std::size_t most_pinned = 16; // a forgery is held against each

[[noreturn]] void refuse(std::string detail)
{
    error_info info;
    info.call = "webhook_options";
    info.detail = std::move(detail);
    throw error(make_error_code(errc::invalid_argument), std::move(info));
}

void check_url(const webhook_options& options)
{
    const auto where = http::parse_endpoint(options.public_url);
    if (where.has_error()) {
        refuse("public_url: " + where.error());
    }
    const std::size_t size = base_url_of(options).size() + token_size;
    if (size > longest_url) {
        refuse("public_url: with owner and token a webhook URL would have " + std::to_string(size) +
               " bytes; at most 255 are allowed");
    }
}

void check_token_keys(const webhook_options& options, const client_core& source)
{
    if (!options.token_keys.empty()) {
        const auto keys = auth::correlation_keys::from_keys(options.token_keys);
        if (keys.has_error()) {
            refuse(keys.error().info().detail);
        }
    } else if (source.options().credentials.kind() != credentials_kind::key_and_secret) {
        refuse("token_keys: the client has no secret to derive a key from, so at least one key is needed");
    }
}

} // namespace

void validate(const webhook_options& options, const client_core* source, const hub_core* hub)
{
    if (source == nullptr || hub == nullptr || !source->executor()) {
        refuse("the client or the event_hub was moved from, or their execution context is gone");
    }
    if (!auth::is_valid_owner(options.owner)) {
        refuse("owner must be 1 to 32 characters of a-z, 0-9 and '-'");
    }
    check_url(options);
    check_token_keys(options, *source);
    static_cast<void>(pinned_keys_of(options));
    if (options.max_body == 0) {
        refuse("max_body must be at least 1");
    }
    if (options.key_refetch_interval <= std::chrono::nanoseconds(0) ||
        options.key_refetch_interval > std::chrono::hours(24)) {
        refuse("key_refetch_interval must be positive and at most 24 h");
    }
}

request_rules rules_of(const webhook_options& options, const client_core& source)
{
    request_rules out;
    if (options.token_keys.empty()) {
        out.keys = auth::correlation_keys::from_secret(source.options().credentials.secret());
    } else {
        auto keys = auth::correlation_keys::from_keys(options.token_keys);
        if (!keys) {
            throw keys.error(); // not value(), whose exception names this file's place on the disk
        }
        out.keys = *std::move(keys);
    }
    out.owner = options.owner;
    out.max_body = options.max_body;
    return out;
}

std::vector<public_key> pinned_keys_of(const webhook_options& options)
{
    constexpr std::string_view mark = "-----BEGIN ";
    std::vector<public_key> out;
    std::string_view rest = options.public_key_pem;
    while (!rest.empty()) {
        const std::size_t begin = rest.find(mark);
        const std::size_t next =
            begin == std::string_view::npos ? begin : rest.find(mark, begin + mark.size());
        const auto key = public_key::from_pem(rest.substr(0, next));
        if (key.has_error() || out.size() == most_pinned) {
            refuse("public_key_pem: block " + std::to_string(out.size() + 1) + ": " +
                   (key.has_error() ? key.error().info().detail : "at most 16 keys are taken"));
        }
        out.push_back(*key);
        rest = next == std::string_view::npos ? std::string_view() : rest.substr(next);
    }
    return out;
}

std::string base_url_of(const webhook_options& options)
{
    std::string_view url = options.public_url;
    while (url.ends_with('/')) {
        url.remove_suffix(1);
    }
    return std::string(url) + '/' + options.owner + '/';
}

} // namespace videosdk::inline v0::webhook
