// A server on a loopback socket, and one connection after another to it: bytes in, answers out. Nothing
// blocks and no clock decides: the server's time stands still, so that what it does it does without waiting
// for any deadline, and a silent server ends the test, not a verdict.
#pragma once

#include "http/server.hpp"
#include "still_time.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace conformance {

namespace asio = boost::asio;
namespace http = videosdk::http;

/// What the handler saw of a request.
struct seen_request {
    std::string method;
    std::string target;
    std::string body;
    std::string host; ///< The Host header as the handler finds it.
};

/// One answer off the wire.
struct answer {
    unsigned status = 0;
    std::string head; ///< With its line ends, up to and with the empty line.
    std::string body;
    /// The value of the header, empty when there is none.
    std::string field(std::string_view name) const;
    bool has(std::string_view name) const;
};

/// A connection's whole life, as its client saw it.
struct conversation {
    std::vector<answer> answers;
    std::string left;             ///< Bytes that are no answer.
    bool closed_in_order = false; ///< The server ended it, by FIN.
    std::vector<seen_request> seen;
};

class place;

/// A client's connection.
class line {
public:
    /// All of 127.0.0.0/8 is this machine: each address is another client's.
    explicit line(place& where, const asio::ip::address_v4& from = asio::ip::address_v4::loopback());
    void send(std::string_view bytes);
    void half_close();
    /// What has arrived so far.
    const std::string& arrived();
    /// The same once there is a whole answer, or the end.
    const std::string& answered(std::size_t to_head = 0);
    bool ended() const { return ended_; }
    /// Reads until the server ends the connection.
    std::string rest();
    bool in_order() const;

private:
    void read();
    place& where_;
    asio::ip::tcp::socket socket_;
    std::string buffer_;
    std::vector<char> part_;
    boost::system::error_code failure_;
    bool ended_ = false;
};

class place {
public:
    /// The service below, or a handler of the test's own.
    explicit place(http::server::handler handle = {},
                   const http::server_options& options = http::server_options());
    ~place();

    /// One connection: sends the bytes, and reads until the server ends it. `to_head`: the answers of that
    /// many first requests have no body whatever their length says.
    conversation talk(std::string_view bytes, std::size_t to_head = 0);

    void run_until(const std::function<bool()>& done);
    void settle();
    /// Moves the server's time on; what comes due happens.
    void pass(std::chrono::nanoseconds by);
    /// Until the next deadline of the server's is so far away: then it has seen what was sent.
    void wait_for_deadline(std::chrono::nanoseconds left);
    /// Whether the server's time was never moved.
    bool timeless() const { return time_->now() == begun_; }
    http::server_counts counts() const { return server_->counts(); }
    std::uint16_t port() const { return server_->port(); }
    asio::io_context& io() { return io_; }

    std::vector<seen_request> seen;

private:
    asio::awaitable<http::server_response> serve(const http::server_request& request);

    asio::io_context io_{1};
    std::unique_ptr<http::server> server_;
    std::shared_ptr<still_time::clock> time_;
    videosdk::scheduler::time_point begun_;
};

/// The answers in the bytes; what is left when they end or are none.
std::vector<answer> answers_in(std::string_view bytes, std::size_t to_head, std::string& left);

/// The bytes in a form that a test's message can hold.
std::string printable(std::string_view bytes);

/// Whether the only answer is 4xx, 501 or 505, says that the connection closes, and it closed; why not, else.
std::string not_refused(const conversation& what);

/// `GET /smuggled`, as it stands behind what must be refused.
extern const std::string smuggled;
/// The last request of a connection, `GET /last`.
extern const std::string last;

} // namespace conformance
