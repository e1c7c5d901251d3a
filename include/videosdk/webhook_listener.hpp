// The embedded HTTP server for webhooks: a thin front of a webhook_receiver.
#pragma once

#include <videosdk/webhook_receiver.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace videosdk::inline v0 {

class VIDEOSDK_DECL listener_options {
public:
    listener_options();

    std::string certificate_chain_pem; ///< With private_key_pem: serve HTTPS. Without both: plain HTTP.
    std::string private_key_pem;
    std::size_t max_connections = 10'000;
    std::size_t max_head = 8 * 1024;                                 ///< Bytes.
    std::size_t max_body = 64 * 1024;                                ///< Bytes.
    std::chrono::nanoseconds head_timeout = std::chrono::seconds(5); ///< First byte of a head to its last.
    std::chrono::nanoseconds request_timeout =
        std::chrono::seconds(15); ///< First byte to the last of the body.
    std::chrono::nanoseconds handler_timeout = std::chrono::seconds(30); ///< Until the verdict; then 503.
    std::chrono::nanoseconds write_timeout = std::chrono::seconds(15);
    std::chrono::nanoseconds idle_timeout = std::chrono::seconds(60);
    bool serial_executor = false; ///< As in client_options.

    /// Throws error (errc::invalid_argument) naming the field that is out of range.
    void validate() const;
};

struct listener_counts {
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_open = 0; ///< Now.
    std::uint64_t connections_shed = 0; ///< Answered 503 because there were too many.
    std::uint64_t handshakes_failed = 0;
    std::uint64_t requests = 0;
    std::uint64_t refused = 0; ///< Not HTTP as it should be.
    std::uint64_t timed_out = 0;
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const listener_counts& value);

/// Listens for webhooks and answers with the receiver's verdicts: the status, `{"success":true}` or
/// `{"success":false}`, and Retry-After. Why a request was refused stands in the receiver's counts, never in
/// the answer. Keeps the receiver's state alive.
class VIDEOSDK_DECL webhook_listener {
public:
    /// `address` is `host:port` with a numeric host or `localhost`; port 0 takes a free one. Throws error
    /// (errc::invalid_argument) naming the option.
    webhook_listener(asio::any_io_executor executor, webhook_receiver& receiver, std::string address,
                     const listener_options& options = listener_options());
    webhook_listener(webhook_listener&&) noexcept;
    webhook_listener& operator=(webhook_listener&&) noexcept;
    /// Stops.
    ~webhook_listener();

    /// Binds and begins to accept. Throws error: errc::address_in_use, listen_failed, naming the address.
    void start();
    /// Stops accepting and closes every connection. From any thread.
    void stop() noexcept;
    /// The port bound by start().
    std::uint16_t port() const noexcept;
    listener_counts counts() const noexcept; ///< From any thread.

private:
    class state;
    std::shared_ptr<state> state_;
};

} // namespace videosdk::inline v0
