// A TCP socket that counts the bytes it sent: the layer below TLS at which it shows whether a request has
// left.
#pragma once

#include "http/stream.hpp"

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/associator.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <sys/socket.h>

namespace videosdk::inline v0::http {

/// Passes a write's completion on and adds what was written. Keeps the handler's associations.
template <class Handler>
struct counting_handler {
    Handler handler;
    std::uint64_t* counter;

    void operator()(const boost::system::error_code& failure, std::size_t count)
    {
        *counter += count;
        std::move(handler)(failure, count);
    }
};

/// An AsyncReadStream and AsyncWriteStream over one TCP socket.
class counting_socket {
public:
    using executor_type = asio::any_io_executor;
    using next_layer_type = asio::ip::tcp::socket;
    using lowest_layer_type = asio::ip::tcp::socket::lowest_layer_type;

    explicit counting_socket(const asio::any_io_executor& executor) : socket_(executor) {}

    executor_type get_executor() { return socket_.get_executor(); }
    next_layer_type& next_layer() noexcept { return socket_; }
    lowest_layer_type& lowest_layer() noexcept { return socket_.lowest_layer(); }

    template <class Buffers, class Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler)
    {
        socket_.async_read_some(buffers, std::forward<Handler>(handler));
    }

    /// May call the handler inside: a write that the socket takes at once, as nearly every one, would else
    /// have its completion queued, and each handler in the queue costs the event loop another look at the
    /// sockets.
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler)
    {
        if (const std::size_t count =
                write_at_once(asio::const_buffer(*asio::buffer_sequence_begin(buffers)))) {
            std::decay_t<Handler> own(std::forward<Handler>(handler));
            sent_ += count;
            const nesting inside;
            std::move(own)(boost::system::error_code(), count); // may destroy the socket
            return;
        }
        socket_.async_write_some(
            buffers, counting_handler<std::decay_t<Handler>>{std::forward<Handler>(handler), &sent_});
    }

    std::uint64_t bytes_sent() const noexcept { return sent_; }

    unread peek() noexcept
    {
        char byte = 0;
        const auto count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (count > 0) {
            return unread::bytes;
        }
        return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? unread::nothing
                                                                                        : unread::end;
    }

private:
    /// A long body is many writes, each begun by the handler of the one before: they must not nest.
    class nesting {
    public:
        nesting() noexcept { flag() = true; }
        ~nesting() { flag() = false; }
        nesting(const nesting&) = delete;
        nesting& operator=(const nesting&) = delete;
        static bool& flag() noexcept
        {
            thread_local constinit bool on_the_stack = false;
            return on_the_stack;
        }
    };

    /// 0 where it cannot, or fails: then the asynchronous operation will wait, or find out why.
    std::size_t write_at_once(const asio::const_buffer& bytes) noexcept
    {
        if (nesting::flag()) {
            return 0;
        }
        const auto count =
            ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }

    asio::ip::tcp::socket socket_;
    std::uint64_t sent_ = 0;
};

} // namespace videosdk::inline v0::http

template <template <class, class> class Associator, class Handler, class Default>
struct boost::asio::associator<Associator, videosdk::http::counting_handler<Handler>, Default>
    : Associator<Handler, Default> {
    static typename Associator<Handler, Default>::type
    get(const videosdk::http::counting_handler<Handler>& wrapped,
        const Default& fallback = Default()) noexcept
    {
        return Associator<Handler, Default>::get(wrapped.handler, fallback);
    }
};
