// A few seeds of every buyer, cheap enough for a build with sanitizers: they repeat themselves, and no
// promise is broken.
#include "campaign.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace simulation;

BOOST_AUTO_TEST_SUITE(seeds_)

BOOST_AUTO_TEST_CASE(a_seed_repeats_itself_with_and_without_its_story)
{
    for (const buyer_kind kind : all_buyers) {
        for (std::uint64_t seed = 1; seed <= 12; ++seed) {
            BOOST_TEST_CONTEXT(to_string(kind) << ", seed " << seed)
            {
                const outcome_of_seed first = run_seed(seed, kind);
                const outcome_of_seed again = run_seed(seed, kind, true);
                BOOST_TEST(first.trace == again.trace);
                BOOST_TEST(first.steps == again.steps);
                BOOST_TEST(first.text.empty());
                BOOST_TEST(static_cast<std::uint64_t>(
                               std::count(again.text.begin(), again.text.end(), '\n')) == first.lines);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_library_tells_its_part_of_the_story)
{
    std::string all;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        all += run_seed(seed, buyer_kind::lease_manager, true).text;
    }
    for (const std::string_view said :
         {", acquire: attempt 1\n", " ends answered, status 200, well, effect known\n", " ms: rate_limited\n",
          ": event resource-acquired of ", ": sweep 1 is complete: ", ": topped_up, ", " is granted\n",
          " is surplus\n", " is lost\n"}) {
        BOOST_TEST(all.find(said) != std::string::npos, "nobody says" << said);
    }
}

BOOST_AUTO_TEST_CASE(seeds_differ)
{
    BOOST_TEST(run_seed(1, buyer_kind::bare_client).trace != run_seed(2, buyer_kind::bare_client).trace);
}

BOOST_AUTO_TEST_CASE(several_threads_find_what_one_finds)
{
    const campaign_result one = run_seeds(1, 40, buyer_kind::bare_client, 1);
    const campaign_result three = run_seeds(1, 40, buyer_kind::bare_client, 3);
    BOOST_TEST(one.trace == three.trace);
    BOOST_TEST(one.seeds == 40u);
    BOOST_TEST(three.seeds == 40u);
    BOOST_TEST(one.found.bought == three.found.bought);
}

BOOST_AUTO_TEST_CASE(each_buyer_comes_to_rest_and_the_managers_keep_their_promises)
{
    for (const buyer_kind kind : all_buyers) {
        BOOST_TEST_CONTEXT(to_string(kind))
        {
            const campaign_result all = run_seeds(1, 30, kind, 1);
            BOOST_TEST(all.seeds == 30u);
            BOOST_TEST(all.failed.empty());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
