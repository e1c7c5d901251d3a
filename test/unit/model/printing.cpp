// One line for each value, without secrets; and what requests are made of.
#include "expect.hpp"

#include <sstream>
#include <type_traits>

namespace model = videosdk::model;
using namespace videosdk;

namespace {

template <class T>
std::string printed(const T& value)
{
    std::ostringstream out;
    out << value;
    return out.str();
}

template <class... T>
constexpr bool are_per_call =
    ((std::is_aggregate_v<T> && std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>) &&
     ...);

static_assert(are_per_call<acquire_request, list_request, composition_layout, composition_config,
                           start_recording_request, start_hls_request, rtmp_output, start_rtmp_request,
                           end_composition_request, call_options>);
static_assert(!std::is_aggregate_v<resource> && !std::is_aggregate_v<resource_page> &&
              !std::is_aggregate_v<release_result> && !std::is_aggregate_v<started_composition> &&
              !std::is_aggregate_v<event>);
static_assert(std::is_nothrow_move_constructible_v<resource> && std::is_nothrow_move_constructible_v<event>);

} // namespace

BOOST_AUTO_TEST_SUITE(printing)

BOOST_AUTO_TEST_CASE(a_resource_is_one_line)
{
    resource unit = value_of(model::read_resource(sample_unit, {}));
    BOOST_TEST(printed(unit) == "64f1a2b3c4d5e6f7a8b9c0d1 status=pending type=recording mode=video-and-audio "
                                "quality=low composers=[] webhook_url=https://example.com/");
    BOOST_TEST(to_string(unit) == printed(unit));
    unit.composer_ids = {"a", "b\n"};
    unit.unknown_fields = R"({"x":1})";
    BOOST_TEST(printed(unit).find("composers=[a,b\\x0a]") != std::string::npos);
    BOOST_TEST(printed(unit).ends_with(R"(unknown_fields={\"x\":1})"));
    BOOST_TEST(printed(resource()) == "(no id) composers=[]");
}

BOOST_AUTO_TEST_CASE(the_other_answers_are_one_line_each)
{
    resource_page page;
    page.current_page = 2;
    page.last_page = 3;
    page.per_page = 20;
    page.total = 41;
    BOOST_TEST(printed(page) == "page 2 of 3 per_page=20 total=41 resources=0");

    release_result released;
    released.id = "a";
    released.success = true;
    released.message = "resource released";
    BOOST_TEST(printed(released) == "a released=yes message=resource released");

    started_composition started;
    started.id = "c1";
    started.type = resource_type::hls;
    started.room_id = "r1";
    started.playback_hls_url = "https://p/x?token=secret";
    BOOST_TEST(printed(started) == "c1 type=hls room_id=r1 playback_hls_url=https://p/x?...");
}

BOOST_AUTO_TEST_CASE(an_event_is_type_and_ids)
{
    event value;
    value.type = model::read_event_type("recording-stopped");
    value.composition_id = "c1";
    value.meeting_id = "m1";
    value.file_url = "https://f/a.mp4?signature=secret";
    value.token = "v1-token";
    value.participant_name = "Ada";
    value.data = "{\"secret\":1}";
    BOOST_TEST(printed(value) ==
               "recording-stopped composition_id=c1 meeting_id=m1 file_url=https://f/a.mp4?...");
    BOOST_TEST(printed(event()) == "unknown");
    value.type = model::read_event_type("new\nthing");
    BOOST_TEST(to_string(value).starts_with("new\\x0athing "));
}

BOOST_AUTO_TEST_CASE(requests_print_what_is_set)
{
    BOOST_TEST(
        printed(acquire_request{.type = resource_type::hls, .webhook_url = "https://h/x", .units = 2}) ==
        "acquire type=hls webhook_url=https://h/x units=2");
    BOOST_TEST(printed(list_request{.status = resource_status::idle}) ==
               "list page=1 per_page=20 status=idle");
    BOOST_TEST(printed(end_composition_request{.room_id = "r", .id = "c"}) ==
               "end_composition room_id=r id=c");
    BOOST_TEST(printed(call_options{.timeout = std::chrono::seconds(1), .max_attempts = 3}) ==
               "call timeout=1000000000ns max_attempts=3");
    BOOST_TEST(printed(call_options{}) == "call");
    const composition_config config = {
        .layout =
            composition_layout{.type = layout_type::grid, .priority = layout_priority::pin, .grid_size = 4},
        .theme = composition_theme::dark};
    BOOST_TEST(printed(config) == "config layout=(layout type=GRID priority=PIN grid_size=4) theme=DARK");
    BOOST_TEST(printed(*config.layout) == "layout type=GRID priority=PIN grid_size=4");
    BOOST_TEST(
        printed(start_hls_request{.room_id = "r", .resource_id = "u", .config = config}) ==
        "start_hls room_id=r resource_id=u config=(config layout=(layout type=GRID priority=PIN grid_size=4) "
        "theme=DARK)");
}

BOOST_AUTO_TEST_CASE(no_secret_is_ever_printed)
{
    const std::array<rtmp_output, 1> outputs = {
        rtmp_output{.url = "rtmp://a.example/live/secret?key=secret", .stream_key = "secret"}};
    const start_rtmp_request rtmp = {.room_id = "r", .resource_id = "u", .outputs = outputs};
    BOOST_TEST(printed(outputs[0]) == "output url=rtmp://a.example stream_key=(not shown)");
    BOOST_TEST(
        printed(rtmp) ==
        "start_rtmp room_id=r resource_id=u outputs=(output url=rtmp://a.example stream_key=(not shown))");
    const start_recording_request recording = {.room_id = "r",
                                               .resource_id = "u",
                                               .template_url = "https://t/?secret",
                                               .webhook_url = "https://me:secret@h/",
                                               .pre_signed_url = "https://s3/secret?secret"};
    BOOST_TEST(printed(recording) == "start_recording room_id=r resource_id=u template_url=https://t/?... "
                                     "webhook_url=https://h/ pre_signed_url=(not shown)");
}

BOOST_AUTO_TEST_SUITE_END()
