// Correlation tokens: the last segment of a webhook URL, checked by every process of a deployment without
// state.
#pragma once

#include "auth/random_source.hpp"

#include <videosdk/error.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0::auth {

/// The key ring: the first signs, all verify.
class correlation_keys {
public:
    correlation_keys() = default;
    /// Each at least 16 bytes; errc::invalid_argument otherwise.
    static result<correlation_keys> from_keys(std::vector<std::string> keys);
    /// Derived from the account's secret (HMAC with a fixed label), so that every process of the account has
    /// the same. Empty when the secret is.
    static correlation_keys from_secret(std::string_view secret);

    bool empty() const noexcept { return keys_.empty(); }
    const std::vector<std::string>& keys() const noexcept { return keys_; }

private:
    std::vector<std::string> keys_;
};

struct correlation_token {
    correlation_token() = default;

    std::string boot;                                ///< Lower-case base32.
    std::chrono::system_clock::time_point minted_at; ///< To whole seconds.
    std::string text;                                ///< `v1-<boot>-<mint time>-<128 random bits>-<mac>`
};

/// A random boot id: 80 bits as 16 characters of base32.
std::string make_boot(random_source& chance);

/// The token, always 82 characters. `owner` is `[a-z0-9-]{1,32}`, `boot` comes from make_boot(), `random` is
/// 16 bytes. Throws error (errc::invalid_argument) where one is not, or there is no key.
std::string mint_correlation_token(const correlation_keys& keys, std::string_view owner,
                                   std::string_view boot, std::chrono::system_clock::time_point now,
                                   std::string_view random);

/// The token, if its mac fits owner and text under one of the keys; one constant-time compare per key.
std::optional<correlation_token> check_correlation_token(const correlation_keys& keys, std::string_view owner,
                                                         std::string_view text);

/// Whether `owner` is `[a-z0-9-]{1,32}`.
bool is_valid_owner(std::string_view owner) noexcept;

} // namespace videosdk::inline v0::auth
