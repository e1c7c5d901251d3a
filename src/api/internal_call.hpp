// Calls that other modules make by themselves: the result goes to a function instead of a coroutine.
#pragma once

#include "api/call.hpp"
#include "api/client_core.hpp"

#include <boost/asio/post.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace videosdk::inline v0 {

/// A call whose result goes to a function instead of a coroutine.
template <class T>
class internal_call_state final : public call_base,
                                  public std::enable_shared_from_this<internal_call_state<T>> {
public:
    using done_function = std::function<void(result<T>)>;

    internal_call_state(std::shared_ptr<client_core> core, call_spec spec, answer_reader<T> read,
                        done_function done)
        : call_base(std::move(core), std::move(spec)), read_(read), done_(std::move(done))
    {
    }

    /// At the next turn: `done` must not be called inside the function that starts the call.
    void begin_later()
    {
        if (!core().alive()) {
            return;
        }
        asio::post(core().executor(), [self = this->shared_from_this()] {
            if (!self->done_ || !self->core().alive()) {
                return;
            }
            if (!self->core().accepting(self->spec())) {
                self->finish(self->make_error(errc::closed, "the client has been closed"));
                return;
            }
            self->core().enlist(*self);
            self->announce();
            self->run();
        });
    }

    void abandon() noexcept
    {
        done_ = nullptr;
        if (core().alive()) {
            stop();
            tell_abandoned();
        }
        core().delist(*this);
    }

    void close(boost::system::error_code) override
    {
        stop();
        finish(make_error(errc::closed, "the client has been closed"));
    }

    void drop() noexcept override
    {
        disarm();
        done_ = nullptr;
    }

private:
    void on_success(response answer) override
    {
        result<T> read = read_(answer, *this);
        tell_read(read);
        answer = response();
        complete_answer(read);
        finish(std::move(read));
    }

    void on_error(error failure) override { finish(std::move(failure)); }

    void finish(result<T> outcome)
    {
        const auto self = this->shared_from_this();
        core().delist(*this);
        tell_failure(outcome);
        tell_result(outcome);
        if (const done_function done = std::exchange(done_, nullptr)) {
            done(std::move(outcome));
        }
    }

    answer_reader<T> read_;
    done_function done_;
};

template <class T>
class internal_call_handle final : public client_core::internal_call {
public:
    explicit internal_call_handle(std::shared_ptr<internal_call_state<T>> state) : state_(std::move(state))
    {
        state_->begin_later();
    }
    ~internal_call_handle() override { state_->abandon(); }
    bool sent() const noexcept override { return state_->ever_sent(); }

private:
    std::shared_ptr<internal_call_state<T>> state_;
};

/// `done` is called once on the client's executor, as the last thing that its caller does, unless the handle
/// is destroyed before or the context goes away.
template <class T>
std::unique_ptr<client_core::internal_call> start_internal(std::shared_ptr<client_core> core, call_spec spec,
                                                           answer_reader<T> read,
                                                           std::function<void(result<T>)> done)
{
    if (spec.max_attempts == 0) {
        spec.max_attempts = core->options().retry.max_attempts;
    }
    return std::make_unique<internal_call_handle<T>>(
        std::make_shared<internal_call_state<T>>(std::move(core), std::move(spec), read, std::move(done)));
}

} // namespace videosdk::inline v0
