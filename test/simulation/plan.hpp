// What happens in one seed apart from what the buyers do: who wants what and when, who crashes, and how the
// provider behaves.
#pragma once

#include "clocks.hpp"
#include "dice.hpp"
#include "faults.hpp"

#include <videosdk/emulator.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace simulation {

/// Somebody wants units for a while.
struct order {
    std::uint64_t number = 0; ///< From 1.
    std::size_t process = 0;
    time_point at{};
    std::uint32_t units = 1;
    videosdk::resource_type type = videosdk::resource_type::recording;
    nanoseconds timeout{};
    nanoseconds held{};                ///< From their coming until they are given back.
    nanoseconds cancelled_after = 0ns; ///< 0: not cancelled.
    std::uint64_t cancelled_steps = 0; ///< Handlers of the process run so many times after that moment.
};

struct crash_plan {
    std::size_t process = 0;
    time_point at{};
    std::uint64_t steps = 0; ///< As in order.
    nanoseconds down{};
    bool context_first = true; ///< Which goes first: the execution context, or what runs on it.
};

struct process_plan {
    std::string owner;
    std::size_t max_units = 0;
    nanoseconds skew{}; ///< Of its wall clock.
};

struct plan {
    explicit plan(std::uint64_t which);

    std::uint64_t seed;
    dice chance;

    // How the provider behaves.
    videosdk::emulator::service_options provider;
    nanoseconds horizon{};       ///< What the buyers believe: effects come within it.
    nanoseconds listing_lag{};   ///< Listings are at most so old.
    std::string public_url;      ///< Of all processes.
    std::uint64_t fault_percent; ///< Of exchanges, after the deck below.
    std::uint64_t hook_fault_percent;
    std::vector<fault> deck; ///< What becomes of the first acquires sent, whoever sends them.
    std::size_t foreign_units;

    std::vector<process_plan> processes;
    std::vector<order> orders; ///< By time.
    std::vector<crash_plan> crashes;
    std::vector<time_point> thefts; ///< Somebody releases one of the units.
    time_point outage_from{};       ///< Nothing can be listed from here on, and many webhooks are lost …
    time_point outage_until{};      ///< … until here.
    time_point calm_from{};         ///< No faults from here on.
    nanoseconds sweep_interval{};   ///< Of lease managers.
    time_point rest_from{};         ///< All that is late has happened by then, and can have been seen.

private:
    void plan_provider();
    void plan_processes();
    void plan_orders();
    void plan_types();
    void plan_outage();
    void plan_deck();
};

/// The faults of a deck of acquires; see plan::deck.
inline constexpr std::size_t deck_size = 16;
inline constexpr std::size_t deck_faults = 13;

} // namespace simulation
