// Dice: the same seed throws the same, and a throw more in one place changes none elsewhere.
#include "dice.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

using namespace simulation;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(dice_)

BOOST_AUTO_TEST_CASE(the_same_seed_throws_the_same)
{
    dice one(7);
    dice other(7);
    dice different(8);
    for (int i = 0; i != 100; ++i) {
        const std::uint64_t thrown = one.next();
        BOOST_TEST(thrown == other.next());
        BOOST_TEST(thrown != different.next());
    }
}

BOOST_AUTO_TEST_CASE(forks_depend_on_seed_and_purpose_and_not_on_what_was_thrown)
{
    dice parent(7);
    dice before = parent.fork("orders", 3);
    parent.next();
    dice after = parent.fork("orders", 3);
    const std::uint64_t thrown = before.next();
    BOOST_TEST(thrown == after.next());
    std::set<std::uint64_t> firsts{thrown};
    BOOST_TEST(firsts.insert(parent.fork("orders", 4).next()).second);
    BOOST_TEST(firsts.insert(parent.fork("crashes", 3).next()).second);
    BOOST_TEST(firsts.insert(dice(8).fork("orders", 3).next()).second);
}

BOOST_AUTO_TEST_CASE(all_of_a_range_comes_and_nothing_else)
{
    dice drawn(1);
    std::set<std::uint64_t> seen;
    for (int i = 0; i != 200; ++i) {
        seen.insert(drawn.between(3, 6));
        const nanoseconds time = drawn.time(2ns, 4ns);
        BOOST_TEST((time >= 2ns && time <= 4ns));
    }
    BOOST_TEST((seen == std::set<std::uint64_t>{3, 4, 5, 6}));
    BOOST_TEST(!dice(1).percent(0));
    BOOST_TEST(dice(1).percent(100));
}

BOOST_AUTO_TEST_CASE(shuffling_keeps_what_there_is)
{
    std::vector<int> what{1, 2, 3, 4, 5, 6, 7, 8};
    const std::vector<int> before = what;
    dice(3).shuffle(what);
    BOOST_TEST((what != before));
    BOOST_TEST((std::is_permutation(what.begin(), what.end(), before.begin())));
}

BOOST_AUTO_TEST_CASE(chance_for_the_library_is_seeded)
{
    seeded_chance one(dice(5).fork("life", 1));
    seeded_chance other(dice(5).fork("life", 1));
    std::array<unsigned char, 16> first{};
    std::array<unsigned char, 16> second{};
    one.fill(first);
    other.fill(second);
    BOOST_TEST((first == second));
    one.fill(first);
    BOOST_TEST((first != second));
}

BOOST_AUTO_TEST_SUITE_END()
