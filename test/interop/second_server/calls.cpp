// Every call of the API, and what was sent for it, against the second server.
#include "stage.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

using namespace second_server;
using namespace videosdk;

namespace {

/// A unit that is idle by now.
resource idle_unit(stage& on, resource_type type)
{
    const auto bought = on.run(on.client.acquire({.type = type, .webhook_url = hook}));
    event_hub_options often;
    often.poll_after = 5ms;
    event_hub hub(on.client, often);
    return on.run(hub.wait_for(bought.front().id, resource_status::idle, {.timeout = 60s}));
}

void check_layout(const json::object& body, std::string_view type, int grid)
{
    const json::object& layout = body.at("config").at("layout").as_object();
    BOOST_TEST(std::string_view(layout.at("type").as_string()) == type);
    BOOST_TEST(layout.at("gridSize").as_int64() == grid);
}

} // namespace

BOOST_AUTO_TEST_SUITE(calls)

// wire: W1, W2, W3, W5
BOOST_AUTO_TEST_CASE(requests_are_what_the_page_says)
{
    stage on;
    BOOST_TEST(endpoint_from_environment().ends_with("/v2/"));
    on.run(on.client.acquire({.type = resource_type::hls, .webhook_url = hook}));
    const json::object came = on.last("/v2/resource/acquire");
    BOOST_TEST(std::string_view(came.at("path").as_string()) == "/v2/resource/acquire");
    BOOST_TEST(std::string_view(came.at("contentType").as_string()) == "application/json");
    BOOST_TEST(std::string_view(came.at("authorization").as_string()).starts_with("eyJ"));
    on.run(on.client.request(verb::get, "/v2/resource?page=1"));
    on.run(on.client.request(verb::get, "/resource?page=1"));
    BOOST_TEST(on.count("/v2/v2/resource") == 0);
    BOOST_TEST(on.count("/resource") == 0);
}

// wire: W6, W7
BOOST_AUTO_TEST_CASE(tokens_of_ours_are_taken_by_another_implementation_and_its_tokens_are_sent_by_us)
{
    stage on; // the server checks signature and claims of each token
    client_options elsewhere = options_of_environment();
    const json::value minted = on.control("token", {});
    elsewhere.credentials = credentials::token(std::string(minted.at("token").as_string()));
    stage other(elsewhere);
    other.run(other.client.list());
    BOOST_TEST(other.last("/v2/resource").at("authorization") == minted.at("token"));

    client_options wrong = options_of_environment();
    wrong.credentials = credentials::key_and_secret(wrong.credentials.key(), "a secret of somebody else");
    stage stranger(wrong);
    const auto refused = stranger.run(stranger.client.try_list());
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code() == errc::unauthorized));
    BOOST_TEST(refused.error().api_message() == "token: another secret signed it");
}

// wire: W8, W19, W20
BOOST_AUTO_TEST_CASE(acquire_gives_pending_units_whose_echo_lacks_www)
{
    stage on;
    const auto bought = on.run(on.client.acquire({.type = resource_type::recording,
                                                  .webhook_url = hook,
                                                  .mode = resource_mode::audio,
                                                  .quality = resource_quality::high,
                                                  .units = 3}));
    BOOST_TEST_REQUIRE(bought.size() == 3U);
    for (const resource& unit : bought) {
        BOOST_TEST(unit.id.size() == 24U);
        BOOST_TEST((unit.status == resource_status::pending));
        BOOST_TEST((unit.type == resource_type::recording));
        BOOST_TEST(unit.type.text() == "filecomposer");
        BOOST_TEST((unit.mode == resource_mode::audio));
        BOOST_TEST((unit.quality == resource_quality::high));
        BOOST_TEST(unit.composer_ids.empty());
        BOOST_TEST(unit.webhook_url == "https://hooks.example.com/edge/videosdk");
        BOOST_TEST(unit.unknown_fields == R"({"region":{"zone":"eu-9","ünïcode":null}})");
    }
    const json::object sent = on.last_body("/v2/resource/acquire");
    BOOST_TEST(std::string_view(sent.at("webhookUrl").as_string()) == hook);
    BOOST_TEST(sent.at("units").as_int64() == 3);
}

// wire: W10, W19
BOOST_AUTO_TEST_CASE(a_wrapped_unit_with_words_nobody_knows_keeps_them)
{
    stage on;
    const auto bought = on.run(on.client.acquire({.type = resource_type::rtmp, .webhook_url = hook}));
    on.control("set", {{"id", bought.front().id}, {"quality", "ultra"}, {"status", "hibernating"}});
    const resource unit = on.run(on.client.get(bought.front().id));
    BOOST_TEST(unit.id == bought.front().id);
    BOOST_TEST((unit.status == resource_status::unknown));
    BOOST_TEST(unit.status.text() == "hibernating");
    BOOST_TEST((unit.quality == resource_quality::unknown));
    BOOST_TEST(unit.quality.text() == "ultra");
}

// wire: W11
BOOST_AUTO_TEST_CASE(a_listing_whose_numbers_are_texts_is_walked_to_its_end)
{
    stage on;
    const auto bought =
        on.run(on.client.acquire({.type = resource_type::hls, .webhook_url = hook, .units = 5}));
    std::set<std::string> missing;
    for (const resource& unit : bought) {
        missing.insert(unit.id);
    }
    auto pager = on.client.list_all({.per_page = 2});
    std::uint64_t resources = 0;
    std::uint64_t total = 0;
    for (auto page = on.run(pager.next()); page; page = on.run(pager.next())) {
        total = page->total;
        BOOST_TEST(page->per_page == 2U);
        for (const resource& unit : page->resources) {
            ++resources;
            missing.erase(unit.id);
        }
    }
    BOOST_TEST(missing.empty());
    BOOST_TEST(resources == total);
    const auto released = on.run(on.client.list({.status = resource_status::released}));
    BOOST_TEST(std::all_of(released.resources.begin(), released.resources.end(),
                           [](const resource& unit) { return unit.status == resource_status::released; }));
}

// wire: W9, W12, W15, W18, W21
BOOST_AUTO_TEST_CASE(a_recording_runs_in_a_unit_from_pending_to_released)
{
    stage on;
    const resource unit = idle_unit(on, resource_type::recording);
    const composition_config config{
        .layout =
            composition_layout{.type = layout_type::grid, .priority = layout_priority::pin, .grid_size = 4},
        .theme = composition_theme::default_theme,
        .orientation = composition_orientation::portrait,
        .mode = resource_mode::audio,
        .quality = resource_quality::low};
    const auto started = on.run(on.client.start_recording({.room_id = "room-r",
                                                           .resource_id = unit.id,
                                                           .template_url = "https://templates.example.com/t",
                                                           .config = config,
                                                           .webhook_url = hook,
                                                           .aws_dir_path = "dir",
                                                           .pre_signed_url = "https://put.example.com/x"}));
    const json::object sent = on.last_body("/v2/resource/recordings/start");
    check_layout(sent, "GRID", 4);
    for (const char* field :
         {"roomId", "resourceId", "templateUrl", "webhookUrl", "awsDirPath", "preSignedUrl"}) {
        BOOST_TEST(sent.contains(field), field);
    }
    const resource composing = on.run(on.client.get(unit.id));
    BOOST_TEST((composing.status == resource_status::composing));
    BOOST_TEST(composing.composer_ids == std::vector<std::string>{started.id},
               boost::test_tools::per_element());

    const auto refused = on.run(on.client.try_release(unit.id));
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code() == errc::release_refused));
    BOOST_TEST(refused.error().api_message() == "only idle resources are released");

    on.run(on.client.end_recording({.room_id = "room-r", .id = started.id}));
    BOOST_TEST((on.run(on.client.get(unit.id)).status == resource_status::idle));
    // One id can fail inside a 200, and the answer has an order of its own.
    const std::array<std::string, 2> ids{unit.id, "0123456789abcdef01234567"};
    const auto results = on.run(on.client.release(ids));
    BOOST_TEST_REQUIRE(results.size() == 2U);
    for (const release_result& each : results) {
        BOOST_TEST(each.success == (each.id == unit.id));
    }
    BOOST_TEST((on.run(on.client.get(unit.id)).status == resource_status::released));
}

// wire: W13, W15, W18
BOOST_AUTO_TEST_CASE(hls_that_is_answered_by_the_deprecated_url_alone_has_its_url)
{
    stage on;
    const resource unit = idle_unit(on, resource_type::hls);
    const composition_config config{.layout =
                                        composition_layout{.type = layout_type::sidebar, .grid_size = 25},
                                    .theme = composition_theme::light};
    const auto started =
        on.run(on.client.start_hls({.room_id = "room-h", .resource_id = unit.id, .config = config}));
    check_layout(on.last_body("/v2/resource/hls/start"), "SIDEBAR", 25);
    BOOST_TEST(started.playback_hls_url == "https://cdn.invalid/" + started.id + ".m3u8");
    BOOST_TEST(started.room_id == "room-h");
    BOOST_TEST(started.session_id.size() == 24U);
    on.run(on.client.end_hls({.room_id = "room-h", .id = started.id}));
    BOOST_TEST((on.run(on.client.get(unit.id)).status == resource_status::idle));
}

// wire: W14, W15, W18
BOOST_AUTO_TEST_CASE(rtmp_runs_with_its_outputs)
{
    stage on;
    const resource unit = idle_unit(on, resource_type::rtmp);
    const std::array<rtmp_output, 2> outputs{{{.url = "rtmp://a.example.com/app", .stream_key = "one"},
                                              {.url = "rtmp://b.example.com/app", .stream_key = "two"}}};
    const composition_config config{.layout =
                                        composition_layout{.type = layout_type::spotlight, .grid_size = 3},
                                    .orientation = composition_orientation::landscape};
    const auto started = on.run(on.client.start_rtmp(
        {.room_id = "room-l", .resource_id = unit.id, .outputs = outputs, .config = config}));
    const json::object sent = on.last_body("/v2/resource/livestreams/start");
    check_layout(sent, "SPOTLIGHT", 3);
    const json::array& sent_outputs = sent.at("outputs").as_array();
    BOOST_TEST(sent_outputs.size() == 2U);
    BOOST_TEST(std::string_view(sent_outputs.at(1).at("streamKey").as_string()) == "two");
    on.run(on.client.end_rtmp({.room_id = "room-l", .id = started.id}));
    BOOST_TEST((on.run(on.client.get(unit.id)).status == resource_status::idle));
}

// wire: W17
BOOST_AUTO_TEST_CASE(the_ordinary_routes_answer_sentences_and_request_gives_them_as_they_come)
{
    stage on;
    const resource unit = idle_unit(on, resource_type::recording);
    const std::string room = R"({"roomId":"room-o","resourceId":")" + unit.id + R"("})";
    const auto said = [&](const char* path) {
        return on.run(on.client.request(verb::post, path, room)).body;
    };
    BOOST_TEST(said("/v2/recordings/start") == R"("Recording started successfully")");
    BOOST_TEST((on.run(on.client.get(unit.id)).status == resource_status::composing));
    BOOST_TEST(said("/recordings/end") == R"("Recording ended successfully")");
    BOOST_TEST((on.run(on.client.get(unit.id)).status == resource_status::idle));
}

BOOST_AUTO_TEST_SUITE_END()
