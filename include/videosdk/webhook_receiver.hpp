// Webhooks in, verdicts out: checks each request and publishes what is genuine. Has no sockets.
#pragma once

#include <videosdk/client.hpp>
#include <videosdk/event_hub.hpp>
#include <videosdk/signature.hpp>
#include <videosdk/transport.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

class receiver_core;

/// Options of a receiver. Set member by member.
class VIDEOSDK_DECL webhook_options {
public:
    webhook_options();

    /// Where the provider reaches this receiver from outside: http or https, no query, fragment or user. With
    /// owner and token appended at most 255 bytes.
    std::string public_url;
    /// The deployment's name in every webhook URL, `[a-z0-9-]{1,32}`.
    std::string owner = "videosdk";
    /// Signing keys of correlation tokens, each at least 16 bytes: the first signs, all verify. Empty:
    /// derived from the client's secret (then the client must have key and secret).
    std::vector<std::string> token_keys;
    /// The provider's public keys as PEM: one block, or several after each other while the provider changes
    /// its key, at most 16, of which any may fit. Empty: fetched through the client when the first webhook
    /// comes, and kept; when the provider changes it, the ones before stay valid for 10 minutes each. Give it
    /// to do without the fetch, and to be told of a forgery at once.
    std::string public_key_pem;
    std::size_t max_body = 64 * 1024; ///< Bytes.
    /// Fetching the key again after a signature did not fit: at most once in this time, at most 24 h. A fetch
    /// is one request. While there is no key at all, a fetch that failed is begun anew after 1 s, then 2 s, 4
    /// s … up to this.
    std::chrono::nanoseconds key_refetch_interval = std::chrono::minutes(1);
};

/// One incoming request; views are read before accept() returns, and copied where needed later.
struct webhook_request {
    std::string_view method = {}; ///< `POST`, as it came.
    std::string_view target = {}; ///< Path, perhaps with a prefix that a proxy left in place.
    std::span<const header_view> headers =
        {}; ///< All of them: content-type, content-length and videosdk-signature are read.
    std::string_view body = {}; ///< Raw, as it came.
};

static_assert(std::is_trivially_destructible_v<webhook_request> && std::is_aggregate_v<webhook_request>);

/// Without keys.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const webhook_options& value);
/// Method and sizes: path, headers and body hold the token and what is not checked yet.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const webhook_request& value);

/// What to answer.
struct VIDEOSDK_DECL webhook_verdict {
    unsigned status = 0;                                  ///< 200, 400, 401, 404, 405, 413, 415, 421, 503.
    std::optional<std::chrono::seconds> retry_after = {}; ///< With 503: the value of `Retry-After` to send.
    const char* reason = "";                              ///< Why, for logs and counters: a static text.
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const webhook_verdict& value);

/// How requests were judged so far.
struct receiver_counts {
    std::uint64_t accepted = 0;      ///< Answered 200.
    std::uint64_t repetitions = 0;   ///< Of these, ones that changed nothing.
    std::uint64_t bad_request = 0;   ///< Method, media type, size, JSON, shape.
    std::uint64_t bad_token = 0;     ///< Path without a token of ours.
    std::uint64_t bad_signature = 0; ///< 401.
    std::uint64_t unavailable = 0;   ///< 503.
    std::uint64_t key_fetches = 0;   ///< GETs of the provider's key that were begun.
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const receiver_counts& value);

/// How a receiver calls itself.
struct self_test_options {
    std::chrono::nanoseconds timeout = std::chrono::seconds(10); ///< Of all of it; positive, at most 24 h.
    /// Whom to trust behind an https public_url. Null: as client_options::tls says, but its client
    /// certificate, which is for the API. The way there is client_options::proxy's.
    const tls_options* tls = nullptr;
};

static_assert(std::is_trivially_destructible_v<self_test_options> && std::is_aggregate_v<self_test_options>);

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const self_test_options& value);

/// What webhook_receiver::self_test() takes when it is told nothing.
inline constexpr self_test_options self_test_defaults = {};

/// Checks webhooks and publishes them to a hub. Behind a user's own server:
///
///     auto verdict = co_await receiver.accept({.method = …, .target = …, .headers = …, .body = …});
///
/// A valid signature proves that the provider sent a webhook, not that it was meant for you (its key is the
/// same for all accounts); the token in the path proves that.
class VIDEOSDK_DECL webhook_receiver {
public:
    /// Keeps the states of client and hub, not the objects, which may be moved or destroyed; without them
    /// events are answered 503. Throws error (errc::invalid_argument) naming the option.
    webhook_receiver(client& source, event_hub& hub, const webhook_options& options);
    webhook_receiver(webhook_receiver&&) noexcept;
    webhook_receiver& operator=(webhook_receiver&&) noexcept;
    /// Requests under way are still judged; so are those of a listener, which keeps the receiver's state.
    ~webhook_receiver();

    /// A new URL for `webhookUrl`, with a fresh correlation token: `<public_url>/<owner>/<token>`.
    /// Thread-safe. Throws error (errc::closed) when the receiver was moved from.
    std::string webhook_url() const;

    /// Judges one request and publishes what is genuine. Reads its arguments before it returns. Never throws
    /// for a bad request: that is a verdict. Checks, in this order:
    ///
    ///     405  the method is POST
    ///     404  the path ends in /<owner>/<token>, with a token of ours; a query after it is ignored
    ///     415  the content type is application/json, with or without parameters, or not given
    ///     413  the body, and its length as declared, are at most max_body; 400 when the two differ
    ///     401  there is one videosdk-signature, and it is the provider's over the raw body
    ///     400  the body is a webhook's
    ///     503  it was passed on, where the hub has a relay (event_relay)
    ///     503  the hub took it, and so did every handler (event_hub::handle), unless it is another process'
    ///     200  accepted, or a repetition
    ///
    /// A text that is no RSA signature (strict base64 of 256 to 2,048 bytes) is forged, whatever the key. A
    /// signature that does not fit a fetched key is no proof of a forgery, since the provider may have
    /// changed its key: the key is fetched anew, and where key_refetch_interval does not allow that yet, the
    /// verdict is 503 with the time until it does, as it is when no key could be fetched. 401 is said only
    /// against a key fetched after the request had come, or against public_key_pem. While a key is fetched,
    /// at most 256 requests of 4 MiB in all are held; one more is sent away for a second.
    ///
    /// May be awaited from any executor; signature and body are checked on it, the rest on the client's.
    /// Errors: operation_aborted. Cancelling before the hub has the event drops the request unjudged;
    /// afterwards it ends only the waiting for handlers, which go on.
    [[nodiscard]] asio::awaitable<webhook_verdict> accept(const webhook_request& request);

    /// Calls its own public_url as the provider would, and completes with the time there and back when the
    /// probe has come to this very receiver: whether through webhook_listener or a user's own server that
    /// calls accept(). The probe is a POST to a fresh webhook URL with a mark that nobody without the token
    /// keys can make; accept() answers it with 200, and with 421 where another process of the deployment
    /// sent it. It reaches no hub and no counter of webhooks. There is one attempt, on a connection of its
    /// own.
    ///
    /// Errors: errc::resolve_failed, connect_failed, tls_failed, connection_lost, timeout, response_timeout
    /// and the other errors of a transport, when nothing answered as HTTP; unexpected_response, with
    /// http_status(), when something else did: another server, a proxy that does not pass the path on, a
    /// redirect, another process of the deployment; invalid_argument (the timeout); closed (moved from, or
    /// the execution context is gone); operation_aborted. The text says what came back and what to look at.
    /// Cancelling closes the probe's connection.
    ///
    /// From any thread and executor; reads its arguments before it returns.
    ///
    ///     co_await receiver.self_test();                      // throws where no webhook would arrive
    [[nodiscard]] asio::awaitable<std::chrono::nanoseconds>
    self_test(const self_test_options& options = self_test_defaults);
    [[nodiscard]] asio::awaitable<result<std::chrono::nanoseconds>>
    try_self_test(const self_test_options& options = self_test_defaults);

    receiver_counts counts() const noexcept; ///< From any thread.

private:
    friend class receiver_access;
    std::shared_ptr<receiver_core> core_;
};

} // namespace videosdk::inline v0
