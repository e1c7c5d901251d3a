// Reading a listing that has no snapshot.
#include "lease/sweep.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace leasing = videosdk::leasing;
using videosdk::resource;
using videosdk::resource_page;
using videosdk::resource_status;

namespace {

resource_page page(const std::vector<std::string>& ids, std::uint64_t total, std::uint64_t last = 1)
{
    resource_page out;
    out.total = total;
    out.last_page = last;
    for (const std::string& id : ids) {
        out.resources.emplace_back().id = id;
    }
    return out;
}

std::string asks(const leasing::sweep& which)
{
    const auto next = which.next();
    return next ? std::string(to_string(*next->status)) + ' ' + std::to_string(next->page) : "nothing";
}

} // namespace

BOOST_AUTO_TEST_SUITE(sweeping)

BOOST_AUTO_TEST_CASE(statuses_are_read_in_the_order_in_which_units_pass_them)
{
    leasing::sweep s({});
    BOOST_CHECK_EQUAL(asks(s), "pending 1");
    s.on_page(page({"a", "b"}, 3, 2));
    BOOST_CHECK_EQUAL(asks(s), "pending 2");
    s.on_page(page({"c"}, 3, 2));
    BOOST_CHECK_EQUAL(asks(s), "idle 1");
    s.on_page(page({"d"}, 1));
    BOOST_CHECK_EQUAL(asks(s), "composing 1");
    s.on_page(page({}, 0, 0));
    BOOST_CHECK_EQUAL(asks(s), "nothing");
    BOOST_CHECK(s.complete());
    BOOST_CHECK_EQUAL(s.units().size(), 4U);
    BOOST_CHECK_EQUAL(s.pages(), 4U);
}

BOOST_AUTO_TEST_CASE(a_unit_that_moves_on_is_seen_once_as_it_was_last)
{
    leasing::sweep s({});
    auto first = page({"a"}, 1);
    first.resources[0].status = resource_status::pending;
    auto second = page({"a"}, 1);
    second.resources[0].status = resource_status::idle;
    s.on_page(first);
    s.on_page(second);
    s.on_page(page({}, 0));
    BOOST_CHECK(s.complete());
    BOOST_REQUIRE_EQUAL(s.units().size(), 1U);
    BOOST_CHECK(s.units()[0].status == resource_status::idle);
}

BOOST_AUTO_TEST_CASE(pages_that_shift_are_read_anew_three_times_at_most)
{
    leasing::sweep s({});
    for (int i = 0; i < 3; ++i) {
        BOOST_CHECK_EQUAL(asks(s), "pending 1");
        s.on_page(page({"a", "b"}, 4, 2));
        s.on_page(page({"b", "c"}, 4, 2)); // one unit went, and with it the place of another
    }
    BOOST_CHECK_EQUAL(asks(s), "nothing");
    BOOST_CHECK(!s.complete());
    BOOST_CHECK_EQUAL(s.units().size(), 3U); // what was seen is there all the same
}

BOOST_AUTO_TEST_CASE(a_total_that_changes_makes_a_listing_incomplete)
{
    leasing::sweep s({});
    s.on_page(page({"a"}, 2, 2));
    s.on_page(page({"b"}, 3, 2));
    BOOST_CHECK_EQUAL(asks(s), "pending 1");
    s.on_page(page({"a"}, 2, 2));
    s.on_page(page({"b"}, 2, 2));
    BOOST_CHECK_EQUAL(asks(s), "idle 1");
}

BOOST_AUTO_TEST_CASE(a_sweep_tells_whether_each_status_stood_on_one_page)
{
    leasing::sweep one({});
    for (int i = 0; i != 3; ++i) {
        BOOST_CHECK(one.unpaged());
        one.on_page(page({"a", "b"}, 2));
    }
    BOOST_CHECK(one.complete() && one.unpaged());
    leasing::sweep several({});
    several.on_page(page({"a"}, 2, 2));
    several.on_page(page({"b"}, 2, 2));
    several.on_page(page({}, 0));
    several.on_page(page({}, 0));
    BOOST_CHECK(several.complete() && !several.unpaged());
    leasing::sweep larger({}); // on one page at last
    larger.on_page(page({"a"}, 2, 2));
    larger.on_page(page({"b"}, 3, 2));
    larger.on_page(page({"a", "b", "c"}, 3));
    larger.on_page(page({}, 0));
    larger.on_page(page({}, 0));
    BOOST_CHECK(larger.complete() && larger.unpaged());
}

BOOST_AUTO_TEST_CASE(a_page_that_fails_ends_the_sweep)
{
    leasing::sweep s({});
    s.on_page(page({"a"}, 1));
    s.on_page(videosdk::error(make_error_code(videosdk::errc::connection_lost)));
    BOOST_CHECK_EQUAL(asks(s), "nothing");
    BOOST_CHECK(!s.complete());
    BOOST_CHECK(s.failure()->code() == videosdk::errc::connection_lost);
    BOOST_CHECK_EQUAL(s.units().size(), 1U);
}

BOOST_AUTO_TEST_CASE(a_listing_that_repeats_a_page_does_not_go_on_for_ever)
{
    leasing::sweep s({});
    int pages = 0;
    while (s.next()) {
        s.on_page(page({"a", "b"}, 200, 0));
        BOOST_REQUIRE_LT(++pages, 100);
    }
    BOOST_CHECK(!s.complete());
}

BOOST_AUTO_TEST_CASE(where_pages_shift_all_is_asked_for_on_one_page)
{
    std::vector<std::string> all;
    for (int i = 0; i != 120; ++i) {
        all.push_back(std::to_string(i));
    }
    const std::vector<std::string> most(all.begin(), all.begin() + 100);
    leasing::sweep s({});
    BOOST_CHECK_EQUAL(s.next()->per_page, 100U);
    s.on_page(page(most, 120, 2));
    s.on_page(page({"100"}, 119, 2));
    BOOST_CHECK_EQUAL(asks(s), "pending 1");
    BOOST_CHECK_EQUAL(s.next()->per_page, 150U); // room for some more
    s.on_page(page(all, 120));
    BOOST_CHECK_EQUAL(asks(s), "idle 1");
    s.on_page(page({}, 0));
    s.on_page(page({}, 0));
    BOOST_CHECK(s.complete());
}

BOOST_AUTO_TEST_CASE(a_larger_page_that_is_refused_is_not_asked_for_again)
{
    std::vector<std::string> most;
    for (int i = 0; i != 100; ++i) {
        most.push_back(std::to_string(i));
    }
    leasing::sweep s({});
    s.on_page(page(most, 120, 2));
    s.on_page(page({}, 119, 2));
    BOOST_CHECK_EQUAL(s.next()->per_page, 150U);
    s.on_page(videosdk::error(make_error_code(videosdk::errc::bad_request), {}));
    BOOST_CHECK(!s.failure());
    BOOST_CHECK_EQUAL(s.next()->per_page, 100U);
    s.on_page(page(most, 120, 2));
    s.on_page(page({}, 119, 2));
    BOOST_CHECK_EQUAL(s.next()->per_page, 100U);
    s.on_page(videosdk::error(make_error_code(videosdk::errc::bad_request), {}));
    BOOST_CHECK(s.failure().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
