// What one lease manager knows of its claims, attempts and units: the only thing that decides. Pure: time,
// tokens and what the world answered come in, actions go out.
#pragma once

#include "lease/agenda.hpp"
#include "lease/claim_table.hpp"
#include "lease/ledger_parts.hpp"
#include "lease/mark.hpp"
#include "lease/safety.hpp"
#include "lease/shared_blocks.hpp"
#include "lease/unit_table.hpp"

#include <videosdk/error.hpp>
#include <videosdk/event.hpp>
#include <videosdk/lease_manager.hpp>
#include <videosdk/observer.hpp>
#include <videosdk/resource.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace videosdk::inline v0::leasing {

struct ledger_rules {
    std::size_t max_units = 1000;
    std::chrono::nanoseconds horizon{};
    std::uint32_t attempts = 3;
    std::chrono::nanoseconds sweep_interval{};
    std::optional<std::chrono::nanoseconds> max_held;
    bool coalesce = false;
    std::uint32_t max_batch = 100;   ///< Units in one attempt for several claims.
    std::uint32_t max_in_flight = 2; ///< Attempts of one kind whose POST has not ended.
    bool watched = false;            ///< Somebody wants to be told of steps and changes.
    bool report_foreign = false;     ///< … of units that are somebody else's.
    safety safe;
};

/// A unit that is handed out.
struct granted_unit {
    granted_unit(std::uint64_t its_number, std::shared_ptr<const resource> seen)
        : number(its_number), shown(std::move(seen))
    {
    }

    std::uint64_t number;
    std::shared_ptr<const resource> shown;
};

/// What the ledger wants done. Its results come back by the function that is named.
struct action {
    enum class kind : std::uint8_t {
        post = 1, ///< Acquire `units` of `of` under `token`; ledger::posted(number).
        withdraw, ///< Nobody waits for attempt `number`: not to be sent, where it has not left yet.
        get,      ///< ledger::got(id)
        release,  ///< ledger::released(id)
        end,      ///< End `composition`, which runs in unit `id`; ledger::ended(id, composition.id).
        sweep,    ///< ledger::swept()
        grant,    ///< Claim `number` has got `ids`.
        fail,     ///< Claim `number` ends with `why`.
        gone,     ///< Unit `number`, `id`, is no longer ours: `state` says how.
        changed,  ///< For an observer: what became of unit `id`.
        step,     ///< For an observer: attempt `number`, `progress`, `units` wanted and `seen`.
        overdue,  ///< Unit `id` has been held for too long: `held`.
        foreign   ///< Somebody else's units are `found`.
    };

    explicit action(kind its_kind) : what(its_kind) {}

    // Hundreds are made of one answer, so an error, which few have, stands elsewhere.
    kind what;
    lease_state state = lease_state::none;
    lease_change change = {};
    reconcile_progress progress = {};
    unit_kind of;
    std::uint32_t units = 0;
    std::uint32_t seen = 0;
    std::uint64_t number = 0;
    claim_base* asker = nullptr; ///< The claim's.
    boost::container::small_vector<granted_unit, 1> granted;
    id_text id;
    std::string token;
    std::chrono::nanoseconds held{};
    std::unique_ptr<own_composition> composition;
    std::unique_ptr<const error> why;
    std::vector<resource> found;
};

/// What an attempt's POST brought.
struct post_result {
    videosdk::effect effect = videosdk::effect::unknown;
    std::vector<resource> units; ///< Those that could be read of the answer.
    error failure;               ///< Where it failed.
};

enum class release_result_kind : std::uint8_t { done = 1, refused, not_sent, unknown };

/// Whether a part might be granted of what was refused to several together: not where the refusal was about
/// who asks, or how often.
bool worth_splitting(const error& refused);

class ledger {
public:
    ledger(const ledger_rules& rules, std::function<std::string()> mint, mark_reader marks);

    // What users want.
    std::uint64_t want(const unit_kind& of, std::uint32_t units, time_point deadline, when_unknown policy,
                       time_point now, claim_base* asker = nullptr);
    /// The claim's caller has gone.
    void forget(std::uint64_t claim, time_point now);
    /// A lease ends: from now on the unit is on its way back. `reuse`: perhaps to somebody else here.
    void give_back(std::string_view id, bool reuse, time_point now);
    /// So many are to be kept for claims to come.
    result<void> keep_warm(const unit_kind& of, const stock_rules& wanted, time_point now);
    /// The owner of another boot's unit is dead. `seen` is an answer to a GET.
    result<granted_unit> adopt(const resource& seen, time_point now);
    /// A lease starts a composition: the ids that its unit has had so far; or why it may not.
    result<std::vector<std::string>> begin_start(std::string_view id, std::string room_id,
                                                 resource_type kind);
    /// It started, or `composition` is empty and it did not. `found`: by a new id in its unit, not by an
    /// answer.
    void end_start(std::string_view id, const std::string& composition, bool found = false);
    /// Its handle has stopped it, and the unit is idle again.
    void stopped(std::string_view id, const std::string& composition);
    /// Its end was asked for and answered; `ran`: not by the word that nothing of that id runs.
    void ended(std::string_view id, const std::string& composition, bool ran = true);
    /// No more claims; everything is given back.
    void drain(const error& why, time_point now);

    // What the world says.
    void posted(std::uint64_t attempt, post_result result, time_point now);
    void got(std::string_view id, const result<resource>& answer, time_point now);
    void released(std::string_view id, release_result_kind how, time_point now);
    void swept(const class sweep& what, time_point now);
    void noticed(const event& what, time_point now);
    void on_time(time_point now);

    time_point next_wake() const noexcept;
    std::vector<action> take_actions() { return std::exchange(actions_, {}); }
    /// The same into memory that is used again.
    void take_actions(std::vector<action>& place)
    {
        place.clear();
        place.swap(actions_);
    }
    /// Whether nothing is ours any more, nor could become so.
    bool at_rest() const noexcept { return owned_ == 0 && in_air_ == 0; }
    left_behind rest() const;
    lease_counts counts() const;
    /// Why a call failed, for those who ask why something takes long.
    void note_failure(const error& why) { last_failure_ = why.what(); }
    const std::string& last_failure() const noexcept { return last_failure_; }
    const mark_reader& marks() const noexcept { return marks_; }

private:
    // claims.cpp
    bool has_room(std::size_t units) const noexcept { return owned_ + in_air_ + units <= rules_.max_units; }
    void line_up(claim& which, time_point now);
    bool deal(unit& which, attempt* from, time_point now);
    void deal_to(claim& which, unit& what);
    void grant(claim& which);
    void fail(claim& which, const error& why, time_point now);
    void leave(claim& which);
    void let_go(const dealt_units& units, time_point now);
    void on_deadline(claim& which, time_point now);
    error claim_error(const claim& which, boost::system::error_code code, std::string detail) const;
    error too_many(const claim& which) const;

    // batches.cpp
    using claim_numbers = std::vector<std::uint64_t>;
    kind_book& book_of(const unit_kind& of);
    bool is_wanted(const unit_kind& of) const noexcept;
    void serve(time_point now);
    kind_book* oldest_in_turn() noexcept;
    void send_next(kind_book& which);
    attempt& new_attempt(const unit_kind& of);
    void add_claim(attempt& which, claim& asked);
    void start(attempt& fresh);
    void start_again(const unit_kind& of, std::span<const std::uint64_t> together);
    void post(const attempt& fresh);
    void end_turn(attempt& which) noexcept;
    bool split(const unit_kind& of, const claim_numbers& claims, const error& refused, time_point now);
    bool overtakes(const unit_kind& of) const;
    std::size_t units_waited_for() const;

    // attempts.cpp
    attempt* by_token(std::string_view token) noexcept;
    void posted_units(attempt& which, std::vector<resource> units, bool answered, time_point now);
    void learn_echo(const attempt& which, const std::vector<resource>& units);
    void in_doubt(attempt& which, const error& failure, time_point now);
    void look_for_absence(attempt& which, const class sweep& what, const id_set& bearing, time_point now);
    void try_to_settle(std::uint64_t number, time_point now);
    claim_numbers end_attempt(attempt& which);
    void fill_up(const claim_numbers& claims, const error& failure, time_point now);
    void saw(attempt& which, const id_text& id);
    void sighted_of(std::string_view token, const id_text& id);
    void not_of_any(const id_text& id, const result<resource>& answer, time_point now);

    // stock.cpp
    stock* stock_of(const unit_kind& of) noexcept;
    void keep(unit& which, stock& where, time_point now);
    void take_out(unit& which) noexcept;
    bool take_warm(claim& which, time_point now);
    bool keep_if_lacking(unit& which, time_point now);
    bool reuse(unit& which, const resource& seen, time_point now);
    void look_at_warm(unit& which, const result<resource>& answer, time_point now);
    void warm_unit_due(unit& which, time_point now);
    void get_ready(unit& which, stock& where, time_point now);
    void send_back(unit& which);
    void evict(unit& which);
    void make_room(std::size_t units);
    bool make_room_for_one();
    void fill_stocks(time_point now);
    void fill(const unit_kind& of, stock& which, time_point now);
    bool give_to_stock(const attempt& which);
    void stock_attempt_over(const attempt& which, bool withdrawn, time_point now);
    std::size_t lacking(const unit_kind& of, const stock& which, const attempt* but = nullptr) const;
    std::size_t beyond_its_claims(const attempt& which) const;

    // units.cpp
    unit* find(std::string_view id) noexcept;
    unit& add(std::shared_ptr<const resource> seen, std::size_t hash, bool answered, attempt* from,
              time_point now);
    void sighted(const resource& seen, const mark& whose, time_point now);
    void ask(const id_text& id);
    void adopt_own(const resource& seen, const mark& whose, time_point now);
    void begin_return(unit& which);
    void begin_release(unit& which);
    void step_return(unit& which, const result<resource>& answer, time_point now);
    static void try_another(unit& which, own_composition& what, const resource& seen);
    void end_own_compositions(unit& which, const resource& seen);
    void again_later(unit& which, time_point now);
    void stop_coming_back(unit& which) noexcept;
    void held_from(unit& which, time_point now);
    void is_gone(unit& which, lease_state how, time_point now);
    void check_held(unit& which, const result<resource>& answer, time_point now);
    bool may_touch(const unit& which, const resource& seen) const;
    void on_unit_due(unit& which, time_point now);

    // sweeping.cpp
    time_point when_to_sweep_for(const attempt& which, time_point now) const;
    void plan_sweep(time_point now);
    void begin_sweep();
    void look_for_lost(const class sweep& what, const id_set& shown);
    void report_foreign(const class sweep& what, const std::vector<const resource*>& found);

    void tell(const unit& which, lease_change what);
    void tell(const attempt& which, reconcile_progress what);
    void note(time_point at, agenda::subject what, std::uint64_t number);
    action& act(action::kind what) { return actions_.emplace_back(what); }

    const ledger_rules rules_;
    const std::function<std::string()> mint_;
    const mark_reader marks_;
    std::vector<action> actions_;
    agenda agenda_;
    bool draining_ = false;

    claim_table claims_;
    std::map<unit_kind, kind_book> kinds_; ///< Few, and kept.
    kind_book* last_kind_ = nullptr;       ///< The one that was asked for last.
    bool short_of_room_ = false;           ///< A claim waits for room.

    std::map<unit_kind, stock> stocks_;
    std::size_t warm_ = 0;        ///< Units in them.
    std::size_t making_room_ = 0; ///< Units on their way back that were in them.

    std::map<std::uint64_t, attempt> attempts_; ///< Those whose effect is not settled.
    std::map<std::string, std::uint64_t, std::less<>> tokens_;
    std::set<std::uint64_t> doubtful_; ///< Attempts of unknown effect.
    std::uint64_t last_attempt_ = 0;

    unit_table units_;
    shared_blocks<const resource> shown_; ///< Units as the answers to POSTs told of them.
    id_set asking_;                       ///< Ids whose GET is under way.
    std::string proving_;                 ///< The unit whose GET is to prove the echo …
    std::string proving_token_;           ///< … and its token.

    bool sweeping_ = false;
    bool in_use_ = false; ///< Something was acquired or adopted: from then on all units are listed at times.
    unsigned failed_sweeps_ = 0; ///< In a row.
    std::optional<time_point> last_sweep_;
    time_point sweep_due_ = time_point::max();

    id_set foreign_; ///< Ids that have been reported.

    std::size_t owned_ = 0;  ///< Units that are held, warm or returning.
    std::size_t in_air_ = 0; ///< Units that attempts may still bring.
    std::size_t held_ = 0;
    lease_counts counts_;
    std::string last_failure_;
};

} // namespace videosdk::inline v0::leasing
