// The spending cap, other boots and foreign units, and the end.
#include "book.hpp"

using namespace lease_tests;

BOOST_AUTO_TEST_SUITE(limits)

BOOST_AUTO_TEST_CASE(beyond_the_cap_an_acquire_fails_at_once)
{
    book b(capped(2));
    b.prove_echo();
    b.want(2);
    b.answer(2, {b.unit("a", resource_status::idle, 2), b.unit("b", resource_status::idle, 2)});
    b.said();
    b.want();
    BOOST_CHECK_EQUAL(b.said(), "fail 3: limit_reached");
}

BOOST_AUTO_TEST_CASE(with_a_unit_on_its_way_back_an_acquire_waits_for_it)
{
    book b(capped(1));
    b.prove_echo();
    b.want();
    b.answer(2, {b.unit("a", resource_status::idle, 2)});
    b.ledger.give_back("a", true, b.now);
    b.said();
    b.want();
    BOOST_CHECK_EQUAL(b.said(), "");
    b.got(b.unit("a", resource_status::idle, 2));
    BOOST_CHECK_EQUAL(b.said(), "release a");
    b.ledger.released("a", leasing::release_result_kind::done, b.now);
    BOOST_CHECK_EQUAL(b.said(), "a is released; post 3 x1");
}

/// Under one token for both, the late unit is taken for the top-up's, which is on its way still.
BOOST_AUTO_TEST_CASE(a_unit_that_comes_too_late_makes_no_room_for_another)
{
    for (const bool fresh_token : {true, false}) {
        auto rules = capped(2);
        rules.safe.fresh_token_for_top_up = fresh_token;
        book b(rules);
        b.prove_echo();
        b.want();
        b.lose(2);
        b.pass(30s);
        b.said();
        b.sweep({});
        b.sweep({});
        BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
        b.hear(videosdk::event_type::resource_acquired, "late", 2);
        b.got(b.unit("late", resource_status::idle, 2));
        b.said();
        b.want();
        BOOST_CHECK_EQUAL(b.said(), fresh_token ? "" : "post 4 x1"); // with `late`, the third of two
    }
}

BOOST_AUTO_TEST_CASE(what_an_attempt_may_have_brought_counts)
{
    book b(capped(1));
    b.prove_echo();
    b.want(1, 5s);
    b.lose(2);
    b.pass(5s);
    b.said();
    b.want(1, 10min);
    BOOST_CHECK_EQUAL(b.said(), ""); // it waits
    b.pass(30s);
    b.sweep({});
    b.sweep({});
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
}

BOOST_AUTO_TEST_CASE(who_waits_for_room_is_served_in_order_and_told_when_there_will_be_none)
{
    book b(capped(2));
    b.prove_echo();
    b.want(2);
    b.want(1);
    b.want(1);
    BOOST_CHECK_EQUAL(b.said(), "post 2 x2");
    b.answer(2, {b.unit("a", resource_status::idle, 2), b.unit("b", resource_status::idle, 2)});
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a b; fail 3: limit_reached; fail 4: limit_reached");
}

BOOST_AUTO_TEST_CASE(units_of_others_and_of_other_boots_are_counted_and_never_asked_about)
{
    book b;
    b.prove_echo();
    const std::string before = a_boot();
    std::string forged = token_of(b.boot, 1);
    char& last = forged.back();
    last = last == 'a' ? 'b' : 'a';
    b.sweep({book::bearing("foreign", resource_status::idle, "https://example.com/"),
             book::bearing("forged", resource_status::idle, "https://hooks/studio/" + forged),
             book::bearing("theirs", resource_status::idle,
                           "https://hooks/other/" + token_of(b.boot, 1, "other")),
             book::bearing("old", resource_status::idle, "https://hooks/studio/" + token_of(before, 1))});
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK_EQUAL(b.ledger.counts().foreign, 3U);
    BOOST_CHECK_EQUAL(b.ledger.counts().other_boots, 1U);
}

BOOST_AUTO_TEST_CASE(a_unit_of_another_boot_becomes_ours_by_an_explicit_word_only)
{
    book b(capped(1));
    const std::string url = "https://hooks/studio/" + token_of(a_boot(), 1);
    const auto unit = b.ledger.adopt(book::bearing("old", resource_status::idle, url), b.now);
    BOOST_REQUIRE(unit.has_value());
    BOOST_CHECK_EQUAL(unit->shown->id, "old");
    const auto again = b.ledger.adopt(book::bearing("old", resource_status::idle, url), b.now);
    BOOST_CHECK(again.error().code() == errc::not_ours);
    const auto more = b.ledger.adopt(book::bearing("older", resource_status::idle, url), b.now);
    BOOST_CHECK(more.error().code() == errc::limit_reached);
    b.ledger.give_back("old", true, b.now);
    b.got(book::bearing("old", resource_status::idle, url));
    b.ledger.released("old", leasing::release_result_kind::done, b.now);
    BOOST_CHECK_EQUAL(b.said(), "get old; release old; old is released");
    const auto foreign = b.ledger.adopt(book::bearing("x", resource_status::idle, "https://x/"), b.now);
    BOOST_CHECK(foreign.error().code() == errc::not_ours);
    const auto gone = b.ledger.adopt(book::bearing("y", resource_status::released, url), b.now);
    BOOST_CHECK(gone.error().code() == errc::status_unreachable);
}

BOOST_AUTO_TEST_CASE(an_adopted_unit_that_somebody_else_released_is_missed_by_the_next_sweep)
{
    book b;
    const std::string url = "https://hooks/studio/" + token_of(a_boot(), 1);
    const auto unit = b.ledger.adopt(book::bearing("old", resource_status::idle, url), b.now);
    BOOST_REQUIRE(unit.has_value());
    b.pass(b.rules.sweep_interval);
    BOOST_CHECK_EQUAL(b.said(), "sweep");
    b.sweep({});
    BOOST_CHECK_EQUAL(b.said(), "get old");
    b.got(book::bearing("old", resource_status::released, url));
    BOOST_CHECK_EQUAL(b.said(), "old is lost");
}

BOOST_AUTO_TEST_CASE(a_unit_of_another_boot_proves_the_echo)
{
    book b(capped(1));
    b.want();
    b.lose(1); // nothing is known of the echo: it counts against the cap
    BOOST_CHECK_EQUAL(b.said(), "post 1 x1; fail 1: ambiguous");
    const std::string url = "https://hooks/studio/" + token_of(a_boot(), 1);
    const auto unit = book::bearing("old", resource_status::idle, url);
    BOOST_CHECK(b.ledger.adopt(unit, b.now).error().code() == errc::limit_reached);
    BOOST_CHECK_EQUAL(b.ledger.counts().echo, videosdk::echo_state::proven);
    b.pass(30s);
    b.sweep({});
    b.sweep({});
    BOOST_CHECK(b.ledger.adopt(unit, b.now).has_value());
}

BOOST_AUTO_TEST_CASE(a_drain_gives_everything_back_and_says_what_is_left)
{
    book b;
    b.prove_echo();
    b.want();
    b.answer(2, {b.unit("a", resource_status::idle, 2)});
    b.want();
    b.want();
    b.lose(3);
    b.said();
    b.ledger.drain(failure(errc::closed, effect::none), b.now);
    BOOST_CHECK_EQUAL(b.said(), "fail 3: closed; fail 4: closed; get a");
    BOOST_CHECK(!b.ledger.at_rest());
    const auto rest = b.ledger.rest();
    BOOST_REQUIRE_EQUAL(rest.ids.size(), 1U);
    BOOST_CHECK_EQUAL(rest.ids[0], "a");
    BOOST_CHECK_EQUAL(rest.tokens.size(), 2U);
    b.got(b.unit("a", resource_status::idle, 2));
    b.ledger.released("a", leasing::release_result_kind::done, b.now);
    b.answer(4, {b.unit("b", resource_status::idle, 4)}); // came too late to be wanted
    b.got(b.unit("b", resource_status::idle, 4));
    b.ledger.released("b", leasing::release_result_kind::done, b.now);
    BOOST_CHECK_EQUAL(b.said(), "release a; a is released; get b; release b; b is released");
    b.pass(30s);
    b.sweep({});
    b.sweep({});
    BOOST_CHECK_EQUAL(b.said(), "sweep");
    BOOST_CHECK(b.ledger.at_rest());
    BOOST_CHECK(b.ledger.rest().empty());
}

BOOST_AUTO_TEST_CASE(while_nothing_is_in_doubt_all_units_are_listed_now_and_then)
{
    book b;
    BOOST_CHECK(b.ledger.next_wake() == leasing::time_point::max()); // it never acquired anything
    b.prove_echo();
    BOOST_CHECK(b.wakes_in() <= 5min);
    b.pass(5min);
    BOOST_CHECK_EQUAL(b.said(), "sweep");
    b.sweep({});
    b.pass(5min);
    BOOST_CHECK_EQUAL(b.said(), "sweep");
}

BOOST_AUTO_TEST_CASE(somebody_elses_units_are_reported_once_each)
{
    auto rules = book::default_rules();
    rules.report_foreign = true;
    book b(rules);
    const auto foreign = [](const std::string& id) {
        return book::bearing(id, resource_status::idle, "https://example.com/");
    };
    b.sweep({foreign("a"), foreign("b")});
    BOOST_CHECK_EQUAL(b.said(), "foreign: a b");
    b.sweep({foreign("a")}, false); // nobody can tell whether b is gone
    b.sweep({foreign("b"), foreign("c")});
    BOOST_CHECK_EQUAL(b.said(), "foreign: c");
    b.sweep({foreign("c"), foreign("a")}); // a was gone, and is another one for all that is known
    BOOST_CHECK_EQUAL(b.said(), "foreign: a");
}

BOOST_AUTO_TEST_SUITE_END()
