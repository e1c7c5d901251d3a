// Runs one thread's handlers until something is the case.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace recovery {

namespace asio = boost::asio;

class loop {
public:
    asio::any_io_executor executor() { return io_.get_executor(); }

    /// Throws std::runtime_error, naming what did not come, after a time that only a mistake can take.
    void run_until(const std::string& what, const std::function<bool()>& done)
    {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes(4);
        io_.restart();
        while (!done()) {
            if (std::chrono::steady_clock::now() > limit) {
                throw std::runtime_error("for four minutes not: " + what);
            }
            io_.run_one_for(std::chrono::milliseconds(50));
        }
    }

    template <class T>
    T ask(const std::string& what, asio::awaitable<T> call)
    {
        std::optional<T> got;
        std::exception_ptr thrown;
        asio::co_spawn(io_, keep(std::move(call), got),
                       [&](const std::exception_ptr& failure) { thrown = failure; });
        run_until(what, [&] { return got.has_value() || thrown; });
        if (thrown) {
            std::rethrow_exception(thrown);
        }
        return std::move(*got);
    }

    /// So many of them at once, until all have returned.
    void at_once(const std::string& what, int count, const std::function<asio::awaitable<void>()>& worker)
    {
        int working = count;
        std::exception_ptr thrown;
        for (int i = 0; i != count; ++i) {
            asio::co_spawn(io_, worker(), [&](const std::exception_ptr& failure) {
                --working;
                thrown = failure ? failure : thrown;
            });
        }
        run_until(what, [&] { return working == 0; });
        if (thrown) {
            std::rethrow_exception(thrown);
        }
    }

private:
    template <class T>
    static asio::awaitable<void> keep(asio::awaitable<T> call, std::optional<T>& into)
    {
        T got = co_await std::move(call);
        into.emplace(std::move(got));
    }

    asio::io_context io_{1};
};

} // namespace recovery
