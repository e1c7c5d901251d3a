// The embedded HTTP server for webhooks: a thin front of a webhook_receiver.
#pragma once

#include <videosdk/access_record.hpp>
#include <videosdk/latency_counts.hpp>
#include <videosdk/webhook_receiver.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

/// Options of a listener. Set member by member. Times are more than zero and at most 24 hours.
class VIDEOSDK_DECL listener_options {
public:
    listener_options();

    /// Addresses to listen on besides the constructor's, written like it: the listener starts on all of them
    /// or on none. IPv6 addresses take no IPv4 connections, so `0.0.0.0:8080` and `[::]:8080` go together.
    std::vector<std::string> more_addresses;
    std::string certificate_chain_pem; ///< With private_key_pem: serve HTTPS. Without both: plain HTTP.
    std::string private_key_pem;       ///< With certificate_chain_pem. Kept for as long as the listener is.
    /// At least 1. Beyond, a connection is answered 503 with `Retry-After: 1` and closed: its first bytes are
    /// awaited for two seconds, and so is its TLS handshake. While 64 connections are being told so, further
    /// ones are closed without an answer.
    std::size_t max_connections = 10'000;
    /// Of one client address, an IPv6 address counting by its first 64 bits: beyond, a connection is answered
    /// and closed as one beyond max_connections is. A trusted proxy's connections are not limited; of those
    /// its requests in progress are counted, by the address that it forwards, and answered 503 with
    /// `Retry-After: 1` beyond. 0: without limit, which is right behind a proxy that is not named in
    /// trusted_proxies, since all connections come from it.
    std::size_t max_connections_per_address = 0;
    /// Proxies in front of the listener, as addresses (`192.0.2.1`, `::1`) and networks (`10.0.0.0/8`,
    /// `2001:db8::/32`). When such a peer sends X-Forwarded-For, the client is the right-most address in it
    /// that is not itself a trusted proxy; where an entry on the way there is no address, the peer is. Nobody
    /// else's X-Forwarded-For is looked at.
    std::vector<std::string> trusted_proxies;
    /// A path for load balancers, such as `/healthz`: GET and HEAD are answered 200, without the receiver.
    /// While the listener drains, new connections are refused, and one that is still open is answered 503.
    /// Not the path of a webhook. Empty: none.
    std::string health_path;
    /// A path for Prometheus, such as `/metrics`: GET and HEAD are answered with to_prometheus() of the
    /// listener's and the receiver's counts, and with what more_metrics says, without the receiver. Whoever
    /// reaches the listener can read it: where that is the world, let the proxy in front keep it. Neither the
    /// path of a webhook nor health_path. Empty: none.
    std::string metrics_path;
    /// With metrics_path: awaited on the listener's executor for each answer, for what else is to be told;
    /// the texts of to_prometheus() may be put together, each kind once. Must fail by its own deadline rather
    /// than wait: handler_timeout holds here too. What it throws is answered 500. May be empty.
    ///
    ///     options.more_metrics = [&]() -> asio::awaitable<std::string> {
    ///         const auto counts = co_await leases.counts();
    ///         co_return videosdk::to_prometheus(counts);
    ///     };
    std::function<asio::awaitable<std::string>()> more_metrics;
    std::size_t max_head = 8 * 1024;  ///< Bytes, 128 to 1 MiB.
    std::size_t max_body = 64 * 1024; ///< Bytes, 1 to 1 GiB.
    /// Bytes that the requests of all connections together may hold beyond the first 8 KiB of each (max_head,
    /// where that is more), until they are answered: a request that needs more than is left is answered 503,
    /// with `Retry-After: 1`, and its connection closed. At least max_body.
    std::size_t max_body_memory = std::size_t(16) * 1024 * 1024;
    std::chrono::nanoseconds head_timeout = std::chrono::seconds(5); ///< First byte of a head to its last.
    std::chrono::nanoseconds request_timeout =
        std::chrono::seconds(15); ///< First byte to the last of the body.
    /// Until the receiver's verdict; then the request is answered 503 with `Retry-After: 1`, its connection
    /// is closed, and the waiting for the verdict cancelled, as webhook_receiver::accept() says.
    std::chrono::nanoseconds handler_timeout = std::chrono::seconds(30);
    std::chrono::nanoseconds write_timeout = std::chrono::seconds(15); ///< Until the answer was taken.
    std::chrono::nanoseconds idle_timeout =
        std::chrono::seconds(60); ///< Between requests; also for the TLS handshake.
    /// Told of each answer, on the listener's executor, which waits for it: hand the record on, and return.
    /// It holds no token, signature or body. What the hook throws is swallowed, and counted as log_failures.
    /// No call begins after the listener was stopped or destroyed on its executor; where another thread does
    /// that, a call may be under way there, so what the hook uses must outlive it, or be shared with it.
    std::function<void(const access_record&)> on_access;
    bool serial_executor = false; ///< As in client_options: without, the listener makes a strand.

    /// Throws error (errc::invalid_argument) naming the field that is out of range.
    void validate() const;
};

/// Without the private key.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const listener_options& value);

/// What a listener has done so far, and what it holds now.
struct listener_counts {
    std::uint64_t connections_accepted = 0;        ///< Those that were shed included.
    std::uint64_t connections_open = 0;            ///< Now.
    std::uint64_t connections_shed = 0;            ///< Answered 503, or closed, because there were too many.
    std::uint64_t connections_shed_by_address = 0; ///< Of these, because of their address.
    std::uint64_t accept_errors = 0;               ///< Out of descriptors or memory, mostly; outlived.
    std::uint64_t handshakes_failed = 0;           ///< By the peer; without those that timed out.
    std::uint64_t requests = 0;                    ///< Passed to the receiver, or for metrics_path.
    std::uint64_t metrics_reads = 0;               ///< Of these, for metrics_path.
    /// Answered 503: forwarded ones because of their address, others because max_body_memory was in use.
    std::uint64_t requests_shed = 0;
    std::uint64_t health_checks = 0;  ///< Requests for health_path.
    std::uint64_t refused = 0;        ///< Not HTTP as it should be, or too large: the sum of the next two.
    std::uint64_t refused_heads = 0;  ///< As refusal_cause::bad_head.
    std::uint64_t refused_bodies = 0; ///< As refusal_cause::bad_body.
    std::uint64_t timed_out = 0;      ///< The sum of the next five; ends of idle connections are not counted.
    std::uint64_t timed_out_handshakes = 0; ///< TLS handshakes that did not end within idle_timeout.
    std::uint64_t timed_out_heads = 0;      ///< As refusal_cause::head_timeout.
    std::uint64_t timed_out_bodies = 0;     ///< As refusal_cause::body_timeout.
    std::uint64_t timed_out_handlers = 0;   ///< As refusal_cause::handler_timeout.
    std::uint64_t timed_out_writes = 0;     ///< As refusal_cause::write_timeout.
    std::uint64_t log_failures = 0;         ///< What on_access has thrown.
    std::uint64_t verified = 0;    ///< Webhooks that the receiver accepted, whichever server brought them.
    std::uint64_t repetitions = 0; ///< Of these, ones that changed nothing.
    /// Of `requests`, those whose answer the socket took whole, overdue ones (503)
    /// included: from a request's last byte to its answer's last. Refused, shed and unfinished requests and
    /// health checks are not in it.
    latency_counts latency = {};
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const listener_counts& value);

/// Listens for webhooks and answers with the receiver's verdicts: the status, `{"success":true}` or
/// `{"success":false}`, and Retry-After. Why a request was refused stands in the receiver's counts and in
/// access records, never in the answer.
///
/// With a max_head of 8 KiB or less, a plain connection costs at most 16 KiB of memory while it is idle or
/// its request is unfinished, besides what max_body_memory gives it. Over TLS it costs more, as measured with
/// OpenSSL 3.0: 127 KiB in all until its handshake has ended, then 88 KiB when idle.
///
/// Keeps the receiver's state alive. May be destroyed from any thread,
/// and outlive its io_context.
class VIDEOSDK_DECL webhook_listener {
public:
    /// `address` is `host:port` with a numeric host (`0.0.0.0:8080`, `[::1]:8080`) or `localhost`; port 0
    /// takes a free one. Throws error (errc::invalid_argument) naming the option.
    webhook_listener(asio::any_io_executor executor, webhook_receiver& receiver, std::string address,
                     const listener_options& options = listener_options());
    webhook_listener(webhook_listener&&) noexcept;
    webhook_listener& operator=(webhook_listener&&) noexcept;
    /// Stops.
    ~webhook_listener();

    /// Binds and begins to accept, on every address or, when it throws, on none. Throws error:
    /// errc::address_in_use, listen_failed, invalid_argument, naming the address; invalid_argument for a
    /// certificate or key that cannot be used, or when it was started before; closed after stop() or drain(),
    /// and when moved from. From any thread.
    void start();
    /// Stops accepting and closes every connection. From any thread.
    void stop() noexcept;

    /// Ends without losing a webhook: accepts what waits in the queues and stops accepting, closes
    /// connections that are idle between requests, answers requests in progress with `Connection: close`. A
    /// connection that has not sent anything yet is given head_timeout to begin.
    ///
    /// Completes when no connection is left, with 0; or when `timeout` (0 to 24 hours) has passed: the rest
    /// is closed then, and the number of requests in progress that were cut is returned. The listener is
    /// stopped afterwards. Of several drains the earliest timeout counts; all complete together.
    ///
    /// From any thread and executor. Errors: errc::invalid_argument (the timeout), errc::closed (moved from,
    /// or the execution context is gone); operation_aborted, when cancelled or when the listener is
    /// destroyed. Cancelling before the await begins does nothing else; afterwards it ends this wait only:
    /// the listener goes on draining, and closes the rest at the timeout. stop() completes it at once, with
    /// the requests that it cut.
    ///
    ///     const std::size_t cut = co_await listener.drain(std::chrono::seconds(20));
    [[nodiscard]] asio::awaitable<std::size_t> drain(std::chrono::nanoseconds timeout);

    /// Takes another certificate for connections accepted from now on; open ones keep theirs, and live on.
    /// Chain and key are PEM text, as in listener_options, and are read before the function returns. From
    /// any thread. Throws error: errc::invalid_argument when the listener serves plain HTTP, or naming the
    /// part that is wrong, the listener then keeping what it has; errc::closed after stop(), and when moved
    /// from.
    void reload_certificate(std::string_view certificate_chain_pem, std::string_view private_key_pem);

    /// The port bound by start(), of the constructor's address.
    std::uint16_t port() const noexcept;
    /// The ports bound by start(): the constructor's address, then more_addresses in their order. Empty
    /// before. From any thread.
    std::vector<std::uint16_t> ports() const;
    listener_counts counts() const noexcept; ///< From any thread.

private:
    class state;
    std::shared_ptr<state> state_;
};

} // namespace videosdk::inline v0
