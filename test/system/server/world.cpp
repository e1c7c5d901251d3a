// The driving of the io_context, and the peers.
#include "world.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace server_tests {

using asio::ip::tcp;
using boost::system::error_code;

world::world() : io(std::make_unique<asio::io_context>(1)) {}

world::~world() = default;

void world::start(http::server::handler handle, const std::string& address)
{
    server = std::make_unique<http::server>(io->get_executor(), address, options,
                                            handle ? std::move(handle) : echo(seen));
    server->start();
}

videosdk::manual_scheduler& world::stop_the_clock()
{
    auto made = std::make_shared<videosdk::manual_scheduler>();
    options.time = made;
    return *made;
}

void world::run_until(const std::function<bool()>& done)
{
    while (!done()) {
        if (io->stopped()) {
            io->restart();
        }
        // The limit only ends a test that has failed.
        BOOST_REQUIRE_MESSAGE(io->run_one_for(std::chrono::seconds(60)) > 0, "nothing happens any more");
    }
}

void world::settle()
{
    if (io->stopped()) {
        io->restart();
    }
    for (int i = 0; i < 3; ++i) {
        io->poll();
    }
}

http::server::handler echo(std::vector<seen_request>& seen)
{
    return [&seen](const http::server_request& request) -> asio::awaitable<http::server_response> {
        seen_request copy;
        copy.method = request.method;
        copy.target = request.target;
        copy.body = request.body;
        copy.peer = request.peer;
        for (const auto& header : request.headers) {
            copy.headers.emplace_back(header.name, header.value);
        }
        http::server_response answer(200, copy.method + " " + copy.target + " " + copy.body, "text/plain");
        seen.push_back(std::move(copy));
        co_return answer;
    };
}

peer::peer(world& where) : world_(where), socket_(*where.io)
{
    bool done = false;
    const auto address = asio::ip::make_address("127.0.0.1");
    socket_.async_connect(tcp::endpoint(address, where.server->port()), [&](const error_code& failure) {
        ended_ = failure;
        done = true;
    });
    where.run_until([&] { return done; });
    socket_.non_blocking(true);
    socket_.set_option(tcp::no_delay(true));
}

void peer::send(std::string_view bytes)
{
    bool done = false;
    asio::async_write(socket_, asio::buffer(bytes), [&](const error_code& failure, std::size_t) {
        ended_ = failure;
        done = true;
    });
    world_.run_until([&] { return done; });
}

std::size_t peer::send_some(std::string_view bytes)
{
    error_code failure;
    return socket_.write_some(asio::buffer(bytes), failure);
}

void peer::half_close()
{
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void peer::close()
{
    error_code ignored;
    socket_.close(ignored);
}

bool peer::over()
{
    char byte = 0;
    const ssize_t size = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return size == 0 || (size < 0 && errno != EAGAIN);
}

bool peer::read_more()
{
    std::array<char, 16384> part{};
    bool done = false;
    std::size_t size = 0;
    socket_.async_read_some(asio::buffer(part), [&](const error_code& failure, std::size_t count) {
        ended_ = failure;
        size = count;
        done = true;
    });
    world_.run_until([&] { return done; });
    buffer_.append(part.data(), size);
    return !ended_;
}

std::string peer::answer(bool to_head)
{
    std::size_t head = 0;
    while ((head = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!read_more()) {
            return {};
        }
    }
    head += 4;
    std::size_t length = 0;
    const std::size_t field = buffer_.find("Content-Length: ");
    if (!to_head && field != std::string::npos && field < head) {
        length = std::strtoul(buffer_.c_str() + field + 16, nullptr, 10);
    }
    while (buffer_.size() < head + length) {
        if (!read_more()) {
            return {};
        }
    }
    std::string whole = buffer_.substr(0, head + length);
    buffer_.erase(0, head + length);
    return whole;
}

std::string peer::rest()
{
    while (read_more()) {}
    return std::exchange(buffer_, {});
}

std::string peer::local() const
{
    return "127.0.0.1:" + std::to_string(socket_.local_endpoint().port());
}

std::string get(std::string_view target, std::string_view fields)
{
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(fields) + "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view fields)
{
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(fields) + "\r\n" + std::string(body);
}

unsigned status_of(const std::string& answer)
{
    return answer.starts_with("HTTP/1.1 ")
               ? static_cast<unsigned>(std::strtoul(answer.c_str() + 9, nullptr, 10))
               : 0;
}

std::string body_of(const std::string& answer)
{
    const std::size_t end = answer.find("\r\n\r\n");
    return end == std::string::npos ? std::string() : answer.substr(end + 4);
}

bool ends_in_order(const peer& which)
{
    return which.ended() == asio::error::eof;
}

void without_ipv6(const videosdk::error& failure)
{
    BOOST_CHECK(failure.code() == videosdk::errc::listen_failed);
    BOOST_CHECK_MESSAGE(std::getenv("CI") == nullptr, "a test needs IPv6: " << failure.what());
    BOOST_TEST_MESSAGE("not tested, for want of IPv6");
}

int raw_connect(std::uint16_t port)
{
    const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Loopback: the kernel completes the handshake without the server's doing.
    if (handle >= 0 && ::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(handle);
        return -1;
    }
    return handle;
}

std::string local_address(int handle)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(handle, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        return "none";
    }
    return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

} // namespace server_tests
