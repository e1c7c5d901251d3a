// One awaited operation: begun on its home executor, cancelled from anywhere, completed on its caller's
// executor. The whole price of a call is one dispatch there and one back, and none when the two executors are
// the same.
#pragma once

#include "scheduler/call_under_way.hpp"
#include "scheduler/resumer.hpp"

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
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
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
        // Who sees itself alone needs no locked instruction to be sure.
        if (which->references_.load(std::memory_order_acquire) == 1 ||
            which->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete which;
        }
    }
    std::atomic<unsigned> references_{0};
};

using operation_ptr = boost::intrusive_ptr<operation_base>;

/// The executor, as one that keeps its context at work. Asio signals a context's thread when it has let go of
/// the lock, and that thread may by then have done the work, found no other, and be destroying the context:
/// so whoever sends work to another context holds this one until that is done.
inline asio::any_io_executor while_at_work(const asio::any_io_executor& where)
{
    return asio::prefer(where, asio::execution::outstanding_work.tracked);
}

/// An operation that yields a result<T>. Derive, and implement begin() and on_cancel(); the object must be
/// kept alive by an operation_ptr in whatever it waits in (or by the reference that its pending work holds).
template <class T>
class awaited_operation : public operation_base {
public:
    /// Called once, on the caller's executor, by await_operation(), in whose `frame` the call stands.
    ///
    /// The caller needs no guard to count as work on its executor: it is a coroutine that was spawned there,
    /// and counts as such. Who calls this holds a reference until it returns.
    template <class Handler>
    void initiate(Handler handler, const asio::any_io_executor& where, void* frame)
    {
        arrived_or_frame_ = frame;
        auto slot = asio::get_associated_cancellation_slot(handler);
        caller_ = resumer(std::move(handler));
        same_executor_ = caller_.executor() == where;
        if (slot.is_connected() && !ignores_cancellation_) {
            live_at(where);
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
            const asio::any_io_executor there = while_at_work(where);
            asio::dispatch(there, beginning(this));
        }
    }

    /// The result, once the caller is resumed; to be moved from at once.
    result<T>&& take() { return std::move(*static_cast<result<T>*>(arrived_or_frame_)); }

    /// It will be completed soon, after others: what it takes to resume its caller is fetched from memory
    /// meanwhile. Only between begin() and its completion.
    void prefetch_caller() const noexcept
    {
        caller_.prefetch();
        const auto call = reinterpret_cast<std::uintptr_t>(arrived_or_frame_);
        prefetch_lines(call - 2 * cache_line, call + cache_line); // a frame begins before the call in it
    }

    void ignore_cancellation() noexcept { ignores_cancellation_ = true; }
    bool ignores_cancellation() const noexcept { return ignores_cancellation_; }

    /// Where it is to begin, asked at the await; empty when that executor's context is gone. An operation
    /// that is never awaited may outlive the context, and must not hold its executor.
    virtual asio::any_io_executor home() const
    {
        return way_home_ ? way_home_->home : asio::any_io_executor();
    }

    /// Whether there is none, without a copy of it.
    virtual bool is_homeless() const { return !home(); }

    /// What an operation yields whose home is gone.
    virtual error homeless() const { return error(make_error_code(errc::closed)); }

    /// For operations that do not know their home by themselves. They must be awaited, or destroyed, before
    /// its context is.
    void live_at(asio::any_io_executor where) { way_home_ = std::make_unique<way_home>(std::move(where)); }

    /// On the caller's executor: the result has come, but the caller was cancelled meanwhile and will hardly
    /// look at it, or is being destroyed with its context. Where it was put into safe hands: what the caller
    /// gets instead.
    virtual std::optional<error> reclaim(result<T>&) { return std::nullopt; }

    /// What an operation that was cancelled before it began yields.
    virtual error aborted() const { return error(make_error_code(asio::error::operation_aborted)); }

    void drop_handler() noexcept override
    {
        completed_ = true;
        leave_home();
        const resumer last = std::move(caller_);
    }

protected:
    /// Hands the result to the caller and forgets it. Resumes the caller inside where that is allowed, so it
    /// must be the last thing that its caller does. Later calls are ignored.
    void complete(result<T> outcome)
    {
        if (completed_ || !caller_) {
            return;
        }
        completed_ = true;
        // Not left to the caller's executor: the caller may be resumed, or its resumption destroyed, when the
        // context of this one is gone.
        leave_home();
        if (same_executor_ && !initiating_) {
            const boost::intrusive_ptr<awaited_operation> self(this);
            resumer caller = std::move(caller_);
            look_for_late_cancellation(outcome);
            arrived_or_frame_ = &outcome;
            return caller.resume();
        }
        resumption resume(this, std::move(caller_), std::move(outcome));
        const asio::any_io_executor there = while_at_work(resume.executor());
        if (initiating_) {
            asio::post(there, std::move(resume));
        } else {
            asio::dispatch(there, std::move(resume));
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
        resumption(awaited_operation* which, resumer&& caller, result<T>&& outcome)
            : which_(which), caller_(std::move(caller)), outcome_(std::move(outcome))
        {
        }
        resumption(resumption&&) = default;
        ~resumption()
        {
            if (which_) {
                try {
                    which_->reclaim(outcome_);
                } catch (...) { // NOLINT: there is no memory to save it in, and nobody to tell
                }
            }
        }
        void operator()()
        {
            const boost::intrusive_ptr<awaited_operation> which = std::move(which_);
            which->look_for_late_cancellation(outcome_);
            which->arrived_or_frame_ = &outcome_;
            caller_.resume();
        }
        asio::any_io_executor executor() const { return caller_.executor(); }

    private:
        boost::intrusive_ptr<awaited_operation> which_;
        resumer caller_;
        result<T> outcome_;
    };

    /// Used by the thread of the slot and closed by that of the home executor.
    struct way_home {
        explicit way_home(asio::any_io_executor where) noexcept : home(std::move(where)) {}

        asio::any_io_executor home;
        std::atomic_flag busy;
    };

    class turn_on {
    public:
        explicit turn_on(way_home& which) noexcept : busy_(which.busy)
        {
            while (busy_.test_and_set(std::memory_order_acquire)) {
                std::this_thread::yield();
            }
        }
        ~turn_on() { busy_.clear(std::memory_order_release); }
        turn_on(const turn_on&) = delete;
        turn_on& operator=(const turn_on&) = delete;

    private:
        std::atomic_flag& busy_;
    };

    void send_cancellation_home()
    {
        const turn_on open(*way_home_);
        if (way_home_->home) {
            // An operation whose word is lost with the context is dropped by whoever holds it there.
            const asio::any_io_executor there = while_at_work(way_home_->home);
            asio::post(there,
                       [self = boost::intrusive_ptr<awaited_operation>(this)] { self->cancel_from_slot(); });
        }
    }

    void leave_home() noexcept
    {
        if (way_home_) {
            asio::any_io_executor last;
            const turn_on open(*way_home_);
            std::swap(last, way_home_->home);
        }
    }

    void look_for_late_cancellation(result<T>& outcome)
    {
        if (cancel_requested_.load(std::memory_order_relaxed)) {
            if (std::optional<error> instead = reclaim(outcome)) {
                outcome = result<T>(std::move(*instead));
            }
        }
    }

    /// Who calls it holds a reference.
    void run()
    {
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

    resumer caller_;
    /// While the caller is being resumed, the result<T>; before, a place in the frame that awaits it.
    void* arrived_or_frame_ = nullptr;
    std::unique_ptr<way_home> way_home_; ///< For the slot, while that may have a word to send.
    std::atomic<bool> cancel_requested_ =
        false; ///< The slot is another thread's, where that is the caller's.
    bool ignores_cancellation_ = false;
    bool same_executor_ = false;
    bool initiating_ = false;
};

/// Whether an awaited operation can be cancelled by its caller's coroutine.
enum class cancellable : bool { no, yes };

/// A result as either door gives it: in its place still, to be moved from at once.
template <class Return, class T>
decltype(auto) handed_over(result<T>&& outcome)
{
    if constexpr (std::is_same_v<Return, result<T>>) {
        return std::move(outcome);
    } else {
        if (outcome.has_error()) {
            throw outcome.error();
        }
        if constexpr (!std::is_void_v<T>) {
            return std::move(*outcome);
        }
    }
}

inline bool was_cancelled(asio::cancellation_state state) noexcept
{
    return state.cancelled() != asio::cancellation_type::none;
}

inline constexpr auto accept_all_cancellation =
    asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());

/// Starts the operation at the await. Accepts all three kinds of cancellation; where it had been cancelled
/// before, the operation does not begin. One coroutine for both doors, and the only one of a call: a hundred
/// thousand of its frames may wait at once, so no result stands in it but the one that it returns, and no
/// local or temporary that it can do without: g++ gives a place of its own to each.
template <class T, class Return>
asio::awaitable<Return> await_operation(call_under_way<T> call)
{
    if (!call->ignores_cancellation()) {
        const bool too_late = was_cancelled(co_await asio::this_coro::cancellation_state);
        if (too_late) {
            co_return handed_over<Return, T>(result<T>(call->aborted()));
        }
        co_await accept_all_cancellation;
    }
    if (call->is_homeless()) {
        co_return handed_over<Return, T>(result<T>(call->homeless()));
    }
    co_await std::move(call);                       // says how it is awaited, and moves nothing out of it
    co_return handed_over<Return, T>(call->take()); // NOLINT: kept alive while it resumes this
}

template <class T>
call_under_way<T> call_of(boost::intrusive_ptr<awaited_operation<T>> operation, cancellable how) noexcept
{
    if (how == cancellable::no) {
        operation->ignore_cancellation();
    }
    return call_under_way<T>(std::move(operation));
}

/// The door that returns.
template <class T>
asio::awaitable<result<T>> await_result(boost::intrusive_ptr<awaited_operation<T>> operation,
                                        cancellable how = cancellable::yes)
{
    return await_operation<T, result<T>>(call_of(std::move(operation), how));
}

/// The door that throws.
template <class T>
asio::awaitable<T> await_value(boost::intrusive_ptr<awaited_operation<T>> operation,
                               cancellable how = cancellable::yes)
{
    return await_operation<T, T>(call_of(std::move(operation), how));
}

// Both, of an operation that does not know its home: the awaitable must not outlive that.
template <class T>
asio::awaitable<result<T>> await_result(boost::intrusive_ptr<awaited_operation<T>> operation,
                                        asio::any_io_executor home, cancellable how = cancellable::yes)
{
    operation->live_at(std::move(home));
    return await_operation<T, result<T>>(call_of(std::move(operation), how));
}

template <class T>
asio::awaitable<T> await_value(boost::intrusive_ptr<awaited_operation<T>> operation,
                               asio::any_io_executor home, cancellable how = cancellable::yes)
{
    operation->live_at(std::move(home));
    return await_operation<T, T>(call_of(std::move(operation), how));
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
