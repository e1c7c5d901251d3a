// Trust: which roots, which names, which protocol versions; and sessions kept for resumption.
#include "http/tls_context.hpp"

#include <videosdk/error.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

constexpr std::array<unsigned char, 9> alpn_http_1_1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/// 112 bits (SSL_CTX_set_security_level(3)): RSA of 2048 bits, curves of 224, no SHA-1, no anonymous peers.
constexpr int least_security_level = 2;
/// Forward secrecy and authenticated encryption only, and no groups that a server makes up (RFC 9325, 4.2).
constexpr const char* ciphers_of_tls_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* ciphers_of_tls_1_3 =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";

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

/// What the machine's openssl.cnf says may be stricter than this, never laxer.
void restrict_protocol(SSL_CTX* native)
{
    if (SSL_CTX_get_security_level(native) < least_security_level) {
        SSL_CTX_set_security_level(native, least_security_level);
    }
    if (SSL_CTX_get_min_proto_version(native) < TLS1_2_VERSION) {
        SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    }
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_clear_options(native, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION |
                                      SSL_OP_IGNORE_UNEXPECTED_EOF);
    if (SSL_CTX_set_cipher_list(native, ciphers_of_tls_1_2) != 1 ||
        SSL_CTX_set_ciphersuites(native, ciphers_of_tls_1_3) != 1) {
        refuse("this OpenSSL has none of the ciphers that are allowed");
    }
}

/// Both versions of TLS that are spoken have the server sign the handshake (RFC 5246, section 7.4.2; RFC
/// 8446, section 4.4.2.2), and OpenSSL leaves it to its callers to ask whether the certificate allows that.
int on_verify(int sound, X509_STORE_CTX* chain)
{
    X509* const leaf = X509_STORE_CTX_get_current_cert(chain);
    if (sound == 1 && leaf != nullptr && X509_STORE_CTX_get_error_depth(chain) == 0 &&
        (X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE) == 0) {
        X509_STORE_CTX_set_error(chain, X509_V_ERR_INVALID_PURPOSE);
        return 0;
    }
    return sound;
}

const char* advice_on_certificate(long verdict) noexcept
{
    switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return " (the certificate is for another host than the endpoint names)";
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return " (check the server's certificates and this machine's clock)";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return " (the server does not send its whole chain, or its root is not trusted: set tls.ca_file for "
               "a "
               "private one)";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return " (the certificate is not signed by a trusted root: set tls.ca_file for a private one)";
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return " (RSA of 2048 bits, or a curve of 224, and SHA-256 are the least)";
    default:
        return " (the server's certificates are not sound)";
    }
}

const char* advice_on_protocol(const boost::system::error_code& failure) noexcept
{
    if (failure.category() != asio::error::get_ssl_category()) {
        return "";
    }
    switch (ERR_GET_REASON(static_cast<unsigned long>(failure.value()))) {
    case SSL_R_WRONG_VERSION_NUMBER:
        return " (the peer does not speak TLS on this port)";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        return " (TLS 1.2 is the least)";
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_WRONG_CIPHER_RETURNED:
    case SSL_R_UNKNOWN_CIPHER_RETURNED:
        return " (ECDHE with AES-GCM or ChaCha20 is the least)";
    default:
        return "";
    }
}

/// What OpenSSL says of options stands in an error of ours; the next user of TLS on this thread must not find
/// it.
class error_queue_guard {
public:
    error_queue_guard() = default;
    error_queue_guard(const error_queue_guard&) = delete;
    error_queue_guard& operator=(const error_queue_guard&) = delete;
    ~error_queue_guard() { ERR_clear_error(); }
};

/// Whether there are certificates, and OpenSSL reads each of them.
bool reads_whole(const std::string& pem)
{
    constexpr std::string_view mark = "-----BEGIN ";
    std::size_t there = 0;
    for (std::size_t at = pem.find(mark); at != std::string::npos; at = pem.find(mark, at + 1)) {
        const std::string_view line = std::string_view(pem).substr(at, pem.find('\n', at) - at);
        there += line.find("CERTIFICATE-----") == std::string_view::npos ? 0 : 1;
    }
    const std::unique_ptr<BIO, decltype(&BIO_free)> source(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
    std::size_t read = 0;
    while (X509* const each = PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr)) {
        X509_free(each);
        ++read;
    }
    return read > 0 && read == there;
}

/// The option's value, whichever of its two forms is set, with its name for errors.
struct pem_option {
    std::string name;
    std::string text;
};

pem_option read_option(const std::string& name, const std::string& file, const std::string& pem)
{
    if (file.empty()) {
        return {name + "_pem", pem};
    }
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    if (!(text << stream.rdbuf())) {
        refuse(name + "_file " + file + " cannot be read, or is empty");
    }
    return {name + "_file " + file, std::move(text).str()};
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
    const error_queue_guard guard;
    SSL_CTX* const native = context_.native_handle();
    restrict_protocol(native);
    SSL_CTX_set_alpn_protos(native, alpn_http_1_1.data(), static_cast<unsigned>(alpn_http_1_1.size()));
    SSL_CTX_set_ex_data(native, own_index(), this);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(native, &tls_context::on_new_session);
    if (verify_) {
        load_roots(options);
        expect_host(native);
        SSL_CTX_set_verify(native, SSL_VERIFY_PEER, &on_verify);
    } else {
        SSL_CTX_set_verify(native, SSL_VERIFY_NONE, nullptr);
    }
    load_own_certificate(options);
}

void tls_context::expect_host(SSL_CTX* native) const
{
    X509_VERIFY_PARAM* const expected = SSL_CTX_get0_param(native);
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                                  X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    const std::string& host = where_.host;
    // An empty name would be no name to look for: everybody's certificate would do.
    const bool done =
        !host.empty() &&
        (is_address(host) ? X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1
                          : X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size()) == 1);
    if (!done) {
        refuse("the host of the endpoint is neither a name nor an address that a certificate can hold");
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
        // An empty block, for one, ends OpenSSL's reading without an error.
        if (failure || !reads_whole(options.ca_pem)) {
            refuse("tls.ca_pem holds no PEM certificate, or one that cannot be read" +
                   (failure ? ": " + failure.message() : ""));
        }
    }
}

void tls_context::load_own_certificate(const tls_options& options)
{
    if (options.client_certificate_file.empty() && options.client_certificate_pem.empty()) {
        return;
    }
    const pem_option chain = read_option("tls.client_certificate", options.client_certificate_file,
                                         options.client_certificate_pem);
    const pem_option key = read_option("tls.client_key", options.client_key_file, options.client_key_pem);
    boost::system::error_code failure;
    if (!reads_whole(chain.text)) {
        refuse(chain.name + " holds no PEM certificate, or one that cannot be read");
    }
    context_.use_certificate_chain(asio::buffer(chain.text), failure);
    if (failure) {
        refuse(chain.name + " cannot be used: " + failure.message());
    }
    // A key with a passphrase is refused: OpenSSL would ask for it on the terminal.
    context_.set_password_callback(
        [](std::size_t, asio::ssl::context::password_purpose) { return std::string(); }, failure);
    context_.use_private_key(asio::buffer(key.text), asio::ssl::context::pem, failure);
    if (failure &&
        ERR_GET_REASON(static_cast<unsigned long>(failure.value())) != X509_R_KEY_VALUES_MISMATCH &&
        ERR_GET_REASON(static_cast<unsigned long>(failure.value())) != X509_R_KEY_TYPE_MISMATCH) {
        refuse(key.name + " is not an unencrypted PEM private key");
    }
    if (failure || SSL_CTX_check_private_key(context_.native_handle()) != 1) {
        refuse(key.name + " does not belong to the first certificate of " + chain.name);
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
    if (!is_address(where_.host)) {
        SSL_set_tlsext_host_name(connection, where_.host.c_str());
    }
    if (session_) {
        SSL_set_session(connection, session_.get());
        // A TLS 1.3 ticket is for one use (RFC 8446, appendix C.4); the next one comes with this connection.
        if (SSL_SESSION_get_protocol_version(session_.get()) >= TLS1_3_VERSION) {
            session_.reset();
        }
    }
}

bool tls_context::trusts(const SSL* connection) const noexcept
{
    return !verify_ || (SSL_get0_peer_certificate(connection) != nullptr &&
                        SSL_get_verify_result(connection) == X509_V_OK);
}

std::string tls_context::explain(const SSL* connection, const boost::system::error_code& failure) const
{
    const std::string text = "the TLS handshake with " + where_.authority() + " failed: ";
    const long verdict = SSL_get_verify_result(connection);
    if (verify_ && verdict != X509_V_OK) {
        return text + X509_verify_cert_error_string(verdict) + advice_on_certificate(verdict);
    }
    if (!failure) {
        return text + "the peer showed no certificate";
    }
    if (failure == asio::ssl::error::stream_truncated) {
        return text + "the peer ended in the middle of the handshake";
    }
    return text + failure.message() + advice_on_protocol(failure);
}

std::shared_ptr<tls_context> make_tls_context(const endpoint& where, const tls_options& options)
{
    return std::make_shared<tls_context>(where, options);
}

} // namespace videosdk::inline v0::http
