// Events as entries of a stream, and places in one.
#include "redis/event_entry.hpp"
#include "redis/stream_place.hpp"

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <string>

namespace redis = videosdk::redis;
using redis::stream_entry;
using redis::stream_place;

namespace {

redis::reply text(std::string value)
{
    redis::reply out;
    out.kind = redis::reply_kind::text;
    out.text = std::move(value);
    return out;
}

redis::reply entry(std::string id, std::initializer_list<std::string> fields)
{
    redis::reply list;
    list.kind = redis::reply_kind::array;
    for (const std::string& each : fields) {
        list.elements.push_back(text(each));
    }
    redis::reply out;
    out.kind = redis::reply_kind::array;
    out.elements = {text(std::move(id)), std::move(list)};
    return out;
}

stream_entry numbered(std::string id, std::uint64_t number)
{
    stream_entry out;
    out.id = std::move(id);
    out.number = number;
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(redis_entries)

BOOST_AUTO_TEST_CASE(an_event_comes_back_as_it_was)
{
    const stream_entry read =
        redis::read_entry(entry("5-1", {"n", "7", "from", "life", "type", "resource-acquired", "token",
                                        "v1-boot-x", "data", R"({"id":"r","type":"recording"})"}));
    BOOST_TEST(read.id == "5-1");
    BOOST_TEST(read.number == 7U);
    BOOST_TEST(read.from == "life");
    BOOST_REQUIRE(read.contents.has_value());
    BOOST_TEST((read.contents->type == videosdk::event_type::resource_acquired));
    BOOST_TEST(read.contents->resource_id == "r");
    BOOST_TEST(read.contents->token == "v1-boot-x");
    BOOST_TEST(redis::rank_in(*read.contents) == 1U);
}

BOOST_AUTO_TEST_CASE(numbers_of_many_digits_come_back_as_they_were_however_often_they_are_passed_on)
{
    for (const std::string& data :
         {R"({"n":)" + std::string(60, '9') + "}", R"({"n":0.)" + std::string(40, '1') + "}"}) {
        const auto first = redis::read_event_of("recording-started", "", data);
        BOOST_REQUIRE(first.has_value());
        BOOST_TEST(first->data == data);
        const auto again = redis::read_event_of("recording-started", "", first->data);
        BOOST_TEST((again == first));
    }
    // What is not one value is no data, whatever it looks like behind it.
    const auto more = redis::read_event_of("recording-started", "", R"({"id":"a"},"more":1)");
    BOOST_TEST((!more || more->data == R"({"id":"a"})"));
    // And lines are what text is printed on.
    const auto lines = redis::read_event_of("recording-started", "", "{\n}");
    BOOST_REQUIRE(lines.has_value());
    BOOST_TEST(lines->data == "{}");
}

BOOST_AUTO_TEST_CASE(what_is_no_event_keeps_its_place_and_nothing_else)
{
    for (const auto& fields : {std::initializer_list<std::string>{},
                               {"n"},
                               {"n", "0", "type", "x"},
                               {"n", "1"},
                               {"n", "1", "type", ""},
                               {"n", "1", "type", "\xff"},
                               {"n", "1", "type", "resource-acquired", "data", "{"},
                               {"n", "1", "type", "x", "data", R"(1},"data":{"id":"r")"},
                               {"n", "1", "type", "resource-acquired", "data", "[]"}}) {
        const stream_entry read = redis::read_entry(entry("5-1", fields));
        BOOST_TEST(read.id == "5-1");
        BOOST_TEST((!read.contents.has_value() || read.contents->resource_id.empty()));
    }
    BOOST_TEST(redis::read_entry(redis::reply()).id.empty());
}

BOOST_AUTO_TEST_CASE(the_boot_is_read_from_the_token)
{
    BOOST_TEST(redis::boot_in("v1-abc-1-r-m") == "abc");
    BOOST_TEST(redis::boot_in("v1-abc").empty());
    BOOST_TEST(redis::boot_in("").empty());
    BOOST_TEST(redis::boot_in("v2-abc-1").empty());
}

BOOST_AUTO_TEST_CASE(a_gap_in_the_numbers_is_what_was_missed)
{
    stream_place place("1-0", 10);
    BOOST_TEST(place.pass(numbered("2-0", 11)).missed == 0U);
    BOOST_TEST(place.pass(numbered("3-0", 15)).missed == 3U);
    // One that somebody else wrote has no number.
    BOOST_TEST(place.pass(numbered("4-0", 0)).missed == 0U);
    BOOST_TEST(place.id() == "4-0");
    BOOST_TEST(place.pass(numbered("5-0", 16)).missed == 0U);
    BOOST_TEST(!place.pass(numbered("6-0", 17)).restarted);
    BOOST_TEST(place.pass(numbered("7-0", 1)).restarted);
    // Where nothing is known, the first is taken as it comes.
    stream_place fresh;
    const auto first = fresh.pass(numbered("9-0", 100));
    BOOST_TEST((first.missed == 0U && !first.restarted));
}

BOOST_AUTO_TEST_CASE(a_stream_whose_last_entry_lies_before_the_place_has_begun_anew)
{
    stream_place place("5-1", 10);
    BOOST_TEST(!place.restarted_before(numbered("5-1", 10)));
    BOOST_TEST(!place.restarted_before(numbered("12-0", 11)));
    BOOST_TEST(place.restarted_before(numbered("5-0", 3)));
    BOOST_TEST(place.id() == "0-0");
    stream_place other("5-1", 10);
    BOOST_TEST(other.restarted_before(std::nullopt));
    BOOST_TEST(!stream_place().restarted_before(std::nullopt));
}

BOOST_AUTO_TEST_CASE(a_place_is_kept_as_text)
{
    const auto read = stream_place::from_text(stream_place("12-3", 45).text());
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->id() == "12-3");
    BOOST_TEST(read->number() == 45U);
    for (const char* const wrong : {"", "1", "1-2", "x-1 2", "1-2 ", "1-2 x", "1-2 3 4", " 1-2 3"}) {
        BOOST_TEST(!stream_place::from_text(wrong).has_value(), wrong);
    }
}

BOOST_AUTO_TEST_SUITE_END()
