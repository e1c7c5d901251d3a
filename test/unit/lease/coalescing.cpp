// Acquires and releases that meet leave together.
#include "book.hpp"
#include "lease/release_queue.hpp"

#include <string>
#include <vector>

using namespace lease_tests;

namespace {

leasing::ledger_rules together(std::uint32_t max_batch = 100, std::uint32_t max_in_flight = 1,
                               std::size_t cap = 1000)
{
    auto rules = book::default_rules();
    rules.coalesce = true;
    rules.max_batch = max_batch;
    rules.max_in_flight = max_in_flight;
    rules.max_units = cap;
    return rules;
}

/// A book whose echo is proven, with attempt 2 in the air for claim 2, and claims 3, 4 and so on behind it.
struct busy_book : book {
    explicit busy_book(unsigned waiting, const leasing::ledger_rules& its_rules = together())
        : book(its_rules)
    {
        prove_echo();
        for (unsigned i = 0; i <= waiting; ++i) {
            want();
        }
        BOOST_REQUIRE_EQUAL(said(), "post 2 x1");
        withdrawn = 0;
    }
    /// An answer to that attempt, with all that was asked for.
    void answer_all(std::uint64_t attempt, const std::string& ids, unsigned token)
    {
        std::vector<resource> units;
        for (const char each : ids) {
            units.push_back(unit(std::string(1, each), resource_status::idle, token));
        }
        answer(attempt, std::move(units));
    }
    void refuse(std::uint64_t attempt, unsigned status)
    {
        videosdk::error_info info;
        info.call = "acquire";
        info.http_status = status;
        info.effect = effect::none;
        leasing::post_result brought;
        brought.effect = effect::none;
        brought.failure = error(make_error_code(errc::forbidden), std::move(info));
        ledger.posted(attempt, std::move(brought), now);
    }
};

std::string joined(const std::vector<std::string>& ids)
{
    std::string text;
    for (const std::string& each : ids) {
        text += each;
    }
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(coalescing)

BOOST_AUTO_TEST_CASE(an_idle_manager_waits_for_nobody)
{
    book b(together());
    b.want();
    BOOST_CHECK_EQUAL(b.said(), "post 1 x1");
}

BOOST_AUTO_TEST_CASE(acquires_that_meet_leave_as_one_and_are_served_in_order)
{
    busy_book b(3);
    b.answer_all(2, "a", 2);
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a; post 3 x3");
    b.answer_all(3, "bcd", 3);
    BOOST_CHECK_EQUAL(b.said(), "grant 3: b; grant 4: c; grant 5: d");
    const auto counts = b.ledger.counts();
    BOOST_CHECK_EQUAL(counts.attempts, 3U);
    BOOST_CHECK_EQUAL(counts.units_asked, 5U);
    BOOST_CHECK_EQUAL(counts.largest_attempt, 3U);
    BOOST_CHECK_EQUAL(counts.shared_attempts, 1U);
    BOOST_CHECK_EQUAL(b.minted, 3U); // a token names an attempt
}

BOOST_AUTO_TEST_CASE(as_many_attempts_are_in_the_air_as_was_said)
{
    book b(together(100, 2));
    for (int i = 0; i != 5; ++i) {
        b.want();
    }
    BOOST_CHECK_EQUAL(b.said(), "post 1 x1; post 2 x1");
    b.answer(2, {b.unit("a", resource_status::idle, 2)});
    BOOST_CHECK_EQUAL(b.said(), "get a; grant 2: a; post 3 x3");
}

BOOST_AUTO_TEST_CASE(a_batch_is_no_larger_than_was_said)
{
    busy_book b(5, together(2));
    b.answer_all(2, "a", 2);
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a; post 3 x2");
    b.answer_all(3, "bc", 3);
    BOOST_CHECK_EQUAL(b.said(), "grant 3: b; grant 4: c; post 4 x2");
}

BOOST_AUTO_TEST_CASE(an_acquire_of_more_leaves_alone_and_in_its_turn)
{
    busy_book b(1, together(2));
    b.want(5);
    b.want();
    b.answer_all(2, "a", 2);
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a; post 3 x1");
    b.answer_all(3, "b", 3);
    BOOST_CHECK_EQUAL(b.said(), "grant 3: b; post 4 x5");
    b.answer_all(4, "cdefg", 4);
    BOOST_CHECK_EQUAL(b.said(), "grant 4: c d e f g; post 5 x1");
}

BOOST_AUTO_TEST_CASE(kinds_do_not_wait_for_each_other)
{
    busy_book b(1);
    leasing::unit_kind other;
    other.type = videosdk::resource_type::hls;
    b.ledger.want(other, 1, b.now + 90s, when_unknown::top_up, b.now);
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
}

BOOST_AUTO_TEST_CASE(a_short_answer_leaves_only_the_last_without_and_asks_for_what_they_lack)
{
    busy_book b(3);
    b.answer_all(2, "a", 2);
    b.said();
    b.answer_all(3, "bc", 3);
    BOOST_CHECK_EQUAL(b.said(), "grant 3: b; grant 4: c; post 4 x1");
    b.lose(4, effect::none, errc::rate_limited);
    BOOST_CHECK_EQUAL(b.said(), "fail 5: rate_limited");
}

BOOST_AUTO_TEST_CASE(what_is_refused_to_several_is_asked_for_again_in_halves)
{
    busy_book b(3);
    b.answer_all(2, "a", 2);
    b.said();
    b.refuse(3, 402);
    BOOST_CHECK_EQUAL(b.said(), "post 4 x2; post 5 x1");
    b.refuse(4, 402);
    BOOST_CHECK_EQUAL(b.said(), "post 6 x1; post 7 x1");
    b.answer_all(6, "b", 6);
    b.refuse(7, 402);
    b.refuse(5, 402);
    BOOST_CHECK_EQUAL(b.said(), "grant 3: b; fail 4: forbidden; fail 5: forbidden");
    BOOST_CHECK_EQUAL(b.ledger.counts().splits, 2U);
}

BOOST_AUTO_TEST_CASE(what_others_no_longer_wait_for_is_asked_for_again_without_them)
{
    busy_book b(2);
    b.answer_all(2, "a", 2);
    b.said();
    b.ledger.forget(4, b.now);
    b.refuse(3, 403);
    BOOST_CHECK_EQUAL(b.said(), "post 4 x1");
    b.refuse(4, 403);
    BOOST_CHECK_EQUAL(b.said(), "fail 3: forbidden");
}

BOOST_AUTO_TEST_CASE(a_refusal_of_who_asks_or_how_often_is_not_split)
{
    for (const unsigned status : {401U, 429U}) {
        busy_book b(2);
        b.answer_all(2, "a", 2);
        b.said();
        b.refuse(3, status);
        BOOST_CHECK_EQUAL(b.said(), "fail 3: forbidden; fail 4: forbidden");
    }
}

BOOST_AUTO_TEST_CASE(what_was_never_sent_is_not_split)
{
    busy_book b(2);
    b.answer_all(2, "a", 2);
    b.said();
    b.lose(3, effect::none, errc::connect_failed);
    BOOST_CHECK_EQUAL(b.said(), "fail 3: connect_failed; fail 4: connect_failed");
}

BOOST_AUTO_TEST_CASE(an_acquire_cancelled_before_it_left_buys_nothing)
{
    busy_book b(2);
    b.ledger.forget(3, b.now);
    b.answer_all(2, "a", 2);
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a; post 3 x1");
}

BOOST_AUTO_TEST_CASE(an_acquire_cancelled_too_late_gives_its_unit_to_the_next_in_line_else_back)
{
    busy_book b(2);
    b.answer_all(2, "a", 2);
    b.said();
    b.want(); // 5, behind attempt 3
    b.ledger.forget(3, b.now);
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK_NE(b.withdrawn, 3U); // others wait for it
    b.answer_all(3, "bc", 3);
    BOOST_CHECK_EQUAL(b.said(), "grant 4: b; grant 5: c");
    b.want();
    b.want();
    b.said();
    b.ledger.forget(6, b.now);
    BOOST_CHECK_EQUAL(b.said(), "");
    BOOST_CHECK_EQUAL(b.withdrawn, 4U); // it was alone
}

BOOST_AUTO_TEST_CASE(a_batch_whose_answer_is_lost_is_reconciled_as_one_attempt_for_all)
{
    busy_book b(3);
    b.answer_all(2, "a", 2);
    b.said();
    b.lose(3);
    b.pass(0s);
    BOOST_CHECK_EQUAL(b.said(), "sweep");
    b.sweep({b.unit("b", resource_status::idle, 3), b.unit("c", resource_status::idle, 3)});
    b.got(b.unit("c", resource_status::idle, 3));
    b.got(b.unit("b", resource_status::idle, 3));
    BOOST_CHECK_EQUAL(b.said(), "get b; get c; grant 3: c; grant 4: b");
    b.pass(30s);
    b.said();
    const auto idle = resource_status::idle;
    b.sweep({b.unit("a", idle, 2), b.unit("b", idle, 3), b.unit("c", idle, 3)});
    b.sweep({b.unit("a", idle, 2), b.unit("b", idle, 3), b.unit("c", idle, 3)});
    BOOST_CHECK_EQUAL(b.said(), "post 4 x1"); // for the third
}

BOOST_AUTO_TEST_CASE(in_a_batch_each_has_its_own_word_for_the_unknown)
{
    busy_book b(1);
    b.want(1, 90s, when_unknown::fail);
    b.answer_all(2, "a", 2);
    b.said();
    b.lose(3);
    BOOST_CHECK_EQUAL(b.said(), "fail 4: ambiguous");
    BOOST_CHECK_EQUAL(b.ledger.counts().waiting, 1U);
}

BOOST_AUTO_TEST_CASE(what_one_of_a_batch_gives_up_may_be_all_that_another_lacks)
{
    busy_book b(0);
    b.want(2, 90s, when_unknown::fail);
    b.want();
    b.answer_all(2, "a", 2);
    b.said();
    b.answer_all(3, "b", 3); // one of three
    BOOST_CHECK_EQUAL(b.said(), "post 4 x2");
    b.lose(4);
    BOOST_CHECK_EQUAL(b.said(), "fail 3: ambiguous; grant 4: b");
}

BOOST_AUTO_TEST_CASE(an_attempt_in_doubt_does_not_hold_up_the_next)
{
    busy_book b(1);
    b.lose(2);
    BOOST_CHECK_EQUAL(b.said(), "post 3 x1");
}

BOOST_AUTO_TEST_CASE(a_batch_takes_no_more_than_there_is_room_for)
{
    busy_book b(4, together(100, 1, 3));
    b.answer_all(2, "a", 2);
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a; post 3 x2");
    b.answer_all(3, "bc", 3);
    BOOST_CHECK_EQUAL(b.said(), "grant 3: b; grant 4: c; fail 5: limit_reached; fail 6: limit_reached");
}

BOOST_AUTO_TEST_CASE(halves_of_what_was_refused_pass_no_cap)
{
    busy_book b(0, together(100, 1, 4));
    b.want(2); // 3
    b.want();  // 4
    b.answer_all(2, "a", 2);
    BOOST_CHECK_EQUAL(b.said(), "grant 2: a; post 3 x3");
    b.answer_all(3, "b", 3); // one of three
    BOOST_CHECK_EQUAL(b.said(), "post 4 x2");
    b.want(); // 5
    b.hear(videosdk::event_type::resource_released, "b", 3);
    BOOST_CHECK_EQUAL(b.said(), "b is lost");
    leasing::unit_kind other;
    other.type = videosdk::resource_type::hls;
    b.ledger.want(other, 1, b.now + 90s, when_unknown::top_up, b.now); // takes the room that came
    BOOST_CHECK_EQUAL(b.said(), "post 5 x1");
    b.refuse(4, 402); // of two, where claims 3 and 4 lack three by now
    BOOST_CHECK_EQUAL(b.said(), "post 6 x2");
    BOOST_CHECK_EQUAL(b.ledger.counts().waiting, 4U);
}

BOOST_AUTO_TEST_CASE(a_stock_takes_no_room_that_claims_wait_for)
{
    busy_book b(7, together(100, 1, 10));
    leasing::unit_kind other;
    other.type = videosdk::resource_type::hls;
    BOOST_REQUIRE(b.ledger.keep_warm(other, {8, {}}, b.now).has_value());
    BOOST_CHECK_EQUAL(b.said(), "post 3 x2");
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_shared_attempt_is_told_so_when_its_time_is_over)
{
    busy_book b(0);
    b.want(1, 1s);
    b.pass(1s);
    const auto actions = b.ledger.take_actions();
    BOOST_REQUIRE_EQUAL(actions.size(), 1U);
    BOOST_CHECK(actions[0].why->code() == errc::wait_timeout);
    BOOST_CHECK_NE(std::string(actions[0].why->what()).find("share an attempt"), std::string::npos);
}

BOOST_AUTO_TEST_CASE(releases_that_meet_leave_together)
{
    leasing::release_queue queue(3, 1);
    queue.push("a");
    BOOST_CHECK_EQUAL(joined(queue.next()), "a"); // nobody is waited for
    for (const char* id : {"b", "c", "d", "e"}) {
        queue.push(id);
        BOOST_CHECK_EQUAL(joined(queue.next()), "");
    }
    queue.ended();
    BOOST_CHECK_EQUAL(joined(queue.next()), "bcd");
    queue.ended();
    BOOST_CHECK_EQUAL(joined(queue.next()), "e");
    BOOST_CHECK_EQUAL(queue.calls(), 3U);
    BOOST_CHECK_EQUAL(queue.largest(), 3U);
}

BOOST_AUTO_TEST_CASE(a_release_refused_to_several_is_made_again_in_halves_that_nobody_joins)
{
    leasing::release_queue queue(10, 1);
    for (const char* id : {"a", "b", "c"}) {
        queue.push(id);
    }
    const auto all = queue.next();
    BOOST_CHECK_EQUAL(joined(all), "abc");
    queue.push("d");
    queue.ended(all);
    const auto half = queue.next();
    BOOST_CHECK_EQUAL(joined(half), "ab");
    queue.ended(half);
    for (const std::string expected : {"c", "a", "b", "d", ""}) {
        BOOST_CHECK_EQUAL(joined(queue.next()), expected);
        queue.ended();
    }
}

BOOST_AUTO_TEST_SUITE_END()
