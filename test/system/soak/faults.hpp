// One exchange in a hundred goes wrong: on its way, in the middle of its bytes, or at the provider.
#pragma once

#include "support/chaos_proxy.hpp"

#include <videosdk/emulator.hpp>

#include <cstdint>
#include <random>

namespace soak {

class faults {
public:
    explicit faults(std::uint64_t seed) : random_(seed) {}

    /// What becomes of one connection, on which about so many bytes are exchanged one way a time.
    test_support::link_plan plan(std::uint64_t bytes_of_exchange);
    /// What the provider does with one request.
    videosdk::emulator::fault at_provider();

    std::uint64_t planned = 0; ///< Connections that end badly if they live for long enough.
    std::uint64_t played = 0;  ///< Requests that the provider answered badly.

private:
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    std::mt19937_64 random_;
};

} // namespace soak
