// What is found by its hash, whatever else has come and gone around it.
#include "lease/hash_index.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <iterator>
#include <list>
#include <random>
#include <vector>

namespace leasing = videosdk::leasing;

namespace {

struct thing {
    std::size_t hash = 0;
    int name = 0;
};

const thing* thing_of(const leasing::hash_index<thing>& all, std::size_t hash, int name)
{
    return all.find(hash, [name](const thing& each) { return each.name == name; });
}

} // namespace

BOOST_AUTO_TEST_SUITE(hash_indexes)

BOOST_AUTO_TEST_CASE(an_empty_one_has_nothing)
{
    const leasing::hash_index<thing> none;
    none.prefetch(7);
    BOOST_TEST(thing_of(none, 7, 0) == nullptr);
    BOOST_TEST(none.size() == 0U);
}

BOOST_AUTO_TEST_CASE(those_of_one_hash_are_told_apart)
{
    leasing::hash_index<thing> all;
    std::vector<thing> things;
    for (int name = 0; name != 200; ++name) {
        things.push_back({42, name});
    }
    for (thing& each : things) {
        all.insert(each.hash, each);
    }
    for (const thing& each : things) {
        BOOST_TEST(thing_of(all, 42, each.name) == &each);
    }
    BOOST_TEST(thing_of(all, 42, 200) == nullptr);
    BOOST_TEST(thing_of(all, 43, 0) == nullptr);
    for (std::size_t i = 0; i < things.size(); i += 2) {
        all.erase(42, things[i]);
    }
    for (std::size_t i = 0; i != things.size(); ++i) {
        BOOST_TEST(thing_of(all, 42, things[i].name) == (i % 2 == 0 ? nullptr : &things[i]));
    }
    BOOST_TEST(all.size() == 100U);
}

BOOST_AUTO_TEST_CASE(whatever_comes_and_goes_each_is_found_that_is_there_and_none_that_is_not)
{
    std::mt19937 chance(7); // NOLINT(cert-msc51-cpp): the same each time
    leasing::hash_index<thing> all;
    std::list<thing> there;
    std::vector<thing> gone;
    int names = 0;
    const auto look = [&] {
        for (const thing& each : there) {
            BOOST_TEST_REQUIRE(thing_of(all, each.hash, each.name) == &each);
        }
        for (const thing& each : gone) {
            BOOST_TEST_REQUIRE(thing_of(all, each.hash, each.name) == nullptr);
        }
        BOOST_TEST_REQUIRE(all.size() == there.size());
    };
    for (int round = 0; round != 3'000; ++round) {
        // It grows for a while and shrinks for a while. Hashes are few, and stand around the places' end,
        // where a search goes on at the beginning.
        const bool comes = there.empty() || chance() % 10 < (round / 500 % 2 == 0 ? 7U : 3U);
        if (comes) {
            const std::size_t hash = chance() % 2 == 0 ? chance() % 24 : std::size_t{0} - 1 - chance() % 24;
            thing& fresh = there.emplace_back(thing{hash, names++});
            all.insert(hash, fresh);
        } else {
            const auto which = std::next(there.begin(), static_cast<std::ptrdiff_t>(chance() % there.size()));
            all.erase(which->hash, *which);
            gone.push_back(*which);
            there.erase(which);
        }
        if (round % 50 == 0) {
            look();
        }
    }
    look();
    while (!there.empty()) {
        all.erase(there.front().hash, there.front());
        there.pop_front();
    }
    look();
}

BOOST_AUTO_TEST_SUITE_END()
