// The service in the test's process, with its latency, its faults, and its books, which are the truth.
#pragma once

#include "life.hpp"

#include <videosdk/emulator.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace recovery {

/// The boot in the token of a unit of that owner, read without the library; empty where it is none.
std::string boot_of(const videosdk::resource& unit, std::string_view owner);

/// What was under way at one moment.
class in_the_air {
public:
    in_the_air() = default;

    std::uint64_t acquires = 0; ///< Had been received, and not been answered.
    std::uint64_t releases = 0;
    std::uint64_t later = 0; ///< Requests that have their effect afterwards, answered never.
};

class provider {
public:
    provider(const asio::any_io_executor& executor, std::uint64_t seed);

    const videosdk::emulator::server& server() const noexcept { return server_; }

    /// From the next request on: answers come late by a random time, and some requests fail.
    void begin_trouble() { trouble_ = true; }
    /// Calls it in the midst of the request with that number from now on, counted from 1.
    void at_request(std::uint64_t number, std::function<void()> what);
    void forget() { what_ = nullptr; }
    /// As it was when that was called.
    const in_the_air& then() const noexcept { return then_; }
    std::uint64_t requests() const noexcept { return requests_; }
    std::uint64_t faults() const noexcept { return faults_; }

    /// Nothing is planned, no webhook is on its way, and no connection is open on which a request might come.
    bool quiet();
    /// All units that are billed.
    std::vector<videosdk::resource> live();

private:
    using clock = std::chrono::steady_clock;

    videosdk::emulator::server_options options();
    videosdk::emulator::fault receive(const videosdk::emulator::request& what);
    videosdk::emulator::fault trouble(bool acquires, bool releases);
    in_the_air look() const;
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    enum class way : std::uint8_t { acquire, release, later };

    std::mt19937_64 random_;
    bool trouble_ = false;
    std::uint64_t requests_ = 0;
    std::uint64_t faults_ = 0;
    std::uint64_t due_ = 0;
    std::function<void()> what_;
    in_the_air then_;
    std::multimap<clock::time_point, way> unanswered_;
    videosdk::emulator::server server_;
    std::size_t sockets_at_rest_ = 0;
};

} // namespace recovery
