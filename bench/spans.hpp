// What several stretches of a run took together: wall time, CPU time of the process, and what the counter has
// counted.
#pragma once

#include "counting/call_counts.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>

#include <sys/resource.h>

namespace bench {

/// Off until it is begun; what is begun is ended before it is begun again. Single-threaded.
class spans {
public:
    spans() : counter_(counting::counter::find()) {}

    void begin()
    {
        begun_ = std::chrono::steady_clock::now();
        used_before_ = used();
        if (counter_) {
            before_ = counter_->read();
            counter_->enable(true);
        }
    }

    void end()
    {
        if (counter_) {
            counter_->enable(false);
            const counting::call_counts more = counter_->read() - before_;
            counted_.allocations += more.allocations;
            counted_.frees += more.frees;
            for (std::size_t i = 0; i < counted_.calls.size(); ++i) {
                counted_.calls[i] += more.calls[i];
            }
        }
        wall_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
        const rusage now = used();
        user_ += seconds_of(now.ru_utime) - seconds_of(used_before_.ru_utime);
        system_ += seconds_of(now.ru_stime) - seconds_of(used_before_.ru_stime);
    }

    double seconds() const noexcept { return wall_; }
    double cpu_seconds() const noexcept { return user_ + system_; }
    double system_seconds() const noexcept { return system_; } ///< The kernel's part.

    /// Fields of a JSON object, as load::line() has them.
    void write_counted(std::ostream& out) const
    {
        if (counter_) {
            out << R"(,"allocations":)" << counted_.allocations << R"(,"frees":)" << counted_.frees
                << R"(,"system_calls":)" << counted_.all_calls();
        }
    }

private:
    static rusage used() noexcept
    {
        rusage now{};
        ::getrusage(RUSAGE_SELF, &now);
        return now;
    }
    static double seconds_of(const timeval& time) noexcept
    {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    }

    std::optional<counting::counter> counter_;
    counting::call_counts before_, counted_;
    std::chrono::steady_clock::time_point begun_;
    rusage used_before_{};
    double wall_ = 0, user_ = 0, system_ = 0;
};

} // namespace bench
