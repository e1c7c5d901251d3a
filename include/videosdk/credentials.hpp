// Who we are to the API: key and secret, a token made elsewhere, or a function that returns tokens.
#pragma once

#include <videosdk/config.hpp>

#include <chrono>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace videosdk::inline v0 {

/// Where the tokens come from.
enum class credentials_kind : std::uint8_t { none = 0, key_and_secret, fixed_token, token_function };

VIDEOSDK_DECL std::string_view to_string(credentials_kind value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, credentials_kind value);

/// Credentials for the `Authorization` header, which the API wants as the raw JWT, without `Bearer`.
///
/// Default-constructed it holds none, and every call fails with errc::invalid_credentials before anything is
/// sent.
class VIDEOSDK_DECL credentials {
public:
    credentials();

    /// Tokens are minted from an API key and its secret, kept, and renewed before they expire.
    /// `lifetime` is from 2 minutes to 30 days. Tokens are dated back and renewed early so that a clock which
    /// is up to 5 minutes off at either side does no harm (where the lifetime is long enough: from 15 minutes
    /// on). Throws error (errc::invalid_credentials) naming what is missing.
    static credentials key_and_secret(std::string key, std::string secret,
                                      std::chrono::seconds lifetime = std::chrono::hours(24));

    /// A JWT minted elsewhere. Throws error (errc::invalid_credentials) when it is empty, starts with `Bearer
    /// ` or `Basic `, or holds blanks, line ends or other bytes that cannot stand in a header; the message
    /// names the cause and never the token.
    static credentials token(std::string jwt);

    /// `function` is called on the client's executor before every exchange, and must return fast: keep the
    /// token inside. What it returns is checked like a token(); what it throws fails the call with
    /// errc::invalid_credentials.
    static credentials token_function(std::function<std::string()> function);

    /// key_and_secret() from VIDEOSDK_API_KEY and VIDEOSDK_SECRET, as the official SDKs do. Throws error
    /// (errc::invalid_credentials) naming the variable that is not set or empty.
    static credentials from_environment();

    /// Which of the functions above made it; none when default-constructed.
    credentials_kind kind() const noexcept { return kind_; }
    /// Empty but for key_and_secret.
    const std::string& key() const noexcept { return key_; }
    /// The secret, the token; empty otherwise. Never print it.
    const std::string& secret() const noexcept { return secret_; }
    /// Of each token that is minted; 0 but for key_and_secret.
    std::chrono::seconds lifetime() const noexcept { return lifetime_; }
    /// What returns the tokens; empty but for token_function.
    const std::function<std::string()>& function() const noexcept { return function_; }

private:
    credentials_kind kind_ = credentials_kind::none;
    std::string key_;
    std::string secret_;
    std::chrono::seconds lifetime_{};
    std::function<std::string()> function_;
};

/// The kind, and the key's first characters; never a secret.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const credentials& value);

} // namespace videosdk::inline v0
