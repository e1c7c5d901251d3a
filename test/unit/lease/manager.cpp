// The lease manager over a provider that fails as told: what its callers get, and what is left at the
// provider.
#include "world.hpp"

#include <videosdk/observer.hpp>

#include <sstream>

using namespace lease_tests;
using fate = provider::fate;
using videosdk::errc;
using videosdk::lease_state;

namespace {

/// What an observer is told of leases, without the ids.
struct told : videosdk::observer {
    void on_reconcile_step(const videosdk::reconcile_step& what) override { add(what); }
    void on_lease_changed(const videosdk::lease_changed& what) override
    {
        text += std::string(to_string(what.what)) + '\n';
    }
    void on_sweep_ended(const videosdk::sweep_ended& what) override { add(what); }
    template <class Record>
    void add(const Record& what)
    {
        std::ostringstream line;
        line << what << '\n';
        text += line.str();
    }

    std::string text;
};

} // namespace

BOOST_AUTO_TEST_SUITE(manager)

BOOST_AUTO_TEST_CASE(an_observer_is_told_how_a_lost_answer_was_found)
{
    const auto watcher = std::make_shared<told>();
    world w({}, watcher);
    const videosdk::lease first = w.held();
    w.there.acquire_fates = {fate::lost_answer};
    {
        const auto second = w.acquire();
        w.pass(1ms);
        BOOST_REQUIRE(second->ok());
    }
    w.there.everything_is_idle();
    w.pass(2s);
    BOOST_CHECK_EQUAL(
        watcher->text,
        "granted\n"
        "reconciling attempt 2: started, 0 of 1 units seen\n"
        "sweep 1 complete: 2 resources on 3 pages, 2 ours, 0 of other boots, 0 foreign, 1.000 ms\n"
        "reconciling attempt 2: unit_found, 0 of 1 units seen\n"
        "adopted\n"
        "reconciling attempt 2: settled, 1 of 1 units seen\n"
        "returning\n"
        "released\n");
}

BOOST_AUTO_TEST_CASE(a_lease_gives_its_unit_back_when_it_ends)
{
    world w;
    {
        const videosdk::lease unit = w.held();
        BOOST_CHECK(unit);
        BOOST_CHECK_EQUAL(unit.state(), lease_state::held);
        BOOST_CHECK_EQUAL(unit.unit().status, videosdk::resource_status::pending);
        BOOST_REQUIRE_EQUAL(w.there.units.size(), 1U);
        BOOST_CHECK_EQUAL(w.there.units.begin()->first, unit.id());
        BOOST_CHECK_EQUAL(w.counts().echo, videosdk::echo_state::proven);
    }
    w.there.everything_is_idle();
    w.pass(2s);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
    BOOST_CHECK_EQUAL(w.there.releases, 1);
    BOOST_CHECK_EQUAL(w.counts().released, 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_lost_costs_no_second_unit)
{
    world w;
    const videosdk::lease first = w.held();
    w.there.acquire_fates = {fate::lost_answer};
    const auto second = w.acquire();
    w.pass(1ms);
    BOOST_REQUIRE_MESSAGE(second->ok(), second->what());
    BOOST_CHECK_EQUAL(w.there.acquires, 2);
    BOOST_CHECK_EQUAL(w.there.alive(), 2U);
    BOOST_CHECK_EQUAL(w.counts().adopted, 1U);
}

BOOST_AUTO_TEST_CASE(a_request_that_was_lost_is_made_again_a_horizon_later)
{
    world w;
    const videosdk::lease first = w.held();
    w.there.acquire_fates = {fate::lost_request};
    const auto lost = w.acquire();
    const auto other = w.acquire();
    BOOST_CHECK(lost->open());
    BOOST_CHECK(other->ok()); // others are not kept waiting
    w.pass(29s);
    BOOST_CHECK(lost->open());
    w.pass(2s);
    BOOST_REQUIRE_MESSAGE(lost->ok(), lost->what());
    BOOST_CHECK_EQUAL(w.there.acquires, 4);
    BOOST_CHECK_EQUAL(w.there.alive(), 3U);
    BOOST_CHECK_EQUAL(w.counts().in_doubt, 0U);
}

BOOST_AUTO_TEST_CASE(the_first_acquire_is_not_guessed_at)
{
    world w;
    w.there.acquire_fates = {fate::lost_answer};
    const auto lost = w.acquire();
    BOOST_CHECK_EQUAL(lost->code(), errc::ambiguous);
    BOOST_CHECK(lost->value->error().ambiguous());
    BOOST_CHECK(lost->what().find("connection_lost") != std::string::npos ||
                lost->what().find("ended") != std::string::npos);
    w.there.everything_is_idle();
    w.pass(5s);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U); // what it brought was found and given back
}

BOOST_AUTO_TEST_CASE(a_refusal_is_the_callers_error)
{
    world w;
    w.there.acquire_fates = {fate::refused};
    const auto refused = w.acquire();
    BOOST_CHECK_EQUAL(refused->code(), errc::forbidden);
    BOOST_CHECK_EQUAL(w.counts().in_doubt, 0U);
}

BOOST_AUTO_TEST_CASE(acquire_ready_completes_with_an_idle_unit)
{
    world w;
    const auto ready = w.await(w.leases->try_acquire_ready(world::recording, {.timeout = 60s}));
    BOOST_CHECK(ready->open());
    w.there.everything_is_idle();
    w.hear(videosdk::event_type::resource_acquired, w.there.units.begin()->first);
    BOOST_REQUIRE_MESSAGE(ready->ok(), ready->what());
    BOOST_CHECK_EQUAL((*ready->value)->unit().status, videosdk::resource_status::idle);
}

BOOST_AUTO_TEST_CASE(a_unit_that_does_not_get_ready_in_time_goes_back)
{
    world w;
    const auto ready = w.await(w.leases->try_acquire_ready(world::recording, {.timeout = 60s}));
    w.pass(60s);
    BOOST_CHECK_EQUAL(ready->code(), errc::wait_timeout);
    w.there.everything_is_idle();
    w.pass(20s);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
}

BOOST_AUTO_TEST_CASE(acquire_many_gives_all_or_nothing)
{
    world w;
    const auto three = w.await(w.leases->try_acquire_many(world::recording, 3));
    BOOST_REQUIRE_MESSAGE(three->ok(), three->what());
    BOOST_CHECK_EQUAL((*three->value)->size(), 3U);
    BOOST_CHECK_EQUAL(w.there.acquires, 1);
    w.there.acquire_fates = {fate::one_short, fate::one_short, fate::one_short};
    const auto two = w.await(w.leases->try_acquire_many(world::recording, 2));
    BOOST_CHECK_EQUAL(two->code(), errc::short_grant);
    w.there.everything_is_idle();
    w.pass(5s);
    BOOST_CHECK_EQUAL(w.there.alive(), 3U);
}

BOOST_AUTO_TEST_CASE(a_release_completes_when_the_provider_has_released)
{
    world w;
    videosdk::lease unit = w.held();
    const auto released = w.await(unit.try_release());
    BOOST_CHECK(released->open()); // it is pending still
    BOOST_CHECK_EQUAL(unit.state(), lease_state::returning);
    w.there.release_fates = {fate::lost_request, fate::refused, fate::lost_answer};
    w.there.everything_is_idle();
    w.pass(60s);
    BOOST_CHECK_MESSAGE(released->ok(), released->what());
    BOOST_CHECK_EQUAL(unit.state(), lease_state::released);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
    const auto again = w.await(unit.try_release());
    BOOST_CHECK(again->ok());
}

BOOST_AUTO_TEST_CASE(all_who_wait_for_one_release_hear_of_it_but_for_those_that_have_left)
{
    world w;
    videosdk::lease unit = w.held();
    videosdk::lease other = w.held();
    asio::cancellation_signal signal;
    const auto first = w.await(unit.try_release());
    const auto cancelled = w.await(unit.try_release(), signal);
    const auto late = w.await(unit.try_release({.timeout = 1s}));
    const auto last = w.await(unit.try_release());
    const auto of_another = w.await(other.try_release({.timeout = 1h}));
    signal.emit(asio::cancellation_type::total);
    w.pass(1s);
    BOOST_CHECK_EQUAL(cancelled->code(), asio::error::operation_aborted);
    BOOST_CHECK_EQUAL(late->code(), errc::wait_timeout);
    BOOST_CHECK(first->open() && last->open());
    w.there.everything_is_idle();
    w.pass(20s);
    BOOST_CHECK_MESSAGE(first->ok(), first->what());
    BOOST_CHECK_MESSAGE(last->ok(), last->what());
    BOOST_CHECK_MESSAGE(of_another->ok(), of_another->what());
    BOOST_CHECK_EQUAL(unit.state(), lease_state::released);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
}

BOOST_AUTO_TEST_CASE(a_release_that_takes_too_long_says_why_and_goes_on)
{
    world w;
    videosdk::lease unit = w.held();
    const auto released = w.await(unit.try_release({.timeout = 10s}));
    w.pass(10s);
    BOOST_CHECK_EQUAL(released->code(), errc::wait_timeout);
    BOOST_CHECK(released->what().find(unit.id()) != std::string::npos);
    w.there.everything_is_idle();
    w.pass(20s);
    BOOST_CHECK_EQUAL(unit.state(), lease_state::released);
}

BOOST_AUTO_TEST_CASE(a_unit_that_others_released_is_lost_and_its_release_succeeds)
{
    world w;
    videosdk::lease unit = w.held();
    w.there.units.begin()->second.status = "released";
    w.hear(videosdk::event_type::resource_released, unit.id());
    BOOST_CHECK_EQUAL(unit.state(), lease_state::lost);
    const auto released = w.await(unit.try_release());
    BOOST_CHECK(released->ok());
    BOOST_CHECK_EQUAL(w.there.releases, 0);
}

BOOST_AUTO_TEST_CASE(a_lease_waits_for_states_of_its_unit)
{
    world w;
    const videosdk::lease unit = w.held();
    const auto idle = w.await(unit.try_wait_for(videosdk::resource_status::idle, {.timeout = 60s}));
    w.there.everything_is_idle();
    w.hear(videosdk::event_type::resource_acquired, unit.id());
    BOOST_CHECK_MESSAGE(idle->ok(), idle->what());
}

BOOST_AUTO_TEST_CASE(an_acquire_that_is_cancelled_leaves_nothing_at_the_provider)
{
    for (const bool lost : {false, true}) {
        world w;
        {
            const videosdk::lease first = w.held();
        }
        w.there.acquire_fates = {lost ? fate::lost_answer : fate::no_answer};
        asio::cancellation_signal signal;
        const auto cut = w.await(w.leases->try_acquire(world::recording), signal);
        signal.emit(asio::cancellation_type::partial);
        w.run();
        BOOST_CHECK_EQUAL(cut->code(), asio::error::operation_aborted);
        w.there.everything_is_idle();
        w.pass(3min);
        BOOST_CHECK_EQUAL(w.there.alive(), 0U);
        BOOST_CHECK_EQUAL(w.counts().in_doubt, 0U);
        BOOST_CHECK_EQUAL(w.counts().waiting, 0U);
    }
}

BOOST_AUTO_TEST_CASE(an_acquire_that_was_cancelled_before_it_began_sends_nothing)
{
    world w;
    asio::cancellation_signal signal;
    auto waits = [&]() -> asio::awaitable<videosdk::result<videosdk::lease>> {
        co_await asio::this_coro::throw_if_cancelled(false);
        signal.emit(asio::cancellation_type::terminal);
        videosdk::result<videosdk::lease> out = co_await w.leases->try_acquire(world::recording);
        co_return std::move(out);
    };
    const auto cut = w.await(waits(), signal);
    BOOST_CHECK_EQUAL(cut->code(), asio::error::operation_aborted);
    BOOST_CHECK_EQUAL(w.there.acquires, 0);
}

BOOST_AUTO_TEST_CASE(a_release_that_is_cancelled_goes_on_in_the_background)
{
    world w;
    videosdk::lease unit = w.held();
    asio::cancellation_signal signal;
    const auto cut = w.await(unit.try_release(), signal);
    signal.emit(asio::cancellation_type::total);
    w.run();
    BOOST_CHECK_EQUAL(cut->code(), asio::error::operation_aborted);
    w.there.everything_is_idle();
    w.pass(5s);
    BOOST_CHECK_EQUAL(unit.state(), lease_state::released);
    BOOST_CHECK_EQUAL(w.there.alive(), 0U);
}

BOOST_AUTO_TEST_CASE(units_of_another_life_are_reported_and_adopted_by_an_explicit_word)
{
    world w;
    std::string id;
    {
        // The process that held it is dead: its manager and its client are gone without a word.
        world before;
        videosdk::lease unit = before.held();
        id = unit.id();
        w.there.units = before.there.units;
        w.there.made = before.there.made;
    }
    w.there.units["b00000000000000000000000"].url = "https://example.com/";
    w.there.everything_is_idle();
    const auto found = w.await(w.leases->try_recover());
    BOOST_REQUIRE_MESSAGE(found->ok(), found->what());
    BOOST_REQUIRE_EQUAL((*found->value)->size(), 1U);
    const videosdk::recoverable_unit& old = (*found->value)->front();
    BOOST_CHECK_EQUAL(old.unit.id, id);
    BOOST_CHECK_NE(old.boot, w.leases->boot());
    w.pass(10min);
    BOOST_CHECK_EQUAL(w.there.alive(), 2U); // nothing is touched by itself
    const auto foreign = w.await(w.leases->try_adopt("b00000000000000000000000"));
    BOOST_CHECK_EQUAL(foreign->code(), errc::not_ours);
    const auto ours = w.await(w.leases->try_adopt(id));
    BOOST_REQUIRE_MESSAGE(ours->ok(), ours->what());
    const auto released = w.await((*ours->value)->try_release());
    BOOST_CHECK_MESSAGE(released->ok(), released->what());
    BOOST_CHECK_EQUAL(w.there.alive(), 1U);
}

BOOST_AUTO_TEST_CASE(a_lease_that_is_held_too_long_is_told)
{
    videosdk::lease_manager_options options;
    options.max_held = 1h;
    std::string told;
    options.on_held_too_long = [&](const std::string& id, std::chrono::nanoseconds) { told += id; };
    world w(options);
    const videosdk::lease unit = w.held();
    w.pass(59min);
    BOOST_CHECK_EQUAL(told, "");
    w.pass(2h);
    BOOST_CHECK_EQUAL(told, unit.id());
}

BOOST_AUTO_TEST_CASE(bad_arguments_are_named_and_send_nothing)
{
    world w;
    const auto wrong = [&](const videosdk::lease_request& request, std::size_t count,
                           const videosdk::lease_options& options) {
        const auto out = w.await(w.leases->try_acquire_many(request, count, options));
        BOOST_CHECK_EQUAL(out->code(), errc::invalid_argument);
        return out->what();
    };
    BOOST_CHECK(wrong({}, 1, {}).find("type") != std::string::npos);
    BOOST_CHECK(wrong(world::recording, 0, {}).find("count") != std::string::npos);
    BOOST_CHECK(wrong(world::recording, 1001, {}).find("max_units") != std::string::npos);
    BOOST_CHECK(wrong(world::recording, 1, {.timeout = 0s}).find("timeout") != std::string::npos);
    BOOST_CHECK_EQUAL(w.there.acquires, 0);

    videosdk::lease none;
    BOOST_CHECK(!none);
    BOOST_CHECK_EQUAL(none.id(), "");
    BOOST_CHECK_EQUAL(none.state(), lease_state::none);
    BOOST_CHECK_EQUAL(w.await(none.try_release())->code(), errc::closed);
    BOOST_CHECK_EQUAL(w.await(none.try_wait_for(videosdk::resource_status::idle, {.timeout = 1s}))->code(),
                      errc::closed);
    videosdk::lease unit = w.held();
    BOOST_CHECK_EQUAL(w.await(unit.try_release({.timeout = -1s}))->code(), errc::invalid_argument);
    std::ostringstream text;
    text << unit << ", " << none;
    BOOST_CHECK_EQUAL(text.str(), "lease " + unit.id() + " held, lease of nothing none");
}

BOOST_AUTO_TEST_CASE(options_out_of_range_and_parts_that_do_not_fit_are_named)
{
    const auto refused = [](void (*spoil)(videosdk::lease_manager_options&)) {
        videosdk::lease_manager_options options;
        spoil(options);
        try {
            const world w(options);
        } catch (const videosdk::error& failure) {
            BOOST_CHECK_EQUAL(failure.code(), errc::invalid_argument);
            return std::string(failure.what());
        }
        return std::string("accepted");
    };
    using options = videosdk::lease_manager_options;
    BOOST_CHECK(refused([](options& o) { o.max_units = 0; }).find("max_units") != std::string::npos);
    BOOST_CHECK(refused([](options& o) { o.reconcile_horizon = 999ms; }).find("reconcile_horizon") !=
                std::string::npos);
    BOOST_CHECK(refused([](options& o) { o.attempts = 0; }).find("attempts") != std::string::npos);
    BOOST_CHECK(refused([](options& o) { o.timeout = 0s; }).find("timeout") != std::string::npos);
    BOOST_CHECK(refused([](options& o) { o.sweep_interval = 0s; }).find("sweep_interval") !=
                std::string::npos);
    BOOST_CHECK(refused([](options& o) { o.drain_timeout = 25h; }).find("drain_timeout") !=
                std::string::npos);
    BOOST_CHECK(refused([](options& o) { o.max_held = 0s; }).find("max_held") != std::string::npos);

    world w;
    world other;
    const auto mixed = [&] { const videosdk::lease_manager m(*w.client, *other.hub, *w.receiver); };
    BOOST_CHECK_THROW(mixed(), videosdk::error);
    videosdk::event_hub moved(std::move(*w.hub));
    BOOST_CHECK_THROW(videosdk::lease_manager(*w.client, *w.hub, *w.receiver), videosdk::error);
}

BOOST_AUTO_TEST_SUITE_END()
