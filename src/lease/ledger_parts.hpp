// What a ledger keeps books of: claims, attempts, units.
#pragma once

#include <videosdk/error.hpp>
#include <videosdk/lease_manager.hpp>
#include <videosdk/resource.hpp>

#include <boost/container/flat_set.hpp>
#include <boost/container/small_vector.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace videosdk::inline v0::leasing {

using time_point = std::chrono::steady_clock::time_point;
using id_set = std::set<id_text, std::less<>>;

/// Units of one kind are as good as each other.
struct unit_kind {
    resource_type type = resource_type::unknown;
    std::optional<resource_mode> mode = {};
    std::optional<resource_quality> quality = {};

    friend auto operator<=>(const unit_kind&, const unit_kind&) = default;
};

enum class attempt_state : std::uint8_t { sending = 1, unknown };
enum class unit_state : std::uint8_t { held = 1, warm, returning, gone };

struct unit;
struct kind_book;
class claim_base;

using dealt_units = boost::container::small_vector<unit*, 1>;

using hook_type =
    boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::normal_link>>;

/// One caller's wish.
struct claim {
    claim() = default; // declared, so that the type is no aggregate

    hook_type open_hook; ///< Among all of its kind.
    hook_type line_hook; ///< Among those that wait, or in its attempt.
    std::uint64_t number = 0;
    claim_base* asker = nullptr; ///< Who is to be told.
    kind_book* kind = nullptr;
    std::uint32_t wanted = 0;
    time_point deadline{};
    when_unknown policy = when_unknown::top_up;
    dealt_units dealt;
    std::uint64_t attempt = 0; ///< The one under way for it; 0: none.
    std::string last_token;    ///< Of the latest attempt, where a top-up has to take it.
    std::uint32_t attempts = 0;
    bool queued = false;
    bool in_doubt = false; ///< Its attempt has an unknown effect.

    std::uint32_t missing() const noexcept { return wanted - static_cast<std::uint32_t>(dealt.size()); }
    /// As it was made, but for the memory that it has. It stands in no line.
    void reset() noexcept
    {
        number = attempt = 0;
        asker = nullptr;
        kind = nullptr;
        wanted = attempts = 0;
        dealt.clear();
        last_token.clear();
        queued = in_doubt = false;
    }
};

/// Claims by age.
template <hook_type claim::* Hook>
class claim_line : public boost::intrusive::list<claim, boost::intrusive::member_hook<claim, hook_type, Hook>,
                                                 boost::intrusive::constant_time_size<false>> {
public:
    /// Where it belongs: at the end, unless it has stood in a line before.
    void insert_by_age(claim& which)
    {
        auto place = this->end();
        if (!this->empty() && which.number < this->back().number) {
            for (place = this->begin(); place->number < which.number;) {
                ++place;
            }
        }
        this->insert(place, which);
    }
    void remove(claim& which) noexcept { this->erase(this->iterator_to(which)); }
};

using open_line = claim_line<&claim::open_hook>;
using waiting_line = claim_line<&claim::line_hook>;

/// Who wants units of one kind.
struct kind_book {
    kind_book() = default; // declared, so that the type is no aggregate

    unit_kind of;
    open_line open;              ///< Claims that lack units.
    waiting_line waiting;        ///< Of these, those that wait for their turn, or for room.
    std::uint32_t in_flight = 0; ///< Attempts made for claims whose POST has not ended.
};

/// What is to be kept of one kind for claims to come.
struct stock_rules {
    std::size_t count = 0;
    std::optional<std::chrono::nanoseconds> max_idle = {};

    friend bool operator==(const stock_rules&, const stock_rules&) = default;
};

/// What is kept of it.
struct stock {
    stock() = default; // declared, so that the type is no aggregate

    stock_rules rules;
    std::set<std::uint64_t> ready;    ///< Units that are idle, by age.
    std::set<std::uint64_t> warming;  ///< Units that are not yet.
    std::set<std::uint64_t> attempts; ///< Made for it, and not settled.
    std::size_t coming_back = 0;      ///< Units on their way back that may be kept.
    std::size_t expired = 0;          ///< Of count, not to be replaced before the next claim.
    unsigned refusals = 0;            ///< Attempts in a row that brought nothing.
    std::size_t most = 1'000'000;     ///< Units to ask for at once, after what was refused.
    time_point not_before{};          ///< The next attempt.

    std::size_t wanted() const noexcept { return rules.count > expired ? rules.count - expired : 0; }
    std::size_t kept() const noexcept { return ready.size() + warming.size(); }
    /// Of the units that are kept, which is some: an idle one if there is any, the oldest.
    std::uint64_t next() const noexcept { return ready.empty() ? *warming.begin() : *ready.begin(); }
};

/// Two sweeps that agree, or four where a status took several pages: in a busy account, a unit on a page to
/// come can slip to the one before, when another one goes, as often as it is looked for.
inline constexpr unsigned proof_of_unpaged = 2;
inline constexpr unsigned proof_of_paged = 1;
inline constexpr unsigned enough_proof = 4;

/// One POST: n units, m claims.
struct attempt {
    attempt() = default; // declared, so that the type is no aggregate

    std::uint64_t number = 0;
    std::string token;
    unit_kind of;
    std::uint32_t wanted = 0;
    waiting_line claims;      ///< That lack units still. None where it is made for a stock.
    bool shared = false;      ///< Made for several.
    bool again = false;       ///< Not the first one for all of them.
    std::size_t replaced = 0; ///< Units that its claims got from elsewhere.
    bool in_turn = false;     ///< Its POST has not ended, and was made for claims.
    attempt_state state = attempt_state::sending;
    time_point last_byte{};       ///< Not before this the last byte left.
    std::size_t granted = 0;      ///< Units that its answer brought, and nothing before.
    id_set seen;                  ///< Ids of other units that it brought, whatever became of them.
    id_set sighted;               ///< Ids that were seen to bear its token, and have to be looked at.
    std::optional<id_set> listed; ///< By the last sweep that counts.
    unsigned proof = 0;           ///< Of absence, in halves of a sweep: see `enough_proof`.
    unsigned checks = 0;          ///< Sweeps that count, so far.
    unsigned looks = 0;           ///< Those that were begun late enough, whether they count or not.
    bool absent = false;          ///< Enough sweeps agree: it brings no more.
    error failure;

    std::size_t brought() const noexcept { return granted + seen.size(); }
    std::size_t in_air() const noexcept { return brought() >= wanted ? 0 : wanted - brought(); }
};

/// What runs in a unit because its lease started it.
struct own_composition {
    own_composition() = default; // declared, so that the type is no aggregate

    std::string id; ///< Empty while the start is in doubt.
    std::string room_id;
    resource_type kind = resource_type::unknown;
    bool ending = false;            ///< A call that ends it is under way.
    std::vector<std::string> tried; ///< Ids that were found instead, and said not to run.
    bool refused = false;           ///< … as the present one was.
    bool found = false;             ///< By a new id in its unit, not by an answer.
    bool shown = false;             ///< A GET has shown its unit at work since the lease ended.
};

struct unit {
    unit() = default; // declared, so that the type is no aggregate

    hook_type hook;
    std::uint64_t number = 0;
    std::shared_ptr<const resource> shown;
    std::size_t id_hash = 0;
    std::unique_ptr<const std::string> token; ///< Of another boot, where it was adopted.
    unit_kind of;
    unit_state state = unit_state::held;
    std::uint64_t brought_by = 0;       ///< The attempt whose answer told of it.
    leasing::claim* dealt_to = nullptr; ///< A claim that is not complete yet.
    bool answered = false;              ///< It came in the answer to our own POST.
    bool releasing = false;             ///< A release is under way.
    bool reusable = true;               ///< Not once a release was begun, nor against its holder's word.
    bool starting = false;              ///< A start is followed until it is known what it did.
    bool coming_back = false;           ///< On its way back, counted as perhaps to be kept.
    bool to_make_room = false;          ///< Was warm, and goes so that a claim can be served.
    /// The GET under way began before its lease ended: what it shows may be over.
    bool asked_before = false;
    std::vector<own_composition> compositions;
    /// Ids of compositions that were there before, ours included.
    boost::container::flat_set<std::string> composers;
    unsigned tries = 0; ///< Of giving it back, or of looking whether it is idle.
    time_point since{}; ///< Granted.
    /// Held: too long. Warm: to be looked at, or nobody took it. Returning: the next try. Gone: forgotten.
    time_point due = time_point::max();

    const id_text& id() const noexcept { return shown->id; }
};

} // namespace videosdk::inline v0::leasing
