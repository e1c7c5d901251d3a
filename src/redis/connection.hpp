// A connection to Redis that lasts: it connects when a command needs it, again when it is lost, to the next
// address when one fails.
#pragma once

#include "redis/command.hpp"
#include "redis/command_operation.hpp"
#include "redis/line.hpp"
#include "redis/reply.hpp"
#include "redis/stream_source.hpp"
#include "scheduler/context_service.hpp"

#include <videosdk/error.hpp>
#include <videosdk/redis_options.hpp>
#include <videosdk/scheduler.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace videosdk::inline v0::redis {

struct connection_counts {
    std::uint64_t commands = 0;         ///< Begun.
    std::uint64_t replies = 0;          ///< Come, errors included.
    std::uint64_t errors = 0;           ///< Replies that are errors.
    std::uint64_t overflows = 0;        ///< Commands refused since the queue was full.
    std::uint64_t late = 0;             ///< Commands whose time passed.
    std::uint64_t lost = 0;             ///< Commands whose connection was lost after they were written.
    std::uint64_t connected = 0;        ///< Connections that let us in.
    std::uint64_t connect_failed = 0;   ///< Those that did not.
    std::uint64_t connections_lost = 0; ///< Those that ended after they had let us in.
};

/// Commands are written in the order in which they are begun, several before the first has its reply.
///
/// A command fails as not_sent (effect::none) when its time passes before it is written, when the queue is
/// full (pool_exhausted), and when all addresses have failed once, in one round that began after it; as
/// ambiguous (effect::unknown) when its time passes (response_timeout) or the connection is lost afterwards.
/// An error that Redis answers is an error too: failure.cpp. After close() commands fail with errc::closed.
/// Cancelled before it is written, a command is not sent; afterwards it may be carried out, and its error
/// says so (effect()).
///
/// Lives on its executor, which is serial; try_call() may be called from anywhere. close() must be called,
/// there, before the last reference is given up, unless the context went away before.
class connection final : public std::enable_shared_from_this<connection>,
                         public context_member,
                         private line_owner,
                         private alarm {
public:
    /// Told, on the executor, that a connection has let us in (`why` is null), was lost or could not be made.
    /// Must not call the connection, and must not throw.
    using watcher = std::function<void(std::string_view address, const error* why)>;

    /// `settings` have been validated. `client_name` is what CLIENT LIST shows: letters, digits, '-', ':'.
    connection(asio::any_io_executor home, std::shared_ptr<scheduler> time, const redis_options& settings,
               std::unique_ptr<stream_source> source, std::string client_name, std::uint32_t seed);
    ~connection();

    /// The reply, which is no error.
    asio::awaitable<result<reply>> try_call(command what);
    void watch(watcher who) { watcher_ = std::move(who); }
    /// Ends all that is under way with errc::closed.
    void close();

    /// `{prefix}:{name}`.
    std::string key(std::string_view name) const { return options_.prefix + ':' + std::string(name); }
    const redis_options& options() const noexcept { return options_; }
    const asio::any_io_executor& executor() const noexcept { return executor_; }
    scheduler& clock() noexcept { return *time_; }
    /// On the executor, like those below.
    const connection_counts& counts() const noexcept { return counts_; }
    /// Of the connection that let us in last, counted from 1.
    std::uint64_t number() const noexcept { return counts_.connected; }
    bool connected() const noexcept { return line_ && line_->current() == line::state::open; }
    std::size_t waiting() const noexcept { return waiting_.size(); }

    // For its operations.
    void begin(command_operation& what);
    void cancel(command_operation& what);
    void expire(command_operation& what);

private:
    void context_shutdown() noexcept override;
    void on_open(line& which) override;
    void on_room(line& which) override;
    void on_reply(line& which, command_ptr what, reply&& answer) override;
    void on_end(line& which, error why) override;
    void on_alarm() override;

    void pump();
    void connect();
    void leave_line(const error& why);
    void end_round(const error& why);
    void forget_waiting(const command_ptr& what) noexcept;
    void settle(const command_ptr& what, result<reply> outcome);
    void deliver_later();
    void deliver();
    std::string where() const;
    std::chrono::nanoseconds backoff();

    asio::any_io_executor executor_;
    std::shared_ptr<scheduler> time_;
    redis_options options_;
    std::unique_ptr<stream_source> source_;
    std::string client_name_;
    std::minstd_rand chance_;
    watcher watcher_;
    std::shared_ptr<line> line_;
    std::deque<command_ptr> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::deque<command_ptr> decided_; ///< To be told at the next turn.
    std::optional<error> last_failure_;
    connection_counts counts_;
    std::size_t address_ = 0; ///< The one in use, or to be tried next.
    std::size_t failed_ = 0;  ///< Attempts in this round.
    std::uint64_t round_ = 1;
    std::uint32_t bad_rounds_ = 0; ///< Since the last reply.
    bool opened_ = false;          ///< The line was let in.
    bool leaving_ = false;         ///< The line is given up as soon as nothing is due on it.
    bool posted_ = false;
    bool closed_ = false;
};

/// As production makes it: sockets, and the context that `executor` belongs to. `options` are validated here.
std::shared_ptr<connection> make_connection(const asio::any_io_executor& executor,
                                            std::shared_ptr<scheduler> time, const redis_options& options,
                                            std::string client_name);

} // namespace videosdk::inline v0::redis
