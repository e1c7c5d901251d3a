// One awaited operation: begun on its home executor, cancelled from anywhere, completed on its caller's
// executor. The whole price of a call is one dispatch there and one back, and none when the two executors are
// the same.
#pragma once

#include <videosdk/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <atomic>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace videosdk::inline v0 {

/// Reference-counted base of all operations.
class operation_base {
public:
    operation_base(const operation_base&) = delete;
    operation_base& operator=(const operation_base&) = delete;

    /// On the home executor: the caller wants no more of it. Called at most once, only between begin() and
    /// the operation's completion; must lead to complete().
    virtual void on_cancel() = 0;
    /// On the home executor: start the work. Must lead to complete(), which may be called inside.
    virtual void begin() = 0;
    /// The execution context is going away: drop the caller's handler without calling it. May destroy user
    /// objects.
    virtual void drop_handler() noexcept = 0;

    void cancel_from_slot()
    {
        if (begun_ && !completed_) {
            on_cancel();
        } else {
            cancelled_early_ = true;
        }
    }

    bool completed() const noexcept { return completed_; }

protected:
    operation_base() = default;
    virtual ~operation_base() = default;

    bool begun_ = false;
    bool completed_ = false;
    bool cancelled_early_ = false;

private:
    friend void intrusive_ptr_add_ref(operation_base* which) noexcept
    {
        which->references_.fetch_add(1, std::memory_order_relaxed);
    }
    friend void intrusive_ptr_release(operation_base* which) noexcept
    {
        if (which->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete which;
        }
    }
    std::atomic<unsigned> references_{0};
};

using operation_ptr = boost::intrusive_ptr<operation_base>;

/// An operation that yields a result<T>. Derive, and implement begin() and on_cancel(); the object must be
/// kept alive by an operation_ptr in whatever it waits in (or by the reference that its pending work holds).
template <class T>
class awaited_operation : public operation_base {
public:
    using handler_type = typename asio::async_result<asio::use_awaitable_t<>, void(result<T>)>::handler_type;

    /// Called once, on the caller's executor, by await_operation().
    void initiate(handler_type handler, const asio::any_io_executor& where)
    {
        handler_.emplace(std::move(handler));
        const asio::any_io_executor caller = asio::get_associated_executor(*handler_);
        caller_ = asio::prefer(caller, asio::execution::outstanding_work.tracked);
        same_executor_ = caller == where;
        auto slot = asio::get_associated_cancellation_slot(*handler_);
        if (slot.is_connected() && !ignores_cancellation_) {
            home_ = where;
            // May run on any thread: it only sends word to the home executor. The slot may outlive that
            // executor's context, so it holds none: the operation does, and lets go of it at home, when it
            // completes or drops its handler.
            slot.assign([self = boost::intrusive_ptr<awaited_operation>(this)](asio::cancellation_type) {
                self->cancel_requested_.store(true, std::memory_order_relaxed);
                self->send_cancellation_home();
            });
        }
        if (same_executor_) {
            run();
        } else {
            asio::dispatch(where, beginning(this));
        }
    }

    void ignore_cancellation() noexcept { ignores_cancellation_ = true; }

    /// Where it is to begin, asked at the await; empty when that executor's context is gone. An operation
    /// that is never awaited may outlive the context, and must not hold its executor.
    virtual asio::any_io_executor home() const { return home_; }

    /// What an operation yields whose home is gone.
    virtual error homeless() const { return error(make_error_code(errc::closed)); }

    /// For operations that do not know their home by themselves. They must be awaited, or destroyed, before
    /// its context is.
    void live_at(asio::any_io_executor where) noexcept { home_ = std::move(where); }

    /// On the caller's executor: the result has come, but the caller was cancelled meanwhile and will hardly
    /// look at it, or is being destroyed with its context. Where it was put into safe hands: what the caller
    /// gets instead.
    virtual std::optional<error> reclaim(result<T>&) { return std::nullopt; }

    /// What an operation that was cancelled before it began yields.
    virtual error aborted() const { return error(make_error_code(asio::error::operation_aborted)); }

    void drop_handler() noexcept override
    {
        completed_ = true;
        caller_ = {};
        leave_home();
        if (handler_) {
            const handler_type last = std::move(*handler_);
            handler_.reset();
        }
    }

protected:
    /// Hands the result to the caller and forgets it. Resumes the caller inside where that is allowed, so it
    /// must be the last thing that its caller does. Later calls are ignored.
    void complete(result<T> outcome)
    {
        if (completed_ || !handler_) {
            return;
        }
        completed_ = true;
        handler_type handler = std::move(*handler_);
        handler_.reset();
        const asio::any_io_executor caller = std::exchange(caller_, {});
        // Not left to the caller's executor: the caller may be resumed, or its resumption destroyed, when the
        // context of this one is gone.
        leave_home();
        resumption resume(this, std::move(handler), std::move(outcome));
        if (initiating_) {
            asio::post(caller, std::move(resume));
        } else if (same_executor_) {
            resume();
        } else {
            asio::dispatch(caller, std::move(resume));
        }
    }

    void abort() { complete(aborted()); }

private:
    /// On its way to the home executor, to begin the operation there. Where it is destroyed on the way, that
    /// executor's context is going away: no list holds the operation yet, so that it lets go of its caller
    /// here, or the caller's cancellation slot would hold both for ever.
    class beginning {
    public:
        explicit beginning(awaited_operation* which) : which_(which) {}
        beginning(beginning&&) noexcept = default;
        ~beginning()
        {
            if (which_) {
                which_->drop_handler();
            }
        }
        void operator()()
        {
            const boost::intrusive_ptr<awaited_operation> begun = std::move(which_);
            begun->run();
        }

    private:
        boost::intrusive_ptr<awaited_operation> which_;
    };

    /// A result on its way to its caller's executor. Where it is destroyed on the way, that executor's
    /// context is going away, and nobody will ever look at the result: it may still be put into safe hands.
    class resumption {
    public:
        resumption(awaited_operation* which, handler_type handler, result<T> outcome)
            : which_(which), handler_(std::move(handler)), outcome_(std::move(outcome))
        {
        }
        resumption(resumption&&) = default;
        ~resumption()
        {
            if (which_) {
                try {
                    which_->reclaim(outcome_);
                } catch (...) { // there is no memory to save it in, and nobody to tell
                }
            }
        }
        void operator()()
        {
            const boost::intrusive_ptr<awaited_operation> which = std::move(which_);
            which->look_for_late_cancellation(outcome_);
            std::move(handler_)(std::move(outcome_));
        }

    private:
        boost::intrusive_ptr<awaited_operation> which_;
        handler_type handler_;
        result<T> outcome_;
    };

    /// The way home is used by the thread of the slot and closed by that of the home executor.
    class way_home {
    public:
        explicit way_home(awaited_operation& which) noexcept : busy_(which.home_in_use_)
        {
            while (busy_.test_and_set(std::memory_order_acquire)) {
                std::this_thread::yield();
            }
        }
        ~way_home() { busy_.clear(std::memory_order_release); }
        way_home(const way_home&) = delete;
        way_home& operator=(const way_home&) = delete;

    private:
        std::atomic_flag& busy_;
    };

    void send_cancellation_home()
    {
        const way_home open(*this);
        if (home_) {
            // An operation whose word is lost with the context is dropped by whoever holds it there.
            asio::post(home_,
                       [self = boost::intrusive_ptr<awaited_operation>(this)] { self->cancel_from_slot(); });
        }
    }

    void leave_home() noexcept
    {
        asio::any_io_executor last;
        const way_home open(*this);
        std::swap(last, home_);
    }

    void look_for_late_cancellation(result<T>& outcome)
    {
        if (cancel_requested_.load(std::memory_order_relaxed)) {
            if (std::optional<error> instead = reclaim(outcome)) {
                outcome = result<T>(std::move(*instead));
            }
        }
    }

    void run()
    {
        const boost::intrusive_ptr<awaited_operation> self(this);
        if (completed_) {
            return;
        }
        begun_ = true;
        initiating_ = true;
        // The word of a cancellation may still queue behind this turn.
        if (cancelled_early_ || cancel_requested_.load(std::memory_order_relaxed)) {
            abort();
        } else {
            begin();
        }
        initiating_ = false;
    }

    std::optional<handler_type> handler_;
    asio::any_io_executor caller_; ///< Counts as work there, so that it does not run out under its caller.
    asio::any_io_executor home_;   ///< For the slot, while that may have a word to send.
    std::atomic_flag home_in_use_;
    std::atomic<bool> cancel_requested_ =
        false; ///< The slot is another thread's, where that is the caller's.
    bool ignores_cancellation_ = false;
    bool same_executor_ = false;
    bool initiating_ = false;
};

/// Whether an awaited operation can be cancelled by its caller's coroutine.
enum class cancellable : bool { no, yes };

/// Starts the operation at the await. Accepts all three kinds of cancellation; where it had been cancelled
/// before, the operation does not begin. One coroutine for both doors: a call costs its frame and that of
/// Asio's initiation.
template <class T, class Return>
asio::awaitable<Return> await_operation(boost::intrusive_ptr<awaited_operation<T>> operation, cancellable how)
{
    std::optional<result<T>> outcome;
    if (how == cancellable::yes) {
        const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            outcome.emplace(operation->aborted());
        } else if (state.slot().is_connected()) {
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        }
    } else {
        operation->ignore_cancellation();
    }
    if (!outcome && !operation->home()) {
        outcome.emplace(operation->homeless());
    }
    if (!outcome) {
        auto start = [](auto handler, boost::intrusive_ptr<awaited_operation<T>> what) {
            const asio::any_io_executor where = what->home();
            what->initiate(std::move(handler), where);
        };
        result<T> got = co_await asio::async_initiate<const asio::use_awaitable_t<>, void(result<T>)>(
            start, asio::use_awaitable, std::move(operation));
        outcome.emplace(std::move(got));
    }
    if constexpr (std::is_same_v<Return, result<T>>) {
        co_return std::move(*outcome);
    } else {
        if (outcome->has_error()) {
            throw outcome->error();
        }
        if constexpr (!std::is_void_v<T>) {
            co_return std::move(**outcome);
        }
    }
}

/// The door that returns.
template <class T>
asio::awaitable<result<T>> await_result(boost::intrusive_ptr<awaited_operation<T>> operation,
                                        cancellable how = cancellable::yes)
{
    return await_operation<T, result<T>>(std::move(operation), how);
}

/// The door that throws.
template <class T>
asio::awaitable<T> await_value(boost::intrusive_ptr<awaited_operation<T>> operation,
                               cancellable how = cancellable::yes)
{
    return await_operation<T, T>(std::move(operation), how);
}

// Both, of an operation that does not know its home: the awaitable must not outlive that.
template <class T>
asio::awaitable<result<T>> await_result(boost::intrusive_ptr<awaited_operation<T>> operation,
                                        asio::any_io_executor home, cancellable how = cancellable::yes)
{
    operation->live_at(std::move(home));
    return await_operation<T, result<T>>(std::move(operation), how);
}

template <class T>
asio::awaitable<T> await_value(boost::intrusive_ptr<awaited_operation<T>> operation,
                               asio::any_io_executor home, cancellable how = cancellable::yes)
{
    operation->live_at(std::move(home));
    return await_operation<T, T>(std::move(operation), how);
}

/// A call that failed before there was anything to await.
template <class T>
asio::awaitable<result<T>> failed_result(error failure)
{
    co_return result<T>(std::move(failure));
}

template <class T>
asio::awaitable<T> failed_value(error failure)
{
    const bool always = true;
    if (always) {
        throw failure;
    }
    co_return T();
}

template <>
inline asio::awaitable<void> failed_value<void>(error failure)
{
    throw failure;
    co_return;
}

} // namespace videosdk::inline v0
