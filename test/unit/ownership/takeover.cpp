// A takeover, step by step: who is gone, who may take over, and what ends a round.
#include "ownership/takeover.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using namespace videosdk::owning;
using step = takeover::step;
using time_point = takeover::time_point;
using videosdk::boot_state;
using videosdk::store_sighting;

namespace {

const time_point start = time_point(1h);

/// A node called `me`, and its own clock.
struct node {
    node() : which({.me = "me", .lock_expiry = 120s, .every = 30s, .gone_for = 90s}) {}

    /// Up to the sighting: the answers before it are the plain ones.
    takeover::action round(const std::vector<listed_unit>& units, const store_sighting& seen)
    {
        BOOST_REQUIRE(which.on_time(now).what == step::lock);
        BOOST_REQUIRE(which.locked(++fence, now).what == step::list);
        const auto look = which.listed(units, now);
        BOOST_REQUIRE(look.what == step::look);
        BOOST_CHECK_EQUAL(look.fence, fence);
        return which.looked(seen, now);
    }
    /// To where it rests; these units are its own.
    void finish(takeover::action last, const std::vector<std::string>& inherited = {})
    {
        if (last.what == step::prune) {
            last = which.pruned(true, now);
        }
        if (last.what == step::unlock) {
            last = which.unlocked(now);
        }
        if (last.what == step::inherit) {
            last = which.inherited(inherited, now);
        }
        BOOST_REQUIRE(last.what == step::wait);
        now = last.until;
    }
    /// Sees that boot silent until it is due.
    void see_silent(const std::string& boot, const std::vector<listed_unit>& units)
    {
        for (int i = 0; i != 3; ++i) {
            const auto last = round(units, sighting({{boot, boot_state::silent, 7}}));
            BOOST_REQUIRE(last.what == step::prune);
            finish(last);
        }
    }
    static store_sighting sighting(std::vector<videosdk::boot_sighting> boots,
                                   std::map<std::string, std::string, std::less<>> heirs = {})
    {
        store_sighting out;
        out.boots = std::move(boots);
        out.heirs = std::move(heirs);
        return out;
    }

    takeover which;
    time_point now = start;
    std::uint64_t fence = 0;
};

const std::vector<listed_unit> one_of_a{{"unit-1", "a"}};

} // namespace

BOOST_AUTO_TEST_SUITE(a_takeover)

BOOST_AUTO_TEST_CASE(of_a_boot_that_is_gone_buries_claims_and_adopts_in_this_order)
{
    node n;
    n.see_silent("a", one_of_a);
    const auto bury = n.round(one_of_a, node::sighting({{"a", boot_state::silent, 7}}));
    BOOST_REQUIRE(bury.what == step::bury);
    BOOST_CHECK_EQUAL(bury.boot, "a");
    BOOST_CHECK_EQUAL(bury.beats, 7U);
    BOOST_CHECK_EQUAL(bury.fence, n.fence);
    const auto claim = n.which.buried(true, n.now);
    BOOST_REQUIRE(claim.what == step::claim);
    BOOST_CHECK_EQUAL(claim.unit, "unit-1");
    BOOST_CHECK_EQUAL(claim.boot, "a");
    BOOST_REQUIRE(n.which.claimed(true, n.now).what == step::prune);
    BOOST_REQUIRE(n.which.pruned(true, n.now).what == step::inherit);
    const auto adopt = n.which.inherited({"unit-1"}, n.now);
    BOOST_REQUIRE(adopt.what == step::adopt);
    BOOST_CHECK_EQUAL(adopt.unit, "unit-1");
    n.finish(n.which.adopted(adoption::done, n.now));
    BOOST_CHECK_EQUAL(n.which.total().rounds, 4U);
    BOOST_CHECK_EQUAL(n.which.total().buried, 1U);
    BOOST_CHECK_EQUAL(n.which.total().claimed, 1U);
    BOOST_CHECK_EQUAL(n.which.total().silent, 0U);
    BOOST_CHECK_EQUAL(n.which.total().adopted, 1U);
}

BOOST_AUTO_TEST_CASE(waits_for_as_long_as_a_boot_that_was_cut_off_may_still_act)
{
    node n;
    n.see_silent("a", one_of_a); // 90 s from the first look
    n.now -= 1ns;
    BOOST_CHECK(n.which.on_time(n.now).what == step::wait);
    n.now += 1ns;
    BOOST_CHECK(n.round(one_of_a, node::sighting({{"a", boot_state::silent, 7}})).what == step::bury);
}

BOOST_AUTO_TEST_CASE(begins_to_count_anew_where_a_boot_has_beaten_between_two_looks)
{
    node n;
    n.see_silent("a", one_of_a);
    for (int i = 0; i != 3; ++i) {
        const auto last = n.round(one_of_a, node::sighting({{"a", boot_state::silent, 8}}));
        BOOST_CHECK(last.what == step::prune);
        n.finish(last);
    }
    BOOST_CHECK(n.round(one_of_a, node::sighting({{"a", boot_state::silent, 8}})).what == step::bury);
}

BOOST_AUTO_TEST_CASE(leaves_those_alone_that_beat_or_were_never_heard_of)
{
    node n;
    const std::vector<listed_unit> units{{"unit-1", "a"}, {"unit-2", "stranger"}};
    for (int i = 0; i != 10; ++i) {
        const auto last = n.round(
            units, node::sighting({{"a", boot_state::beating, 7}, {"stranger", boot_state::unknown, 0}}));
        BOOST_CHECK(last.what == step::prune);
        n.finish(last);
    }
    BOOST_CHECK_EQUAL(n.which.total().unaccounted, 1U);
    BOOST_CHECK_EQUAL(n.which.total().buried, 0U);
}

BOOST_AUTO_TEST_CASE(is_anothers_while_that_one_has_the_lock)
{
    node n;
    BOOST_REQUIRE(n.which.on_time(n.now).what == step::lock);
    BOOST_REQUIRE(n.which.locked(std::nullopt, n.now).what == step::inherit);
    const auto rest = n.which.inherited({}, n.now);
    BOOST_CHECK(rest.what == step::wait);
    BOOST_CHECK(rest.until == n.now + 30s);
    BOOST_CHECK_EQUAL(n.which.total().rounds, 0U);
}

BOOST_AUTO_TEST_CASE(stops_at_once_where_the_fence_has_moved_on)
{
    node n;
    n.see_silent("a", one_of_a);
    BOOST_REQUIRE(n.round(one_of_a, node::sighting({{"a", boot_state::silent, 7}})).what == step::bury);
    BOOST_CHECK(n.which.buried(false, n.now).what == step::wait);
    BOOST_CHECK_EQUAL(n.which.total().fenced_off, 1U);

    node other;
    BOOST_REQUIRE(other.round(one_of_a, node::sighting({{"a", boot_state::buried, 7}})).what == step::claim);
    BOOST_CHECK(other.which.claimed(false, other.now).what == step::wait);

    node third;
    BOOST_REQUIRE(third.which.on_time(third.now).what == step::lock);
    BOOST_REQUIRE(third.which.locked(1, third.now).what == step::list);
    BOOST_REQUIRE(third.which.listed(one_of_a, third.now).what == step::look);
    BOOST_CHECK(third.which.looked(std::nullopt, third.now).what == step::wait);
}

BOOST_AUTO_TEST_CASE(makes_no_step_that_its_lock_may_not_last_for_on_its_own_clock)
{
    node n;
    BOOST_REQUIRE(n.which.on_time(n.now).what == step::lock);
    BOOST_REQUIRE(n.which.locked(1, n.now + 119s).what == step::list);
    BOOST_CHECK(n.which.listed(one_of_a, n.now + 120s).what == step::unlock);
    BOOST_CHECK_EQUAL(n.which.total().cut_short, 1U);

    node late;
    BOOST_REQUIRE(late.which.on_time(late.now).what == step::lock);
    BOOST_CHECK(late.which.locked(1, late.now + 120s).what == step::unlock); // counted from the question
}

BOOST_AUTO_TEST_CASE(gives_a_step_up_that_is_never_answered)
{
    node n;
    const auto lock = n.which.on_time(n.now);
    BOOST_REQUIRE(lock.what == step::lock);
    BOOST_CHECK(n.which.on_time(n.now + 60s).what == step::wait);
    const auto rest = n.which.on_time(lock.until);
    BOOST_CHECK(rest.what == step::wait);
    BOOST_CHECK(n.which.on_time(rest.until).what == step::lock);
}

BOOST_AUTO_TEST_CASE(takes_what_an_heir_has_left_that_is_gone_itself)
{
    node n;
    const std::map<std::string, std::string, std::less<>> heirs{{"unit-1", "b"}};
    const auto living = n.round(
        one_of_a, node::sighting({{"a", boot_state::buried, 7}, {"b", boot_state::beating, 3}}, heirs));
    BOOST_REQUIRE(living.what == step::prune);
    n.finish(living);
    const auto claim = n.round(
        one_of_a, node::sighting({{"a", boot_state::buried, 7}, {"b", boot_state::buried, 3}}, heirs));
    BOOST_REQUIRE(claim.what == step::claim);
    BOOST_CHECK_EQUAL(claim.boot, "b");
}

BOOST_AUTO_TEST_CASE(adopts_later_what_it_claimed_and_could_not_adopt)
{
    node n;
    BOOST_REQUIRE(n.round({}, node::sighting({})).what == step::prune);
    BOOST_REQUIRE(n.which.pruned(true, n.now).what == step::inherit);
    BOOST_REQUIRE(n.which.inherited({"unit-1", "unit-2"}, n.now).what == step::adopt);
    const auto second = n.which.adopted(adoption::failed, n.now);
    BOOST_REQUIRE(second.what == step::adopt);
    BOOST_CHECK_EQUAL(second.unit, "unit-2");
    n.finish(n.which.adopted(adoption::done, n.now));

    BOOST_REQUIRE(n.which.on_time(n.now).what == step::lock);
    BOOST_REQUIRE(n.which.locked(std::nullopt, n.now).what == step::inherit); // without the lock, too
    const auto again = n.which.inherited({"unit-1"}, n.now);                  // of the other it has a lease
    BOOST_REQUIRE(again.what == step::adopt);
    BOOST_CHECK_EQUAL(again.unit, "unit-1");
    BOOST_CHECK(n.which.adopted(adoption::over, n.now).what == step::wait);
    BOOST_CHECK_EQUAL(n.which.total().adopted, 1U);
}

BOOST_AUTO_TEST_CASE(adopts_what_it_claimed_though_the_answer_was_lost_and_the_lock_is_anothers)
{
    node n;
    const auto claim = n.round(one_of_a, node::sighting({{"a", boot_state::buried, 7}}));
    BOOST_REQUIRE(claim.what == step::claim);
    n.finish(n.which.failed(n.now));
    BOOST_REQUIRE(n.which.on_time(n.now).what == step::inherit);
    BOOST_CHECK(n.which.inherited({"unit-1"}, n.now).what == step::adopt);
}

BOOST_AUTO_TEST_CASE(whose_round_failed_gives_the_lock_up_and_leaves_it_to_others_for_two_looks)
{
    node n;
    BOOST_REQUIRE(n.which.on_time(n.now).what == step::lock);
    BOOST_REQUIRE(n.which.locked(7, n.now).what == step::list);
    const auto unlock = n.which.failed(n.now);
    BOOST_REQUIRE(unlock.what == step::unlock);
    BOOST_CHECK_EQUAL(unlock.fence, 7U);
    n.finish(n.which.failed(n.now));                             // whether that is answered or not
    BOOST_REQUIRE(n.which.on_time(n.now).what == step::inherit); // what it has claimed it goes on to adopt
    n.finish(n.which.inherited({}, n.now));
    BOOST_CHECK(n.which.on_time(n.now).what == step::lock);
    BOOST_CHECK_EQUAL(n.which.total().cut_short, 1U);
}

BOOST_AUTO_TEST_CASE(stays_the_heir_of_what_it_may_hold_whatever_is_listed)
{
    node n;
    BOOST_REQUIRE(n.which.on_time(n.now).what == step::lock);
    BOOST_REQUIRE(n.which.locked(std::nullopt, n.now).what == step::inherit);
    BOOST_REQUIRE(n.which.inherited({"absent", "kept", "late"}, n.now).what == step::adopt);
    BOOST_REQUIRE(n.which.adopted(adoption::failed, n.now).what == step::adopt); // absent
    BOOST_REQUIRE(n.which.adopted(adoption::done, n.now).what == step::adopt);   // kept
    n.finish(n.which.failed(n.now)); // late: adopted when nobody waits for it any more
    const auto prune = n.round({}, node::sighting({}));
    BOOST_REQUIRE(prune.what == step::prune);
    const std::vector<std::string> both{"kept", "late"};
    BOOST_CHECK_EQUAL_COLLECTIONS(prune.units.begin(), prune.units.end(), both.begin(), both.end());

    // Until it has seen that they are released.
    BOOST_REQUIRE(n.which.pruned(true, n.now).what == step::inherit);
    BOOST_REQUIRE(n.which.inherited({"kept", "late"}, n.now).what == step::adopt);
    BOOST_REQUIRE(n.which.adopted(adoption::over, n.now).what == step::adopt);
    n.finish(n.which.adopted(adoption::held, n.now));
    const auto second = n.round({}, node::sighting({}));
    BOOST_REQUIRE_EQUAL(second.units.size(), 1U);
    BOOST_CHECK_EQUAL(second.units.front(), "late");
    BOOST_REQUIRE(n.which.pruned(true, n.now).what == step::inherit);
    BOOST_CHECK_EQUAL(n.which.inherited({"kept", "late"}, n.now).unit,
                      "late"); // the other is not asked about
}

BOOST_AUTO_TEST_CASE(finds_what_a_buried_boot_had_asked_for_and_got_late)
{
    node n;
    const auto none = n.round({}, node::sighting({}));
    BOOST_REQUIRE(none.what == step::prune);
    BOOST_CHECK(none.units.empty());
    n.finish(none);
    BOOST_CHECK(n.round(one_of_a, node::sighting({{"a", boot_state::buried, 7}})).what == step::claim);
}

BOOST_AUTO_TEST_CASE(keeps_the_heirs_of_all_units_that_are_listed)
{
    node n;
    const std::vector<listed_unit> units{{"unit-1", "a"}, {"unit-2", "b"}};
    const auto prune =
        n.round(units, node::sighting({{"a", boot_state::beating, 7}, {"b", boot_state::beating, 1}}));
    BOOST_REQUIRE(prune.what == step::prune);
    BOOST_REQUIRE_EQUAL(prune.units.size(), 2U);
    BOOST_CHECK(n.which.pruned(false, n.now).what == step::wait);
    BOOST_CHECK_EQUAL(n.which.total().fenced_off, 1U);
}

BOOST_AUTO_TEST_SUITE_END()
