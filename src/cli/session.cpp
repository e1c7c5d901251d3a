// Running a command's coroutine.
#include "session.hpp"

#include "failure.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <exception>
#include <memory>
#include <utility>

namespace videosdk_cli {

session::session(const api_options& options)
    : time_(videosdk::make_timer_scheduler(context_.get_executor())),
      json_(options.json),
      client_(context_.get_executor(), client_options_of(options)),
      signals_(context_)
{
}

session::~session()
{
    time_->cancel(*this);
}

int session::run(asio::awaitable<int> work)
{
    int status = 0;
    std::exception_ptr thrown;
    const auto ended = [&](std::exception_ptr failure, int its_status) {
        thrown = std::move(failure);
        status = its_status;
        context_.stop(); // what else may be under way is nobody's any more
    };
    asio::co_spawn(context_, std::move(work), asio::bind_cancellation_slot(cancel_.slot(), ended));
    context_.run();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return status;
}

void session::end_on_signals(std::string command, std::string notice)
{
    command_ = std::move(command);
    notice_ = std::move(notice);
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    await_signal();
}

void session::await_signal()
{
    signals_.async_wait([this](const boost::system::error_code& failure, int number) {
        if (!failure) {
            on_signal(number);
        }
    });
}

void session::on_signal(int number)
{
    if (signal_ != 0) {
        signals_.clear();
        std::raise(number);
        return;
    }
    signal_ = number;
    if (!notice_.empty()) {
        tell_notice(notice_, command_, json_);
    }
    await_signal();
    wake();
    cancel_.emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> session::pause(std::chrono::nanoseconds how_long)
{
    const auto begin = [this, how_long](auto handler) {
        // Shared, since a std::function must be copied, and Boost 1.81's any_completion_handler cannot be
        // moved.
        const auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        paused_ = [shared] { std::move (*shared)(); };
        if (signal_ != 0) {
            wake();
        } else if (how_long > std::chrono::nanoseconds(0)) {
            time_->wait_until(time_->now() + how_long, *this);
        }
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void()>(begin, asio::use_awaitable);
}

void session::wake()
{
    time_->cancel(*this);
    if (paused_) {
        asio::post(context_, std::exchange(paused_, nullptr));
    }
}

} // namespace videosdk_cli
