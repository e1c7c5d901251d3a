// Posts webhooks to nodes, over connections that are kept, as the service does.
#pragma once

#include "settings.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nodes {

namespace asio = boost::asio;

class sender {
public:
    sender(asio::any_io_executor executor, std::array<std::uint16_t, count> ports)
        : executor_(std::move(executor)), ports_(ports)
    {
    }

    /// One attempt; the status of the answer, or 0 where no whole answer came in five seconds: it may have
    /// had its effect then.
    asio::awaitable<unsigned> post(unsigned node, std::string path, std::string body, std::string signature);

private:
    using socket = asio::ip::tcp::socket;

    asio::awaitable<unsigned> exchange(unsigned node, std::shared_ptr<socket> link, std::string request);

    asio::any_io_executor executor_;
    std::array<std::uint16_t, count> ports_;
    std::array<std::vector<socket>, count> kept_;
};

} // namespace nodes
