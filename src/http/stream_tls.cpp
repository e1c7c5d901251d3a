// A stream with TLS: OpenSSL over the socket itself, so that a record is written with one call and read with
// one.
#include "http/socket_stream.hpp"
#include "http/tls_context.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>
#include <new>
#include <string_view>

namespace videosdk::inline v0::http {
namespace {

class tls_stream final : public socket_stream {
public:
    tls_stream(const stream_ground& ground, std::shared_ptr<tls_context> context)
        : socket_stream(ground),
          context_(std::move(context)),
          tls_(SSL_new(context_->native().native_handle()))
    {
        BIO* const bytes = BIO_new(socket_of_stream());
        if (tls_ == nullptr || bytes == nullptr) {
            BIO_free(bytes);
            ERR_clear_error();
            throw std::bad_alloc();
        }
        BIO_set_data(bytes, this);
        BIO_set_init(bytes, 1);
        SSL_set_bio(tls_.get(), bytes, bytes);
        SSL_set_mode(tls_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        SSL_set_connect_state(tls_.get());
        // As much at a time as there is, instead of a record's head and then the rest of it.
        SSL_set_read_ahead(tls_.get(), 1);
    }

private:
    struct tls_deleter {
        void operator()(SSL* connection) const noexcept { SSL_free(connection); }
    };

    void begin() override
    {
        context_->prepare(tls_.get());
        go_on();
    }

    /// The handshake.
    void go_on() override
    {
        start();
        const int done = SSL_do_handshake(tls_.get());
        const transfer how = done == 1 ? transfer{{}, 1} : what_stopped(done);
        if (how.blocked()) {
            return;
        }
        established_ = !how.failure && context_->trusts(tls_.get());
        if (established_) {
            report_connected({}, {});
        } else {
            const bool cut =
                how.failure == asio::error::eof || how.failure == make_error_code(errc::truncated_response);
            report_connected(
                errc::tls_failed,
                context_->explain(tls_.get(), cut ? asio::ssl::error::stream_truncated : how.failure));
        }
    }

    transfer receive(std::span<char> place) override
    {
        start();
        std::size_t count = 0;
        const int done = SSL_read_ex(tls_.get(), place.data(), place.size(), &count);
        return done == 1 ? transfer{{}, count} : what_stopped(done);
    }

    /// A read takes one record; what came with it may be a ticket, a farewell, or what nobody asked for.
    unread leftover() noexcept override
    {
        if (!holds_input() && drained()) {
            return unread::nothing;
        }
        start();
        char byte = 0;
        std::size_t count = 0;
        const int done = SSL_peek_ex(tls_.get(), &byte, 1, &count);
        if (done == 1) {
            return unread::bytes;
        }
        if (!what_stopped(done).blocked()) {
            return unread::end;
        }
        const bool part_of_record = holds_input() || std::string_view(SSL_rstate_string(tls_.get())) == "RB";
        return part_of_record ? unread::bytes : unread::nothing;
    }

    transfer send(std::string_view bytes) override
    {
        start();
        std::size_t count = 0;
        const int done = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &count);
        return done == 1 ? transfer{{}, count} : what_stopped(done);
    }

    bool holds_input() const noexcept override { return SSL_has_pending(tls_.get()) == 1; }

    void farewell() noexcept override
    {
        // No TLS shutdown: peers rarely answer, and nothing here depends on it. OpenSSL is told that there
        // was one, or it would forbid the session's resumption when the connection is freed.
        if (established_) {
            SSL_set_shutdown(tls_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        }
    }

    /// Before OpenSSL does anything: what others on this thread have left in its queue would pass for its
    /// failure.
    void start() noexcept
    {
        socket_failure_ = {};
        if (ERR_peek_error() != 0) {
            ERR_clear_error();
        }
    }

    transfer what_stopped(int done) noexcept
    {
        const int kind = SSL_get_error(tls_.get(), done);
        if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) {
            return {};
        }
        const unsigned long said = ERR_get_error();
        ERR_clear_error();
        if (kind == SSL_ERROR_ZERO_RETURN) {
            return {asio::error::eof, 0};
        }
        if (kind == SSL_ERROR_SSL && said != 0) {
            return {boost::system::error_code(static_cast<int>(said), asio::error::get_ssl_category()), 0};
        }
        if (socket_failure_ == asio::error::eof) {
            return {errc::truncated_response, 0};
        }
        // After a failure OpenSSL gives no more reasons.
        return {socket_failure_ ? socket_failure_ : asio::ssl::error::unspecified_system_error, 0};
    }

    /// OpenSSL's way to the socket: a BIO that reads and writes it in place.
    static const BIO_METHOD* socket_of_stream()
    {
        // Never freed: a connection may live as long as any static object of its program.
        static const BIO_METHOD* const method = [] {
            BIO_METHOD* const made =
                BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "videosdk stream");
            if (made == nullptr) {
                throw std::bad_alloc();
            }
            BIO_meth_set_read_ex(made, &tls_stream::read_socket);
            BIO_meth_set_write_ex(made, &tls_stream::write_socket);
            BIO_meth_set_ctrl(made, &tls_stream::control);
            return made;
        }();
        return method;
    }

    static int read_socket(BIO* bio, char* place, std::size_t size, std::size_t* count)
    {
        auto& self = *static_cast<tls_stream*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        const transfer came = self.take({place, size});
        if (came.blocked()) {
            BIO_set_retry_read(bio);
        }
        // Kept when OpenSSL, before it gives up, writes an alert.
        if (came.failure) {
            self.socket_failure_ = came.failure;
        }
        *count = came.count;
        return came.count != 0 ? 1 : 0;
    }

    static int write_socket(BIO* bio, const char* bytes, std::size_t size, std::size_t* count)
    {
        auto& self = *static_cast<tls_stream*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        const transfer went = self.give({bytes, size});
        if (went.blocked()) {
            BIO_set_retry_write(bio);
        }
        if (went.failure && !self.socket_failure_) {
            self.socket_failure_ = went.failure;
        }
        *count = went.count;
        return went.count != 0 ? 1 : 0;
    }

    /// An end is not OpenSSL's to know, who would answer it with an alert: what_stopped() tells it.
    static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

    std::shared_ptr<tls_context> context_;
    std::unique_ptr<SSL, tls_deleter> tls_;
    boost::system::error_code socket_failure_; ///< During the last call to OpenSSL.
    bool established_ = false;
};

} // namespace

std::unique_ptr<stream> make_tls_stream(const stream_ground& ground, std::shared_ptr<tls_context> context)
{
    return std::make_unique<tls_stream>(ground, std::move(context));
}

} // namespace videosdk::inline v0::http
