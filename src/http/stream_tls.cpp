// A stream with TLS: Asio's over the counting socket.
#include "http/counting_socket.hpp"
#include "http/stream.hpp"
#include "http/tcp_connector.hpp"
#include "http/tls_context.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace videosdk::inline v0::http {
namespace {

class tls_stream final : public stream {
public:
    tls_stream(const asio::any_io_executor& executor, const endpoint& where,
               std::shared_ptr<name_lookup> names, std::shared_ptr<tls_context> context)
        : where_(where),
          context_(std::move(context)),
          tls_(counting_socket(executor), context_->native()),
          connector_(tls_.next_layer().next_layer(), std::move(names))
    {
        // Asio lets OpenSSL give its record buffers back after every record: three allocations of 16 KiB an
        // exchange.
        SSL_clear_mode(tls_.native_handle(), SSL_MODE_RELEASE_BUFFERS);
    }

    void connect(std::shared_ptr<stream_listener> listener) override
    {
        connector_.connect(where_, [this, listener = std::move(listener)](boost::system::error_code failure,
                                                                          std::string detail) mutable {
            if (failure) {
                listener->on_connected(failure, std::move(detail));
            } else {
                handshake(std::move(listener));
            }
        });
    }

    void read(std::span<char> place, std::shared_ptr<stream_listener> listener) override
    {
        tls_.async_read_some(
            asio::buffer(place.data(), place.size()),
            [listener = std::move(listener)](boost::system::error_code failure, std::size_t count) {
                if (failure == asio::ssl::error::stream_truncated) {
                    failure = errc::truncated_response;
                }
                listener->on_read(failure, count);
            });
    }

    void write(std::string_view bytes, std::shared_ptr<stream_listener> listener) override
    {
        asio::async_write(tls_, asio::buffer(bytes.data(), bytes.size()),
                          [listener = std::move(listener)](boost::system::error_code failure, std::size_t) {
                              listener->on_written(failure);
                          });
    }

    std::uint64_t bytes_sent() const noexcept override { return tls_.next_layer().bytes_sent(); }
    unread peek() noexcept override { return tls_.next_layer().peek(); }

    void close() noexcept override
    {
        // No TLS shutdown: peers rarely answer, and nothing here depends on it. OpenSSL is told that there
        // was one, or it would forbid the session's resumption when the connection is freed.
        if (established_) {
            SSL_set_shutdown(tls_.native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        }
        connector_.close();
    }

private:
    void handshake(std::shared_ptr<stream_listener> listener)
    {
        context_->prepare(tls_.native_handle());
        tls_.async_handshake(asio::ssl::stream_base::client, [this, listener = std::move(listener)](
                                                                 const boost::system::error_code& failure) {
            established_ = !failure && context_->trusts(tls_.native_handle());
            if (established_ || failure == asio::error::operation_aborted) {
                listener->on_connected(failure, {});
            } else {
                listener->on_connected(errc::tls_failed, context_->explain(tls_.native_handle(), failure));
            }
        });
    }

    endpoint where_;
    std::shared_ptr<tls_context> context_;
    asio::ssl::stream<counting_socket> tls_;
    tcp_connector connector_;
    bool established_ = false;
};

} // namespace

std::unique_ptr<stream> make_tls_stream(const asio::any_io_executor& executor, const endpoint& where,
                                        std::shared_ptr<name_lookup> names,
                                        std::shared_ptr<tls_context> context)
{
    return std::make_unique<tls_stream>(executor, where, std::move(names), std::move(context));
}

} // namespace videosdk::inline v0::http
