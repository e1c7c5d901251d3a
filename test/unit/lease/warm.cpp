// Units kept idle for acquires to come: filled, taken, given back.
#include "warm_book.hpp"

using namespace lease_tests;

BOOST_AUTO_TEST_SUITE(warm)

BOOST_AUTO_TEST_CASE(a_stock_is_acquired_in_one_and_is_warm_once_its_units_are_idle)
{
    warm_book b;
    b.keep(2);
    BOOST_CHECK_EQUAL(b.said(), "post 2 x2");
    BOOST_CHECK_EQUAL(b.ledger.counts().warming, 2U);
    b.answer(2, {b.unit("a", resource_status::pending, 2), b.unit("b", resource_status::pending, 2)});
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK_EQUAL(b.ledger.counts().warming, 2U);
    b.hear(videosdk::event_type::resource_acquired, "a", 2);
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.got(b.idle("a", 2));
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
    BOOST_CHECK_EQUAL(b.ledger.counts().warming, 1U);
    BOOST_CHECK_EQUAL(b.ledger.counts().held, 0U);
    BOOST_CHECK_EQUAL(b.ledger.counts().returning, 0U);
}

BOOST_AUTO_TEST_CASE(without_a_webhook_it_is_looked_at_in_growing_pauses)
{
    warm_book b;
    b.keep(1);
    b.answer(2, {b.unit("a", resource_status::pending, 2)});
    b.said();
    b.pass(5s);
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.got(b.unit("a", resource_status::pending, 2));
    b.pass(5s);
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.not_got("a"); // no answer is no news
    b.pass(5s);
    BOOST_CHECK_EQUAL(b.said(), "");
    b.pass(5s);
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.got(b.idle("a", 2));
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
}

BOOST_AUTO_TEST_CASE(an_acquire_takes_an_idle_unit_without_asking_and_another_is_acquired_behind_it)
{
    warm_book b;
    b.keep_one();
    b.want();
    BOOST_CHECK_EQUAL(b.said(), "grant 2: w; post 3 x1");
    BOOST_CHECK_EQUAL(b.ledger.counts().taken_warm, 1U);
    BOOST_CHECK_EQUAL(b.ledger.counts().held, 1U);
    b.answer(3, {b.idle("x", 3)});
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
    BOOST_CHECK_EQUAL(b.ledger.counts().surplus, 0U);
}

BOOST_AUTO_TEST_CASE(an_acquire_takes_one_that_is_not_idle_yet_where_there_is_no_other)
{
    warm_book b;
    b.keep(2);
    b.answer(2, {b.unit("a", resource_status::pending, 2), b.idle("b", 2)});
    b.said();
    b.want(2);
    BOOST_CHECK_EQUAL(b.said(), "grant 2: b a; post 3 x2");
}

BOOST_AUTO_TEST_CASE(an_acquire_of_more_than_are_warm_asks_for_the_rest)
{
    warm_book b;
    b.keep_one();
    b.want(3);
    BOOST_CHECK_EQUAL(b.said(), "post 3 x2; post 4 x1");
    b.answer(3, {b.idle("x", 3), b.idle("y", 3)});
    BOOST_CHECK_EQUAL(b.said(), "grant 2: w x y");
}

BOOST_AUTO_TEST_CASE(an_acquire_of_another_kind_takes_none)
{
    warm_book b;
    b.keep_one();
    b.ledger.want(hls, 1, b.now + 90s, when_unknown::top_up, b.now);
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
}

BOOST_AUTO_TEST_CASE(what_is_taken_while_the_stock_is_filled_is_asked_for_in_one)
{
    warm_book b;
    b.keep(3);
    b.answer(2, {b.idle("a", 2), b.idle("b", 2), b.idle("c", 2)});
    b.said();
    b.want();
    b.want();
    b.want();
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a; post 3 x1; grant 3: b; grant 4: c");
    b.answer(3, {b.idle("d", 3)});
    BOOST_CHECK_EQUAL(b.said(), "post 4 x2");
}

BOOST_AUTO_TEST_CASE(a_unit_acquired_for_the_stock_goes_to_who_waits_and_the_other_to_the_stock)
{
    warm_book b;
    b.keep(1);
    b.want();
    BOOST_CHECK_EQUAL(b.said(), "post 2 x1; post 3 x1");
    b.answer(2, {b.idle("a", 2)});
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a"); // the acquire's own is for the stock now
    BOOST_CHECK_EQUAL(b.withdrawn, 0U);
    BOOST_CHECK_EQUAL(b.ledger.counts().warming, 1U);
    b.answer(3, {b.idle("b", 3)});
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
}

BOOST_AUTO_TEST_CASE(what_a_cancelled_acquire_has_asked_for_is_for_the_stock_where_that_lacks_it)
{
    warm_book b;
    b.keep_one();
    b.want();
    b.lose(3, effect::none, errc::rate_limited);
    const auto claim = b.want();
    b.said();
    b.ledger.forget(claim, b.now);
    BOOST_CHECK_EQUAL(b.withdrawn, 0U);
    b.pass(1s);
    BOOST_CHECK_EQUAL(b.said(), ""); // it is on its way
    const auto more = b.want();
    BOOST_CHECK_EQUAL(b.said(), "post 5 x1");
    b.ledger.forget(more, b.now);
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK_EQUAL(b.withdrawn, 5U); // that one is too many
}

BOOST_AUTO_TEST_CASE(for_an_acquire_of_another_kind_room_is_made_and_the_stock_is_filled_again_later)
{
    warm_book b(2);
    b.keep(2);
    b.answer(2, {b.idle("a", 2), b.idle("b", 2)});
    b.said();
    b.ledger.want(hls, 1, b.now + 90s, when_unknown::top_up, b.now);
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.pass(1s);
    BOOST_CHECK_EQUAL(b.said(), ""); // one is enough
    b.got(b.idle("a", 2));
    BOOST_CHECK_EQUAL(b.said(), "release a");
    b.released("a");
    BOOST_CHECK_EQUAL(b.said(), "a is released; post 3 x1");
    resource other = b.idle("h", 3);
    other.type = videosdk::resource_type::hls;
    b.answer(3, {other});
    BOOST_CHECK_EQUAL(b.said(), "grant 2: h");
    b.give_back("h");
    b.got(other);
    b.released("h");
    BOOST_CHECK_EQUAL(b.said(), "get h; release h; h is released; post 4 x1");
}

BOOST_AUTO_TEST_CASE(a_unit_that_is_to_be_adopted_finds_room_a_moment_later)
{
    warm_book b(1);
    b.keep_one();
    const std::string url = "https://hooks/studio/" + token_of(a_boot(), 1);
    const auto unit = book::bearing("old", resource_status::idle, url);
    BOOST_CHECK(b.ledger.adopt(unit, b.now).error().code() == errc::limit_reached);
    BOOST_CHECK_EQUAL(b.said(), "get w");
    b.got(b.idle("w", 2));
    b.released("w");
    BOOST_CHECK_EQUAL(b.said(), "release w; w is released"); // and not replaced
    BOOST_CHECK(b.ledger.adopt(unit, b.now).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_acquired_for_others_is_enough_for_the_stock)
{
    warm_book b;
    b.keep_one();
    b.want(3); // one of them from the stock
    BOOST_CHECK_EQUAL(b.said(), "post 3 x2; post 4 x1");
    b.answer(4, {b.idle("x", 4)});
    BOOST_CHECK_EQUAL(b.said(), ""); // it is the acquire's now, of whose two one is left over
    b.answer(3, {b.idle("y", 3), b.idle("z", 3)});
    BOOST_CHECK_EQUAL(b.said(), "grant 2: w x y");
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
}

BOOST_AUTO_TEST_CASE(of_units_that_make_room_and_do_not_get_idle_another_goes)
{
    warm_book b(2);
    b.keep(2);
    b.answer(2, {b.idle("a", 2), b.idle("b", 2)});
    b.ledger.want(hls, 1, b.now + 90s, when_unknown::top_up, b.now);
    b.said();
    b.got(b.unit("a", resource_status::composing, 2)); // by others
    BOOST_CHECK_EQUAL(b.said(), "get b");
}

BOOST_AUTO_TEST_CASE(the_stock_takes_no_room_above_the_cap)
{
    warm_book b(3);
    b.want(2);
    b.answer(2, {b.idle("a", 2), b.idle("b", 2)});
    b.said();
    b.keep(3);
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
}

BOOST_AUTO_TEST_CASE(an_acquire_beyond_the_cap_fails_and_leaves_the_stock_as_it_was)
{
    warm_book b(2);
    b.keep(1);
    b.answer(2, {b.idle("w", 2)});
    b.want();
    b.said();
    b.answer(3, {b.idle("x", 3)});
    b.want(2);
    BOOST_CHECK_EQUAL(b.said(), "fail 3: limit_reached");
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_asked_for_later_and_less_of_it)
{
    warm_book b;
    b.keep(4);
    BOOST_CHECK_EQUAL(b.said(), "post 2 x4");
    b.lose(2, effect::none, errc::rate_limited);
    BOOST_CHECK_EQUAL(b.said(), "");
    b.pass(1s);
    BOOST_CHECK_EQUAL(b.said(), "post 3 x2");
    b.lose(3, effect::none, errc::rate_limited);
    b.pass(1s);
    BOOST_CHECK_EQUAL(b.said(), "");
    b.pass(1s);
    BOOST_CHECK_EQUAL(b.said(), "post 4 x1");
    b.answer(4, {b.idle("a", 4)});
    BOOST_CHECK_EQUAL(b.said(), "post 5 x2");
    b.answer(5, {b.idle("b", 5), b.idle("c", 5)});
    BOOST_CHECK_EQUAL(b.said(), "post 6 x1");
}

BOOST_AUTO_TEST_CASE(of_what_is_refused_again_and_again_the_pauses_grow_to_a_minute)
{
    warm_book b;
    b.keep(1);
    const std::vector<std::chrono::seconds> pauses{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s};
    std::uint64_t attempt = 2;
    for (const auto pause : pauses) {
        b.said();
        b.lose(attempt++, effect::none, errc::rate_limited);
        b.pass(pause - 1ms);
        BOOST_CHECK_EQUAL(b.ledger.counts().warming, 0U);
        b.pass(1ms);
        BOOST_CHECK_EQUAL(b.ledger.counts().warming, 1U);
    }
}

BOOST_AUTO_TEST_CASE(an_attempt_for_the_stock_whose_answer_is_lost_is_reconciled_like_any_other)
{
    warm_book b;
    b.keep(2);
    b.lose(2);
    BOOST_CHECK_EQUAL(b.said(), "post 2 x2");
    b.pass(0s);
    BOOST_CHECK_EQUAL(b.said(), "sweep");
    b.sweep({b.idle("a", 2)});
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.got(b.idle("a", 2));
    BOOST_CHECK_EQUAL(b.said(), ""); // the other may come yet
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
    b.pass(30s);
    b.said();
    b.sweep({b.idle("a", 2)});
    BOOST_CHECK_EQUAL(b.said(), "");
    b.sweep({b.idle("a", 2)});
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
}

BOOST_AUTO_TEST_CASE(without_the_echo_nothing_is_acquired_in_place_of_what_may_have_come)
{
    book b;
    BOOST_REQUIRE(b.ledger.keep_warm(recording, {1, {}}, b.now).has_value());
    b.lose(1);
    BOOST_CHECK_EQUAL(b.said(), "post 1 x1");
    for (int i = 0; i != 10; ++i) {
        b.pass(1min);
        if (b.said() == "sweep") {
            b.sweep({});
        }
    }
    BOOST_CHECK_EQUAL(b.ledger.counts().attempts, 1U);
    BOOST_CHECK_EQUAL(b.ledger.counts().warming, 1U);
}

BOOST_AUTO_TEST_CASE(a_unit_that_nobody_took_in_time_is_given_back_and_not_replaced_before_the_next_acquire)
{
    warm_book b;
    b.keep(1, 60s);
    b.answer(2, {b.idle("w", 2)});
    b.said();
    b.pass(59s);
    BOOST_CHECK_EQUAL(b.said(), "");
    b.pass(1s);
    BOOST_CHECK_EQUAL(b.said(), "get w");
    b.got(b.idle("w", 2));
    b.released("w");
    BOOST_CHECK_EQUAL(b.said(), "release w; w is released");
    BOOST_CHECK_EQUAL(b.ledger.counts().expired, 1U);
    b.want();
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1; post 4 x1"); // its own, and one for the stock
}

BOOST_AUTO_TEST_CASE(with_a_smaller_count_the_rest_is_given_back_and_with_none_all)
{
    warm_book b;
    b.keep(3);
    b.answer(2, {b.idle("a", 2), b.idle("b", 2), b.idle("c", 2)});
    b.said();
    b.keep(2);
    BOOST_CHECK_EQUAL(b.said(), "get a");
    b.keep(0);
    BOOST_CHECK_EQUAL(b.said(), "get b; get c");
    for (const std::string id : {"a", "b", "c"}) {
        b.got(b.idle(id, 2));
        b.released(id);
    }
    BOOST_CHECK(b.ledger.at_rest());
}

BOOST_AUTO_TEST_CASE(all_stocks_together_may_not_exceed_the_cap)
{
    warm_book b(3);
    b.keep(2);
    b.said();
    const auto more = b.ledger.keep_warm(hls, {2, {}}, b.now);
    BOOST_REQUIRE(more.has_error());
    BOOST_CHECK(more.error().code() == errc::limit_reached);
    BOOST_CHECK_EQUAL(b.said(), "");
    b.keep(1);
    BOOST_CHECK(b.ledger.keep_warm(hls, {2, {}}, b.now).has_value());
    BOOST_CHECK(b.ledger.keep_warm(recording, {std::size_t(-1), {}}, b.now).has_error());
}

BOOST_AUTO_TEST_CASE(a_warm_unit_that_others_release_is_replaced)
{
    warm_book b;
    b.keep_one();
    b.hear(videosdk::event_type::resource_released, "w", 2);
    BOOST_CHECK_EQUAL(b.said(), "w is lost; post 3 x1");
    b.answer(3, {b.idle("x", 3)});
    b.pass(5min);
    BOOST_CHECK_EQUAL(b.said(), "sweep");
    b.sweep({});
    BOOST_CHECK_EQUAL(b.said(), "get x");
    b.got(b.unit("x", resource_status::released, 3));
    BOOST_CHECK_EQUAL(b.said(), "x is lost; post 4 x1");
}

BOOST_AUTO_TEST_CASE(a_warm_unit_in_which_others_work_is_not_idle)
{
    warm_book b;
    b.keep_one();
    b.pass(5min);
    b.sweep({b.idle("w", 2)});
    BOOST_CHECK_EQUAL(b.said(), "sweep");
    b.pass(5min);
    b.sweep({b.unit("w", resource_status::composing, 2)});
    BOOST_CHECK_EQUAL(b.said(), "sweep; get w");
    b.got(b.unit("w", resource_status::composing, 2));
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 0U);
    BOOST_CHECK_EQUAL(b.ledger.counts().warming, 1U);
    b.pass(5s);
    BOOST_CHECK_EQUAL(b.said(), "get w");
    b.got(b.idle("w", 2));
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
}

BOOST_AUTO_TEST_CASE(units_of_an_acquire_that_failed_fill_the_stock)
{
    warm_book b(3);
    b.want(2, 5s);
    b.answer(2, {b.unit("a", resource_status::pending, 2)}); // one too few
    BOOST_CHECK_EQUAL(b.said(), "post 2 x2; post 3 x1");
    b.keep(1);
    BOOST_CHECK_EQUAL(b.said(), "post 4 x1");
    b.pass(500ms);
    b.lose(4, effect::none, errc::rate_limited);
    b.lose(3, effect::none, errc::rate_limited);
    BOOST_CHECK_EQUAL(b.said(), "fail 2: rate_limited; get a"); // its webhook may have come
    b.got(b.idle("a", 2));
    BOOST_CHECK_EQUAL(b.ledger.counts().warm, 1U);
    BOOST_CHECK_EQUAL(b.ledger.counts().surplus, 0U);
}

BOOST_AUTO_TEST_CASE(a_drain_gives_the_stock_back_and_withdraws_what_has_not_left)
{
    warm_book b;
    b.keep(2);
    b.answer(2, {b.idle("a", 2)});
    BOOST_CHECK_EQUAL(b.said(), "post 2 x2; post 3 x1");
    b.ledger.drain(failure(errc::closed, effect::none), b.now);
    BOOST_CHECK_EQUAL(b.said(), "get a");
    BOOST_CHECK_EQUAL(b.withdrawn, 3U);
    b.lose(3, effect::none, errc::closed);
    b.got(b.idle("a", 2));
    b.released("a");
    BOOST_CHECK_EQUAL(b.said(), "release a; a is released");
    b.pass(10min);
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK(b.ledger.at_rest());
}

BOOST_AUTO_TEST_SUITE_END()
