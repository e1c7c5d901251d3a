// Listing: pages, filters, limits.
#include "support.hpp"

#include <boost/test/unit_test.hpp>

using namespace emulator_test;

namespace {

std::vector<std::string> ids_of(const json::value& page)
{
    std::vector<std::string> ids;
    for (const json::value& unit : page.at("data").as_array()) {
        ids.emplace_back(unit.at("id").as_string());
    }
    return ids;
}

std::string info_of(const json::value& page)
{
    return json::serialize(page.at("pageInfo"));
}

} // namespace

BOOST_AUTO_TEST_SUITE(units_are_listed)

BOOST_AUTO_TEST_CASE(an_empty_listing_has_one_empty_page)
{
    player test;
    const auto page = parse(test.get("/v2/resource"));
    BOOST_TEST(info_of(page) == R"({"currentPage":1,"perPage":20,"lastPage":1,"total":0})");
    BOOST_TEST(ids_of(page).empty());
}

BOOST_AUTO_TEST_CASE(the_pages_together_hold_every_unit_once_in_the_order_of_acquisition)
{
    player test;
    const auto acquired = test.acquire(45);
    std::vector<std::string> listed;
    for (const char* const page : {"1", "2", "3"}) {
        const auto part = ids_of(parse(test.get("/v2/resource?page=" + std::string(page) + "&perPage=20")));
        listed.insert(listed.end(), part.begin(), part.end());
    }
    BOOST_TEST(listed == acquired, boost::test_tools::per_element());
    const auto last = parse(test.get("/v2/resource?page=3"));
    BOOST_TEST(info_of(last) == R"({"currentPage":3,"perPage":20,"lastPage":3,"total":45})");
}

BOOST_AUTO_TEST_CASE(a_page_behind_the_last_is_empty)
{
    player test;
    test.acquire(3);
    const auto page = parse(test.get("/v2/resource?page=2&perPage=3"));
    BOOST_TEST(info_of(page) == R"({"currentPage":2,"perPage":3,"lastPage":1,"total":3})");
    BOOST_TEST(ids_of(page).empty());
    BOOST_TEST(ids_of(parse(test.get("/v2/resource?page=18446744073709551615&perPage=100"))).empty());
}

BOOST_AUTO_TEST_CASE(the_status_filters)
{
    player test;
    const auto early = test.acquire(2);
    test.pass(100ms);
    const auto late = test.acquire(3);
    BOOST_TEST(ids_of(parse(test.get("/v2/resource?status=idle"))) == early,
               boost::test_tools::per_element());
    const auto pending = parse(test.get("/v2/resource?status=pending&perPage=2&page=2"));
    BOOST_TEST(info_of(pending) == R"({"currentPage":2,"perPage":2,"lastPage":2,"total":3})");
    BOOST_TEST(ids_of(pending) == std::vector<std::string>{late[2]}, boost::test_tools::per_element());
    BOOST_TEST(ids_of(parse(test.get("/v2/resource?status=composing"))).empty());
    BOOST_TEST(ids_of(parse(test.get("/v2/resource?page=1"))).size() == 5u);
}

BOOST_AUTO_TEST_CASE(released_units_are_listed_until_they_are_forgotten)
{
    auto wanted = options();
    wanted.released_kept = 1;
    player test(wanted);
    const auto first = test.idle_unit();
    const auto second = test.idle_unit();
    test.post("/v2/resource/release", R"({"ids":[")" + first + "\"]}");
    BOOST_TEST(ids_of(parse(test.get("/v2/resource?status=released"))) == std::vector<std::string>{first},
               boost::test_tools::per_element());
    BOOST_TEST(test.status_of(first) == "released");
    test.post("/v2/resource/release", R"({"ids":[")" + second + "\"]}");
    BOOST_TEST(ids_of(parse(test.get("/v2/resource?status=released"))) == std::vector<std::string>{second},
               boost::test_tools::per_element());
    BOOST_TEST(test.get("/v2/resource/" + first).status == 404u);
    BOOST_TEST(test.service.counts().resources_released == 2u);
}

BOOST_AUTO_TEST_CASE(a_per_page_beyond_the_limit_is_cut)
{
    auto wanted = options();
    wanted.max_per_page = 10;
    player test(wanted);
    test.acquire(25);
    const auto page = parse(test.get("/v2/resource?perPage=1000"));
    BOOST_TEST(info_of(page) == R"({"currentPage":1,"perPage":10,"lastPage":3,"total":25})");
    BOOST_TEST(ids_of(page).size() == 10u);
}

BOOST_AUTO_TEST_CASE(a_wrong_parameter_is_400_and_named)
{
    player test;
    const auto refused = [&test](const std::string& query) {
        const auto answer = test.get("/v2/resource?" + query);
        BOOST_TEST(answer.status == 400u);
        return message_of(answer);
    };
    for (const char* const value : {"", "0", "-1", "x", "1x", "99999999999999999999"}) {
        BOOST_TEST(refused("page=" + std::string(value)) == "page must be a whole number from 1");
        BOOST_TEST(refused("perPage=" + std::string(value)) == "perPage must be a whole number from 1");
    }
    BOOST_TEST(refused("status=busy") == "status must be one of pending, idle, composing, released");
}

BOOST_AUTO_TEST_CASE(parameters_may_be_percent_encoded_or_unknown)
{
    player test;
    test.acquire(3);
    BOOST_TEST(ids_of(parse(test.get("/v2/resource?x&per%50age=%32&y=1"))).size() == 2u);
}

BOOST_AUTO_TEST_CASE(numbers_can_be_strings)
{
    auto wanted = options();
    wanted.numbers = emulator::number_shape::strings;
    player test(wanted);
    test.acquire(1);
    BOOST_TEST(info_of(parse(test.get("/v2/resource"))) ==
               R"({"currentPage":"1","perPage":"20","lastPage":"1","total":"1"})");
}

BOOST_AUTO_TEST_SUITE_END()
