// Blocking servers for tests.
#include "raw_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace test_support {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

std::size_t content_length(const std::string& head)
{
    constexpr std::string_view name = "\r\nContent-Length: ";
    const std::size_t at = head.find(name);
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
}

template <class Stream>
class peer_over final : public raw_peer {
public:
    peer_over(Stream& stream, tcp::socket& socket, SSL* tls) : stream_(stream), socket_(socket), tls_(tls) {}

    std::string read_request() override
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

    void wait_for_end() override
    {
        while (read_more()) {
            buffer_.clear();
        }
    }

    void write(std::string_view bytes) override
    {
        error_code ignored;
        asio::write(stream_, asio::buffer(bytes.data(), bytes.size()), ignored);
    }

    void hold_back() override
    {
        const int on = 1;
        ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
    }

    void say_goodbye() override
    {
        if constexpr (!std::is_same_v<Stream, tcp::socket>) {
            error_code ignored;
            stream_.shutdown(ignored);
        }
    }

    void close() override
    {
        error_code ignored;
        socket_.shutdown(tcp::socket::shutdown_both, ignored);
    }

    void close_politely() override
    {
        if (tls_ != nullptr) {
            // The first call of a blocking SSL_shutdown through Asio waits for the client's close_notify; the
            // write side is all that is wanted, and a client of ours closes TCP without one.
            if constexpr (!std::is_same_v<Stream, tcp::socket>) {
                error_code ignored;
                stream_.shutdown(ignored);
            }
        }
        close();
    }

    void reset() override
    {
        // Sent when the socket is closed, which is when `serve` returns.
        error_code ignored;
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    }

    bool resumed() const override { return tls_ != nullptr && SSL_session_reused(tls_) == 1; }

    std::string client_name() const override
    {
        X509* const shown = tls_ == nullptr ? nullptr : SSL_get0_peer_certificate(tls_);
        char name[64] = "";
        if (shown != nullptr) {
            X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof name);
        }
        return name;
    }

private:
    bool read_more()
    {
        char bytes[4096];
        error_code failure;
        const std::size_t count = stream_.read_some(asio::buffer(bytes), failure);
        buffer_.append(bytes, count);
        return !failure;
    }

    Stream& stream_;
    tcp::socket& socket_;
    SSL* tls_;
    std::string buffer_;
};

} // namespace

struct raw_server::state {
    serve_function serve;
    std::optional<raw_tls> tls;
    bool mute = false;
    asio::io_context io;
    tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    std::optional<asio::ssl::context> context;
    std::atomic<unsigned> accepted{0};
    std::mutex mutex;
    std::vector<int> sockets;
    std::vector<std::thread> threads;
    std::thread accepting;
    bool stopping = false;

    void prepare_tls()
    {
        context.emplace(asio::ssl::context::tls_server);
        context->use_certificate_chain(asio::buffer(tls->certificate_chain_pem));
        context->use_private_key(asio::buffer(tls->private_key_pem), asio::ssl::context::pem);
        SSL_CTX* const native = context->native_handle();
        if (tls->tls_1_1_only) {
            SSL_CTX_set_security_level(native, 0);
            SSL_CTX_set_min_proto_version(native, TLS1_1_VERSION);
            SSL_CTX_set_max_proto_version(native, TLS1_1_VERSION);
        }
        if (tls->tls_1_2_only) {
            SSL_CTX_set_max_proto_version(native, TLS1_2_VERSION);
        }
        if (!tls->client_roots_pem.empty()) {
            context->add_certificate_authority(asio::buffer(tls->client_roots_pem));
            context->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
        }
        SSL_CTX_set_session_id_context(native, reinterpret_cast<const unsigned char*>("test"), 4);
    }

    void accept_all()
    {
        for (;;) {
            error_code failure;
            tcp::socket socket(io);
            acceptor.accept(socket, failure);
            std::lock_guard lock(mutex);
            if (failure || stopping) {
                return;
            }
            const unsigned nth = accepted++;
            sockets.push_back(socket.native_handle());
            threads.emplace_back([this, nth, connection = std::move(socket)]() mutable {
                talk(connection, nth);
                // Under the lock, so that the destructor never shuts down a descriptor that is somebody
                // else's by then.
                std::lock_guard closing(mutex);
                sockets[nth] = -1;
                error_code ignored;
                connection.close(ignored);
            });
        }
    }

    void talk(tcp::socket& socket, unsigned nth)
    {
        if (mute) {
            peer_over<tcp::socket> peer(socket, socket, nullptr);
            peer.wait_for_end();
        } else if (!tls) {
            peer_over<tcp::socket> peer(socket, socket, nullptr);
            serve(peer, nth);
        } else {
            asio::ssl::stream<tcp::socket&> stream(socket, *context);
            error_code failure;
            stream.handshake(asio::ssl::stream_base::server, failure);
            if (!failure) {
                peer_over<asio::ssl::stream<tcp::socket&>> peer(stream, socket, stream.native_handle());
                serve(peer, nth);
            } else {
                // Unread bytes would turn the end into a reset, which may overtake the alert.
                socket.shutdown(tcp::socket::shutdown_send, failure);
                peer_over<tcp::socket>(socket, socket, nullptr).wait_for_end();
            }
        }
    }
};

raw_server::raw_server(serve_function serve, std::optional<raw_tls> tls)
    : raw_server(std::move(serve), std::move(tls), false)
{
}

raw_server::raw_server(serve_function serve, std::optional<raw_tls> tls, bool mute)
    : state_(std::make_shared<state>())
{
    state_->serve = std::move(serve);
    state_->tls = std::move(tls);
    state_->mute = mute;
    if (state_->tls) {
        state_->prepare_tls();
    }
    state_->accepting = std::thread([raw = state_.get()] { raw->accept_all(); });
}

raw_server::~raw_server()
{
    {
        std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    // Wakes accept(): closing alone does not.
    ::shutdown(state_->acceptor.native_handle(), SHUT_RDWR);
    state_->accepting.join();
    {
        std::lock_guard lock(state_->mutex);
        for (const int each : state_->sockets) {
            if (each >= 0) {
                ::shutdown(each, SHUT_RDWR);
            }
        }
    }
    for (std::thread& each : state_->threads) {
        each.join();
    }
}

std::uint16_t raw_server::port() const noexcept
{
    return state_->acceptor.local_endpoint().port();
}

unsigned raw_server::accepted() const noexcept
{
    return state_->accepted;
}

std::string ok(std::string_view json)
{
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(json.size()) + "\r\n\r\n" + std::string(json);
}

} // namespace test_support
