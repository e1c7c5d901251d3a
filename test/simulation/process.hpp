// One process of a deployment: lives, dies at any step, and lives again.
#pragma once

#include "buyer.hpp"
#include "webhook/request_check.hpp"

#include <videosdk/emulator.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace simulation {

/// What processes share.
struct surroundings {
    const plan& planned;
    network& net;
    judge& law;
    const contestant& who;
    /// Told of webhooks that were answered, or never will be.
    std::function<void(std::uint64_t hook, bool well)> hook_done;
};

class process {
public:
    process(surroundings& in, std::size_t number);
    ~process();

    /// A new life begins.
    void boot();
    /// This life ends at once: nothing of it is completed.
    void crash(bool context_first);

    bool up() const noexcept { return life_ != nullptr; }
    const std::string& owner() const noexcept { return plan_.owner; }
    life_number life() const noexcept;
    bool has_been(life_number which) const noexcept;

    /// Runs one handler; false when there was none.
    bool step();
    /// After so many handlers more.
    void after_steps(std::uint64_t steps, std::function<void()> what);
    time_point next_alarm() const noexcept;
    void fire_alarms();

    // Between steps.
    void acquire(const order& wanted);
    void cancel(std::uint64_t order);
    void take_over();
    void close();
    void take_hook(const videosdk::emulator::webhook& what, bool to_be_reported);
    bool at_rest() const;
    /// For the tally.
    place doing() const;

private:
    struct life_state;
    struct countdown {
        std::uint64_t steps;
        std::function<void()> what;
    };

    void came(std::uint64_t order, const std::vector<std::string>& ids);
    void later(nanoseconds after, std::function<void()> what);
    boost::asio::awaitable<void> judge_hook(videosdk::emulator::webhook what, bool to_be_reported);

    surroundings& in_;
    const std::size_t number_;
    const process_plan& plan_;
    const videosdk::webhook::request_rules rules_;
    std::unique_ptr<life_state> life_;
    std::vector<life_number> lives_;
    std::vector<countdown> countdowns_;
};

} // namespace simulation
