// JSON Web Tokens of the VideoSDK API: minting and verifying (HS256, RFC 7515 and RFC 7519).
#pragma once

#include <videosdk/error.hpp>

#include <chrono>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

/// The claims of a VideoSDK token.
struct VIDEOSDK_DECL token_claims {
    token_claims();

    std::string api_key;                  ///< `apikey`.
    std::vector<std::string> permissions; ///< Default: `allow_join`, `allow_mod`.
    int version = 2;                      ///< Of the API.
    std::vector<std::string> roles; ///< Default: `crawler`, which server calls need; `rtc` cannot call them.
    std::string room_id;            ///< Optional.
    std::string participant_id;     ///< Optional.
    std::chrono::system_clock::time_point issued_at;  ///< `iat`; whole seconds count.
    std::chrono::system_clock::time_point expires_at; ///< `exp`; whole seconds count.
};

/// Without any signature; for logs.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const token_claims& value);

/// The signed token. Pure: `issued_at` and `expires_at` come from the claims, to whole seconds. Throws error
/// (errc::invalid_argument) when the key or the secret is empty, a claim is not UTF-8, or the token would
/// expire before it was issued.
VIDEOSDK_DECL std::string mint_token(const token_claims& claims, std::string_view secret);

/// A token for server calls, valid from now for `lifetime`.
VIDEOSDK_DECL std::string mint_token(std::string_view api_key, std::string_view secret,
                                     std::chrono::seconds lifetime = std::chrono::hours(24));

/// Checks shape, algorithm (exactly HS256), signature (in constant time) and expiry, in this order, and
/// returns the claims; `leeway` is allowed on `exp`, which is required, and on `nbf` where the token has one.
/// Of claims that are absent, lists and text are empty, the version is 0 and issued_at the epoch. The error
/// is errc::token_invalid and names the first check that failed.
VIDEOSDK_DECL result<token_claims> verify_token(std::string_view token, std::string_view secret,
                                                std::chrono::system_clock::time_point now,
                                                std::chrono::seconds leeway = std::chrono::seconds(0));

} // namespace videosdk::inline v0
