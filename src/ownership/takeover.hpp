// Which boots are gone, and what becomes of what they held: one node at a time, a step at a time. Pure.
#pragma once

#include <videosdk/ownership_store.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace videosdk::inline v0::owning {

struct takeover_rules {
    std::string me; ///< This boot.
    std::chrono::nanoseconds lock_expiry{};
    std::chrono::nanoseconds every{};    ///< Between two rounds.
    std::chrono::nanoseconds gone_for{}; ///< For so long a boot must have been seen silent: its heartbeat's
                                         ///< expiry and one call's timeout.
};

/// A unit of another boot, as a listing shows it.
struct listed_unit {
    std::string id;
    std::string boot; ///< In its token.
};

/// What came of adopting a unit.
enum class adoption : std::uint8_t {
    done = 1, ///< It is this node's now.
    held,     ///< It was before.
    over,     ///< It is released, for good.
    failed    ///< Perhaps the next time; it may not be there.
};

/// A round takes the lock, lists, asks the store who lives, buries who does not, and claims what they held:
/// the store sees to it that only one gets each unit. The lock's fence goes with each step, and the step is
/// not made where the fence has moved on, or the lock may be over on this node's clock: the round ends then.
///
/// What was claimed is this node's, with the lock or without, and is asked of the store: the answer to a
/// claim may have been lost. Only then is it adopted, for which this node's own heartbeat must last.
///
/// It stays the heir until it knows that the unit is released: no listing says that, since one may miss a
/// unit whose status changes while it is read.
///
/// A round that failed gives the lock up, and leaves it to others for a while: they may be better placed.
///
/// Clocks of machines are never compared: that a boot is silent counts from when this node saw it first, and
/// anew where it has beaten since.
class takeover {
public:
    using time_point = std::chrono::steady_clock::time_point;

    enum class step : std::uint8_t {
        lock = 1, ///< locked()
        list,     ///< The units of other boots; listed()
        look,     ///< Of the boots of `boots` and the heirs of `units`; looked()
        bury,     ///< `boot`, where it has not beaten since it was seen with `beats`; buried()
        claim,    ///< `unit`, from `boot`; claimed()
        prune,    ///< Heirs that are gone, and this node itself, of others than `units`; pruned()
        unlock,   ///< unlocked()
        inherit,  ///< What this boot is the heir of; inherited()
        adopt,    ///< `unit`; adopted()
        wait      ///< on_time() at `until`.
    };
    struct action {
        step what = step::wait;
        std::uint64_t fence = 0;
        std::string boot;
        std::uint64_t beats = 0;
        std::string unit;
        std::vector<std::string> boots;
        std::vector<std::string> units;
        time_point until{}; ///< wait: the next round; else: when the step counts as failed, by on_time().
    };
    struct sums {
        std::uint64_t rounds = 0;      ///< That got the lock.
        std::uint64_t fenced_off = 0;  ///< Of these, ones that ended because another round began elsewhere.
        std::uint64_t cut_short = 0;   ///< Of these, ones that failed, or outlived their lock.
        std::uint64_t buried = 0;      ///< Boots.
        std::uint64_t claimed = 0;     ///< Units.
        std::uint64_t adopted = 0;     ///< Units.
        std::uint64_t silent = 0;      ///< Boots that are watched now, since they do not beat.
        std::uint64_t unaccounted = 0; ///< Units of boots that the store knows nothing of, in the last round.
    };

    explicit takeover(takeover_rules rules) : rules_(std::move(rules)) {}

    action on_time(time_point now);
    action locked(std::optional<std::uint64_t> fence, time_point now);
    action listed(std::vector<listed_unit> units, time_point now);
    action looked(const std::optional<store_sighting>& seen, time_point now);
    action buried(bool done, time_point now);
    action claimed(bool done, time_point now);
    action pruned(bool done, time_point now);
    action unlocked(time_point now) { return rest(now); }
    /// `units`: without those of which this node is known to have a lease.
    action inherited(const std::vector<std::string>& units, time_point now);
    action adopted(adoption how, time_point now);
    /// The step that was asked for last failed, and may have been done.
    action failed(time_point now);

    const sums& total() const noexcept { return sums_; }

private:
    action make(step what) const;
    action next(time_point now);
    action inherit(time_point now);
    action adopt_next(time_point now);
    action rest(time_point now);
    bool is_mine(const std::string& boot) const noexcept { return boot == rules_.me; }
    bool is_due(const std::string& boot, time_point now) const;
    void watch(const store_sighting& seen, time_point now);
    void plan(const store_sighting& seen, time_point now);

    struct silence {
        time_point since;
        std::uint64_t beats;
    };
    struct estate {
        std::string unit;
        std::string holder;
    };

    const takeover_rules rules_;
    std::optional<std::uint64_t> fence_;
    bool resting_ = true;
    time_point lock_until_{}; ///< On this node's clock, counted from when it was asked for.
    time_point step_until_{}; ///< When the step under way has failed.
    time_point next_round_ = time_point::min();
    time_point others_turn_until_ = time_point::min();
    std::map<std::string, silence, std::less<>> silent_; ///< Boots.
    std::set<std::string, std::less<>> ours_;            ///< Perhaps adopted, and not known to be released.
    std::set<std::string, std::less<>> over_;            ///< Released, and not pruned yet.
    std::vector<listed_unit> listed_;
    std::deque<std::string> to_bury_;
    std::deque<estate> to_claim_;
    std::deque<std::string> to_adopt_;
    bool was_ours_ = false; ///< The first of these, before it was asked for.
    sums sums_;
};

} // namespace videosdk::inline v0::owning
