// What the contenders made of coroutines share: so many of them in flight, until the load is over.
#pragma once

#include "load.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <exception>
#include <functional>
#include <string>

namespace bench {

/// Runs `worker(load)` as many times at once as options.in_flight says, and `at_end` after the last of them.
/// Throws what a worker threw.
inline std::string run_in_flight(boost::asio::io_context& io, const load_options& options,
                                 const std::function<boost::asio::awaitable<void>(load&)>& worker,
                                 const std::function<void()>& at_end = {})
{
    namespace asio = boost::asio;
    load measured(options);
    asio::steady_timer time_is_up(io, std::chrono::seconds(options.seconds));
    if (options.seconds != 0) {
        time_is_up.async_wait([&measured](const boost::system::error_code& failure) {
            if (!failure) {
                measured.end();
            }
        });
    }
    std::exception_ptr thrown;
    std::uint64_t running = options.in_flight;
    const auto ended = [&](const std::exception_ptr& failure) {
        if (failure) {
            thrown = failure;
            measured.end();
        }
        if (--running == 0) {
            time_is_up.cancel();
            if (at_end) {
                at_end();
            }
        }
    };
    for (std::uint64_t i = 0; i < options.in_flight; ++i) {
        asio::co_spawn(io, worker(measured), ended);
    }
    io.run();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return measured.line();
}

} // namespace bench
