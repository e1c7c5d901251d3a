// What each call sends, and the way through several of them: pages, compositions.
#include "fixture.hpp"

#include <videosdk/token.hpp>

namespace {

using namespace test;
using videosdk::condition;
using videosdk::effect;
using videosdk::errc;

} // namespace

BOOST_AUTO_TEST_SUITE(client_calls)

BOOST_AUTO_TEST_CASE(acquire_sends_the_vendors_request_and_reads_the_vendors_answer)
{
    client_fixture f;
    f.carrier->expect(answer(200, std::string(one_unit)));

    const auto units = f.finish(f.client->acquire({.type = videosdk::resource_type::recording,
                                                   .webhook_url = "https://hooks.example.com/t0",
                                                   .mode = videosdk::resource_mode::video_and_audio,
                                                   .quality = videosdk::resource_quality::med,
                                                   .units = 1}));

    BOOST_REQUIRE(f.carrier->seen().size() == 1U);
    const auto& sent = f.carrier->seen().front();
    BOOST_TEST(sent.method == videosdk::verb::post);
    BOOST_TEST(sent.target == "/v2/resource/acquire");
    BOOST_TEST(sent.body == R"({"type":"recording","webhookUrl":"https://hooks.example.com/t0",)"
                            R"("mode":"video-and-audio","quality":"med","units":1})");
    BOOST_TEST(sent.header("Content-Type") == "application/json");
    BOOST_TEST(sent.header("Accept") == "application/json");
    BOOST_TEST(videosdk::verify_token(sent.header("Authorization"), "a-secret-of-tests", f.time->wall_now())
                   .has_value());
    BOOST_REQUIRE(units.size() == 1U);
    BOOST_TEST(units[0].id == "64f1a2b3c4d5e6f7a8b9c0d1");
    BOOST_TEST((units[0].status == videosdk::resource_status::pending));
    BOOST_TEST((units[0].type == videosdk::resource_type::recording));
    BOOST_TEST((units[0].mode == videosdk::resource_mode::video_and_audio));
    BOOST_TEST((units[0].quality == videosdk::resource_quality::med));
    BOOST_TEST(units[0].webhook_url == "https://hooks.example.com/t0");
}

BOOST_AUTO_TEST_CASE(an_endpoint_with_or_without_v2_never_doubles_it)
{
    for (const auto& [endpoint, target] : {std::pair("https://api.videosdk.live", "/v2/resource/r1"),
                                           {"https://api.videosdk.live/v2", "/v2/resource/r1"},
                                           {"https://api.videosdk.live/v2/", "/v2/resource/r1"},
                                           {"http://localhost:9/base", "/base/v2/resource/r1"}}) {
        auto options = quiet_options();
        options.endpoint = endpoint;
        client_fixture f(options);
        f.carrier->expect(answer(200, R"({"id":"r1","status":"idle"})"));
        BOOST_TEST(f.finish(f.client->get("r1")).id == "r1");
        BOOST_TEST(f.carrier->seen().front().target == target);
        BOOST_TEST(f.carrier->seen().front().header("Content-Type") == "(absent)");
    }
}

BOOST_AUTO_TEST_CASE(request_takes_any_path_with_or_without_v2)
{
    client_fixture f;
    f.carrier->expect(answer(201, R"({"roomId":"a"})"));
    f.carrier->expect(answer(200, "{}"));
    const auto made = f.finish(f.client->request(videosdk::verb::post, "/v2/rooms", R"({"x":1})"));
    BOOST_TEST(made.status == 201U);
    BOOST_TEST(made.body == R"({"roomId":"a"})");
    f.finish(f.client->request(videosdk::verb::get, "/rooms?page=1"));
    BOOST_TEST(f.carrier->seen()[0].target == "/v2/rooms");
    BOOST_TEST(f.carrier->seen()[1].target == "/v2/rooms?page=1");
}

BOOST_AUTO_TEST_CASE(a_wrong_argument_is_named_and_nothing_is_sent)
{
    client_fixture f;
    // The call, the field and what is wrong with it; and nothing of the credentials.
    const auto check = [&](auto awaitable, std::string_view text) {
        const auto got = f.finish(std::move(awaitable));
        BOOST_REQUIRE(got.has_error());
        BOOST_TEST((got.error().code() == errc::invalid_argument), text);
        BOOST_TEST((got.error().effect() == effect::none));
        const std::string_view what = got.error().what();
        BOOST_TEST(what.starts_with(text), what << " does not begin with " << text);
        BOOST_TEST(!has(what, "a-secret-of-tests"), what);
        BOOST_TEST(!has(what, "eyJ"), what);
    };
    using videosdk::resource_type;
    const auto buy = [&](videosdk::acquire_request request) { return f.client->try_acquire(request); };
    check(buy({}), "acquire: invalid argument: type is missing");
    check(buy({.type = resource_type::hls}), "acquire: invalid argument: webhook_url is missing");
    check(buy({.type = resource_type::hls, .webhook_url = "ftp://hooks.example.com/"}),
          "acquire: invalid argument: webhook_url must be an http or https URL");
    check(buy({.type = resource_type::hls, .webhook_url = "https://hooks.example.com/", .units = 0}),
          "acquire: invalid argument: units must be at least 1");
    check(f.client->try_get(""), "get: invalid argument: id is missing");
    check(f.client->try_release(""), "release: invalid argument: id is missing");
    const std::vector<std::string> ids{"r1", ""};
    check(f.client->try_release(ids), "release: invalid argument: ids[1] is empty");
    check(f.client->try_release(std::span<const std::string>()), "release: invalid argument: ids is empty");
    check(f.client->try_list({.page = 0}), "list: invalid argument: page must be at least 1");
    check(f.client->try_start_recording({.resource_id = "r1"}),
          "start_recording: invalid argument: room_id is missing");
    check(f.client->try_start_rtmp({.room_id = "a", .resource_id = "r1"}),
          "start_rtmp: invalid argument: outputs is empty");
    check(f.client->try_end_hls({.room_id = "a"}), "end_hls: invalid argument: id is missing");
    check(f.client->try_request(videosdk::verb::get, "rooms"),
          "request: invalid argument: path must start with /");
    check(f.client->try_request(videosdk::verb::post, "/rooms", "{"),
          "request: invalid argument: body is not JSON from byte 1 on");
    check(f.client->try_get("r1", {.timeout = 0s}), "get: invalid argument: timeout must be positive");
    check(f.client->try_get("r1", {.max_attempts = 0}),
          "get: invalid argument: max_attempts must be at least 1");
    BOOST_TEST(f.carrier->seen().empty());
}

BOOST_AUTO_TEST_CASE(calls_without_credentials_fail_before_anything_is_sent)
{
    auto options = quiet_options();
    options.credentials = videosdk::credentials();
    client_fixture f(options);
    const auto got = f.finish(f.client->try_get("r1"));
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().code() == errc::invalid_credentials));
    BOOST_TEST((got.error().effect() == effect::none));
    const std::string_view what = got.error().what();
    BOOST_TEST(what.starts_with("get: "), what);
    BOOST_TEST(has(what, "there are no credentials: set them in the options"), what);
    BOOST_TEST(f.carrier->seen().empty());
}

BOOST_AUTO_TEST_CASE(the_vendors_sample_of_an_acquire_is_sent_and_read_to_the_letter)
{
    constexpr std::string_view token = "eyJhbGciOiJIUzI1NiJ9.eyJhcGlrZXkiOiJrIn0.c2lnbmF0dXJl";
    auto options = quiet_options();
    options.credentials = videosdk::credentials::token(std::string(token));
    client_fixture f(options);
    f.carrier->expect(answer(
        200,
        R"({"success":true,"data":[{"id":"64f1a2b3c4d5e6f7a8b9c0d1","status":"pending","type":"recording",)"
        R"("mode":"video-and-audio","quality":"low","composerIds":["6500000000000000000000aa","x-2"],)"
        R"("webhookUrl":"https://example.com/"}]})",
        {{"Content-Type", "application/json; charset=utf-8"}}));
    f.carrier->expect(answer(200, std::string(one_unit)));

    const auto units = f.finish(f.client->acquire({.type = videosdk::resource_type::recording,
                                                   .webhook_url = "https://www.example.com/",
                                                   .mode = videosdk::resource_mode::video_and_audio,
                                                   .quality = videosdk::resource_quality::low,
                                                   .units = 1}));
    f.finish(f.client->acquire(
        {.type = videosdk::resource_type::recording, .webhook_url = "https://www.example.com/"}));

    const auto& sent = f.carrier->seen()[0];
    BOOST_TEST(sent.method == videosdk::verb::post);
    BOOST_TEST(sent.target == "/v2/resource/acquire");
    BOOST_TEST(sent.header("Authorization") == token); // the JWT alone, without "Bearer"
    BOOST_TEST(sent.header("Content-Type") == "application/json");
    BOOST_TEST(sent.header("Accept") == "application/json");
    BOOST_TEST(sent.body == R"({"type":"recording","webhookUrl":"https://www.example.com/",)"
                            R"("mode":"video-and-audio","quality":"low","units":1})");
    // What is left out is the service's own default.
    BOOST_TEST(f.carrier->seen()[1].body ==
               R"({"type":"recording","webhookUrl":"https://www.example.com/"})");
    BOOST_REQUIRE(units.size() == 1U);
    const videosdk::resource& unit = units[0];
    BOOST_TEST(unit.id == "64f1a2b3c4d5e6f7a8b9c0d1");
    BOOST_TEST((unit.status == videosdk::resource_status::pending));
    BOOST_TEST((unit.type == videosdk::resource_type::recording));
    BOOST_TEST((unit.mode == videosdk::resource_mode::video_and_audio));
    BOOST_TEST((unit.quality == videosdk::resource_quality::low));
    BOOST_TEST((unit.composer_ids == std::vector<std::string>{"6500000000000000000000aa", "x-2"}));
    BOOST_TEST(unit.webhook_url == "https://example.com/"); // perhaps not to the letter what was sent
    BOOST_TEST(unit.unknown_fields.empty());
}

BOOST_AUTO_TEST_CASE(a_pager_may_be_moved_while_it_reads)
{
    client_fixture f;
    f.carrier->expect(answer(
        200, R"({"pageInfo":{"currentPage":1,"perPage":20,"lastPage":1,"total":1},"data":[{"id":"a"}]})"));
    auto page = f.finish(f.client->list_all().try_next()); // the pager itself is gone when the call begins
    BOOST_REQUIRE(page.has_value());
    BOOST_REQUIRE(page->has_value());
    BOOST_TEST((*page)->resources.size() == 1U);
    auto pager = f.client->list_all();
    auto other = std::move(pager);
    BOOST_TEST((f.finish(pager.try_next()).error().code() == errc::closed));
}

BOOST_AUTO_TEST_CASE(the_pager_walks_every_page_once)
{
    client_fixture f;
    for (
        const char* body :
        {R"({"pageInfo":{"currentPage":"1","perPage":2,"lastPage":2,"total":3},"data":[{"id":"a"},{"id":"b"}]})",
         R"({"pageInfo":{"currentPage":2,"perPage":2,"lastPage":2,"total":3},"data":[{"id":"c"}]})"}) {
        f.carrier->expect(answer(200, body));
    }
    auto pager = f.client->list_all({.per_page = 2, .status = videosdk::resource_status::idle});
    std::string ids;
    for (auto page = f.finish(pager.next()); page; page = f.finish(pager.next())) {
        for (const auto& each : page->resources) {
            ids += each.id;
        }
    }
    BOOST_TEST(ids == "abc");
    BOOST_REQUIRE(f.carrier->seen().size() == 2U);
    BOOST_TEST(f.carrier->seen()[0].target == "/v2/resource?page=1&perPage=2&status=idle");
    BOOST_TEST(f.carrier->seen()[1].target == "/v2/resource?page=2&perPage=2&status=idle");
}

BOOST_AUTO_TEST_CASE(
    a_listing_without_an_end_ends_with_an_empty_page_or_with_an_error_where_one_repeats_itself)
{
    const auto page_of = [](const char* ids) {
        return R"({"pageInfo":{"currentPage":1,"perPage":2,"lastPage":0,"total":0},"data":)" +
               std::string(ids) + "}";
    };
    client_fixture honest;
    for (const char* ids : {R"([{"id":"a"},{"id":"b"}])", R"([{"id":"b"},{"id":"c"}])", "[]"}) {
        honest.carrier->expect(answer(200, page_of(ids)));
    }
    auto pager = honest.client->list_all();
    BOOST_TEST(honest.finish(pager.next()).has_value());
    BOOST_TEST(honest.finish(pager.next()).has_value());
    BOOST_TEST(!honest.finish(pager.next()).has_value());

    client_fixture deaf;
    deaf.carrier->decide = [&](const seen_request&) { return answer(200, page_of(R"([{"id":"a"}])")); };
    auto endless = deaf.client->list_all();
    BOOST_TEST(deaf.finish(endless.next()).has_value());
    const auto got = deaf.finish(endless.try_next());
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().code() == errc::unexpected_response));
    BOOST_TEST(has(got.error().what(), "list: "), got.error().what());
    BOOST_TEST(has(got.error().what(), "page 2 holds the resources of the page before it"),
               got.error().what());
    BOOST_TEST(!deaf.finish(endless.next()).has_value());
    BOOST_TEST(deaf.carrier->seen().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_pager_goes_on_with_the_page_that_failed)
{
    client_fixture f;
    const auto page_of = [](int number) {
        return R"({"pageInfo":{"currentPage":1,"perPage":1,"lastPage":2,"total":2},"data":[{"id":"r)" +
               std::to_string(number) + "\"}]}";
    };
    f.carrier->expect(answer(200, page_of(1)));
    f.carrier->expect(answer(403, "{}"));
    f.carrier->expect(answer(200, page_of(2)));
    auto pager = f.client->list_all();
    BOOST_TEST(f.finish(pager.next()).has_value());
    BOOST_TEST((f.finish(pager.try_next()).error().code() == errc::forbidden));
    const auto second = f.finish(pager.next());
    BOOST_REQUIRE(second.has_value());
    BOOST_TEST(second->resources[0].id == "r2");
    BOOST_TEST(!f.finish(pager.next()).has_value());
    BOOST_TEST(f.carrier->seen()[2].target == "/v2/resource?page=2&perPage=20");
}

BOOST_AUTO_TEST_CASE(compositions_start_and_end_on_their_own_routes)
{
    client_fixture f;
    f.carrier->expect(answer(200, R"({"success":true,"data":{"id":"c1"}})"));
    f.carrier->expect(answer(200, R"({"success":true,"msg":"Recording ended successfully"})"));
    f.carrier->expect(answer(200, R"({"success":true,"data":{"id":"c2","playbackHlsUrl":"https://p"}})"));
    f.carrier->expect(answer(200, R"({"success":true,"data":{"id":"c3"}})"));
    const auto recording = f.finish(f.client->start_recording({.room_id = "a-b", .resource_id = "r1"}));
    BOOST_TEST(recording.id == "c1");
    BOOST_TEST(recording.room_id == "a-b");
    BOOST_TEST(recording.resource_id == "r1");
    BOOST_TEST(recording.type == videosdk::resource_type::recording);
    BOOST_TEST(f.finish(f.client->try_end_recording({.room_id = "a-b", .id = "c1"})).has_value());
    BOOST_TEST(f.finish(f.client->start_hls({.room_id = "a-b", .resource_id = "r1"})).playback_hls_url ==
               "https://p");
    const std::array<videosdk::rtmp_output, 1> outputs{{{"rtmp://o", "k"}}};
    BOOST_TEST(
        f.finish(f.client->start_rtmp({.room_id = "a-b", .resource_id = "r1", .outputs = outputs})).id ==
        "c3");
    BOOST_TEST(f.carrier->seen()[0].target == "/v2/resource/recordings/start");
    BOOST_TEST(f.carrier->seen()[1].target == "/v2/resource/recordings/end");
    BOOST_TEST(f.carrier->seen()[2].target == "/v2/resource/hls/start");
    BOOST_TEST(f.carrier->seen()[3].target == "/v2/resource/livestreams/start");
}

BOOST_AUTO_TEST_SUITE_END()
