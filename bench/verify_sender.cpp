// Sends signed webhooks to a listener as fast as it answers: bench_verify_sender PORT PATH KEY_FILE SECONDS
// CONNECTIONS.
#include "verify_key.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

struct load {
    std::vector<std::string> requests;
    std::chrono::steady_clock::time_point until;
    std::uint64_t answered = 0;
    std::uint64_t refused = 0;
};

std::vector<std::string> requests_of(const std::string& path, const std::string& key_file)
{
    std::vector<std::string> out;
    for (const bench::signed_event& each : bench::signing_key(key_file).events(500)) {
        out.push_back("POST " + path +
                      " HTTP/1.1\r\nHost: hooks.example.com\r\nUser-Agent: webhooks\r\nAccept: */*\r\n"
                      "Content-Type: application/json\r\nvideosdk-signature: " +
                      each.signature + "\r\nContent-Length: " + std::to_string(each.body.size()) +
                      "\r\n\r\n" + each.body);
    }
    return out;
}

/// The body's length, which stands in the head.
std::size_t body_length(const std::string& head)
{
    const std::size_t at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
}

asio::awaitable<void> send_on_and_on(load& all, std::uint16_t port, std::size_t first)
{
    tcp::socket socket(co_await asio::this_coro::executor);
    co_await socket.async_connect(tcp::endpoint(asio::ip::address_v4::loopback(), port), asio::use_awaitable);
    socket.set_option(tcp::no_delay(true));
    std::string buffer;
    for (std::size_t next = first; std::chrono::steady_clock::now() < all.until; ++next) {
        const std::string& request = all.requests[next % all.requests.size()];
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        const std::size_t head = co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer),
                                                                 "\r\n\r\n", asio::use_awaitable);
        const std::size_t whole = head + body_length(buffer.substr(0, head));
        if (buffer.size() < whole) {
            const std::size_t missing = whole - buffer.size();
            co_await asio::async_read(socket, asio::dynamic_buffer(buffer), asio::transfer_exactly(missing),
                                      asio::use_awaitable);
        }
        ++all.answered;
        all.refused += buffer.starts_with("HTTP/1.1 200 ") ? 0 : 1;
        buffer.erase(0, whole);
    }
}

} // namespace

int main(int count, char** words)
{
    try {
        if (count != 6) {
            std::cerr << "usage: bench_verify_sender PORT PATH KEY_FILE SECONDS CONNECTIONS\n";
            return 2;
        }
        asio::io_context io(1);
        load all;
        all.requests = requests_of(words[2], words[3]);
        const auto begun = std::chrono::steady_clock::now();
        all.until = begun + std::chrono::seconds(std::atoi(words[4]));
        const auto port = static_cast<std::uint16_t>(std::atoi(words[1]));
        bool failed = false;
        for (int i = 0; i < std::atoi(words[5]); ++i) {
            asio::co_spawn(io, send_on_and_on(all, port, static_cast<std::size_t>(i) * 37),
                           [&failed](const std::exception_ptr& why) { failed = failed || why; });
        }
        io.run();
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
        std::cout << "{\"answered\":" << all.answered << ",\"seconds\":" << wall.count() << "}\n";
        if (failed || all.refused != 0) {
            std::cerr << "bench_verify_sender: a connection was lost, or a webhook refused\n";
            return 1;
        }
        return 0;
    } catch (const std::exception& failure) {
        std::cerr << "bench_verify_sender: " << failure.what() << '\n';
        return 1;
    }
}
