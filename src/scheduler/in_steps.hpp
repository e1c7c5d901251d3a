// A function that awaits more than once, and that is cancelled between two of its awaits.
#pragma once

#include <videosdk/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace videosdk::inline v0 {

/// Where a cancellation comes together with the first step's result, the next await of a coroutine throws
/// Asio's own exception, which no try_ function may let out. Here the next step sees that it was cancelled,
/// and says so. The coroutine's own setting is as before when this completes.
template <class T>
asio::awaitable<result<T>> in_steps(asio::awaitable<result<T>> what)
{
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    result<T> outcome = co_await std::move(what);
    co_await asio::this_coro::throw_if_cancelled(throws);
    co_return std::move(outcome);
}

} // namespace videosdk::inline v0
