// A port for a listener in another process.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>

namespace test_support {

/// A port of 127.0.0.1 that is ours: who asks for a listener on it gets it, and nobody else is given it by
/// chance.
class reserved_port {
public:
    explicit reserved_port(const boost::asio::any_io_executor& executor) : socket_(executor)
    {
        socket_.open(boost::asio::ip::tcp::v4());
        socket_.set_option(boost::asio::ip::tcp::acceptor::reuse_address(true));
        socket_.bind({boost::asio::ip::address_v4::loopback(), 0});
    }
    std::uint16_t number() const { return socket_.local_endpoint().port(); }

private:
    boost::asio::ip::tcp::acceptor socket_; ///< Bound, and never listening.
};

} // namespace test_support
