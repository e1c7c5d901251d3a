// A small HTTP/1 server, shared by the webhook listener and the emulator: bounded, with absolute deadlines,
// plain or TLS.
#pragma once

#include "http/head.hpp"

#include <videosdk/access_record.hpp>
#include <videosdk/error.hpp>
#include <videosdk/latency_counts.hpp>
#include <videosdk/scheduler.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace videosdk::inline v0::http {

/// One request as the handler sees it. Views live until the handler's awaitable has completed.
///
/// A handler that is overdue (server_options::handler_timeout), or in progress when the server stops, gets a
/// terminal cancellation; its answer is no longer sent.
struct server_request {
    std::string_view method;
    std::string_view target;
    std::span<const header_view> headers;
    std::string_view body;
    std::string_view peer; ///< `127.0.0.1:4711` or `[::1]:4711`.

    /// The first header of that name, compared without case.
    std::optional<std::string_view> header(std::string_view name) const noexcept;
};

struct server_response {
    server_response();
    server_response(unsigned status, std::string body, std::string content_type = "application/json");

    unsigned status = 200; ///< 200 to 599; anything else is answered with 500, as is a header that is none.
    std::string content_type; ///< Empty: none is sent.
    std::string body;
    std::vector<std::pair<std::string, std::string>>
        headers;             ///< Besides the framing ones, which are the server's own.
    bool close = false;      ///< Close the connection after this answer.
    bool drop = false;       ///< Close the connection at once, without a byte of this answer.
    const char* reason = ""; ///< Why this is a refusal, for the access log: a static text, never sent.
};

struct server_tls {
    server_tls();
    std::string certificate_chain_pem;
    std::string private_key_pem;
};

struct server_options {
    server_options();

    std::string name = "server"; ///< Stands in error messages: `webhook_listener`, `emulator`.
    /// The public type that these were made from, for errors about options, which name members by their last
    /// name: `listener_options`. Empty: name stands in them too.
    std::string type;
    head_limits head;
    std::size_t max_body = 64 * 1024;
    /// Bytes that the requests of all connections may hold beyond the first 8 KiB (or max_head, where that is
    /// more) of each, until they are answered: one that needs more is answered 503. At least max_body.
    std::size_t max_body_memory = std::size_t(16) * 1024 * 1024;
    /// Beyond, a connection is answered 503 and closed, or closed at once where many are being told so.
    std::size_t max_connections = 10'000;
    /// Of one client address; an IPv6 address counts by its first 64 bits. Beyond, a connection is answered
    /// 503 and closed. Of a trusted proxy's connections, requests in progress are counted instead, by the
    /// address that it forwards; beyond, they are answered 503. 0: without limit.
    std::size_t max_connections_per_address = 0;
    /// Proxies whose X-Forwarded-For is believed: addresses and networks.
    std::vector<std::string> trusted_proxies;
    std::vector<std::string> more_addresses; ///< To listen on, besides the one given to the constructor.
    /// A path that is answered without the handler: 200, or 503 while the server drains. Empty: none.
    std::string health_path;
    /// Told of each answer, on the executor; `path` is the target's, to the letter and with its query. What
    /// it throws is swallowed and counted.
    std::function<void(const access_record&)> on_access;
    std::chrono::nanoseconds head_timeout = std::chrono::seconds(5); ///< First byte of a head to its last.
    std::chrono::nanoseconds request_timeout =
        std::chrono::seconds(15); ///< First byte to the last of the body.
    std::chrono::nanoseconds handler_timeout = std::chrono::seconds(30); ///< Then 503, and cancelled.
    std::chrono::nanoseconds write_timeout = std::chrono::seconds(15);
    std::chrono::nanoseconds idle_timeout =
        std::chrono::seconds(60); ///< Between requests; also for the TLS handshake.
    std::optional<server_tls> tls;
    std::shared_ptr<scheduler> time; ///< Of a test. None: the clock, by one Asio timer.
};

struct server_counts {
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_open = 0; ///< Now; those whose handler has not come back are among them.
    std::uint64_t connections_shed =
        0; ///< Answered 503, or closed, because there were too many, of all or of an address.
    std::uint64_t connections_shed_by_address = 0; ///< Of these, because of their address.
    std::uint64_t accept_errors = 0;               ///< Out of descriptors or memory, mostly.
    std::uint64_t handshakes = 0;                  ///< TLS handshakes that succeeded.
    std::uint64_t handshakes_failed = 0;
    std::uint64_t requests = 0;      ///< Passed to the handler.
    std::uint64_t requests_shed = 0; ///< Answered 503: of proxies, because of their address; too many bytes.
    std::uint64_t health_checks = 0;
    std::uint64_t refused = 0; ///< By check_head or the body reader.
    std::uint64_t refused_heads = 0;
    std::uint64_t refused_bodies = 0;
    std::uint64_t timed_out = 0; ///< Ended by a deadline, save those that were idle between requests.
    std::uint64_t timed_out_handshakes = 0;
    std::uint64_t timed_out_heads = 0;
    std::uint64_t timed_out_bodies = 0;
    std::uint64_t timed_out_handlers = 0;
    std::uint64_t timed_out_writes = 0;
    std::uint64_t log_failures = 0; ///< What on_access has thrown.
    latency_counts latency;         ///< Of requests passed to the handler, from their last byte to the last
                                    ///< of an answer that was taken whole; overdue ones included.
};

/// Throws error naming the first option that is out of range.
void validate(const server_options& options);
/// Of a path that is answered without what webhooks go through; `name` is the option's.
void require_path(const server_options& options, const std::string& path, const char* name);

class server_core;

/// Everything runs on `executor`, which must be serial (a strand, or one thread's). start() binds and throws
/// error (errc::address_in_use, errc::listen_failed, errc::invalid_argument) naming the server and the
/// address; it listens on all of its addresses or on none. Destroying it closes every connection; stop() does
/// the same and may be called from any thread. No handler is called afterwards. Neither outlives its
/// io_context in a harmful way: sockets and executors are dropped by a service of the execution context.
class server {
public:
    using handler = std::function<asio::awaitable<server_response>(const server_request&)>;

    /// `address` is `host:port`, with a numeric host (`0.0.0.0`, `[::1]`) or `localhost`; port 0 takes a free
    /// one. An IPv6 address takes no IPv4 connections: `0.0.0.0:80` and `[::]:80` may both be given.
    server(asio::any_io_executor executor, std::string address, server_options options, handler handle);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    void start();
    void stop() noexcept;
    /// Stops accepting once what waits in the queues was accepted, closes connections that are idle between
    /// requests, answers the others with `Connection: close`, and completes when none is left or `timeout`
    /// has passed: with the number of requests in progress that were cut then. A new connection that has sent
    /// nothing is given head_timeout to begin. The server is stopped afterwards.
    ///
    /// From any thread. Errors: errc::invalid_argument (timeout), errc::closed (the execution context is
    /// gone), operation_aborted. Cancelling ends this wait; the server goes on draining, and is stopped at
    /// the timeout all the same. stop() ends a drain at once; of several, the earliest timeout counts.
    asio::awaitable<std::size_t> drain(std::chrono::nanoseconds timeout);
    /// Takes another certificate for the connections accepted from now on. From any thread. Throws error
    /// (errc::invalid_argument) when the server has no TLS or the pair is wrong, (errc::closed) when it was
    /// stopped; then nothing has changed.
    void reload_certificate(const server_tls& material);
    /// After start(): the port that was bound, of the constructor's address.
    std::uint16_t port() const noexcept;
    /// After start(): the ports of all addresses, the constructor's first.
    std::vector<std::uint16_t> ports() const;
    server_counts counts() const noexcept; ///< From any thread.

private:
    std::shared_ptr<server_core> core_;
};

} // namespace videosdk::inline v0::http
