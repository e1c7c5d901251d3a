// One TCP connection to a Redis, from the first byte to the last: commands out, replies in, in order.
#pragma once

#include "http/stream.hpp"
#include "redis/command_operation.hpp"
#include "redis/greeting.hpp"
#include "redis/reply_reader.hpp"

#include <videosdk/redis_options.hpp>
#include <videosdk/scheduler.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>

namespace videosdk::inline v0::redis {

class line;

/// What a line tells its connection, on the executor.
class line_owner {
public:
    /// It is let in.
    virtual void on_open(line& which) = 0;
    /// It has room again, perhaps.
    virtual void on_room(line& which) = 0;
    /// The reply to the command that was written first of those without one.
    virtual void on_reply(line& which, command_ptr what, reply&& answer) = 0;
    /// It has ended, by itself; `why` names the address. Nothing more is told.
    virtual void on_end(line& which, error why) = 0;

protected:
    ~line_owner() = default;
};

/// States: connecting → greeting → open → closed. What it has not been able to write when it ends, and what
/// it has written without a reply, its owner takes from it.
class line final : public std::enable_shared_from_this<line>, public http::stream_listener, private alarm {
public:
    enum class state : std::uint8_t { connecting = 1, greeting, open, closed };

    line(line_owner& owner, scheduler& time, const redis_options& options,
         std::unique_ptr<http::stream> bytes, std::string address, const std::string& client_name);
    ~line();
    line(const line&) = delete;
    line& operator=(const line&) = delete;

    void connect();
    /// Whether it takes commands: it is open, what it was given is written, and not too many replies are due.
    bool has_room() const noexcept;
    /// Whether it has died while nothing was due: asked before the next command is written, where it has been
    /// so for long enough that the pending read may not have told yet.
    bool died_idle() const noexcept;
    /// Only where there is room. Sent with flush(), together.
    void add(command_ptr what);
    void flush();
    /// Ends it without a word to the owner.
    void close() noexcept;

    state current() const noexcept { return state_; }
    const std::string& address() const noexcept { return address_; }
    bool empty() const noexcept { return due_.empty(); }
    /// Replies to commands that it has brought.
    std::uint64_t replies() const noexcept { return replies_; }

    /// After the end: first those of which no byte left, which are as if never written; then the others.
    std::deque<command_ptr> take_unsent();
    std::deque<command_ptr> take_due() noexcept { return std::exchange(due_, {}); }

private:
    void on_connected(boost::system::error_code failure, std::string detail) override;
    void on_read(boost::system::error_code failure, std::size_t count) override;
    void on_written(boost::system::error_code failure) override;
    void on_alarm() override;

    void read();
    void write();
    void take_replies();
    void greet(const reply& answer);
    void lose(const std::string& why);
    void end(boost::system::error_code code, std::string detail);
    void end(error why);
    std::string_view awaited() const noexcept;

    line_owner* owner_;
    scheduler& time_;
    const redis_options& options_;
    std::unique_ptr<http::stream> bytes_;
    std::string address_;
    greeting greeting_;
    reply_reader reader_;
    std::array<char, 16 * 1024> place_;
    std::string out_;
    std::deque<command_ptr> due_;   ///< Written, or about to be, in order.
    std::size_t batch_ = 0;         ///< The last of those: what `out_` holds.
    std::uint64_t sent_before_ = 0; ///< Bytes that had left before it.
    std::uint64_t replies_ = 0;
    scheduler::time_point heard_at_{}; ///< When bytes came last.
    state state_ = state::connecting;
    bool writing_ = false; ///< For good, where a write failed.
    bool unsent_ = false;  ///< It ended, and no byte of the last batch had left.
};

} // namespace videosdk::inline v0::redis
