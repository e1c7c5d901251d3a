// What streams share, with TLS or without: one TCP socket, read and written without ever waiting in the call.
#pragma once

#include "http/socket_watch.hpp"
#include "http/stream.hpp"
#include "http/tcp_connector.hpp"
#include "http/tunnel.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace videosdk::inline v0::http {

/// While the socket is being connected it is Asio's, and then the watch's. Where a proxy is on the way, it is
/// asked for a tunnel before anybody else uses the socket.
class socket_stream : public stream, private watched {
public:
    explicit socket_stream(const stream_ground& ground);
    ~socket_stream() override;

    void connect(std::shared_ptr<stream_listener> listener) final;
    std::string waiting_for() const final;
    void read(std::span<char> place, std::shared_ptr<stream_listener> listener) final;
    void write(std::string_view bytes, std::shared_ptr<stream_listener> listener) final;
    std::uint64_t bytes_sent() const noexcept final { return sent_; }
    unread peek() noexcept final;
    unread leftover() noexcept override { return drained_ ? unread::nothing : peek(); }
    bool ended() const noexcept final { return ended_; }
    void close() noexcept final;

protected:
    /// What one attempt to move bytes came to: a failure, some bytes, or neither, where the socket must
    /// become ready first.
    struct transfer {
        boost::system::error_code failure;
        std::size_t count = 0;
        bool blocked() const noexcept { return !failure && count == 0; }
    };

    /// The bytes of the socket, whatever they mean. An end is asio::error::eof.
    transfer take(std::span<char> place) noexcept;
    transfer give(std::string_view bytes) noexcept;

    /// The socket leads to the endpoint. Calls report_connected(), now or at a later turn.
    virtual void begin() = 0;
    /// The socket may have become ready before report_connected().
    virtual void go_on() {}
    virtual transfer receive(std::span<char> place) = 0;
    virtual transfer send(std::string_view bytes) = 0;
    /// Whether the socket had nothing more when it was last read, and has told of nothing since.
    bool drained() const noexcept { return drained_; }
    /// Whether bytes have left the socket that receive() has not handed out.
    virtual bool holds_input() const noexcept { return false; }
    /// The socket is about to be closed.
    virtual void farewell() noexcept {}

    void report_connected(boost::system::error_code failure, std::string detail);

private:
    void on_ready(bool ended) final;
    bool on_due() final;
    void want_room(bool wanted) noexcept;
    void on_socket(boost::system::error_code failure, std::string detail, int socket);
    void advance_tunnel();
    bool advance_read();
    void advance_write();
    void look_again() { watch_->look_again(*this); }

    endpoint where_;
    std::shared_ptr<const proxy> by_;
    std::size_t max_proxy_head_;
    tcp_connector connector_;
    std::unique_ptr<tunnel> tunnel_; ///< While a proxy is asked for it.
    std::shared_ptr<socket_watch> watch_;
    std::shared_ptr<stream_listener> connector_listener_; ///< From connect() until it is told.
    std::shared_ptr<stream_listener> reader_;             ///< While there is a read.
    std::shared_ptr<stream_listener> writer_;             ///< While there is a write.
    std::span<char> place_;
    std::string_view out_;
    boost::system::error_code write_failure_;
    std::uint64_t sent_ = 0;
    int socket_ = -1;
    bool ended_ = false;       ///< Something stands behind the bytes that no further event will tell of.
    bool room_wanted_ = false; ///< The socket took less than it was given, and tells when it takes more.
    bool tells_what_is_behind_ = false; ///< The system, at each read: see told_of_nothing_behind().
    bool drained_ = false; ///< The socket had no more when last read, and has told nothing since.
};

} // namespace videosdk::inline v0::http
