// Sessions and participants of rooms, and which session a composition belongs to.
#include "support.hpp"

#include <boost/test/unit_test.hpp>

using namespace emulator_test;

namespace {

constexpr std::string_view room_hook = "https://rooms.example.com/hook";

emulator::service_options with_rooms()
{
    auto made = options();
    made.room_webhook_url = room_hook;
    return made;
}

json::value data_of(const emulator::webhook& sent)
{
    return json::parse(sent.body).at("data");
}

} // namespace

BOOST_AUTO_TEST_SUITE(rooms_have_sessions)

BOOST_AUTO_TEST_CASE(a_session_lasts_from_the_first_entrance_to_the_last_departure)
{
    player test(with_rooms());
    BOOST_TEST(test.service.join_room("room", "p1", "Ada", test.now, test.wall));
    BOOST_TEST(test.service.join_room("room", "p2", "Bob", test.now, test.wall));
    auto sent = test.pass(1s);
    BOOST_TEST(types_of(sent) == "session-started participant-joined participant-joined");
    for (const auto& each : sent) {
        BOOST_TEST(each.url == room_hook);
        BOOST_TEST(data_of(each).at("meetingId").as_string() == "room");
        BOOST_TEST(data_of(each).at("sessionId") == data_of(sent[0]).at("sessionId"));
    }
    BOOST_TEST(data_of(sent[0]).at("start").as_string() == "2026-01-31T12:00:00.000Z");
    BOOST_TEST(data_of(sent[2]).at("participantId").as_string() == "p2");
    BOOST_TEST(data_of(sent[2]).at("participantName").as_string() == "Bob");

    BOOST_TEST(test.service.leave_room("room", "p1", test.now, test.wall));
    BOOST_TEST(types_of(test.pass(1s)) == "participant-left");
    BOOST_TEST(test.service.leave_room("room", "p2", test.now, test.wall));
    sent = test.pass(1s);
    BOOST_TEST(types_of(sent) == "participant-left session-ended");
    BOOST_TEST(data_of(sent[0]).at("participantName").as_string() == "Bob");
    BOOST_TEST(data_of(sent[1]).at("start").as_string() == "2026-01-31T12:00:00.000Z");
    BOOST_TEST(data_of(sent[1]).at("end").as_string() == "2026-01-31T12:00:02.000Z");
}

BOOST_AUTO_TEST_CASE(who_is_there_cannot_enter_and_who_is_not_cannot_leave)
{
    player test(with_rooms());
    BOOST_TEST(!test.service.leave_room("room", "p1", test.now, test.wall));
    BOOST_TEST(test.service.join_room("room", "p1", "Ada", test.now, test.wall));
    test.pass(1s);
    BOOST_TEST(!test.service.join_room("room", "p1", "Ada", test.now, test.wall));
    BOOST_TEST(!test.service.join_room("", "p1", "Ada", test.now, test.wall));
    BOOST_TEST(!test.service.join_room("room", "", "Ada", test.now, test.wall));
    BOOST_TEST(!test.service.leave_room("room", "p2", test.now, test.wall));
    BOOST_TEST(test.pass(1s).empty());
}

BOOST_AUTO_TEST_CASE(a_composition_belongs_to_the_rooms_session)
{
    player test(with_rooms());
    const auto session_of_recording = [&test] {
        const auto unit = test.idle_unit();
        test.post("/v2/resource/recordings/start", R"({"roomId":"room","resourceId":")" + unit + "\"}");
        const auto sent = test.pass(0ms);
        return std::string(data_of(sent.back()).at("sessionId").as_string());
    };
    const auto session_of_entrance = [&test] {
        test.service.join_room("room", "p", "Ada", test.now, test.wall);
        const auto sent = test.pass(0ms);
        return std::string(data_of(sent.front()).at("sessionId").as_string());
    };
    const auto before = session_of_recording();
    const auto first = session_of_entrance();
    BOOST_TEST(before == first);
    test.service.leave_room("room", "p", test.now, test.wall);
    test.pass(1s);
    const auto second = session_of_entrance();
    BOOST_TEST(second != first);
    BOOST_TEST(session_of_recording() == second);
}

BOOST_AUTO_TEST_CASE(without_a_url_nothing_is_told_of_rooms)
{
    player test;
    BOOST_TEST(test.service.join_room("room", "p1", "Ada", test.now, test.wall));
    BOOST_TEST(test.pass(1s).empty());
}

BOOST_AUTO_TEST_SUITE_END()
