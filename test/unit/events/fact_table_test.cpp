// Facts are found by id, token and composition, and bounded.
#include "events/fact_table.hpp"

#include <boost/test/unit_test.hpp>

using namespace videosdk;
using events::fact_table;
using events::known_resource;

namespace {

known_resource& remember(fact_table& table, const std::string& id)
{
    known_resource& which = table.at(id);
    table.refresh(which);
    return which;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fact_table_suite)

BOOST_AUTO_TEST_CASE(a_resource_is_found_by_all_its_names)
{
    fact_table table(10);
    known_resource& one = remember(table, "one");
    known_resource& two = remember(table, "two");
    table.learn_token(one, "v1-t");
    table.learn_token(two, "v1-t");
    table.learn_composition(two, "c");
    BOOST_TEST(table.find("one") == &one);
    BOOST_TEST(table.find("three") == nullptr);
    BOOST_TEST(table.by_composition("c") == &two);
    BOOST_TEST(table.by_composition("") == nullptr);
    BOOST_TEST(table.by_token("v1-t")->members.size() == 2U);
    table.learn_token(one, "v1-u");
    BOOST_TEST(table.by_token("v1-t")->members.size() == 1U);
}

BOOST_AUTO_TEST_CASE(beyond_the_limit_the_stalest_facts_go_with_all_their_names)
{
    fact_table table(2);
    known_resource& one = remember(table, "one");
    table.learn_token(one, "v1-t");
    table.learn_composition(one, "c");
    remember(table, "two");
    remember(table, "three");
    BOOST_TEST(table.facts() == 2U);
    BOOST_TEST(table.find("one") == nullptr);
    BOOST_TEST(table.by_token("v1-t") == nullptr);
    BOOST_TEST(table.by_composition("c") == nullptr);
    remember(table, "two"); // heard of again
    remember(table, "four");
    BOOST_TEST(table.find("three") == nullptr);
    BOOST_TEST(table.find("two") != nullptr);
}

BOOST_AUTO_TEST_CASE(a_resource_that_somebody_waits_on_stays)
{
    fact_table table(1);
    known_resource& waited = remember(table, "waited");
    waited.watcher = std::make_unique<events::attachment>();
    remember(table, "other");
    remember(table, "another");
    BOOST_TEST(table.find("waited") == &waited);
    BOOST_TEST(table.find("other") == nullptr);
    table.let_go(waited);
    BOOST_TEST(table.facts() == 1U);
}

BOOST_AUTO_TEST_CASE(a_resource_of_which_nothing_is_known_goes_with_its_last_waiter)
{
    fact_table table(10);
    known_resource& waited = table.at("waited");
    waited.watcher = std::make_unique<events::attachment>();
    BOOST_TEST(table.facts() == 0U);
    table.let_go(waited);
    BOOST_TEST(table.find("waited") == nullptr);
}

BOOST_AUTO_TEST_CASE(only_the_latest_compositions_of_a_resource_are_kept)
{
    fact_table table(10);
    known_resource& one = remember(table, "one");
    for (int i = 0; i != 100; ++i) {
        table.learn_composition(one, "c" + std::to_string(i));
    }
    BOOST_TEST(table.by_composition("c0") == nullptr);
    BOOST_TEST(table.by_composition("c99") == &one);
    BOOST_TEST(one.compositions.size() == 16U);
}

BOOST_AUTO_TEST_CASE(a_composition_runs_in_one_resource)
{
    fact_table table(10);
    known_resource& one = remember(table, "one");
    known_resource& two = remember(table, "two");
    table.learn_composition(one, "c");
    table.learn_composition(two, "c");
    BOOST_TEST(table.by_composition("c") == &two);
    BOOST_TEST(one.compositions.empty());
}

BOOST_AUTO_TEST_CASE(a_token_is_found_in_an_echo_that_is_not_to_the_letter)
{
    using events::token_in;
    BOOST_TEST(token_in("https://a.example.com/hooks/studio/v1-abc-23-x") == "v1-abc-23-x");
    BOOST_TEST(token_in("a.example.com/v1-abc/?q=1") == "v1-abc");
    BOOST_TEST(token_in("https://a.example.com/v1-abc#x") == "v1-abc");
    BOOST_TEST(token_in("https://a.example.com/v2-abc") == "");
    BOOST_TEST(token_in("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
