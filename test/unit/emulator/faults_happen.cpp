// The fault hook, and what it does to requests and their effects.
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace emulator_test;
using emulator::fault;

namespace {

player with_fault(fault what)
{
    auto wanted = options();
    wanted.on_request = [what](const emulator::request&) { return what; };
    return player(wanted);
}

constexpr const char* body = R"({"type":"recording","webhookUrl":"https://h.example.com/"})";

std::size_t units(player& test)
{
    return test.service.resources().size();
}

} // namespace

BOOST_AUTO_TEST_SUITE(faults_happen)

BOOST_AUTO_TEST_CASE(the_hook_decides_per_request)
{
    auto wanted = options();
    int seen = 0;
    wanted.on_request = [&seen](const emulator::request& what) {
        const bool hit = what.target == "/v2/resource/acquire" && ++seen == 1;
        return hit ? fault::answer(503, "busy", "text/plain") : fault();
    };
    player test(wanted);
    BOOST_TEST(test.get("/v2/resource").status == 200u);
    BOOST_TEST(test.post("/v2/resource/acquire", body).status == 503u);
    BOOST_TEST(units(test) == 0u);
    BOOST_TEST(test.post("/v2/resource/acquire", body).status == 200u);
    BOOST_TEST(units(test) == 1u);
}

BOOST_AUTO_TEST_CASE(an_answer_is_given_to_the_letter_and_has_no_effect)
{
    player test = with_fault(fault::answer(429, "{}", "application/json", {{"Retry-After", "7"}}));
    const auto answer = test.post("/v2/resource/acquire", body);
    BOOST_TEST(answer.status == 429u);
    BOOST_TEST(answer.body == "{}");
    BOOST_TEST_REQUIRE(answer.headers.size() == 1u);
    BOOST_TEST(answer.headers[0].second == "7");
    BOOST_TEST(units(test) == 0u);
}

BOOST_AUTO_TEST_CASE(a_drop_has_no_effect)
{
    player test = with_fault(fault::drop());
    BOOST_TEST(test.post("/v2/resource/acquire", body).drop);
    test.pass(1h);
    BOOST_TEST(units(test) == 0u);
}

BOOST_AUTO_TEST_CASE(apply_then_drop_has_its_effect_at_once)
{
    player test = with_fault(fault::apply_then_drop());
    BOOST_TEST(test.post("/v2/resource/acquire", body).drop);
    BOOST_TEST(units(test) == 1u);
}

BOOST_AUTO_TEST_CASE(apply_later_has_its_effect_once_and_later)
{
    player test = with_fault(fault::apply_later(10s));
    BOOST_TEST(test.post("/v2/resource/acquire", body).drop);
    test.pass(10s - 1ns);
    BOOST_TEST(units(test) == 0u);
    test.pass(1ns);
    BOOST_TEST(units(test) == 1u);
    BOOST_TEST(types_of(test.pass(100ms)) == "resource-acquired");
    test.pass(1h);
    BOOST_TEST(units(test) == 1u);
}

BOOST_AUTO_TEST_CASE(a_late_request_is_checked_like_any_other)
{
    player test = with_fault(fault::apply_later(10s));
    test.token = "not a token";
    BOOST_TEST(test.post("/v2/resource/acquire", body).drop);
    test.pass(10s);
    BOOST_TEST(units(test) == 0u);
}

BOOST_AUTO_TEST_CASE(a_delay_has_its_effect_at_once_and_answers_late)
{
    player test = with_fault(fault::delay(3s));
    const auto answer = test.post("/v2/resource/acquire", body);
    BOOST_TEST((answer.delay == 3s));
    BOOST_TEST(answer.status == 200u);
    BOOST_TEST(units(test) == 1u);
}

BOOST_AUTO_TEST_CASE(time_that_seems_to_go_back_stands_still)
{
    player test;
    const auto id = test.acquire().front();
    test.service.advance(test.now + 100ms);
    test.service.advance(test.now);
    test.service.send_webhook("https://h.example.com/", "{}", test.now);
    BOOST_TEST((test.service.next_wakeup() == test.now + 100ms));
    BOOST_TEST(test.status_of(id) == "idle");
}

BOOST_AUTO_TEST_CASE(requests_are_counted_by_route_and_status)
{
    auto wanted = options();
    wanted.on_request = [](const emulator::request& what) {
        return what.target == "/v2/resource/release" ? fault::drop() : fault();
    };
    player test(wanted);
    test.acquire(2);
    test.acquire(1);
    test.post("/v2/resource/acquire", "{}");
    test.post("/v2/resource/release", "{}");
    test.get("/v2/resource");
    test.get("/v2/nowhere");
    const auto counts = test.service.counts();
    BOOST_TEST(counts.requests_total == 6u);
    BOOST_TEST(counts.count("acquire") == 3u);
    BOOST_TEST(counts.count("acquire", 200) == 2u);
    BOOST_TEST(counts.count("acquire", 400) == 1u);
    BOOST_TEST(counts.count("release", 0) == 1u);
    BOOST_TEST(counts.count("list", 200) == 1u);
    BOOST_TEST(counts.count("other", 404) == 1u);
    BOOST_TEST(counts.resources_acquired == 3u);
    BOOST_TEST(counts.resources_pending == 3u);
    std::ostringstream line;
    line << counts;
    BOOST_TEST(line.str().find("requests=6 acquired=3 pending=3 idle=0") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_reply_is_told_with_its_request_its_sender_and_its_time)
{
    auto wanted = options();
    const emulator::service::time_point begin{1000h};
    std::vector<std::string> told;
    wanted.on_request = [](const emulator::request& what) {
        return what.target == "/v2/nowhere" ? fault::apply_later(1s) : fault();
    };
    wanted.on_reply = [&](const emulator::request& asked, const emulator::reply& answered,
                          emulator::service::time_point now) {
        std::ostringstream line;
        line << asked.user_agent << ": " << asked.method << ' ' << asked.target << ' ' << answered.status
             << (answered.drop ? " dropped" : "") << " after " << (now - begin) / 1ms;
        told.push_back(line.str());
    };
    player test(wanted);
    test.now = begin;
    test.acquire(1);
    test.pass(20ms);
    test.service.handle({.method = "GET",
                         .target = "/v2/resource",
                         .authorization = test.token,
                         .body = {},
                         .user_agent = "node-7"},
                        test.now, test.wall);
    test.token.clear();
    test.get("/v2/resource");
    test.get("/v2/nowhere");
    test.pass(2s); // it has its effect, and is not told again
    const std::vector<std::string> expected{
        ": POST /v2/resource/acquire 200 after 0", "node-7: GET /v2/resource 200 after 20",
        ": GET /v2/resource 401 after 20", ": GET /v2/nowhere 200 dropped after 20"};
    BOOST_TEST(told == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
