// Webhook bodies, one test a family, and what becomes of unknown ones.
#include "expect.hpp"

namespace model = videosdk::model;
using namespace videosdk;

namespace {

event read(std::string_view type, std::string_view data)
{
    return value_of(model::read_event(R"({"webhookType":")" + std::string(type) + R"(","data":)" +
                                      std::string(data) + "}"));
}

} // namespace

BOOST_AUTO_TEST_SUITE(read_events)

BOOST_AUTO_TEST_CASE(an_acquired_resource_gives_id_and_kind)
{
    const event out = read("resource-acquired", R"({"id":"64f1","type":"recording"})");
    BOOST_TEST((out.type == event_type::resource_acquired));
    BOOST_TEST(out.resource_id == "64f1");
    BOOST_TEST((out.resource_kind == resource_type::recording));
    BOOST_TEST(out.composition_id.empty());
    BOOST_TEST(out.token.empty());
    BOOST_TEST(out.data == R"({"id":"64f1","type":"recording"})");
}

BOOST_AUTO_TEST_CASE(a_released_resource_is_read_leniently)
{
    BOOST_TEST(read("resource-released", R"({"id":"64f1"})").resource_id == "64f1");
    BOOST_TEST(read("resource-released", R"({"resourceId":"64f1"})").resource_id == "64f1");
    BOOST_TEST(read("resource-released", R"({"id":64})").resource_id == "64");
    BOOST_TEST(read("resource-released", "{}").resource_id.empty());
    BOOST_TEST(value_of(model::read_event(R"({"webhookType":"resource-released"})")).data.empty());
}

BOOST_AUTO_TEST_CASE(a_stopped_recording_gives_its_file)
{
    const event out =
        read("recording-stopped",
             R"({"id":"c1","meetingId":"m1","sessionId":"s1","filePath":"/a.mp4","fileUrl":null})");
    BOOST_TEST((out.type == event_type::recording_stopped));
    BOOST_TEST(out.composition_id == "c1");
    BOOST_TEST(out.resource_id.empty());
    BOOST_TEST(out.meeting_id == "m1");
    BOOST_TEST(out.session_id == "s1");
    BOOST_TEST(out.file_path == "/a.mp4");
    BOOST_TEST(out.file_url.empty());
    BOOST_TEST(read("recording-stopped", R"({"fileUrl":"https://f/"})").file_url == "https://f/");
}

BOOST_AUTO_TEST_CASE(hls_gives_the_urls_to_watch)
{
    const event out = read("hls-playable", R"({"playbackHlsUrl":"https://p/","downstreamUrl":"https://d/",)"
                                           R"("livestreamUrl":"https://l/"})");
    BOOST_TEST(out.playback_url == "https://p/");
    BOOST_TEST(out.livestream_url == "https://l/");
    BOOST_TEST(read("hls-started", R"({"downstreamUrl":"https://d/"})").playback_url == "https://d/");
}

BOOST_AUTO_TEST_CASE(sessions_and_participants_give_their_fields)
{
    const event ended = read("session-ended", R"({"meetingId":"m1","sessionId":"s1","start":"1","end":2})");
    BOOST_TEST(ended.start == "1");
    BOOST_TEST(ended.end == "2");
    const event joined = read("participant-joined", R"({"participantId":"p1","participantName":"Ada"})");
    BOOST_TEST(joined.participant_id == "p1");
    BOOST_TEST(joined.participant_name == "Ada");
}

BOOST_AUTO_TEST_CASE(the_other_key_of_the_type_is_accepted)
{
    const event out = value_of(model::read_event(R"({"type":"hls-failed","data":{}})"));
    BOOST_TEST((out.type == event_type::hls_failed));
    const event both =
        value_of(model::read_event(R"({"type":"hls-failed","webhookType":"hls-stopped","data":{}})"));
    BOOST_TEST((both.type == event_type::hls_stopped));
}

BOOST_AUTO_TEST_CASE(an_event_of_unknown_type_keeps_its_name_and_its_data)
{
    const event out =
        read("whiteboard-started", R"({"id":"x","meetingId":"m1","sessionId":[1],"deep":{"a":[true]}})");
    BOOST_TEST((out.type == event_type::unknown));
    BOOST_TEST(out.type.text() == "whiteboard-started");
    BOOST_TEST(out.meeting_id == "m1");
    BOOST_TEST(out.session_id.empty());
    BOOST_TEST(out.data == R"({"id":"x","meetingId":"m1","sessionId":[1],"deep":{"a":[true]}})");
    BOOST_TEST(read("whiteboard-started", "[1,2]").data == "[1,2]");
    BOOST_TEST(read("whiteboard-started", "\"text\"").data == "\"text\"");
}

BOOST_AUTO_TEST_CASE(a_body_that_is_no_event_is_a_failure)
{
    const auto failure = [](std::string_view body) { return failure_of(model::read_event(body)); };
    BOOST_TEST(failure("") == "the body is empty, expected JSON");
    BOOST_TEST(failure("[]") == "the webhook must be an object with webhookType and data, found an array");
    BOOST_TEST(failure(R"({"data":{}})") == "webhookType is missing");
    BOOST_TEST(failure(R"({"webhookType":7})") == "webhookType must be a string, found a number");
    BOOST_TEST(failure(R"({"webhookType":""})") == "webhookType is empty");
    BOOST_TEST(failure(R"({"webhookType":"hls-started","data":[]})") ==
               "data must be an object, found an array");
    BOOST_TEST(failure(R"({"webhookType":"resource-acquired","data":{"id":[]}})") ==
               "data.id must be a string, found an array");
}

BOOST_AUTO_TEST_CASE(events_differ_in_each_of_their_fields)
{
    const event base = read("resource-acquired", R"({"id":"64f1","type":"recording"})");
    BOOST_TEST(base == read("resource-acquired", R"({"id":"64f1","type":"recording"})"));
    std::array<event, 16> others;
    others.fill(base);
    others[0].type = event_type::resource_released;
    others[1].token = "x";
    others[2].resource_id = "x";
    others[3].resource_kind = resource_type::hls;
    others[4].composition_id = "x";
    others[5].meeting_id = "x";
    others[6].session_id = "x";
    others[7].file_path = "x";
    others[8].file_url = "x";
    others[9].playback_url = "x";
    others[10].livestream_url = "x";
    others[11].participant_id = "x";
    others[12].participant_name = "x";
    others[13].start = "x";
    others[14].end = "x";
    others[15].data = "x";
    for (const event& other : others) {
        BOOST_TEST(other != base);
    }
}

BOOST_AUTO_TEST_SUITE_END()
