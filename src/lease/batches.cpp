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

kind_book& ledger::book_of(const unit_kind& of)
{
    if (last_kind_ == nullptr || last_kind_->of != of) {
        last_kind_ = &kinds_[of];
        last_kind_->of = of;
    }
    return *last_kind_;
}

bool ledger::is_wanted(const unit_kind& of) const noexcept
{
    const auto found = kinds_.find(of);
    return found != kinds_.end() && !found->second.open.empty();
}

/// Room came, or a turn, or more is held: claims first come, first served, and then the stocks.
void ledger::serve(time_point now)
{
    short_of_room_ = false;
    while (kind_book* const next = oldest_in_turn()) {
        claim& first = next->waiting.front();
        if (held_ + first.missing() > rules_.max_units) {
            fail(first, too_many(first), now);
        } else if (!has_room(first.missing())) {
            short_of_room_ = true;
            return make_room(first.missing());
        } else {
            send_next(*next);
        }
    }
    fill_stocks(now);
}

/// Of the kinds of which not too many attempts are in the air, the one with the oldest claim.
kind_book* ledger::oldest_in_turn() noexcept
{
    kind_book* found = nullptr;
    for (auto& [of, each] : kinds_) {
        const bool its_turn = !rules_.coalesce || each.in_flight < rules_.max_in_flight;
        if (its_turn && !each.waiting.empty() &&
            (found == nullptr || each.waiting.front().number < found->waiting.front().number)) {
            found = &each;
        }
    }
    return found;
}

/// Whether a unit of that kind would go to a claim that came after one which waits for room.
bool ledger::overtakes(const unit_kind& of) const
{
    const auto own = kinds_.find(of);
    return short_of_room_ && own != kinds_.end() && !own->second.open.empty() &&
           std::any_of(kinds_.begin(), kinds_.end(), [&](const auto& other) {
               const waiting_line& line = other.second.waiting;
               return other.first != of && !line.empty() &&
                      line.front().number < own->second.open.front().number;
           });
}

std::size_t ledger::units_waited_for() const
{
    std::size_t units = 0;
    for (const auto& [of, each] : kinds_) {
        for (const claim& waits : each.waiting) {
            units += waits.missing();
        }
    }
    return units;
}

/// The oldest claim of that kind, with those behind it that fit into the same attempt.
void ledger::send_next(kind_book& which)
{
    attempt& fresh = new_attempt(which.of);
    std::size_t units = 0;
    while (!which.waiting.empty()) {
        claim& next = which.waiting.front();
        const std::size_t more = units + next.missing();
        const bool fits =
            rules_.coalesce && more <= rules_.max_batch && has_room(more) && held_ + more <= rules_.max_units;
        if (!fresh.claims.empty() && !fits) {
            break;
        }
        units = more;
        which.waiting.pop_front();
        next.queued = false;
        add_claim(fresh, next);
    }
    start(fresh);
}

attempt& ledger::new_attempt(const unit_kind& of)
{
    const std::uint64_t number = ++last_attempt_;
    attempt& fresh = attempts_[number];
    fresh.number = number;
    fresh.of = of;
    return fresh;
}

void ledger::add_claim(attempt& which, claim& asked)
{
    if (which.token.empty()) {
        const bool old_token = !rules_.safe.fresh_token_for_top_up && !asked.last_token.empty();
        which.token = old_token ? asked.last_token : mint_();
    }
    if (!rules_.safe.fresh_token_for_top_up) {
        asked.last_token = which.token;
    }
    which.wanted += asked.missing();
    which.again = ++asked.attempts > 1 || which.again;
    which.shared = !which.claims.empty();
    which.claims.push_back(asked);
    asked.attempt = which.number;
}

void ledger::start(attempt& fresh)
{
    fresh.in_turn = true;
    ++book_of(fresh.of).in_flight;
    counts_.shared_attempts += fresh.shared ? 1 : 0;
    if (fresh.again) {
        tell(fresh, reconcile_progress::topped_up);
    }
    post(fresh);
}

void ledger::start_again(const unit_kind& of, std::span<const std::uint64_t> together)
{
    attempt& fresh = new_attempt(of);
    for (const std::uint64_t each : together) {
        add_claim(fresh, *claims_.find(each));
    }
    start(fresh);
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
        --kinds_.find(which.of)->second.in_flight;
    }
}

/// What was refused to several claims together may be granted to some of them. Whether they were asked again.
bool ledger::split(const unit_kind& of, const claim_numbers& claims, const error& refused, time_point now)
{
    if (claims.empty() || !worth_splitting(refused)) {
        return false;
    }
    std::size_t units = 0; // more than before, where one that a claim had was lost
    for (const std::uint64_t each : claims) {
        units += claims_.find(each)->missing();
    }
    if (!has_room(units)) {
        fill_up(claims, refused, now);
        return true;
    }
    ++counts_.splits;
    for (const std::uint64_t each : claims) {
        --claims_.find(each)->attempts; // nothing was done for it
    }
    const std::span<const std::uint64_t> all(claims);
    const std::size_t half = (claims.size() + 1) / 2;
    start_again(of, all.first(half));
    if (half != claims.size()) {
        start_again(of, all.subspan(half));
    }
    return true;
}

} // namespace videosdk::inline v0::leasing
