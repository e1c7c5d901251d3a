// Several nodes with hearts and takeovers over one store and one provider, in a world where clocks run
// unevenly, messages are late or lost, processes stand still or die, and a judge sees everything.
#pragma once

#include "model_store.hpp"
#include "ownership/heart.hpp"
#include "ownership/takeover.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace owning_tests {

using namespace std::chrono_literals;
using time_point = std::chrono::steady_clock::time_point;
using nanoseconds = std::chrono::nanoseconds;

/// What may be turned off, so that the judge is seen to notice.
struct storm_rules {
    nanoseconds call = 30s;   ///< One call's timeout.
    nanoseconds expiry = 60s; ///< Of a heartbeat.
    nanoseconds gone_for = 90s;
    double store_restarts = 0.05;     ///< And forgets heartbeats, at each turn of the weather.
    bool asks_before_calls = true;    ///< Whether a heartbeat is left for the call.
    bool claims = true;               ///< Whether the store sees to it that only one gets a unit.
    bool prunes_blindly = false;      ///< The store believes each listing.
    bool forgets_heirs = false;       ///< The store forgets heirs that leave.
    bool stops_before_writes = false; ///< A process may stand still between its look and the write.
};

/// What the judge has seen.
struct verdict {
    std::uint64_t released_under_another = 0; ///< Releases of units that another node held.
    std::uint64_t held_twice = 0;             ///< Adoptions of units that another node held.
    std::uint64_t claimed_twice = 0;          ///< Claims of units from heirs that were not dead.
    std::uint64_t leaked = 0;                 ///< Units that stand at the end.
    std::uint64_t outlived = 0;               ///< Calls that ended beyond the heartbeat, as the nodes count.
    // What there was to see.
    std::uint64_t acquired = 0;
    std::uint64_t deaths = 0;
    std::uint64_t stops = 0;  ///< Nodes that ended in order, and held nothing.
    std::uint64_t missed = 0; ///< Units that a listing did not show.
    std::uint64_t buried = 0;
    std::uint64_t taken_over = 0;
    std::uint64_t came_back = 0;  ///< Nodes that stood still, and found themselves buried.
    std::uint64_t fenced_off = 0; ///< Rounds.
    std::uint64_t not_sent = 0;   ///< Calls, for want of a heartbeat.
};

class storm {
public:
    storm(std::uint64_t seed, const storm_rules& rules);
    ~storm();
    verdict run();

private:
    struct node;
    using node_ptr = std::shared_ptr<node>;
    struct entry {
        time_point at;
        std::uint64_t order;
        std::function<void()> what;
    };
    struct later {
        bool operator()(const entry& a, const entry& b) const
        {
            return a.at != b.at ? a.at > b.at : a.order > b.order;
        }
    };

    nanoseconds random(nanoseconds least, nanoseconds most);
    bool chance(double of);
    void at(time_point when, std::function<void()> what);
    void after(nanoseconds pause, std::function<void()> what) { at(now_ + pause, std::move(what)); }
    /// In that process, where it lives, and not while it stands still.
    void in(const node_ptr& who, time_point when, std::function<void()> what);
    template <class Answer>
    void ask_store(const node_ptr& who, std::function<Answer()> there_done, std::function<void(Answer)> done,
                   std::function<void()> failed);
    /// Applied by the provider before the call's deadline, or not at all; then ended. False: not sent.
    bool call(const node_ptr& who, std::function<void()> applied, std::function<void(bool)> ended);

    node_ptr add_node();
    void beat(const node_ptr& who);
    void take_over(const node_ptr& who, videosdk::owning::takeover::action what);
    void adopt(const node_ptr& who, const std::string& unit, std::uint64_t number);
    void use(const node_ptr& who);
    void give_back(const node_ptr& who, const std::string& unit);
    void weather();
    bool stop_in_order(const node_ptr& who);
    bool holds(const node& who, const std::string& unit) const;
    const node* other_holder(const node& who, const std::string& unit) const;

    std::mt19937_64 random_;
    const storm_rules rules_;
    time_point now_ = time_point(1000h);
    std::uint64_t order_ = 0;
    std::priority_queue<entry, std::vector<entry>, later> queue_;
    model_store store_;
    std::map<std::string, std::string> units_; ///< At the provider: the boot in each one's token.
    std::vector<node_ptr> nodes_;              ///< Those that live.
    std::uint64_t boots_ = 0;
    std::uint64_t made_ = 0;
    bool calm_ = false;    ///< No more mishaps …
    bool closing_ = false; ///< … and no more acquires.
    verdict seen_;
};

} // namespace owning_tests
