// When the provider's key is fetched, which keys count, and what a signature that fits none is told.
#include "rsa_signer.hpp"
#include "webhook/key_store.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using videosdk::public_key;
using videosdk::webhook::key_store;
using advice = videosdk::webhook::key_store::advice;

namespace {

const key_store::time_point start(1h);

struct key_world {
    key_store store{{60s, 10min, 1s}};
    key_store::time_point now = start;

    /// An event arrives whose signature fits nothing.
    key_store::decision misfit() { return store.on_misfit(store.arrive(), now); }

    void fetched(const rsa_signer& from)
    {
        store.on_fetched(public_key::from_pem(from.public_pem()).value(), from.public_pem(), now);
    }

    bool counts(const rsa_signer& signer) const
    {
        for (const public_key& key : store.keys(now)) {
            if (videosdk::verify_signature("body", signer.sign("body"), key)) {
                return true;
            }
        }
        return false;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(key_store_suite)

BOOST_FIXTURE_TEST_CASE(the_key_is_fetched_once_for_all_who_ask_meanwhile, key_world)
{
    const auto first = misfit();
    BOOST_TEST((first.what == advice::hold));
    BOOST_TEST(first.fetch);
    const auto second = misfit();
    BOOST_TEST((second.what == advice::hold));
    BOOST_TEST(!second.fetch);
    fetched(rsa_signer::provider());
    BOOST_TEST(counts(rsa_signer::provider()));
    BOOST_TEST(!store.fetching());
}

BOOST_FIXTURE_TEST_CASE(only_a_key_fetched_after_the_arrival_proves_a_forgery, key_world)
{
    const auto before = store.arrive();
    BOOST_TEST(store.on_misfit(before, now).fetch);
    const auto during = store.arrive();
    now += 1s;
    fetched(rsa_signer::provider());
    BOOST_TEST((store.on_misfit(before, now).what == advice::refuse));
    const auto later = store.on_misfit(during, now);
    BOOST_TEST((later.what == advice::later));
    BOOST_TEST((later.after == 59s)); // since the fetch began
    now += 59s;
    BOOST_TEST(store.on_misfit(during, now).fetch);
    fetched(rsa_signer::provider());
    BOOST_TEST((store.on_misfit(during, now).what == advice::refuse));
}

BOOST_FIXTURE_TEST_CASE(no_more_than_one_fetch_an_interval_while_there_is_a_key, key_world)
{
    BOOST_TEST(misfit().fetch);
    fetched(rsa_signer::provider());
    int fetches = 0;
    for (int second = 0; second != 600; ++second) {
        now += 1s;
        if (misfit().fetch) {
            ++fetches;
            fetched(rsa_signer::provider());
        }
    }
    BOOST_TEST(fetches == 10);
}

BOOST_FIXTURE_TEST_CASE(the_key_before_counts_for_an_overlap, key_world)
{
    BOOST_TEST(misfit().fetch);
    fetched(rsa_signer::provider());
    now += 60s;
    BOOST_TEST(misfit().fetch);
    fetched(rsa_signer::rotated());
    BOOST_TEST(counts(rsa_signer::rotated()));
    BOOST_TEST(counts(rsa_signer::provider()));
    now += 10min;
    BOOST_TEST(counts(rsa_signer::rotated()));
    BOOST_TEST(!counts(rsa_signer::provider()));
}

BOOST_FIXTURE_TEST_CASE(the_same_key_again_is_no_rotation, key_world)
{
    BOOST_TEST(misfit().fetch);
    fetched(rsa_signer::provider());
    now += 60s;
    BOOST_TEST(misfit().fetch);
    fetched(rsa_signer::rotated());
    now += 9min;
    BOOST_TEST(misfit().fetch);
    fetched(rsa_signer::rotated());
    BOOST_TEST(counts(rsa_signer::provider())); // still the one before
    now += 1min;
    BOOST_TEST(!counts(rsa_signer::provider()));
}

BOOST_FIXTURE_TEST_CASE(each_key_that_was_replaced_counts_for_its_own_overlap, key_world)
{
    const rsa_signer third;
    BOOST_TEST(misfit().fetch);
    fetched(rsa_signer::provider());
    now += 60s;
    BOOST_TEST(misfit().fetch);
    fetched(rsa_signer::rotated());
    now += 60s;
    BOOST_TEST(misfit().fetch);
    fetched(third);
    BOOST_TEST(counts(rsa_signer::provider()));
    BOOST_TEST(counts(rsa_signer::rotated()));
    BOOST_TEST(counts(third));
    now += 9min;
    BOOST_TEST(!counts(rsa_signer::provider()));
    BOOST_TEST(counts(rsa_signer::rotated()));
    now += 1min;
    BOOST_TEST(!counts(rsa_signer::rotated()));
    BOOST_TEST(counts(third));
}

BOOST_FIXTURE_TEST_CASE(a_key_that_comes_back_is_the_current_one_again, key_world)
{
    for (int i = 0; i != 8; ++i) { // further than there is room for
        now += 60s;
        BOOST_TEST(misfit().fetch);
        fetched(i % 2 == 0 ? rsa_signer::provider() : rsa_signer::rotated());
    }
    BOOST_TEST(store.edition() == 8U);
    now += 9min;
    BOOST_TEST(counts(rsa_signer::provider()));
    BOOST_TEST(counts(rsa_signer::rotated()));
    now += 1min;
    BOOST_TEST(!counts(rsa_signer::provider()));
    BOOST_TEST(counts(rsa_signer::rotated()));
}

BOOST_FIXTURE_TEST_CASE(the_last_good_key_survives_a_failed_fetch, key_world)
{
    BOOST_TEST(misfit().fetch);
    fetched(rsa_signer::provider());
    now += 60s;
    const auto arrived = store.arrive();
    BOOST_TEST(store.on_misfit(arrived, now).fetch);
    store.on_fetch_failed(now);
    BOOST_TEST(counts(rsa_signer::provider()));
    const auto later = store.on_misfit(arrived, now);
    BOOST_TEST((later.what == advice::later)); // a failed fetch proves nothing
    BOOST_TEST((later.after == 60s));
}

BOOST_FIXTURE_TEST_CASE(without_a_key_fetches_are_tried_again_soon_and_then_more_rarely, key_world)
{
    std::vector<std::chrono::nanoseconds> pauses;
    for (int i = 0; i != 9; ++i) {
        BOOST_TEST(misfit().fetch);
        store.on_fetch_failed(now);
        const auto later = misfit();
        BOOST_TEST((later.what == advice::later));
        pauses.push_back(later.after);
        now += later.after;
    }
    const std::vector<std::chrono::nanoseconds> expected{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s};
    BOOST_TEST((pauses == expected));
}

BOOST_AUTO_TEST_SUITE_END()
