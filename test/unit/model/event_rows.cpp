// Every row of the vendor's webhook table becomes a typed event; one test a name on the wire.
#include "expect.hpp"

#include <sstream>

namespace model = videosdk::model;
using namespace videosdk;

namespace {

/// The event of a body as the vendor sends it. Its name is the wire's, both ways; its data are kept whole.
event row(std::string_view name, event_type type, const std::string& data)
{
    const event out =
        value_of(model::read_event(R"({"webhookType":")" + std::string(name) + R"(","data":)" + data + "}"));
    BOOST_TEST((out.type == type));
    BOOST_TEST(out.type.text() == name);
    BOOST_TEST(to_string(type) == name);
    BOOST_TEST(out.data == data);
    BOOST_TEST(out.token.empty());
    std::ostringstream line;
    line << out;
    BOOST_TEST(line.str().starts_with(name));
    return out;
}

/// What an event says besides type and data, by hand.
event expected(const event& found)
{
    event out;
    out.type = found.type;
    out.data = found.data;
    return out;
}

const std::string in_meeting = R"({"id":"64f1a2","meetingId":"abcd-efgh-ijkl","sessionId":"64f1b3"})";

/// Of a composition, with nothing but ids.
void check_composition(std::string_view name, event_type type)
{
    const event found = row(name, type, in_meeting);
    event wanted = expected(found);
    wanted.composition_id = "64f1a2";
    wanted.meeting_id = "abcd-efgh-ijkl";
    wanted.session_id = "64f1b3";
    BOOST_TEST((found == wanted));
    // The id has been seen, but is not promised.
    const event bare = row(name, type, R"({"meetingId":"abcd-efgh-ijkl","sessionId":"64f1b3"})");
    BOOST_TEST(bare.composition_id.empty());
    BOOST_TEST(bare.meeting_id == "abcd-efgh-ijkl");
}

void check_hls_with_addresses(std::string_view name, event_type type)
{
    check_composition(name, type);
    const event found =
        row(name, type,
            R"({"id":"64f1a2","meetingId":"m","sessionId":"s","downstreamUrl":"https://d/x.m3u8",)"
            R"("playbackHlsUrl":"https://p/x.m3u8","livestreamUrl":"https://l/x.m3u8"})");
    event wanted = expected(found);
    wanted.composition_id = "64f1a2";
    wanted.meeting_id = "m";
    wanted.session_id = "s";
    wanted.playback_url = "https://p/x.m3u8";
    wanted.livestream_url = "https://l/x.m3u8";
    BOOST_TEST((found == wanted));
    const event old = row(name, type, R"({"downstreamUrl":"https://d/x.m3u8"})");
    BOOST_TEST(old.playback_url == "https://d/x.m3u8");
}

void check_participant(std::string_view name, event_type type)
{
    const event found = row(name, type,
                            R"({"meetingId":"m","sessionId":"s","participantId":"p1",)"
                            R"("participantName":"Ada Lovelace"})");
    event wanted = expected(found);
    wanted.meeting_id = "m";
    wanted.session_id = "s";
    wanted.participant_id = "p1";
    wanted.participant_name = "Ada Lovelace";
    BOOST_TEST((found == wanted));
    BOOST_TEST(to_string(found).find("Ada") == std::string::npos); // a person's name stays out of logs
}

} // namespace

BOOST_AUTO_TEST_SUITE(event_rows)

BOOST_AUTO_TEST_CASE(resource_acquired)
{
    for (const auto& [kind, raw] :
         {std::pair(resource_type::recording, "recording"), std::pair(resource_type::hls, "hls"),
          std::pair(resource_type::rtmp, "rtmp")}) {
        const event found = row("resource-acquired", event_type::resource_acquired,
                                R"({"id":"64f1a2","type":")" + std::string(raw) + "\"}");
        event wanted = expected(found);
        wanted.resource_id = "64f1a2";
        wanted.resource_kind = kind;
        BOOST_TEST((found == wanted));
    }
}

BOOST_AUTO_TEST_CASE(resource_released)
{
    const event found = row("resource-released", event_type::resource_released, R"({"id":"64f1a2"})");
    event wanted = expected(found);
    wanted.resource_id = "64f1a2";
    BOOST_TEST((found == wanted));
    BOOST_TEST(
        row("resource-released", event_type::resource_released, R"({"resourceId":"64f1a2","more":[1]})")
            .resource_id == "64f1a2");
    BOOST_TEST(row("resource-released", event_type::resource_released, "{}").resource_id.empty());
}

BOOST_AUTO_TEST_CASE(recording_starting)
{
    check_composition("recording-starting", event_type::recording_starting);
}

BOOST_AUTO_TEST_CASE(recording_started)
{
    check_composition("recording-started", event_type::recording_started);
}

BOOST_AUTO_TEST_CASE(recording_stopping)
{
    check_composition("recording-stopping", event_type::recording_stopping);
}

BOOST_AUTO_TEST_CASE(recording_stopped)
{
    check_composition("recording-stopped", event_type::recording_stopped);
    const event found = row("recording-stopped", event_type::recording_stopped,
                            R"({"id":"64f1a2","filePath":"/a/b.mp4","fileUrl":"https://f/a/b.mp4"})");
    event wanted = expected(found);
    wanted.composition_id = "64f1a2";
    wanted.file_path = "/a/b.mp4";
    wanted.file_url = "https://f/a/b.mp4";
    BOOST_TEST((found == wanted));
    const event own_storage =
        row("recording-stopped", event_type::recording_stopped, R"({"filePath":"/a/b.mp4","fileUrl":null})");
    BOOST_TEST(own_storage.file_url.empty());
    BOOST_TEST(own_storage.file_path == "/a/b.mp4");
}

BOOST_AUTO_TEST_CASE(recording_failed)
{
    check_composition("recording-failed", event_type::recording_failed);
}

BOOST_AUTO_TEST_CASE(hls_starting)
{
    check_composition("hls-starting", event_type::hls_starting);
}

BOOST_AUTO_TEST_CASE(hls_started)
{
    check_hls_with_addresses("hls-started", event_type::hls_started);
}

BOOST_AUTO_TEST_CASE(hls_playable)
{
    check_hls_with_addresses("hls-playable", event_type::hls_playable);
}

BOOST_AUTO_TEST_CASE(hls_stopping)
{
    check_composition("hls-stopping", event_type::hls_stopping);
}

BOOST_AUTO_TEST_CASE(hls_stopped)
{
    check_composition("hls-stopped", event_type::hls_stopped);
}

BOOST_AUTO_TEST_CASE(hls_failed)
{
    check_composition("hls-failed", event_type::hls_failed);
}

BOOST_AUTO_TEST_CASE(livestream_starting)
{
    check_composition("livestream-starting", event_type::livestream_starting);
}

BOOST_AUTO_TEST_CASE(livestream_started)
{
    check_composition("livestream-started", event_type::livestream_started);
}

BOOST_AUTO_TEST_CASE(livestream_stopping)
{
    check_composition("livestream-stopping", event_type::livestream_stopping);
}

BOOST_AUTO_TEST_CASE(livestream_stopped)
{
    check_composition("livestream-stopped", event_type::livestream_stopped);
}

BOOST_AUTO_TEST_CASE(livestream_failed)
{
    check_composition("livestream-failed", event_type::livestream_failed);
}

BOOST_AUTO_TEST_CASE(session_started)
{
    const event found = row("session-started", event_type::session_started,
                            R"({"meetingId":"m","sessionId":"s","start":"2024-05-01T10:00:00.000Z"})");
    event wanted = expected(found);
    wanted.meeting_id = "m";
    wanted.session_id = "s";
    wanted.start = "2024-05-01T10:00:00.000Z";
    BOOST_TEST((found == wanted));
}

BOOST_AUTO_TEST_CASE(session_ended)
{
    const event found = row("session-ended", event_type::session_ended,
                            R"({"meetingId":"m","sessionId":"s","start":"a","end":"b"})");
    event wanted = expected(found);
    wanted.meeting_id = "m";
    wanted.session_id = "s";
    wanted.start = "a";
    wanted.end = "b";
    BOOST_TEST((found == wanted));
}

BOOST_AUTO_TEST_CASE(participant_joined)
{
    check_participant("participant-joined", event_type::participant_joined);
}

BOOST_AUTO_TEST_CASE(participant_left)
{
    check_participant("participant-left", event_type::participant_left);
}

BOOST_AUTO_TEST_CASE(any_other)
{
    const std::string data = R"({"id":"x","meetingId":"m","new":{"deep":[1,null,"\u00e9"]}})";
    const event found =
        value_of(model::read_event(R"({"webhookType":"whiteboard-started","data":)" + data + "}"));
    BOOST_TEST((found.type == event_type::unknown));
    BOOST_TEST(found.type.text() == "whiteboard-started");
    BOOST_TEST(found.meeting_id == "m");
    BOOST_TEST(found.resource_id.empty());
    BOOST_TEST(found.composition_id.empty());
    BOOST_TEST(found.data == "{\"id\":\"x\",\"meetingId\":\"m\",\"new\":{\"deep\":[1,null,\"\xc3\xa9\"]}}");
}

BOOST_AUTO_TEST_SUITE_END()
