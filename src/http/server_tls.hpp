// The server's TLS behind a seam, so that Asio's SSL headers are compiled in one file only.
#pragma once

#include "http/server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace videosdk::inline v0::http {

/// TLS on one accepted socket. The functions report failures by `failure` and throw only what Asio throws
/// when the coroutine was cancelled.
class server_tls_session {
public:
    virtual ~server_tls_session();
    virtual asio::awaitable<void> handshake(boost::system::error_code& failure) = 0;
    virtual asio::awaitable<std::size_t> read_some(asio::mutable_buffer into,
                                                   boost::system::error_code& failure) = 0;
    virtual asio::awaitable<void> write(asio::const_buffer from, boost::system::error_code& failure) = 0;
    /// Whether bytes have been taken from the socket that no read has given out, such as a part of a record.
    virtual bool pending() const noexcept = 0;
    /// Says close_notify, and waits for the peer's.
    virtual asio::awaitable<void> shutdown(boost::system::error_code& failure) = 0;
};

/// Certificate and key, parsed once and never changed; TLS 1.2 or later.
class server_tls_context {
public:
    virtual ~server_tls_context();
    /// The socket must live as long as the session, which keeps the context alive.
    virtual std::unique_ptr<server_tls_session> make_session(asio::ip::tcp::socket& socket) = 0;
};

/// Throws error (errc::invalid_argument) naming the part that does not parse; `server_name` stands in it as
/// the call.
std::shared_ptr<server_tls_context> make_server_tls_context(const server_tls& material,
                                                            const std::string& server_name);

} // namespace videosdk::inline v0::http
