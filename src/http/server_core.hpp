// What a server's connections share: options, counters, the clock, the acceptor.
#pragma once

#include "http/latency_recorder.hpp"
#include "http/server.hpp"
#include "http/server_date.hpp"
#include "http/server_forwarded.hpp"
#include "http/server_memory.hpp"
#include "http/server_quota.hpp"
#include "http/server_tls.hpp"
#include "scheduler/context_service.hpp"

#include <videosdk/scheduler.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0::http {

class drain_operation;
class server_connection;
class server_door;

/// Throws error with `call` and `detail`.
[[noreturn]] void throw_server_error(errc code, const std::string& call, std::string detail);

/// By plain pointers: a connection leaves the list with its end.
struct connection_list {
    server_connection* first = nullptr;
};

struct server_counters {
    void note(refusal_cause cause) noexcept { ++by_cause[static_cast<std::size_t>(cause)]; }
    std::uint64_t of(refusal_cause cause) const noexcept { return by_cause[static_cast<std::size_t>(cause)]; }

    std::atomic<std::uint64_t> accepted{0};
    std::atomic<std::uint64_t> open{0};
    std::atomic<std::uint64_t> accept_errors{0};
    std::atomic<std::uint64_t> handshakes{0};
    std::atomic<std::uint64_t> handshakes_failed{0};
    std::atomic<std::uint64_t> handshakes_timed_out{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> requests_shed{0};
    std::atomic<std::uint64_t> health_checks{0};
    std::atomic<std::uint64_t> log_failures{0};
    std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(refusal_cause::verdict) + 1> by_cause{};
    latency_recorder latency;
};

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
    /// stop() by the owner's end: who waits for a drain is told that it was aborted.
    void abandon() noexcept;
    void reload_certificate(const server_tls& material);
    std::uint16_t port() const noexcept { return port_.load(std::memory_order_relaxed); }
    std::vector<std::uint16_t> ports() const;
    server_counts counts() const noexcept;
    const asio::any_io_executor& executor() const noexcept { return executor_; }
    const server_options& options() const noexcept { return options_; }

    // On the executor, for doors and connections.
    bool stopping() const noexcept { return stopping_.load(std::memory_order_relaxed); }
    bool draining() const noexcept { return draining_.load(std::memory_order_relaxed); }
    const server::handler& handle() const noexcept { return handle_; }
    /// What new connections speak TLS by; empty without TLS.
    std::shared_ptr<server_tls_context> tls() const;
    /// Outlives the execution context, then without effect.
    scheduler& time() noexcept { return *time_; }
    std::string_view date() { return date_.at(time_->wall_now()); }
    const trusted_networks& trusted() const noexcept { return trusted_; }
    address_quota& quota() noexcept { return quota_; }
    memory_budget& body_memory() noexcept { return body_memory_; }
    void take(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer);
    void attach(server_connection& which) noexcept;
    void detach(server_connection& which) noexcept;
    void shed_ended() noexcept { --shedding_; }
    void log(const access_record& record) noexcept;

    // Draining: server_drain.cpp.
    void begin_drain(drain_operation& which);
    void leave_drain(drain_operation& which) noexcept;
    /// Ends the drain when nothing is left to wait for. May resume who waits, so it is the last thing that
    /// its caller does.
    void check_drained();

    server_counters counters;

private:
    /// How the server has ended, once it has.
    enum class ending : std::uint8_t { stopped, abandoned };

    void context_shutdown() noexcept override;
    void on_alarm() override; // the drain's deadline
    void open(std::vector<std::unique_ptr<server_door>> doors);
    void end(bool abandoned) noexcept;
    void end_at_home(bool abandoned);
    void complete_next_drain();
    /// How many requests in progress were cut.
    std::size_t close_all() noexcept;
    static void put(server_connection& which, connection_list& list) noexcept;

    asio::any_io_executor executor_;
    std::vector<std::string> addresses_;
    const server_options options_;
    const server::handler handle_;
    const std::shared_ptr<scheduler> time_;
    trusted_networks trusted_;
    address_quota quota_;
    memory_budget body_memory_;
    mutable std::mutex mutex_; // guards the next three
    std::shared_ptr<server_tls_context> tls_;
    std::vector<std::uint16_t> ports_;
    bool started_ = false;
    std::vector<std::unique_ptr<server_door>> doors_;
    connection_list open_;
    connection_list ending_; // stopped, but their handlers may not have come back
    std::size_t shedding_ = 0;
    std::vector<boost::intrusive_ptr<drain_operation>> drains_;  // under way
    std::vector<boost::intrusive_ptr<drain_operation>> decided_; // to be completed, each at a turn of its own
    std::optional<ending> ended_;
    scheduler::time_point drain_until_{};
    std::atomic<bool> draining_{false};
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint16_t> port_{0};
    server_date date_;
};

} // namespace videosdk::inline v0::http
