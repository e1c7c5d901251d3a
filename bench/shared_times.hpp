// When each of many events was sent and arrived, in memory that two processes share.
#pragma once

#include "latency.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace bench {

/// CLOCK_MONOTONIC is one clock for all processes of a machine.
class shared_times {
public:
    /// In that file, of zeros where it was not there.
    shared_times(const std::string& file, std::size_t events)
        : size_(sizeof(std::atomic<std::uint64_t>) + events * sizeof(one)), events_(events)
    {
        const int handle = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (handle < 0 || ::ftruncate(handle, static_cast<off_t>(size_)) != 0) {
            throw std::runtime_error("cannot open " + file);
        }
        place_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, handle, 0);
        ::close(handle);
        if (place_ == MAP_FAILED) {
            throw std::runtime_error("cannot map " + file);
        }
        arrived_ = static_cast<std::atomic<std::uint64_t>*>(place_);
        at_ = reinterpret_cast<one*>(arrived_ + 1);
    }
    ~shared_times() { ::munmap(place_, size_); }
    shared_times(const shared_times&) = delete;
    shared_times& operator=(const shared_times&) = delete;

    void sent(std::size_t number, std::int64_t at) noexcept { at_[number].sent = at; }
    void arrived(std::size_t number, std::int64_t at) noexcept
    {
        at_[number].arrived.store(at, std::memory_order_relaxed);
        arrived_->fetch_add(1, std::memory_order_release);
    }
    bool all_arrived() const noexcept { return arrived_->load(std::memory_order_acquire) == events_; }

    struct summary {
        latencies took;
        double seconds = 0; ///< From the first that was sent to the last that arrived.
    };
    /// Once all have arrived.
    summary sum_up() const
    {
        summary out;
        std::int64_t first = at_[0].sent;
        std::int64_t last = first;
        for (std::size_t i = 0; i < events_; ++i) {
            const std::int64_t end = at_[i].arrived.load(std::memory_order_relaxed);
            out.took.record(std::chrono::nanoseconds(end - at_[i].sent));
            first = std::min(first, at_[i].sent);
            last = std::max(last, end);
        }
        out.seconds = static_cast<double>(last - first) / 1e9;
        return out;
    }

private:
    struct one {
        std::int64_t sent;
        std::atomic<std::int64_t> arrived;
    };
    static_assert(std::atomic<std::int64_t>::is_always_lock_free);

    std::size_t size_;
    std::size_t events_;
    void* place_ = nullptr;
    std::atomic<std::uint64_t>* arrived_ = nullptr;
    one* at_ = nullptr;
};

} // namespace bench
