// The storm's nodes, its store's delays, and its judge.
#include "storm.hpp"

#include <algorithm>
#include <utility>

namespace owning_tests {

using videosdk::owning::adoption;
using videosdk::owning::answer;
using videosdk::owning::heart;
using videosdk::owning::takeover;
using step = takeover::step;

struct storm::node {
    node(std::string its_boot, const storm_rules& rules, nanoseconds its_offset, double its_rate)
        : boot(its_boot),
          offset(its_offset),
          rate(its_rate),
          pulse({.expiry = rules.expiry, .every = rules.expiry / 6}),
          heir({.me = std::move(its_boot), .lock_expiry = 60s, .every = 15s, .gone_for = rules.gone_for})
    {
    }
    /// Its own clock.
    time_point clock(time_point when) const
    {
        return time_point(nanoseconds(
                   static_cast<std::int64_t>(static_cast<double>(when.time_since_epoch().count()) * rate))) +
               offset;
    }
    /// When that clock will show so much more.
    nanoseconds real(nanoseconds shown) const
    {
        return nanoseconds(static_cast<std::int64_t>(static_cast<double>(shown.count()) / rate) + 1);
    }
    bool has_right(time_point when) const { return pulse.ends_at() > clock(when); }

    const std::string boot;
    const nanoseconds offset;
    const double rate;
    heart pulse;
    takeover heir;
    std::uint64_t step_number = 0; ///< Answers to earlier ones count no more.
    std::set<std::string> held;
    std::set<std::string> returning;
    std::size_t acquiring = 0;
    bool dead = false;
    time_point still_until{}; ///< It stands still.
    time_point cut_off_until{};
};

storm::storm(std::uint64_t seed, const storm_rules& rules) : random_(seed), rules_(rules)
{
    store_.claims_blindly = !rules.claims;
    store_.prunes_blindly = rules.prunes_blindly;
    store_.forgets_heirs = rules.forgets_heirs;
}
storm::~storm() = default;

nanoseconds storm::random(nanoseconds least, nanoseconds most)
{
    return nanoseconds(std::uniform_int_distribution<std::int64_t>(least.count(), most.count())(random_));
}

bool storm::chance(double of)
{
    return std::uniform_real_distribution<double>(0, 1)(random_) < of;
}

void storm::at(time_point when, std::function<void()> what)
{
    queue_.push({when, ++order_, std::move(what)});
}

void storm::in(const node_ptr& who, time_point when, std::function<void()> what)
{
    at(when, [this, who, what = std::move(what)]() mutable {
        if (who->dead) {
            return;
        }
        if (who->still_until > now_) {
            return in(who, who->still_until, std::move(what));
        }
        what();
    });
}

template <class Answer>
void storm::ask_store(const node_ptr& who, std::function<Answer()> there_done,
                      std::function<void(Answer)> done, std::function<void()> failed)
{
    if (who->cut_off_until > now_) {
        return in(who, now_ + random(1ms, 5s), std::move(failed));
    }
    const nanoseconds there = calm_ || chance(0.85) ? random(1ms, 50ms) : random(1s, 200s);
    const bool answered = calm_ || chance(0.97);
    at(now_ + there, [=, this] {
        Answer what = there_done();
        if (answered) {
            in(who, now_ + random(1ms, 50ms), [done, what] { done(what); });
        } else if (chance(0.5)) {
            in(who, now_ + random(1ms, 5s), failed);
        }
    });
}

bool storm::call(const node_ptr& who, std::function<void()> applied, std::function<void(bool)> ended)
{
    const time_point clock = who->clock(now_);
    const bool lasts = who->pulse.ends_at() >= clock && who->pulse.ends_at() - clock >= rules_.call;
    if (!lasts && rules_.asks_before_calls) {
        ++seen_.not_sent;
        return false;
    }
    // By its clock it ends before `call` has passed.
    const nanoseconds there = calm_ || chance(0.9) ? random(5ms, 200ms) : random(1s, who->real(rules_.call));
    const nanoseconds back = std::min(random(5ms, 200ms), who->real(rules_.call) - there);
    const bool answered = calm_ || chance(0.95);
    const auto leave = [=, this] {
        at(now_ + there, applied);
        in(who, now_ + (answered ? there + back : who->real(rules_.call)), [=, this] {
            seen_.outlived += who->clock(now_) > who->pulse.ends_at() ? 1 : 0;
            ended(answered);
        });
    };
    if (rules_.stops_before_writes && !calm_ && chance(0.05)) {
        who->still_until = now_ + random(60s, 300s);
        in(who, now_, leave);
    } else {
        leave();
    }
    return true;
}

storm::node_ptr storm::add_node()
{
    const auto fresh = std::make_shared<node>("boot-" + std::to_string(++boots_), rules_, random(0s, 1000h),
                                              std::uniform_real_distribution<double>(0.98, 1.02)(random_));
    nodes_.push_back(fresh);
    beat(fresh);
    take_over(fresh, fresh->heir.on_time(fresh->clock(now_)));
    use(fresh);
    return fresh;
}

void storm::beat(const node_ptr& who)
{
    const heart::action what = who->pulse.on_time(who->clock(now_));
    if (who->pulse.buried()) {
        return;
    }
    if (what.beat) {
        const auto done = [this, who, number = what.number](answer how) {
            who->pulse.answered(number, how, who->clock(now_));
            if (who->pulse.buried() && !who->dead) { // it ends, and begins anew
                ++seen_.came_back;
                who->dead = true;
                std::erase(nodes_, who);
                add_node();
            }
        };
        ask_store<bool>(
            who, [this, who] { return store_.beat(who->boot, rules_.expiry, now_); },
            [done](bool well) { done(well ? answer::done : answer::refused); },
            [done] { done(answer::failed); });
    }
    in(who, now_ + std::max(who->real(what.wake_at - who->clock(now_)), nanoseconds(1ms)),
       [this, who] { beat(who); });
}

bool storm::holds(const node& who, const std::string& unit) const
{
    return !who.dead && who.has_right(now_) && (who.held.contains(unit) || who.returning.contains(unit));
}

const storm::node* storm::other_holder(const node& who, const std::string& unit) const
{
    for (const node_ptr& each : nodes_) {
        if (each.get() != &who && holds(*each, unit)) {
            return each.get();
        }
    }
    return nullptr;
}

void storm::take_over(const node_ptr& who, takeover::action what)
{
    const std::uint64_t number = ++who->step_number;
    const auto now = [this, who] { return who->clock(now_); };
    const auto go_on = [this, who, number](const std::function<takeover::action()>& next) {
        if (who->step_number == number) {
            take_over(who, next());
        }
    };
    const auto failed = [=] { go_on([=] { return who->heir.failed(now()); }); };
    in(who, now_ + std::max(who->real(what.until - now()), nanoseconds(1ms)),
       [=] { go_on([=] { return who->heir.on_time(now()); }); });
    switch (what.what) {
    case step::wait:
        return;
    case step::lock:
        return ask_store<std::optional<std::uint64_t>>(
            who, [=, this] { return store_.lock(who->boot, 60s, now_); },
            [=](auto fence) { go_on([=] { return who->heir.locked(fence, now()); }); }, failed);
    case step::list: {
        const auto page = std::make_shared<std::vector<videosdk::owning::listed_unit>>();
        const auto applied = [=, this] {
            for (const auto& [unit, boot] : units_) {
                if (boot != who->boot && !calm_ && chance(0.02)) {
                    ++seen_.missed; // it changed its status while statuses were read one after the other
                } else if (boot != who->boot) {
                    page->push_back({unit, boot});
                }
            }
        };
        const auto ended = [=](bool well) {
            well ? go_on([=] { return who->heir.listed(*page, now()); }) : failed();
        };
        if (!call(who, applied, ended)) {
            failed();
        }
        return;
    }
    case step::look:
        return ask_store<std::optional<videosdk::store_sighting>>(
            who, [=, this] { return store_.look(what.fence, what.boots, what.units, now_); },
            [=](const auto& seen) { go_on([=] { return who->heir.looked(seen, now()); }); }, failed);
    case step::bury:
        return ask_store<bool>(
            who,
            [=, this] {
                const bool done = store_.bury(what.fence, what.boot, what.beats, now_);
                seen_.buried += done ? 1 : 0;
                return done;
            },
            [=](bool done) { go_on([=] { return who->heir.buried(done, now()); }); }, failed);
    case step::claim:
        return ask_store<bool>(
            who, [=, this] { return store_.claim(what.fence, what.unit, what.boot, who->boot); },
            [=, this](bool done) {
                if (done && !calm_ && chance(0.1) && stop_in_order(who)) {
                    return; // before it has adopted it
                }
                go_on([=] { return who->heir.claimed(done, now()); });
            },
            failed);
    case step::adopt:
        return adopt(who, what.unit, number);
    case step::inherit:
        return ask_store<std::vector<std::string>>(
            who, [=, this] { return store_.inherited(who->boot); },
            [=](auto units) {
                std::erase_if(units, [&](const auto& each) { return who->held.contains(each); });
                go_on([=] { return who->heir.inherited(units, now()); });
            },
            failed);
    case step::unlock:
        return ask_store<bool>(
            who,
            [=, this] {
                store_.unlock(what.fence);
                return true;
            },
            [=](bool) { go_on([=] { return who->heir.unlocked(now()); }); }, failed);
    case step::prune:
        return ask_store<bool>(
            who, [=, this] { return store_.prune(what.fence, what.units, now_); },
            [=](bool done) { go_on([=] { return who->heir.pruned(done, now()); }); }, failed);
    }
}

void storm::adopt(const node_ptr& who, const std::string& unit, std::uint64_t number)
{
    const auto there = std::make_shared<bool>(false);
    const auto ended = [=, this](bool well) {
        adoption how = adoption::failed;
        if (well) {
            const bool before = who->held.contains(unit) || who->returning.contains(unit);
            how = !*there ? adoption::over : before ? adoption::held : adoption::done;
        }
        if (how == adoption::done) {
            seen_.held_twice += other_holder(*who, unit) != nullptr ? 1 : 0;
            ++seen_.taken_over;
            who->held.insert(unit);
            if (chance(0.5)) {
                give_back(who, unit);
            }
        }
        if (who->step_number == number) {
            take_over(who, who->heir.adopted(how, who->clock(now_)));
        }
    };
    const auto applied = [=, this] { *there = units_.contains(unit); };
    if (!call(who, applied, ended)) {
        ended(false);
    }
}

/// Acquires and gives back, now and then.
void storm::use(const node_ptr& who)
{
    in(who, now_ + random(1s, 60s), [this, who] { use(who); });
    if (!closing_ && chance(0.6)) {
        const std::string unit = "unit-" + std::to_string(++made_);
        const bool sent = call(
            who,
            [=, this] {
                ++seen_.acquired;
                units_.emplace(unit, who->boot);
            },
            [=](bool) { // an answer that is lost is found by its token
                --who->acquiring;
                who->held.insert(unit);
            });
        who->acquiring += sent ? 1 : 0;
    }
    const std::set<std::string> all = who->held;
    for (const std::string& each : all) {
        if (closing_ || chance(0.3)) {
            give_back(who, each);
        }
    }
}

void storm::give_back(const node_ptr& who, const std::string& unit)
{
    const auto applied = [=, this] {
        seen_.released_under_another += units_.contains(unit) && other_holder(*who, unit) != nullptr ? 1 : 0;
        units_.erase(unit);
    };
    const auto ended = [=](bool well) {
        who->returning.erase(unit);
        if (!well) {
            who->held.insert(unit); // again
        }
    };
    if (call(who, applied, ended)) {
        who->held.erase(unit);
        who->returning.insert(unit);
    }
}

/// Where it holds nothing: what it has claimed, and not adopted, is another matter.
bool storm::stop_in_order(const node_ptr& who)
{
    if (!who->held.empty() || !who->returning.empty() || who->acquiring != 0) {
        return false;
    }
    ++seen_.stops;
    who->dead = true;
    std::erase(nodes_, who);
    if (chance(0.9)) {
        after(random(1ms, 5s), [this, who] { store_.leave(who->boot); });
    }
    after(random(1s, 60s), [this] { add_node(); });
    return true;
}

void storm::weather()
{
    if (calm_) {
        return;
    }
    after(random(1s, 120s), [this] { weather(); });
    if (chance(rules_.store_restarts)) {
        store_.alive.clear(); // it was restarted, and had written down the rest
    }
    const node_ptr who = nodes_[random_() % nodes_.size()];
    if (chance(0.10)) {
        ++seen_.deaths;
        who->dead = true;
        std::erase(nodes_, who);
        after(random(1s, 60s), [this] { add_node(); });
    } else if (chance(0.2)) {
        stop_in_order(who);
    } else if (chance(0.2)) {
        who->still_until = now_ + random(1s, 400s);
    } else if (chance(0.3)) {
        who->cut_off_until = now_ + random(1s, 400s);
    }
    if (nodes_.empty()) {
        add_node();
    }
}

verdict storm::run()
{
    for (int i = 0; i != 4; ++i) {
        add_node();
    }
    weather();
    const time_point stormy = now_ + 30min;
    const time_point end = stormy + 12min;
    at(stormy, [this] {
        calm_ = closing_ = true;
        for (const node_ptr& each : nodes_) {
            each->still_until = each->cut_off_until = {};
        }
    });
    while (!queue_.empty() && queue_.top().at < end) {
        const entry next = queue_.top();
        queue_.pop();
        now_ = next.at;
        next.what();
    }
    seen_.leaked = units_.size();
    seen_.claimed_twice = store_.claimed_twice;
    for (const node_ptr& each : nodes_) {
        seen_.fenced_off += each->heir.total().fenced_off;
    }
    // Nodes hold on to each other by what they wait for.
    queue_ = {};
    return seen_;
}

} // namespace owning_tests
