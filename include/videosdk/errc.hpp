// The error codes of the library, the conditions to compare them with, and what a call did at the provider.
#pragma once

#include <videosdk/config.hpp>

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/error_condition.hpp>

#include <cstdint>
#include <iosfwd>
#include <string_view>
#include <type_traits>

namespace videosdk::inline v0 {

/// What happened to one exchange (one HTTP request and its response on one connection).
enum class outcome : std::uint8_t {
    not_sent = 1, ///< No byte of the request reached the socket.
    ambiguous,    ///< Bytes left, and no whole answer came back.
    answered      ///< A whole HTTP response came back.
};

/// What a call did at the provider.
enum class effect : std::uint8_t {
    none = 1, ///< Nothing: not sent, 400 to 404, 429, or `success:false`.
    known,    ///< What the answer says.
    unknown   ///< It may have happened: ambiguous, 408, 409, 5xx, a malformed answer, an HTML page.
};

/// Error codes of the library, in the category returned by videosdk_category().
enum class errc {
    // The call was wrong; nothing was sent.
    invalid_argument = 1, ///< A field of the request or of the options is missing or out of range.
    invalid_credentials,  ///< No credentials, or ones that cannot be put into a header.
    invalid_endpoint,     ///< The endpoint URL is not an http or https URL.
    // The network failed.
    timeout,          ///< The deadline passed before a byte of the request left.
    response_timeout, ///< The deadline passed after the request (or a part of it) had left.
    resolve_failed,   ///< The host name could not be resolved.
    connect_failed,   ///< No address of the host accepted a connection, or the proxy opened no tunnel to it.
    tls_failed,       ///< The TLS handshake failed: certificate, host name, protocol version.
    connection_lost,  ///< The connection ended after bytes of the request had left.
    connection_stale, ///< The connection ended before a byte of the request left.
    pool_exhausted,   ///< More calls wait for a connection than pool_options::max_waiting.
    closed,           ///< The client, hub, receiver or listener was closed before the call.
    // The answer was not what the API promises.
    malformed_response,  ///< The bytes of the answer are not HTTP.
    response_too_large,  ///< Head or body of the answer is beyond the limit.
    truncated_response,  ///< The connection ended in the middle of the answer.
    unexpected_response, ///< HTTP is right, but the body is not what the API documents (HTML, empty, other
                         ///< JSON).
    // The API said no.
    bad_request,       ///< 400: validation.
    unauthorized,      ///< 401: token or account.
    payment_required,  ///< 402: the API's other "not found", kept apart from 404.
    forbidden,         ///< 403: not permitted.
    not_found,         ///< 404.
    request_timeout,   ///< 408.
    conflict,          ///< 409.
    rate_limited,      ///< 429.
    client_error,      ///< Any other 4xx.
    server_error,      ///< 5xx.
    unexpected_status, ///< A status below 200 or a 3xx.
    rejected,          ///< HTTP 2xx with `success:false`.
    short_grant,       ///< Fewer units than asked for; error::granted() holds those that came.
    release_refused,   ///< The provider refused to release this one unit (it was not idle).
    // Waiting.
    status_unreachable, ///< The awaited status can no longer become true.
    wait_timeout,       ///< The deadline of a wait passed.
    ambiguous,          ///< It could not be found out what an attempt did.
    // Webhooks and servers.
    signature_invalid, ///< A webhook's signature does not match.
    token_invalid,     ///< A correlation token or JWT is malformed, expired or not signed by our keys.
    address_in_use,    ///< The listener's address is taken.
    listen_failed,     ///< The listener could not be started for another reason.
    // Leases.
    limit_reached, ///< lease_manager_options::max_units are held already.
    not_ours,      ///< The unit bears no token of this owner.
    no_tenure,     ///< lease_manager_options::acts_within does not last for the call; nothing was sent.
};

/// Groups of error codes to compare with: `if (e.code() == videosdk::condition::retryable)`.
enum class condition {
    timeout = 1, ///< timeout, response_timeout, wait_timeout.
    /// Nothing was done, and the same call may succeed later: resolve_failed, connect_failed,
    /// connection_stale, pool_exhausted, timeout, wait_timeout, rate_limited, no_tenure. What may have been
    /// done already is not among them: after `ambiguous`, calling acquire again can buy twice.
    retryable,
    not_found,    ///< 402 and 404.
    unauthorized, ///< 401, and invalid_credentials.
    rate_limited, ///< 429.
    /// Codes after which the provider may have acted. error::ambiguous() knows more: of a get none is, and a
    /// cancelled call may be.
    ambiguous,
    invalid_input, ///< The call itself was wrong and must be changed: invalid_*, 400.
    network,       ///< No whole HTTP answer came: resolve, connect, TLS, lost, timeouts.
    client_error,  ///< Any 4xx.
    server_error,  ///< Any 5xx.
};

/// The category of errc, named `videosdk`. There is one in the process.
VIDEOSDK_DECL const boost::system::error_category& videosdk_category() noexcept;
/// The category of condition, named `videosdk.condition`. There is one in the process.
VIDEOSDK_DECL const boost::system::error_category& condition_category() noexcept;

/// Found by Boost, which makes an error_code of an errc where one is wanted.
inline boost::system::error_code make_error_code(errc e) noexcept
{
    return {static_cast<int>(e), videosdk_category()};
}

/// Found by Boost, which makes an error_condition of a condition where one is wanted.
inline boost::system::error_condition make_error_condition(condition c) noexcept
{
    return {static_cast<int>(c), condition_category()};
}

/// The enumerator's own name, `"timeout"`; `"unknown"` for a value that is none.
VIDEOSDK_DECL std::string_view to_string(errc value) noexcept;
VIDEOSDK_DECL std::string_view to_string(condition value) noexcept;
VIDEOSDK_DECL std::string_view to_string(outcome value) noexcept;
VIDEOSDK_DECL std::string_view to_string(effect value) noexcept;

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, errc value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, condition value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, outcome value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, effect value);

} // namespace videosdk::inline v0

template <>
struct boost::system::is_error_code_enum<videosdk::errc> : std::true_type {};

template <>
struct boost::system::is_error_condition_enum<videosdk::condition> : std::true_type {};
