// Ids that a provider has chosen so that a hash that it knows cannot tell them apart.
#include "lease/keyed_hash.hpp"
#include "lease/unit_table.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace leasing = videosdk::leasing;

constexpr std::uint64_t factor = 0xc6a4a7935bd1e995;

constexpr std::uint64_t inverse_of(std::uint64_t odd)
{
    std::uint64_t inverse = odd; // right in three bits; each round doubles them
    for (int round = 0; round < 5; ++round) {
        inverse *= 2 - odd * inverse;
    }
    return inverse;
}
static_assert(factor * inverse_of(factor) == 1);

constexpr std::uint64_t shifted(std::uint64_t value) // its own inverse
{
    return value ^ (value >> 47U);
}

/// Of 16 bytes, all of the same MurmurHash64A under any seed that the first block can make up for: that of
/// libstdc++.
std::vector<std::string> alike(std::size_t count)
{
    constexpr std::uint64_t seed = 0xc70f6907;
    constexpr std::uint64_t after_both = 0x0123456789abcdef;
    std::vector<std::string> made;
    for (std::uint64_t first = 1; first <= count; ++first) {
        const std::uint64_t mixed = shifted(first * factor) * factor;
        const std::uint64_t between = ((seed ^ (16 * factor)) ^ mixed) * factor;
        const std::uint64_t second =
            shifted((between ^ after_both) * inverse_of(factor)) * inverse_of(factor);
        std::string id(16, '\0');
        std::memcpy(id.data(), &first, sizeof first);
        std::memcpy(id.data() + sizeof first, &second, sizeof second);
        made.push_back(std::move(id));
    }
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hostile_ids)

BOOST_AUTO_TEST_CASE(ids_that_are_alike_to_a_known_hash_are_not_to_a_keyed_one)
{
    const std::vector<std::string> ids = alike(10'000);
    std::set<std::size_t> known;
    std::set<std::size_t> keyed;
    for (const std::string& id : ids) {
        known.insert(std::hash<std::string>()(id));
        keyed.insert(leasing::keyed_hash(id));
    }
    BOOST_TEST(known.size() == 1U);
    BOOST_TEST(keyed.size() == ids.size());
}

BOOST_AUTO_TEST_CASE(a_hash_depends_on_every_bit_and_on_the_length)
{
    std::set<std::size_t> seen;
    std::size_t texts = 0;
    for (std::size_t length = 0; length <= 40; ++length) {
        const std::string zeros(length, '\0');
        seen.insert(leasing::keyed_hash(zeros));
        ++texts;
        for (std::size_t bit = 0; bit < length * 8; ++bit) {
            std::string text = zeros;
            text[bit / 8] = static_cast<char>(1U << (bit % 8));
            seen.insert(leasing::keyed_hash(text));
            ++texts;
        }
    }
    BOOST_TEST(seen.size() == texts);
    BOOST_TEST(leasing::keyed_hash("64f1a2b3c4d5e6f7a8b9c0d1") ==
               leasing::keyed_hash("64f1a2b3c4d5e6f7a8b9c0d1"));
}

BOOST_AUTO_TEST_CASE(a_table_finds_each_of_them_and_keeps_a_units_id_whatever_an_answer_calls_it)
{
    leasing::unit_table table;
    for (const std::string& id : alike(2'000)) {
        auto shown = std::make_shared<videosdk::resource>();
        shown->id = id;
        table.add(std::move(shown), table.hash_of(id));
    }
    for (const std::string& id : alike(2'000)) {
        leasing::unit* const found = table.find(id);
        BOOST_TEST_REQUIRE(found != nullptr);
        videosdk::resource other;
        other.id = "another";
        other.status = videosdk::resource_status::idle;
        table.renew(*found, other);
        BOOST_TEST(table.find(id) == found);
        BOOST_TEST(found->id() == id);
        BOOST_TEST((found->shown->status == videosdk::resource_status::idle));
    }
    BOOST_TEST(table.find("another") == nullptr);
    for (const std::string& id : alike(2'000)) {
        table.erase(*table.find(id));
    }
    BOOST_TEST(table.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_table_tells_ids_apart_that_have_the_very_same_hash)
{
    struct one_for_all {
        std::size_t operator()(std::string_view) const noexcept { return 1; }
    };
    leasing::basic_unit_table<one_for_all> table;
    const std::vector<std::string> ids{"a", "b", "c", "d", "e"};
    for (const std::string& id : ids) {
        auto shown = std::make_shared<videosdk::resource>();
        shown->id = id;
        table.add(std::move(shown), table.hash_of(id));
    }
    const auto are_there = [&](const std::string& expected) {
        std::string found;
        for (const std::string& id : ids) {
            const leasing::unit* const each = table.find(id);
            BOOST_TEST((each == nullptr || each->id() == id));
            found += each == nullptr ? "" : id;
        }
        BOOST_TEST(found == expected);
        BOOST_TEST(table.size() == expected.size());
    };
    are_there("abcde");
    BOOST_TEST(table.find("f") == nullptr);
    table.erase(*table.find("c")); // in the middle
    are_there("abde");
    table.erase(*table.find("a")); // the last of the chain
    are_there("bde");
    table.erase(*table.find("e")); // its first
    are_there("bd");
    table.erase(*table.find("d"));
    table.erase(*table.find("b"));
    are_there("");
}

BOOST_AUTO_TEST_SUITE_END()
