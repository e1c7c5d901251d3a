// Coroutines that wait until something happens, or until it is too late.
#pragma once

#include "scheduler/operation.hpp"

#include <videosdk/error.hpp>
#include <videosdk/scheduler.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace videosdk::inline v0::redis {

/// Closed at first; who comes when it is open does not wait. Lives on its executor; must be dropped or opened
/// before it is destroyed.
class gate {
public:
    explicit gate(std::shared_ptr<scheduler> time) : time_(std::move(time)) {}
    gate(const gate&) = delete;
    gate& operator=(const gate&) = delete;

    /// Completes when it is open, or fails with `late()` after `at_most`. `keep` is kept alive meanwhile, and
    /// must keep the gate. May be awaited from anywhere; is not cancelled.
    asio::awaitable<result<void>> wait(asio::any_io_executor home, std::shared_ptr<void> keep,
                                       std::chrono::nanoseconds at_most, std::function<error()> late)
    {
        boost::intrusive_ptr<awaited_operation<void>> which(
            new waiting(*this, std::move(home), std::move(keep), at_most, std::move(late)));
        return await_result<void>(std::move(which), cancellable::no);
    }
    /// All who wait go on; those who come later do not wait, until it is shut.
    void open()
    {
        open_ = true;
        for (const auto& each : std::exchange(waiting_, {})) {
            each->finish(result<void>());
        }
    }
    /// It stays open, but all who wait fail.
    void fail(const error& why)
    {
        open_ = true;
        for (const auto& each : std::exchange(waiting_, {})) {
            each->finish(result<void>(why));
        }
    }
    void shut() noexcept { open_ = false; }
    bool is_open() const noexcept { return open_; }
    /// The execution context is going away.
    void drop() noexcept
    {
        for (const auto& each : std::exchange(waiting_, {})) {
            each->let_go();
        }
    }

private:
    class waiting final : public awaited_operation<void>, private alarm {
    public:
        waiting(gate& where, asio::any_io_executor place, std::shared_ptr<void> keep,
                std::chrono::nanoseconds at_most, std::function<error()> late)
            : gate_(where),
              place_(std::move(place)),
              keep_(std::move(keep)),
              at_most_(at_most),
              late_(std::move(late))
        {
        }
        asio::any_io_executor home() const override { return place_; }
        void begin() override
        {
            if (gate_.open_) {
                return complete(result<void>());
            }
            gate_.waiting_.emplace_back(this);
            gate_.time_->wait_until(gate_.time_->now() + at_most_, *this);
        }
        void on_cancel() override {}
        void finish(result<void> how)
        {
            gate_.time_->cancel(*this);
            place_ = {};
            complete(std::move(how));
        }

        /// The scheduler may live on, and must not find the alarm of one that is gone.
        void let_go() noexcept
        {
            gate_.time_->cancel(*this);
            drop_handler();
        }

    private:
        void on_alarm() override
        {
            const boost::intrusive_ptr<waiting> self(this);
            std::erase(gate_.waiting_, self);
            finish(late_ ? result<void>(late_()) : result<void>());
        }

        gate& gate_;
        asio::any_io_executor place_;
        std::shared_ptr<void> keep_;
        std::chrono::nanoseconds at_most_;
        std::function<error()> late_;
    };

    std::shared_ptr<scheduler> time_;
    std::vector<boost::intrusive_ptr<waiting>> waiting_;
    bool open_ = false;
};

} // namespace videosdk::inline v0::redis
