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

enum class request_kind : std::uint8_t { any = 1, acquire, release };

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
    /// Calls it in the midst of a request: of the first of that kind from that number on, counted from now.
    void at_request(std::uint64_t number, request_kind kind, std::function<void()> what);
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
    videosdk::emulator::fault trouble(request_kind kind);
    in_the_air look() const;
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    std::mt19937_64 random_;
    bool trouble_ = false;
    std::uint64_t requests_ = 0;
    std::uint64_t faults_ = 0;
    std::uint64_t due_ = 0;
    request_kind due_kind_ = request_kind::any;
    std::function<void()> what_;
    in_the_air then_;
    std::multimap<clock::time_point, request_kind> unanswered_;
    std::multimap<clock::time_point, request_kind> late_;
    videosdk::emulator::server server_;
    std::size_t sockets_at_rest_ = 0;
};

} // namespace recovery
