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
    /// The provider's public key as PEM. Empty: fetched through the client, and kept.
    std::string public_key_pem;
    std::size_t max_body = 64 * 1024; ///< Bytes.
    /// Fetching the key again after a signature did not fit: at most once in this time.
    std::chrono::nanoseconds key_refetch_interval = std::chrono::minutes(1);
};

/// One incoming request; views are read before accept() returns, and copied where needed later.
struct webhook_request {
    std::string_view method = {};
    std::string_view target = {}; ///< Path, perhaps with a prefix that a proxy left in place.
    std::span<const header_view> headers = {};
    std::string_view body = {}; ///< Raw, as it came.
};

static_assert(std::is_trivially_destructible_v<webhook_request> && std::is_aggregate_v<webhook_request>);

/// What to answer.
struct VIDEOSDK_DECL webhook_verdict {
    unsigned status = 0; ///< 200, 400, 401, 404, 405, 413, 415, 503.
    std::optional<std::chrono::seconds> retry_after = {};
    const char* reason = ""; ///< Why, for logs and counters: a static text.
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const webhook_verdict& value);

struct receiver_counts {
    std::uint64_t accepted = 0;    ///< Answered 200.
    std::uint64_t repetitions = 0; ///< Of these, ones that changed nothing.
    std::uint64_t bad_request = 0; ///< Method, media type, size, JSON, shape.
    std::uint64_t bad_token = 0;   ///< Path without a token of ours.
    std::uint64_t bad_signature = 0;
    std::uint64_t unavailable = 0; ///< 503.
    std::uint64_t key_fetches = 0;
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const receiver_counts& value);

/// Checks webhooks and publishes them to a hub. Behind a user's own server:
///
///     auto verdict = co_await receiver.accept({.method = …, .target = …, .headers = …, .body = …});
class VIDEOSDK_DECL webhook_receiver {
public:
    /// Throws error (errc::invalid_argument) naming the option.
    webhook_receiver(client& source, event_hub& hub, const webhook_options& options);
    webhook_receiver(webhook_receiver&&) noexcept;
    webhook_receiver& operator=(webhook_receiver&&) noexcept;
    ~webhook_receiver();

    /// A new URL for `webhookUrl`, with a fresh correlation token: `<public_url>/<owner>/<token>`.
    /// Thread-safe.
    std::string webhook_url() const;

    /// Never throws for a bad request: that is a verdict. May fetch the provider's key. From any thread.
    [[nodiscard]] asio::awaitable<webhook_verdict> accept(const webhook_request& request);

    receiver_counts counts() const noexcept; ///< From any thread.

private:
    friend class receiver_access;
    std::shared_ptr<receiver_core> core_;
};

} // namespace videosdk::inline v0
