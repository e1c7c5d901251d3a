// What a server's connections share: options, counters, the clock, the acceptor.
#pragma once

#include "http/server.hpp"
#include "http/server_tls.hpp"
#include "scheduler/context_service.hpp"

#include <videosdk/scheduler.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace videosdk::inline v0::http {

class server_connection;

/// Throws error with `call` and `detail`.
[[noreturn]] void throw_server_error(errc code, const std::string& call, std::string detail);

/// Connections hold it by shared_ptr, and it knows them by plain pointers, so that no cycle outlives the
/// pending operations, which the execution context destroys.
class server_core final : public std::enable_shared_from_this<server_core>,
                          public context_member,
                          private alarm {
public:
    server_core(asio::any_io_executor executor, std::string address, server_options options,
                server::handler handle);
    ~server_core();

    // From any thread.
    void start();
    void stop() noexcept;
    std::uint16_t port() const noexcept { return port_.load(std::memory_order_relaxed); }
    server_counts counts() const noexcept;

    // On the executor, for connections.
    bool stopping() const noexcept { return stopping_.load(std::memory_order_relaxed); }
    const server_options& options() const noexcept { return options_; }
    const server::handler& handle() const noexcept { return handle_; }
    server_tls_context* tls() noexcept { return tls_.get(); }
    /// Outlives the execution context, then without effect.
    scheduler& time() noexcept { return *time_; }
    /// Now, in the form of RFC 9110 5.6.7.
    std::string_view date();
    void attach(server_connection& which) noexcept;
    void detach(server_connection& which) noexcept;
    void shed_ended() noexcept { --shedding_; }

    struct counters {
        std::atomic<std::uint64_t> accepted{0};
        std::atomic<std::uint64_t> open{0};
        std::atomic<std::uint64_t> shed{0};
        std::atomic<std::uint64_t> handshakes{0};
        std::atomic<std::uint64_t> handshakes_failed{0};
        std::atomic<std::uint64_t> requests{0};
        std::atomic<std::uint64_t> refused{0};
        std::atomic<std::uint64_t> timed_out{0};
    };
    counters counters_;

private:
    void context_shutdown() noexcept override;
    void on_alarm() override { accept(); } // the pause after a failed accept is over

    void accept();
    void on_accept(const boost::system::error_code& failure, asio::ip::tcp::socket socket);
    void take(asio::ip::tcp::socket socket);
    void close_all() noexcept;
    server_connection* pop_connection() noexcept;

    asio::any_io_executor executor_;
    const std::string address_;
    const server_options options_;
    const server::handler handle_;
    const std::shared_ptr<scheduler> time_;
    std::shared_ptr<server_tls_context> tls_;
    std::optional<asio::ip::tcp::acceptor> acceptor_;
    asio::ip::tcp::endpoint peer_;
    server_connection* first_ = nullptr;
    std::size_t shedding_ = 0;
    std::atomic<bool> stopping_{false};
    bool started_ = false;
    std::atomic<std::uint16_t> port_{0};
    std::chrono::sys_seconds date_second_{};
    std::array<char, 29> date_{};
};

} // namespace videosdk::inline v0::http
