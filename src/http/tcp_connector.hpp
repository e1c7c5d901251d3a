// Resolving a host and connecting to one of its addresses.
#pragma once

#include "http/endpoint.hpp"
#include "http/name_lookup.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace videosdk::inline v0::http {

/// Connects one socket. Both must live as long as what `done` holds. A numeric host is not resolved.
class tcp_connector {
public:
    /// Called once, on the socket's executor, with nothing, resolve_failed, connect_failed or
    /// operation_aborted.
    using done = std::function<void(boost::system::error_code, std::string)>;

    tcp_connector(asio::ip::tcp::socket& socket, std::shared_ptr<name_lookup> names) noexcept
        : socket_(socket), names_(std::move(names))
    {
    }

    void connect(const endpoint& where, done report);
    /// Closes the socket and leaves the look-up, if there is one.
    void close() noexcept;

private:
    template <class Endpoints>
    void connect_any(const Endpoints& addresses, std::string peer, done report);

    asio::ip::tcp::socket& socket_;
    std::shared_ptr<name_lookup> names_;
    std::weak_ptr<name_lookup::round> asked_; ///< While it waits for the addresses.
    bool closed_ = false;
};

} // namespace videosdk::inline v0::http
