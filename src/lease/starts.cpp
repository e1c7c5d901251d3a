// Compositions that leases start: whose they are, and that they end before their unit is given back.
#include "lease/ledger.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::leasing {
namespace {

error start_error(errc code, std::string detail)
{
    error_info info;
    info.call = "start";
    info.detail = std::move(detail);
    info.effect = effect::none;
    return {make_error_code(code), std::move(info)};
}

} // namespace

result<std::vector<std::string>> ledger::begin_start(std::string_view id, std::string room_id,
                                                     resource_type kind)
{
    unit* const which = find(id);
    if (which == nullptr || which->state != unit_state::held) {
        return start_error(errc::closed, "resource " + std::string(id) + " is not held any more");
    }
    for (const own_composition& each : which->compositions) {
        if (each.id.empty()) {
            return start_error(errc::conflict, "an earlier start in resource " + std::string(id) +
                                                   " is under way, or it is not known yet what it did");
        }
    }
    own_composition fresh;
    fresh.room_id = std::move(room_id);
    fresh.kind = kind;
    which->compositions.push_back(std::move(fresh));
    which->starting = true;
    return std::vector<std::string>(which->composers.begin(), which->composers.end());
}

void ledger::end_start(std::string_view id, const std::string& composition, bool found)
{
    unit* const which = find(id);
    if (which == nullptr) {
        return;
    }
    which->starting = false;
    const auto in_doubt = std::find_if(which->compositions.begin(), which->compositions.end(),
                                       [](const own_composition& each) { return each.id.empty(); });
    if (in_doubt == which->compositions.end()) {
        return;
    }
    if (composition.empty()) {
        which->compositions.erase(in_doubt);
    } else {
        in_doubt->id = composition;
        in_doubt->found = found;
        which->composers.insert(composition);
    }
}

/// What was found, and is said not to run, may have been an earlier start's that was applied late: the next
/// new id, or one tried before, for who said so may have been wrong.
void ledger::try_another(unit& which, own_composition& what, const resource& seen)
{
    const auto fresh = std::find_if(seen.composer_ids.begin(), seen.composer_ids.end(),
                                    [&](const std::string& id) { return !which.composers.contains(id); });
    what.tried.push_back(what.id);
    if (fresh != seen.composer_ids.end()) {
        what.id = *fresh;
        which.composers.insert(*fresh);
    } else {
        what.id = std::move(what.tried.front());
        what.tried.erase(what.tried.begin());
    }
}

/// Of a unit that goes back and composes: ours, and what a start in doubt has brought.
void ledger::end_own_compositions(unit& which, const resource& seen)
{
    for (own_composition& each : which.compositions) {
        if (each.id.empty()) {
            const auto fresh =
                std::find_if(seen.composer_ids.begin(), seen.composer_ids.end(),
                             [&](const std::string& id) { return !which.composers.contains(id); });
            if (fresh == seen.composer_ids.end()) {
                continue;
            }
            each.id = *fresh;
            each.found = true;
            which.composers.insert(*fresh);
        }
        if (std::exchange(each.refused, false)) {
            try_another(which, each, seen);
        }
        const auto& shown = seen.composer_ids; // perhaps with those that have ended, too
        const bool gone = !shown.empty() && std::find(shown.begin(), shown.end(), each.id) == shown.end();
        each.shown = true;
        if (!each.ending && !gone) {
            each.ending = true;
            action& end = act(action::kind::end);
            end.id = which.id();
            end.composition = std::make_unique<own_composition>(each);
        }
    }
}

void ledger::stopped(std::string_view id, const std::string& composition)
{
    if (unit* const which = find(id)) {
        std::erase_if(which->compositions,
                      [&](const own_composition& each) { return each.id == composition; });
    }
}

/// The unit is looked at when it is due: whether that was the end, or the call must be made again.
void ledger::ended(std::string_view id, const std::string& composition, bool ran)
{
    if (unit* const which = find(id)) {
        for (own_composition& each : which->compositions) {
            if (each.id == composition) {
                each.ending = false;
                each.refused = each.found && !ran;
            }
        }
    }
}

} // namespace videosdk::inline v0::leasing
