// Which composition an event is about, and when one is forgotten.
#include "events/composition_lives.hpp"

#include "events/composition_book.hpp"
#include "events/fact_table.hpp"

#include <utility>

namespace videosdk::inline v0::events {
namespace {

// Of compositions that others start in the room meanwhile.
constexpr std::size_t most_early = 16;

// How many that have a handle are passed over to find one that may be forgotten.
constexpr int lives_passed_over = 8;

template <class Index, class Key>
void erase_from(Index& where, const Key& key, const composition_life& which)
{
    const auto [begin, end] = where.equal_range(key);
    for (auto each = begin; each != end; ++each) {
        if (each->second == &which) {
            where.erase(each);
            return;
        }
    }
}

bool differ(std::string_view known, std::string_view told) noexcept
{
    return !known.empty() && !told.empty() && known != told;
}

} // namespace

composition_life& composition_lives::add(const command_ptr& start)
{
    const life_ptr& made = all_.emplace_back(std::make_shared<composition_life>(start));
    made->place_ = std::prev(all_.end());
    made->listed_ = true;
    made->in_room_ = true;
    unanswered_.emplace(start.get(), made.get());
    by_resource_.emplace(start->starts_in, made.get());
    rooms_.emplace(start->room_id, made.get());
    composition_life& added = *made;
    make_room_for(added);
    return added;
}

void composition_lives::make_room_for(const composition_life& added)
{
    for (int i = 0; all_.size() > limit_ && i != lives_passed_over; ++i) {
        if (all_.front().use_count() == 1 && all_.front().get() != &added) {
            remove(*all_.front());
        } else {
            all_.splice(all_.end(), all_, all_.begin());
        }
    }
}

void composition_lives::leave_room(composition_life& which)
{
    if (std::exchange(which.in_room_, false)) {
        erase_from(rooms_, std::string_view(which.start->room_id), which);
    }
}

void composition_lives::leave_at(composition_life& which, time_point when)
{
    stay(which);
    which.leaving_place_ = leaving_.emplace(when, &which);
    which.leaving_ = true;
}

void composition_lives::stay(composition_life& which) noexcept
{
    if (std::exchange(which.leaving_, false)) {
        leaving_.erase(which.leaving_place_);
    }
}

void composition_lives::remove(composition_life& which)
{
    leave_room(which);
    stay(which);
    erase_from(by_resource_, std::string_view(which.start->starts_in), which);
    unanswered_.erase(which.start.get());
    if (const auto found = by_id_.find(which.id); found != by_id_.end() && found->second == &which) {
        by_id_.erase(found);
    }
    which.listed_ = false;
    all_.erase(which.place_);
}

composition_life& composition_lives::starting(const command_ptr& start, time_point now)
{
    forget_until(now);
    const auto found = unanswered_.find(start.get());
    return found != unanswered_.end() ? *found->second : add(start);
}

life_ptr composition_lives::started(const command_ptr& start, const started_composition& what, time_point now)
{
    if (const auto known = by_id_.find(what.id); known != by_id_.end()) {
        failed(start); // where the provider has given the id of another
        return *known->second->place_;
    }
    const auto found = unanswered_.find(start.get());
    composition_life* const waited_for = found != unanswered_.end() ? found->second : nullptr;
    // What ran there before is over: a unit runs one at a time.
    freed_but(waited_for, start->starts_in, now);
    composition_life& which = waited_for != nullptr ? *waited_for : add(start);
    unanswered_.erase(start.get());
    which.id = what.id;
    by_id_.emplace(which.id, &which);
    which.answered(what);
    which.session_id = what.session_id;
    for (const event& each : std::exchange(which.early, {})) {
        if (each.composition_id == which.id) {
            which.learn(each);
        }
    }
    return *which.place_;
}

void composition_lives::failed(const command_ptr& start)
{
    if (const auto found = unanswered_.find(start.get()); found != unanswered_.end()) {
        remove(*found->second);
    }
}

void composition_lives::in_doubt(const command_ptr& start, time_point now)
{
    if (const auto found = unanswered_.find(start.get()); found != unanswered_.end()) {
        freed(*found->second, now);
    }
}

void composition_lives::freed(std::string_view id, time_point now)
{
    if (const auto found = by_id_.find(id); found != by_id_.end()) {
        freed(*found->second, now);
    }
}

void composition_lives::freed_in(std::string_view resource_id, time_point now)
{
    freed_but(nullptr, resource_id, now);
}

void composition_lives::freed_but(const composition_life* runs, std::string_view resource_id, time_point now)
{
    const auto [begin, end] = by_resource_.equal_range(resource_id);
    for (auto each = begin; each != end; ++each) {
        if (each->second != runs) {
            freed(*each->second, now);
        }
    }
}

void composition_lives::freed(composition_life& which, time_point now)
{
    if (!which.facts().over() && !std::exchange(which.freed_, true)) {
        leave_at(which, now + late_within);
    }
}

void composition_lives::ended(composition_life& which, time_point now)
{
    if (which.listed_) {
        leave_at(which, now + repeated_within);
    }
}

void composition_lives::forget_until(time_point now)
{
    while (!leaving_.empty() && leaving_.begin()->first <= now) {
        composition_life& which = *leaving_.begin()->second;
        stay(which);
        leave_room(which);
        if (which.facts().over() || which.place_->use_count() == 1) {
            remove(which);
        } else {
            leave_at(which, now + late_within); // somebody may wait for its end
        }
    }
}

/// For the starts in that room that are not answered yet.
void composition_lives::keep_early(const event& what)
{
    const auto [begin, end] = rooms_.equal_range(what.meeting_id);
    for (auto each = begin; each != end; ++each) {
        composition_life& which = *each->second;
        if (which.id.empty() && which.start->kind == composition_kind(what.type)) {
            if (which.early.size() == most_early) {
                which.early.erase(which.early.begin());
            }
            which.early.push_back(what);
        }
    }
}

life_ptr composition_lives::about(const event& what, const token_reader& token_of, time_point now)
{
    forget_until(now);
    if (what.composition_id.empty()) {
        return only_one_in_room(what, token_of);
    }
    const auto found = by_id_.find(what.composition_id);
    if (found == by_id_.end()) {
        keep_early(what);
        return nullptr;
    }
    if (found->second->session_id.empty()) {
        found->second->session_id = what.session_id;
    }
    return *found->second->place_;
}

/// Where its webhooks come to; empty where that is not known.
std::string_view composition_lives::token_expected_of(const composition_life& which,
                                                      const token_reader& token_of)
{
    if (!which.start->webhook_url.empty()) {
        return token_in(which.start->webhook_url);
    }
    return which.unit_token.empty() ? token_of(which.start->starts_in) : std::string_view(which.unit_token);
}

life_ptr composition_lives::only_one_in_room(const event& what, const token_reader& token_of)
{
    composition_life* only = nullptr;
    const auto [begin, end] = rooms_.equal_range(what.meeting_id);
    for (auto each = begin; each != end; ++each) {
        composition_life& which = *each->second;
        const composition_command& start = *which.start;
        if (start.kind != composition_kind(what.type) || differ(which.session_id, what.session_id)) {
            continue;
        }
        if (differ(token_expected_of(which, token_of), what.token)) {
            continue;
        }
        if (const composition_facts known = which.facts(); known.over() && !what.file_path.empty()) {
            if (known.file_path() == what.file_path) {
                return *which.place_; // the same file again
            }
            if (!known.file_path().empty()) {
                continue;
            }
        }
        if (only != nullptr) {
            return nullptr;
        }
        only = &which;
    }
    return only != nullptr ? *only->place_ : nullptr;
}

void composition_lives::clear() noexcept
{
    for (const life_ptr& each : all_) {
        each->listed_ = each->leaving_ = false;
    }
    leaving_.clear();
    rooms_.clear();
    by_resource_.clear();
    by_id_.clear();
    unanswered_.clear();
    all_.clear();
}

} // namespace videosdk::inline v0::events
