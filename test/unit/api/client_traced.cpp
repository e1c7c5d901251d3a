// The end of a call as an observer is told of it, and the trace that a call belongs to.
#include "../../support/transcript.hpp"
#include "fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace test;
using videosdk::errc;
using videosdk::outcome;

constexpr std::string_view trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

struct ends : videosdk::observer {
    void on_call_ended(const videosdk::call_ended& what) override
    {
        std::ostringstream line;
        line << what << '\n';
        text += line.str();
    }
    std::string take() { return std::exchange(text, {}); }
    std::string text;
};

struct traced_client {
    traced_client() : world(watched()) {}

    videosdk::client_options watched() const
    {
        videosdk::client_options options = quiet_options();
        options.observer = seen;
        options.retry.backoff_base = 1ns;
        return options;
    }

    std::shared_ptr<ends> seen = std::make_shared<ends>();
    client_fixture world;
};

} // namespace

BOOST_AUTO_TEST_SUITE(client_traced)

BOOST_AUTO_TEST_CASE(a_call_ends_once_after_all_its_attempts)
{
    traced_client o;
    o.world.carrier->expect(answer(503, "{}"));
    o.world.carrier->expect(answer(200, R"({"id":"r1","status":"idle"})"));
    o.world.finish(o.world.client->try_get("r1"));
    BOOST_TEST(o.seen->take() ==
               "call 1 get: GET /v2/resource/r1, ended after 2 attempts, effect known, 0.000 ms\n");
    o.world.carrier->expect(answer(404, "{}"));
    o.world.finish(o.world.client->try_get("r2"));
    BOOST_TEST(o.seen->take() == "call 2 get: GET /v2/resource/r2, ended after 1 attempt, effect none, 0.000 "
                                 "ms: " +
                                     make_error_code(errc::not_found).message() + "\n");
    o.world.carrier->expect(hang_after_write());
    o.world.finish(o.world.client->try_acquire(one_recording));
    BOOST_TEST(o.seen->take() == "call 3 acquire: POST /v2/resource/acquire, ended after 1 attempt, effect "
                                 "unknown, 30000.000 ms: " +
                                     make_error_code(errc::response_timeout).message() + "\n");
}

BOOST_AUTO_TEST_CASE(a_release_that_had_been_done_before_ends_well)
{
    traced_client o;
    o.world.carrier->expect(answer(404, R"({"message":"resource is already released"})"));
    const auto done = o.world.finish(o.world.client->try_release("r1"));
    BOOST_TEST(done.has_value());
    BOOST_TEST(has(o.seen->take(), "ended after 1 attempt, effect known, 0.000 ms\n"));
}

BOOST_AUTO_TEST_CASE(cancelled_calls_and_those_of_a_client_that_ends_are_told_once)
{
    traced_client o;
    o.world.carrier->expect(hang_after_write());
    started<std::vector<videosdk::resource>> call(o.world.io, o.world.client->try_acquire(one_recording));
    o.world.settle();
    call.signal.emit(boost::asio::cancellation_type::terminal);
    o.world.settle();
    BOOST_TEST(call.ended);
    BOOST_TEST(has(o.seen->take(), "ended after 1 attempt, effect unknown, 0.000 ms: "));
    o.world.carrier->expect(hang_after_write());
    started<std::vector<videosdk::resource>> other(o.world.io, o.world.client->try_acquire(one_recording));
    o.world.settle();
    o.world.client.reset();
    o.world.settle();
    BOOST_TEST(other.ended);
    BOOST_TEST(has(o.seen->take(), "call 2 acquire: POST /v2/resource/acquire, ended after 1 attempt"));
    BOOST_TEST(o.seen->take() == "");
}

BOOST_AUTO_TEST_CASE(the_trace_goes_out_with_each_attempt_and_comes_back_with_the_end)
{
    traced_client o;
    o.world.carrier->expect(answer(429, "{}"));
    o.world.carrier->expect(answer(200, std::string(one_unit)));
    std::string text(trace);
    auto call = o.world.client->try_acquire(one_recording, {.traceparent = text});
    text.assign(text.size(), 'x'); // it was read before the function returned
    o.world.finish(std::move(call));
    BOOST_TEST_REQUIRE(o.world.carrier->seen().size() == 2U);
    for (const seen_request& each : o.world.carrier->seen()) {
        BOOST_TEST(each.header("traceparent") == trace);
        BOOST_TEST(each.header("Content-Type") == "application/json");
    }
    BOOST_TEST(has(o.seen->take(), ", traceparent " + std::string(trace) + "\n"));

    o.world.carrier->expect(answer(200, R"({"id":"r1","status":"idle"})"));
    o.world.finish(o.world.client->try_get("r1", {.traceparent = trace}));
    BOOST_TEST(o.world.carrier->seen().back().header("traceparent") == trace);
    BOOST_TEST(o.world.carrier->seen().back().header("Content-Type") == "(absent)");

    o.world.carrier->expect(answer(200, R"({"id":"r1","status":"idle"})"));
    o.world.finish(o.world.client->try_get("r1"));
    BOOST_TEST(o.world.carrier->seen().back().header("traceparent") == "(absent)");
}

BOOST_AUTO_TEST_CASE(a_pager_sends_its_trace_with_each_page)
{
    traced_client o;
    const std::string page = R"({"pageInfo":{"currentPage":1,"perPage":1,"lastPage":2,"total":2},)"
                             R"("data":[{"id":"r1","status":"idle"}]})";
    std::string text(trace);
    auto pager = o.world.client->list_all({.per_page = 1}, {.traceparent = text});
    text.assign(text.size(), 'x');
    for (std::size_t i = 0; i < 2; ++i) {
        o.world.carrier->expect(answer(200, page));
        BOOST_TEST(o.world.finish(pager.try_next()).has_value());
        BOOST_REQUIRE(o.world.carrier->seen().size() == i + 1);
        BOOST_TEST(o.world.carrier->seen().back().header("traceparent") == trace);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_traceparent_is_refused_before_anything_is_sent)
{
    traced_client o;
    const std::string good(trace);
    std::vector<std::string> wrong = {
        good.substr(1),         good + "0",      good + "-00", "01" + good.substr(2), "ff" + good.substr(2),
        "00 " + good.substr(3), "x\r\nX-Evil: 1"};
    for (const std::size_t at : {3U, 20U, 36U, 53U, 54U}) {
        for (const char c : {'A', 'g', '-', '\n', '\0'}) {
            wrong.push_back(good);
            wrong.back()[at] = c;
        }
    }
    for (const std::size_t at : {2U, 35U, 52U}) {
        wrong.push_back(good);
        wrong.back()[at] = '0';
    }
    wrong.push_back("00-00000000000000000000000000000000-00f067aa0ba902b7-01");
    wrong.push_back("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01");
    for (const std::string& each : wrong) {
        const auto refused = o.world.finish(o.world.client->try_get("r1", {.traceparent = each}));
        BOOST_TEST_REQUIRE(refused.has_error(), each);
        BOOST_TEST((refused.error().code() == errc::invalid_argument), each);
    }
    BOOST_TEST(o.world.carrier->seen().empty());
    BOOST_TEST(o.seen->take() == "");
}

BOOST_AUTO_TEST_SUITE_END()
