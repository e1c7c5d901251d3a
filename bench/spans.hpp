// What several stretches of a run took together: wall time, CPU time of the process, and what the counter has counted.
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
        cpu_begun_ = process_seconds();
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
        cpu_ += process_seconds() - cpu_begun_;
    }

    double seconds() const noexcept { return wall_; }
    double cpu_seconds() const noexcept { return cpu_; }

    /// Fields of a JSON object, as load::line() has them.
    void write_counted(std::ostream& out) const
    {
        if (counter_) {
            out << R"(,"allocations":)" << counted_.allocations << R"(,"frees":)" << counted_.frees
                << R"(,"system_calls":)" << counted_.all_calls();
        }
    }

private:
    static double process_seconds() noexcept
    {
        rusage used{};
        ::getrusage(RUSAGE_SELF, &used);
        return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    }

    std::optional<counting::counter> counter_;
    counting::call_counts before_, counted_;
    std::chrono::steady_clock::time_point begun_;
    double cpu_begun_ = 0, wall_ = 0, cpu_ = 0;
};

} // namespace bench
