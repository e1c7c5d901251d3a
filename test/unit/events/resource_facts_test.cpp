// What is known of one resource: order decides, and nothing late says anything false.
#include "events/resource_facts.hpp"

#include <boost/test/unit_test.hpp>

using namespace videosdk;
using events::rank;
using events::resource_facts;
using enum videosdk::resource_status;

BOOST_AUTO_TEST_SUITE(resource_facts_suite)

BOOST_AUTO_TEST_CASE(the_first_idle_is_told_by_the_event_alone)
{
    resource_facts facts;
    BOOST_TEST(facts.empty());
    BOOST_TEST(facts.on_acquired(1));
    BOOST_TEST(facts.status() == idle);
    BOOST_TEST(!facts.unsettled());
    BOOST_TEST(!facts.reachable(pending));
    BOOST_TEST(facts.reachable(composing));
}

BOOST_AUTO_TEST_CASE(an_acquired_event_after_the_api_showed_more_changes_nothing)
{
    resource_facts facts;
    facts.on_answer(composing, 1);
    BOOST_TEST(facts.on_acquired(2)); // no event had told it: subscribers hear of it
    BOOST_TEST(facts.status() == composing);
    BOOST_TEST(!facts.stale(1));
    BOOST_TEST(!facts.on_acquired(3)); // the second time it is a repetition
    BOOST_TEST(facts.status() == composing);
}

BOOST_AUTO_TEST_CASE(an_acquired_event_after_a_command_only_makes_the_hub_ask)
{
    resource_facts facts;
    facts.on_command(1);
    BOOST_TEST(!facts.unsettled());
    BOOST_TEST(facts.on_acquired(2));
    BOOST_TEST(facts.status() == unknown);
    BOOST_TEST((facts.known_rank() == rank::provisioned));
    BOOST_TEST(facts.unsettled());
}

BOOST_AUTO_TEST_CASE(an_acquired_event_that_a_composition_overtook_only_makes_the_hub_ask)
{
    resource_facts facts;
    facts.on_answer(pending, 1);
    facts.on_news(2);
    BOOST_TEST(facts.on_acquired(3));
    BOOST_TEST(facts.status() == unknown);
    BOOST_TEST(facts.unsettled());
}

BOOST_AUTO_TEST_CASE(after_released_nothing_else_is_true)
{
    resource_facts facts;
    BOOST_TEST(facts.on_released(1));
    BOOST_TEST(!facts.on_released(2));
    BOOST_TEST(!facts.on_acquired(3));
    facts.on_answer(idle, 4);
    facts.on_news(5);
    facts.on_command(6);
    BOOST_TEST(facts.status() == released);
    BOOST_TEST(!facts.unsettled());
    for (const auto wanted : {pending, idle, composing}) {
        BOOST_TEST(!facts.reachable(wanted));
    }
    BOOST_TEST(facts.reachable(released));
}

BOOST_AUTO_TEST_CASE(a_release_seen_by_the_api_first_is_still_news_for_subscribers)
{
    resource_facts facts;
    facts.on_answer(released, 1);
    BOOST_TEST(facts.on_released(2));
    BOOST_TEST(!facts.on_released(3));
    BOOST_TEST(!facts.on_acquired(4));
}

BOOST_AUTO_TEST_CASE(an_answer_to_a_question_asked_before_the_news_proves_only_the_rank)
{
    resource_facts facts;
    facts.on_news(5);
    facts.on_answer(idle, 4);
    BOOST_TEST(facts.status() == unknown);
    BOOST_TEST(facts.last_seen() == idle);
    BOOST_TEST((facts.known_rank() == rank::provisioned));
    BOOST_TEST(facts.stale(4));
    BOOST_TEST(facts.unsettled());
    facts.on_answer(composing, 6);
    BOOST_TEST(facts.status() == composing);
    BOOST_TEST(!facts.unsettled());
}

BOOST_AUTO_TEST_CASE(an_answer_older_than_an_event_does_not_overwrite_it)
{
    resource_facts facts;
    facts.on_acquired(5);
    facts.on_answer(composing, 4);
    BOOST_TEST(facts.status() == idle);
    facts.on_answer(pending, 6); // a copy of the API's data that lags behind
    BOOST_TEST(facts.status() == idle);
}

BOOST_AUTO_TEST_CASE(a_stale_answer_that_says_released_is_true_all_the_same)
{
    resource_facts facts;
    facts.on_news(5);
    facts.on_answer(released, 4);
    BOOST_TEST(facts.status() == released);
}

BOOST_AUTO_TEST_CASE(a_command_ends_what_was_known_without_asking)
{
    resource_facts facts;
    facts.on_answer(idle, 1);
    BOOST_TEST(facts.status() == idle);
    facts.on_command(2);
    BOOST_TEST(facts.status() == unknown);
    BOOST_TEST(!facts.unsettled());
    BOOST_TEST(facts.stale(1));
    facts.on_answer(composing, 3);
    BOOST_TEST(facts.status() == composing);
}

BOOST_AUTO_TEST_CASE(news_about_an_unnamed_resource_concerns_provisioned_ones_only)
{
    resource_facts waiting_for_first_idle;
    waiting_for_first_idle.on_answer(pending, 1);
    BOOST_TEST(waiting_for_first_idle.status(2) == pending);
    BOOST_TEST(!waiting_for_first_idle.unsettled(2));

    resource_facts provisioned;
    provisioned.on_acquired(1);
    BOOST_TEST(provisioned.status(2) == unknown);
    BOOST_TEST(provisioned.unsettled(2));
    provisioned.on_answer(idle, 3);
    BOOST_TEST(provisioned.status(2) == idle);
}

BOOST_AUTO_TEST_CASE(a_status_that_the_wire_invented_is_no_knowledge)
{
    resource_facts facts;
    facts.on_answer(unknown, 1);
    BOOST_TEST(facts.empty());
    facts.on_answer(idle, 2);
    facts.on_answer(unknown, 3);
    BOOST_TEST(facts.status() == idle);
}

BOOST_AUTO_TEST_SUITE_END()
