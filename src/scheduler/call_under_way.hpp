// What a coroutine that awaits an operation holds of it, in one word of its frame.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <cstdint>
#include <utility>

namespace videosdk::inline v0 {

namespace asio = boost::asio;

template <class T>
class awaited_operation;

/// An operation in the coroutine that awaits it. Owns it until it begins; from then on the operation owns the
/// coroutine, and not the other way about. One word, and itself what the coroutine awaits: a hundred thousand
/// of these may wait.
template <class T>
class call_under_way {
public:
    explicit call_under_way(boost::intrusive_ptr<awaited_operation<T>> which) noexcept
        : place_(reinterpret_cast<std::uintptr_t>(which.detach()))
    {
    }
    call_under_way(call_under_way&& other) noexcept : place_(std::exchange(other.place_, 0)) {}
    ~call_under_way() { give_up(); }

    awaited_operation<T>* operator->() const noexcept
    {
        return reinterpret_cast<awaited_operation<T>*>(place_ & ~begun_mark); // NOLINT: tagged
    }

    /// Begins it.
    template <asio::completion_token_for<void()> CompletionToken>
    auto operator()(CompletionToken&& token)
    {
        auto start = [](auto handler, call_under_way* call) {
            const boost::intrusive_ptr<awaited_operation<T>> begun = call->give_up();
            const asio::any_io_executor where = begun->home();
            begun->initiate(std::move(handler), where, call);
        };
        return asio::async_initiate<CompletionToken, void()>(start, token, this);
    }

private:
    static constexpr std::uintptr_t begun_mark = 1;

    boost::intrusive_ptr<awaited_operation<T>> give_up() noexcept
    {
        if ((place_ & begun_mark) != 0) {
            return nullptr;
        }
        place_ |= begun_mark;
        return {operator->(), false};
    }

    std::uintptr_t place_; // the operation's, which the lowest bit says is its own keeper
};

} // namespace videosdk::inline v0
