// Clients, their calls and their io_context end in any order.
#include "fixture.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <thread>

namespace {

using namespace test;
using videosdk::effect;
using videosdk::errc;
using videosdk::outcome;
using units = std::vector<videosdk::resource>;

bool aborted(const videosdk::error& failure)
{
    return failure.code() == boost::asio::error::operation_aborted;
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_lifetime)

BOOST_AUTO_TEST_CASE(a_client_is_destroyed_without_resuming_anybody_inside)
{
    client_fixture f;
    started<videosdk::resource> call(f.io, f.client->try_get("r1"));
    f.settle();
    bool inside = true;
    boost::asio::post(f.io, [&] {
        f.client.reset();
        inside = call.outcome.has_value();
    });
    f.settle();
    BOOST_TEST(!inside);
    BOOST_REQUIRE(call.outcome.has_value());
    BOOST_TEST(aborted(call.outcome->error()));
}

BOOST_AUTO_TEST_CASE(a_caller_that_throws_when_aborted_keeps_no_other_from_being_aborted)
{
    client_fixture f;
    auto thrower = [&]() -> boost::asio::awaitable<void> { co_await f.client->get("r1"); };
    started<videosdk::resource> before(f.io, f.client->try_get("r2"));
    f.settle();
    boost::asio::co_spawn(f.io, thrower(), [](std::exception_ptr failure) {
        if (failure) {
            std::rethrow_exception(failure);
        }
    });
    f.settle();
    started<videosdk::resource> after(f.io, f.client->try_get("r3"));
    f.settle();
    f.client.reset();
    BOOST_CHECK_THROW(f.settle(), videosdk::error);
    f.settle();
    BOOST_REQUIRE(before.outcome.has_value());
    BOOST_REQUIRE(after.outcome.has_value());
}

BOOST_AUTO_TEST_CASE(destroying_the_client_aborts_its_calls_wherever_they_are)
{
    client_fixture f;
    f.carrier->expect(hang_in_queue());
    f.carrier->expect(hang_after_write());
    f.carrier->expect(failure(errc::connect_failed, outcome::not_sent));
    started<units> queued(f.io, f.client->try_acquire(one_recording));
    started<units> written(f.io, f.client->try_acquire(one_recording));
    started<units> backing_off(f.io, f.client->try_acquire(one_recording));
    f.settle();
    f.client.reset();
    f.settle();
    for (const auto* each : {&queued, &written, &backing_off}) {
        BOOST_REQUIRE(each->outcome.has_value());
        BOOST_TEST(aborted(each->outcome->error()));
    }
    BOOST_TEST(written.outcome->error().ambiguous());
    BOOST_TEST(!queued.outcome->error().ambiguous());
    BOOST_TEST(f.time->armed() == 0U);
}

BOOST_AUTO_TEST_CASE(a_call_awaited_after_its_client_is_gone_says_so)
{
    client_fixture f;
    auto late = f.client->try_get("r1");
    f.client.reset();
    f.settle();
    const auto got = f.finish(std::move(late));
    BOOST_TEST((got.error().code() == errc::closed));
    BOOST_TEST(f.carrier->seen().empty());
}

BOOST_AUTO_TEST_CASE(a_client_that_was_moved_from_refuses_and_the_other_works)
{
    client_fixture f;
    videosdk::client other = std::move(*f.client);
    BOOST_TEST((f.finish(f.client->try_get("r1")).error().code() == errc::closed));
    f.carrier->expect(answer(200, R"({"id":"r1"})"));
    BOOST_TEST(f.finish(other.get("r1")).id == "r1");
}

BOOST_AUTO_TEST_CASE(an_io_context_may_be_destroyed_with_calls_in_flight_and_the_client_after_it)
{
    auto io = std::make_unique<boost::asio::io_context>();
    auto time = std::make_shared<videosdk::manual_scheduler>();
    auto carrier = std::make_shared<scripted_transport>(io->get_executor(), time);
    videosdk::client client(io->get_executor(), quiet_options(), carrier, time);
    bool ended = false;
    boost::asio::co_spawn(*io, client.try_acquire(one_recording),
                          [&](std::exception_ptr, const videosdk::result<units>&) { ended = true; });
    io->poll();
    BOOST_TEST(carrier->live() == 1U);
    io.reset();
    BOOST_TEST(!ended);
    boost::asio::io_context other;
    bool refused = false;
    boost::asio::co_spawn(other, client.try_get("r1"),
                          [&](std::exception_ptr, const videosdk::result<videosdk::resource>& got) {
                              refused = got.has_error() && got.error().code() == errc::closed;
                          });
    other.run();
    BOOST_TEST(refused);
}

BOOST_AUTO_TEST_CASE(a_cancellation_signal_may_outlive_the_io_context_of_its_call)
{
    boost::asio::cancellation_signal signal;
    {
        boost::asio::io_context io;
        auto time = std::make_shared<videosdk::manual_scheduler>();
        auto carrier = std::make_shared<scripted_transport>(io.get_executor(), time);
        auto options = quiet_options();
        options.serial_executor = false; // A strand must not be held beyond its context.
        videosdk::client client(io.get_executor(), options, carrier, time);
        boost::asio::co_spawn(io, client.try_acquire(one_recording),
                              boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
        io.poll();
        BOOST_TEST(carrier->live() == 1U);
    }
    BOOST_TEST(signal.slot().is_connected());
}

BOOST_AUTO_TEST_CASE(an_io_context_may_be_destroyed_before_a_call_from_another_executor_has_begun_there)
{
    // With a strand of the client's own, and without.
    for (const bool serial : {true, false}) {
        auto io = std::make_unique<boost::asio::io_context>();
        auto time = std::make_shared<videosdk::manual_scheduler>();
        auto carrier = std::make_shared<scripted_transport>(io->get_executor(), time);
        auto options = quiet_options();
        options.serial_executor = serial;
        auto client = std::make_unique<videosdk::client>(io->get_executor(), options, carrier, time);
        boost::asio::io_context foreign;
        boost::asio::cancellation_signal before;
        boost::asio::cancellation_signal after;
        const auto ended = std::make_shared<int>(0); // held by each completion, so that none leaks unseen
        for (auto* signal : {&before, &after}) {
            boost::asio::co_spawn(
                foreign, client->try_acquire(one_recording),
                boost::asio::bind_cancellation_slot(
                    signal->slot(), [ended](std::exception_ptr, const videosdk::result<units>&) {}));
        }
        boost::asio::co_spawn(
            foreign,
            [](videosdk::client& which) -> boost::asio::awaitable<void> { co_await which.counts(); }(*client),
            [ended](std::exception_ptr) {});
        foreign.poll();
        BOOST_TEST(carrier->seen().empty()); // the calls wait in the client's io_context
        before.emit(boost::asio::cancellation_type::total);
        BOOST_TEST(ended.use_count() == 4);
        io.reset();
        after.emit(boost::asio::cancellation_type::total);
        client.reset();
        foreign.restart();
        foreign.run();
        BOOST_TEST(ended.use_count() == 1);
    }
}

BOOST_AUTO_TEST_CASE(a_race_of_a_call_with_something_else_may_be_decided_after_the_io_context_of_the_call)
{
    auto io = std::make_unique<boost::asio::io_context>();
    auto time = std::make_shared<videosdk::manual_scheduler>();
    auto carrier = std::make_shared<scripted_transport>(io->get_executor(), time);
    auto options = quiet_options();
    options.serial_executor = false;
    videosdk::client client(io->get_executor(), options, carrier, time);
    boost::asio::io_context foreign;
    auto gates = std::make_shared<scripted_transport>(foreign.get_executor(), time);
    videosdk::client gate(foreign.get_executor(), quiet_options(), gates, time);
    const auto kept = std::make_shared<int>(0);
    auto race = [&]() -> boost::asio::awaitable<void> {
        using namespace boost::asio::experimental::awaitable_operators;
        co_await (client.try_acquire(one_recording) || gate.try_get("r1"));
    };
    for (int i = 0; i < 10; ++i) {
        boost::asio::co_spawn(foreign, race(), [kept](std::exception_ptr) {});
    }
    foreign.poll();
    BOOST_TEST(carrier->seen().empty()); // the calls wait in the client's io_context
    BOOST_TEST(gates->live() == 10U);
    BOOST_TEST(kept.use_count() == 11);
    io.reset();
    for (int i = 0; i < 10; ++i) {
        gates->answer_hanging(200, R"({"id":"r1"})"); // cancels a call whose client has no executor any more
    }
    foreign.restart();
    foreign.poll();
    BOOST_TEST(gates->live() == 0U);
}

BOOST_AUTO_TEST_CASE(a_result_on_its_way_to_another_executor_does_not_need_the_io_context_any_more)
{
    auto io = std::make_unique<boost::asio::io_context>();
    auto time = std::make_shared<videosdk::manual_scheduler>();
    auto carrier = std::make_shared<scripted_transport>(io->get_executor(), time);
    carrier->expect(answer(200, std::string(one_unit)));
    auto options = quiet_options();
    options.serial_executor = false;
    videosdk::client client(io->get_executor(), options, carrier, time);
    boost::asio::io_context foreign;
    boost::asio::cancellation_signal signal;
    std::optional<videosdk::result<units>> outcome;
    boost::asio::co_spawn(foreign, note<units>(client.try_acquire(one_recording), outcome),
                          boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
    foreign.poll();
    io->poll(); // the answer is there, and waits in the foreign queue
    io.reset();
    signal.emit(boost::asio::cancellation_type::total);
    foreign.restart();
    foreign.poll();
    BOOST_REQUIRE(outcome.has_value());
    BOOST_TEST(outcome->has_value());
}

BOOST_AUTO_TEST_CASE(an_awaitable_that_nobody_awaits_may_outlive_the_io_context)
{
    auto io = std::make_unique<boost::asio::io_context>();
    auto time = std::make_shared<videosdk::manual_scheduler>();
    auto carrier = std::make_shared<scripted_transport>(io->get_executor(), time);
    auto options = quiet_options();
    options.serial_executor = false; // A strand must not be held beyond its context.
    videosdk::client client(io->get_executor(), options, carrier, time);
    {
        auto thrown_away = client.get("r1");
        auto kept = client.try_get("r1");
        auto counts = client.counts();
        io.reset();
        boost::asio::io_context other;
        std::optional<videosdk::result<videosdk::resource>> outcome;
        boost::asio::co_spawn(other, note<videosdk::resource>(std::move(kept), outcome),
                              boost::asio::detached);
        other.run();
        BOOST_REQUIRE(outcome.has_value());
        BOOST_TEST((outcome->error().code() == errc::closed));
        BOOST_TEST((outcome->error().effect() == effect::none));
    }
    BOOST_TEST(carrier->seen().empty());
}

BOOST_AUTO_TEST_CASE(clients_that_share_a_scheduler_and_a_transport_outlive_each_other)
{
    client_fixture f;
    videosdk::client other(f.io.get_executor(), quiet_options(), f.carrier, f.time);
    f.carrier->expect(hang_after_write());
    f.carrier->expect(failure(errc::connect_failed, outcome::not_sent));
    f.carrier->expect(answer(200, R"({"id":"r1"})"));
    started<videosdk::resource> hanging(f.io, other.try_get("r1", {.timeout = 5s}));
    started<videosdk::resource> backing_off(f.io, other.try_get("r1"));
    f.settle();
    BOOST_TEST(f.time->armed() == 2U);
    f.client.reset();
    f.settle();
    BOOST_TEST(f.time->armed() == 2U);
    f.time->advance(10s);
    f.settle();
    BOOST_REQUIRE(hanging.outcome.has_value());
    BOOST_TEST((hanging.outcome->error().code() == errc::response_timeout));
    BOOST_REQUIRE(backing_off.outcome.has_value());
    BOOST_TEST(backing_off.outcome->has_value());
}

BOOST_AUTO_TEST_CASE(a_call_may_be_awaited_from_another_executor_and_resumes_there)
{
    boost::asio::thread_pool pool(1);
    boost::asio::io_context io;
    auto guard = boost::asio::make_work_guard(io);
    std::thread worker([&] { io.run(); });
    auto time = std::make_shared<videosdk::manual_scheduler>();
    auto carrier = std::make_shared<scripted_transport>(io.get_executor(), time);
    carrier->decide = [](const seen_request&) { return answer(200, R"({"id":"r1"})"); };
    {
        videosdk::client client(io.get_executor(), quiet_options(), carrier, time);
        auto resumed_on = boost::asio::co_spawn(
            pool,
            [](videosdk::client& which) -> boost::asio::awaitable<std::thread::id> {
                co_await which.get("r1");
                co_return std::this_thread::get_id();
            }(client),
            boost::asio::use_future);
        BOOST_TEST((resumed_on.get() != worker.get_id()));
    }
    guard.reset();
    worker.join();
    pool.join();
}

BOOST_AUTO_TEST_SUITE_END()
