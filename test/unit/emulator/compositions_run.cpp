// Starting and ending compositions, on the resource routes and on the ordinary ones.
#include "support.hpp"

#include <boost/test/unit_test.hpp>

using namespace emulator_test;

namespace {

struct kind {
    const char* type;
    const char* path;
    const char* extra; ///< Fields that a start needs besides.
    const char* word;
    const char* prefix;
};

constexpr kind recording{"recording", "recordings", "", "Recording", "recording-"};
constexpr kind hls{"hls", "hls", "", "HLS", "hls-"};
constexpr kind rtmp{"rtmp", "livestreams",
                    R"(,"outputs":[{"url":"rtmp://live.example.com/a","streamKey":"k"}])", "Livestream",
                    "livestream-"};
constexpr kind kinds[] = {recording, hls, rtmp};

std::string start_body(const kind& of, const std::string& resource, const std::string& more = "")
{
    return R"({"roomId":"room","resourceId":")" + resource + "\"" + of.extra + more + "}";
}

emulator::reply start(player& test, const kind& of, const std::string& resource, const std::string& more = "")
{
    return test.post("/v2/resource/" + std::string(of.path) + "/start", start_body(of, resource, more));
}

emulator::reply end(player& test, const kind& of, const std::string& id, const std::string& room = "room")
{
    return test.post("/v2/resource/" + std::string(of.path) + "/end",
                     R"({"roomId":")" + room + R"(","id":")" + id + "\"}");
}

std::string id_of(const emulator::reply& answer)
{
    return std::string(parse(answer).at("data").at("id").as_string());
}

json::value data_of(const emulator::webhook& sent)
{
    return json::parse(sent.body).at("data");
}

} // namespace

BOOST_AUTO_TEST_SUITE(compositions_run)

BOOST_AUTO_TEST_CASE(a_unit_composes_from_start_to_end_and_is_idle_again)
{
    for (const kind& each : kinds) {
        player test;
        const auto unit = test.idle_unit(each.type);

        const auto started = start(test, each, unit);
        BOOST_TEST(started.status == 200u);
        const auto id = id_of(started);
        BOOST_TEST(test.status_of(unit) == "composing");
        BOOST_TEST(parse(test.get("/v2/resource/" + unit)).at("composerIds").at(0).as_string() == id);

        const auto ended = end(test, each, id);
        BOOST_TEST(ended.status == 200u);
        BOOST_TEST(ended.body ==
                   R"({"success":true,"msg":")" + std::string(each.word) + " ended successfully\"}");
        test.pass(49ms);
        BOOST_TEST(test.status_of(unit) == "composing");
        test.pass(1ms);
        BOOST_TEST(test.status_of(unit) == "idle");
        BOOST_TEST(parse(test.get("/v2/resource/" + unit)).at("composerIds").as_array().empty());
        BOOST_TEST(start(test, each, unit).status == 200u);
    }
}

BOOST_AUTO_TEST_CASE(ids_of_ended_compositions_can_stay)
{
    auto wanted = options();
    wanted.keep_composer_ids = true;
    player test(wanted);
    const auto unit = test.idle_unit();
    const auto first = id_of(start(test, recording, unit));
    end(test, recording, first);
    test.pass(50ms);
    const auto second = id_of(start(test, recording, unit));
    const json::value shown = parse(test.get("/v2/resource/" + unit));
    BOOST_TEST(json::serialize(shown.at("composerIds")) == "[\"" + first + "\",\"" + second + "\"]");
}

BOOST_AUTO_TEST_CASE(hls_answers_with_its_urls)
{
    player test;
    const json::value data = parse(start(test, hls, test.idle_unit("hls"))).at("data");
    BOOST_TEST(data.at("roomId").as_string() == "room");
    BOOST_TEST(data.at("sessionId").as_string().size() == 24u);
    BOOST_TEST(data.at("start").as_string() == "2026-01-31T12:00:00.100Z");
    BOOST_TEST(data.at("links").is_object());
    const std::string base = "https://media.videosdk.test/hls/" + std::string(data.at("id").as_string());
    BOOST_TEST(data.at("playbackHlsUrl").as_string() == base + "/playback.m3u8");
    BOOST_TEST(data.at("livestreamUrl").as_string() == base + "/live.m3u8");
    BOOST_TEST(data.at("downstreamUrl").as_string() == base + "/playback.m3u8");
}

BOOST_AUTO_TEST_CASE(each_step_is_told_by_webhook)
{
    for (const kind& each : kinds) {
        player test;
        const auto id = id_of(start(test, each, test.idle_unit(each.type)));
        auto sent = test.pass(0ms);
        BOOST_TEST(types_of(sent) == std::string(each.prefix) + "starting");
        BOOST_TEST(sent[0].url == hook);
        const json::value data = data_of(sent[0]);
        BOOST_TEST(data.at("meetingId").as_string() == "room");
        BOOST_TEST(data.at("sessionId").as_string().size() == 24u);
        BOOST_TEST(data.at("id").as_string() == id);

        const std::string prefix = each.prefix;
        sent = test.pass(50ms);
        BOOST_TEST(types_of(sent) == (prefix == "hls-" ? "hls-started hls-playable" : prefix + "started"));
        end(test, each, id);
        BOOST_TEST(types_of(test.pass(0ms)) == prefix + "stopping");
        BOOST_TEST(types_of(test.pass(50ms)) == prefix + "stopped");
    }
}

BOOST_AUTO_TEST_CASE(webhooks_can_leave_the_compositions_id_out)
{
    auto wanted = options();
    wanted.composition_ids = false;
    for (const kind& each : kinds) {
        player test(wanted);
        const auto id = id_of(start(test, each, test.idle_unit(each.type)));
        auto sent = test.pass(50ms);
        end(test, each, id);
        const auto rest = test.pass(50ms);
        sent.insert(sent.end(), rest.begin(), rest.end());
        BOOST_TEST(sent.size() >= 4u);
        for (const auto& one : sent) {
            BOOST_TEST(!data_of(one).as_object().contains("id"));
            BOOST_TEST(data_of(one).at("meetingId").as_string() == "room");
        }
    }
}

BOOST_AUTO_TEST_CASE(hls_webhooks_hold_the_urls)
{
    player test;
    const auto id = id_of(start(test, hls, test.idle_unit("hls")));
    const auto sent = test.pass(50ms);
    for (const std::size_t i : {1u, 2u}) {
        BOOST_TEST(data_of(sent.at(i)).at("downstreamUrl").as_string() ==
                   "https://media.videosdk.test/hls/" + id + "/playback.m3u8");
    }
}

BOOST_AUTO_TEST_CASE(a_stopped_recording_has_a_file_unless_the_storage_is_the_callers)
{
    player test;
    const auto stopped = [&test](const std::string& more) {
        const auto id = id_of(start(test, recording, test.idle_unit(), more));
        test.pass(50ms);
        end(test, recording, id);
        return std::make_pair(id, data_of(test.pass(50ms).back()));
    };
    const auto [id, data] = stopped("");
    BOOST_TEST(data.at("filePath").as_string() == "recordings/room/" + id + ".mp4");
    BOOST_TEST(data.at("fileUrl").as_string() ==
               "https://media.videosdk.test/recordings/room/" + id + ".mp4");
    const auto [own, own_data] = stopped(R"(,"awsDirPath":"bucket/dir")");
    BOOST_TEST(own_data.at("filePath").as_string() == "bucket/dir/room/" + own + ".mp4");
    BOOST_TEST(own_data.at("fileUrl").is_null());
    BOOST_TEST(stopped(R"(,"preSignedUrl":"https://s3.example.com/x?sig=1")").second.at("fileUrl").is_null());
}

BOOST_AUTO_TEST_CASE(webhooks_go_to_the_recordings_own_url_where_it_has_one)
{
    player test;
    start(test, recording, test.idle_unit(), R"(,"webhookUrl":"https://own.example.com/")");
    BOOST_TEST(test.pass(0ms).at(0).url == "https://own.example.com/");
}

BOOST_AUTO_TEST_CASE(a_composition_that_is_ended_before_it_has_started_never_says_started)
{
    player test;
    const auto id = id_of(start(test, recording, test.idle_unit()));
    end(test, recording, id);
    BOOST_TEST(types_of(test.pass(1s)) == "recording-starting recording-stopping recording-stopped");
}

BOOST_AUTO_TEST_CASE(a_composition_can_fail)
{
    for (const kind& each : kinds) {
        player test;
        const auto unit = test.idle_unit(each.type);
        const auto id = id_of(start(test, each, unit));
        BOOST_TEST(test.service.fail_composition(id, test.now));
        const std::string prefix = each.prefix;
        BOOST_TEST(types_of(test.pass(1s)) == prefix + "starting " + prefix + "failed");
        BOOST_TEST(test.status_of(unit) == "idle");
        BOOST_TEST(!test.service.fail_composition(id, test.now));
        BOOST_TEST(end(test, each, id).status == 404u);
    }
}

BOOST_AUTO_TEST_CASE(a_unit_that_is_not_free_is_refused)
{
    player test;
    const auto pending = test.acquire().front();
    const auto refused = start(test, recording, pending);
    BOOST_TEST(refused.status == 409u);
    BOOST_TEST(message_of(refused) == "resourceId must be an idle resource; this one is pending");
    const auto unit = test.idle_unit();
    start(test, recording, unit);
    BOOST_TEST(start(test, recording, unit).status == 409u);
    const auto other = start(test, hls, test.idle_unit());
    BOOST_TEST(other.status == 400u);
    BOOST_TEST(message_of(other) ==
               "resourceId must be a resource of type hls; this one is of type recording");
    BOOST_TEST(start(test, recording, "0123456789abcdef01234567").status == 404u);
}

BOOST_AUTO_TEST_CASE(only_what_runs_in_the_room_can_be_ended_and_only_once)
{
    player test;
    const auto id = id_of(start(test, recording, test.idle_unit()));
    BOOST_TEST(end(test, recording, id, "another").status == 404u);
    BOOST_TEST(end(test, hls, id).status == 404u);
    BOOST_TEST(end(test, recording, "0123456789abcdef01234567").status == 404u);
    BOOST_TEST(end(test, recording, id).status == 200u);
    BOOST_TEST(end(test, recording, id).status == 404u);
}

BOOST_AUTO_TEST_CASE(a_wrong_field_is_400_and_named)
{
    player test;
    const auto refused = [&test](const kind& of, const std::string& more) {
        const auto answer = start(test, of, "unit", more);
        BOOST_TEST(answer.status == 400u);
        return message_of(answer);
    };
    const auto layout = [](const std::string& inside) { return R"(,"config":{"layout":{)" + inside + "}}"; };
    BOOST_TEST(message_of(test.post("/v2/resource/hls/start", R"({"resourceId":"x"})")) ==
               "roomId is required");
    BOOST_TEST(message_of(test.post("/v2/resource/hls/start", R"({"roomId":"x"})")) ==
               "resourceId is required");
    BOOST_TEST(message_of(test.post("/v2/resource/hls/end", R"({"roomId":"x"})")) == "id is required");
    BOOST_TEST(message_of(test.post("/v2/resource/hls/end", R"({"id":"x"})")) == "roomId is required");
    BOOST_TEST(refused(recording, R"(,"config":1)") == "config must be an object");
    BOOST_TEST(refused(recording, R"(,"config":{"theme":"DARK"})") ==
               "config.layout is required when another option is given");
    BOOST_TEST(refused(recording, layout("")) == "config.layout.type is required");
    BOOST_TEST(refused(recording, layout(R"("type":"grid")")) ==
               "config.layout.type must be one of GRID, SPOTLIGHT, SIDEBAR");
    BOOST_TEST(refused(recording, layout(R"("type":"GRID","priority":"x")")) ==
               "config.layout.priority must be one of SPEAKER, PIN");
    BOOST_TEST(refused(recording, layout(R"("type":"GRID","gridSize":5)")) ==
               "config.layout.gridSize must be a whole number from 1 to 4");
    BOOST_TEST(refused(hls, layout(R"("type":"GRID","gridSize":26)")) ==
               "config.layout.gridSize must be a whole number from 1 to 25");
    BOOST_TEST(refused(hls, R"(,"config":{"layout":{"type":"GRID"},"theme":"PINK"})") ==
               "config.theme must be one of DARK, LIGHT, DEFAULT");
    BOOST_TEST(refused(hls, R"(,"config":{"layout":{"type":"GRID"},"orientation":"up"})") ==
               "config.orientation must be one of portrait, landscape");
    BOOST_TEST(refused(hls, R"(,"config":{"layout":{"type":"GRID"},"quality":"x"})") ==
               "config.quality must be one of low, med, high");
    BOOST_TEST(refused(recording, R"(,"templateUrl":"x")").starts_with("templateUrl must be an http"));
    BOOST_TEST(refused(recording, R"(,"webhookUrl":"x")").starts_with("webhookUrl must be an http"));
}

BOOST_AUTO_TEST_CASE(a_wrong_output_is_400_and_named)
{
    player test;
    const auto refused = [&test](const std::string& outputs) {
        const auto answer = test.post("/v2/resource/livestreams/start",
                                      R"({"roomId":"room","resourceId":"x")" + outputs + "}");
        BOOST_TEST(answer.status == 400u);
        return message_of(answer);
    };
    BOOST_TEST(refused("") == "outputs is required");
    BOOST_TEST(refused(R"(,"outputs":{})") == "outputs must be an array");
    BOOST_TEST(refused(R"(,"outputs":[])") == "outputs must hold at least one output");
    BOOST_TEST(refused(R"(,"outputs":["x"])") == "outputs[0] must be an object");
    BOOST_TEST(refused(R"(,"outputs":[{"url":"rtmp://a","streamKey":"k"},{"url":"rtmp://a"}])") ==
               "outputs[1].streamKey is required");
    BOOST_TEST(refused(R"(,"outputs":[{"streamKey":"very secret"}])") == "outputs[0].url is required");
}

BOOST_AUTO_TEST_CASE(a_whole_config_is_accepted)
{
    player test;
    const auto answer =
        start(test, hls, test.idle_unit("hls"),
              R"(,"templateUrl":"https://t.example.com/","config":{"layout":{"type":"GRID",)"
              R"("priority":"SPEAKER","gridSize":25},"theme":"DARK","orientation":"portrait",)"
              R"("mode":"audio","quality":"high"})");
    BOOST_TEST(answer.status == 200u);
}

BOOST_AUTO_TEST_CASE(the_ordinary_routes_answer_as_the_official_sdks_expect)
{
    for (const kind& each : kinds) {
        player test;
        const auto unit = test.idle_unit(each.type);
        const std::string path = "/v2/" + std::string(each.path);
        const auto started = test.post(path + "/start", start_body(each, unit));
        BOOST_TEST(started.status == 200u);
        if (std::string_view(each.type) == "hls") {
            BOOST_TEST(parse(started).at("id").as_string().size() == 24u);
        } else {
            BOOST_TEST(started.body == "\"" + std::string(each.word) + " started successfully\"");
        }
        BOOST_TEST(test.status_of(unit) == "composing");
        const auto ended = test.post(path + "/end", R"({"roomId":"room"})"); // they know no id
        BOOST_TEST(ended.body == "\"" + std::string(each.word) + " ended successfully\"");
        test.pass(50ms);
        BOOST_TEST(test.status_of(unit) == "idle");
        BOOST_TEST(test.post(path + "/end", R"({"roomId":"room"})").status == 404u);
    }
}

BOOST_AUTO_TEST_CASE(an_ordinary_recording_needs_no_resource)
{
    player test;
    BOOST_TEST(
        test.post("/v2/recordings/start", R"({"roomId":"room","webhookUrl":"https://own.example.com/"})")
            .status == 200u);
    BOOST_TEST(types_of(test.pass(50ms)) == "recording-starting recording-started");
    BOOST_TEST(test.post("/v2/recordings/start", R"({"roomId":"quiet"})").status == 200u);
    BOOST_TEST(test.pass(1s).empty());
}

BOOST_AUTO_TEST_SUITE_END()
