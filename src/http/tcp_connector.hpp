// Resolving a host and connecting to one of its addresses.
#pragma once

#include "http/endpoint.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <string>

namespace videosdk::inline v0::http {

/// Connects one socket. Both must live as long as what `done` holds. A numeric host is not resolved.
class tcp_connector {
public:
    /// Called once, on the socket's executor, with nothing, resolve_failed, connect_failed or
    /// operation_aborted.
    using done = std::function<void(boost::system::error_code, std::string)>;

    explicit tcp_connector(asio::ip::tcp::socket& socket) noexcept : socket_(socket) {}

    void connect(const endpoint& where, done report);
    /// Closes the socket. A name look-up cannot be cancelled: its answer is ignored when it comes.
    void close() noexcept;

private:
    template <class Endpoints>
    void connect_any(const Endpoints& addresses, std::string peer, done report);

    asio::ip::tcp::socket& socket_;
    bool closed_ = false;
};

} // namespace videosdk::inline v0::http
