// The handler that resumes a coroutine, of whatever type Asio makes it: in two words, without an allocation.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace videosdk::inline v0 {

namespace asio = boost::asio;

inline constexpr std::uintptr_t cache_line = 64;

/// From the line of `first` to that of `last`, whether memory is there or not.
inline void prefetch_lines(std::uintptr_t first, std::uintptr_t last) noexcept
{
    for (std::uintptr_t line = first; line <= last; line += cache_line) {
        __builtin_prefetch(reinterpret_cast<const void*>(line)); // NOLINT: looked at by nobody
    }
}

/// Either empty, or resumes its coroutine once. Destroyed without having done so, it destroys the coroutine.
class resumer {
public:
    resumer() = default;

    template <class Handler>
        requires(!std::is_same_v<Handler, resumer>)
    explicit resumer(Handler handler) noexcept : actions_(&actions_of<Handler>)
    {
        static_assert(sizeof(Handler) == sizeof(place_) && alignof(Handler) <= alignof(void*));
        static_assert(std::is_nothrow_move_constructible_v<Handler>);
        ::new (static_cast<void*>(place_)) Handler(std::move(handler));
    }

    resumer(resumer&& other) noexcept { take(other); }
    resumer& operator=(resumer&& other) noexcept
    {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    ~resumer() { reset(); }

    explicit operator bool() const noexcept { return actions_ != nullptr; }

    /// The coroutine's own. Not to be called when empty; nor is resume().
    asio::any_io_executor executor() const { return actions_->executor(place_); }

    /// What the coroutine's handler, a pointer, points to will be looked at soon. May be empty.
    void prefetch() const noexcept
    {
        if (actions_ != nullptr) {
            std::uintptr_t where = 0;
            std::memcpy(&where, place_, sizeof where);
            prefetch_lines(where, where + cache_line);
        }
    }

    /// Runs the coroutine until it waits again; empty from then on.
    void resume()
    {
        resumer last = std::move(*this);
        last.actions_->resume(last.place_);
    }

private:
    struct actions {
        asio::any_io_executor (*executor)(const std::byte* place);
        void (*resume)(std::byte* place);
        void (*move)(std::byte* from, std::byte* to) noexcept;
        void (*destroy)(std::byte* place) noexcept;
    };

    template <class Handler>
    static Handler* at(std::byte* place) noexcept
    {
        return std::launder(reinterpret_cast<Handler*>(place));
    }
    template <class Handler>
    static const Handler* at(const std::byte* place) noexcept
    {
        return std::launder(reinterpret_cast<const Handler*>(place));
    }

    template <class Handler>
    static constexpr actions actions_of{
        [](const std::byte* place) -> asio::any_io_executor {
            return asio::get_associated_executor(*at<Handler>(place));
        },
        [](std::byte* place) { std::move (*at<Handler>(place))(); },
        [](std::byte* from, std::byte* to) noexcept {
            ::new (static_cast<void*>(to)) Handler(std::move(*at<Handler>(from)));
            std::destroy_at(at<Handler>(from));
        },
        [](std::byte* place) noexcept { std::destroy_at(at<Handler>(place)); }};

    void take(resumer& other) noexcept
    {
        actions_ = std::exchange(other.actions_, nullptr);
        if (actions_ != nullptr) {
            actions_->move(other.place_, place_);
        }
    }
    void reset() noexcept
    {
        if (const actions* const last = std::exchange(actions_, nullptr)) {
            last->destroy(place_);
        }
    }

    const actions* actions_ = nullptr;
    alignas(void*) std::byte place_[sizeof(void*)];
};

} // namespace videosdk::inline v0
