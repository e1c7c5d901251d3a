// Attempts: what a POST did, as far as that is known, and how it is found out where it is not.
#include "lease/ledger.hpp"
#include "lease/sweep.hpp"

#include <algorithm>

namespace videosdk::inline v0::leasing {
namespace {

/// The failure of an attempt that is known by now to have done nothing.
error without_effect(const error& failure)
{
    error_info info = failure.info();
    info.effect = effect::none;
    return {failure.code(), std::move(info)};
}

std::vector<std::uint64_t> numbers_of(const waiting_line& claims)
{
    std::vector<std::uint64_t> out;
    for (const claim& each : claims) {
        out.push_back(each.number);
    }
    return out;
}

} // namespace

attempt* ledger::by_token(std::string_view token) noexcept
{
    const auto found = tokens_.find(token);
    return found == tokens_.end() ? nullptr : &attempts_.at(found->second);
}

void ledger::posted(std::uint64_t number, post_result result, time_point now)
{
    const auto found = attempts_.find(number);
    if (found == attempts_.end()) {
        return;
    }
    attempt& which = found->second;
    which.last_byte = now;
    end_turn(which);
    if (sweep_due_ == time_point::max()) {
        plan_sweep(now);
    }
    if (result.failure.code()) {
        last_failure_ = result.failure.what();
    }
    if (result.effect == effect::unknown && !rules_.safe.unknown_is_not_none) {
        stock_attempt_over(which, false, now);
        fill_up(end_attempt(which), result.failure, now);
        return serve(now);
    }
    switch (result.effect) {
    case effect::none: {
        stock_attempt_over(which, !result.failure.code(), now);
        const unit_kind of = which.of;
        const bool shared = which.shared;
        const claim_numbers claims = end_attempt(which);
        if (shared && split(of, claims, result.failure, now)) {
            break;
        }
        for (const std::uint64_t each : claims) {
            if (claim* const asked = claims_.find(each)) {
                fail(*asked, result.failure, now);
            }
        }
        break;
    }
    case effect::known:
        learn_echo(which, result.units);
        posted_units(which, std::move(result.units), true, now);
        stock_attempt_over(which, false, now);
        fill_up(end_attempt(which), result.failure, now);
        break;
    case effect::unknown:
        posted_units(which, std::move(result.units), false, now);
        in_doubt(which, result.failure, now);
        break;
    }
    serve(now);
}

/// What stands in an answer that can be believed is ours; of another, each unit is asked about.
void ledger::posted_units(attempt& which, std::vector<resource> units, bool answered, time_point now)
{
    boost::container::small_vector<std::size_t, 4> hashes;
    hashes.reserve(units.size());
    for (const resource& each : units) {
        hashes.push_back(units_.hash_of(each.id));
    }
    auto hash = hashes.cbegin();
    for (resource& each : units) {
        const std::size_t id_hash = *hash++;
        if (each.id.empty() || (!which.seen.empty() && which.seen.contains(each.id))) {
            continue;
        }
        if (const unit* const known = units_.find(each.id, id_hash)) {
            if (known->brought_by != which.number) {
                saw(which, each.id);
            }
        } else if (answered) {
            add(shown_.make(std::move(each)), id_hash, true, &which, now);
        } else {
            which.sighted.insert(each.id);
            ask(each.id);
        }
    }
}

void ledger::learn_echo(const attempt& which, const std::vector<resource>& units)
{
    if (!rules_.safe.prove_echo || units.empty() || counts_.echo == echo_state::absent) {
        return;
    }
    const shared_text& first = units.front().webhook_url;
    const bool first_bears = first.find(which.token) != std::string::npos;
    const auto bears = [&](const resource& each) { // nearly all have the very same
        return each.webhook_url == first ? first_bears
                                         : each.webhook_url.find(which.token) != std::string::npos;
    };
    if (!std::all_of(units.begin(), units.end(), bears)) {
        counts_.echo = echo_state::absent;
    } else if (counts_.echo == echo_state::unproven && proving_.empty()) {
        proving_ = units.front().id;
        proving_token_ = which.token;
        ask(proving_);
    }
}

void ledger::saw(attempt& which, const id_text& id)
{
    const std::size_t before = which.in_air();
    which.seen.insert(id);
    which.sighted.erase(id);
    in_air_ -= before - which.in_air();
}

/// Only presence is proof: a unit that was seen to bear the token counts, until a GET says otherwise.
void ledger::sighted_of(std::string_view token, const id_text& id)
{
    attempt* const which = by_token(token);
    if (which != nullptr && !which->seen.contains(id)) {
        which->sighted.insert(id);
    }
}

/// A GET has shown a unit that is not ours, or nothing where it had time to become known.
void ledger::not_of_any(const id_text& id, const result<resource>& answer, time_point now)
{
    const std::set<std::uint64_t> doubtful = doubtful_;
    for (const std::uint64_t number : doubtful) {
        const auto found = attempts_.find(number);
        if (found == attempts_.end()) {
            continue;
        }
        const bool unknown_there = !answer && answer.error().code() == condition::not_found &&
                                   now >= found->second.last_byte + rules_.horizon;
        if ((answer || unknown_there) && found->second.sighted.erase(id) != 0) {
            try_to_settle(number, now);
        }
    }
}

/// Nobody knows what it did.
void ledger::in_doubt(attempt& which, const error& failure, time_point now)
{
    which.state = attempt_state::unknown;
    which.failure = failure;
    doubtful_.insert(which.number);
    tell(which, reconcile_progress::started);
    const std::uint64_t number = which.number;
    for (const std::uint64_t each : numbers_of(which.claims)) {
        claim* const still_there =
            claims_.find(each); // what one that fails gives up may be all that another lacks
        if (still_there == nullptr) {
            continue;
        }
        claim& asked = *still_there;
        const char* why = nullptr;
        if (asked.policy == when_unknown::fail) {
            why = "";
        } else if (counts_.echo == echo_state::unproven) {
            why = "; no acquire has been answered yet that shows whether the provider repeats webhook URLs, "
                  "so what it did cannot be found out for certain";
        } else if (counts_.echo == echo_state::absent) {
            why = "; the provider does not repeat webhook URLs as they were sent, so what it did cannot be "
                  "found out";
        }
        if (why != nullptr) {
            tell(which, reconcile_progress::gave_up);
            fail(asked,
                 claim_error(asked, make_error_code(errc::ambiguous),
                             std::string("an attempt ended with \"") + failure.what() + '"' + why),
                 now);
        } else {
            asked.in_doubt = true;
        }
    }
    if (!rules_.safe.list_before_topping_up) {
        which.absent = true;
        which.listed.emplace();
    }
    try_to_settle(number, now);
    plan_sweep(now);
}

/// A listing that does not show a unit proves its absence only under all of these conditions.
void ledger::look_for_absence(attempt& which, const sweep& what, const id_set& bearing, time_point now)
{
    const auto horizon = rules_.safe.wait_for_horizon ? rules_.horizon : std::chrono::nanoseconds(0);
    if (what.began() < which.last_byte + horizon) {
        return;
    }
    ++which.looks;
    if (counts_.echo != echo_state::proven || (rules_.safe.complete_listings_only && !what.complete())) {
        return;
    }
    ++which.checks;
    // What has been given back since is no disagreement.
    const auto is_over = [&](const id_text& id) {
        const unit* const known = find(id);
        return known != nullptr ? known->state == unit_state::returning || known->state == unit_state::gone
                                : which.seen.contains(id);
    };
    const auto all_in = [&](const id_set& some, const id_set& others) {
        return std::all_of(some.begin(), some.end(),
                           [&](const id_text& id) { return others.contains(id) || is_over(id); });
    };
    if (which.listed && all_in(*which.listed, bearing) && all_in(bearing, *which.listed)) {
        tell(which, reconcile_progress::sweep_agreed);
    } else {
        which.proof = 0;
    }
    which.proof += what.unpaged() ? proof_of_unpaged : proof_of_paged;
    which.absent = which.absent || !rules_.safe.two_listings || which.proof >= enough_proof;
    which.listed = bearing;
    try_to_settle(which.number, now);
}

/// An attempt is settled when all of its units have come, or it is certain that no more do, and each that was
/// listed has been looked at.
void ledger::try_to_settle(std::uint64_t number, time_point now)
{
    const auto found = attempts_.find(number);
    if (found == attempts_.end() || found->second.state != attempt_state::unknown) {
        return;
    }
    attempt& which = found->second;
    if (which.in_air() == 0 || (which.absent && which.sighted.empty())) {
        tell(which, reconcile_progress::settled);
        stock_attempt_over(which, false, now);
        const error failure = without_effect(which.failure);
        fill_up(end_attempt(which), failure, now);
        plan_sweep(now); // perhaps for nobody any more
    }
}

/// Forgets the attempt; units of its token that come now are late. The claims that it was made for.
ledger::claim_numbers ledger::end_attempt(attempt& which)
{
    in_air_ -= which.in_air();
    doubtful_.erase(which.number);
    if (const auto token = tokens_.find(which.token);
        token != tokens_.end() && token->second == which.number) {
        tokens_.erase(token);
    }
    claim_numbers claims = numbers_of(which.claims);
    for (claim& asked : which.claims) {
        asked.attempt = 0;
        asked.in_doubt = false;
    }
    which.claims.clear();
    attempts_.erase(which.number);
    return claims;
}

/// Claims whose attempt is over and that still lack units.
void ledger::fill_up(const claim_numbers& claims, const error& failure, time_point now)
{
    for (const std::uint64_t number : claims) {
        claim* const found = claims_.find(number);
        if (found == nullptr) {
            continue;
        }
        claim& each = *found;
        if (each.attempts < rules_.attempts) {
            line_up(each, now);
        } else if (failure.code() && failure.code() != errc::short_grant) {
            fail(each, failure, now);
        } else {
            fail(each,
                 claim_error(each, make_error_code(errc::short_grant),
                             "only " + std::to_string(each.dealt.size()) + " of " +
                                 std::to_string(each.wanted) + " units came in " +
                                 std::to_string(each.attempts) + " attempts; they are given back"),
                 now);
        }
    }
}

} // namespace videosdk::inline v0::leasing
