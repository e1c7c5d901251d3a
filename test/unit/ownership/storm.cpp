// Whatever happens to nodes, clocks, store and network: no unit is released while another node holds it, and
// none is left.
#include "storm.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <string>

using namespace owning_tests;

namespace {

void add(verdict& sum, const verdict& one)
{
    sum.released_under_another += one.released_under_another;
    sum.held_twice += one.held_twice;
    sum.claimed_twice += one.claimed_twice;
    sum.leaked += one.leaked;
    sum.outlived += one.outlived;
    sum.acquired += one.acquired;
    sum.deaths += one.deaths;
    sum.stops += one.stops;
    sum.missed += one.missed;
    sum.buried += one.buried;
    sum.taken_over += one.taken_over;
    sum.came_back += one.came_back;
    sum.fenced_off += one.fenced_off;
    sum.not_sent += one.not_sent;
}

void tell(std::uint64_t storms, const verdict& sum)
{
    BOOST_TEST_MESSAGE(storms << " storms: " << sum.acquired << " acquired, " << sum.deaths << " deaths, "
                              << sum.stops << " stops, " << sum.missed << " units missed by listings, "
                              << sum.buried << " boots buried, " << sum.taken_over << " units taken over, "
                              << sum.came_back << " came back to find themselves buried, " << sum.fenced_off
                              << " rounds fenced off, " << sum.not_sent << " calls not sent; "
                              << sum.released_under_another << " released under another, " << sum.held_twice
                              << " held twice, " << sum.claimed_twice << " claimed twice, " << sum.leaked
                              << " left, " << sum.outlived << " outlived their heartbeat");
}

/// `-- storms` is how many there are.
std::uint64_t storms_wanted()
{
    const auto& suite = boost::unit_test::framework::master_test_suite();
    return suite.argc > 1 ? std::stoull(suite.argv[1]) : 6;
}

verdict sum_of(std::uint64_t storms, const storm_rules& rules)
{
    verdict sum;
    for (std::uint64_t seed = 1; seed <= storms; ++seed) {
        add(sum, storm(seed, rules).run());
    }
    tell(storms, sum);
    return sum;
}

/// Storms until the judge has seen it, under a generous limit.
template <class Seen>
bool is_seen(const storm_rules& rules, Seen seen)
{
    verdict sum;
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        add(sum, storm(seed, rules).run());
        if (seen(sum)) {
            tell(seed, sum);
            return true;
        }
    }
    return false;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_storm)

BOOST_AUTO_TEST_CASE(lets_no_unit_be_released_under_another_and_leaves_none)
{
    const std::uint64_t storms = storms_wanted();
    const verdict sum = sum_of(storms, {});
    BOOST_TEST(sum.released_under_another == 0U);
    BOOST_TEST(sum.held_twice == 0U);
    BOOST_TEST(sum.claimed_twice == 0U);
    BOOST_TEST(sum.leaked == 0U);
    // It was one.
    BOOST_TEST(sum.deaths > storms);
    BOOST_TEST(sum.stops > 0U);
    BOOST_TEST(sum.missed > storms);
    BOOST_TEST(sum.buried > storms);
    BOOST_TEST(sum.taken_over > storms);
    BOOST_TEST(sum.came_back > 0U);
    BOOST_TEST(sum.not_sent > storms);
}

BOOST_AUTO_TEST_CASE(shows_that_calls_must_ask_for_the_heartbeat)
{
    storm_rules rules;
    rules.asks_before_calls = false;
    BOOST_TEST(is_seen(rules, [](const verdict& sum) { return sum.released_under_another > 0; }));
}

BOOST_AUTO_TEST_CASE(shows_that_a_silent_boot_must_be_waited_for)
{
    storm_rules rules;
    rules.gone_for = 0s;
    rules.store_restarts = 0.5;
    BOOST_TEST(
        is_seen(rules, [](const verdict& sum) { return sum.released_under_another + sum.held_twice > 0; }));
}

BOOST_AUTO_TEST_CASE(shows_that_the_store_must_say_who_gets_a_unit)
{
    storm_rules rules;
    rules.claims = false;
    BOOST_TEST(is_seen(rules, [](const verdict& sum) { return sum.claimed_twice > 0; }));
}

BOOST_AUTO_TEST_CASE(shows_that_one_listing_must_not_take_a_unit_from_its_heir)
{
    storm_rules rules;
    rules.prunes_blindly = true;
    BOOST_TEST(
        is_seen(rules, [](const verdict& sum) { return sum.released_under_another + sum.held_twice > 0; }));
}

BOOST_AUTO_TEST_CASE(shows_that_an_heir_must_not_be_forgotten)
{
    storm_rules rules;
    rules.forgets_heirs = true;
    BOOST_TEST(is_seen(rules, [](const verdict& sum) { return sum.leaked > 0; }));
}

BOOST_AUTO_TEST_CASE(counts_what_a_process_sends_that_stood_still_before_its_write)
{
    storm_rules rules;
    rules.stops_before_writes = true;
    const verdict sum = sum_of(6, rules);
    BOOST_TEST(sum.outlived > 0U);
    BOOST_TEST(sum.released_under_another <= sum.outlived);
    BOOST_TEST(sum.leaked == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
