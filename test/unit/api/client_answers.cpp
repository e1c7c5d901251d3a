// What a call makes of its answer: which are successes, what an error tells, and what of an odd answer is
// saved.
#include "fixture.hpp"

namespace {

using namespace test;
using videosdk::condition;
using videosdk::effect;
using videosdk::errc;
using videosdk::outcome;

} // namespace

BOOST_AUTO_TEST_SUITE(client_answers)

BOOST_AUTO_TEST_CASE(a_refusal_carries_status_code_message_and_request_id)
{
    client_fixture f;
    f.carrier->expect(
        answer(403, R"({"message":"plan does not allow it","code":4711})", {{"X-Request-Id", "req-9"}}));
    const auto got = f.finish(f.client->try_acquire(one_recording));
    BOOST_REQUIRE(got.has_error());
    const videosdk::error& failure = got.error();
    BOOST_TEST((failure.code() == errc::forbidden));
    BOOST_TEST(failure.http_status() == 403U);
    BOOST_TEST(failure.api_code() == "4711");
    BOOST_TEST(failure.api_message() == "plan does not allow it");
    BOOST_TEST(failure.request_id() == "req-9");
    BOOST_TEST(failure.attempts() == 1U);
    BOOST_TEST((failure.outcome() == outcome::answered));
    BOOST_TEST((failure.effect() == effect::none));
    BOOST_TEST(!failure.ambiguous());
    BOOST_TEST(std::string(failure.what()).find("POST /v2/resource/acquire") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(statuses_become_codes_of_their_own)
{
    const std::pair<unsigned, errc> table[] = {
        {400, errc::bad_request},  {401, errc::unauthorized},     {402, errc::payment_required},
        {403, errc::forbidden},    {404, errc::not_found},        {408, errc::request_timeout},
        {409, errc::conflict},     {422, errc::client_error},     {500, errc::server_error},
        {503, errc::server_error}, {302, errc::unexpected_status}};
    for (const auto& [status, code] : table) {
        auto options = quiet_options();
        options.retry.max_attempts = 1;
        client_fixture f(options);
        f.carrier->expect(answer(status, "{}"));
        const auto got = f.finish(f.client->try_acquire(one_recording));
        BOOST_TEST((got.error().code() == code));
        BOOST_TEST((got.error().code() == condition::not_found) == (status == 402 || status == 404));
    }
}

BOOST_AUTO_TEST_CASE(a_success_that_is_none_is_an_error)
{
    const std::pair<const char*, errc> table[] = {
        {R"({"success":false,"message":"no capacity"})", errc::rejected},
        {"<html><body>502</body></html>", errc::unexpected_response},
        {"", errc::unexpected_response},
        {"null", errc::unexpected_response},
        {R"({"success":true})", errc::unexpected_response},
        {R"({"success":true,"data":[{"status":"pending"}]})", errc::unexpected_response},
    };
    for (const auto& [body, code] : table) {
        client_fixture f;
        f.carrier->expect(answer(200, body, {{"X-Request-Id", "req-1"}}));
        const auto got = f.finish(f.client->try_acquire(one_recording));
        BOOST_REQUIRE_MESSAGE(got.has_error(), body);
        BOOST_TEST(got.error().request_id() == "req-1");
        BOOST_TEST((got.error().code() == code), body << " gave " << got.error().what());
        BOOST_TEST((got.error().effect() == (code == errc::rejected ? effect::none : effect::unknown)));
        BOOST_TEST(f.carrier->seen().size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_short_grant_hands_over_what_was_granted)
{
    client_fixture f;
    f.carrier->expect(answer(200, std::string(one_unit), {{"request-id", "req-2"}}));
    const auto got = f.finish(f.client->try_acquire({.type = videosdk::resource_type::recording,
                                                     .webhook_url = "https://hooks.example.com/t0",
                                                     .units = 3}));
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST(got.error().request_id() == "req-2");
    BOOST_TEST((got.error().code() == errc::short_grant));
    BOOST_TEST((got.error().effect() == effect::known));
    BOOST_REQUIRE(got.error().granted().size() == 1U);
    BOOST_TEST(got.error().granted()[0].id == "64f1a2b3c4d5e6f7a8b9c0d1");
}

BOOST_AUTO_TEST_CASE(the_id_of_an_answer_is_not_taken_for_that_of_a_unit)
{
    client_fixture f;
    const std::string unit = std::string(one_unit.substr(one_unit.find('[')));
    f.carrier->expect(answer(200, R"({"success":true,"id":"req-1","data":)" + unit));
    const auto units = f.finish(f.client->acquire(one_recording));
    BOOST_REQUIRE(units.size() == 1U);
    BOOST_TEST(units[0].id == "64f1a2b3c4d5e6f7a8b9c0d1");
    f.carrier->expect(answer(200, R"({"success":true,"id":"req-1","data":{"id":"r1"}})"));
    BOOST_TEST(f.finish(f.client->get("r1")).id == "r1");
    f.carrier->expect(answer(200, R"({"success":true,"id":"req-1","data":[{"id":"r1","success":true}]})"));
    BOOST_TEST(f.finish(f.client->release("r1")).success);
    f.carrier->expect(answer(200, R"({"success":true,"id":"req-1","data":{"id":"c1"}})"));
    BOOST_TEST(f.finish(f.client->start_recording({.room_id = "a-b", .resource_id = "r1"})).id == "c1");
    f.carrier->expect(answer(200, R"({"success":false,"id":"req-1","message":"no capacity"})"));
    const auto refused = f.finish(f.client->try_acquire(one_recording));
    BOOST_TEST((refused.error().code() == errc::rejected));
    BOOST_TEST(refused.error().granted().empty());
}

BOOST_AUTO_TEST_CASE(a_refusal_that_names_units_hands_them_over_and_leaves_the_effect_unknown)
{
    client_fixture f;
    f.carrier->expect(answer(
        200, R"({"success":false,"message":"no capacity","code":7,"data":[{"id":"r1"},{"id":"r2"}]})"));
    const auto got = f.finish(f.client->try_acquire(one_recording));
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().code() == errc::unexpected_response));
    BOOST_TEST((got.error().effect() == effect::unknown));
    BOOST_TEST(got.error().api_message() == "no capacity");
    BOOST_TEST(got.error().api_code() == "7");
    BOOST_REQUIRE(got.error().granted().size() == 2U);
    BOOST_TEST(got.error().granted()[1].id == "r2");
    BOOST_TEST(has(got.error().what(), "success:false and names 2 units"), got.error().what());
    BOOST_TEST(f.carrier->seen().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_started_composition_without_an_id_is_an_error_of_unknown_effect)
{
    for (const char* body :
         {R"("Recording started successfully")", R"("Recording ended successfully")", R"({"success":true})",
          R"({"success":true,"data":{}})", R"({"data":{"id":""}})"}) {
        client_fixture f;
        f.carrier->expect(answer(200, body));
        const auto got = f.finish(f.client->try_start_recording({.room_id = "a-b", .resource_id = "r1"}));
        BOOST_REQUIRE_MESSAGE(got.has_error(), body);
        BOOST_TEST((got.error().code() == errc::unexpected_response));
        BOOST_TEST((got.error().effect() == effect::unknown));
        BOOST_TEST(f.carrier->seen().size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_page_is_no_answer_to_any_request)
{
    const std::pair<const char*, const char*> pages[] = {
        {"<html>sorry</html>", "text/html; charset=utf-8"},
        {"  <!DOCTYPE html>", "application/json"},
        {"we are sorry", "text/html"},
    };
    for (const auto& [body, type] : pages) {
        client_fixture f;
        f.carrier->expect(answer(200, body, {{"Content-Type", type}}));
        const auto got = f.finish(f.client->try_request(videosdk::verb::post, "/rooms", "{}"));
        BOOST_REQUIRE_MESSAGE(got.has_error(), body);
        BOOST_TEST((got.error().code() == errc::unexpected_response));
        BOOST_TEST((got.error().effect() == effect::unknown));
        BOOST_TEST(has(got.error().what(), type), got.error().what());
    }
    client_fixture f;
    f.carrier->expect(answer(204, ""));
    BOOST_TEST(f.finish(f.client->request(videosdk::verb::delete_, "/rooms/a")).status == 204U);
    f.carrier->expect(answer(200, "{}", {{"Content-Type", "text/html"}}));
    BOOST_TEST(f.finish(f.client->request(videosdk::verb::get, "/rooms")).body == "{}");
}

BOOST_AUTO_TEST_CASE(releasing_one_unit_that_is_refused_is_an_error_and_of_several_a_value)
{
    client_fixture f;
    const std::string mixed =
        R"({"success":true,"data":[{"id":"r1","success":true,"msg":"resource released"},)"
        R"({"id":"r2","success":false,"msg":"resource is not idle"}]})";
    f.carrier->expect(answer(200, mixed));
    f.carrier->expect(answer(200, mixed));
    f.carrier->expect(answer(200, mixed));
    const std::vector<std::string> ids{"r1", "r2"};
    const auto both = f.finish(f.client->release(ids));
    BOOST_REQUIRE(both.size() == 2U);
    BOOST_TEST(both[0].success);
    BOOST_TEST(!both[1].success);
    BOOST_TEST(f.carrier->seen()[0].body == R"({"ids":["r1","r2"]})");
    BOOST_TEST(f.finish(f.client->release("r1")).success);
    const auto refused = f.finish(f.client->try_release("r2"));
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code() == errc::release_refused));
    BOOST_TEST(refused.error().api_message() == "resource is not idle");
}

BOOST_AUTO_TEST_CASE(a_release_is_sent_again_and_one_that_happened_already_is_a_success)
{
    client_fixture f;
    f.carrier->expect(failure(errc::connection_lost, outcome::ambiguous));
    f.carrier->expect(answer(
        200,
        R"({"success":true,"data":[{"id":"r1","success":false,"msg":"resource is released: only idle resources are released"}]})"));
    BOOST_TEST(f.finish(f.client->release("r1")).success);
    BOOST_TEST(f.carrier->seen().size() == 2U);
}

BOOST_AUTO_TEST_CASE(only_words_that_say_so_mean_that_a_unit_was_released_already)
{
    const auto release_of = [](std::string_view words) {
        client_fixture f;
        f.carrier->expect(answer(200, R"({"success":true,"data":[{"id":"r1","success":false,"msg":")" +
                                          std::string(words) + R"("}]})"));
        return f.finish(f.client->try_release("r1"));
    };
    for (const char* words :
         {"Resource Already Released", "already released", "Already released.",
          "resource is already released", "The resource has already been released",
          "resource has been released already", "resource was already released", "resource is released",
          "resource is released: only idle resources are released"}) {
        BOOST_TEST(release_of(words).has_value(), words);
    }
    for (const char* words :
         {"Only an idle resource is released", "only idle units are released", "resource is not idle",
          "resource is released when it is idle", "a resource is released once it is idle",
          "resource is not already released", "cannot tell whether it is already released",
          "already releasing", "Already released resources cannot be found, this one is composing",
          "resource is idle, not already released", "resource released", ""}) {
        const auto got = release_of(words);
        BOOST_REQUIRE_MESSAGE(got.has_error(), words);
        BOOST_TEST((got.error().code() == errc::release_refused));
        BOOST_TEST(got.error().api_message() == words);
    }
}

BOOST_AUTO_TEST_CASE(of_several_retry_after_the_longest_counts_and_garbage_does_not)
{
    client_fixture f;
    f.carrier->expect(
        answer(429, "{}", {{"Retry-After", "3"}, {"retry-after", "soon"}, {"Retry-After", "9"}}));
    const auto got = f.finish(f.client->try_get("r1", {.timeout = 8s}));
    BOOST_REQUIRE(got.has_error());
    BOOST_REQUIRE(got.error().retry_after().has_value());
    BOOST_TEST((*got.error().retry_after() == 9s));
    BOOST_TEST(f.carrier->seen().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_call_that_the_budget_ends_says_so)
{
    auto options = quiet_options();
    options.retry.budget_reserve = 0;
    options.retry.budget_ratio = 0;
    client_fixture f(options);
    f.carrier->expect(answer(503, R"({"message":"maintenance"})"));
    const auto got = f.finish(f.client->try_get("r1"));
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().code() == errc::server_error));
    const std::string text = got.error().what();
    BOOST_TEST(text.find("maintenance") != std::string::npos, text);
    BOOST_TEST(text.find("retry budget") != std::string::npos, text);
    BOOST_TEST(f.carrier->seen().size() == 1U);
}

BOOST_AUTO_TEST_CASE(units_of_an_answer_that_is_odd_are_in_the_error)
{
    client_fixture f;
    f.carrier->expect(
        answer(200, R"({"success":1,"data":[{"id":"r1","status":"pending"},{"status":"idle"}]})"));
    const auto got = f.finish(f.client->try_acquire(one_recording));
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().code() == errc::unexpected_response));
    BOOST_REQUIRE(got.error().granted().size() == 1U);
    BOOST_TEST(got.error().granted()[0].id == "r1");
    BOOST_TEST(got.error().ambiguous());
}

BOOST_AUTO_TEST_CASE(an_id_that_the_answer_to_a_release_leaves_out_counts_as_not_released)
{
    client_fixture f;
    f.carrier->expect(answer(200, R"({"success":true,"data":[{"id":"r2","success":true}]})"));
    const std::vector<std::string> ids{"r1", "r2"};
    const auto both = f.finish(f.client->release(ids));
    BOOST_REQUIRE(both.size() == 2U);
    const auto& silent = both[0].id == "r1" ? both[0] : both[1];
    BOOST_TEST(silent.id == "r1");
    BOOST_TEST(!silent.success);
    BOOST_TEST(!silent.message.empty());
}

BOOST_AUTO_TEST_CASE(a_body_that_is_no_json_is_refused_without_being_quoted)
{
    client_fixture f;
    const auto got = f.finish(
        f.client->try_request(videosdk::verb::post, "/livestreams/start?k=hidden", R"({"streamKey":"hush)"));
    BOOST_REQUIRE(got.has_error());
    const std::string text = got.error().what();
    BOOST_TEST(text.find("JSON") != std::string::npos, text);
    BOOST_TEST(text.find("hush") == std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(the_query_of_a_request_stands_in_no_error)
{
    client_fixture f;
    f.carrier->expect(answer(404, "{}"));
    const auto got = f.finish(f.client->try_request(videosdk::verb::get, "/rooms?secret=hidden"));
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST(f.carrier->seen()[0].target == "/v2/rooms?secret=hidden");
    BOOST_TEST(std::string(got.error().what()).find("hidden") == std::string::npos);
    BOOST_TEST(got.error().path().find("hidden") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
