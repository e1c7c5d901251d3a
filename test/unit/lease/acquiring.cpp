// Acquires whose attempts are answered: who gets what, and what proves the echo.
#include "book.hpp"

using namespace lease_tests;

BOOST_AUTO_TEST_SUITE(acquiring)

BOOST_AUTO_TEST_CASE(the_first_answer_is_granted_at_once_and_one_get_proves_the_echo)
{
    book b;
    BOOST_CHECK_EQUAL(b.want(), 1U);
    BOOST_CHECK_EQUAL(b.said(), "post 1 x1");
    b.answer(1, {b.unit("a", resource_status::pending, 1)});
    BOOST_CHECK_EQUAL(b.said(), "get a; grant 1: a");
    BOOST_CHECK_EQUAL(b.ledger.counts().echo, videosdk::echo_state::unproven);
    b.got(b.unit("a", resource_status::pending, 1));
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK_EQUAL(b.ledger.counts().echo, videosdk::echo_state::proven);
    b.want();
    b.answer(2, {b.unit("b", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(b.said(), "post 2 x1; grant 2: b");
}

BOOST_AUTO_TEST_CASE(the_echo_is_absent_for_good_when_an_answer_or_the_get_lacks_the_token)
{
    book by_answer;
    by_answer.want();
    by_answer.answer(1, {book::bearing("a", resource_status::pending, "https://hooks/")});
    BOOST_CHECK_EQUAL(by_answer.said(), "post 1 x1; grant 1: a");
    BOOST_CHECK_EQUAL(by_answer.ledger.counts().echo, videosdk::echo_state::absent);
    by_answer.want();
    by_answer.answer(2, {by_answer.unit("b", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(by_answer.ledger.counts().echo, videosdk::echo_state::absent);

    book by_get;
    by_get.want();
    by_get.answer(1, {by_get.unit("a", resource_status::pending, 1)});
    by_get.got(book::bearing("a", resource_status::pending, ""));
    BOOST_CHECK_EQUAL(by_get.ledger.counts().echo, videosdk::echo_state::absent);

    book later;
    later.prove_echo();
    later.want();
    later.answer(2, {book::bearing("b", resource_status::pending, "")});
    BOOST_CHECK_EQUAL(later.ledger.counts().echo, videosdk::echo_state::absent);
}

BOOST_AUTO_TEST_CASE(a_get_that_fails_proves_nothing_and_the_next_answer_is_asked_about)
{
    book b;
    b.want();
    b.answer(1, {b.unit("a", resource_status::pending, 1)});
    b.not_got("a");
    BOOST_CHECK_EQUAL(b.ledger.counts().echo, videosdk::echo_state::unproven);
    b.said();
    b.want();
    b.answer(2, {b.unit("b", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(b.said(), "post 2 x1; get b; grant 2: b");
}

BOOST_AUTO_TEST_CASE(a_call_without_effect_ends_the_claim_with_its_error)
{
    book b;
    b.want();
    b.lose(1, effect::none, errc::rate_limited);
    BOOST_CHECK_EQUAL(b.said(), "post 1 x1; fail 1: rate_limited");
    BOOST_CHECK(b.ledger.at_rest());
}

BOOST_AUTO_TEST_CASE(several_units_are_granted_together)
{
    book b;
    b.prove_echo();
    b.want(3);
    BOOST_CHECK_EQUAL(b.said(), "post 2 x3");
    b.answer(2, {b.unit("a", resource_status::pending, 2), b.unit("b", resource_status::pending, 2),
                 b.unit("c", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a b c");
    BOOST_CHECK_EQUAL(b.ledger.counts().held, 3U);
}

BOOST_AUTO_TEST_CASE(a_short_answer_is_topped_up_under_a_fresh_token)
{
    book b;
    b.prove_echo();
    b.want(3);
    b.answer(2, {b.unit("a", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(b.said(), "post 2 x3; post 3 x2");
    BOOST_CHECK_EQUAL(b.minted, 3U);
    b.answer(3, {b.unit("b", resource_status::pending, 3), b.unit("c", resource_status::pending, 3)});
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a b c");
}

BOOST_AUTO_TEST_CASE(attempts_are_limited_and_what_came_is_given_back)
{
    book b;
    b.prove_echo();
    b.want(2);
    b.answer(2, {b.unit("a", resource_status::pending, 2)});
    b.answer(3, {});
    b.answer(4, {});
    BOOST_CHECK_EQUAL(b.said(), "post 2 x2; post 3 x1; post 4 x1; fail 2: short_grant; get a");
    b.got(b.unit("a", resource_status::idle, 2));
    b.ledger.released("a", leasing::release_result_kind::done, b.now);
    BOOST_CHECK_EQUAL(b.said(), "release a; a is released");
    BOOST_CHECK(b.ledger.at_rest());
}

BOOST_AUTO_TEST_CASE(more_units_than_were_asked_for_are_given_back)
{
    book b;
    b.prove_echo();
    b.want();
    b.answer(2, {b.unit("a", resource_status::pending, 2), b.unit("b", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(b.said(), "post 2 x1; grant 2: a; get b");
    BOOST_CHECK_EQUAL(b.ledger.counts().surplus, 1U);
}

BOOST_AUTO_TEST_CASE(an_event_that_is_faster_than_the_answer_brings_the_unit_once)
{
    book b;
    b.prove_echo();
    b.want();
    b.hear(videosdk::event_type::resource_acquired, "a", 2);
    BOOST_CHECK_EQUAL(b.said(), "post 2 x1; get a");
    b.got(b.unit("a", resource_status::idle, 2));
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a");
    b.answer(2, {b.unit("a", resource_status::idle, 2)});
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK_EQUAL(b.ledger.counts().held, 1U);
}

BOOST_AUTO_TEST_CASE(a_unit_that_was_given_back_before_its_answer_came_is_not_granted_again)
{
    book b;
    b.prove_echo();
    b.want();
    b.hear(videosdk::event_type::resource_acquired, "a", 2);
    b.got(b.unit("a", resource_status::idle, 2));
    b.ledger.give_back("a", true, b.now);
    b.got(b.unit("a", resource_status::idle, 2));
    b.ledger.released("a", leasing::release_result_kind::done, b.now);
    b.pass(31s); // it is forgotten as a unit
    b.said();
    b.answer(2, {b.unit("a", resource_status::idle, 2)});
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK(b.ledger.at_rest());
}

BOOST_AUTO_TEST_CASE(a_claim_that_is_cancelled_leaves_its_unit_to_the_next_in_line)
{
    book b;
    b.prove_echo();
    const auto first = b.want();
    b.want();
    b.ledger.forget(first, b.now);
    b.answer(2, {b.unit("a", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(b.said(), "post 2 x1; post 3 x1; grant 3: a");
    b.answer(3, {b.unit("b", resource_status::pending, 3)});
    BOOST_CHECK_EQUAL(b.said(), "get b"); // nobody wants it any more
}

BOOST_AUTO_TEST_CASE(an_attempt_that_nobody_waits_for_is_withdrawn)
{
    book b;
    b.prove_echo();
    const auto first = b.want();
    b.said();
    b.withdrawn = 0;
    b.ledger.forget(first, b.now);
    b.said();
    BOOST_CHECK_EQUAL(b.withdrawn, 2U);
    leasing::post_result nothing;
    nothing.effect = effect::none;
    b.ledger.posted(2, nothing, b.now);
    BOOST_CHECK(b.ledger.at_rest());
}

BOOST_AUTO_TEST_CASE(units_of_another_kind_are_not_dealt_to_a_claim)
{
    book b;
    b.prove_echo();
    const auto first = b.want();
    leasing::unit_kind hls;
    hls.type = videosdk::resource_type::hls;
    b.ledger.want(hls, 1, b.now + 90s, when_unknown::top_up, b.now);
    b.ledger.forget(first, b.now);
    b.answer(2, {b.unit("a", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(b.said(), "post 2 x1; post 3 x1; get a");
}

BOOST_AUTO_TEST_CASE(the_deadline_ends_the_claim_and_not_what_it_began)
{
    book b;
    b.prove_echo();
    b.want(1, 10s);
    b.pass(10s);
    BOOST_CHECK_EQUAL(b.said(), "post 2 x1; fail 2: wait_timeout");
    b.answer(2, {b.unit("a", resource_status::idle, 2)});
    b.got(b.unit("a", resource_status::idle, 2));
    b.ledger.released("a", leasing::release_result_kind::done, b.now);
    BOOST_CHECK_EQUAL(b.said(), "get a; release a; a is released");
    BOOST_CHECK(b.ledger.at_rest());
}

BOOST_AUTO_TEST_SUITE_END()
