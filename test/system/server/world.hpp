// One io_context with a server on it, and peers that speak to it in bytes. Nothing blocks: a peer's functions
// run the io_context until they are done.
#pragma once

#include "http/server.hpp"

#include <videosdk/scheduler.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace server_tests {

namespace asio = boost::asio;
namespace http = videosdk::http;

/// What a handler saw of a request.
struct seen_request {
    std::string method;
    std::string target;
    std::string body;
    std::string peer;
    std::vector<std::pair<std::string, std::string>> headers;
};

class world {
public:
    world();
    ~world();

    /// Starts the server with `options` below; `handle` is the echo when none was given.
    void start(http::server::handler handle = {}, const std::string& address = "127.0.0.1:0");
    /// Time moves by this only, from now on; before start().
    videosdk::manual_scheduler& stop_the_clock();
    /// Runs until `done` holds. Fails the test when nothing happens any more.
    void run_until(const std::function<bool()>& done);
    /// Runs what is ready, and nothing that is not.
    void settle();

    http::server_counts counts() const { return server->counts(); }

    http::server_options options;
    std::vector<seen_request> seen; ///< What the echo got.
    std::unique_ptr<asio::io_context> io;
    std::unique_ptr<http::server> server;
};

/// The echo: 200, `<method> <target> <body>`.
http::server::handler echo(std::vector<seen_request>& seen);

class peer {
public:
    explicit peer(world& where);

    void send(std::string_view bytes);
    /// Sends as far as the other side takes it, without waiting.
    std::size_t send_some(std::string_view bytes);
    void half_close();
    void close();
    /// Whether the server has ended the connection, as far as is known without waiting.
    bool over();
    /// The next whole answer, by its Content-Length. Empty when the connection ended before it.
    std::string answer(bool to_head = false);
    /// All bytes up to the end.
    std::string rest();
    /// How the connection ended: eof when in good order.
    const boost::system::error_code& ended() const { return ended_; }
    std::string local() const;
    asio::ip::tcp::socket& socket() { return socket_; }

private:
    bool read_more();

    world& world_;
    asio::ip::tcp::socket socket_;
    std::string buffer_;
    boost::system::error_code ended_;
};

std::string get(std::string_view target, std::string_view fields = {});
std::string post(std::string_view target, std::string_view body, std::string_view fields = {});
unsigned status_of(const std::string& answer);
std::string body_of(const std::string& answer);
bool ends_in_order(const peer& which);

/// Notes that this machine has no IPv6, which fails the test where CI says that it should.
void without_ipv6(const videosdk::error& failure);

/// A connected loopback socket without any memory of ours, -1 when there is none.
int raw_connect(std::uint16_t port);
/// That socket's own address, as the server tells it: `127.0.0.1:4711`.
std::string local_address(int handle);

} // namespace server_tests
