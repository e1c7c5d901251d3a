// Attempts of unknown effect: presence, absence, and what is never guessed.
#include "book.hpp"

using namespace lease_tests;

namespace {

/// An attempt, the second, was lost; the sweep that looks for it is under way.
struct in_doubt : book {
    explicit in_doubt(std::uint32_t units = 1, std::chrono::nanoseconds timeout = 10min)
    {
        prove_echo();
        want(units, timeout);
        lose(2);
        pass(0s);
        BOOST_REQUIRE_EQUAL(said(), "post 2 x" + std::to_string(units) + "; sweep");
    }
};

const resource foreign_x = book::bearing("x", resource_status::idle, "https://somebody.else/");
const resource foreign_y = book::bearing("y", resource_status::idle, "https://somebody.else/");

} // namespace

BOOST_AUTO_TEST_SUITE(doubt)

BOOST_AUTO_TEST_CASE(before_the_echo_is_proven_an_unknown_effect_is_ambiguous_and_never_topped_up)
{
    book b;
    b.want();
    b.lose(1);
    b.pass(0s);
    BOOST_CHECK_EQUAL(b.said(), "post 1 x1; fail 1: ambiguous; sweep");
    for (int i = 0; i < 20; ++i) {
        b.sweep({});
        b.pass(15s);
    }
    BOOST_CHECK(b.said().find("post") == std::string::npos);
    BOOST_CHECK_EQUAL(b.ledger.counts().in_doubt, 1U);
}

BOOST_AUTO_TEST_CASE(what_an_ambiguous_attempt_brought_is_given_back_when_it_is_seen)
{
    book b;
    b.want();
    b.lose(1);
    b.pass(0s);
    b.said();
    b.sweep({b.unit("a", resource_status::idle, 1)});
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.got(b.unit("a", resource_status::idle, 1));
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.got(b.unit("a", resource_status::idle, 1));
    b.ledger.released("a", leasing::release_result_kind::done, b.now);
    BOOST_CHECK_EQUAL(b.said(), "release a; a is released");
    BOOST_CHECK(b.ledger.at_rest());
}

BOOST_AUTO_TEST_CASE(with_an_absent_echo_an_unknown_effect_is_ambiguous)
{
    book b;
    b.want();
    b.answer(1, {book::bearing("a", resource_status::pending, "")});
    b.want();
    b.lose(2);
    b.pass(1h);
    BOOST_CHECK_EQUAL(b.said(), "post 1 x1; grant 1: a; post 2 x1; fail 2: ambiguous; sweep");
}

BOOST_AUTO_TEST_CASE(who_asks_to_fail_is_not_kept_waiting)
{
    book b;
    b.prove_echo();
    b.want(1, 90s, when_unknown::fail);
    b.lose(2);
    BOOST_CHECK_EQUAL(b.said(), "post 2 x1; fail 2: ambiguous");
    b.pass(0s);
    BOOST_CHECK_EQUAL(b.said(), "sweep"); // for what must be given back
}

BOOST_AUTO_TEST_CASE(a_unit_that_a_sweep_shows_is_asked_about_and_granted)
{
    in_doubt b;
    b.sweep({b.unit("a", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.got(b.unit("a", resource_status::pending, 2));
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a");
    BOOST_CHECK_EQUAL(b.ledger.counts().adopted, 1U);
    BOOST_CHECK_EQUAL(b.ledger.counts().in_doubt, 0U);
}

BOOST_AUTO_TEST_CASE(a_unit_whose_token_stands_in_a_changed_url_is_found)
{
    in_doubt b;
    const std::string url = "http://proxy.example.com:80/x/" + token_of(b.boot, 2) + "/?y=1";
    b.sweep({book::bearing("a", resource_status::pending, url)});
    b.got(book::bearing("a", resource_status::pending, url));
    BOOST_CHECK_EQUAL(b.said(), "get a; grant 2: a");
}

BOOST_AUTO_TEST_CASE(a_listing_alone_makes_nothing_ours)
{
    in_doubt b;
    b.sweep({b.unit("a", resource_status::pending, 2)});
    b.got(book::bearing("a", resource_status::pending, "https://somebody.else/"));
    BOOST_CHECK_EQUAL(b.said(), "get a");
    BOOST_CHECK_EQUAL(b.ledger.counts().held, 0U);
}

BOOST_AUTO_TEST_CASE(two_complete_sweeps_after_the_horizon_prove_absence)
{
    in_doubt b;
    b.sweep({});
    b.pass(30s);
    BOOST_CHECK_EQUAL(b.said(), "sweep");
    b.sweep({});
    b.pass(0s);
    BOOST_CHECK_EQUAL(b.said(), "sweep");
    b.sweep({});
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
    BOOST_CHECK_EQUAL(b.minted, 3U);
    b.answer(3, {b.unit("a", resource_status::pending, 3)});
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a");
}

BOOST_AUTO_TEST_CASE(sweeps_before_the_horizon_prove_nothing)
{
    in_doubt b;
    for (int i = 0; i < 29; ++i) {
        b.sweep({});
        b.now += 1s;
        b.ledger.on_time(b.now);
        BOOST_CHECK(b.said().find("post") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(incomplete_sweeps_prove_nothing)
{
    in_doubt b;
    b.pass(30s);
    for (int i = 0; i < 10; ++i) {
        b.sweep({}, false);
        b.pass(15s);
        BOOST_CHECK_EQUAL(b.said(), "sweep");
    }
}

BOOST_AUTO_TEST_CASE(sweeps_that_disagree_prove_nothing)
{
    in_doubt b(2);
    b.pass(30s);
    b.sweep({});
    b.sweep({b.unit("a", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.got(b.unit("a", resource_status::pending, 2));
    BOOST_CHECK_EQUAL(b.said(), "");
    b.sweep({b.unit("a", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
}

BOOST_AUTO_TEST_CASE(sweeps_in_several_pages_prove_half_as_much)
{
    in_doubt b;
    b.sweep_in_pages({foreign_x, foreign_y}); // too early to count
    b.pass(30s);
    for (int i = 0; i < 3; ++i) {
        BOOST_CHECK_EQUAL(b.said(), "sweep"); // at once
        b.sweep_in_pages({foreign_x, foreign_y});
        b.pass(0s);
    }
    BOOST_CHECK_EQUAL(b.said(), "sweep");
    b.sweep_in_pages({foreign_x, foreign_y});
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
}

BOOST_AUTO_TEST_CASE(two_sweeps_in_pages_are_worth_one_whose_statuses_have_a_page_each)
{
    in_doubt b;
    b.pass(30s);
    b.sweep_in_pages({foreign_x, foreign_y});
    b.sweep({foreign_x, foreign_y});
    b.pass(0s);
    BOOST_CHECK_EQUAL(b.said(), "sweep");
    b.sweep_in_pages({foreign_x, foreign_y});
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
}

BOOST_AUTO_TEST_CASE(a_unit_that_three_sweeps_in_pages_have_missed_is_found_by_the_fourth)
{
    in_doubt b;
    const auto a = b.unit("a", resource_status::idle, 2);
    b.pass(30s);
    for (int i = 0; i < 3; ++i) {
        b.sweep_in_pages({foreign_x, foreign_y});
    }
    BOOST_CHECK_EQUAL(b.said(), "");
    b.sweep_in_pages({foreign_x, a});
    b.got(a);
    BOOST_CHECK_EQUAL(b.said(), "get a; grant 2: a");
}

BOOST_AUTO_TEST_CASE(sweeps_in_pages_that_disagree_begin_anew)
{
    in_doubt b(2);
    const auto a = b.unit("a", resource_status::idle, 2);
    b.pass(30s);
    for (int i = 0; i < 3; ++i) {
        b.sweep_in_pages({foreign_x, foreign_y});
    }
    for (int i = 0; i < 3; ++i) {
        b.sweep_in_pages({foreign_x, a});
        BOOST_CHECK_EQUAL(b.said(), i == 0 ? "get a" : "");
        b.got(a);
    }
    b.sweep_in_pages({foreign_x, a});
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
}

BOOST_AUTO_TEST_CASE(a_unit_that_was_released_between_two_sweeps_is_no_disagreement)
{
    in_doubt b(2);
    const auto a = b.unit("a", resource_status::idle, 2);
    b.pass(30s);
    b.sweep_in_pages({foreign_x, a});
    b.got(a);
    b.sweep_in_pages({foreign_x, a});
    b.sweep_in_pages({foreign_x, a});
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.hear(videosdk::event_type::resource_released, "a", 2);
    BOOST_CHECK_EQUAL(b.said(), "a is lost");
    b.sweep_in_pages({foreign_x, foreign_y});
    BOOST_CHECK_EQUAL(b.said(), "post 3 x2");
}

BOOST_AUTO_TEST_CASE(a_sweep_that_misses_a_unit_that_is_held_disagrees)
{
    in_doubt b(2);
    const auto a = b.unit("a", resource_status::idle, 2);
    b.pass(30s);
    b.sweep({foreign_x, a});
    b.got(a);
    b.sweep({foreign_x});
    b.sweep({foreign_x, a});
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.sweep({foreign_x, a});
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
}

BOOST_AUTO_TEST_CASE(nothing_is_listed_once_more_when_absence_is_proven_and_a_unit_is_still_asked_about)
{
    in_doubt b;
    b.sweep({}); // too early to count
    b.pass(30s);
    BOOST_CHECK_EQUAL(b.said(), "sweep");
    b.sweep({b.unit("a", resource_status::pending, 2)});
    b.pass(0s);
    b.sweep({b.unit("a", resource_status::pending, 2)});
    b.pass(0s);
    BOOST_CHECK_EQUAL(b.said(), "get a; sweep"); // and not a third time at once
}

BOOST_AUTO_TEST_CASE(a_listed_unit_that_was_not_looked_at_yet_keeps_the_attempt_in_doubt)
{
    in_doubt b;
    b.pass(30s);
    b.sweep({b.unit("a", resource_status::pending, 2)});
    b.not_got("a");
    b.sweep({b.unit("a", resource_status::pending, 2)});
    b.not_got("a");
    BOOST_CHECK_EQUAL(b.said(), "get a; get a");
    b.sweep({b.unit("a", resource_status::pending, 2)});
    b.got(b.unit("a", resource_status::pending, 2));
    BOOST_CHECK_EQUAL(b.said(), "get a; grant 2: a");
}

BOOST_AUTO_TEST_CASE(a_unit_that_comes_after_its_absence_was_proven_is_given_back)
{
    in_doubt b;
    b.pass(30s);
    b.sweep({});
    b.sweep({});
    b.answer(3, {b.unit("b", resource_status::pending, 3)});
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1; grant 2: b");
    b.hear(videosdk::event_type::resource_acquired, "late", 2);
    b.got(b.unit("late", resource_status::idle, 2));
    b.got(b.unit("late", resource_status::idle, 2));
    b.ledger.released("late", leasing::release_result_kind::done, b.now);
    BOOST_CHECK_EQUAL(b.said(), "get late; get late; release late; late is released");
    BOOST_CHECK_EQUAL(b.ledger.counts().surplus, 1U);
}

BOOST_AUTO_TEST_CASE(absence_with_no_attempts_left_ends_with_the_last_failure_and_no_effect)
{
    auto rules = book::default_rules();
    rules.attempts = 1;
    book b(rules);
    b.prove_echo();
    b.want(1, 10min);
    b.lose(2);
    b.pass(30s);
    b.sweep({});
    b.sweep({});
    auto actions = b.ledger.take_actions();
    std::erase_if(actions, [](const auto& each) { return each.what == leasing::action::kind::withdraw; });
    BOOST_REQUIRE(!actions.empty());
    BOOST_REQUIRE(actions.back().what == leasing::action::kind::fail);
    BOOST_CHECK(actions.back().why->code() == errc::connection_lost);
    BOOST_CHECK(actions.back().why->effect() == effect::none);
    BOOST_CHECK(b.ledger.at_rest());
}

BOOST_AUTO_TEST_CASE(a_deadline_in_doubt_is_ambiguous_and_reconciling_goes_on)
{
    in_doubt b(1, 5s);
    b.sweep({});
    b.pass(5s);
    BOOST_CHECK_EQUAL(b.said(), "fail 2: ambiguous; sweep");
    b.sweep({b.unit("a", resource_status::idle, 2)});
    b.got(b.unit("a", resource_status::idle, 2));
    b.got(b.unit("a", resource_status::idle, 2));
    b.ledger.released("a", leasing::release_result_kind::done, b.now);
    BOOST_CHECK_EQUAL(b.said(), "get a; get a; release a; a is released");
    BOOST_CHECK(b.ledger.at_rest());
}

BOOST_AUTO_TEST_CASE(units_that_could_be_read_of_a_broken_answer_are_asked_about)
{
    book b;
    b.prove_echo();
    b.want(2);
    b.lose(2, effect::unknown, errc::unexpected_response, {b.unit("a", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(b.said(), "post 2 x2; get a");
    b.got(b.unit("a", resource_status::pending, 2));
    b.hear(videosdk::event_type::resource_acquired, "b", 2);
    b.got(b.unit("b", resource_status::idle, 2));
    BOOST_CHECK_EQUAL(b.said(), "get b; grant 2: a b");
}

BOOST_AUTO_TEST_CASE(one_sweep_serves_every_attempt_that_is_older)
{
    book b;
    b.prove_echo();
    b.want(1, 10min);
    b.want(1, 10min);
    b.lose(2);
    b.pass(0s);
    b.lose(3);
    b.pass(30s);
    BOOST_CHECK_EQUAL(b.said(), "post 2 x1; post 3 x1; sweep");
    b.sweep({});
    b.sweep({});
    BOOST_CHECK_EQUAL(b.said(), "post 4 x1; post 5 x1");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_proven_is_looked_for_more_and_more_rarely)
{
    book b;
    b.want(1, 10min);
    b.lose(1); // nothing has shown yet that the provider repeats webhook URLs
    b.pass(0s);
    b.sweep({});
    b.pass(30s);
    b.sweep({});
    BOOST_CHECK_EQUAL(b.ledger.counts().echo, videosdk::echo_state::unproven);
    for (const auto gap : {1s, 2s, 4s, 8s, 15s, 15s}) {
        BOOST_CHECK(b.wakes_in() == gap);
        b.pass(gap);
        b.sweep({});
    }
}

BOOST_AUTO_TEST_SUITE_END()
