// What is found by numbers that are given out one after the other.
#include "lease/numbered.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace leasing = videosdk::leasing;

namespace {

using shared = std::shared_ptr<int>;

std::size_t counted(const leasing::numbered<shared, 4>& all)
{
    std::size_t count = 0;
    all.for_each([&](const shared&) { ++count; });
    return count;
}

struct unwilling {
    explicit unwilling(bool fails)
    {
        if (fails) {
            throw std::runtime_error("no");
        }
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(numbered_)

BOOST_AUTO_TEST_CASE(each_is_found_by_its_number_and_stays_where_it_is)
{
    leasing::numbered<shared, 4> all;
    std::vector<shared*> places;
    for (std::uint64_t number = 1; number <= 100; ++number) {
        places.push_back(&all.emplace(number, std::make_shared<int>(static_cast<int>(number))));
    }
    BOOST_TEST(all.size() == 100U);
    BOOST_TEST(counted(all) == 100U);
    for (std::uint64_t number = 100; number >= 1; --number) {
        BOOST_TEST(all.find(number) == places[number - 1]);
        BOOST_TEST(**all.find(number) == static_cast<int>(number));
    }
    BOOST_TEST(all.find(0) == nullptr);
    BOOST_TEST(all.find(101) == nullptr);
    BOOST_TEST(all.find(UINT64_MAX) == nullptr);
}

BOOST_AUTO_TEST_CASE(what_is_erased_is_destroyed_at_once_and_what_is_left_when_the_table_goes)
{
    const auto one = std::make_shared<int>(1);
    {
        leasing::numbered<shared, 4> all;
        all.emplace(7, one);
        all.emplace(8, one);
        BOOST_TEST(one.use_count() == 3);
        all.erase(7);
        BOOST_TEST(one.use_count() == 2);
        BOOST_TEST(all.find(7) == nullptr);
        BOOST_TEST(all.find(8) != nullptr);
        all.emplace(7, one); // the place is free again
        BOOST_TEST(*all.find(7) == one);
        all.clear();
        BOOST_TEST(all.empty());
        BOOST_TEST(one.use_count() == 1);
        all.emplace(9, one);
    }
    BOOST_TEST(one.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_made_is_not_there)
{
    leasing::numbered<unwilling, 4> all;
    all.emplace(1, false);
    BOOST_CHECK_THROW(all.emplace(2, true), std::runtime_error);
    BOOST_CHECK_THROW(all.emplace(9, true), std::runtime_error); // of a new block
    BOOST_TEST(all.find(2) == nullptr);
    BOOST_TEST(all.find(9) == nullptr);
    BOOST_TEST(all.size() == 1U);
    all.emplace(9, false);
    BOOST_TEST(all.find(9) != nullptr);
}

BOOST_AUTO_TEST_CASE(it_does_as_a_map_does)
{
    std::mt19937 chance(20); // NOLINT: the same each time
    leasing::numbered<shared, 4> all;
    std::map<std::uint64_t, shared> model;
    std::uint64_t last = 0;
    for (int step = 0; step != 20'000; ++step) {
        const auto drawn = chance() % 10;
        if (drawn < 5 || model.empty()) {
            last += drawn == 0 ? 1 + chance() % 9 : 1;
            const auto value = std::make_shared<int>(step);
            all.emplace(last, value);
            model.emplace(last, value);
        } else {
            auto gone = model.lower_bound(chance() % (last + 1));
            gone = gone == model.end() ? model.begin() : gone;
            if (drawn < 7 && gone != model.begin()) {
                gone = model.begin(); // most often the oldest
            }
            all.erase(gone->first);
            model.erase(gone);
        }
        const std::uint64_t asked = chance() % (last + 3);
        const auto expected = model.find(asked);
        const shared* const found = all.find(asked);
        BOOST_REQUIRE_EQUAL(found != nullptr, expected != model.end());
        BOOST_REQUIRE(found == nullptr || *found == expected->second);
        BOOST_REQUIRE_EQUAL(all.size(), model.size());
    }
    BOOST_TEST(counted(all) == model.size());
    for (const auto& [number, value] : model) {
        BOOST_TEST(value.use_count() == 2);
    }
}

BOOST_AUTO_TEST_SUITE_END()
