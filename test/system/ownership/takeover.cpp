// What a node held that died, froze or was cut off is given back by one of the others, and by itself no more.
#include "nodes.hpp"

#include <boost/test/unit_test.hpp>

using namespace ownership_tests;
using videosdk::errc;

namespace {

constexpr std::size_t few = 5;

} // namespace

BOOST_AUTO_TEST_SUITE(over_a_real_redis)

// At once, since each takes its time.
BOOST_AUTO_TEST_CASE(nodes_that_die_freeze_or_are_cut_off_ask_for_nothing_more_and_one_other_takes_over)
{
    // Given three nodes that hold units, and two others
    site where;
    node& dead = where.add("dead");
    node& lonely = where.add("lonely");
    node& frozen = where.add("frozen");
    node& one = where.add("one");
    node& other = where.add("other");
    const auto of_the_dead = where.acquired(dead, few);
    const auto of_the_lonely = where.acquired(lonely, few);
    auto of_the_frozen = where.acquired(frozen, few);
    BOOST_REQUIRE_EQUAL(where.billed(), 3 * few);

    // When one is killed, one cannot reach Redis any more, and one stands still
    where.kill(dead);
    where.cut_off(lonely);
    frozen.frozen = true;
    const auto stopped = where.log.calls().size();
    BOOST_REQUIRE(where.until([&] { return !lonely.may_call(); }));
    const auto too_late = where.log.calls().size();
    const auto refused = lonely.acquire();
    BOOST_REQUIRE(where.until([&refused] { return refused->has_value(); }));
    BOOST_CHECK_EQUAL((*refused)->error().code(), errc::no_tenure);

    // Then one of the others gives back what they held, each unit once
    BOOST_REQUIRE(where.until([&where] { return where.billed() == 0; }));
    const auto first = one.counts();
    const auto second = other.counts();
    BOOST_TEST_MESSAGE(one.name() << ": " << first);
    BOOST_TEST_MESSAGE(other.name() << ": " << second);
    // What Redis did, and answered too late, nobody counts.
    BOOST_CHECK_LE(first.buried + second.buried, 3U);
    BOOST_CHECK_LE(first.claimed + second.claimed, 3 * few);
    BOOST_CHECK_EQUAL(first.taken_over + second.taken_over, 3 * few);
    BOOST_CHECK_EQUAL(where.released(), 3 * few);

    // And the two that come back hear of it, and have asked the provider for nothing
    BOOST_CHECK(!lonely.lost);
    where.let_in(lonely);
    of_the_frozen.clear(); // it was about to give them back
    frozen.frozen = false;
    BOOST_CHECK(where.until([&] { return lonely.lost && frozen.lost; }));
    BOOST_CHECK_EQUAL(where.log.asked("dead", stopped), 0U);
    BOOST_CHECK_EQUAL(where.log.asked("lonely", too_late), 0U);
    BOOST_CHECK_EQUAL(where.log.asked("frozen", stopped), 0U);
}

BOOST_AUTO_TEST_CASE(a_redis_that_was_away_costs_nobody_its_units)
{
    site where;
    node& one = where.add("one");
    node& other = where.add("other");
    const auto units = where.acquired(one, few);
    const auto before = one.counts().beats;
    where.redis.freeze();
    const auto right = one.owner->right();
    BOOST_REQUIRE(where.until([&] { return right->ends_at() < where.now(); }));
    where.redis.thaw();
    BOOST_REQUIRE(where.until([&] { return one.may_call(); }));
    BOOST_CHECK_GT(one.counts().beats, before);
    BOOST_CHECK_EQUAL(where.acquired(one, 1).size(), 1U);
    BOOST_CHECK_EQUAL(one.counts().buried + other.counts().buried, 0U);
    BOOST_CHECK(!one.lost && !other.lost);
}

BOOST_AUTO_TEST_SUITE_END()
