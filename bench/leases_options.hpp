// What the contender with the lease manager is told on its command line.
#pragma once

#include "command_line.hpp"

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace bench {

struct leases_options {
    leases_options(int count, char** words)
    {
        read_command_line(count, words,
                          [this](std::string_view name, std::string_view value) { return set(name, value); });
        if (url.empty() || in_flight == 0 || cycle == 0 || connections == 0 ||
            (seconds == 0) == (units == 0)) {
            throw std::invalid_argument("needs --url and one of --seconds and --count");
        }
    }

    static constexpr std::string_view usage =
        "--url https://HOST:PORT (--seconds S | --count UNITS [--warm-up UNITS]) [--ca FILE]\n"
        "[--in-flight N] [--connections N] [--cycle UNITS] [--rest MILLISECONDS]\n"
        "[--coalesce yes|no] [--max-batch N] [--max-in-flight N]";

    std::string url;
    std::string ca_file;
    std::uint64_t in_flight = 1000; ///< Acquires, and then releases.
    std::uint64_t connections = 64;
    std::uint64_t cycle = 50'000; ///< Units that are acquired before they are given back.
    std::uint64_t seconds = 0;
    std::uint64_t units = 0;
    std::uint64_t warm_up = 0;           ///< Units before those that are counted.
    std::chrono::milliseconds rest{200}; ///< Between the two, until what was acquired is idle.
    bool coalesce = true;
    std::uint32_t max_batch = 100;
    std::uint32_t max_in_flight = 2;

private:
    bool set(std::string_view name, std::string_view value)
    {
        if (name == "--url") {
            url = value;
        } else if (name == "--ca") {
            ca_file = value;
        } else if (name == "--in-flight") {
            in_flight = number_in(value);
        } else if (name == "--connections") {
            connections = number_in(value);
        } else if (name == "--cycle") {
            cycle = number_in(value);
        } else if (name == "--seconds") {
            seconds = number_in(value);
        } else if (name == "--count") {
            units = number_in(value);
        } else if (name == "--warm-up") {
            warm_up = number_in(value);
        } else if (name == "--rest") {
            rest = std::chrono::milliseconds(number_in(value));
        } else if (name == "--coalesce" && (value == "yes" || value == "no")) {
            coalesce = value == "yes";
        } else if (name == "--max-batch") {
            max_batch = static_cast<std::uint32_t>(number_in(value));
        } else if (name == "--max-in-flight") {
            max_in_flight = static_cast<std::uint32_t>(number_in(value));
        } else {
            return false;
        }
        return true;
    }
};

} // namespace bench
