// Buyers of units, one after the other.
#include "units.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <utility>

namespace nodes {
namespace {

using namespace std::chrono_literals;
constexpr int buyers = 4;

} // namespace

void units::begin(const asio::any_io_executor& executor, std::function<void()> done)
{
    buyers_ = buyers;
    for (int i = 0; i != buyers; ++i) {
        asio::co_spawn(executor, buy(), [this, done](const std::exception_ptr& failure) {
            if (failure) {
                std::rethrow_exception(failure);
            }
            if (--buyers_ == 0) {
                done();
            }
        });
    }
}

/// What fails is tried again: Redis, and with it the right to act, comes and goes.
asio::awaitable<void> units::buy()
{
    asio::steady_timer pause(co_await asio::this_coro::executor);
    while (!finishing_) {
        auto unit = co_await manager_.try_acquire_ready({.type = videosdk::resource_type::recording},
                                                        {.timeout = 10s});
        bought_ += unit ? 1 : 0;
        pause.expires_after(50ms + std::chrono::milliseconds(random_() % 400));
        co_await pause.async_wait(asio::use_awaitable);
        if (unit) {
            const auto released = co_await unit->try_release();
            static_cast<void>(released); // otherwise it goes on in the background
        }
    }
}

} // namespace nodes
