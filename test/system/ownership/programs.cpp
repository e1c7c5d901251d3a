// Each is a loop.
#include "programs.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>

namespace ownership_tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using videosdk::errc;
using programs_ptr = std::shared_ptr<programs>;

asio::awaitable<void> pause(std::chrono::nanoseconds how_long)
{
    const asio::any_io_executor here = co_await asio::this_coro::executor;
    asio::steady_timer timer(here, how_long);
    co_await timer.async_wait(asio::use_awaitable);
}

/// Counts what did not work.
void note(programs& all, const videosdk::error& why, std::uint64_t& refused)
{
    if (why.code() == errc::no_tenure) {
        ++refused;
    } else {
        all.surprises.emplace_back(why.what());
    }
}

asio::awaitable<void> buy(programs_ptr all, videosdk::lease_manager& leases)
{
    while (!all->ending) {
        videosdk::result<videosdk::lease> unit =
            co_await leases.try_acquire({.type = videosdk::resource_type::recording}, {.timeout = 60s});
        if (!unit) {
            note(*all, unit.error(), all->acquires_refused);
        } else {
            ++all->acquired;
            if (all->kept.size() == programs::most_kept) {
                all->kept.erase(all->kept.begin()); // given back in the background
                ++all->given_back;
            }
            all->kept.push_back(std::move(*unit));
        }
        co_await pause(20ms);
    }
    --all->running;
}

asio::awaitable<void> list(programs_ptr all, videosdk::lease_manager& leases)
{
    while (!all->ending) {
        const videosdk::result<std::vector<videosdk::recoverable_unit>> found = co_await leases.try_recover();
        if (!found) {
            note(*all, found.error(), all->listings_refused);
        } else {
            ++all->listed;
        }
        co_await pause(60ms);
    }
    --all->running;
}

asio::awaitable<void> record(programs_ptr all, videosdk::lease_manager& leases)
{
    videosdk::composition running;
    while (!all->ending) {
        if (!all->studio) {
            videosdk::result<videosdk::lease> unit = co_await leases.try_acquire_ready(
                {.type = videosdk::resource_type::recording}, {.timeout = 60s});
            if (unit) {
                all->studio = std::move(*unit);
            } else {
                note(*all, unit.error(), all->recordings_refused);
            }
        } else if (!running) {
            videosdk::result<videosdk::composition> begun =
                co_await all->studio.try_start_recording({.room_id = "abcd-efgh-ijkl"});
            if (begun) {
                running = std::move(*begun);
            } else {
                note(*all, begun.error(), all->recordings_refused);
            }
        } else {
            const videosdk::result<void> ended = co_await running.try_stop({.timeout = 60s});
            if (ended) {
                running = videosdk::composition();
                ++all->recorded;
            } else {
                note(*all, ended.error(), all->recordings_refused);
            }
        }
        co_await pause(20ms);
    }
    --all->running;
}

} // namespace

std::shared_ptr<programs> run_programs(const asio::any_io_executor& executor, videosdk::lease_manager& leases)
{
    auto out = std::make_shared<programs>();
    out->running = 3;
    asio::co_spawn(executor, buy(out, leases), asio::detached);
    asio::co_spawn(executor, list(out, leases), asio::detached);
    asio::co_spawn(executor, record(out, leases), asio::detached);
    return out;
}

} // namespace ownership_tests
