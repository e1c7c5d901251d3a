// Drawing a plan from a seed.
#include "plan.hpp"

#include <algorithm>
#include <iterator>

namespace simulation {
namespace {

namespace emulator = videosdk::emulator;

constexpr nanoseconds busy_time = 45s;

emulator::echo_mode echo_of(dice& chance)
{
    const std::uint64_t drawn = chance.below(100);
    if (drawn < 50) {
        return emulator::echo_mode::exact;
    }
    return drawn < 85 ? emulator::echo_mode::normalised : emulator::echo_mode::absent;
}

} // namespace

plan::plan(std::uint64_t which) : seed(which), chance(which)
{
    plan_provider();
    plan_processes();
    plan_orders();
    plan_types();
    plan_outage();
    plan_deck();
}

void plan::plan_provider()
{
    dice drawn = chance.fork("provider");
    provider.api_key = "key";
    provider.secret = "secret";
    provider.seed = drawn.next();
    provider.sign_webhooks = false;
    provider.echo = echo_of(drawn);
    provider.idle_after = drawn.time(200ms, 6s);
    provider.get = drawn.percent(50) ? emulator::get_shape::bare : emulator::get_shape::wrapped;
    provider.numbers = drawn.percent(70) ? emulator::number_shape::numbers : emulator::number_shape::strings;
    provider.recording =
        drawn.percent(70) ? emulator::recording_name::recording : emulator::recording_name::filecomposer;
    provider.keep_composer_ids = drawn.percent(50);
    provider.not_found_status = drawn.percent(70) ? 404 : 402;
    provider.max_per_page = drawn.pick<std::uint64_t>({3, 7, 20, 100});
    provider.released_kept = drawn.pick<std::size_t>({2, 10, 1000});
    provider.redelivery.attempts = static_cast<std::uint32_t>(drawn.between(1, 5));
    dice stages = chance.fork("stages");
    provider.started_after = stages.time(20ms, 2s);
    provider.stopped_after = stages.time(20ms, 3s);

    horizon = drawn.pick<nanoseconds>({10s, 20s, 30s});
    listing_lag = drawn.percent(40) ? 0ns : drawn.time(100ms, 2s); // with idle_after well below the horizon
    public_url = drawn.pick({"https://hooks.example.com/videosdk", "https://www.Hooks.Example.com:443/sdk",
                             "http://198.51.100.7:8080"});
    fault_percent = drawn.pick<std::uint64_t>({5, 15, 30});
    hook_fault_percent = drawn.pick<std::uint64_t>({5, 30, 100});
    foreign_units = drawn.below(13);
}

void plan::plan_processes()
{
    dice drawn = chance.fork("processes");
    const std::size_t count = drawn.between(1, 4);
    for (std::size_t i = 0; i != count; ++i) {
        process_plan each;
        // The last of three or more belongs to another deployment on the same account.
        each.owner = count > 2 && i + 1 == count ? "studio-us" : "studio-eu";
        each.max_units = drawn.between(6, 40);
        each.skew = drawn.time(0s, 20s) - 10s;
        processes.push_back(std::move(each));
    }
    const std::size_t crash_count = drawn.percent(60) ? drawn.between(1, 3) : 0;
    for (std::size_t i = 0; i != crash_count; ++i) {
        crash_plan each;
        each.process = drawn.below(count);
        each.at = world_time::start + drawn.time(1s, busy_time);
        each.steps = drawn.below(12);
        each.down = drawn.percent(50) ? drawn.time(100ms, 2s) : drawn.time(2s, 30s);
        each.context_first = drawn.percent(70);
        crashes.push_back(each);
    }
    std::sort(crashes.begin(), crashes.end(),
              [](const crash_plan& a, const crash_plan& b) { return a.at < b.at; });
    const std::size_t theft_count = drawn.below(4);
    for (std::size_t i = 0; i != theft_count; ++i) {
        thefts.push_back(world_time::start + drawn.time(2s, busy_time));
    }
}

void plan::plan_orders()
{
    dice drawn = chance.fork("orders");
    const std::size_t count = drawn.between(22, 27);
    for (std::size_t i = 0; i != count; ++i) {
        order each;
        each.process = drawn.below(processes.size());
        each.at = world_time::start + drawn.time(0s, busy_time);
        each.units = drawn.percent(75) ? 1 : static_cast<std::uint32_t>(drawn.between(2, 4));
        each.timeout = drawn.percent(25) ? drawn.time(1s, 20s) : horizon * 2 + drawn.time(10s, 60s);
        each.held = drawn.percent(30) ? drawn.time(0s, 1s) : drawn.time(1s, 30s);
        if (drawn.percent(25)) {
            each.cancelled_after = drawn.percent(60) ? drawn.time(1us, 150ms) : drawn.time(150ms, 25s);
            each.cancelled_steps = drawn.below(8);
        }
        orders.push_back(each);
    }
    std::sort(orders.begin(), orders.end(), [](const order& a, const order& b) { return a.at < b.at; });
    for (std::size_t i = 0; i != count; ++i) {
        orders[i].number = i + 1;
    }
    calm_from = world_time::start + busy_time + horizon;
    sweep_interval = drawn.time(20s, 60s);
    rest_from = calm_from + horizon * 3 + sweep_interval * 2;
}

/// Mostly one type for all, so that units of one order can serve another.
void plan::plan_types()
{
    using videosdk::resource_type;
    static constexpr resource_type types[] = {resource_type::recording, resource_type::recording,
                                              resource_type::hls, resource_type::rtmp};
    dice drawn = chance.fork("types");
    const bool mixed = drawn.percent(20);
    const resource_type common = drawn.pick(types);
    for (order& each : orders) {
        each.type = mixed ? drawn.pick(types) : common;
    }
}

/// For longer than the horizon, so that what was done before it ends is not seen in time.
void plan::plan_outage()
{
    dice drawn = chance.fork("outage");
    if (drawn.percent(30)) {
        outage_from = world_time::start + drawn.time(0s, busy_time);
        outage_until = std::min(outage_from + horizon + drawn.time(2s, 30s), calm_from);
        provider.max_per_page = drawn.pick<std::uint64_t>({2, 3, 7});
    }
}

void plan::plan_deck()
{
    static constexpr fault kinds[] = {
        fault::refused,        fault::stale,       fault::queued,       fault::lost_request,
        fault::silent_request, fault::lost_answer, fault::lost_answer,  fault::silent_answer,
        fault::silent_answer,  fault::cut_answer,  fault::late_effect,  fault::late_effect,
        fault::too_late,       fault::slow,        fault::error_before, fault::error_after,
        fault::rate_limited,   fault::turned_down, fault::html_page,    fault::applied_twice,
        fault::short_grant,    fault::short_grant};
    dice drawn = chance.fork("deck");
    for (std::size_t i = 0; i != deck_size; ++i) {
        deck.push_back(i < deck_faults ? drawn.pick(kinds) : fault::none);
    }
    drawn.shuffle(deck);
}

} // namespace simulation
