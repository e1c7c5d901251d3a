// Asio's TLS stream as the server uses it.
#include "http/server_tls.hpp"

#include "http/server_core.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

using boost::system::error_code;

constexpr std::size_t record_size = SSL3_RT_MAX_PLAIN_LENGTH; // RFC 8446, section 5.1
constexpr std::size_t most_at_once = 4 * record_size;

struct bio_deleter {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
using bio_ptr = std::unique_ptr<BIO, bio_deleter>;

// While it lives, what a session encrypts goes to `into`, and not to where Asio's stream fetches it.
class diversion {
public:
    diversion(SSL& session, BIO& into) noexcept : session_(&session), usual_(SSL_get_wbio(&session))
    {
        BIO_up_ref(usual_);
        BIO_up_ref(&into);
        SSL_set0_wbio(session_, &into);
    }
    diversion(const diversion&) = delete;
    diversion& operator=(const diversion&) = delete;
    ~diversion() { SSL_set0_wbio(session_, usual_); }

private:
    SSL* session_;
    BIO* usual_;
};

class session final : public server_tls_session {
public:
    session(asio::ip::tcp::socket& socket, asio::ssl::context& context,
            std::shared_ptr<server_tls_context> owner)
        : owner_(std::move(owner)), socket_(&socket), stream_(socket, context)
    {
    }

    asio::awaitable<void> handshake(error_code& failure) override
    {
        co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                         asio::redirect_error(asio::use_awaitable, failure));
    }

    asio::awaitable<std::size_t> read_some(asio::mutable_buffer into, error_code& failure) override
    {
        const std::size_t size =
            co_await stream_.async_read_some(into, asio::redirect_error(asio::use_awaitable, failure));
        if (failure == asio::ssl::error::stream_truncated) {
            failure = asio::error::eof; // a request knows its own end, so nothing is cut off unnoticed
            // A FIN counts as an alert: shutdown() must not wait for one, as epoll tells an end only once.
            SSL* const native = stream_.native_handle();
            SSL_set_shutdown(native, SSL_get_shutdown(native) | SSL_RECEIVED_SHUTDOWN);
        }
        co_return size;
    }

    asio::awaitable<void> write(asio::const_buffer from, error_code& failure) override
    {
        while (from.size() > record_size && !failure) {
            const bio_ptr sealed(BIO_new(BIO_s_mem()));
            const std::size_t taken = sealed ? seal(from, *sealed) : 0;
            if (taken == 0) {
                break;
            }
            char* text = nullptr;
            const long size = BIO_get_mem_data(sealed.get(), &text);
            from += taken;
            co_await asio::async_write(*socket_, asio::buffer(text, static_cast<std::size_t>(size)),
                                       asio::redirect_error(asio::use_awaitable, failure));
        }
        if (!failure && from.size() != 0) {
            co_await asio::async_write(stream_, from, asio::redirect_error(asio::use_awaitable, failure));
        }
    }

    asio::awaitable<void> shutdown(error_code& failure) override
    {
        co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, failure));
    }

    bool pending() const noexcept override
    {
        // Asio's functions for the handle are not const, OpenSSL's question changes nothing.
        SSL* const native = const_cast<session*>(this)->stream_.native_handle();
        return SSL_has_pending(native) == 1 || BIO_pending(SSL_get_rbio(native)) > 0;
    }

private:
    // Encrypts the beginning of `from`: Asio's stream would send each record by itself, and wake the peer
    // with each. Nothing of the stream's own is on its way, since it is not written to and read from at once.
    // Gives how much it took.
    std::size_t seal(asio::const_buffer from, BIO& into)
    {
        SSL* const native = stream_.native_handle();
        const diversion diverted(*native, into);
        const char* const text = static_cast<const char*>(from.data());
        const std::size_t wanted = std::min(from.size(), most_at_once);
        std::size_t done = 0;
        std::size_t written = 1;
        ERR_clear_error();
        while (done < wanted && written != 0) {
            written = 0; // a record at a time, as Asio allows partial writes
            done += SSL_write_ex(native, text + done, wanted - done, &written) == 1 ? written : 0;
        }
        ERR_clear_error(); // Asio's stream will meet what was wrong, and say it
        return done;
    }

    const std::shared_ptr<server_tls_context> owner_; // another one may have taken its place
    asio::ip::tcp::socket* socket_;
    asio::ssl::stream<asio::ip::tcp::socket&> stream_;
};

class context final : public server_tls_context, public std::enable_shared_from_this<context> {
public:
    context(const server_tls& material, const std::string& server_name)
        : context_(asio::ssl::context::tls_server)
    {
        SSL_CTX* const native = context_.native_handle();
        SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
        SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                        SSL_OP_CIPHER_SERVER_PREFERENCE);
        SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS); // idle connections keep no record buffers
        error_code failure;
        // An encrypted key is refused: OpenSSL would ask for its password on the terminal.
        context_.set_password_callback(
            [](std::size_t, asio::ssl::context::password_purpose) { return std::string(); }, failure);
        context_.use_certificate_chain(asio::buffer(material.certificate_chain_pem), failure);
        check(failure, server_name, "certificate_chain_pem is not a chain of PEM certificates");
        context_.use_private_key(asio::buffer(material.private_key_pem), asio::ssl::context::pem, failure);
        check(failure, server_name,
              "private_key_pem is not an unencrypted PEM private key that belongs to the first "
              "certificate of certificate_chain_pem");
        if (SSL_CTX_check_private_key(native) != 1) {
            failure = make_error_code(errc::invalid_argument);
        }
        check(failure, server_name,
              "private_key_pem does not belong to the first certificate of certificate_chain_pem");
    }

    std::unique_ptr<server_tls_session> make_session(asio::ip::tcp::socket& socket) override
    {
        return std::make_unique<session>(socket, context_, shared_from_this());
    }

private:
    // What OpenSSL says is left out: it may quote the material.
    static void check(const error_code& failure, const std::string& server_name, const char* detail)
    {
        ERR_clear_error();
        if (failure) {
            throw_server_error(errc::invalid_argument, server_name, detail);
        }
    }

    asio::ssl::context context_;
};

} // namespace

server_tls_session::~server_tls_session() = default;
server_tls_context::~server_tls_context() = default;

std::shared_ptr<server_tls_context> make_server_tls_context(const server_tls& material,
                                                            const std::string& server_name)
{
    return std::make_shared<context>(material, server_name);
}

} // namespace videosdk::inline v0::http
