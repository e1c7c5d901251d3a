// The world's order of things.
#include "world.hpp"

#include <algorithm>

namespace simulation {
namespace {

// The last looks like one of ours, and is not signed by our key.
constexpr const char* foreign_urls[] = {
    "https://hooks.example.com/videosdk", "https://elsewhere.example.com/v1-not-a-token",
    ("https://hooks.example.com/sdk/studio-eu/"
     "v1-abcdefghijklmnop-absvh4ia-gaytemzugu3doobzmfrggzdfmy-zrxxhoz7blgejoyrry2bcgzrcy")};

// Far beyond what any seed needs: what is not at rest by then never will be.
constexpr nanoseconds end_of_time = 2h;
constexpr std::uint64_t most_steps = 2'000'000;
constexpr nanoseconds between_tries = 5s;

} // namespace

world::world(std::uint64_t seed, const contestant& who, bool keep_story)
    : who_(who),
      plan_(seed),
      story_(keep_story),
      judge_(plan_, time_, story_, book_, buys_exactly_once(who.kind)),
      provider_(plan_, time_, agenda_, story_, book_, judge_),
      net_(plan_, time_, agenda_, story_, provider_),
      around_{plan_, net_, judge_, who_,
              [this](std::uint64_t hook, bool well) { provider_.delivered(hook, well); }},
      courier_(net_, book_, processes_),
      others_(plan_.chance.fork("others")),
      turns_(plan_.chance.fork("turns"))
{
    for (std::size_t i = 0; i != plan_.processes.size(); ++i) {
        processes_.push_back(std::make_unique<process>(around_, i));
    }
}

world::~world() = default;

void world::plan_ahead()
{
    for (std::size_t i = 0; i != plan_.foreign_units; ++i) {
        provider_.buy_foreign(others_.pick(foreign_urls));
    }
    for (const auto& each : processes_) {
        each->boot();
    }
    for (const order& each : plan_.orders) {
        agenda_.at(each.at, [this, &each] { begin_order(each); });
    }
    for (const crash_plan& each : plan_.crashes) {
        agenda_.at(each.at, [this, &each] { plan_crash(each); });
    }
    plan_thefts();
    plan_others();
}

/// An order that finds its process down comes again when that is up.
void world::begin_order(const order& wanted)
{
    process& by = *processes_[wanted.process];
    if (!by.up()) {
        agenda_.at(time_.now + 500ms, [this, &wanted] { begin_order(wanted); });
        return;
    }
    by.acquire(wanted);
    if (wanted.cancelled_after > 0ns) {
        agenda_.at(time_.now + wanted.cancelled_after, [this, &wanted, &by, life = by.life()] {
            if (by.life() == life) {
                by.after_steps(wanted.cancelled_steps, [this, &wanted] { cancel(wanted); });
            }
        });
    }
}

void world::cancel(const order& which)
{
    if (!judge_.ended(which.number)) {
        net_.hits.count(fault::cancel, processes_[which.process]->doing());
        processes_[which.process]->cancel(which.number);
    }
}

void world::plan_crash(const crash_plan& what)
{
    if (processes_[what.process]->up()) {
        processes_[what.process]->after_steps(what.steps, [this, &what] { crash(what); });
    }
}

/// Orders that a life has not ended die with it.
void world::crash(const crash_plan& what)
{
    process& dying = *processes_[what.process];
    net_.hits.count(fault::crash, dying.doing());
    const life_number dead = dying.life();
    dying.crash(what.context_first);
    provider_.end_sessions_of(dead);
    agenda_.at(time_.now + what.down, [&dying] {
        dying.boot();
        dying.take_over();
    });
}

void world::plan_thefts()
{
    for (const time_point when : plan_.thefts) {
        agenda_.at(when, [this] {
            if (const auto victim = provider_.take_away(others_)) {
                const auto& of = processes_[judge_.life(*victim).process];
                net_.hits.count(fault::taken_away, of->doing());
            }
        });
    }
}

/// Others on the same account come and go, so that listings shift.
void world::plan_others()
{
    const std::size_t times = others_.below(6);
    for (std::size_t i = 0; i != times; ++i) {
        agenda_.at(time_.now + others_.time(1s, 90s), [this] {
            if (others_.percent(50)) {
                provider_.buy_foreign(others_.pick(foreign_urls));
            } else {
                provider_.release_foreign(others_);
            }
        });
    }
}

void world::run_until_idle()
{
    for (bool busy = true; busy;) {
        busy = false;
        // Whose turn it is differs from time to time.
        const std::size_t first = turns_.below(processes_.size());
        for (std::size_t i = 0; i != processes_.size(); ++i) {
            while (processes_[(first + i) % processes_.size()]->step()) {
                ++steps_;
                busy = true;
            }
        }
    }
}

/// To the next moment at which something happens; false when nothing is planned.
bool world::move_on()
{
    time_point next = std::min(agenda_.next(), provider_.next());
    for (const auto& each : processes_) {
        next = std::min(next, each->next_alarm());
    }
    if (next == never || next > world_time::start + end_of_time || steps_ > most_steps) {
        return false;
    }
    time_.now = std::max(time_.now, next);
    courier_.collect();
    while (agenda_.do_next(time_.now)) {}
    for (const auto& each : processes_) {
        each->fire_alarms();
    }
    return true;
}

bool world::quiet() const
{
    return time_.now >= plan_.rest_from && judge_.all_over() &&
           std::all_of(processes_.begin(), processes_.end(),
                       [](const auto& each) { return each->up() && each->at_rest(); });
}

/// Runs on until everybody has what he wanted and given it back, or time is over.
bool world::rest()
{
    run_until_idle();
    while (!quiet()) {
        if (!move_on()) {
            return false;
        }
        run_until_idle();
    }
    return true;
}

outcome_of_seed world::run()
{
    plan_ahead();
    // The world has something to do until its calm has lasted.
    for (time_point at = plan_.calm_from; at < plan_.rest_from + between_tries; at += between_tries) {
        agenda_.at(at, [] {});
    }
    outcome_of_seed out;
    out.endless = !rest();
    for (const auto& each : processes_) {
        each->take_over();
    }
    out.endless = !rest() || out.endless;
    for (const auto& each : processes_) {
        each->close();
    }
    out.endless = !rest() || out.endless;
    judge_.close();
    out.found = judge_.found();
    out.broken =
        out.endless && judge_.first_broken().empty() ? "does not come to rest" : judge_.first_broken();
    out.hits = net_.hits;
    out.trace = story_.trace();
    out.lines = story_.lines();
    out.steps = steps_;
    out.exchanges = net_.exchanges;
    out.text = story_.text();
    return out;
}

outcome_of_seed run_seed(std::uint64_t seed, const contestant& who, bool keep_story)
{
    return world(seed, who, keep_story).run();
}

} // namespace simulation
