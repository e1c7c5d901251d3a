// The judge.
#include "judge.hpp"

#include <algorithm>

namespace simulation {
namespace {

std::uint64_t milliseconds(nanoseconds time)
{
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

} // namespace

findings& findings::operator+=(const findings& other) noexcept
{
    kept_twice += other.kept_twice;
    wrong_count += other.wrong_count;
    never_bought += other.never_bought;
    touched += other.touched;
    pulled += other.pulled;
    cap_passed += other.cap_passed;
    never_ended += other.never_ended;
    beyond_wanted += other.beyond_wanted;
    left += other.left;
    restless += other.restless;
    too_early += other.too_early;
    token_twice += other.token_twice;
    started_twice += other.started_twice;
    left_composing += other.left_composing;
    told_wrongly += other.told_wrongly;
    orders += other.orders;
    served += other.served;
    died += other.died;
    ambiguous += other.ambiguous;
    bought += other.bought;
    bought_twice += other.bought_twice;
    never_kept += other.never_kept;
    never_kept_ms += other.never_kept_ms;
    excused += other.excused;
    surplus += other.surplus;
    surplus_ms += other.surplus_ms;
    leaked += other.leaked;
    leaked_by_crash += other.leaked_by_crash;
    leaked_ms += other.leaked_ms;
    compositions += other.compositions;
    starts += other.starts;
    starts_ambiguous += other.starts_ambiguous;
    taken_warm += other.taken_warm;
    reused += other.reused;
    expired += other.expired;
    evicted += other.evicted;
    shared += other.shared;
    splits += other.splits;
    return *this;
}

judge::judge(const plan& from, const world_time& time, story& log, book& truth, bool exact)
    : plan_(from), time_(time), story_(log), book_(truth), exact_(exact), lives_(1)
{
}

void judge::broken(std::uint64_t& count, std::string_view what, std::string_view about)
{
    ++count;
    story_.tell(time_.now, "BROKEN: ", what, " ", about);
    if (first_broken_.empty()) {
        first_broken_ = std::string(what) + ' ' + std::string(about);
    }
}

life_number judge::begin_life(std::size_t process)
{
    life_record fresh;
    fresh.process = process;
    fresh.owner = plan_.processes.at(process).owner;
    fresh.max_units = plan_.processes.at(process).max_units;
    lives_.push_back(std::move(fresh));
    return static_cast<life_number>(lives_.size() - 1);
}

void judge::end_life(life_number which)
{
    lives_.at(which).dead = true;
    for (unit_record& each : book_.units()) {
        if (each.keeper == which) {
            let_go(each);
        }
    }
    for (auto each = open_.begin(); each != open_.end();) {
        if (each->second == which) {
            ended_.insert(each->first);
            ++found_.died;
            each = open_.erase(each);
        } else {
            ++each;
        }
    }
}

void judge::know_counts(life_number which, std::function<videosdk::lease_counts()> counts)
{
    lives_.at(which).counts = std::move(counts);
}

void judge::keep_counts(life_number which)
{
    life_record& its = lives_.at(which);
    if (its.counts) {
        const videosdk::lease_counts last = its.counts();
        its.counts = nullptr;
        its.wanted_units += last.expired + last.evicted;
        found_.taken_warm += last.taken_warm;
        found_.reused += last.reused;
        found_.expired += last.expired;
        found_.evicted += last.evicted;
        found_.shared += last.shared_attempts;
        found_.splits += last.splits;
    }
}

void judge::let_go(unit_record& which)
{
    if (which.keeper != 0) {
        --kept_;
    }
    which.keeper = 0;
    which.kept_for = 0;
}

void judge::began(life_number by, std::uint64_t number)
{
    open_.emplace(number, by);
    lives_.at(by).wanted_units += plan_.orders.at(number - 1).units;
}

life_record* judge::owner_of(const unit_record& which)
{
    const life_number owner = which.adopter != 0 ? which.adopter : which.buyer;
    return owner == 0 ? nullptr : &lives_[owner];
}

/// However often a request is applied: another one has a token of its own.
void judge::bought_under(life_number by, std::string_view webhook_url, std::uint64_t exchange)
{
    if (by != 0 && exact_ && bought_under_.emplace(webhook_url, exchange).first->second != exchange) {
        broken(found_.token_twice, "bought under a token that had bought before, by exchange",
               std::to_string(exchange));
    }
}

void judge::bought(unit_record& which)
{
    if (which.buyer == 0) {
        return;
    }
    ++found_.bought;
    if (which.why != excuse::none) {
        ++found_.excused;
        return;
    }
    life_record& by = lives_[which.buyer];
    std::uint64_t given_up = 0;
    if (by.counts) {
        const videosdk::lease_counts now = by.counts();
        given_up = now.expired + now.evicted;
    }
    if (++by.bought_units > by.wanted_units + given_up && exact_) {
        broken(found_.beyond_wanted, "bought beyond what was wanted:", which.shown.id);
    }
    which.counted = true;
    if (++by.live_units > by.max_units && exact_ && !by.dead) {
        broken(found_.cap_passed, "more units than max_units by the unit", which.shown.id);
    }
    if (which.bought_for != 0 &&
        ++bought_for_[which.bought_for] > plan_.orders.at(which.bought_for - 1).units) {
        ++found_.bought_twice;
    }
}

void judge::release_asked(life_number by, std::string_view id)
{
    const unit_record* const which = book_.find(id);
    if (by != 0 && which != nullptr && which->buyer != by &&
        std::find(which->adopters.begin(), which->adopters.end(), by) == which->adopters.end()) {
        broken(found_.touched, "somebody else's unit is to be released:", id);
    }
    if (by != 0 && which != nullptr && exact_ && which->idle > time_.now) {
        broken(found_.too_early, "a pending unit is to be released:", id);
    }
    if (by != 0 && which != nullptr && exact_ && composes(*which)) {
        broken(found_.too_early, "a unit that composes is to be released:", id);
    }
}

void judge::released(unit_record& which)
{
    which.released = time_.now;
    if (life_record* const owner = owner_of(which); owner != nullptr && which.counted) {
        --owner->live_units;
    }
    if (which.taken_away && !which.ever_kept && which.buyer != 0) {
        ++lives_[which.buyer].wanted_units; // perhaps nobody has seen it: another one may be bought for it
    }
    if (which.keeper != 0 && !which.taken_away) {
        broken(found_.pulled, "released under who keeps it:", which.shown.id);
    }
}

void judge::listing_begun(life_number by)
{
    if (time_.now < plan_.calm_from + plan_.horizon * 2 || time_.now >= plan_.rest_from) {
        return;
    }
    constexpr nanoseconds pace = 10s; // on average; longer than what anybody may be in doubt
    constexpr std::uint64_t at_once = 10;
    const auto passed = static_cast<std::uint64_t>((plan_.rest_from - plan_.calm_from) / pace);
    if (++lives_.at(by).listings == passed + at_once && exact_) {
        broken(found_.restless, "lists on and on: life", std::to_string(by));
    }
}

void judge::served(life_number by, std::uint64_t number, const std::vector<std::string>& ids)
{
    const order& wanted = plan_.orders.at(number - 1);
    open_.erase(number);
    if (!ended_.insert(number).second) {
        broken(found_.kept_twice, "an order is served that had ended:", std::to_string(number));
    }
    ++found_.served;
    if (ids.size() != wanted.units) {
        broken(found_.wrong_count, "an order got another number of units:", std::to_string(number));
    }
    for (const std::string& id : ids) {
        keep(by, number, id);
    }
}

void judge::keep(life_number by, std::uint64_t number, const std::string& id)
{
    unit_record* const which = book_.find(id);
    if (which == nullptr || which->buyer != by) {
        broken(found_.never_bought, "handed out, but not bought by this process:", id);
        return;
    }
    if (which->shown.type.value() != plan_.orders.at(number - 1).type) {
        broken(found_.never_bought, "handed out, but of another type:", id);
    }
    if (which->keeper != 0) {
        broken(found_.kept_twice, "handed out while somebody has it:", id);
        let_go(*which);
    }
    if (!which->live() && !which->taken_away) {
        broken(found_.pulled, "handed out after its own buyer had released it:", id);
    }
    // Who hands out what came too late takes it for what was paid for.
    if (which->why == excuse::too_late && !which->counted && which->live()) {
        which->counted = true;
        ++lives_[by].live_units;
    }
    ++kept_;
    which->keeper = by;
    which->kept_for = number;
    which->ever_kept = true;
}

void judge::failed(std::uint64_t number, bool ambiguous)
{
    open_.erase(number);
    if (!ended_.insert(number).second) {
        broken(found_.kept_twice, "an order ends twice:", std::to_string(number));
    }
    found_.ambiguous += ambiguous ? 1 : 0;
}

void judge::given_back(std::string_view id)
{
    if (unit_record* const which = book_.find(id)) {
        let_go(*which);
    }
}

void judge::adopted(life_number by, std::string_view id)
{
    unit_record* const which = book_.find(id);
    if (which == nullptr || which->buyer == 0 || lives_[which->buyer].owner != lives_[by].owner ||
        !lives_[which->buyer].dead || (which->adopter != 0 && !lives_[which->adopter].dead)) {
        broken(found_.touched, "somebody else's unit is taken over:", id);
        return;
    }
    which->adopter = by;
    which->adopters.push_back(by);
    if (which->live() && (which->counted || which->why == excuse::none)) {
        which->counted = true;
        ++lives_[by].live_units;
    }
}

void judge::reported(life_number by, std::string_view id)
{
    const unit_record* const which = book_.find(id);
    if (which == nullptr || which->buyer == 0 || which->buyer == by ||
        lives_[which->buyer].owner != lives_.at(by).owner) {
        broken(found_.touched, "somebody else's unit is said to be this owner's:", id);
    }
}

bool judge::may_take_over(life_number by, std::string_view boot) const
{
    return std::any_of(lives_.begin() + 1, lives_.end(), [&](const life_record& each) {
        return each.boot == boot && each.dead && each.process == lives_.at(by).process;
    });
}

void judge::close()
{
    close_compositions();
    found_.orders = plan_.orders.size();
    for (const order& each : plan_.orders) {
        if (!ended_.contains(each.number)) {
            broken(found_.never_ended, "the end of an order was not told:", std::to_string(each.number));
        }
    }
    for (const unit_record& each : book_.units()) {
        if (each.buyer == 0) {
            continue;
        }
        const nanoseconds billed = std::min(each.released, time_.now) - each.bought;
        if (!each.ever_kept) {
            ++found_.never_kept;
            found_.never_kept_ms += milliseconds(billed);
            if (each.why != excuse::none) {
                ++found_.surplus;
                found_.surplus_ms += milliseconds(billed);
            }
        }
        if (each.live()) {
            const life_number last = each.adopter != 0 ? each.adopter : each.buyer;
            ++found_.leaked;
            found_.leaked_by_crash += lives_[last].dead ? 1 : 0;
            found_.leaked_ms += milliseconds(billed);
            story_.tell(time_.now, "leaked: ", each.shown.id, " bought by life ", each.buyer);
            if (exact_ && plan_.provider.echo != videosdk::emulator::echo_mode::absent) {
                broken(found_.left, "billed for ever:", each.shown.id);
            }
        }
    }
}

} // namespace simulation
