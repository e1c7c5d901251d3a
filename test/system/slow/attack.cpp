// Connecting, sending, and not reading.
#include "attack.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace slow_tests {
namespace {

using asio::ip::tcp;

void set(int handle, int level, int name, int value)
{
    BOOST_REQUIRE_EQUAL(::setsockopt(handle, level, name, &value, sizeof value), 0);
}

} // namespace

bool allow_descriptors(std::size_t wanted)
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted;
}

std::size_t descriptor_limit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

world::world() : receiver_world(pinned())
{
    limits.serial_executor = true;
    listener.emplace(context.get_executor(), *receiver, "127.0.0.1:0", limits);
    server_time = still_time::latest();
    listener->start();
}

void world::run_until(const std::function<bool()>& done)
{
    while (!done()) {
        context.restart();
        // The limit only ends a test that has failed.
        BOOST_REQUIRE_MESSAGE(context.run_one_for(std::chrono::seconds(60)) > 0,
                              "nothing happens any more: "
                                  << counts() << "; due within the time of a head "
                                  << server_time->due_within(limits.head_timeout)
                                  << ", within that of a request "
                                  << server_time->due_within(limits.request_timeout));
    }
}

void world::settle()
{
    do {
        context.restart();
    } while (context.poll() > 0);
}

void world::pass(std::chrono::nanoseconds by)
{
    settle(); // What has come is read, and its deadlines are gone, before the time is moved on.
    asio::post(context, [this, by] { server_time->advance(by); });
    settle();
}

std::string world::request(std::string_view body, std::string_view signature) const
{
    return "POST " + url.substr(url.find("/videosdk/")) +
           " HTTP/1.1\r\nHost: hooks.example.com\r\nContent-Type: application/json\r\n"
           "videosdk-signature: " +
           std::string(signature) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

std::string world::deliver()
{
    tcp::socket socket(context);
    const std::string bytes = request(acquired, rsa_signer::provider().sign(acquired));
    std::string answer(12, '\0');
    bool done = false;
    socket.connect(tcp::endpoint(asio::ip::address_v4::loopback(), listener->port()));
    asio::async_write(socket, asio::buffer(bytes), [&](const boost::system::error_code&, std::size_t) {
        asio::async_read(socket, asio::buffer(answer),
                         [&](const boost::system::error_code&, std::size_t) { done = true; });
    });
    run_until([&] { return done; });
    return answer;
}

crowd::~crowd()
{
    for (const int each : handles_) {
        ::close(each);
    }
}

int crowd::connect(bool small_buffers)
{
    const std::uint64_t accepted = where_.counts().connections_accepted;
    const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    BOOST_REQUIRE_GE(handle, 0);
    handles_.push_back(handle);
    if (small_buffers) {
        // Small segments make the server's own buffer small too: the kernel sizes it by them.
        set(handle, SOL_SOCKET, SO_RCVBUF, 1);
        set(handle, IPPROTO_TCP, TCP_MAXSEG, 300);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(where_.listener->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    BOOST_REQUIRE_EQUAL(::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    where_.run_until([&] { return where_.counts().connections_accepted > accepted; });
    return handle;
}

void crowd::send(int handle, std::string_view bytes)
{
    BOOST_REQUIRE_EQUAL(::send(handle, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT),
                        static_cast<ssize_t>(bytes.size()));
}

void crowd::add(std::size_t count, std::string_view bytes)
{
    for (std::size_t i = 0; i < count; ++i) {
        send(connect(false), bytes);
    }
    where_.settle();
}

void crowd::add_non_readers(std::size_t count, std::string_view bytes)
{
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t before = where_.counts().requests;
        send(connect(true), bytes);
        where_.run_until([&] { return where_.counts().requests > before; });
    }
    where_.settle();
}

} // namespace slow_tests
