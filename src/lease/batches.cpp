// Whose turn it is: claims leave alone, or several of one kind in one attempt.
#include "lease/ledger.hpp"

#include <algorithm>

namespace videosdk::inline v0::leasing {

bool worth_splitting(const error& refused)
{
    const unsigned status = refused.http_status();
    const bool clients_fault = status >= 400 && status < 500 && status != 401 && status != 429;
    return clients_fault || refused.code() == errc::rejected;
}

/// Room came, or a turn, or more is held: claims first come, first served, and then the stocks.
void ledger::serve(time_point now)
{
    short_of_room_ = false;
    for (auto next = oldest_in_turn(); next != waiting_.end(); next = oldest_in_turn()) {
        claim& first = claims_.at(*next->second.begin());
        if (held_ + first.missing() > rules_.max_units) {
            fail(first, too_many(first), now);
        } else if (!has_room(first.missing())) {
            short_of_room_ = true;
            return make_room(first.missing());
        } else {
            send_next(next);
        }
    }
    fill_stocks(now);
}

/// Of the kinds of which not too many attempts are in the air, the one with the oldest claim.
ledger::lines::iterator ledger::oldest_in_turn()
{
    auto found = waiting_.end();
    for (auto each = waiting_.begin(); each != waiting_.end(); ++each) {
        const bool its_turn = !rules_.coalesce || in_flight_[each->first] < rules_.max_in_flight;
        if (its_turn && (found == waiting_.end() || *each->second.begin() < *found->second.begin())) {
            found = each;
        }
    }
    return found;
}

/// Whether a unit of that kind would go to a claim that came after one which waits for room.
bool ledger::overtakes(const unit_kind& of) const
{
    const auto open = open_.find(of);
    return short_of_room_ && open != open_.end() &&
           std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& line) {
               return line.first != of && *line.second.begin() < *open->second.begin();
           });
}

std::size_t ledger::units_waited_for() const
{
    std::size_t units = 0;
    for (const auto& [of, line] : waiting_) {
        for (const std::uint64_t each : line) {
            units += claims_.at(each).missing();
        }
    }
    return units;
}

/// The oldest claim of that kind, with those behind it that fit into the same attempt.
void ledger::send_next(lines::iterator which)
{
    std::set<std::uint64_t>& line = which->second;
    std::set<std::uint64_t> together;
    std::size_t units = 0;
    while (!line.empty()) {
        claim& next = claims_.at(*line.begin());
        const std::size_t more = units + next.missing();
        const bool fits =
            rules_.coalesce && more <= rules_.max_batch && has_room(more) && held_ + more <= rules_.max_units;
        if (!together.empty() && !fits) {
            break;
        }
        units = more;
        next.queued = false;
        together.insert(line.extract(line.begin()));
    }
    const unit_kind of = which->first;
    if (line.empty()) {
        waiting_.erase(which);
    }
    start(of, std::move(together));
}

void ledger::start(const unit_kind& of, std::set<std::uint64_t> together)
{
    const std::uint64_t number = ++last_attempt_;
    attempt& fresh = attempts_[number];
    fresh.number = number;
    fresh.of = of;
    fresh.shared = together.size() > 1;
    fresh.in_turn = true;
    ++in_flight_[of];
    bool again = false;
    for (const std::uint64_t each : together) {
        claim& asked = claims_.at(each);
        const bool old_token = !rules_.safe.fresh_token_for_top_up && !asked.last_token.empty();
        if (fresh.token.empty()) {
            fresh.token = old_token ? asked.last_token : mint_();
        }
        fresh.wanted += asked.missing();
        asked.attempt = number;
        asked.last_token = fresh.token;
        again = ++asked.attempts > 1 || again;
    }
    fresh.claims = std::move(together);
    counts_.shared_attempts += fresh.shared ? 1 : 0;
    if (again) {
        tell(fresh, reconcile_progress::topped_up);
    }
    post(fresh);
}

void ledger::post(const attempt& fresh)
{
    tokens_.insert_or_assign(fresh.token, fresh.number);
    in_air_ += fresh.wanted;
    ++counts_.attempts;
    counts_.units_asked += fresh.wanted;
    counts_.largest_attempt = std::max<std::uint64_t>(counts_.largest_attempt, fresh.wanted);
    in_use_ = true;
    action& post = act(action::kind::post);
    post.number = fresh.number;
    post.token = fresh.token;
    post.of = fresh.of;
    post.units = fresh.wanted;
}

/// Its POST has ended, whatever it did: the next may leave.
void ledger::end_turn(attempt& which) noexcept
{
    if (std::exchange(which.in_turn, false)) {
        --in_flight_[which.of];
    }
}

/// What was refused to several claims together may be granted to some of them. Whether they were asked again.
bool ledger::split(const unit_kind& of, const std::vector<std::uint64_t>& claims, const error& refused,
                   time_point now)
{
    if (claims.empty() || !worth_splitting(refused)) {
        return false;
    }
    std::size_t units = 0; // more than before, where one that a claim had was lost
    for (const std::uint64_t each : claims) {
        units += claims_.at(each).missing();
    }
    if (!has_room(units)) {
        fill_up(claims, refused, now);
        return true;
    }
    ++counts_.splits;
    const auto half = claims.begin() + static_cast<std::ptrdiff_t>((claims.size() + 1) / 2);
    for (const std::uint64_t each : claims) {
        --claims_.at(each).attempts; // nothing was done for it
    }
    start(of, {claims.begin(), half});
    if (half != claims.end()) {
        start(of, {half, claims.end()});
    }
    return true;
}

} // namespace videosdk::inline v0::leasing
