// Random bytes: as many as were asked for, from the source that was given.
#include "auth/random_source.hpp"

#include "../../support/counting_chance.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

namespace auth = videosdk::auth;

BOOST_AUTO_TEST_SUITE(random_bytes)

BOOST_AUTO_TEST_CASE(the_systems_have_their_length_and_differ)
{
    const auto chance = auth::system_randomness();
    std::set<std::string> seen;
    for (int i = 0; i != 100; ++i) {
        const std::string bytes = auth::random_bytes(*chance, 16);
        BOOST_TEST(bytes.size() == 16U);
        BOOST_TEST(seen.insert(bytes).second);
    }
    BOOST_TEST(auth::random_bytes(*chance, 0).empty());
}

BOOST_AUTO_TEST_CASE(they_come_from_the_source_that_was_given)
{
    test::counting_chance chance;
    BOOST_TEST(auth::random_bytes(chance, 3) == std::string("\0\1\2", 3));
    BOOST_TEST(auth::random_bytes(chance, 2) == "\3\4");
}

BOOST_AUTO_TEST_SUITE_END()
