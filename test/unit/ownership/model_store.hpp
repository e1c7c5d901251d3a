// The steps of an ownership store, in memory and at once: what any store must do.
#pragma once

#include <videosdk/ownership_store.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace owning_tests {

class model_store {
public:
    using time_point = std::chrono::steady_clock::time_point;

    bool beat(const std::string& boot, std::chrono::nanoseconds lasts, time_point now)
    {
        if (buried.contains(boot)) {
            return false;
        }
        ++beats[boot];
        alive[boot] = now + lasts;
        return true;
    }
    void leave(const std::string& boot)
    {
        if (!inherited(boot).empty() && !forgets_heirs) {
            return;
        }
        beats.erase(boot);
        alive.erase(boot);
    }
    std::optional<std::uint64_t> lock(const std::string& boot, std::chrono::nanoseconds lasts, time_point now)
    {
        if (buried.contains(boot) || (now < locked_until && holder != boot)) {
            return std::nullopt;
        }
        holder = boot;
        locked_until = now + lasts;
        return ++fence;
    }
    void unlock(std::uint64_t with)
    {
        if (with == fence) {
            locked_until = time_point::min();
        }
    }
    std::optional<videosdk::store_sighting> look(std::uint64_t with, const std::vector<std::string>& boots,
                                                 const std::vector<std::string>& units, time_point now) const
    {
        if (with != fence) {
            return std::nullopt;
        }
        videosdk::store_sighting out;
        std::set<std::string> asked(boots.begin(), boots.end());
        for (const std::string& each : units) {
            if (const auto found = heirs.find(each); found != heirs.end()) {
                out.heirs.insert(*found);
                asked.insert(found->second);
            }
        }
        for (const std::string& each : asked) {
            out.boots.emplace_back(each, state_of(each, now), beats_of(each));
        }
        return out;
    }
    bool bury(std::uint64_t with, const std::string& boot, std::uint64_t seen, time_point now)
    {
        if (with != fence || state_of(boot, now) == videosdk::boot_state::beating || beats_of(boot) != seen) {
            return false;
        }
        buried.insert(boot);
        return true;
    }
    bool claim(std::uint64_t with, const std::string& unit, const std::string& from, const std::string& by)
    {
        const auto heir = heirs.find(unit);
        const bool elsewhere = heir != heirs.end() && heir->second != from;
        const bool refused = with != fence || buried.contains(by) || !beats.contains(by) ||
                             !buried.contains(from) || elsewhere;
        if (refused && !claims_blindly) {
            return false;
        }
        const auto before = claimants.find(unit);
        claimed_twice += before != claimants.end() && !buried.contains(before->second) ? 1 : 0;
        claimants[unit] = by;
        heirs[unit] = by;
        claims.emplace_back(unit, from);
        return true;
    }
    std::vector<std::string> inherited(const std::string& boot) const
    {
        std::vector<std::string> out;
        for (const auto& [unit, heir] : heirs) {
            if (heir == boot) {
                out.push_back(unit);
            }
        }
        return out;
    }
    bool prune(std::uint64_t with, const std::vector<std::string>& units, time_point now)
    {
        if (with != fence) {
            return false;
        }
        const std::set<std::string> kept(units.begin(), units.end());
        const auto is_over = [&](const std::string& heir) {
            return prunes_blindly || (now < locked_until && heir == holder) || buried.contains(heir) ||
                   !beats.contains(heir);
        };
        std::erase_if(heirs, [&](const auto& each) {
            if (kept.contains(each.first) || !is_over(each.second)) {
                return false;
            }
            claimants.erase(each.first);
            return true;
        });
        return true;
    }
    std::uint64_t beats_of(const std::string& boot) const
    {
        const auto found = beats.find(boot);
        return found == beats.end() ? 0 : found->second;
    }
    videosdk::boot_state state_of(const std::string& boot, time_point now) const
    {
        if (buried.contains(boot)) {
            return videosdk::boot_state::buried;
        }
        const auto found = alive.find(boot);
        if (found != alive.end() && now < found->second) {
            return videosdk::boot_state::beating;
        }
        return beats.contains(boot) ? videosdk::boot_state::silent : videosdk::boot_state::unknown;
    }

    std::map<std::string, std::uint64_t> beats;
    std::map<std::string, time_point> alive;
    std::set<std::string> buried;
    std::map<std::string, std::string, std::less<>> heirs;
    std::vector<std::pair<std::string, std::string>> claims; ///< All there were: units, and from whom.
    std::map<std::string, std::string> claimants;            ///< By unit: who claimed it last.
    std::uint64_t claimed_twice = 0;                         ///< From one that was not dead.
    // As no store should:
    bool claims_blindly = false;
    bool prunes_blindly = false; ///< Whatever one listing has missed.
    bool forgets_heirs = false;  ///< That leave.
    std::string holder;
    time_point locked_until = time_point::min();
    std::uint64_t fence = 0;
};

} // namespace owning_tests
