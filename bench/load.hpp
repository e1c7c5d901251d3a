// What the contenders share: options, how long to go on, and the line of figures that each prints.
#pragma once

#include "command_line.hpp"
#include "counting/call_counts.hpp"
#include "latency.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/resource.h>

namespace bench {

/// From the command line; see usage.
struct load_options {
    load_options(int count, char** words)
    {
        read_command_line(count, words,
                          [this](std::string_view name, std::string_view value) { return set(name, value); });
        if (url.empty() || expected_id.empty() || in_flight == 0 || (seconds == 0) == (calls == 0)) {
            throw std::invalid_argument("needs --url, --expect and one of --seconds and --count");
        }
    }

    static constexpr std::string_view usage = "--url https://HOST:PORT --expect ID (--seconds S | --count N "
                                              "[--warm-up N]) [--ca FILE] [--in-flight N]\n"
                                              "[--connections N] [--executor serial|strand] [--http 1|2] "
                                              "[--request FILE]";

    /// As many as there are calls in flight, and no more than what was allowed.
    std::uint64_t open_connections() const noexcept
    {
        return connections == 0 ? in_flight : std::min(in_flight, connections);
    }

    std::string url;
    std::string ca_file;
    std::string expected_id;  ///< Of the unit in every answer.
    std::string request_file; ///< The request as bytes, for contenders that build none.
    std::string executor = "serial";
    std::uint64_t http = 1;        ///< The version, for contenders that speak both.
    std::uint64_t in_flight = 64;  ///< Calls, and at most as many connections.
    std::uint64_t connections = 0; ///< At most; 0 leaves it at one a call.
    std::uint64_t seconds = 0;
    std::uint64_t calls = 0;
    std::uint64_t warm_up = 0; ///< Calls before those that are counted.

private:
    bool set(std::string_view name, std::string_view value)
    {
        if (name == "--url") {
            url = value;
        } else if (name == "--ca") {
            ca_file = value;
        } else if (name == "--expect") {
            expected_id = value;
        } else if (name == "--request") {
            request_file = value;
        } else if (name == "--executor" && (value == "serial" || value == "strand")) {
            executor = value;
        } else if (name == "--http" && (value == "1" || value == "2")) {
            http = number_in(value);
        } else if (name == "--in-flight") {
            in_flight = number_in(value);
        } else if (name == "--connections") {
            connections = number_in(value);
        } else if (name == "--seconds") {
            seconds = number_in(value);
        } else if (name == "--count") {
            calls = number_in(value);
        } else if (name == "--warm-up") {
            warm_up = number_in(value);
        } else {
            return false;
        }
        return true;
    }
};

/// Figures of a build without optimisation are none; the table refuses them.
inline constexpr bool optimised =
#if defined(__OPTIMIZE__) && defined(NDEBUG)
    true;
#else
    false;
#endif

/// One run: when it ends, and what is measured meanwhile. Single-threaded.
///
/// With --seconds everything counts, the connecting too, as it does in wrk. With --count the figures are of
/// the calls after the warm-up, while the others stay in flight.
class load {
public:
    explicit load(const load_options& options) : options_(options), counter_(counting::counter::find())
    {
        if (options_.warm_up == 0) {
            begin();
        }
    }

    bool goes_on() const noexcept { return !over_; }

    /// The time is up.
    void end() noexcept { over_ = true; }

    /// One call came back as expected, and how long it took is recorded.
    void done(call_clock::time_point begun)
    {
        if (counts_from_now_) {
            latencies_.record(call_clock::now() - begun);
        }
        done();
    }

    /// One call came back as expected.
    void done()
    {
        ++done_;
        if (options_.calls == 0) {
            return;
        }
        if (done_ == options_.warm_up) {
            begin();
        } else if (done_ == options_.warm_up + options_.calls) {
            over_ = true;
            finish();
        }
    }

    /// One line of JSON, for a run that went well.
    std::string line()
    {
        if (options_.calls == 0) {
            finish();
        }
        const std::uint64_t calls = options_.calls != 0 ? options_.calls : done_;
        std::ostringstream out;
        out << R"({"calls":)" << calls << R"(,"seconds":)"
            << std::chrono::duration<double>(ended_ - begun_).count() << R"(,"cpu_seconds":)"
            << cpu_ended_ - cpu_begun_ << R"(,"optimised":)" << (optimised ? "true" : "false");
        if (!latencies_.empty()) {
            out << R"(,"p50_us":)" << latencies_.percentile(0.5) << R"(,"p99_us":)"
                << latencies_.percentile(0.99) << R"(,"p999_us":)" << latencies_.percentile(0.999);
        }
        if (counter_) {
            out << R"(,"allocations":)" << counted_.allocations << R"(,"frees":)" << counted_.frees
                << R"(,"heap_bytes":)" << counted_.bytes << R"(,"system_calls":)" << counted_.all_calls();
            for (std::size_t i = 0; i < counted_.calls.size(); ++i) {
                if (counted_.calls[i] != 0) {
                    out << ",\"" << counting::call_names[i] << "\":" << counted_.calls[i];
                }
            }
        }
        out << "}";
        return out.str();
    }

private:
    static double cpu_seconds() noexcept
    {
        rusage used{};
        ::getrusage(RUSAGE_SELF, &used);
        return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    }

    void begin()
    {
        counts_from_now_ = true;
        begun_ = std::chrono::steady_clock::now();
        cpu_begun_ = cpu_seconds();
        if (counter_) {
            counter_->enable(true);
        }
    }

    void finish()
    {
        counts_from_now_ = false;
        if (counter_) {
            counter_->enable(false);
            counted_ = counter_->read();
        }
        ended_ = std::chrono::steady_clock::now();
        cpu_ended_ = cpu_seconds();
    }

    const load_options& options_;
    std::optional<counting::counter> counter_;
    counting::call_counts counted_;
    std::chrono::steady_clock::time_point begun_, ended_;
    double cpu_begun_ = 0, cpu_ended_ = 0;
    latencies latencies_;
    std::uint64_t done_ = 0;
    bool over_ = false;
    bool counts_from_now_ = false;
};

/// What every contender's main() does: the message and status of what failed.
template <class Run>
int run_main(int count, char** words, Run run)
{
    try {
        const load_options options(count, words);
        std::cout << run(options) << std::endl;
        return EXIT_SUCCESS;
    } catch (const std::invalid_argument& wrong) {
        std::cerr << words[0] << " " << wrong.what() << "\nusage: " << words[0] << " " << load_options::usage
                  << "\n";
    } catch (const std::exception& failure) {
        std::cerr << words[0] << ": " << failure.what() << "\n";
    }
    return EXIT_FAILURE;
}

} // namespace bench
