// What the preloaded counter counts on a thread, and how a program that runs under it finds it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <dlfcn.h>

namespace counting {

/// The system calls that are counted, by the C library's functions that make them.
enum class call : std::uint8_t {
    read,
    write,
    readv,
    writev,
    recv,
    recvfrom,
    recvmsg,
    send,
    sendto,
    sendmsg,
    epoll_wait,
    epoll_pwait,
    epoll_ctl,
    timerfd_settime,
    poll,
    ppoll,
    getrandom
};

inline constexpr std::array<std::string_view, 17> call_names{
    "read", "write",  "readv",    "writev",     "recv",        "recvfrom",  "recvmsg",
    "send", "sendto", "sendmsg",  "epoll_wait", "epoll_pwait", "epoll_ctl", "timerfd_settime",
    "poll", "ppoll",  "getrandom"};

/// Of one thread, while it was counting.
struct call_counts {
    std::uint64_t allocations =
        0; ///< malloc, calloc, realloc and the aligned ones; operator new goes through malloc.
    std::uint64_t frees = 0; ///< What ended with free or realloc.
    std::int64_t bytes = 0;  ///< Usable bytes allocated less those freed.
    std::array<std::uint64_t, call_names.size()> calls{};

    std::uint64_t all_calls() const noexcept
    {
        std::uint64_t sum = 0;
        for (const std::uint64_t each : calls) {
            sum += each;
        }
        return sum;
    }

    std::uint64_t of(call which) const noexcept { return calls[static_cast<std::size_t>(which)]; }

    friend call_counts operator-(call_counts later, const call_counts& earlier) noexcept
    {
        later.allocations -= earlier.allocations;
        later.frees -= earlier.frees;
        later.bytes -= earlier.bytes;
        for (std::size_t i = 0; i < later.calls.size(); ++i) {
            later.calls[i] -= earlier.calls[i];
        }
        return later;
    }
};

/// The counter of this process. All functions speak of the calling thread.
class counter {
public:
    /// Nothing where the library was not preloaded.
    static std::optional<counter> find() noexcept
    {
        counter found;
        found.enable_ = reinterpret_cast<enable_function>(::dlsym(RTLD_DEFAULT, "videosdk_count_calls"));
        found.read_ = reinterpret_cast<read_function>(::dlsym(RTLD_DEFAULT, "videosdk_call_counts"));
        if (found.enable_ == nullptr || found.read_ == nullptr) {
            return std::nullopt;
        }
        return found;
    }

    void enable(bool on) const noexcept { enable_(on); }

    call_counts read() const noexcept
    {
        call_counts now;
        read_(&now);
        return now;
    }

private:
    using enable_function = void (*)(bool) noexcept;
    using read_function = void (*)(call_counts*) noexcept;

    counter() = default;

    enable_function enable_ = nullptr;
    read_function read_ = nullptr;
};

} // namespace counting
