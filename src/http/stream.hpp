// The bytes of one connection: resolve, connect, handshake, read, write. Two kinds, plain and TLS, behind one
// face.
#pragma once

#include "http/endpoint.hpp"
#include "http/proxy.hpp"

#include <videosdk/client_options.hpp>
#include <videosdk/errc.hpp>
#include <videosdk/scheduler.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace videosdk::inline v0::http {

/// Told what happened to a stream, always on the stream's executor and never inside a call to it, but for a
/// write that has succeeded at once.
class stream_listener {
public:
    /// `failure` is empty, or resolve_failed, connect_failed or tls_failed with a detail for people.
    virtual void on_connected(boost::system::error_code failure, std::string detail) = 0;
    /// asio::error::eof is an orderly end, errc::truncated_response an end of TCP without TLS's close_notify.
    virtual void on_read(boost::system::error_code failure, std::size_t count) = 0;
    virtual void on_written(boost::system::error_code failure) = 0;

protected:
    ~stream_listener() = default;
};

/// What is there to be read, asked without waiting.
enum class unread : std::uint8_t { nothing, bytes, end };

/// One read and one write may be under way at a time. `listener` is kept alive while one is.
class stream {
public:
    virtual ~stream() = default;
    virtual void connect(std::shared_ptr<stream_listener> listener) = 0;
    /// While it is being connected: what has not happened yet, in words.
    virtual std::string waiting_for() const = 0;
    virtual void read(std::span<char> place, std::shared_ptr<stream_listener> listener) = 0;
    virtual void write(std::string_view bytes, std::shared_ptr<stream_listener> listener) = 0;
    /// Bytes that the socket took, counted below TLS.
    virtual std::uint64_t bytes_sent() const noexcept = 0;
    virtual unread peek() noexcept = 0;
    /// What has come behind what was read: behind an answer nobody may have said anything.
    virtual unread leftover() noexcept = 0;
    /// Whether the socket has told of its end, which may stand behind bytes that nobody has read yet.
    virtual bool ended() const noexcept = 0;
    /// Ends what is under way: a write is still reported, later, as operation_aborted, a read no more. Lets
    /// go of the listener.
    virtual void close() noexcept = 0;
};

/// What the TLS connections to one endpoint share: trusted roots and the last session, for resumption.
class tls_context;

/// Throws error (errc::tls_failed) naming the file or text that is no certificate, or no key of one.
std::shared_ptr<tls_context> make_tls_context(const endpoint& where, const tls_options& options);

/// Finds the addresses of the endpoint's host, for all connections to it.
class name_lookup;

/// Waits for the sockets of all of them.
class socket_watch;

/// What the streams of one pool have in common.
struct stream_ground {
    asio::any_io_executor executor;
    scheduler& time; ///< Outlives them.
    endpoint where;
    std::shared_ptr<const proxy> by;    ///< Empty where there is none on the way.
    std::size_t max_proxy_head;         ///< Of its answer to CONNECT, in bytes.
    std::shared_ptr<name_lookup> names; ///< Of the proxy's host, where there is one.
    std::shared_ptr<socket_watch> watch;
};

std::unique_ptr<stream> make_plain_stream(const stream_ground& ground);
std::unique_ptr<stream> make_tls_stream(const stream_ground& ground, std::shared_ptr<tls_context> context);

} // namespace videosdk::inline v0::http
