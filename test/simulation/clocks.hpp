// Time of the world, which moves only when told, and what is planned in it.
#pragma once

#include "dice.hpp"

#include <videosdk/scheduler.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace simulation {

using namespace std::chrono_literals;
using time_point = std::chrono::steady_clock::time_point;

/// Never: of what has not happened.
inline constexpr time_point never = time_point::max();

struct world_time {
    static constexpr time_point start{0s};

    time_point now = start;

    std::chrono::system_clock::time_point wall() const noexcept
    {
        constexpr std::chrono::system_clock::time_point base{1'700'000'000s};
        return base + std::chrono::duration_cast<std::chrono::system_clock::duration>(now - start);
    }
};

/// The clock of one life of one process: its alarms go with it. Its wall clock may be wrong.
class process_clock final : public videosdk::scheduler {
public:
    process_clock(const world_time& world, nanoseconds skew) : world_(world), skew_(skew) {}
    ~process_clock() override { queue_.clear(); }

    time_point now() const noexcept override { return world_.now; }
    std::chrono::system_clock::time_point wall_now() const noexcept override
    {
        return world_.wall() + std::chrono::duration_cast<std::chrono::system_clock::duration>(skew_);
    }
    void wait_until(time_point point, videosdk::alarm& which) override { queue_.arm(which, point); }
    void cancel(videosdk::alarm& which) noexcept override { queue_.disarm(which); }
    void shutdown() noexcept override { queue_.clear(); }

    time_point next() const noexcept { return queue_.next(); }
    /// Where the process's executor runs.
    void fire() { queue_.fire_until(world_.now); }

private:
    const world_time& world_;
    const nanoseconds skew_;
    videosdk::alarm_queue queue_;
};

/// What the world itself has planned. Things of one point happen in the order in which they were planned.
class agenda {
public:
    void at(time_point when, std::function<void()> what)
    {
        heap_.push_back({when, next_order_++, std::move(what)});
        std::push_heap(heap_.begin(), heap_.end(), later());
    }

    time_point next() const noexcept { return heap_.empty() ? never : heap_.front().when; }
    bool empty() const noexcept { return heap_.empty(); }

    /// Does the first thing, where it is due.
    bool do_next(time_point now)
    {
        if (next() > now) {
            return false;
        }
        std::pop_heap(heap_.begin(), heap_.end(), later());
        const std::function<void()> what = std::move(heap_.back().what);
        heap_.pop_back();
        what();
        return true;
    }

private:
    struct entry {
        time_point when;
        std::uint64_t order;
        std::function<void()> what;
    };
    struct later {
        bool operator()(const entry& a, const entry& b) const noexcept
        {
            return a.when != b.when ? a.when > b.when : a.order > b.order;
        }
    };

    std::vector<entry> heap_;
    std::uint64_t next_order_ = 0;
};

} // namespace simulation
