// Giving units back: never one that is not ours, never one that is not idle, and never not at all.
#include "book.hpp"

using namespace lease_tests;

namespace {

/// One lease, of unit `a` with token 2.
struct holding_one : book {
    holding_one()
    {
        prove_echo();
        want();
        answer(2, {unit("a", resource_status::pending, 2)});
        said();
    }
};

struct returning_one : holding_one {
    returning_one()
    {
        ledger.give_back("a", true, now);
        BOOST_REQUIRE_EQUAL(said(), "get a");
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(returning)

BOOST_AUTO_TEST_CASE(a_pending_unit_is_released_once_it_is_idle)
{
    returning_one b;
    b.got(b.unit("a", resource_status::pending, 2));
    BOOST_CHECK_EQUAL(b.said(), "");
    b.pass(1s);
    b.got(b.unit("a", resource_status::pending, 2));
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.hear(videosdk::event_type::resource_acquired, "a", 2);
    b.got(b.unit("a", resource_status::idle, 2));
    b.ledger.released("a", leasing::release_result_kind::done, b.now);
    BOOST_CHECK_EQUAL(b.said(), "get a; release a; a is released");
    BOOST_CHECK(b.ledger.at_rest());
}

BOOST_AUTO_TEST_CASE(a_composing_unit_is_released_once_it_is_idle_again)
{
    returning_one b;
    b.got(b.unit("a", resource_status::composing, 2));
    b.pass(1s);
    b.got(b.unit("a", resource_status::idle, 2));
    BOOST_CHECK_EQUAL(b.said(), "get a; release a");
}

BOOST_AUTO_TEST_CASE(what_a_unit_was_before_its_lease_ended_does_not_count)
{
    holding_one b;
    b.now += 1s;
    b.sweep({}); // it is listed nowhere, and so asked about
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.ledger.give_back("a", true, b.now);
    b.got(b.unit("a", resource_status::idle, 2)); // perhaps as it was when it did not compose yet
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.got(b.unit("a", resource_status::composing, 2));
    BOOST_CHECK_EQUAL(b.said(), "");
    b.pass(1s);
    b.got(b.unit("a", resource_status::idle, 2));
    BOOST_CHECK_EQUAL(b.said(), "get a; release a");
}

BOOST_AUTO_TEST_CASE(a_unit_that_bears_somebody_elses_token_is_left_alone)
{
    const std::string other = token_of(a_boot(), 9);
    returning_one b;
    b.got(book::bearing("a", resource_status::idle, "https://hooks/studio/" + other));
    BOOST_CHECK_EQUAL(b.said(), "a is lost");
}

BOOST_AUTO_TEST_CASE(a_unit_of_our_own_answer_is_given_back_though_nothing_is_echoed)
{
    book b;
    b.want();
    b.answer(1, {book::bearing("a", resource_status::pending, "")});
    b.said();
    b.ledger.give_back("a", true, b.now);
    b.got(book::bearing("a", resource_status::idle, ""));
    BOOST_CHECK_EQUAL(b.said(), "get a; release a");
}

BOOST_AUTO_TEST_CASE(a_release_that_failed_or_whose_answer_was_lost_is_checked_and_repeated)
{
    using how = leasing::release_result_kind;
    for (const how each : {how::refused, how::not_sent, how::unknown}) {
        returning_one b;
        b.got(b.unit("a", resource_status::idle, 2));
        b.ledger.released("a", each, b.now);
        BOOST_CHECK_EQUAL(b.said(), "release a");
        b.pass(1s);
        b.got(b.unit("a", resource_status::idle, 2));
        BOOST_CHECK_EQUAL(b.said(), "get a; release a");
        b.ledger.released("a", each, b.now);
        b.pass(2s);
        b.got(b.unit("a", resource_status::released, 2));
        BOOST_CHECK_EQUAL(b.said(), "get a; a is released");
    }
}

BOOST_AUTO_TEST_CASE(pauses_between_tries_grow_up_to_a_quarter_of_a_minute)
{
    returning_one b;
    std::chrono::nanoseconds longest = 0s;
    for (int i = 0; i < 20; ++i) {
        b.not_got("a");
        const auto before = b.now;
        std::string said;
        while (said.find("get a") == std::string::npos) { // it also wakes for other reasons
            b.pass(b.wakes_in());
            said = b.said();
        }
        BOOST_CHECK(b.now - before >= longest);
        longest = b.now - before;
    }
    BOOST_CHECK(longest == 15s);
}

BOOST_AUTO_TEST_CASE(a_fresh_unit_that_is_not_known_everywhere_yet_is_not_taken_for_gone)
{
    returning_one b;
    b.not_got("a", errc::not_found);
    BOOST_CHECK_EQUAL(b.said(), "");
    b.pass(30s);
    b.not_got("a", errc::not_found);
    BOOST_CHECK_EQUAL(b.said(), "get a; a is released");
}

BOOST_AUTO_TEST_CASE(an_event_tells_that_a_returning_unit_is_released)
{
    returning_one b;
    b.got(b.unit("a", resource_status::idle, 2));
    b.hear(videosdk::event_type::resource_released, "a", 2);
    BOOST_CHECK_EQUAL(b.said(), "release a; a is released");
    b.ledger.released("a", leasing::release_result_kind::unknown, b.now);
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK(b.ledger.at_rest());
}

BOOST_AUTO_TEST_CASE(a_listing_that_is_behind_brings_no_released_unit_back)
{
    returning_one b;
    b.got(b.unit("a", resource_status::idle, 2));
    b.ledger.released("a", leasing::release_result_kind::done, b.now);
    b.said();
    for (int i = 0; i < 5; ++i) {
        b.pass(20s); // each sighting keeps it in mind for another horizon
        b.sweep({b.unit("a", resource_status::idle, 2)});
    }
    BOOST_CHECK_EQUAL(b.said(), "");
    b.pass(31s);
    b.sweep({b.unit("a", resource_status::idle, 2)}); // so it was not released after all
    b.got(b.unit("a", resource_status::idle, 2));
    b.got(b.unit("a", resource_status::idle, 2));
    BOOST_CHECK_EQUAL(b.said(), "get a; get a; release a");
}

BOOST_AUTO_TEST_CASE(a_held_unit_that_others_release_is_lost)
{
    holding_one by_event;
    by_event.hear(videosdk::event_type::resource_released, "a", 2);
    BOOST_CHECK_EQUAL(by_event.said(), "a is lost");
    BOOST_CHECK(by_event.ledger.at_rest());

    holding_one by_sweep;
    by_sweep.now += 1s;
    by_sweep.sweep({});
    BOOST_CHECK_EQUAL(by_sweep.said(), "get a");
    by_sweep.got(by_sweep.unit("a", resource_status::released, 2));
    BOOST_CHECK_EQUAL(by_sweep.said(), "a is lost");

    holding_one still_there;
    still_there.now += 1s;
    still_there.sweep({});
    still_there.got(still_there.unit("a", resource_status::idle, 2));
    BOOST_CHECK_EQUAL(still_there.said(), "get a");
}

BOOST_AUTO_TEST_CASE(a_lease_that_is_held_for_long_is_told_once)
{
    auto rules = book::default_rules();
    rules.max_held = 1h;
    book b(rules);
    b.want();
    b.answer(1, {b.unit("a", resource_status::pending, 1)});
    b.got(b.unit("a", resource_status::pending, 1));
    b.said();
    b.pass(59min);
    b.sweep({b.unit("a", resource_status::pending, 1)});
    b.said();
    b.pass(1min);
    BOOST_CHECK_EQUAL(b.said(), "a is overdue");
    b.pass(3h);
    BOOST_CHECK_EQUAL(b.said(), "sweep");
}

BOOST_AUTO_TEST_CASE(where_what_was_found_runs_no_more_another_is_looked_for)
{
    book b;
    b.prove_echo();
    b.want();
    b.answer(2, {b.unit("a", resource_status::idle, 2)});
    BOOST_REQUIRE(b.ledger.begin_start("a", "room", videosdk::resource_type::recording));
    b.ledger.end_start("a", "late", true); // of an earlier start, for all that is known
    b.ledger.give_back("a", true, b.now);
    b.said();
    resource busy = b.unit("a", resource_status::composing, 2);
    busy.composer_ids = {"late", "ours"};
    b.got(busy);
    BOOST_CHECK_EQUAL(b.said(), "end late in a");
    b.ledger.ended("a", "late", false);
    b.pass(1s);
    b.got(busy);
    BOOST_CHECK_EQUAL(b.said(), "get a; end ours in a");
    b.ledger.ended("a", "ours", false); // a word that may be wrong, too
    b.pass(2s);
    b.got(busy);
    BOOST_CHECK_EQUAL(b.said(), "get a; end late in a");
    b.ledger.ended("a", "late", true);
    b.pass(3s);
    b.got(b.unit("a", resource_status::idle, 2));
    BOOST_CHECK_EQUAL(b.said(), "get a; release a");
}

BOOST_AUTO_TEST_SUITE_END()
