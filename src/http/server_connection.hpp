// One accepted connection: a coroutine that reads, asks the handler and writes, and one alarm over it.
#pragma once

#include "http/server_core.hpp"
#include "http/server_request_reader.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0::http {

/// All functions on the server's executor. Owned by its coroutine.
class server_connection final : public std::enable_shared_from_this<server_connection>, private alarm {
public:
    /// `shed`: one too many, to be answered 503.
    server_connection(std::shared_ptr<server_core> core, asio::ip::tcp::socket socket, std::string peer,
                      bool shed);
    ~server_connection();

    static void start(std::shared_ptr<server_connection> connection);
    /// Closes the socket and cancels the handler; the coroutine ends by itself.
    void stop() noexcept;
    /// The execution context is being destroyed.
    void drop() noexcept;

private:
    friend class server_core; // links connections into its list

    enum class phase : std::uint8_t {
        handshake,
        idle,     // between requests
        head,     // a part of a head has arrived
        body,     // a head, and perhaps a part of its body
        handling, // the handler has the request
        writing,
        lingering, // the last answer was sent; what the peer still sends is thrown away
        closed
    };
    enum class arrival : std::uint8_t { request, refused, timed_out, idle, gone };

    void on_alarm() override;
    void arm(std::chrono::nanoseconds timeout);
    void watch_reading();
    void close() noexcept;
    void give_up_handler();

    static asio::awaitable<void> run(std::shared_ptr<server_connection> self);
    asio::awaitable<bool> handshake();
    asio::awaitable<arrival> read_request();
    asio::awaitable<bool> answer_request();
    asio::awaitable<bool> send_refusal(unsigned status, std::string_view text);
    asio::awaitable<bool> send_rest(std::size_t sent);
    asio::awaitable<void> shed_load();
    asio::awaitable<void> linger();
    static asio::awaitable<void> answer_for_overdue(std::shared_ptr<server_connection> self);

    void hand_over();
    void write_out(const server_response& answer, int minor_version, bool keep_alive);
    std::size_t send_now();

    const std::shared_ptr<server_core> core_;
    std::optional<asio::ip::tcp::socket> socket_;
    std::unique_ptr<server_tls_session> tls_;
    asio::cancellation_signal cancel_handler_;
    server_request_reader reader_;
    server_request request_;
    std::string out_;
    const std::string peer_;
    scheduler::time_point request_deadline_{};
    phase phase_ = phase::handshake;
    const bool shed_;
    bool expired_ = false;    // the alarm fired while a read was pending
    bool in_handler_ = false; // it has not come back
    bool given_up_ = false;   // it is overdue: another coroutine has the socket

    server_connection* next_ = nullptr;
    server_connection* previous_ = nullptr;
    bool attached_ = false;
};

} // namespace videosdk::inline v0::http
