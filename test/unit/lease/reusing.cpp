// Units that come back and are used again, where their kind is kept warm.
#include "warm_book.hpp"

using namespace lease_tests;

BOOST_AUTO_TEST_SUITE(reusing)

BOOST_AUTO_TEST_CASE(a_unit_that_comes_back_idle_is_kept_where_the_stock_lacks_one)
{
    warm_book b;
    b.keep_one();
    b.want();
    b.lose(3, effect::none, errc::rate_limited); // none behind it
    BOOST_CHECK_EQUAL(b.said(), "grant 2: w; post 3 x1");
    b.give_back("w");
    BOOST_CHECK_EQUAL(b.said(), "get w");
    b.got(b.idle("w", 2));
    BOOST_CHECK_EQUAL(b.said(), "w is released"); // for its lease
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
    BOOST_CHECK_EQUAL(b.ledger.counts().reused, 1U);
    b.pass(1s);
    BOOST_CHECK_EQUAL(b.said(), ""); // nothing is lacking any more
    b.want();
    BOOST_CHECK_EQUAL(b.said(), "grant 3: w; post 4 x1");
}

BOOST_AUTO_TEST_CASE(a_unit_that_comes_back_idle_goes_to_who_waits)
{
    warm_book b(1);
    b.keep_one();
    b.want();
    b.give_back("w");
    BOOST_CHECK_EQUAL(b.said(), "grant 2: w; get w");
    b.want();
    BOOST_CHECK_EQUAL(b.said(), "");
    b.got(b.idle("w", 2));
    BOOST_CHECK_EQUAL(b.said(), "w is released; grant 3: w");
    BOOST_CHECK_EQUAL(b.ledger.counts().attempts, 2U);
}

BOOST_AUTO_TEST_CASE(where_the_stock_is_full_it_is_released)
{
    warm_book b;
    b.keep_one();
    b.want();
    b.answer(3, {b.idle("x", 3)});
    b.give_back("w");
    b.said();
    b.got(b.idle("w", 2));
    BOOST_CHECK_EQUAL(b.said(), "release w");
}

BOOST_AUTO_TEST_CASE(while_it_is_not_known_whether_one_comes_back_idle_soon_none_is_acquired_for_it)
{
    warm_book b(2);
    b.want();
    b.answer(2, {b.unit("a", resource_status::pending, 2)});
    b.give_back("a");
    BOOST_CHECK_EQUAL(b.said(), "post 2 x1; grant 2: a; get a");
    b.keep(1); // the one on its way was given back before there was a stock
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
    b.answer(3, {b.idle("b", 3)});
    b.want();
    b.give_back("b");
    BOOST_CHECK_EQUAL(b.said(), "grant 3: b; get b");
    b.got(b.unit("b", resource_status::composing, 3)); // it will take its time
    BOOST_CHECK_EQUAL(b.said(), "");
    b.got(b.idle("a", 2));
    BOOST_CHECK_EQUAL(b.said(), "a is released");
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
}

BOOST_AUTO_TEST_CASE(what_was_acquired_is_kept_although_another_may_come_back)
{
    warm_book b;
    b.keep_one();
    b.want();
    b.give_back("w"); // while one for the stock is in the air
    b.answer(3, {b.idle("x", 3)});
    BOOST_CHECK_EQUAL(b.said(), "grant 2: w; post 3 x1; get w");
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
    BOOST_CHECK_EQUAL(b.ledger.counts().surplus, 0U);
    b.got(b.idle("w", 2));
    BOOST_CHECK_EQUAL(b.said(), "release w");
}

BOOST_AUTO_TEST_CASE(against_its_holders_word_it_is_not_kept)
{
    warm_book b;
    b.keep_one();
    b.want();
    b.lose(3, effect::none, errc::rate_limited);
    b.give_back("w", false);
    b.said();
    b.got(b.idle("w", 2));
    BOOST_CHECK_EQUAL(b.said(), "release w");
}

BOOST_AUTO_TEST_CASE(once_a_release_was_begun_it_is_never_handed_out_again)
{
    warm_book b;
    b.keep_one();
    b.want();
    b.answer(3, {b.idle("x", 3)});
    b.give_back("w");
    b.got(b.idle("w", 2)); // the stock is full
    b.said();
    b.want(); // and now it is not
    b.lose(4, effect::none, errc::rate_limited);
    b.released("w", leasing::release_result_kind::unknown);
    BOOST_CHECK_EQUAL(b.said(), "grant 3: x; post 4 x1");
    b.pass(1s);
    BOOST_CHECK_EQUAL(b.said(), "get w; post 5 x1");
    b.got(b.idle("w", 2));
    BOOST_CHECK_EQUAL(b.said(), "release w");
}

BOOST_AUTO_TEST_CASE(a_unit_is_kept_only_after_what_was_started_in_it_was_seen_to_run_and_to_end)
{
    warm_book b;
    b.keep_one();
    b.want();
    b.lose(3, effect::none, errc::rate_limited);
    BOOST_REQUIRE(b.ledger.begin_start("w", "room", videosdk::resource_type::recording));
    b.ledger.end_start("w", "c1");
    b.give_back("w");
    b.said();
    resource busy = b.unit("w", resource_status::composing, 2);
    busy.composer_ids = {"c1"};
    b.got(busy);
    BOOST_CHECK_EQUAL(b.said(), "end c1 in w");
    b.ledger.ended("w", "c1");
    b.pass(1s);
    BOOST_CHECK_EQUAL(b.said(), "get w; post 4 x1");
    b.lose(4, effect::none, errc::rate_limited);
    b.got(b.idle("w", 2));
    BOOST_CHECK_EQUAL(b.said(), "w is released");
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
}

BOOST_AUTO_TEST_CASE(an_idle_unit_that_was_not_seen_at_work_may_be_shown_as_of_before_its_start)
{
    warm_book b;
    b.keep_one();
    b.want();
    b.lose(3, effect::none, errc::rate_limited);
    BOOST_REQUIRE(b.ledger.begin_start("w", "room", videosdk::resource_type::recording));
    b.ledger.end_start("w", "c1");
    b.give_back("w");
    b.said();
    b.got(b.idle("w", 2));
    BOOST_CHECK_EQUAL(b.said(), "release w"); // which the provider refuses where it composes
}

BOOST_AUTO_TEST_CASE(a_unit_whose_start_is_in_doubt_is_not_kept)
{
    warm_book b;
    b.keep_one();
    b.want();
    b.lose(3, effect::none, errc::rate_limited);
    BOOST_REQUIRE(b.ledger.begin_start("w", "room", videosdk::resource_type::recording));
    b.give_back("w");
    b.said();
    b.got(b.idle("w", 2));
    BOOST_CHECK_EQUAL(b.said(), "release w");
}

BOOST_AUTO_TEST_CASE(a_unit_whose_start_is_still_followed_is_not_kept)
{
    warm_book b;
    b.keep_one();
    b.want();
    b.lose(3, effect::none, errc::rate_limited);
    BOOST_REQUIRE(b.ledger.begin_start("w", "room", videosdk::resource_type::recording));
    b.give_back("w");
    resource busy = b.unit("w", resource_status::composing, 2);
    busy.composer_ids = {"c1"}; // what the start brought: it is ended, and its caller does not know yet
    b.got(busy);
    b.ledger.ended("w", "c1");
    b.said();
    b.got(b.idle("w", 2));
    BOOST_CHECK_EQUAL(b.said(), "release w");
}

BOOST_AUTO_TEST_CASE(a_unit_kept_again_has_no_memory_of_what_its_last_lease_started)
{
    warm_book b;
    b.keep_one();
    b.want();
    b.lose(3, effect::none, errc::rate_limited);
    BOOST_REQUIRE(b.ledger.begin_start("w", "room", videosdk::resource_type::recording));
    b.ledger.end_start("w", "c1");
    b.ledger.stopped("w", "c1");
    b.give_back("w");
    resource shown = b.idle("w", 2);
    shown.composer_ids = {"c1", "by others"};
    b.got(shown);
    b.want();
    const auto known = b.ledger.begin_start("w", "room", videosdk::resource_type::recording);
    BOOST_REQUIRE(known.has_value());
    BOOST_CHECK_EQUAL(known->size(), 2U); // ids that are no sign of a new start
}

BOOST_AUTO_TEST_CASE(a_unit_that_comes_back_does_not_overtake_who_waits_for_room)
{
    warm_book b(1);
    b.keep(1);
    b.answer(2, {b.idle("w", 2)});
    b.want();
    b.give_back("w");
    b.said();
    b.ledger.want(hls, 1, b.now + 90s, when_unknown::top_up, b.now); // 3
    b.want();                                                        // 4, of the unit's kind
    b.got(b.idle("w", 2));
    BOOST_CHECK_EQUAL(b.said(), "release w");
    b.released("w");
    BOOST_CHECK_EQUAL(b.said(), "w is released; post 3 x1"); // for the elder
}

BOOST_AUTO_TEST_SUITE_END()
