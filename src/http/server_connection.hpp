// One accepted connection: a coroutine that reads, asks the handler and writes, and one alarm over it.
#pragma once

#include "http/server_core.hpp"
#include "http/server_request_reader.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0::http {

/// All functions on the server's executor. Owned by its coroutine.
class server_connection final : public std::enable_shared_from_this<server_connection>, private alarm {
public:
    /// `proxied`: the peer is a trusted proxy. `shed`: not none for one too many, to be answered 503.
    server_connection(std::shared_ptr<server_core> core, asio::ip::tcp::socket socket,
                      const asio::ip::tcp::endpoint& peer, bool proxied, refusal_cause shed);
    ~server_connection();

    static void start(std::shared_ptr<server_connection> connection);
    /// What this connection takes of its address's share.
    void keep(address_quota::place place) { place_ = std::move(place); }
    /// Closes the socket and cancels the handler; the coroutine ends by itself.
    void stop() noexcept;
    /// The server drains: ends now when no request is to be expected, else after the next answer.
    void retire();
    /// The execution context is being destroyed.
    void drop() noexcept;
    /// Whether a part of a request has arrived that was not answered yet.
    bool in_request() const noexcept;

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

    // server_connection.cpp: the life.
    void on_alarm() override;
    void arm(std::chrono::nanoseconds timeout);
    void close() noexcept;
    static asio::awaitable<void> run(std::shared_ptr<server_connection> self);
    asio::awaitable<bool> handshake();
    asio::awaitable<void> shed_load();
    asio::awaitable<void> linger();

    // server_reading.cpp: requests in.
    asio::awaitable<arrival> read_request();
    asio::awaitable<std::size_t> read_some(boost::system::error_code& failure);
    asio::awaitable<bool> say_continue();
    void watch_reading();
    bool nothing_to_expect();
    bool unread() const;

    // server_answering.cpp: answers out.
    asio::awaitable<bool> answer_request();
    asio::awaitable<bool> refuse_request(refusal_cause cause);
    asio::awaitable<bool> ask_handler(server_response& answer);
    void hand_over();
    void learn_client();
    bool is_health_check() const;
    server_response health() const;
    void write_out(const server_response& answer, int minor_version, bool keep_alive);
    asio::awaitable<bool> send_refusal(unsigned status, refusal_cause cause, std::string_view text);
    /// Writes what write_out() made.
    asio::awaitable<bool> send();
    std::size_t send_now();
    asio::awaitable<bool> send_rest();
    void give_up_handler();
    static asio::awaitable<void> answer_for_overdue(std::shared_ptr<server_connection> self);
    refusal_cause delivered(bool whole, refusal_cause cause) const noexcept;
    void note(unsigned status, refusal_cause cause, std::string_view reason);

    const std::shared_ptr<server_core> core_;
    std::optional<asio::ip::tcp::socket> socket_;
    std::unique_ptr<server_tls_session> tls_;
    address_quota::place place_;
    asio::cancellation_signal cancel_handler_;
    server_request_reader reader_;
    server_request request_;
    std::string out_;
    std::size_t sent_ = 0; // of out_
    const asio::ip::tcp::endpoint peer_address_;
    const std::string peer_;
    std::optional<asio::ip::address> client_; // as a trusted proxy says
    scheduler::time_point began_{};           // the request: its first byte
    scheduler::time_point arrived_{};         // its last
    scheduler::time_point request_deadline_{};
    std::uint64_t received_ = 0; // bytes that no answer has been for
    phase phase_ = phase::handshake;
    const refusal_cause shed_;
    const bool proxied_;
    bool used_ = false;       // it has carried a request
    bool expired_ = false;    // the alarm fired while a read was pending
    bool leaving_ = false;    // a read was cancelled because the server drains
    bool in_handler_ = false; // it has not come back
    bool given_up_ = false;   // it is overdue: another coroutine has the socket
    bool overdue_write_ = false;

    server_connection* next_ = nullptr;
    server_connection* previous_ = nullptr;
    connection_list* list_ = nullptr;
};

} // namespace videosdk::inline v0::http
