// How a client talks to the API: credentials, endpoint, TLS, proxy, pool, retries, limits.
#pragma once

#include <videosdk/credentials.hpp>
#include <videosdk/resource.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace videosdk::inline v0 {

class observer;

/// Whom to trust. The defaults verify chain and host name against the system's certificates.
struct VIDEOSDK_DECL tls_options {
    tls_options();

    std::string ca_file; ///< PEM file of trusted roots, instead of the system's.
    std::string ca_pem;  ///< Trusted roots as PEM text, beside ca_file or instead of the system's.
    /// PEM file of a certificate to show to a server that asks who is calling (mutual TLS), with the
    /// authorities between it and the server's roots behind it; or the same as PEM text, not both. Read and
    /// checked when the client is made: errc::tls_failed where it is no certificate or not of the key,
    /// errc::invalid_argument where there is no key beside it.
    std::string client_certificate_file;
    std::string client_certificate_pem; ///< The same as text.
    /// PEM file of its private key, without a passphrase; or the same as PEM text, not both. Never printed.
    std::string client_key_file;
    std::string client_key_pem; ///< The same as text.
    /// Accept any certificate of any host: for experiments only, whoever answers gets your token.
    bool insecure_accept_any_certificate = false;
};

/// An HTTP proxy between this machine and the API. TLS goes through it end to end: the proxy is asked for a
/// tunnel (CONNECT, RFC 9110, section 9.3.6), sees the API's host and port and no byte of a request, and the
/// certificate is checked against the API's host. A call that finds no way through it fails as not_sent.
struct VIDEOSDK_DECL proxy_options {
    proxy_options();

    /// `http://[user:password@]host:port`; empty: none. User and password are percent-decoded, sent to the
    /// proxy as Basic authentication, in the clear, and never printed.
    std::string url;
    /// Hosts that are reached without it, separated by commas or blanks: a name, also with a dot or an
    /// asterisk and a dot before it, stands for itself and all names below it; an address for itself; a
    /// network such as 10.0.0.0/8 or fd00::/8 for its addresses; an asterisk for all. A port behind a name or
    /// an address, after a colon (an IPv6 address in brackets), limits it to that port. Names are not
    /// resolved for this, and compared without case. This machine (localhost, 127.0.0.0/8, ::1) is always
    /// reached without it.
    std::string no_proxy;
};

/// The connections that a client keeps.
struct VIDEOSDK_DECL pool_options {
    pool_options();

    std::size_t max_connections = 64; ///< 1 to 65,535.
    /// Calls that may queue until another one gives its connection up; beyond, errc::pool_exhausted. 0: none.
    std::size_t max_waiting = 65'536;
    /// An idle connection is closed after this, or a second before the server's `Keep-Alive: timeout=` if
    /// that is shorter. The default lies below the 5 s of Node's HTTP server.
    std::chrono::nanoseconds idle_limit = std::chrono::seconds(4);
    /// A connection is not reused beyond this age.
    std::chrono::nanoseconds age_limit = std::chrono::minutes(30);
    /// Resolving, connecting, the proxy's answer and the TLS handshake together.
    std::chrono::nanoseconds connect_timeout = std::chrono::seconds(10);
    std::size_t max_response_head = 16 * 1024;       ///< Bytes, at least 1 KiB.
    std::size_t max_response_body = 8 * 1024 * 1024; ///< Bytes, at least 1 KiB.
};

/// When a call is sent again: only when repeating it does no harm (get, list, release), or no byte of it
/// reached a socket, or the answer itself proves that nothing was done: 429, and 401 where the client mints
/// its tokens and a fresh one may cure it. An acquire is not sent again in any other case once a byte of it
/// left.
struct VIDEOSDK_DECL retry_policy {
    retry_policy();

    std::uint32_t max_attempts = 3; ///< Exchanges, at least 1.
    /// Before attempt n + 1 a random time up to `min(backoff_base × 2^(n-1), backoff_cap)` passes ("full
    /// jitter"); a `Retry-After` is the lower bound.
    std::chrono::nanoseconds backoff_base = std::chrono::milliseconds(250);
    /// The longest of these times, but for a longer `Retry-After`. Positive.
    std::chrono::nanoseconds backoff_cap = std::chrono::seconds(8);
    /// What a client as a whole may add by sending again: n calls cause at most `budget_reserve +
    /// budget_ratio × n` further exchanges, so that an outage is not made worse: with these defaults a tenth
    /// and ten, and from a hundred calls on never more than a fifth. Beyond, a call ends with what its last
    /// exchange brought. Connections found stale cost nothing. Ratio 0 to 100.
    double budget_ratio = 0.1;
    double budget_reserve = 10; ///< Exchanges, 0 to 1,000,000; what a quiet client may spend at once.
};

/// What became of an acquire whose caller had given up.
struct VIDEOSDK_DECL unclaimed_grant {
    unclaimed_grant();

    std::string token; ///< The last segment of the path of the acquire's webhook URL.
    /// What was granted, as the answer told: billed until somebody releases it.
    std::vector<resource> resources;
    /// Whether there may be (more) resources that nobody could read of: list those whose webhook URL holds
    /// the token.
    bool unknown = false;
};

/// Options of a client. Set member by member.
class VIDEOSDK_DECL client_options {
public:
    client_options();

    /// Required: without any, each call fails with errc::invalid_credentials.
    videosdk::credentials credentials;
    /// https, or http on this machine; with or without a trailing `/v2`; without query, fragment or user.
    /// VIDEOSDK_API_ENDPOINT is read by endpoint_from_environment(), never behind your back.
    std::string endpoint = "https://api.videosdk.live";
    /// Lets `endpoint` be plain http on another machine than this one (localhost, 127.0.0.0/8, ::1 need no
    /// leave): for experiments only, whoever is on the way reads your token and may answer in the API's name.
    bool insecure_allow_plain_http = false;
    /// Whom to trust where the endpoint is https.
    tls_options tls;
    /// None unless you say so; proxy_from_environment() reads the usual variables. A plain http endpoint is
    /// tunnelled like one of https.
    proxy_options proxy;
    /// How many connections are kept, and for how long.
    pool_options pool;
    /// When a call is sent again.
    retry_policy retry;
    /// Of each call as a whole, unless call_options::timeout says otherwise. Positive.
    std::chrono::nanoseconds timeout = std::chrono::seconds(30);
    /// The value of `User-Agent`: printable ASCII without blanks at either end, at most 256 bytes.
    std::string user_agent = "videosdk-cpp/" VIDEOSDK_VERSION_STRING;
    /// Names and values to send with every request, beside the library's own; up to 8 KiB. A name is a token
    /// (RFC 9110, section 5.6.2) and none of the headers that the library sends itself or that would change
    /// what a message means, such as Host, Authorization, Content-Length or Accept-Encoding; a value is
    /// printable ASCII without blanks at either end. Values are never printed. A transport of your own is not
    /// given them.
    std::vector<std::pair<std::string, std::string>> headers;
    /// Set when the executor given to the client runs one handler at a time already (a strand, or an
    /// io_context that a single thread runs): saves the client's own strand.
    bool serial_executor = false;
    /// Told, on the client's executor, of a grant whose caller had given up: of a cancelled acquire whose
    /// request had left, once its answer has come, cannot come any more (the call's deadline, a lost
    /// connection, the end of the client: `unknown`), or could not be handed over. Not told where the
    /// provider did nothing. A grant that came when its caller was being cancelled is told here too, and the
    /// caller gets operation_aborted with effect::known. Without it such a grant is lost: prefer
    /// call_options::timeout to `acquire() || timer`. What it throws leaves io_context::run().
    std::function<void(const unclaimed_grant&)> on_unclaimed;
    /// Told of attempts, retries and connections, and of the events of the hubs made from the client:
    /// observer.hpp. May be empty, and costs nothing then.
    std::shared_ptr<videosdk::observer> observer;

    /// Throws error (errc::invalid_argument, invalid_endpoint) naming the first field that is out of range.
    /// The constructor of client calls it. Reads no file: what stands in those of `tls` is checked by the
    /// constructor (errc::tls_failed).
    void validate() const;
};

/// VIDEOSDK_API_ENDPOINT, or the default endpoint when it is not set.
VIDEOSDK_DECL std::string endpoint_from_environment();
/// The proxy of `https_proxy` or `HTTPS_PROXY` and the hosts of `no_proxy` or `NO_PROXY`; of two the one in
/// lower case. `http://` may be missing there. Nothing where they are not set. Read when it is called, never
/// behind your back.
VIDEOSDK_DECL proxy_options proxy_from_environment();

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const tls_options& value);
/// Without user and password.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const proxy_options& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const pool_options& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const retry_policy& value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const unclaimed_grant& value);
/// Without secrets.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const client_options& value);

} // namespace videosdk::inline v0
