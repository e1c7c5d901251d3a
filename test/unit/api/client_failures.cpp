// Retries, deadlines, cancellation and destruction of calls: what is sent again, what is not, and what is
// said.
#include "fixture.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
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

BOOST_AUTO_TEST_SUITE(client_failures)

BOOST_AUTO_TEST_CASE(a_lost_get_is_sent_again_and_a_lost_acquire_is_not)
{
    client_fixture f;
    f.carrier->expect(failure(errc::connection_lost, outcome::ambiguous));
    f.carrier->expect(answer(200, R"({"id":"r1","status":"idle"})"));
    BOOST_TEST(f.finish(f.client->get("r1")).id == "r1");
    BOOST_TEST(f.carrier->seen().size() == 2U);

    f.carrier->expect(failure(errc::connection_lost, outcome::ambiguous));
    const auto got = f.finish(f.client->try_acquire(one_recording));
    BOOST_TEST(f.carrier->seen().size() == 3U);
    BOOST_TEST((got.error().code() == errc::connection_lost));
    BOOST_TEST(got.error().ambiguous());
    BOOST_TEST((got.error().outcome() == outcome::ambiguous));
}

BOOST_AUTO_TEST_CASE(a_refusal_does_not_make_up_for_an_attempt_before_it_whose_answer_was_lost)
{
    const std::string refused =
        R"({"success":true,"data":[{"id":"r1","success":false,"msg":"resource is not idle"}]})";
    for (const auto& [body, code] :
         {std::pair(std::string(R"({"success":false,"message":"no"})"), errc::rejected),
          std::pair(refused, errc::release_refused)}) {
        client_fixture f;
        f.carrier->expect(failure(errc::connection_lost, outcome::ambiguous));
        f.carrier->expect(answer(200, body));
        const auto got = f.finish(f.client->try_release("r1"));
        BOOST_REQUIRE(got.has_error());
        BOOST_TEST((got.error().code() == code), got.error().what());
        BOOST_TEST((got.error().effect() == effect::unknown));

        f.carrier->expect(answer(200, body));
        BOOST_TEST((f.finish(f.client->try_release("r1")).error().effect() == effect::none));
    }
    client_fixture f;
    f.carrier->expect(answer(503, "{}"));
    f.carrier->expect(answer(403, "{}"));
    const auto got = f.finish(f.client->try_release("r1"));
    BOOST_TEST((got.error().code() == errc::forbidden));
    BOOST_TEST((got.error().effect() == effect::unknown));
}

BOOST_AUTO_TEST_CASE(an_acquire_of_which_no_byte_left_is_sent_again)
{
    client_fixture f;
    f.carrier->expect(failure(errc::connect_failed, outcome::not_sent));
    f.carrier->expect(failure(errc::connection_stale, outcome::not_sent, true));
    f.carrier->expect(answer(429, "{}", {{"Retry-After", "2"}}));
    f.carrier->expect(answer(200, std::string(one_unit)));
    const auto begun = f.time->now();
    BOOST_TEST(f.finish(f.client->acquire(one_recording)).size() == 1U);
    BOOST_TEST(f.carrier->seen().size() == 4U);
    BOOST_TEST((f.time->now() - begun >= 2s));
}

BOOST_AUTO_TEST_CASE(attempts_end_at_the_limit_and_the_error_counts_them)
{
    client_fixture f;
    for (int i = 0; i < 9; ++i) {
        f.carrier->expect(failure(errc::connect_failed, outcome::not_sent));
    }
    const auto got = f.finish(f.client->try_get("r1", {.max_attempts = 5}));
    BOOST_TEST(f.carrier->seen().size() == 5U);
    BOOST_TEST(got.error().attempts() == 5U);
    BOOST_TEST((got.error().effect() == effect::none));
}

BOOST_AUTO_TEST_CASE(the_deadline_spans_attempts_and_back_off)
{
    client_fixture f;
    f.carrier->decide = [](const seen_request&) { return answer(503, "{}", {{"Retry-After", "4"}}); };
    const auto begun = f.time->now();
    const auto got = f.finish(f.client->try_get("r1", {.timeout = 10s, .max_attempts = 100}));
    BOOST_TEST((got.error().code() == errc::server_error));
    BOOST_TEST(f.carrier->seen().size() == 3U); // At 0, 4 and 8 s; another pause would end beyond 10 s.
    BOOST_TEST((f.time->now() - begun <= 10s));
    BOOST_TEST((got.error().retry_after() == 4s));
}

BOOST_AUTO_TEST_CASE(a_deadline_says_whether_the_request_had_left)
{
    client_fixture f;
    f.carrier->expect(hang_in_queue());
    const auto queued = f.finish(f.client->try_acquire(one_recording, {.timeout = 1s}));
    BOOST_TEST((queued.error().code() == errc::timeout));
    BOOST_TEST((queued.error().effect() == effect::none));
    f.carrier->expect(hang_after_write());
    const auto written = f.finish(f.client->try_acquire(one_recording, {.timeout = 1s}));
    BOOST_TEST((written.error().code() == errc::response_timeout));
    BOOST_TEST((written.error().code() == videosdk::condition::timeout));
    BOOST_TEST(written.error().ambiguous());
}

BOOST_AUTO_TEST_CASE(a_401_is_cured_by_a_fresh_token)
{
    client_fixture f;
    f.carrier->expect(answer(200, std::string(one_unit)));
    f.carrier->expect(answer(401, "{}"));
    f.carrier->expect(answer(200, std::string(one_unit)));
    f.finish(f.client->acquire(one_recording));
    f.time->advance(1min); // tokens are told apart by the second in which they were minted
    BOOST_TEST(f.finish(f.client->acquire(one_recording)).size() == 1U);
    BOOST_REQUIRE(f.carrier->seen().size() == 3U);
    const auto token = [&](std::size_t i) { return f.carrier->seen()[i].header("Authorization"); };
    BOOST_TEST(token(0) == token(1));
    BOOST_TEST(token(1) != token(2));
}

BOOST_AUTO_TEST_CASE(a_second_401_ends_the_call)
{
    client_fixture f;
    f.carrier->expect(answer(401, "{}"));
    f.carrier->expect(answer(401, R"({"message":"account suspended"})"));
    const auto got = f.finish(f.client->try_acquire(one_recording));
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().code() == errc::unauthorized));
    BOOST_TEST(got.error().api_message() == "account suspended");
    BOOST_TEST((got.error().effect() == effect::none));
    BOOST_TEST(f.carrier->seen().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_function_for_tokens_that_outlasts_the_deadline_sends_nothing)
{
    client_fixture* world = nullptr;
    auto options = quiet_options();
    options.credentials = videosdk::credentials::token_function([&world] {
        world->time->advance(2s);
        return std::string("eyJ.a.token");
    });
    client_fixture f(options);
    world = &f;
    const auto got = f.finish(f.client->try_acquire(one_recording, {.timeout = 1s}));
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().code() == errc::timeout));
    BOOST_TEST((got.error().outcome() == outcome::not_sent));
    BOOST_TEST((got.error().effect() == effect::none));
    BOOST_TEST(f.carrier->seen().empty());
}

BOOST_AUTO_TEST_CASE(reading_has_no_effect_however_it_fails)
{
    client_fixture f;
    f.carrier->decide = [](const seen_request&) { return answer(503, "{}"); };
    BOOST_TEST((f.finish(f.client->try_get("r1")).error().effect() == effect::none));
    f.carrier->decide = [](const seen_request&) { return answer(200, "<html>"); };
    BOOST_TEST(!f.finish(f.client->try_get("r1")).error().ambiguous());
    f.carrier->decide = [](const seen_request&) {
        return failure(errc::connection_lost, outcome::ambiguous);
    };
    BOOST_TEST(!f.finish(f.client->try_list()).error().ambiguous());
    f.carrier->decide = [](const seen_request&) { return hang_after_write(); };
    started<videosdk::resource> call(f.io, f.client->try_get("r1"));
    f.settle();
    call.signal.emit(boost::asio::cancellation_type::total);
    f.settle();
    BOOST_REQUIRE(call.outcome.has_value());
    BOOST_TEST(!call.outcome->error().ambiguous());
}

BOOST_AUTO_TEST_CASE(cancelling_completes_the_call_at_once_and_says_what_may_have_happened)
{
    for (const auto kind : {boost::asio::cancellation_type::terminal, boost::asio::cancellation_type::partial,
                            boost::asio::cancellation_type::total}) {
        client_fixture f;
        f.carrier->expect(hang_in_queue());
        f.carrier->expect(hang_after_write());
        started<units> queued(f.io, f.client->try_acquire(one_recording));
        started<units> written(f.io, f.client->try_acquire(one_recording));
        f.settle();
        BOOST_TEST(f.carrier->live() == 2U);
        queued.signal.emit(kind);
        written.signal.emit(kind);
        f.settle();
        BOOST_REQUIRE(queued.outcome.has_value());
        BOOST_REQUIRE(written.outcome.has_value());
        BOOST_TEST(aborted(queued.outcome->error()));
        BOOST_TEST((queued.outcome->error().effect() == effect::none));
        BOOST_TEST(aborted(written.outcome->error()));
        BOOST_TEST(written.outcome->error().ambiguous());
        BOOST_TEST(f.carrier->live() == 0U);
        BOOST_TEST(f.time->armed() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(cancelling_during_back_off_ends_the_call)
{
    client_fixture f;
    f.carrier->expect(failure(errc::connect_failed, outcome::not_sent));
    started<videosdk::resource> call(f.io, f.client->try_get("r1"));
    f.settle();
    BOOST_TEST(f.time->armed() == 1U);
    call.signal.emit(boost::asio::cancellation_type::total);
    f.settle();
    BOOST_REQUIRE(call.outcome.has_value());
    BOOST_TEST(aborted(call.outcome->error()));
    BOOST_TEST(f.time->armed() == 0U);
}

BOOST_AUTO_TEST_CASE(a_call_cancelled_on_its_way_to_the_clients_executor_sends_nothing)
{
    client_fixture f;
    boost::asio::io_context foreign;
    started<units> call(foreign, f.client->try_acquire(one_recording));
    foreign.poll();
    call.signal.emit(boost::asio::cancellation_type::total);
    foreign.restart();
    foreign.poll(); // where the word of it now queues behind the call
    f.settle();
    foreign.restart();
    foreign.poll();
    BOOST_REQUIRE(call.outcome.has_value());
    BOOST_TEST(aborted(call.outcome->error()));
    BOOST_TEST((call.outcome->error().effect() == effect::none));
    BOOST_TEST(call.outcome->error().attempts() == 0U);
    BOOST_TEST(f.carrier->seen().empty());
}

BOOST_AUTO_TEST_CASE(a_call_already_cancelled_sends_nothing_and_one_that_cleans_up_is_sent_all_the_same)
{
    client_fixture f;
    f.carrier->expect(answer(200, R"({"success":true,"data":[{"id":"r1","success":true}]})"));
    boost::asio::cancellation_signal signal;
    boost::asio::steady_timer never(f.io, std::chrono::hours(1));
    std::optional<videosdk::result<videosdk::resource>> cancelled;
    std::optional<videosdk::result<videosdk::release_result>> cleaned_up;
    auto run = [&]() -> boost::asio::awaitable<void> {
        co_await boost::asio::this_coro::throw_if_cancelled(false);
        boost::system::error_code why;
        co_await never.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, why));
        auto got = co_await f.client->try_get("r1");
        cancelled.emplace(std::move(got));
        auto released = co_await f.client->try_release("r1", {.cancellable = false});
        cleaned_up.emplace(std::move(released));
    };
    boost::asio::co_spawn(f.io, run(),
                          boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
    f.settle();
    signal.emit(boost::asio::cancellation_type::terminal);
    f.settle();
    BOOST_REQUIRE(cancelled.has_value());
    BOOST_TEST(aborted(cancelled->error()));
    BOOST_TEST((cancelled->error().effect() == effect::none));
    BOOST_REQUIRE(cleaned_up.has_value());
    BOOST_TEST(cleaned_up->has_value());
    BOOST_REQUIRE(f.carrier->seen().size() == 1U);
    BOOST_TEST(f.carrier->seen()[0].target == "/v2/resource/release");
}

BOOST_AUTO_TEST_SUITE_END()
