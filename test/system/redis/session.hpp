// One connection to a real Redis, and a coroutine that uses it.
#pragma once

#include "redis/connection.hpp"
#include "support/redis_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace redis_test {

namespace asio = boost::asio;
namespace redis = videosdk::redis;
using namespace std::chrono_literals;
using test_support::redis_server;
using videosdk::errc;

using answer = videosdk::result<redis::reply>;

inline videosdk::redis_options options_for(std::vector<std::string> addresses)
{
    videosdk::redis_options out;
    out.addresses = std::move(addresses);
    out.connect_timeout = 20s;
    out.command_timeout = 20s;
    out.first_backoff = 1ms;
    out.longest_backoff = 20ms;
    return out;
}

struct session {
    explicit session(const videosdk::redis_options& options)
        : link(redis::make_connection(context.get_executor(),
                                      videosdk::make_timer_scheduler(context.get_executor()), options,
                                      "test"))
    {
    }

    /// Begins a call; its answer comes while wait_for() runs.
    std::shared_ptr<std::optional<answer>> begin(redis::command what)
    {
        auto out = std::make_shared<std::optional<answer>>();
        asio::co_spawn(context, take(link, std::move(what), out), [](std::exception_ptr) {});
        return out;
    }
    answer call(redis::command what)
    {
        const auto out = begin(std::move(what));
        return wait_for(*out);
    }
    answer wait_for(std::optional<answer>& which)
    {
        context.restart();
        while (!which && context.run_one_for(60s) != 0) {}
        return which ? *which : answer(videosdk::error(errc::wait_timeout));
    }
    ~session()
    {
        link->close();
        context.restart();
        context.run();
    }

    asio::io_context context{1};
    std::shared_ptr<redis::connection> link;

private:
    static asio::awaitable<void> take(std::shared_ptr<redis::connection> where, redis::command what,
                                      std::shared_ptr<std::optional<answer>> out)
    {
        auto awaited = where->try_call(std::move(what));
        auto result = co_await std::move(awaited);
        out->emplace(std::move(result));
    }
};

inline std::string words(const answer& what)
{
    return what ? "(a reply)" : what.error().what();
}

} // namespace redis_test
