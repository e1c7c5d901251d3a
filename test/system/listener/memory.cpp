// What a connection costs that does nothing, or too little: bytes of the heap, counted.
#include "support/certificates.hpp"
#include "support/heap.hpp"
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

using namespace listener_tests;

namespace {

// ThreadSanitizer has Asio lay its handlers out otherwise; the promise is kept by every other build.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define VIDEOSDK_TEST_THREAD_SANITIZER 1
#endif
#endif
#ifdef VIDEOSDK_TEST_THREAD_SANITIZER
constexpr std::size_t half_open_limit = 20U * 1024;
#else
constexpr std::size_t half_open_limit = 16U * 1024;
#endif

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

void send_to_all(const crowd& many, std::string_view bytes)
{
    for (const int handle : many.handles()) {
        BOOST_REQUIRE_EQUAL(::send(handle, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                            static_cast<ssize_t>(bytes.size()));
    }
}

void settle(world& here)
{
    for (int i = 0; i < 3; ++i) {
        here.io.restart();
        here.io.poll();
    }
}

// What each connection adds when there are `count` of them that have had `whole` answered, where it is not
// empty, and have sent `part`. A first one has paid for what they share.
std::size_t each_costs(world& here, std::size_t count, SSL_CTX* context, std::string_view whole = {},
                       std::string_view part = {})
{
    {
        const crowd first(here, 1);
        if (context != nullptr) {
            handshake(here, first.handles().front(), context);
        }
    }
    here.run_until([&] { return here.listener->counts().connections_open == 0; });
    const std::size_t before = test_support::heap_in_use();
    const crowd many(here, count);
    if (context != nullptr) {
        for (const int handle : many.handles()) {
            handshake(here, handle, context);
        }
    }
    const std::uint64_t requests = here.listener->counts().requests;
    if (!whole.empty()) {
        send_to_all(many, whole);
        here.run_until([&] { return here.listener->counts().requests == requests + count; });
    }
    settle(here);
    send_to_all(many, part);
    settle(here);
    BOOST_REQUIRE_EQUAL(here.listener->counts().connections_open, count);
    BOOST_REQUIRE_EQUAL(here.listener->counts().refused, 0U);
    return (test_support::heap_in_use() - before) / count;
}

// As many headers as are taken, in as many bytes.
std::string many_headers()
{
    std::string head = "POST /none HTTP/1.1\r\nHost: a\r\n";
    for (int i = 10; i < 108; ++i) {
        head += "A" + std::to_string(i) + ": " + std::string(74, 'a') + "\r\n";
    }
    return head;
}

std::string with_length(const std::string& head, std::size_t length)
{
    return head + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

} // namespace

BOOST_AUTO_TEST_SUITE(memory)

BOOST_AUTO_TEST_CASE(a_half_open_plain_connection_costs_at_most_sixteen_kibibytes)
{
    const std::string short_head = "POST /none HTTP/1.1\r\nHost: a\r\n";
    const std::string long_head = short_head + "A: " + std::string(8000, 'a');
    const std::string large = with_length(many_headers(), 60'000) + std::string(60'000, 'b');
    struct row {
        const char* what;
        std::string whole;
        std::string part;
    };
    for (const row& each : std::vector<row>{
             {"that has sent nothing", "", ""},
             {"with the begin of a head", "", short_head},
             {"with a head that is nearly as long as one may be", "", long_head},
             {"with as many headers as there may be", "", many_headers()},
             {"with a head and half of a body", "",
              with_length(short_head, 16'000) + std::string(8'000, 'b')},
             {"with as many headers as there may be and no body", "", with_length(many_headers(), 60'000)},
             {"with many headers and the begin of a body", "",
              with_length(many_headers(), 60'000) + std::string(200, 'b')},
             {"that is idle after a large request", large, ""},
             {"with a long head after a large request", large, long_head},
             {"with many headers after a large request", large, many_headers()},
             {"with half of a body after a large request", large,
              with_length(short_head, 16'000) + std::string(8'000, 'b')},
         }) {
        world here;
        here.start();
        const std::size_t size = each_costs(here, 200, nullptr, each.whole, each.part);
        BOOST_TEST_MESSAGE("a plain connection " << each.what << ": " << size << " bytes");
        BOOST_CHECK_LE(size, half_open_limit);
        BOOST_CHECK_GT(size, 1024 + each.part.size());
    }
}

BOOST_AUTO_TEST_CASE(unfinished_bodies_share_a_budget_and_webhooks_go_on)
{
    constexpr std::size_t count = 400;
    world here;
    here.options.max_body_memory = std::size_t(1024) * 1024;
    here.start();
    here.receive_a_webhook();
    const std::size_t before = test_support::heap_in_use();
    const crowd many(here, count);
    send_to_all(many,
                with_length("POST /none HTTP/1.1\r\nHost: a\r\n", 64 * 1024) + std::string(30'000, 'b'));
    settle(here);
    const std::size_t after = test_support::heap_in_use();
    const auto counts = here.listener->counts();
    BOOST_TEST_MESSAGE(count << " unfinished bodies: " << after - before << " bytes, " << counts.requests_shed
                             << " refused");
    BOOST_CHECK_LE(after - before, count * 16 * 1024 + here.options.max_body_memory);
    BOOST_CHECK_GT(counts.requests_shed, count / 2);
    BOOST_CHECK_LT(counts.requests_shed, count);
    BOOST_CHECK_EQUAL(counts.refused, 0U);
    std::size_t told = 0;
    for (const int handle : many.handles()) {
        std::string answer(1024, ' ');
        const ssize_t size = ::recv(handle, answer.data(), answer.size(), MSG_DONTWAIT);
        answer.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        if (answer.starts_with("HTTP/1.1 503 ") &&
            answer.find("\r\nRetry-After: 1\r\n") != std::string::npos &&
            answer.find("\r\nConnection: close\r\n") != std::string::npos) {
            ++told;
        }
    }
    BOOST_CHECK_EQUAL(told, counts.requests_shed);
    // What a connection has of its own is enough for webhooks.
    here.receive_a_webhook();
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
