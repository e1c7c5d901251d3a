// One address that a server listens on: accepting, and surviving what accept says.
#pragma once

#include <videosdk/scheduler.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace videosdk::inline v0::http {

class server_core;

/// Throws error (errc::invalid_argument, address_in_use, listen_failed) naming `server_name` and `address`.
/// An IPv6 socket takes no IPv4 connections.
asio::ip::tcp::acceptor listen_on(const asio::any_io_executor& executor, const std::string& address,
                                  const std::string& server_name);

/// Owned by the core, and on its executor, save for its making.
class server_door final : private alarm {
public:
    server_door(server_core& core, asio::ip::tcp::acceptor acceptor);
    ~server_door();

    std::uint16_t port() const noexcept { return port_; }
    /// Accepts, and goes on accepting.
    void accept();
    /// Takes what is in the queue already and closes; a connection that is in the queue when it is closed is
    /// reset.
    void finish();
    void close() noexcept;
    /// The execution context is being destroyed.
    void drop() noexcept;
    /// Whether nothing comes through any more.
    bool closed() const noexcept { return (!acceptor_ || !acceptor_->is_open()) && !pending_; }

private:
    void on_alarm() override; // the pause after a failed accept is over
    void on_accept(const boost::system::error_code& failure, asio::ip::tcp::socket socket);
    void take(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer);
    bool usable() const noexcept { return acceptor_ && acceptor_->is_open(); }
    void pause();

    server_core& core_;
    std::optional<asio::ip::tcp::acceptor> acceptor_;
    asio::ip::tcp::endpoint peer_; // of the accept under way, until its handler has run
    std::uint16_t port_;
    bool pending_ = false;   // an accept is under way
    bool finishing_ = false; // only the queue is left
};

} // namespace videosdk::inline v0::http
