// A judge and what it judges by, for tests of its judgements.
#pragma once

#include "judge.hpp"

#include <string>
#include <utility>

namespace simulation {

struct court {
    explicit court(bool exact = true) : law(planned, time, told, truth, exact) { life = law.begin_life(0); }

    unit_record& unit(const std::string& id, life_number buyer, std::uint64_t order = 0)
    {
        unit_record fresh;
        fresh.shown.id = id;
        fresh.shown.type = videosdk::resource_type::recording;
        fresh.buyer = buyer;
        fresh.bought_for = order;
        fresh.bought = time.now;
        unit_record& added = truth.add(std::move(fresh));
        law.bought(added);
        return added;
    }

    /// An order of one unit.
    static plan with_single_orders()
    {
        plan made(1);
        for (order& each : made.orders) {
            each.units = 1;
            each.type = videosdk::resource_type::recording;
        }
        made.processes.resize(1);
        made.processes.front().max_units = 3;
        made.provider.echo = videosdk::emulator::echo_mode::exact;
        return made;
    }

    const plan planned = with_single_orders();
    world_time time;
    story told;
    book truth;
    judge law;
    life_number life = 0;
};

} // namespace simulation
