// Holds what buyers keep and do against the truth, whenever something happens.
#pragma once

#include "book.hpp"
#include "plan.hpp"
#include "story.hpp"

#include <videosdk/lease_manager.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

/// What became of one seed; figures of several seeds can be added.
struct findings {
    // Promises that no buyer may break.
    std::uint64_t kept_twice = 0;   ///< A unit handed out while somebody had it, or an order served twice.
    std::uint64_t wrong_count = 0;  ///< An order served with another number of units than was asked for.
    std::uint64_t never_bought = 0; ///< A unit handed out that the provider does not know as this buyer's.
    std::uint64_t touched = 0;      ///< A release asked for a unit that was somebody else's.
    std::uint64_t pulled =
        0; ///< A unit released by its own buyer under who kept it, or its composition ended.
    std::uint64_t cap_passed = 0;  ///< More units at once than max_units.
    std::uint64_t never_ended = 0; ///< The end of an order, a start or a stop was not told, or not in time.
    std::uint64_t beyond_wanted =
        0;                  ///< A unit bought in a life beyond what its orders wanted, within the horizon.
    std::uint64_t left = 0; ///< A unit that leaked although the provider tells whose it is.
    std::uint64_t restless = 0;       ///< A life that goes on listing when nothing happens any more.
    std::uint64_t too_early = 0;      ///< A release asked for a unit that is pending, or that composes.
    std::uint64_t token_twice = 0;    ///< Units that bear one token, and were bought by different requests.
    std::uint64_t started_twice = 0;  ///< A start that began two compositions.
    std::uint64_t left_composing = 0; ///< Something that runs on although its lease has ended.
    std::uint64_t told_wrongly = 0;   ///< What a start or a stop said that was not so.
    // What it cost.
    std::uint64_t orders = 0;
    std::uint64_t served = 0;
    std::uint64_t died = 0;          ///< Orders that ended with their process.
    std::uint64_t ambiguous = 0;     ///< Orders that ended with the word that nobody knows.
    std::uint64_t bought = 0;        ///< Units.
    std::uint64_t bought_twice = 0;  ///< Of these, more for one order than it asked for.
    std::uint64_t never_kept = 0;    ///< Of these, ones that nobody ever had.
    std::uint64_t never_kept_ms = 0; ///< Their billed time.
    std::uint64_t excused =
        0; ///< Of these, ones applied beyond the horizon, or sent twice by something else.
    std::uint64_t surplus = 0;          ///< Of these, ones that nobody ever had …
    std::uint64_t surplus_ms = 0;       ///< … and their billed time.
    std::uint64_t leaked = 0;           ///< Units that are billed at the end and that nobody knows.
    std::uint64_t leaked_by_crash = 0;  ///< Of these, the buyers of which had died.
    std::uint64_t leaked_ms = 0;        ///< Billed until the end of the seed; for ever, really.
    std::uint64_t compositions = 0;     ///< Begun.
    std::uint64_t starts = 0;           ///< Asked for, by calls.
    std::uint64_t starts_ambiguous = 0; ///< Of these, ended with the word that nobody knows.
    // What a manager that shares does.
    std::uint64_t taken_warm = 0;
    std::uint64_t reused = 0;
    std::uint64_t expired = 0;
    std::uint64_t evicted = 0;
    std::uint64_t shared = 0; ///< Attempts made for several orders.
    std::uint64_t splits = 0;

    findings& operator+=(const findings& other) noexcept;
    std::uint64_t broken() const noexcept
    {
        return kept_twice + wrong_count + never_bought + touched + pulled + cap_passed + never_ended +
               beyond_wanted + left + restless + too_early + started_twice + left_composing + told_wrongly +
               token_twice;
    }
};

/// One call that starts a composition.
struct start_record {
    start_record() = default; // declared, so that the type is no aggregate

    life_number by = 0;
    std::string unit;
    time_point deadline{};
    std::string brought; ///< The composition that it began.
    bool ended = false;
    bool nothing = false; ///< It was said to have done nothing.
};

/// What is known of one life of one process.
struct life_record {
    std::size_t process = 0;
    std::string owner;
    std::size_t max_units = 0;
    bool dead = false;
    std::string boot;                               ///< Of its lease manager, where it has one.
    std::uint64_t wanted_units = 0;                 ///< By its orders.
    std::function<videosdk::lease_counts()> counts; ///< Where it keeps a stock, and lives.
    std::uint64_t bought_units = 0;                 ///< Without the excused ones.
    std::uint64_t listings = 0;                     ///< Begun when all is calm.
    std::size_t live_units = 0; ///< Bought or adopted by it, not released; see unit_record::counted.
};

/// How a start of a composition ended, in its caller's eyes.
enum class start_end : std::uint8_t { started = 1, nothing, unknown };

class judge {
public:
    /// `exact`: whether buyers promise to buy exactly once, to stay below process_plan::max_units, and to
    /// leave nothing behind that can be found.
    judge(const plan& from, const world_time& time, story& log, book& truth, bool exact);

    // The world tells.
    life_number begin_life(std::size_t process);
    void end_life(life_number which);
    void know_boot(life_number which, std::string boot) { lives_.at(which).boot = std::move(boot); }
    /// What its lease manager counts, as long as it lives: units of a stock that are given back may be bought
    /// again.
    void know_counts(life_number which, std::function<videosdk::lease_counts()> counts);
    void keep_counts(life_number which);
    void bought_under(life_number by, std::string_view webhook_url, std::uint64_t exchange);
    void bought(unit_record& which);
    void release_asked(life_number by, std::string_view id);
    void released(unit_record& which);
    void listing_begun(life_number by);
    void composition_begun(composition_record& which);
    void end_asked(life_number by, const composition_record& which);
    const life_record& life(life_number which) const { return lives_.at(which); }

    // Buyers tell.
    void stocks(life_number by, std::size_t units) { lives_.at(by).wanted_units += units; }
    void began(life_number by, std::uint64_t order);
    void served(life_number by, std::uint64_t order, const std::vector<std::string>& ids);
    void failed(std::uint64_t order, bool ambiguous);
    void given_back(std::string_view id);
    void adopted(life_number by, std::string_view id);
    /// Said to be of the same owner, by other lives.
    void reported(life_number by, std::string_view id);
    /// Whether that boot is an earlier life of the same process.
    bool may_take_over(life_number by, std::string_view boot) const;

    /// The number of a start that is about to be asked for; its room is named after it.
    std::uint64_t start_asked(life_number by, const std::string& unit, nanoseconds timeout);
    /// `composition` is empty where none is told of.
    void start_ended(std::uint64_t call, start_end how, std::string_view composition);
    void stop_asked(std::string_view composition, nanoseconds timeout);
    /// `well`: it is said to be over.
    void stop_ended(std::string_view composition, bool well);

    // At the end.
    void close();
    const findings& found() const noexcept { return found_; }
    /// What was broken first; empty where nothing was.
    const std::string& first_broken() const noexcept { return first_broken_; }
    /// Whether all orders have ended and nobody has a unit any more.
    bool all_over() const noexcept { return ended_.size() == plan_.orders.size() && kept_ == 0; }
    bool ended(std::uint64_t order) const { return ended_.contains(order); }

private:
    void broken(std::uint64_t& count, std::string_view what, std::string_view about);
    void keep(life_number by, std::uint64_t order, const std::string& id);
    void let_go(unit_record& which);
    bool composes(const unit_record& which) const;
    void close_compositions();
    life_record* owner_of(const unit_record& which);

    const plan& plan_;
    const world_time& time_;
    story& story_;
    book& book_;
    const bool exact_;
    std::vector<life_record> lives_; ///< Place 0 is nobody's.
    std::map<std::uint64_t, life_number> open_;
    std::set<std::uint64_t> ended_;
    std::size_t kept_ = 0;
    std::map<std::uint64_t, std::uint32_t> bought_for_;
    std::map<std::string, std::uint64_t, std::less<>> bought_under_; ///< Exchanges, by webhook URL.
    std::vector<start_record> starts_;                               ///< By number, from 1.
    findings found_;
    std::string first_broken_;
};

} // namespace simulation
