// What a connection costs that does nothing, or too little: bytes of the heap, counted.
#include "support/certificates.hpp"
#include "world.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define VIDEOSDK_TEST_SANITIZER_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define VIDEOSDK_TEST_SANITIZER_HEAP 1
#endif
#endif
#ifdef VIDEOSDK_TEST_SANITIZER_HEAP
extern "C" std::size_t __sanitizer_get_current_allocated_bytes(); // NOLINT: not every compiler has its header
#else
#include <malloc.h>
#endif

using namespace listener_tests;

namespace {

std::size_t heap_in_use()
{
#ifdef VIDEOSDK_TEST_SANITIZER_HEAP
    return __sanitizer_get_current_allocated_bytes();
#else
    const auto heap = ::mallinfo2();
    return heap.uordblks + heap.hblkhd;
#endif
}

// Connected sockets that cost this process no memory, closed at the end.
class crowd {
public:
    crowd(world& here, std::size_t size)
    {
        handles_.reserve(size);
        std::uint64_t accepted = here.listener->counts().connections_accepted;
        while (handles_.size() < size) {
            const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            BOOST_REQUIRE_GE(handle, 0);
            handles_.push_back(handle);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(here.listener->port());
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            BOOST_REQUIRE_EQUAL(
                ::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
            ++accepted;
            here.run_until([&] { return here.listener->counts().connections_accepted == accepted; });
        }
    }
    ~crowd()
    {
        for (const int each : handles_) {
            ::close(each);
        }
    }
    crowd(const crowd&) = delete;
    crowd& operator=(const crowd&) = delete;

    const std::vector<int>& handles() const noexcept { return handles_; }

private:
    std::vector<int> handles_;
};

// Handshakes as a client does, and forgets what the client had.
void handshake(world& here, int handle, SSL_CTX* context)
{
    SSL* const client = SSL_new(context);
    SSL_set_fd(client, handle);
    ::fcntl(handle, F_SETFL, ::fcntl(handle, F_GETFL) | O_NONBLOCK);
    while (SSL_connect(client) != 1) {
        here.io.poll();
        here.io.restart();
    }
    SSL_set_quiet_shutdown(client, 1);
    SSL_free(client);
}

// What each connection adds when there are `count` of them. A first one has paid for what they share.
std::size_t each_costs(world& here, std::size_t count, SSL_CTX* context, std::string_view bytes = {})
{
    {
        const crowd first(here, 1);
        if (context != nullptr) {
            handshake(here, first.handles().front(), context);
        }
    }
    here.run_until([&] { return here.listener->counts().connections_open == 0; });
    const std::size_t before = heap_in_use();
    const crowd many(here, count);
    if (context != nullptr) {
        for (const int handle : many.handles()) {
            handshake(here, handle, context);
        }
    }
    for (const int handle : many.handles()) {
        BOOST_REQUIRE_EQUAL(::send(handle, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                            static_cast<ssize_t>(bytes.size()));
    }
    here.io.poll();
    here.io.restart();
    BOOST_REQUIRE_EQUAL(here.listener->counts().connections_open, count);
    return (heap_in_use() - before) / count;
}

} // namespace

BOOST_AUTO_TEST_SUITE(memory)

BOOST_AUTO_TEST_CASE(a_half_open_plain_connection_costs_at_most_sixteen_kibibytes)
{
    // Heads of every length up to the limit, half-open; the longest costs the most.
    const std::string head = "POST / HTTP/1.1\r\nA: " + std::string(8000, 'a');
    for (const std::size_t size : {std::size_t(0), std::size_t(20), head.size()}) {
        world here;
        here.start();
        const std::size_t each = each_costs(here, 200, nullptr, std::string_view(head).substr(0, size));
        BOOST_TEST_MESSAGE("a plain connection with " << size << " bytes of head: " << each << " bytes");
        BOOST_CHECK_LE(each, 16U * 1024);
        BOOST_CHECK_GT(each, 1024 + size);
    }
}

BOOST_AUTO_TEST_CASE(what_a_tls_connection_costs_is_known)
{
    const auto leaf = test_support::make_leaf();
    world here;
    here.options.certificate_chain_pem = leaf.certificate_pem;
    here.options.private_key_pem = leaf.private_key_pem;
    here.start();
    const std::size_t silent = each_costs(here, 50, nullptr);
    BOOST_TEST_MESSAGE("a TLS connection that has sent nothing: " << silent << " bytes");
    BOOST_CHECK_LE(silent, 160U * 1024);
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    const std::size_t idle = each_costs(here, 50, context);
    SSL_CTX_free(context);
    BOOST_TEST_MESSAGE("a TLS connection after its handshake: " << idle << " bytes");
    BOOST_CHECK_LE(idle, 128U * 1024);
}

BOOST_AUTO_TEST_SUITE_END()
