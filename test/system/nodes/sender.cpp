// One exchange over a socket.
#include "sender.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cstdlib>
#include <string_view>
#include <utility>

namespace nodes {
namespace {

unsigned status_in(std::string_view head)
{
    constexpr std::string_view version = "HTTP/1.1 ";
    return head.starts_with(version)
               ? static_cast<unsigned>(std::atoi(std::string(head.substr(version.size(), 3)).c_str()))
               : 0;
}

std::size_t length_in(std::string_view head)
{
    constexpr std::string_view name = "\r\nContent-Length: ";
    const std::size_t at = head.find(name);
    return at == std::string_view::npos
               ? 0
               : static_cast<std::size_t>(std::atoi(std::string(head.substr(at + name.size(), 8)).c_str()));
}

} // namespace

asio::awaitable<unsigned> sender::post(unsigned node, std::string path, std::string body,
                                       std::string signature)
{
    const std::string request = "POST " + path +
                                " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                                "videosdk-signature: " +
                                signature + "\r\nContent-Length: " + std::to_string(body.size()) +
                                "\r\n\r\n" + body;
    auto link = std::make_shared<socket>(executor_);
    if (!kept_[node].empty()) {
        *link = std::move(kept_[node].back());
        kept_[node].pop_back();
    }
    // A process that was stopped keeps its sockets, and answers nothing.
    asio::steady_timer patience(executor_, 5s);
    patience.async_wait([link](const boost::system::error_code& ended) {
        if (!ended) {
            link->close();
        }
    });
    const unsigned status = co_await exchange(node, link, request);
    co_return status;
}

asio::awaitable<unsigned> sender::exchange(unsigned node, std::shared_ptr<socket> link, std::string request)
{
    boost::system::error_code failure;
    auto token = asio::redirect_error(asio::use_awaitable, failure);
    if (!link->is_open()) {
        const asio::ip::tcp::endpoint where(asio::ip::address_v4::loopback(), ports_[node]);
        co_await link->async_connect(where, token);
        if (failure) {
            co_return 0;
        }
        link->set_option(asio::ip::tcp::no_delay(true), failure);
    }
    co_await asio::async_write(*link, asio::buffer(request), token);
    if (failure) {
        co_return 0;
    }
    std::string answer;
    const std::size_t head =
        co_await asio::async_read_until(*link, asio::dynamic_buffer(answer), "\r\n\r\n", token);
    if (failure) {
        co_return 0;
    }
    const std::size_t whole = head + length_in(std::string_view(answer).substr(0, head));
    if (answer.size() < whole) {
        const std::size_t missing = whole - answer.size();
        co_await asio::async_read(*link, asio::dynamic_buffer(answer), asio::transfer_exactly(missing),
                                  token);
        if (failure) {
            co_return 0;
        }
    }
    if (answer.find("\r\nConnection: close") == std::string::npos) {
        kept_[node].push_back(std::move(*link));
    }
    co_return status_in(answer);
}

} // namespace nodes
