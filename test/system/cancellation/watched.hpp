// One awaited function, and a signal to cancel it by.
#pragma once

#include "functions.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <utility>

namespace cancelling {

using maker = std::function<asio::awaitable<ending>()>;

/// When the caller is cancelled before it calls.
enum class before : std::uint8_t {
    no,
    told,   ///< And asks Asio not to throw, so that the function is called.
    thrown, ///< And Asio's exception comes from its co_await.
};

class watched {
    auto completion()
    {
        return asio::bind_cancellation_slot(signal.slot(), [this](std::exception_ptr thrown) {
            spawn_ended = true;
            if (thrown) {
                ++times;
                end.emplace();
                end->text = "an exception left the coroutine";
            }
        });
    }

public:
    watched(asio::io_context& where, maker make, before how = before::no)
    {
        if (how == before::no) {
            asio::co_spawn(where, run(std::move(make), *this), completion());
            return;
        }
        gate_.emplace(where, asio::steady_timer::time_point::max());
        asio::co_spawn(where, run_cancelled(std::move(make), *this, how), completion());
    }
    watched(const watched&) = delete;
    watched& operator=(const watched&) = delete;

    /// Cancels it when that executor, its own, comes to it: before whatever is queued there from now on.
    void cancel_in_turn(asio::io_context& own, asio::cancellation_type type)
    {
        asio::post(own, [this, type] { signal.emit(type); });
    }

    std::optional<ending> end;
    int times = 0;
    bool spawn_ended = false;
    asio::cancellation_signal signal;

private:
    static asio::awaitable<void> run(maker make, watched& self)
    {
        ending got = co_await make();
        ++self.times;
        self.end.emplace(std::move(got));
    }

    static asio::awaitable<void> run_cancelled(maker make, watched& self, before how)
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        try {
            co_await self.gate_->async_wait(asio::use_awaitable);
        } catch (const boost::system::system_error&) {
        }
        const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
        BOOST_TEST((state.cancelled() != asio::cancellation_type::none));
        co_await asio::this_coro::throw_if_cancelled(how == before::thrown);
        ending got;
        try {
            got = co_await make();
        } catch (const boost::system::system_error& thrown) {
            got.code = thrown.code();
        }
        ++self.times;
        self.end.emplace(std::move(got));
    }

    std::optional<asio::steady_timer> gate_;
};

inline void poll(asio::io_context& which)
{
    which.restart();
    which.poll();
}

inline const char* name_of(asio::cancellation_type which)
{
    return which == asio::cancellation_type::terminal  ? "terminal"
           : which == asio::cancellation_type::partial ? "partial"
                                                       : "total";
}

} // namespace cancelling
