// One seed from its begin to its end: processes, provider, network and everybody else, in one order of time.
#pragma once

#include "courier.hpp"
#include "process.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace simulation {

/// What one seed brought.
struct outcome_of_seed {
    findings found;
    tally hits;
    std::uint64_t trace = 0; ///< A hash of all that happened.
    std::uint64_t lines = 0;
    std::uint64_t steps = 0; ///< Handlers run.
    std::uint64_t exchanges = 0;
    bool endless = false; ///< It did not come to rest.
    std::string broken;   ///< The first promise that was broken.
    std::string text;     ///< The story, where it was wanted.

    bool well() const noexcept { return found.broken() == 0 && !endless; }
};

class world {
public:
    world(std::uint64_t seed, const contestant& who, bool keep_story);
    ~world();

    outcome_of_seed run();

private:
    void plan_ahead();
    void plan_order(const order& wanted);
    void plan_crash(const crash_plan& what);
    void plan_thefts();
    void plan_others();
    void begin_order(const order& wanted);
    void crash(const crash_plan& what);
    void cancel(const order& which);
    void run_until_idle();
    bool move_on();
    bool quiet() const;
    bool rest();

    const contestant who_;
    const plan plan_;
    world_time time_;
    agenda agenda_;
    story story_;
    book book_;
    judge judge_;
    provider provider_;
    network net_;
    surroundings around_;
    std::vector<std::unique_ptr<process>> processes_;
    courier courier_;
    dice others_;
    dice turns_;
    std::uint64_t steps_ = 0;
};

outcome_of_seed run_seed(std::uint64_t seed, const contestant& who, bool keep_story = false);

} // namespace simulation
