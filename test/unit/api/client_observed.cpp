// What an observer is told of a client's calls: every exchange from its beginning to its end, and why there
// is another.
#include "../../support/transcript.hpp"
#include "fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <stdexcept>
#include <vector>

namespace {

using namespace test;
using videosdk::errc;
using videosdk::outcome;

struct observed_client {
    explicit observed_client(videosdk::client_options options = quiet_options()) : world(watched(options)) {}

    videosdk::client_options watched(videosdk::client_options& options) const
    {
        options.observer = seen;
        options.retry.backoff_base = 1ns; // so that only a Retry-After takes time
        return options;
    }

    std::string get() { return world.finish(world.client->try_get("r1")) ? seen->take() : "failed"; }

    std::shared_ptr<transcript> seen = std::make_shared<transcript>();
    client_fixture world;
};

} // namespace

BOOST_AUTO_TEST_SUITE(client_observed)

BOOST_AUTO_TEST_CASE(an_attempt_is_told_when_it_begins_and_when_it_has_its_answer)
{
    observed_client o;
    o.world.carrier->expect(hang_after_write());
    started<std::vector<videosdk::resource>> call(o.world.io, o.world.client->try_acquire(one_recording));
    o.world.settle();
    BOOST_TEST(o.seen->take() == "call 1 acquire: POST /v2/resource/acquire, attempt 1\n");
    o.world.time->advance(1234567ns);
    o.world.carrier->answer_hanging(200, std::string(one_unit));
    BOOST_TEST(o.seen->take() == "call 1 acquire: POST /v2/resource/acquire, attempt 1: answered 200, "
                                 "effect known, 1.235 ms\n");
    o.world.settle();
    BOOST_TEST(call.ended);
    BOOST_TEST(o.seen->take() == "");
}

BOOST_AUTO_TEST_CASE(each_retry_is_told_with_its_cause_and_its_wait)
{
    auto options = quiet_options();
    options.retry.max_attempts = 7;
    observed_client o(options);
    o.world.carrier->expect(failure(errc::connection_stale, outcome::not_sent, true));
    o.world.carrier->expect(failure(errc::connect_failed, outcome::not_sent));
    o.world.carrier->expect(answer(401, "{}"));
    o.world.carrier->expect(failure(errc::connection_lost, outcome::ambiguous, true));
    o.world.carrier->expect(answer(429, "{}", {{"Retry-After", "2"}}));
    o.world.carrier->expect(answer(503, "{}"));
    o.world.carrier->expect(answer(200, R"({"id":"r1","status":"idle"})"));
    BOOST_TEST(
        o.get() ==
        "call 1 get: GET /v2/resource/r1, attempt 1\n"
        "call 1 get: GET /v2/resource/r1, attempt 1: not_sent on a reused connection, effect none, 0.000 ms: "
        "The connection ended before a byte of the request left.\n"
        "call 1 get: attempt 1 in 0.000 ms: connection_stale\n"
        "call 1 get: GET /v2/resource/r1, attempt 1\n"
        "call 1 get: GET /v2/resource/r1, attempt 1: not_sent, effect none, 0.000 ms: "
        "No address of the host accepted a connection.\n"
        "call 1 get: attempt 2 in 0.000 ms: not_connected\n"
        "call 1 get: GET /v2/resource/r1, attempt 2\n"
        "call 1 get: GET /v2/resource/r1, attempt 2: answered 401, effect none, 0.000 ms: "
        "The API refused the token or the account (401).\n"
        "call 1 get: attempt 3 in 0.000 ms: token_refused\n"
        "call 1 get: GET /v2/resource/r1, attempt 3\n"
        "call 1 get: GET /v2/resource/r1, attempt 3: ambiguous on a reused connection, effect none, 0.000 "
        "ms: The connection ended after bytes of the request had left.\n"
        "call 1 get: attempt 4 in 0.000 ms: connection_lost\n"
        "call 1 get: GET /v2/resource/r1, attempt 4\n"
        "call 1 get: GET /v2/resource/r1, attempt 4: answered 429, effect none, 0.000 ms: "
        "The API received too many requests (429).\n"
        "call 1 get: attempt 5 in 2000.000 ms: rate_limited\n"
        "call 1 get: GET /v2/resource/r1, attempt 5\n"
        "call 1 get: GET /v2/resource/r1, attempt 5: answered 503, effect none, 0.000 ms: "
        "The API failed (5xx).\n"
        "call 1 get: attempt 6 in 0.000 ms: server_failed\n"
        "call 1 get: GET /v2/resource/r1, attempt 6\n"
        "call 1 get: GET /v2/resource/r1, attempt 6: answered 200, effect known, 0.000 ms\n");
}

BOOST_AUTO_TEST_CASE(what_an_exchange_did_is_told_of_it_alone_by_its_body_too)
{
    observed_client o;
    const auto end_of_acquire = [&o](step what) {
        o.world.carrier->expect(std::move(what));
        o.world.finish(o.world.client->try_acquire(one_recording));
        const std::string line = o.seen->lines.back();
        return line.substr(line.find("attempt 1: ") + 11);
    };
    BOOST_TEST(end_of_acquire(answer(200, R"({"success":false,"message":"no"})")) ==
               "answered 200, effect none, 0.000 ms: The API answered with success:false.");
    BOOST_TEST(end_of_acquire(answer(200, "<html>")) ==
               "answered 200, effect unknown, 0.000 ms: " +
                   make_error_code(errc::unexpected_response).message());
    BOOST_TEST(end_of_acquire(answer(200, R"({"success":true,"data":[]})")) ==
               "answered 200, effect known, 0.000 ms: The API granted fewer units than were asked for.");
    BOOST_TEST(end_of_acquire(answer(503, "{}")) ==
               "answered 503, effect unknown, 0.000 ms: The API failed (5xx).");
    BOOST_TEST(end_of_acquire(answer(400, "{}")) ==
               "answered 400, effect none, 0.000 ms: The API refused the request as invalid (400).");
    BOOST_TEST(end_of_acquire(hang_after_write()) == "ambiguous, effect unknown, 30000.000 ms: " +
                                                         make_error_code(errc::response_timeout).message());
    BOOST_TEST(end_of_acquire(hang_in_queue()) ==
               "not_sent, effect none, 30000.000 ms: " + make_error_code(errc::timeout).message());

    // A release whose first attempt may have acted, and whose second certainly did not.
    o.seen->take();
    o.world.carrier->expect(answer(503, "{}"));
    o.world.carrier->expect(answer(200, R"({"success":false})"));
    const auto released = o.world.finish(o.world.client->try_release("r1"));
    BOOST_TEST(released.error().ambiguous());
    BOOST_TEST(o.seen->lines.back() == "call 8 release: POST /v2/resource/release, attempt 2: answered 200, "
                                       "effect none, 0.000 ms: The API answered with success:false.");
}

BOOST_AUTO_TEST_CASE(an_attempt_that_is_given_up_has_an_end_too)
{
    observed_client o;
    const std::string begin = "call 1 acquire: POST /v2/resource/acquire, attempt 1\n";
    const std::string aborted = make_error_code(boost::asio::error::operation_aborted).message() + '\n';
    {
        started<std::vector<videosdk::resource>> call(o.world.io, o.world.client->try_acquire(one_recording));
        o.world.settle();
        o.world.time->advance(5ms);
        call.signal.emit(boost::asio::cancellation_type::terminal);
        o.world.settle();
        BOOST_TEST(call.ended);
    }
    BOOST_TEST(o.seen->take() == begin +
                                     "call 1 acquire: POST /v2/resource/acquire, attempt 1: ambiguous, "
                                     "effect unknown, 5.000 ms: " +
                                     aborted);

    o.world.carrier->expect(hang_in_queue());
    started<videosdk::resource> queued(o.world.io, o.world.client->try_get("r1"));
    o.world.settle();
    o.world.client.reset();
    o.world.settle();
    BOOST_TEST(queued.ended);
    BOOST_TEST(o.seen->take() ==
               "call 2 get: GET /v2/resource/r1, attempt 1\n"
               "call 2 get: GET /v2/resource/r1, attempt 1: not_sent, effect none, 0.000 ms: " +
                   aborted);
}

BOOST_AUTO_TEST_CASE(of_an_acquire_that_nobody_waits_for_the_exchange_is_told_and_no_retry)
{
    auto options = quiet_options();
    options.on_unclaimed = [](const videosdk::unclaimed_grant&) {};
    observed_client o(options);
    started<std::vector<videosdk::resource>> call(o.world.io, o.world.client->try_acquire(one_recording));
    o.world.settle();
    call.signal.emit(boost::asio::cancellation_type::total);
    o.world.settle();
    BOOST_TEST(call.ended);
    o.seen->take();
    o.world.carrier->answer_hanging(429, "{}");
    o.world.settle();
    BOOST_TEST(o.seen->take() == "call 1 acquire: POST /v2/resource/acquire, attempt 1: answered 429, effect "
                                 "none, 0.000 ms: The API received too many requests (429).\n");
}

BOOST_AUTO_TEST_CASE(a_call_that_sends_nothing_is_not_told)
{
    auto options = quiet_options();
    options.credentials =
        videosdk::credentials::token_function([]() -> std::string { throw std::runtime_error("no token"); });
    observed_client o(options);
    BOOST_TEST(o.world.finish(o.world.client->try_get("r1")).has_error());
    BOOST_TEST(o.world.finish(o.world.client->try_get("")).has_error());
    BOOST_TEST(o.seen->take() == "");
}

BOOST_AUTO_TEST_CASE(no_secret_is_told)
{
    auto options = quiet_options();
    options.credentials = videosdk::credentials::token("hidden-token");
    observed_client o(options);
    o.world.carrier->expect(answer(200, "{}"));
    o.world.finish(
        o.world.client->try_request(videosdk::verb::post, "/rooms?key=hidden", R"({"streamKey":"hidden"})"));
    BOOST_TEST(o.seen->take() ==
               "call 1 request: POST /v2/rooms, attempt 1\n"
               "call 1 request: POST /v2/rooms, attempt 1: answered 200, effect known, 0.000 ms\n");
}

BOOST_AUTO_TEST_CASE(an_observer_that_throws_harms_nobody_and_is_told_what_follows)
{
    observed_client o;
    o.seen->inside = [] { throw std::runtime_error("the log's disk is full"); };
    o.world.carrier->expect(answer(429, "{}"));
    o.world.carrier->expect(answer(200, std::string(one_unit)));
    const auto units = o.world.finish(o.world.client->try_acquire(one_recording));
    BOOST_TEST(units.has_value());
    BOOST_TEST(o.seen->lines.size() == 5U);
}

BOOST_AUTO_TEST_CASE(a_client_may_be_destroyed_inside_any_hook)
{
    for (std::size_t at = 1; at <= 5; ++at) {
        observed_client o;
        o.seen->inside = [&o, at] {
            if (o.seen->lines.size() == at) {
                o.world.client.reset();
            }
        };
        o.world.carrier->expect(answer(429, "{}"));
        o.world.carrier->expect(answer(200, std::string(one_unit)));
        const auto units = o.world.finish(o.world.client->try_acquire(one_recording));
        if (at == 5) { // the answer had come
            BOOST_TEST(units.has_value());
        } else {
            BOOST_TEST((units.error().code() == boost::asio::error::operation_aborted), units.error().what());
        }
        BOOST_TEST(o.world.carrier->live() == 0U);
        BOOST_TEST(o.world.time->armed() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(calls_may_be_begun_inside_any_hook)
{
    observed_client o;
    std::vector<std::unique_ptr<started<videosdk::resource>>> begun;
    int hooks = 0;
    o.seen->inside = [&] {
        if (++hooks <= 5) { // the call begins, and is told, inside
            begun.push_back(
                std::make_unique<started<videosdk::resource>>(o.world.io, o.world.client->try_get("r1")));
        }
    };
    o.world.carrier->decide = [](const seen_request& what) {
        return what.method == videosdk::verb::post ? answer(200, std::string(one_unit))
                                                   : answer(200, R"({"id":"r1","status":"idle"})");
    };
    BOOST_TEST(o.world.finish(o.world.client->try_acquire(one_recording)).has_value());
    o.world.settle();
    BOOST_TEST_REQUIRE(begun.size() == 5U);
    for (const auto& each : begun) {
        BOOST_TEST_REQUIRE(each->ended);
        BOOST_TEST(each->outcome->has_value());
    }
    BOOST_TEST(o.seen->lines.size() == 12U);
}

BOOST_AUTO_TEST_CASE(one_observer_may_watch_several_clients_and_outlives_them)
{
    const auto seen = std::make_shared<transcript>();
    auto options = quiet_options();
    options.observer = seen;
    {
        client_fixture one(options);
        client_fixture other(options);
        one.carrier->expect(answer(404, "{}"));
        other.carrier->expect(answer(404, "{}"));
        one.finish(one.client->try_get("r1"));
        other.finish(other.client->try_get("r2"));
        BOOST_TEST(seen->lines.size() == 4U);
    }
    options.observer.reset();
    BOOST_TEST(seen.use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
