// Trust: which roots, which names, which protocol versions; and sessions kept for resumption.
#include "http/tls_context.hpp"

#include <videosdk/error.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

constexpr std::array<unsigned char, 9> alpn_http_1_1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

[[noreturn]] void refuse(const std::string& detail)
{
    error_info info;
    info.call = "client";
    info.detail = detail;
    throw error(errc::tls_failed, std::move(info));
}

bool is_address(const std::string& host)
{
    boost::system::error_code failure;
    asio::ip::make_address(host, failure);
    return !failure;
}

/// Where the context of a connection finds its tls_context.
int own_index()
{
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

} // namespace

tls_context::tls_context(const endpoint& where, const tls_options& options)
    : where_(where),
      verify_(!options.insecure_accept_any_certificate),
      context_(asio::ssl::context::tls_client)
{
    SSL_CTX* const native = context_.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_alpn_protos(native, alpn_http_1_1.data(), static_cast<unsigned>(alpn_http_1_1.size()));
    SSL_CTX_set_ex_data(native, own_index(), this);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(native, &tls_context::on_new_session);
    if (verify_) {
        load_roots(options);
        context_.set_verify_mode(asio::ssl::verify_peer);
    } else {
        context_.set_verify_mode(asio::ssl::verify_none);
    }
}

void tls_context::load_roots(const tls_options& options)
{
    boost::system::error_code failure;
    if (options.ca_file.empty() && options.ca_pem.empty()) {
        context_.set_default_verify_paths(failure);
        if (failure) {
            refuse("the system's trusted certificates cannot be read (" + failure.message() +
                   "): install ca-certificates, or set tls.ca_file");
        }
        return;
    }
    if (!options.ca_file.empty()) {
        context_.load_verify_file(options.ca_file, failure);
        if (failure) {
            refuse("tls.ca_file " + options.ca_file +
                   " cannot be read as PEM certificates: " + failure.message());
        }
    }
    if (!options.ca_pem.empty()) {
        context_.add_certificate_authority(asio::buffer(options.ca_pem), failure);
        if (failure) {
            refuse("tls.ca_pem holds no PEM certificate: " + failure.message());
        }
    }
}

int tls_context::on_new_session(SSL* connection, SSL_SESSION* session)
{
    auto* const self =
        static_cast<tls_context*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), own_index()));
    self->session_.reset(session);
    return 1; // The reference is ours now.
}

void tls_context::prepare(SSL* connection)
{
    if (is_address(where_.host)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), where_.host.c_str());
    } else {
        SSL_set_tlsext_host_name(connection, where_.host.c_str());
        SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        SSL_set1_host(connection, where_.host.c_str());
    }
    if (session_) {
        SSL_set_session(connection, session_.get());
        // A TLS 1.3 ticket is for one use (RFC 8446, appendix C.4); the next one comes with this connection.
        if (SSL_SESSION_get_protocol_version(session_.get()) >= TLS1_3_VERSION) {
            session_.reset();
        }
    }
}

std::string tls_context::explain(const SSL* connection, const boost::system::error_code& failure) const
{
    std::string text = "the TLS handshake with " + where_.authority() + " failed: ";
    const long verdict = SSL_get_verify_result(connection);
    if (!verify_ || verdict == X509_V_OK) {
        return text + failure.message();
    }
    text += X509_verify_cert_error_string(verdict);
    switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return text + " (the certificate is for another host than the endpoint names)";
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return text + " (check the server's certificate and this machine's clock)";
    default:
        return text + " (the certificate is not signed by a trusted root: set tls.ca_file for a private one)";
    }
}

std::shared_ptr<tls_context> make_tls_context(const endpoint& where, const tls_options& options)
{
    return std::make_shared<tls_context>(where, options);
}

} // namespace videosdk::inline v0::http
