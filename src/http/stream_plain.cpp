// A stream without TLS.
#include "http/counting_socket.hpp"
#include "http/stream.hpp"
#include "http/tcp_connector.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace videosdk::inline v0::http {
namespace {

class plain_stream final : public stream {
public:
    plain_stream(const asio::any_io_executor& executor, const endpoint& where,
                 std::shared_ptr<name_lookup> names)
        : where_(where), socket_(executor), connector_(socket_.next_layer(), std::move(names))
    {
    }

    void connect(std::shared_ptr<stream_listener> listener) override
    {
        connector_.connect(
            where_, [listener = std::move(listener)](boost::system::error_code failure, std::string detail) {
                listener->on_connected(failure, std::move(detail));
            });
    }

    void read(std::span<char> place, std::shared_ptr<stream_listener> listener) override
    {
        socket_.async_read_some(
            asio::buffer(place.data(), place.size()),
            [listener = std::move(listener)](boost::system::error_code failure, std::size_t count) {
                listener->on_read(failure, count);
            });
    }

    void write(std::string_view bytes, std::shared_ptr<stream_listener> listener) override
    {
        asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()),
                          [listener = std::move(listener)](boost::system::error_code failure, std::size_t) {
                              listener->on_written(failure);
                          });
    }

    std::uint64_t bytes_sent() const noexcept override { return socket_.bytes_sent(); }
    unread peek() noexcept override { return socket_.peek(); }
    void close() noexcept override { connector_.close(); }

private:
    endpoint where_;
    counting_socket socket_;
    tcp_connector connector_;
};

} // namespace

std::unique_ptr<stream> make_plain_stream(const asio::any_io_executor& executor, const endpoint& where,
                                          std::shared_ptr<name_lookup> names)
{
    return std::make_unique<plain_stream>(executor, where, std::move(names));
}

} // namespace videosdk::inline v0::http
