// What the TLS connections to one endpoint share: OpenSSL's context with the trusted roots, and the last
// session.
#pragma once

#include "http/stream.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace videosdk::inline v0::http {

class tls_context {
public:
    tls_context(const endpoint& where, const tls_options& options);
    tls_context(const tls_context&) = delete;
    tls_context& operator=(const tls_context&) = delete;

    asio::ssl::context& native() noexcept { return context_; }
    /// SNI, and the session to resume, if there is one.
    void prepare(SSL* connection);
    /// After a handshake: whether the peer has shown who it is. So it is whenever OpenSSL did its part; asked
    /// once more before the first byte of a request.
    bool trusts(const SSL* connection) const noexcept;
    /// Why a handshake failed, or is not trusted, in words that name the cause and what to do.
    std::string explain(const SSL* connection, const boost::system::error_code& failure) const;

private:
    static int on_new_session(SSL* connection, SSL_SESSION* session);
    void load_roots(const tls_options& options);
    /// Whom to show to a server that asks.
    void load_own_certificate(const tls_options& options);
    /// Whom every certificate must be for; a connection takes it over from the context.
    void expect_host(SSL_CTX* native) const;

    struct session_deleter {
        void operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }
    };

    endpoint where_;
    bool verify_;
    asio::ssl::context context_;
    std::unique_ptr<SSL_SESSION, session_deleter> session_;
};

} // namespace videosdk::inline v0::http
