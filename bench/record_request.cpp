// Writes the bytes that this library sends for an acquire, so that its peers can send the same:
// record_request HOST:PORT prints them, addressed to that host.
#include "acquire.hpp"

#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

asio::awaitable<std::string> one_request(tcp::acceptor& acceptor)
{
    tcp::socket peer = co_await acceptor.async_accept(asio::use_awaitable);
    std::string bytes;
    auto whole = asio::dynamic_buffer(bytes);
    co_await asio::async_read_until(peer, whole, "}",
                                    asio::use_awaitable); // The body is the only JSON, and flat.
    const std::string no = "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}";
    co_await asio::async_write(peer, asio::buffer(no), asio::use_awaitable);
    co_return bytes;
}

asio::awaitable<void> send_one(videosdk::client& client)
{
    const auto refused =
        co_await client.try_acquire({.type = bench::acquired_type, .webhook_url = bench::webhook_url});
    if (refused.has_value() || refused.error().code() != videosdk::errc::bad_request) {
        throw std::runtime_error("the request did not reach its recorder");
    }
    client.close();
}

std::string record(const std::string& host)
{
    asio::io_context io(1);
    tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    const std::string own_host = "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    videosdk::client_options options = bench::client_options_for("http://" + own_host);
    options.serial_executor = true;
    videosdk::client client(io.get_executor(), options);

    std::string bytes;
    std::exception_ptr thrown;
    const auto note = [&thrown](const std::exception_ptr& failure) { thrown = failure ? failure : thrown; };
    asio::co_spawn(io, one_request(acceptor), [&](const std::exception_ptr& failure, std::string got) {
        note(failure);
        bytes = std::move(got);
    });
    asio::co_spawn(io, send_one(client), note);
    io.run();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    const std::size_t at = bytes.find("Host: " + own_host + "\r\n");
    if (at == std::string::npos) {
        throw std::runtime_error("the request names no host");
    }
    return bytes.replace(at + 6, own_host.size(), host);
}

} // namespace

int main(int count, char** words)
{
    if (count != 2) {
        std::cerr << "usage: " << words[0] << " HOST:PORT\n";
        return EXIT_FAILURE;
    }
    try {
        std::cout << record(words[1]) << std::flush;
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << words[0] << ": " << failure.what() << "\n";
        return EXIT_FAILURE;
    }
}
