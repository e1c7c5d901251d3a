// A connection to a Redis that says exactly what a test tells it to, without sockets and without a clock.
#pragma once

#include "redis/connection.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace redis_test {

namespace asio = boost::asio;
namespace redis = videosdk::redis;
namespace http = videosdk::http;
using namespace std::chrono_literals;
using videosdk::errc;

/// What the connection has said of one stream, and what is said to it.
struct peer {
    std::size_t address = 0;
    std::string written;
    bool closed = false;
    bool takes_bytes = true; ///< Where not, a write is held, and no byte leaves.
    bool unseen_end = false; ///< It has ended, and the pending read has not told yet.
    std::shared_ptr<http::stream_listener> connecting, reading, writing;
    std::span<char> place;
    std::string held;

    void accept() { std::exchange(connecting, {})->on_connected({}, {}); }
    void refuse() { std::exchange(connecting, {})->on_connected(errc::connect_failed, "nobody listens"); }
    /// In pieces of `size` bytes.
    void say(std::string_view bytes, std::size_t size = 4096)
    {
        while (!bytes.empty() && reading) {
            const std::size_t count = std::min({size, bytes.size(), place.size()});
            std::copy_n(bytes.data(), count, place.data());
            bytes.remove_prefix(count);
            std::exchange(reading, {})->on_read({}, count);
        }
    }
    void end(boost::system::error_code how = asio::error::eof)
    {
        if (reading) {
            std::exchange(reading, {})->on_read(how, 0);
        }
    }
    void take_held()
    {
        takes_bytes = true;
        written += std::exchange(held, {});
        if (writing) {
            std::exchange(writing, {})->on_written({});
        }
    }
};

class scripted_stream final : public http::stream {
public:
    scripted_stream(asio::io_context& context, std::shared_ptr<peer> other)
        : context_(context), other_(std::move(other))
    {
    }
    void connect(std::shared_ptr<http::stream_listener> listener) override
    {
        other_->connecting = std::move(listener);
    }
    std::string waiting_for() const override { return "nobody has accepted"; }
    void read(std::span<char> place, std::shared_ptr<http::stream_listener> listener) override
    {
        other_->place = place;
        other_->reading = std::move(listener);
    }
    void write(std::string_view bytes, std::shared_ptr<http::stream_listener> listener) override
    {
        if (!other_->takes_bytes) {
            other_->held = bytes;
            other_->writing = std::move(listener);
            return;
        }
        other_->written += bytes;
        listener->on_written({});
    }
    std::uint64_t bytes_sent() const noexcept override { return other_->written.size(); }
    http::unread peek() noexcept override
    {
        return other_->unseen_end ? http::unread::end : http::unread::nothing;
    }
    http::unread leftover() noexcept override { return http::unread::nothing; }
    bool ended() const noexcept override { return false; }
    void close() noexcept override
    {
        other_->closed = true;
        const auto connecting = std::move(other_->connecting);
        const auto reading = std::move(other_->reading);
        if (const auto writing = std::move(other_->writing)) {
            asio::post(context_, [writing] { writing->on_written(asio::error::operation_aborted); });
        }
    }

private:
    asio::io_context& context_;
    std::shared_ptr<peer> other_;
};

class scripted_source final : public redis::stream_source {
public:
    scripted_source(asio::io_context& context, std::vector<std::string> names,
                    std::vector<std::shared_ptr<peer>>& peers)
        : context_(context), names_(std::move(names)), peers_(peers)
    {
    }
    std::size_t size() const noexcept override { return names_.size(); }
    const std::string& name(std::size_t address) const noexcept override { return names_[address]; }
    std::unique_ptr<http::stream> open(std::size_t address) override
    {
        peers_.push_back(std::make_shared<peer>());
        peers_.back()->address = address;
        return std::make_unique<scripted_stream>(context_, peers_.back());
    }
    void shutdown() noexcept override {}

private:
    asio::io_context& context_;
    std::vector<std::string> names_;
    std::vector<std::shared_ptr<peer>>& peers_;
};

/// One call, and how it ended.
struct outcome {
    std::optional<videosdk::result<redis::reply>> result;
    unsigned times = 0;
    asio::cancellation_signal signal;

    bool pending() const { return times == 0; }
    bool succeeded() const { return times == 1 && result->has_value(); }
    const redis::reply& value() const { return **result; }
    videosdk::error error() const { return result->error(); }
    bool failed(boost::system::error_code code) const
    {
        return times == 1 && result->has_error() && result->error().code() == code;
    }
};

inline const std::string hello =
    "*6\r\n$6\r\nserver\r\n$5\r\nredis\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n";
inline const std::string hello_of_replica = "*2\r\n$4\r\nrole\r\n$7\r\nreplica\r\n";

inline videosdk::redis_options usual_options()
{
    videosdk::redis_options out;
    out.first_backoff = 100ms;
    out.longest_backoff = 400ms;
    out.command_timeout = 10s;
    return out;
}

struct world {
    explicit world(videosdk::redis_options settings = usual_options(),
                   std::vector<std::string> names = {"one:1"})
        : options(std::move(settings)),
          link(std::make_shared<redis::connection>(
              context.get_executor(), time, options,
              std::make_unique<scripted_source>(context, std::move(names), peers), "test", 1U))
    {
    }
    ~world()
    {
        if (!leave) {
            link->close();
            run();
        }
    }

    void run()
    {
        context.restart();
        context.poll();
    }
    void advance(std::chrono::nanoseconds by)
    {
        time->advance(by);
        run();
    }
    std::shared_ptr<outcome> call(redis::command what = {"PING"})
    {
        auto out = std::make_shared<outcome>();
        asio::co_spawn(context, await_call(link, std::move(what), out),
                       asio::bind_cancellation_slot(out->signal.slot(), [out](std::exception_ptr) {}));
        run();
        return out;
    }
    peer& last() { return *peers.back(); }
    /// The peer accepts and answers HELLO.
    peer& let_in()
    {
        last().accept();
        run();
        last().say(hello);
        run();
        return last();
    }
    void say(std::string_view bytes, std::size_t size = 4096)
    {
        last().say(bytes, size);
        run();
    }

    asio::io_context context;
    std::shared_ptr<videosdk::manual_scheduler> time = std::make_shared<videosdk::manual_scheduler>();
    std::vector<std::shared_ptr<peer>> peers;
    videosdk::redis_options options;
    std::shared_ptr<redis::connection> link;
    bool leave = false; ///< Destroy the context with everything under way.

private:
    static asio::awaitable<void> await_call(std::shared_ptr<redis::connection> link, redis::command what,
                                            std::shared_ptr<outcome> out)
    {
        auto awaited = link->try_call(std::move(what));
        auto result = co_await std::move(awaited);
        ++out->times;
        out->result.emplace(std::move(result));
    }
};

} // namespace redis_test
