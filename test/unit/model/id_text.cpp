// An id's text: short ones in place, long ones apart, and the same to whoever uses them.
#include <videosdk/id_text.hpp>
#include <videosdk/resource.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>
#include <concepts>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

using videosdk::id_text;

namespace {

static_assert(sizeof(id_text) == sizeof(std::string));
static_assert(std::is_nothrow_move_constructible_v<id_text> && std::is_nothrow_move_assignable_v<id_text>);
static_assert(std::is_nothrow_default_constructible_v<id_text>);
static_assert(!std::equality_comparable_with<id_text, std::nullptr_t>);
static_assert(!std::is_constructible_v<id_text, std::nullptr_t> && !std::is_constructible_v<id_text, char>);
static_assert(std::is_same_v<decltype(videosdk::resource().id), id_text>);

/// Of every length around the one that still stands in place; with bytes that are no text as well.
std::vector<std::string> texts()
{
    std::vector<std::string> all;
    for (std::size_t size = 0; size <= 70; ++size) {
        std::string text;
        while (text.size() < size) {
            text += static_cast<char>(text.size() * 37 + size);
        }
        all.push_back(text);
        all.push_back(std::string(size, 'a'));
    }
    all.emplace_back(256, '\xff');
    return all;
}

bool is(const id_text& what, std::string_view text)
{
    return what.view() == text && what.size() == text.size() && what.empty() == text.empty() &&
           std::string_view(what.data(), what.size()) == text && what.c_str()[what.size()] == '\0' &&
           std::equal(what.begin(), what.end(), text.begin(), text.end()) && std::string(what) == text;
}

bool is_in_place(const id_text& what)
{
    const auto* const begin = reinterpret_cast<const char*>(&what);
    return std::less_equal<>()(begin, what.data()) && std::less<>()(what.data(), begin + sizeof what);
}

} // namespace

BOOST_AUTO_TEST_SUITE(id_texts)

BOOST_AUTO_TEST_CASE(it_is_the_text_that_it_was_made_of)
{
    BOOST_TEST(is(id_text(), ""));
    for (const std::string& text : texts()) {
        BOOST_TEST(is(id_text(text), text));
        BOOST_TEST(is(id_text(std::string_view(text)), text));
        BOOST_TEST(is_in_place(id_text(text)) == (text.size() <= videosdk::in_place_storage::in_place));
    }
    BOOST_TEST(is(id_text("65a1f3c2d4e5f60718293a4b"), "65a1f3c2d4e5f60718293a4b"));
}

BOOST_AUTO_TEST_CASE(copies_are_their_own_and_what_was_moved_from_is_empty)
{
    for (const std::string& text : texts()) {
        for (const std::string& other : {std::string(), std::string("short"), std::string(40, 'o')}) {
            auto original = std::make_unique<id_text>(text);
            id_text copy(*original);
            id_text assigned(other);
            assigned = *original;
            original.reset();
            BOOST_TEST(is(copy, text));
            BOOST_TEST(is(assigned, text));

            id_text moved(std::move(copy));
            BOOST_TEST(is(moved, text));
            BOOST_TEST(is(copy, "")); // NOLINT: looked at on purpose
            id_text taken(other);
            taken = std::move(moved);
            BOOST_TEST(is(taken, text));
            BOOST_TEST(is(moved, "")); // NOLINT: looked at on purpose

            const id_text& itself = taken;
            taken = itself;
            BOOST_TEST(is(taken, text));
            id_text two(other);
            two.swap(taken);
            BOOST_TEST(is(two, text));
            BOOST_TEST(is(taken, other));
            taken = text;
            BOOST_TEST(is(taken, text));
            taken = taken.view();
            BOOST_TEST(is(taken, text));
            taken.clear();
            BOOST_TEST(is(taken, ""));
        }
    }
}

BOOST_AUTO_TEST_CASE(it_compares_and_hashes_as_the_text)
{
    const std::vector<std::string> all = texts();
    for (const std::string& a : all) {
        for (const std::string& b : all) {
            const id_text left(a);
            const id_text right(b);
            const bool same = a == b;
            const bool before = a < b;
            const bool rightly = (left == right) == same && (left == b) == same && (b == left) == same &&
                                 (left != right) != same && (left < right) == before &&
                                 (left < b) == before && (a < right) == before &&
                                 (std::hash<id_text>()(left) == std::hash<id_text>()(right)) == same;
            if (!rightly) {
                BOOST_ERROR("of " + a + " and " + b);
            }
        }
    }
    BOOST_TEST((id_text("abc") == "abc"));
    BOOST_TEST((id_text("abc") < "abd"));
    BOOST_TEST((id_text(std::string("a\0b", 3)) != "a"));
}

BOOST_AUTO_TEST_CASE(it_stands_where_a_string_would)
{
    const id_text id("65a1f3c2d4e5f60718293a4b");
    const std::string copy = id;
    BOOST_TEST(copy == id);
    BOOST_TEST("unit " + id + " is idle" == "unit 65a1f3c2d4e5f60718293a4b is idle");
    BOOST_TEST(std::string("unit ") + id == "unit 65a1f3c2d4e5f60718293a4b");
    BOOST_TEST(id + id == copy + copy);
    BOOST_TEST((id.length() == 24U && id[1] == '5' && id.front() == '6' && id.back() == 'b'));
    BOOST_TEST((id.substr(20) == "3a4b" && id.substr(0, 2) == "65" && id.find("a1") == 2U));
    BOOST_TEST((id.starts_with("65a1") && id.ends_with("4b") && id.compare("65") > 0));
    BOOST_CHECK_THROW(id.substr(25), std::out_of_range);
    BOOST_TEST('<' + id + '>' == "<65a1f3c2d4e5f60718293a4b>");
    std::ostringstream printed;
    printed << id;
    BOOST_TEST(printed.str() == copy);

    std::vector<std::string> strings{id};
    strings.push_back(id);
    strings.emplace_back(id);
    BOOST_TEST(std::count(strings.begin(), strings.end(), copy) == 3);
    std::map<std::string, int> by_string;
    by_string[id] = 1;
    BOOST_TEST(by_string.count(id) == 1U);
    std::vector<videosdk::resource> units(2);
    units[1].id = id;
    BOOST_TEST((std::ranges::find(units, copy, &videosdk::resource::id) == units.begin() + 1));
    BOOST_TEST(
        (std::ranges::find(units, std::string_view(copy), &videosdk::resource::id) == units.begin() + 1));
    BOOST_TEST((std::ranges::find(strings, id) == strings.begin()));
    const std::set<id_text, std::less<>> ordered{id, "other"};
    BOOST_TEST(ordered.contains(std::string_view(copy)));
    const boost::unordered_flat_set<id_text> of_boost{id, "other", copy};
    BOOST_TEST(of_boost.size() == 2U);
    const std::unordered_set<id_text> hashed{id, "other", copy};
    BOOST_TEST(hashed.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
