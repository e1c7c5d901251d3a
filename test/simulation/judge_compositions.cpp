// The judge: what runs in units.
#include "judge.hpp"

#include <algorithm>
#include <utility>

namespace simulation {

/// As far as its holder could know when it gave the unit back.
bool judge::composes(const unit_record& which) const
{
    return std::any_of(which.compositions.begin(), which.compositions.end(), [this](std::size_t place) {
        const composition_record& each = book_.compositions()[place];
        return each.known && each.runs(time_.now);
    });
}

std::uint64_t judge::start_asked(life_number by, const std::string& unit, nanoseconds timeout)
{
    start_record fresh;
    fresh.by = by;
    fresh.unit = unit;
    fresh.deadline = time_.now + timeout;
    starts_.push_back(std::move(fresh));
    ++found_.starts;
    return starts_.size();
}

void judge::composition_begun(composition_record& which)
{
    ++found_.compositions;
    if (which.call == 0 || which.call > starts_.size()) {
        broken(found_.told_wrongly, "nobody asked for the composition", which.id);
        return;
    }
    if (which.excused) {
        return;
    }
    start_record& call = starts_[which.call - 1];
    if (!call.brought.empty()) {
        broken(found_.started_twice, "one start began a second composition:", which.id);
    } else if (call.nothing) {
        broken(found_.told_wrongly, "a start that was said to have done nothing began", which.id);
    }
    call.brought = which.id;
}

void judge::start_ended(std::uint64_t number, start_end how, std::string_view composition)
{
    start_record& call = starts_.at(number - 1);
    if (std::exchange(call.ended, true)) {
        broken(found_.told_wrongly, "a start ends twice:", std::to_string(number));
    }
    if (time_.now > call.deadline) {
        broken(found_.never_ended, "a start ends after its deadline:", std::to_string(number));
    }
    composition_record* const brought = book_.find_composition(call.brought);
    if (how == start_end::unknown) {
        ++found_.starts_ambiguous;
    } else if (how == start_end::nothing) {
        call.nothing = true;
        // What came and ended before anybody looked leaves no trace.
        if (brought != nullptr && brought->runs(time_.now)) {
            broken(found_.told_wrongly, "a start is said to have done nothing that began", brought->id);
        }
    } else {
        composition_record* const told = book_.find_composition(composition);
        const bool its_own =
            told != nullptr && told->unit == call.unit && (told->call == number || told->excused);
        if (!its_own) {
            broken(found_.told_wrongly, "a start is said to have begun what it did not:", composition);
        } else if (const unit_record* const home = book_.find(told->unit); home->keeper == call.by) {
            told->known = true;
        }
    }
}

void judge::end_asked(life_number by, const composition_record& which)
{
    if (which.starter != by) {
        broken(found_.touched, "somebody else's composition is ended:", which.id);
        return;
    }
    const unit_record* const home = book_.find(which.unit);
    if (home != nullptr && home->keeper == by && !which.stop_asked) {
        broken(found_.pulled, "ended under who keeps its unit:", which.id);
    }
}

void judge::stop_asked(std::string_view composition, nanoseconds timeout)
{
    if (composition_record* const which = book_.find_composition(composition)) {
        which->stop_asked = true;
        which->stop_by = time_.now + timeout;
    }
}

void judge::stop_ended(std::string_view composition, bool well)
{
    composition_record* const which = book_.find_composition(composition);
    if (which == nullptr) {
        broken(found_.told_wrongly, "nobody knows what was stopped:", composition);
        return;
    }
    which->stop_ended = true;
    if (time_.now > which->stop_by) {
        broken(found_.never_ended, "a stop ends after its deadline:", composition);
    }
    if (well && which->runs(time_.now)) {
        broken(found_.told_wrongly, "said to have been stopped, and runs:", composition);
    }
}

void judge::close_compositions()
{
    for (const composition_record& each : book_.compositions()) {
        if (each.runs(time_.now) && !each.excused && !lives_[each.starter].dead) {
            broken(found_.left_composing, "composes for ever:", each.id);
        }
        if (each.stop_asked && !each.stop_ended && !lives_[each.starter].dead) {
            broken(found_.never_ended, "the end of a stop was not told:", each.id);
        }
    }
    for (std::size_t i = 0; i != starts_.size(); ++i) {
        if (!starts_[i].ended && !lives_[starts_[i].by].dead) {
            broken(found_.never_ended, "the end of a start was not told:", std::to_string(i + 1));
        }
    }
}

} // namespace simulation
