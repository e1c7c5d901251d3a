// One command's life on an io_context: its client, its time, and the signals that end it.
#pragma once

#include "api_options.hpp"

#include <videosdk/client.hpp>
#include <videosdk/scheduler.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace videosdk_cli {

namespace asio = boost::asio;

class session : private videosdk::alarm {
public:
    explicit session(const api_options& options);
    ~session();

    /// Runs it to its end, and returns its exit code or throws what it threw.
    int run(asio::awaitable<int> work);

    videosdk::client& client() noexcept { return client_; }
    asio::any_io_executor executor() { return context_.get_executor(); }

    /// From here on SIGINT and SIGTERM end the command in order: `notice` is told on stderr, what waits in
    /// pause() goes on, and calls that may be cancelled are. The second one ends the process at once.
    void end_on_signals(std::string command, std::string notice = {});
    /// Instead of a word from here on.
    void set_notice(std::string notice) { notice_ = std::move(notice); }
    /// The signal that came; 0 while none has.
    int signal() const noexcept { return signal_; }

    /// Completes when the time has passed, or with a signal. One at a time.
    asio::awaitable<void> pause(std::chrono::nanoseconds how_long);
    /// Completes with a signal, or by wake().
    asio::awaitable<void> pause() { return pause(std::chrono::nanoseconds(0)); }
    void wake();

private:
    void on_alarm() override { wake(); }
    void await_signal();
    void on_signal(int number);

    asio::io_context context_{1};
    std::shared_ptr<videosdk::scheduler> time_;
    bool json_;
    videosdk::client client_;
    asio::signal_set signals_;
    asio::cancellation_signal cancel_;
    std::function<void()> paused_; ///< Resumes who waits in pause().
    std::string command_;
    std::string notice_;
    int signal_ = 0;
};

} // namespace videosdk_cli
