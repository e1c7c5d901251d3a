// A lease manager whose process may act only for a while: no request leaves for which that is too short,
// whichever way it comes to be sent.
#include "world.hpp"

#include <videosdk/tenure.hpp>

#include <atomic>
#include <sstream>
#include <string>
#include <vector>

using namespace lease_tests;
using fate = provider::fate;
using videosdk::errc;
using videosdk::resource_type;
using time_point = std::chrono::steady_clock::time_point;

namespace {

struct set_tenure final : videosdk::tenure {
    time_point ends_at() const noexcept override { return end; }
    std::atomic<time_point> end = time_point::max();
};

/// A world whose manager may act until told otherwise.
struct bounded_world : world {
    explicit bounded_world(videosdk::lease_manager_options options = {})
        : bounded_world(std::make_shared<set_tenure>(), std::move(options))
    {
    }
    bounded_world(const std::shared_ptr<set_tenure>& its_right, videosdk::lease_manager_options options)
        : world(within(its_right, std::move(options))), right(its_right)
    {
    }

    static videosdk::lease_manager_options within(std::shared_ptr<videosdk::tenure> right,
                                                  videosdk::lease_manager_options options)
    {
        options.acts_within = std::move(right);
        return options;
    }
    static videosdk::lease_manager_options sharing()
    {
        videosdk::lease_manager_options out;
        out.coalesce = true;
        out.max_in_flight = 1;
        return out;
    }
    void lasts(std::chrono::nanoseconds more) { right->end = time->now() + more; }
    /// One call's timeout less a nanosecond: too short for any of the manager's own.
    void is_too_short() { lasts(call - 1ns); }
    void is_back() { right->end = time_point::max(); }
    std::size_t requests() const { return carrier->seen().size(); }
    /// Of those whose path ends or begins so.
    std::size_t requests(std::string_view path) const
    {
        return static_cast<std::size_t>(
            std::count_if(carrier->seen().begin(), carrier->seen().end(),
                          [&](const auto& each) { return each.target.find(path) != std::string::npos; }));
    }

    static constexpr std::chrono::nanoseconds call = 30s; // client_options::timeout
    std::shared_ptr<set_tenure> right;
};

template <class T>
void is_refused(const ending_ptr<T>& what)
{
    BOOST_REQUIRE(what->value);
    BOOST_REQUIRE_EQUAL(what->code(), errc::no_tenure);
    const videosdk::error& why = what->value->error();
    BOOST_CHECK(why.outcome() == videosdk::outcome::not_sent);
    BOOST_CHECK(why.effect() == videosdk::effect::none);
    BOOST_CHECK(why.code() == videosdk::condition::retryable);
    BOOST_CHECK(!why.ambiguous());
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_tenure)

BOOST_AUTO_TEST_CASE(lasts_for_an_acquire_where_one_whole_timeout_of_it_is_left)
{
    bounded_world w;
    w.lasts(bounded_world::call);
    const auto granted = w.acquire();
    BOOST_CHECK(granted->ok());
    w.is_too_short();
    const std::size_t before = w.requests();
    is_refused(w.acquire());
    is_refused(w.await(w.leases->try_acquire_ready(world::recording)));
    is_refused(w.await(w.leases->try_acquire_many(world::recording, 2)));
    BOOST_CHECK_EQUAL(w.requests(), before);
    BOOST_CHECK_EQUAL(w.counts().refused_without_tenure, 3U);
    BOOST_CHECK_EQUAL(w.counts().outlived_tenure, 0U);
}

BOOST_AUTO_TEST_CASE(that_never_began_lets_nothing_leave)
{
    bounded_world w;
    w.right->end = time_point::min();
    is_refused(w.acquire());
    BOOST_CHECK_EQUAL(w.requests(), 0U);
}

BOOST_AUTO_TEST_CASE(is_looked_at_again_before_a_repetition)
{
    bounded_world w;
    w.carrier->decide = [&](const test::seen_request&) {
        return test::answer(429, R"({"message":"slowly"})", {{"retry-after", "2"}});
    };
    w.lasts(bounded_world::call + 1s);
    const auto refused = w.acquire();
    BOOST_CHECK_EQUAL(w.requests(), 1U);
    BOOST_CHECK(refused->open());
    w.pass(3s);
    is_refused(refused);
    BOOST_CHECK_MESSAGE(refused->what().find("slowly") != std::string::npos, refused->what());
    BOOST_CHECK_EQUAL(w.requests(), 1U);
    BOOST_CHECK_EQUAL(w.counts().refused_without_tenure, 1U);
    BOOST_CHECK_EQUAL(w.counts().in_doubt, 0U);
}

BOOST_AUTO_TEST_CASE(is_looked_at_again_where_a_connection_was_stale)
{
    bounded_world w;
    w.carrier->decide = [&](const test::seen_request&) {
        w.is_too_short();
        return test::failure(errc::connection_stale, videosdk::outcome::not_sent, true);
    };
    is_refused(w.acquire());
    BOOST_CHECK_EQUAL(w.requests(), 1U);
}

BOOST_AUTO_TEST_CASE(that_is_over_keeps_a_shared_request_back_until_it_is_renewed)
{
    bounded_world w(bounded_world::sharing());
    w.there.acquire_fates = {fate::refused};
    const auto first = std::make_shared<ending<videosdk::lease>>();
    const auto second = std::make_shared<ending<videosdk::lease>>();
    const auto third = std::make_shared<ending<videosdk::lease>>();
    w.carrier->decide = [&](const test::seen_request& request) {
        w.is_too_short(); // when the first is in the air, and the others wait for their turn
        return w.there.answer(request);
    };
    for (const auto& each : {first, second, third}) {
        asio::co_spawn(*w.io, collect(w.leases->try_acquire(world::recording), each), asio::detached);
    }
    w.run();
    BOOST_CHECK_EQUAL(first->code(), errc::forbidden);
    BOOST_CHECK(second->open());
    BOOST_CHECK_EQUAL(w.there.acquires, 1);
    BOOST_CHECK_EQUAL(w.counts().held_back, 1U);
    w.pass(20s);
    BOOST_CHECK_EQUAL(w.requests(), 1U);
    w.carrier->decide = [&](const test::seen_request& request) { return w.there.answer(request); };
    w.is_back();
    w.pass(200ms);
    BOOST_CHECK_MESSAGE(second->ok() && third->ok(), second->what() + third->what());
    BOOST_CHECK_EQUAL(w.there.acquires, 2);
    BOOST_CHECK_EQUAL(w.counts().held_back, 0U);
}

BOOST_AUTO_TEST_CASE(that_does_not_come_back_costs_a_waiting_acquire_nothing)
{
    bounded_world w(bounded_world::sharing());
    w.there.acquire_fates = {fate::refused};
    w.carrier->decide = [&](const test::seen_request& request) {
        w.is_too_short();
        return w.there.answer(request);
    };
    const auto first = std::make_shared<ending<videosdk::lease>>();
    const auto second = std::make_shared<ending<videosdk::lease>>();
    for (const auto& each : {first, second}) {
        asio::co_spawn(*w.io, collect(w.leases->try_acquire(world::recording, {.timeout = 5s}), each),
                       asio::detached);
    }
    w.run();
    w.pass(6s);
    BOOST_CHECK_EQUAL(second->code(), errc::wait_timeout);
    BOOST_CHECK_EQUAL(w.counts().held_back, 0U);
    w.is_back();
    w.pass(1s);
    BOOST_CHECK_EQUAL(w.there.acquires, 1); // nobody waits for it any more
    BOOST_CHECK_EQUAL(w.there.made, 0);
}

BOOST_AUTO_TEST_CASE(that_is_over_keeps_the_next_attempt_back_when_one_in_doubt_turned_out_to_be_nothing)
{
    bounded_world w;
    const videosdk::lease proof = w.held();
    w.there.acquire_fates = {fate::lost_request};
    const auto lost = w.acquire();
    const time_point proven_from = w.time->now() + 30s; // the horizon
    int whole_listings = 0;
    w.carrier->decide = [&](const test::seen_request& request) {
        const bool last_page = request.target.find("status=composing") != std::string::npos;
        whole_listings += last_page && w.time->now() >= proven_from ? 1 : 0;
        if (whole_listings == 2) {
            w.is_too_short(); // when absence is about to be proven
        }
        return w.there.answer(request);
    };
    w.pass(40s);
    BOOST_CHECK_EQUAL(whole_listings, 2);
    BOOST_CHECK(lost->open());
    BOOST_CHECK_EQUAL(w.there.acquires, 2);
    BOOST_CHECK_EQUAL(w.counts().held_back, 1U);
    w.carrier->decide = [&](const test::seen_request& request) { return w.there.answer(request); };
    w.is_back();
    w.pass(1s);
    BOOST_CHECK_MESSAGE(lost->ok(), lost->what());
    BOOST_CHECK_EQUAL(w.there.acquires, 3);
}

BOOST_AUTO_TEST_CASE(that_is_over_keeps_what_is_given_back_until_it_is_renewed)
{
    bounded_world w;
    auto released = std::make_shared<ending<void>>();
    videosdk::lease other = w.held();
    {
        const videosdk::lease unit = w.held();
        w.there.everything_is_idle();
        w.is_too_short();
    }
    released = w.await(other.try_release());
    const std::size_t before = w.requests();
    w.pass(60s);
    BOOST_CHECK_EQUAL(w.requests(), before);
    BOOST_CHECK_EQUAL(w.counts().held_back, 2U);
    BOOST_CHECK_EQUAL(w.counts().returning, 2U);
    BOOST_CHECK(released->open());
    w.is_back();
    w.pass(200ms);
    BOOST_CHECK(released->ok());
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
}

BOOST_AUTO_TEST_CASE(that_ends_between_the_look_at_a_unit_and_its_release_keeps_the_release_back)
{
    bounded_world w;
    std::optional<videosdk::lease> unit = w.held();
    w.there.everything_is_idle();
    w.carrier->decide = [&](const test::seen_request& request) {
        w.is_too_short();
        return w.there.answer(request);
    };
    unit.reset();
    w.run();
    w.pass(10s);
    BOOST_CHECK_EQUAL(w.there.releases, 0);
    BOOST_CHECK_EQUAL(w.counts().held_back, 1U);
    w.carrier->decide = [&](const test::seen_request& request) { return w.there.answer(request); };
    w.is_back();
    w.pass(200ms);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
    BOOST_CHECK_EQUAL(w.there.releases, 1);
}

BOOST_AUTO_TEST_CASE(that_is_over_says_why_a_release_takes_long)
{
    bounded_world w;
    videosdk::lease unit = w.held();
    w.there.everything_is_idle();
    w.is_too_short();
    const auto released = w.await(unit.try_release({.timeout = 5s}));
    w.pass(6s);
    BOOST_CHECK_EQUAL(released->code(), errc::wait_timeout);
    BOOST_CHECK_MESSAGE(released->what().find("tenure") != std::string::npos, released->what());
}

BOOST_AUTO_TEST_CASE(is_needed_to_start_and_to_stop_a_composition)
{
    bounded_world w;
    videosdk::lease unit = w.held();
    w.there.everything_is_idle();
    w.is_too_short();
    is_refused(w.await(unit.try_start_recording({.room_id = "abcd-efgh-ijkl"})));
    BOOST_CHECK_EQUAL(w.there.starts, 0);
    // A shorter call needs less of it.
    const auto started = w.await(unit.try_start_recording({.room_id = "abcd-efgh-ijkl"}, {.timeout = 20s}));
    BOOST_REQUIRE_MESSAGE(started->ok(), started->what());
    is_refused(w.await((*started->value)->try_stop()));
    BOOST_CHECK_EQUAL(w.there.ends, 0);
    w.is_back();
    const auto stopped = w.await((*started->value)->try_stop());
    w.pass(10s);
    BOOST_CHECK_MESSAGE(stopped->ok(), stopped->what());
}

BOOST_AUTO_TEST_CASE(that_ends_when_the_answer_to_a_stop_was_lost_leaves_the_stop_in_doubt)
{
    bounded_world w;
    videosdk::lease unit = w.held();
    w.there.everything_is_idle();
    const auto started = w.await(unit.try_start_recording({.room_id = "abcd-efgh-ijkl"}));
    BOOST_REQUIRE_MESSAGE(started->ok(), started->what());
    w.there.keeps_composing = true;
    w.there.end_fates = {fate::lost_answer};
    w.carrier->decide = [&](const test::seen_request& request) {
        w.is_too_short();
        return w.there.answer(request);
    };
    const auto stopped = w.await((*started->value)->try_stop());
    w.pass(2min);
    BOOST_CHECK_EQUAL(w.there.ends, 1);
    BOOST_REQUIRE(stopped->value && !stopped->ok());
    BOOST_CHECK_MESSAGE(stopped->value->error().ambiguous(), stopped->what());
    BOOST_CHECK(stopped->code() != errc::no_tenure);
}

BOOST_AUTO_TEST_CASE(that_is_over_keeps_back_what_would_find_out_about_a_start)
{
    bounded_world w;
    videosdk::lease unit = w.held();
    w.there.everything_is_idle();
    w.there.start_fates = {fate::lost_answer};
    w.carrier->decide = [&](const test::seen_request& request) {
        w.is_too_short();
        return w.there.answer(request);
    };
    const auto started = w.await(unit.try_start_recording({.room_id = "abcd-efgh-ijkl"}));
    const std::size_t before = w.requests();
    w.pass(10s);
    BOOST_CHECK_EQUAL(w.requests(), before);
    w.carrier->decide = [&](const test::seen_request& request) { return w.there.answer(request); };
    w.is_back();
    w.pass(6s);
    BOOST_CHECK_MESSAGE(started->ok(), started->what());
    BOOST_CHECK_EQUAL(w.there.starts, 1);
}

BOOST_AUTO_TEST_CASE(that_is_over_fills_no_stock)
{
    bounded_world w;
    w.is_too_short();
    const auto kept = w.await(w.leases->try_keep_warm({.type = resource_type::recording, .count = 3}));
    BOOST_CHECK(kept->ok());
    w.pass(60s);
    BOOST_CHECK_EQUAL(w.requests(), 0U);
    w.is_back();
    w.pass(200ms);
    w.there.everything_is_idle();
    w.pass(10s);
    BOOST_CHECK_EQUAL(w.counts().warm, 3U);
}

BOOST_AUTO_TEST_CASE(that_is_over_hands_out_no_warm_unit)
{
    bounded_world w;
    w.await(w.leases->try_keep_warm({.type = resource_type::recording, .count = 1}));
    w.there.everything_is_idle();
    w.pass(10s);
    BOOST_REQUIRE_EQUAL(w.counts().warm, 1U);
    w.is_too_short();
    is_refused(w.acquire()); // whose it is may be another's to say soon
    BOOST_CHECK_EQUAL(w.counts().warm, 1U);
}

BOOST_AUTO_TEST_CASE(that_is_over_lists_nothing)
{
    videosdk::lease_manager_options often;
    often.sweep_interval = 10s;
    bounded_world w(often);
    const videosdk::lease unit = w.held();
    w.pass(11s);
    const int before = w.there.listings;
    BOOST_CHECK_GT(before, 0);
    w.is_too_short();
    w.pass(60s);
    BOOST_CHECK_EQUAL(w.there.listings, before);
    w.is_back();
    w.pass(200ms);
    BOOST_CHECK_GT(w.there.listings, before);
}

BOOST_AUTO_TEST_CASE(that_ends_in_the_midst_of_a_listing_ends_it)
{
    videosdk::lease_manager_options often;
    often.sweep_interval = 10s;
    bounded_world w(often);
    const videosdk::lease unit = w.held();
    w.carrier->decide = [&](const test::seen_request& request) {
        w.is_too_short();
        return w.there.answer(request);
    };
    w.pass(60s);
    BOOST_CHECK_EQUAL(w.there.listings, 1);
    BOOST_CHECK_EQUAL(w.counts().sweeps_incomplete, 1U);
}

BOOST_AUTO_TEST_CASE(is_needed_to_recover_and_to_adopt)
{
    bounded_world w;
    const videosdk::lease unit = w.held();
    w.is_too_short();
    const std::size_t before = w.requests();
    is_refused(w.await(w.leases->try_recover()));
    is_refused(w.await(w.leases->try_adopt(unit.id())));
    BOOST_CHECK_EQUAL(w.requests(), before);
}

BOOST_AUTO_TEST_CASE(that_ends_while_a_unit_is_looked_at_leaves_it_to_others)
{
    bounded_world w;
    const videosdk::lease unit = w.held();
    w.carrier->decide = [&](const test::seen_request& request) {
        w.is_too_short();
        return w.there.answer(request);
    };
    is_refused(w.await(w.leases->try_adopt(unit.id())));
    BOOST_CHECK_EQUAL(w.requests("/v2/resource/" + unit.id()), 2U); // the proof of the echo, and that
}

BOOST_AUTO_TEST_CASE(that_a_request_outlives_is_counted)
{
    bounded_world w;
    w.there.acquire_fates = {fate::no_answer};
    w.lasts(bounded_world::call);
    const auto in_time = w.acquire();
    w.pass(bounded_world::call);
    BOOST_CHECK(!in_time->open());
    BOOST_CHECK_EQUAL(w.counts().outlived_tenure, 0U); // its deadline is within
    w.is_back();
    w.there.acquire_fates = {fate::no_answer};
    const auto too_long = w.acquire();
    w.lasts(1s); // as if the clock had run on between the look and the write
    w.pass(bounded_world::call);
    BOOST_CHECK(!too_long->open());
    BOOST_CHECK_GT(w.counts().outlived_tenure, 0U);
}

BOOST_AUTO_TEST_CASE(that_does_not_come_back_leaves_the_units_behind_by_name)
{
    std::vector<std::string> left;
    videosdk::lease_manager_options options;
    options.on_left_behind = [&left](const videosdk::left_behind& what) { left = what.ids; };
    bounded_world w(options);
    const videosdk::lease unit = w.held();
    w.there.everything_is_idle();
    w.is_too_short();
    const std::size_t before = w.requests();
    const auto ended = w.await(w.leases->try_shutdown());
    w.pass(31s);
    BOOST_CHECK_EQUAL(ended->code(), errc::wait_timeout);
    BOOST_CHECK_EQUAL(w.requests(), before);
    BOOST_REQUIRE_EQUAL(left.size(), 1U);
    BOOST_CHECK_EQUAL(left.front(), unit.id());
}

BOOST_AUTO_TEST_CASE(shows_in_the_options_and_the_counts)
{
    bounded_world w;
    std::ostringstream text;
    text << bounded_world::within(w.right, {}) << ' ' << w.counts();
    BOOST_CHECK(text.str().find("acts_within=") != std::string::npos);
    BOOST_CHECK(text.str().find("held_back=0") != std::string::npos);
    BOOST_CHECK(text.str().find("refused_without_tenure=0 outlived_tenure=0") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
