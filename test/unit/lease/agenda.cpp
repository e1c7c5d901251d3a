// What is due comes in the order of its time, whatever the order in which it was noted.
#include "lease/agenda.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <tuple>
#include <vector>

namespace leasing = videosdk::leasing;

namespace {

using subject = leasing::agenda::subject;
using noted = std::tuple<std::int64_t, subject, std::uint64_t>;

leasing::agenda::time_point at(std::int64_t time)
{
    return leasing::agenda::time_point(std::chrono::nanoseconds(time));
}

std::vector<noted> all_of(leasing::agenda& which)
{
    std::vector<noted> out;
    while (!which.empty()) {
        const leasing::agenda::entry next = which.front();
        out.emplace_back(next.at.time_since_epoch() / std::chrono::nanoseconds(1), next.what, next.number);
        which.pop();
    }
    return out;
}

/// In the order of their time, with others now and then, some of the same time, and some noted twice.
std::vector<noted> some(unsigned in_order, unsigned seed)
{
    std::mt19937 chance(seed); // NOLINT(cert-msc51-cpp): the same each time
    std::vector<noted> out;
    std::int64_t time = 1'000;
    for (std::uint64_t i = 0; i != 1'000; ++i) {
        time += static_cast<std::int64_t>(chance() % 3);
        const bool ordered = chance() % 100 < in_order;
        const auto what = static_cast<subject>(1 + chance() % 3);
        out.emplace_back(ordered ? time : static_cast<std::int64_t>(chance() % 3'000), what, chance() % 50);
    }
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(agendas)

BOOST_AUTO_TEST_CASE(they_come_by_time_then_by_what_they_are_about)
{
    for (const unsigned in_order : {0U, 50U, 95U, 100U}) {
        leasing::agenda due;
        std::vector<noted> expected = some(in_order, in_order);
        for (const auto& [time, what, number] : expected) {
            due.note(at(time), what, number);
        }
        BOOST_TEST(due.size() == expected.size());
        std::sort(expected.begin(), expected.end());
        BOOST_TEST((all_of(due) == expected));
        BOOST_TEST(due.size() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(what_is_noted_while_others_come_finds_its_place)
{
    leasing::agenda due;
    std::vector<noted> left;
    std::size_t taken = 0;
    for (const auto& each : some(80, 3)) {
        due.note(at(std::get<0>(each)), std::get<1>(each), std::get<2>(each));
        left.push_back(each);
        if (left.size() % 3 == 0) {
            const auto first = std::min_element(left.begin(), left.end());
            BOOST_TEST_REQUIRE((due.front().at == at(std::get<0>(*first))));
            BOOST_TEST_REQUIRE((due.front().what == std::get<1>(*first)));
            BOOST_TEST_REQUIRE(due.front().number == std::get<2>(*first));
            due.pop();
            left.erase(first);
            ++taken;
        }
    }
    BOOST_TEST(taken > 100U);
    std::sort(left.begin(), left.end());
    BOOST_TEST((all_of(due) == left));
}

BOOST_AUTO_TEST_CASE(what_holds_no_longer_is_forgotten_wherever_it_stands)
{
    leasing::agenda due;
    std::vector<noted> expected;
    for (const auto& each : some(70, 9)) {
        due.note(at(std::get<0>(each)), std::get<1>(each), std::get<2>(each));
        if (std::get<2>(each) % 2 == 0) {
            expected.push_back(each);
        }
    }
    due.tidy([](const leasing::agenda::entry& each) { return each.number % 2 == 0; });
    BOOST_TEST(due.size() == expected.size());
    std::sort(expected.begin(), expected.end());
    BOOST_TEST((all_of(due) == expected));
}

BOOST_AUTO_TEST_SUITE_END()
