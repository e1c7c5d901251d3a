// A lease manager that lets acquires and releases share their requests.
#include "world.hpp"

#include <set>
#include <string>
#include <vector>

using namespace lease_tests;
using fate = provider::fate;
using videosdk::errc;

namespace {

struct sharing_world : world {
    explicit sharing_world(std::uint32_t max_batch = 100) : world(sharing(max_batch)) {}

    static videosdk::lease_manager_options sharing(std::uint32_t max_batch)
    {
        videosdk::lease_manager_options out;
        out.coalesce = true;
        out.max_batch = max_batch;
        out.max_in_flight = 1;
        return out;
    }
    /// As many acquires, begun before any is answered.
    std::vector<ending_ptr<videosdk::lease>> acquire_at_once(int count)
    {
        std::vector<ending_ptr<videosdk::lease>> out;
        for (int i = 0; i != count; ++i) {
            out.push_back(std::make_shared<ending<videosdk::lease>>());
            asio::co_spawn(*io, collect(leases->try_acquire(recording), out.back()), asio::detached);
        }
        run();
        return out;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(coalescing_manager)

BOOST_AUTO_TEST_CASE(a_hundred_acquires_at_once_are_two_requests_and_a_hundred_units)
{
    sharing_world w;
    {
        const auto units = w.acquire_at_once(100);
        std::set<std::string> ids;
        for (const auto& each : units) {
            BOOST_REQUIRE_MESSAGE(each->ok(), each->what());
            ids.insert((*each->value)->id());
        }
        BOOST_CHECK_EQUAL(ids.size(), 100U);
        BOOST_CHECK_EQUAL(w.there.acquires, 2);
        BOOST_CHECK_EQUAL(w.counts().largest_attempt, 99U);
        w.there.everything_is_idle();
    }
    w.pass(2s);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
    BOOST_CHECK_LT(w.there.releases, 10);
    BOOST_CHECK_EQUAL(w.counts().release_calls, static_cast<std::uint64_t>(w.there.releases));
    BOOST_CHECK_GT(w.counts().largest_release, 10U);
}

BOOST_AUTO_TEST_CASE(with_units_that_cannot_be_released_yet_the_others_are)
{
    sharing_world w;
    {
        const auto units = w.acquire_at_once(10);
        w.there.everything_is_idle();
        w.there.units.begin()->second.status = "composing";
    }
    w.pass(20s);
    BOOST_CHECK_EQUAL(w.there.alive(), 1U);
    w.there.units.begin()->second.status = "idle";
    w.pass(20s);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
}

BOOST_AUTO_TEST_CASE(a_refused_release_of_several_is_made_again_in_halves)
{
    sharing_world w;
    {
        const auto units = w.acquire_at_once(10);
        w.there.everything_is_idle();
        w.there.release_fates = {fate::well, fate::refused, fate::refused};
    }
    w.run();
    w.pass(10ms);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U); // without a second look at any of them
}

BOOST_AUTO_TEST_CASE(a_lost_release_of_several_is_looked_after_unit_by_unit)
{
    sharing_world w;
    {
        const auto units = w.acquire_at_once(10);
        w.there.everything_is_idle();
        w.there.release_fates = {fate::lost_request, fate::lost_answer};
    }
    w.pass(20s);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
    BOOST_CHECK_EQUAL(w.counts().released, 10U);
}

BOOST_AUTO_TEST_CASE(a_lost_answer_of_a_batch_costs_no_second_unit)
{
    sharing_world w;
    w.there.acquire_fates = {fate::well, fate::lost_answer};
    const auto units = w.acquire_at_once(20);
    w.pass(1ms);
    for (const auto& each : units) {
        BOOST_CHECK_MESSAGE(each->ok(), each->what());
    }
    BOOST_CHECK_EQUAL(w.there.alive(), 20U);
}

BOOST_AUTO_TEST_CASE(what_is_refused_to_all_is_told_to_each)
{
    sharing_world w;
    w.there.acquire_fates.assign(40, fate::refused);
    const auto units = w.acquire_at_once(10);
    w.pass(1s);
    for (const auto& each : units) {
        BOOST_CHECK_EQUAL(each->code(), videosdk::condition::client_error);
    }
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
    BOOST_CHECK_EQUAL(w.counts().waiting, 0U);
}

BOOST_AUTO_TEST_CASE(limits_of_sharing_are_checked)
{
    for (const std::uint32_t wrong : {0U, 10'001U}) {
        videosdk::lease_manager_options options;
        options.max_batch = wrong;
        BOOST_CHECK_EXCEPTION(options.validate(), videosdk::error, [](const videosdk::error& why) {
            return std::string(why.what()).find("max_batch") != std::string::npos;
        });
    }
    for (const std::uint32_t wrong : {0U, 1'001U}) {
        videosdk::lease_manager_options options;
        options.max_in_flight = wrong;
        BOOST_CHECK_EXCEPTION(options.validate(), videosdk::error, [](const videosdk::error& why) {
            return std::string(why.what()).find("max_in_flight") != std::string::npos;
        });
    }
}

BOOST_AUTO_TEST_SUITE_END()
