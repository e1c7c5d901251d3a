// To be preloaded: counts the allocations and system calls of the threads that ask for it; or, where
// VIDEOSDK_COUNT_CALLS_TO names a file, of all threads, for programs that cannot ask. Then the counts since
// the start, or since the last SIGUSR2, are in that file when the program ends.
//
// It stands between a program and the C library, so a system call that the C library makes by itself (a futex
// under a mutex, brk under malloc) passes unseen; test/counts compares with strace what it saw with what
// there was.
#include "call_counts.hpp"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

// What glibc's own malloc is called where another one stands before it: no dlsym, which allocates itself.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* place);
}

namespace {

using counting::call;

// In the thread's static block: reached without a call, so that malloc can use them.
[[gnu::tls_model("initial-exec")]] thread_local bool counts = false;
[[gnu::tls_model("initial-exec")]] thread_local counting::call_counts totals;

// Of all threads together. The file is null where nobody asked for that.
struct {
    const char* file = nullptr;
    std::atomic<std::uint64_t> allocations{0};
    std::atomic<std::uint64_t> frees{0};
    std::atomic<std::int64_t> bytes{0};
    std::array<std::atomic<std::uint64_t>, counting::call_names.size()> calls{};

    void reset() noexcept
    {
        allocations = 0;
        frees = 0;
        bytes = 0;
        for (auto& each : calls) {
            each = 0;
        }
    }
} whole;

bool is_counting() noexcept
{
    return counts || whole.file != nullptr;
}

void note(call which) noexcept
{
    if (counts) {
        ++totals.calls[static_cast<std::size_t>(which)];
    }
    if (whole.file != nullptr) {
        whole.calls[static_cast<std::size_t>(which)].fetch_add(1, std::memory_order_relaxed);
    }
}

void note_bytes(std::int64_t bytes) noexcept
{
    if (counts) {
        totals.bytes += bytes;
    }
    if (whole.file != nullptr) {
        whole.bytes.fetch_add(bytes, std::memory_order_relaxed);
    }
}

void* note_allocated(void* place) noexcept
{
    if (!is_counting() || place == nullptr) {
        return place;
    }
    if (counts) {
        ++totals.allocations;
    }
    if (whole.file != nullptr) {
        whole.allocations.fetch_add(1, std::memory_order_relaxed);
    }
    note_bytes(static_cast<std::int64_t>(::malloc_usable_size(place)));
    return place;
}

void note_freed(std::size_t usable) noexcept
{
    if (counts) {
        ++totals.frees;
    }
    if (whole.file != nullptr) {
        whole.frees.fetch_add(1, std::memory_order_relaxed);
    }
    note_bytes(-static_cast<std::int64_t>(usable));
}

template <class Function>
Function next(const char* name) noexcept
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

[[gnu::constructor]] void begin_whole() noexcept
{
    const char* const file = std::getenv("VIDEOSDK_COUNT_CALLS_TO");
    if (file == nullptr) {
        return;
    }
    struct sigaction restart{};
    restart.sa_handler = [](int) { whole.reset(); };
    restart.sa_flags = SA_RESTART;
    ::sigaction(SIGUSR2, &restart, nullptr);
    whole.file = file;
}

// Not by stdio, which may have been closed: the numbers first into a buffer, and then all of it at once.
[[gnu::destructor]] void end_whole() noexcept
{
    const char* const file = std::exchange(whole.file, nullptr);
    if (file == nullptr) {
        return;
    }
    char line[1024];
    std::uint64_t all = 0;
    for (const auto& each : whole.calls) {
        all += each;
    }
    int size = std::snprintf(
        line, sizeof line, R"({"allocations":%llu,"frees":%llu,"heap_bytes":%lld,"system_calls":%llu)",
        static_cast<unsigned long long>(whole.allocations), static_cast<unsigned long long>(whole.frees),
        static_cast<long long>(whole.bytes), static_cast<unsigned long long>(all));
    for (std::size_t i = 0; i < whole.calls.size(); ++i) {
        if (whole.calls[i] != 0) {
            size += std::snprintf(line + size, sizeof line - static_cast<std::size_t>(size), ",\"%s\":%llu",
                                  counting::call_names[i].data(),
                                  static_cast<unsigned long long>(whole.calls[i]));
        }
    }
    size += std::snprintf(line + size, sizeof line - static_cast<std::size_t>(size), "}\n");
    const int out = ::open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (out < 0 || ::write(out, line, static_cast<std::size_t>(size)) != size || ::close(out) != 0) {
        std::fprintf(stderr, "the counts could not be written to %s\n", file);
    }
}

} // namespace

extern "C" {

void videosdk_count_calls(bool on) noexcept
{
    counts = on;
}

void videosdk_call_counts(counting::call_counts* out) noexcept
{
    *out = totals;
}

void* malloc(std::size_t size) noexcept
{
    return note_allocated(__libc_malloc(size));
}

void* calloc(std::size_t count, std::size_t size) noexcept
{
    return note_allocated(__libc_calloc(count, size));
}

void* realloc(void* old, std::size_t size) noexcept
{
    const std::size_t usable = old != nullptr ? ::malloc_usable_size(old) : 0;
    void* const place = __libc_realloc(old, size);
    if (is_counting() && old != nullptr && (place != nullptr || size == 0)) {
        note_freed(usable);
    }
    return note_allocated(place);
}

void* memalign(std::size_t alignment, std::size_t size) noexcept
{
    return note_allocated(__libc_memalign(alignment, size));
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept
{
    return note_allocated(__libc_memalign(alignment, size));
}

int posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept
{
    if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) {
        return EINVAL;
    }
    void* const place = note_allocated(__libc_memalign(alignment, size));
    if (place == nullptr) {
        return ENOMEM;
    }
    *out = place;
    return 0;
}

void free(void* place) noexcept
{
    if (is_counting() && place != nullptr) {
        note_freed(::malloc_usable_size(place));
    }
    __libc_free(place);
}

ssize_t read(int file, void* place, std::size_t size)
{
    static const auto real = next<decltype(&read)>("read");
    note(call::read);
    return real(file, place, size);
}

ssize_t write(int file, const void* place, std::size_t size)
{
    static const auto real = next<decltype(&write)>("write");
    note(call::write);
    return real(file, place, size);
}

ssize_t readv(int file, const iovec* places, int count)
{
    static const auto real = next<decltype(&readv)>("readv");
    note(call::readv);
    return real(file, places, count);
}

ssize_t writev(int file, const iovec* places, int count)
{
    static const auto real = next<decltype(&writev)>("writev");
    note(call::writev);
    return real(file, places, count);
}

ssize_t recv(int socket, void* place, std::size_t size, int flags)
{
    static const auto real = next<decltype(&recv)>("recv");
    note(call::recv);
    return real(socket, place, size, flags);
}

ssize_t recvfrom(int socket, void* place, std::size_t size, int flags, sockaddr* from, socklen_t* length)
{
    static const auto real = next<decltype(&recvfrom)>("recvfrom");
    note(call::recvfrom);
    return real(socket, place, size, flags, from, length);
}

ssize_t recvmsg(int socket, msghdr* message, int flags)
{
    static const auto real = next<decltype(&recvmsg)>("recvmsg");
    note(call::recvmsg);
    return real(socket, message, flags);
}

ssize_t send(int socket, const void* place, std::size_t size, int flags)
{
    static const auto real = next<decltype(&send)>("send");
    note(call::send);
    return real(socket, place, size, flags);
}

ssize_t sendto(int socket, const void* place, std::size_t size, int flags, const sockaddr* to,
               socklen_t length)
{
    static const auto real = next<decltype(&sendto)>("sendto");
    note(call::sendto);
    return real(socket, place, size, flags, to, length);
}

ssize_t sendmsg(int socket, const msghdr* message, int flags)
{
    static const auto real = next<decltype(&sendmsg)>("sendmsg");
    note(call::sendmsg);
    return real(socket, message, flags);
}

int epoll_wait(int epoll, epoll_event* events, int most, int timeout)
{
    static const auto real = next<decltype(&epoll_wait)>("epoll_wait");
    note(call::epoll_wait);
    return real(epoll, events, most, timeout);
}

int epoll_pwait(int epoll, epoll_event* events, int most, int timeout, const sigset_t* signals)
{
    static const auto real = next<decltype(&epoll_pwait)>("epoll_pwait");
    note(call::epoll_pwait);
    return real(epoll, events, most, timeout, signals);
}

int epoll_ctl(int epoll, int operation, int file, epoll_event* event) noexcept
{
    static const auto real = next<int (*)(int, int, int, epoll_event*) noexcept>("epoll_ctl");
    note(call::epoll_ctl);
    return real(epoll, operation, file, event);
}

int timerfd_settime(int timer, int flags, const itimerspec* value, itimerspec* old) noexcept
{
    static const auto real =
        next<int (*)(int, int, const itimerspec*, itimerspec*) noexcept>("timerfd_settime");
    note(call::timerfd_settime);
    return real(timer, flags, value, old);
}

int poll(pollfd* files, nfds_t count, int timeout)
{
    static const auto real = next<decltype(&poll)>("poll");
    note(call::poll);
    return real(files, count, timeout);
}

int ppoll(pollfd* files, nfds_t count, const timespec* timeout, const sigset_t* signals)
{
    static const auto real = next<decltype(&ppoll)>("ppoll");
    note(call::ppoll);
    return real(files, count, timeout, signals);
}

ssize_t getrandom(void* place, std::size_t size, unsigned flags)
{
    static const auto real = next<decltype(&getrandom)>("getrandom");
    note(call::getrandom);
    return real(place, size, flags);
}

} // extern "C"
