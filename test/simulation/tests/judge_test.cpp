// The judge notices each broken promise.
#include "court.hpp"

#include <boost/test/unit_test.hpp>

using namespace simulation;

BOOST_AUTO_TEST_SUITE(judge_)

BOOST_AUTO_TEST_CASE(what_goes_well_breaks_nothing)
{
    court here;
    here.law.began(here.life, 1);
    here.unit("a", here.life, 1);
    here.law.served(here.life, 1, {"a"});
    BOOST_TEST(!here.law.all_over());
    here.law.given_back("a");
    here.law.release_asked(here.life, "a");
    here.law.released(*here.truth.find("a"));
    BOOST_TEST(here.law.found().broken() == 0u);
    BOOST_TEST(here.law.found().bought_twice == 0u);
}

BOOST_AUTO_TEST_CASE(a_unit_that_two_have_is_noticed)
{
    court here;
    here.unit("a", here.life);
    here.law.served(here.life, 1, {"a"});
    here.law.served(here.life, 2, {"a"});
    BOOST_TEST(here.law.found().kept_twice == 1u);
}

BOOST_AUTO_TEST_CASE(an_order_that_ends_twice_is_noticed)
{
    court here;
    here.unit("a", here.life);
    here.law.failed(1, false);
    here.law.served(here.life, 1, {"a"});
    BOOST_TEST(here.law.found().kept_twice == 1u);
    here.law.failed(1, false);
    BOOST_TEST(here.law.found().kept_twice == 2u);
}

BOOST_AUTO_TEST_CASE(another_number_of_units_is_noticed)
{
    court here;
    here.unit("a", here.life);
    here.unit("b", here.life);
    here.law.served(here.life, 1, {"a", "b"});
    here.law.served(here.life, 2, {});
    BOOST_TEST(here.law.found().wrong_count == 2u);
}

BOOST_AUTO_TEST_CASE(units_that_were_not_bought_here_are_noticed)
{
    court here;
    const life_number other = here.law.begin_life(0);
    here.unit("a", other);
    here.law.served(here.life, 1, {"a"});
    here.law.served(here.life, 2, {"nowhere"});
    BOOST_TEST(here.law.found().never_bought == 2u);
}

BOOST_AUTO_TEST_CASE(a_unit_of_another_type_is_noticed)
{
    court here;
    here.unit("a", here.life).shown.type = videosdk::resource_type::hls;
    here.law.served(here.life, 1, {"a"});
    BOOST_TEST(here.law.found().never_bought == 1u);
}

BOOST_AUTO_TEST_CASE(a_token_that_bought_twice_is_noticed_where_one_each_was_promised)
{
    for (const bool exact : {true, false}) {
        court here(exact);
        here.law.bought_under(here.life, "https://hooks/one", 1);
        here.law.bought_under(here.life, "https://hooks/two", 2);
        here.law.bought_under(here.life, "https://hooks/one", 1); // sent twice by something on the way
        here.law.bought_under(0, "https://hooks/one", 0);
        BOOST_TEST(here.law.found().token_twice == 0u);
        here.law.bought_under(here.life, "https://hooks/one", 3);
        BOOST_TEST(here.law.found().token_twice == (exact ? 1u : 0u));
    }
}

BOOST_AUTO_TEST_CASE(what_came_too_late_counts_once_it_is_handed_out)
{
    court here;
    const auto late = [&here](const char* id) {
        unit_record fresh;
        fresh.shown.id = id;
        fresh.shown.type = videosdk::resource_type::recording;
        fresh.buyer = here.life;
        fresh.why = excuse::too_late;
        here.law.bought(here.truth.add(std::move(fresh)));
    };
    for (const std::uint64_t number : {1U, 2U, 3U, 4U, 5U}) {
        here.law.began(here.life, number);
    }
    late("a");
    late("b");
    here.law.served(here.life, 1, {"a"});
    here.unit("c", here.life);
    here.unit("d", here.life);
    BOOST_TEST(here.law.found().cap_passed == 0u);
    here.law.released(*here.truth.find("a"));
    here.law.released(*here.truth.find("b"));
    here.unit("e", here.life);
    BOOST_TEST(here.law.found().cap_passed == 0u);
    here.unit("f", here.life);
    BOOST_TEST(here.law.found().cap_passed == 1u);
}

BOOST_AUTO_TEST_CASE(a_release_of_somebody_elses_unit_is_noticed)
{
    court here;
    const life_number other = here.law.begin_life(0);
    here.unit("a", other);
    here.unit("b", 0);
    here.law.release_asked(here.life, "a");
    here.law.release_asked(here.life, "b");
    here.law.release_asked(other, "a");
    BOOST_TEST(here.law.found().touched == 2u);
}

BOOST_AUTO_TEST_CASE(only_units_of_the_dead_may_be_taken_over)
{
    court here;
    const life_number other = here.law.begin_life(0);
    here.unit("a", other);
    here.unit("b", 0);
    here.law.adopted(here.life, "a");
    here.law.adopted(here.life, "b");
    BOOST_TEST(here.law.found().touched == 2u);
    here.law.end_life(other);
    here.law.adopted(here.life, "a");
    here.law.release_asked(here.life, "a");
    BOOST_TEST(here.law.found().touched == 2u);
}

BOOST_AUTO_TEST_CASE(a_unit_released_under_who_keeps_it_is_noticed_unless_others_did_it)
{
    court here;
    here.unit("a", here.life);
    here.unit("b", here.life);
    here.law.served(here.life, 1, {"a"});
    here.law.served(here.life, 2, {"b"});
    here.law.released(*here.truth.find("a"));
    here.truth.find("b")->taken_away = true;
    here.law.released(*here.truth.find("b"));
    BOOST_TEST(here.law.found().pulled == 1u);
}

BOOST_AUTO_TEST_CASE(a_unit_that_was_released_before_is_not_to_be_handed_out)
{
    court here;
    here.unit("a", here.life);
    here.law.released(*here.truth.find("a"));
    here.law.served(here.life, 1, {"a"});
    BOOST_TEST(here.law.found().pulled == 1u);
}

BOOST_AUTO_TEST_CASE(more_units_than_the_cap_are_noticed_where_one_was_promised)
{
    for (const bool exact : {true, false}) {
        court here(exact);
        for (const char* id : {"a", "b", "c", "d"}) {
            here.unit(id, here.life);
        }
        BOOST_TEST(here.law.found().cap_passed == (exact ? 1u : 0u));
    }
}

BOOST_AUTO_TEST_CASE(an_order_whose_end_was_not_told_is_noticed_unless_its_process_died)
{
    court here;
    for (const order& each : here.planned.orders) {
        here.law.began(here.life, each.number);
        if (each.number > 2) {
            here.law.failed(each.number, false);
        }
    }
    here.law.failed(1, true);
    BOOST_TEST(here.law.found().ambiguous == 1u);
    court other;
    other.law.began(other.life, 1);
    other.law.end_life(other.life);
    other.law.close();
    here.law.close();
    BOOST_TEST(here.law.found().never_ended == 1u);
    BOOST_TEST(other.law.found().died == 1u);
    BOOST_TEST(other.law.found().never_ended == other.planned.orders.size() - 1);
}

BOOST_AUTO_TEST_CASE(what_is_billed_at_the_end_has_leaked)
{
    court here;
    here.unit("a", here.life);
    here.unit("b", here.life);
    here.unit("c", 0);
    const life_number dead = here.law.begin_life(0);
    here.unit("d", dead);
    here.law.end_life(dead);
    here.time.now += 10s;
    here.law.released(*here.truth.find("a"));
    here.time.now += 10s;
    here.law.close();
    BOOST_TEST(here.law.found().bought == 3u);
    BOOST_TEST(here.law.found().leaked == 2u);
    BOOST_TEST(here.law.found().leaked_by_crash == 1u);
    BOOST_TEST(here.law.found().leaked_ms == 40'000u);
    BOOST_TEST(here.law.found().never_kept == 3u);
    BOOST_TEST(here.law.found().never_kept_ms == 50'000u);
}

BOOST_AUTO_TEST_CASE(units_beyond_what_all_orders_wanted_are_noticed_where_that_was_promised)
{
    for (const bool exact : {true, false}) {
        court here(exact);
        here.law.began(here.life, 1);
        here.unit("a", here.life);
        BOOST_TEST(here.law.found().beyond_wanted == 0u);
        here.unit("b", here.life);
        BOOST_TEST(here.law.found().beyond_wanted == (exact ? 1u : 0u));
    }
}

BOOST_AUTO_TEST_CASE(a_unit_that_was_taken_away_before_anybody_had_it_may_be_replaced)
{
    court here;
    here.law.began(here.life, 1);
    here.unit("a", here.life);
    here.truth.find("a")->taken_away = true;
    here.law.released(*here.truth.find("a"));
    here.unit("b", here.life);
    BOOST_TEST(here.law.found().beyond_wanted == 0u);
}

BOOST_AUTO_TEST_CASE(a_release_of_a_pending_unit_is_noticed)
{
    court here;
    here.law.began(here.life, 1);
    here.unit("a", here.life);
    here.truth.find("a")->idle = here.time.now + 1s;
    here.law.release_asked(here.life, "a");
    BOOST_TEST(here.law.found().too_early == 1u);
    here.time.now += 1s;
    here.law.release_asked(here.life, "a");
    BOOST_TEST(here.law.found().too_early == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_said_to_be_of_the_same_owner_must_be)
{
    court here;
    const life_number other = here.law.begin_life(0);
    here.unit("a", other);
    here.unit("b", here.life);
    here.unit("c", 0);
    here.law.reported(here.life, "a");
    BOOST_TEST(here.law.found().touched == 0u);
    here.law.reported(here.life, "b");
    here.law.reported(here.life, "c");
    BOOST_TEST(here.law.found().touched == 2u);
}

BOOST_AUTO_TEST_CASE(who_lists_on_and_on_in_a_calm_world_is_noticed)
{
    court here;
    here.time.now = here.planned.calm_from;
    for (int i = 0; i != 1000; ++i) {
        here.law.listing_begun(here.life);
    }
    BOOST_TEST(here.law.found().restless == 0u);
    here.time.now += here.planned.horizon * 2;
    for (int i = 0; i != 5; ++i) {
        here.law.listing_begun(here.life);
    }
    BOOST_TEST(here.law.found().restless == 0u);
    for (int i = 0; i != 1000; ++i) {
        here.law.listing_begun(here.life);
    }
    BOOST_TEST(here.law.found().restless == 1u);
}

BOOST_AUTO_TEST_CASE(what_leaks_was_left_where_nothing_was_to_be)
{
    for (const bool exact : {true, false}) {
        court here(exact);
        here.law.began(here.life, 1);
        here.unit("a", here.life);
        here.law.close();
        BOOST_TEST(here.law.found().leaked == 1u);
        BOOST_TEST(here.law.found().left == (exact ? 1u : 0u));
    }
}

BOOST_AUTO_TEST_CASE(only_dead_lives_of_the_same_process_may_be_taken_over)
{
    court here;
    here.law.know_boot(here.life, "first");
    const life_number second = here.law.begin_life(0);
    BOOST_TEST(!here.law.may_take_over(second, "first"));
    here.law.end_life(here.life);
    BOOST_TEST(here.law.may_take_over(second, "first"));
    BOOST_TEST(!here.law.may_take_over(second, "unheard of"));
}

BOOST_AUTO_TEST_CASE(units_beyond_what_an_order_asked_for_were_bought_twice)
{
    court here;
    here.unit("a", here.life, 1);
    here.unit("b", here.life, 1);
    here.unit("c", here.life, 2);
    BOOST_TEST(here.law.found().bought_twice == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
