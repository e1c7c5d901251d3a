// Blocking sockets and OpenSSL's blocking calls.
#include "peer.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <csignal>
#include <map>
#include <memory>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace test {
namespace {

struct deleter {
    void operator()(SSL_CTX* what) const noexcept { SSL_CTX_free(what); }
    void operator()(SSL* what) const noexcept { SSL_free(what); }
    void operator()(BIO* what) const noexcept { BIO_free(what); }
    void operator()(X509* what) const noexcept { X509_free(what); }
    void operator()(EVP_PKEY* what) const noexcept { EVP_PKEY_free(what); }
    void operator()(EVP_PKEY_CTX* what) const noexcept { EVP_PKEY_CTX_free(what); }
    void operator()(OSSL_PARAM_BLD* what) const noexcept { OSSL_PARAM_BLD_free(what); }
    void operator()(OSSL_PARAM* what) const noexcept { OSSL_PARAM_free(what); }
    void operator()(BIGNUM* what) const noexcept { BN_free(what); }
};

template <class T>
using owned = std::unique_ptr<T, deleter>;

std::string last_failure()
{
    const unsigned long code = ERR_peek_error();
    const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    return reason == nullptr ? "the client has gone" : reason;
}

void require(bool done, const char* what)
{
    if (!done) {
        throw std::runtime_error(std::string("test server: ") + what + ": " + last_failure());
    }
}

/// A group of any size: the prime need not be a good one.
EVP_PKEY* make_dh_group(unsigned bits)
{
    const owned<BIGNUM> prime(BN_new());
    const owned<BIGNUM> generator(BN_new());
    require(BN_generate_prime_ex(prime.get(), static_cast<int>(bits), 0, nullptr, nullptr, nullptr) == 1 &&
                BN_set_word(generator.get(), 2) == 1,
            "a prime");
    const owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_P, prime.get()) == 1 &&
                OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_G, generator.get()) == 1,
            "a group");
    const owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
    EVP_PKEY* made = nullptr;
    require(EVP_PKEY_fromdata_init(context.get()) == 1 &&
                EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEY_PARAMETERS, parameters.get()) == 1,
            "a DH group");
    return made;
}

void load_chain(SSL_CTX* context, const std::string& pem)
{
    const owned<BIO> from(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const owned<X509> leaf(PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr));
    require(leaf && SSL_CTX_use_certificate(context, leaf.get()) == 1, "the leaf");
    for (owned<X509> next(PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr)); next;
         next.reset(PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr))) {
        require(SSL_CTX_add1_chain_cert(context, next.get()) == 1, "the chain");
    }
    ERR_clear_error(); // The end of the text is an error to OpenSSL.
}

owned<SSL_CTX> make_context(const tls_plan& plan)
{
    owned<SSL_CTX> context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX* const raw = context.get();
    SSL_CTX_set_security_level(raw, 0);
    // Even at that level OpenSSL has a last scruple about DH.
    SSL_CTX_set_security_callback(raw,
                                  [](const SSL*, const SSL_CTX*, int, int, int, void*, void*) { return 1; });
    const owned<BIO> key_text(BIO_new_mem_buf(plan.key_pem.data(), static_cast<int>(plan.key_pem.size())));
    const owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
    load_chain(raw, plan.chain_pem);
    require(key && SSL_CTX_use_PrivateKey(raw, key.get()) == 1, "the key");
    SSL_CTX_set_mode(raw, SSL_MODE_NO_AUTO_CHAIN);
    require(SSL_CTX_set_min_proto_version(raw, plan.min_version) == 1 &&
                SSL_CTX_set_max_proto_version(raw, plan.max_version) == 1 &&
                SSL_CTX_set_cipher_list(raw, (plan.ciphers + ":@SECLEVEL=0").c_str()) == 1 &&
                (plan.groups.empty() || SSL_CTX_set1_groups_list(raw, plan.groups.c_str()) == 1),
            "the protocol");
    if (plan.dh_bits != 0) {
        require(SSL_CTX_set0_tmp_dh_pkey(raw, make_dh_group(plan.dh_bits)) == 1, "the DH group");
    }
    require(SSL_CTX_set_session_id_context(raw, reinterpret_cast<const unsigned char*>("test"), 4) == 1,
            "the session id");
    return context;
}

void talk(SSL_CTX* context, int socket, sightings& seen, const session_function& serve)
{
    const owned<SSL> tls(SSL_new(context));
    SSL_set_fd(tls.get(), socket);
    const int accepted = SSL_accept(tls.get());
    const char* const name = SSL_get_servername(tls.get(), TLSEXT_NAMETYPE_host_name);
    seen.server_names.emplace_back(name == nullptr ? "" : name);
    if (accepted != 1) {
        seen.failure = last_failure();
    } else {
        ++seen.handshakes;
        seen.resumed += SSL_session_reused(tls.get()) == 1 ? 1U : 0U;
        tls_session session(tls.get(), socket, seen);
        serve(session);
    }
    // Whatever the client still says; unread bytes would turn the close into a reset, which may overtake the
    // alert.
    ::shutdown(socket, SHUT_WR);
    while (!read_some(socket).empty()) {}
}

std::size_t content_length(const std::string& head)
{
    constexpr std::string_view name = "\r\nContent-Length: ";
    const std::size_t at = head.find(name);
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
}

} // namespace

std::string read_some(int socket)
{
    char bytes[4096];
    const auto count = ::recv(socket, bytes, sizeof bytes, 0);
    return count > 0 ? std::string(bytes, static_cast<std::size_t>(count)) : std::string();
}

void write_all(int socket, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return; // The client has gone.
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

peer::peer(serve_function serve) : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM, 0))
{
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes to clients that have gone.
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    require(listener_ >= 0 && ::bind(listener_, raw, size) == 0 && ::listen(listener_, 16) == 0 &&
                ::getsockname(listener_, raw, &size) == 0,
            "a listener");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
}

peer::~peer()
{
    finish();
    ::close(listener_);
}

std::string peer::url(const std::string& host, const char* scheme) const
{
    return std::string(scheme) + "://" + host + ":" + std::to_string(port_);
}

const sightings& peer::finish()
{
    ::shutdown(listener_, SHUT_RDWR);
    if (thread_.joinable()) {
        thread_.join();
    }
    return seen_;
}

void peer::accept_all()
{
    for (int socket = ::accept(listener_, nullptr, nullptr); socket >= 0;
         socket = ::accept(listener_, nullptr, nullptr)) {
        const int at_once = 1; // Else each session ticket waits 40 ms for an acknowledgement.
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
        ++seen_.connections;
        serve_(socket, seen_);
        ::close(socket);
    }
}

bool tls_session::read_more()
{
    char bytes[4096];
    const int count = SSL_read(tls_, bytes, sizeof bytes);
    if (count <= 0) {
        ERR_clear_error();
        return false;
    }
    seen_.application_bytes += static_cast<std::size_t>(count);
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
}

std::string tls_session::read_request()
{
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!read_more()) {
            return {};
        }
    }
    const std::size_t size = end + 4 + content_length(buffer_.substr(0, end + 2));
    while (buffer_.size() < size) {
        if (!read_more()) {
            return {};
        }
    }
    std::string request = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return request;
}

void tls_session::write(std::string_view bytes)
{
    SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()));
}

void tls_session::cut()
{
    ::shutdown(socket_, SHUT_WR);
}

void tls_session::reset()
{
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    const sockaddr none{};
    ::connect(socket_, &none,
              sizeof none); // AF_UNSPEC: takes the connection down at once, by the linger above
}

void tls_session::close_politely()
{
    SSL_shutdown(tls_);
    cut();
}

bool tls_session::renegotiate()
{
    SSL_renegotiate(tls_);
    SSL_do_handshake(tls_); // Writes the request.
    char byte = 0;
    SSL_read(tls_, &byte, 1); // Reads the client's answer to it.
    const bool pending = SSL_renegotiate_pending(tls_) == 1;
    const bool refused = ERR_GET_REASON(ERR_peek_error()) == SSL_R_NO_RENEGOTIATION;
    ERR_clear_error();
    return !pending && !refused;
}

peer::serve_function tls_peer(std::function<tls_plan(unsigned nth)> plan_of, session_function serve)
{
    return [plan_of = std::move(plan_of), serve = std::move(serve)](int socket, sightings& seen) {
        const owned<SSL_CTX> context = make_context(plan_of(seen.connections - 1));
        talk(context.get(), socket, seen, serve);
    };
}

peer::serve_function tls_peer(const tls_plan& plan, session_function serve)
{
    const std::shared_ptr<SSL_CTX> context(make_context(plan).release(), deleter());
    return [context, serve = std::move(serve)](int socket, sightings& seen) {
        talk(context.get(), socket, seen, serve);
    };
}

peer::serve_function hand_written_peer(std::string reply)
{
    return hand_written_peer([reply = std::move(reply)](const std::string&) { return reply; });
}

peer::serve_function hand_written_peer(std::function<std::string(const std::string& first_bytes)> reply_to)
{
    return [reply_to = std::move(reply_to)](int socket, sightings& seen) {
        seen.bytes += read_some(socket);
        write_all(socket, reply_to(seen.bytes));
        ::shutdown(socket, SHUT_WR);
        for (std::string more = read_some(socket); !more.empty(); more = read_some(socket)) {
            seen.bytes += more;
        }
    };
}

} // namespace test
