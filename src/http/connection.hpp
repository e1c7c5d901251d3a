// One connection of a pool: connects, carries one exchange at a time, watches itself while idle.
#pragma once

#include "http/added_headers.hpp"
#include "http/exchange_progress.hpp"
#include "http/response_reader.hpp"
#include "http/stream.hpp"

#include <videosdk/client_options.hpp>
#include <videosdk/observer.hpp>
#include <videosdk/scheduler.hpp>
#include <videosdk/transport.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace videosdk::inline v0::http {

class connection;

/// What a connection tells its pool. All are called on the executor.
class connection_owner {
public:
    virtual void on_ready(connection& which) = 0;
    /// The exchange has its answer, or has been given up: its deadline no longer matters.
    virtual void on_exchange_over(exchange_operation& operation) noexcept = 0;
    /// It was closed and must be forgotten. Calls no exchange.
    virtual void on_gone(connection& which) = 0;
    /// It never became ready; has been forgotten when this returns. May complete an exchange, as the last
    /// thing.
    virtual void on_connect_failed(connection& which, exchange_failure failure) = 0;

protected:
    ~connection_owner() = default;
};

struct connection_settings {
    connection_settings(endpoint place, const pool_options& options, const header_list& headers = {})
        : where(std::move(place)), limits(options), head_lines("Host: " + where.authority() + "\r\n")
    {
        for (const auto& [name, value] : headers) {
            head_lines.append(name).append(": ").append(value).append("\r\n");
        }
    }

    endpoint where;
    pool_options limits;
    std::string head_lines; ///< Of every request: Host, and what the client's options add.
};

/// States: connecting → idle ⇄ exchanging → answered → idle …; closed from any of them. The read that watches
/// an idle connection is the read of its next response, so that an exchange costs one write and one read.
class connection final : public std::enable_shared_from_this<connection>,
                         public stream_listener,
                         public response_owner,
                         private alarm {
public:
    using time_point = scheduler::time_point;
    enum class state : std::uint8_t { connecting, idle, exchanging, answered, closed };

    connection(connection_owner& owner, scheduler& time, const connection_settings& settings,
               std::unique_ptr<stream> bytes);
    ~connection();

    void connect();
    /// Only when idle. Completes the operation later, never inside.
    void start(exchange_operation& operation);
    /// Gives the exchange up without completing it, and closes.
    void abandon(exchange_operation& operation, close_cause why = close_cause::given_up,
                 boost::system::error_code code = {}) noexcept;
    /// The exchange's deadline has passed: completes it, and closes.
    void expire();
    /// Closes without a word to anybody; the owner forgets it by itself.
    void detach() noexcept;

    /// Whether an idle connection may carry an exchange; looks into the socket when it was idle for long
    /// enough to have died unseen. One that is dead has been closed when this returns.
    enum class fitness : std::uint8_t { fit, dead, unsettled };
    fitness check();

    state current() const noexcept { return state_; }
    bool used() const noexcept { return exchanges_ != 0; }
    /// While it is being connected: what has not happened yet, in words.
    std::string waiting_for() const { return bytes_->waiting_for(); }

    // For those who observe.
    std::uint64_t exchanges() const noexcept { return exchanges_; }
    std::chrono::nanoseconds connect_time() const noexcept { return opened_ - begun_; }
    std::chrono::nanoseconds idle_for() const noexcept { return time_.now() - idle_since_; }
    std::chrono::nanoseconds age() const noexcept
    {
        return opened_ == time_point() ? std::chrono::nanoseconds(0) : time_.now() - opened_;
    }
    close_cause closed_why() const noexcept { return closed_why_; }
    const boost::system::error_code& closed_by() const noexcept { return closed_by_; }

    std::size_t index = 0; ///< The owner's own.
    std::uint64_t id = 0;  ///< The owner's own, too.

private:
    void on_connected(boost::system::error_code failure, std::string detail) override;
    void on_read(boost::system::error_code failure, std::size_t count) override;
    void on_written(boost::system::error_code failure) override;
    void release_response() noexcept override;
    void on_alarm() override;

    void render(const request_view& request);
    void wake_at(time_point point);
    void watch();
    void deliver();
    void end_exchange(exchange_failure failure);
    void lose(const std::string& why);
    void become_idle();
    void close(close_cause why, boost::system::error_code code = {}) noexcept;
    std::string peer() const;

    connection_owner* owner_;
    scheduler& time_;
    const connection_settings& settings_;
    std::unique_ptr<stream> bytes_;
    response_reader reader_;
    std::string out_;
    std::unique_ptr<unsigned char[]> scratch_;
    exchange_operation* operation_ = nullptr;
    std::shared_ptr<connection> kept_by_response_;
    exchange_progress progress_;
    boost::system::error_code read_failure_; ///< Of an exchange whose write has not ended yet.
    std::uint64_t sent_before_ = 0;
    std::uint64_t exchanges_ = 0;
    std::chrono::nanoseconds idle_limit_;
    time_point begun_{};
    time_point opened_{};
    time_point idle_since_{};
    time_point wakes_at_{}; ///< While it is idle or exchanging, and armed.
    boost::system::error_code closed_by_;
    close_cause closed_why_ = close_cause::client_closed;
    state state_ = state::connecting;
    bool reading_ = false;
    bool writing_ = false;
};

} // namespace videosdk::inline v0::http
