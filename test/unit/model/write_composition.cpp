// Bodies that start and end compositions, to the letter, and the rules of their configuration.
#include "expect.hpp"

namespace model = videosdk::model;
using namespace videosdk;

namespace {

start_recording_request recording_with(const composition_config& config)
{
    return {.room_id = "abcd-efgh-ijkl", .resource_id = "64f1", .config = config};
}

start_hls_request hls_with(const composition_config& config)
{
    return {.room_id = "abcd-efgh-ijkl", .resource_id = "64f1", .config = config};
}

constexpr std::array<rtmp_output, 2> outputs = {
    rtmp_output{.url = "rtmp://a.example/live", .stream_key = "k-1"},
    rtmp_output{.url = "rtmps://b.example/live", .stream_key = "k\"2"}};

start_rtmp_request rtmp_with(const std::optional<composition_config>& config)
{
    return {.room_id = "abcd-efgh-ijkl", .resource_id = "64f1", .outputs = outputs, .config = config};
}

composition_config grid_of(std::uint32_t size)
{
    return {.layout = composition_layout{.type = layout_type::grid, .grid_size = size}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(write_composition)

BOOST_AUTO_TEST_CASE(a_recording_with_every_field)
{
    const start_recording_request request = {
        .room_id = "abcd-efgh-ijkl",
        .resource_id = "64f1",
        .template_url = "https://templates.example.com/a?b=c",
        .config = composition_config{.layout = composition_layout{.type = layout_type::sidebar,
                                                                  .priority = layout_priority::pin,
                                                                  .grid_size = 4},
                                     .theme = composition_theme::dark,
                                     .orientation = composition_orientation::portrait,
                                     .mode = resource_mode::audio,
                                     .quality = resource_quality::high},
        .webhook_url = "https://hooks.example.com/",
        .aws_dir_path = "/meetings/\xc3\xbc",
        .pre_signed_url = "https://bucket.example.com/a?X-Amz-Signature=1"};
    BOOST_TEST(value_of(model::write(request)) ==
               R"({"roomId":"abcd-efgh-ijkl","resourceId":"64f1",)"
               R"("templateUrl":"https://templates.example.com/a?b=c",)"
               R"("config":{"layout":{"type":"SIDEBAR","priority":"PIN","gridSize":4},"theme":"DARK",)"
               R"("orientation":"portrait","mode":"audio","quality":"high"},)"
               R"("webhookUrl":"https://hooks.example.com/",)"
               "\"awsDirPath\":\"/meetings/\xc3\xbc\","
               R"("preSignedUrl":"https://bucket.example.com/a?X-Amz-Signature=1"})");
}

BOOST_AUTO_TEST_CASE(fields_left_out_are_not_sent)
{
    BOOST_TEST(value_of(model::write(start_recording_request{.room_id = "r", .resource_id = "u"})) ==
               R"({"roomId":"r","resourceId":"u"})");
    BOOST_TEST(value_of(model::write(start_hls_request{.room_id = "r", .resource_id = "u"})) ==
               R"({"roomId":"r","resourceId":"u"})");
    BOOST_TEST(value_of(model::write(recording_with({}))) ==
               R"({"roomId":"abcd-efgh-ijkl","resourceId":"64f1"})");
}

BOOST_AUTO_TEST_CASE(hls_with_a_configuration)
{
    const composition_config config = {.layout = composition_layout{.type = layout_type::grid,
                                                                    .priority = layout_priority::speaker,
                                                                    .grid_size = 25},
                                       .theme = composition_theme::default_theme,
                                       .orientation = composition_orientation::landscape};
    BOOST_TEST(value_of(model::write(hls_with(config))) ==
               R"({"roomId":"abcd-efgh-ijkl","resourceId":"64f1","config":{"layout":{"type":"GRID",)"
               R"("priority":"SPEAKER","gridSize":25},"theme":"DEFAULT","orientation":"landscape"}})");
}

BOOST_AUTO_TEST_CASE(rtmp_sends_its_outputs_before_the_configuration)
{
    const composition_config config = {.layout = composition_layout{.type = layout_type::spotlight},
                                       .theme = composition_theme::light};
    start_rtmp_request request = rtmp_with(config);
    request.template_url = "https://t.example.com/";
    BOOST_TEST(value_of(model::write(request)) ==
               R"({"roomId":"abcd-efgh-ijkl","resourceId":"64f1","outputs":[)"
               R"({"url":"rtmp://a.example/live","streamKey":"k-1"},)"
               R"({"url":"rtmps://b.example/live","streamKey":"k\"2"}],)"
               R"("config":{"layout":{"type":"SPOTLIGHT"},"theme":"LIGHT"},)"
               R"("templateUrl":"https://t.example.com/"})");
}

BOOST_AUTO_TEST_CASE(ending_names_room_and_composition)
{
    BOOST_TEST(value_of(model::write(end_composition_request{.room_id = "r", .id = "c"})) ==
               R"({"roomId":"r","id":"c"})");
    BOOST_TEST(failure_of(model::write(end_composition_request{.id = "c"})) == "room_id is missing");
    BOOST_TEST(failure_of(model::write(end_composition_request{.room_id = "r"})) == "id is missing");
}

BOOST_AUTO_TEST_CASE(required_fields_are_required)
{
    BOOST_TEST(failure_of(model::write(start_recording_request{.resource_id = "u"})) == "room_id is missing");
    BOOST_TEST(failure_of(model::write(start_recording_request{.room_id = "r"})) == "resource_id is missing");
    BOOST_TEST(failure_of(model::write(start_hls_request{.resource_id = "u"})) == "room_id is missing");
    BOOST_TEST(failure_of(model::write(start_hls_request{.room_id = "r"})) == "resource_id is missing");
    BOOST_TEST(failure_of(model::write(start_rtmp_request{.resource_id = "u"})) == "room_id is missing");
    BOOST_TEST(failure_of(model::write(start_rtmp_request{.room_id = "r"})) == "resource_id is missing");
}

BOOST_AUTO_TEST_CASE(outputs_need_url_and_key_and_the_failure_shows_neither)
{
    start_rtmp_request request = rtmp_with(std::nullopt);
    request.outputs = {};
    BOOST_TEST(failure_of(model::write(request)) == "outputs is empty, at least one is needed");
    const std::array<rtmp_output, 2> keyless = {rtmp_output{.url = "rtmp://a/", .stream_key = "secret"},
                                                rtmp_output{.url = "rtmp://a/"}};
    request.outputs = keyless;
    BOOST_TEST(failure_of(model::write(request)) == "outputs[1].stream_key is missing");
    const std::array<rtmp_output, 1> control = {rtmp_output{.url = "rtmp://a/", .stream_key = "secret\n"}};
    request.outputs = control;
    BOOST_TEST(failure_of(model::write(request)) == "outputs[0].stream_key holds a control byte");
    const std::array<rtmp_output, 1> urlless = {rtmp_output{.stream_key = "secret"}};
    request.outputs = urlless;
    BOOST_TEST(failure_of(model::write(request)) == "outputs[0].url is missing");
}

BOOST_AUTO_TEST_CASE(a_layout_is_required_as_soon_as_another_option_is_given)
{
    const std::array<composition_config, 4> without_layout = {
        composition_config{.theme = composition_theme::dark},
        composition_config{.orientation = composition_orientation::portrait},
        composition_config{.mode = resource_mode::audio},
        composition_config{.quality = resource_quality::low}};
    for (const composition_config& config : without_layout) {
        BOOST_TEST(failure_of(model::write(recording_with(config))).starts_with("config.layout is missing"));
        BOOST_TEST(failure_of(model::write(hls_with(config))).starts_with("config.layout is missing"));
        BOOST_TEST(failure_of(model::write(rtmp_with(config))).starts_with("config.layout is missing"));
    }
    BOOST_TEST(failure_of(model::write(recording_with({.layout = composition_layout{}}))) ==
               "config.layout.type is missing");
}

BOOST_AUTO_TEST_CASE(a_grid_has_up_to_25_places_for_hls_and_4_for_others)
{
    BOOST_TEST(model::write(hls_with(grid_of(1))).has_value());
    BOOST_TEST(model::write(hls_with(grid_of(25))).has_value());
    BOOST_TEST(failure_of(model::write(hls_with(grid_of(26)))) == "config.layout.grid_size must be 1 to 25");
    BOOST_TEST(failure_of(model::write(hls_with(grid_of(0)))) == "config.layout.grid_size must be 1 to 25");
    BOOST_TEST(model::write(recording_with(grid_of(4))).has_value());
    BOOST_TEST(failure_of(model::write(recording_with(grid_of(5)))) ==
               "config.layout.grid_size must be 1 to 4");
    BOOST_TEST(failure_of(model::write(recording_with(grid_of(0)))) ==
               "config.layout.grid_size must be 1 to 4");
    BOOST_TEST(failure_of(model::write(rtmp_with(grid_of(0)))) == "config.layout.grid_size must be 1 to 4");
    BOOST_TEST(model::write(rtmp_with(grid_of(4))).has_value());
    BOOST_TEST(failure_of(model::write(rtmp_with(grid_of(5)))) == "config.layout.grid_size must be 1 to 4");
}

BOOST_AUTO_TEST_CASE(mode_and_quality_are_not_for_rtmp)
{
    composition_config config = grid_of(4);
    config.mode = resource_mode::audio;
    BOOST_TEST(failure_of(model::write(rtmp_with(config))) == "config.mode is for recording and HLS only");
    config.mode = std::nullopt;
    config.quality = resource_quality::low;
    BOOST_TEST(failure_of(model::write(rtmp_with(config))) == "config.quality is for recording and HLS only");
}

BOOST_AUTO_TEST_CASE(unknown_enumerators_cannot_be_sent)
{
    composition_config config = grid_of(4);
    config.theme = composition_theme::unknown;
    BOOST_TEST(
        failure_of(model::write(recording_with(config))).starts_with("config.theme cannot be unknown"));
    config = grid_of(4);
    config.orientation = composition_orientation::unknown;
    BOOST_TEST(failure_of(model::write(recording_with(config))).starts_with("config.orientation cannot be"));
    config = grid_of(4);
    config.layout->priority = layout_priority::unknown;
    BOOST_TEST(
        failure_of(model::write(recording_with(config))).starts_with("config.layout.priority cannot be"));
}

BOOST_AUTO_TEST_CASE(urls_are_checked_and_not_shown)
{
    start_recording_request request = {.room_id = "r", .resource_id = "u"};
    request.webhook_url = "hooks.example.com";
    BOOST_TEST(failure_of(model::write(request)) == "webhook_url must be an http or https URL with a host");
    request.webhook_url = {};
    request.template_url = "file:///etc/passwd";
    BOOST_TEST(failure_of(model::write(request)) == "template_url must be an http or https URL with a host");
    request.template_url = {};
    request.pre_signed_url = "s3://bucket/secret";
    BOOST_TEST(failure_of(model::write(request)) ==
               "pre_signed_url must be an http or https URL with a host");
    request.pre_signed_url = {};
    request.aws_dir_path = std::string_view("a\0b", 3);
    BOOST_TEST(failure_of(model::write(request)) == "aws_dir_path holds a control byte");
    request.aws_dir_path = {};
    request.room_id = "\xc3";
    BOOST_TEST(failure_of(model::write(request)) == "room_id is not UTF-8");
}

BOOST_AUTO_TEST_SUITE_END()
