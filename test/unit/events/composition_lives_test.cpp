// An event is given to the composition that it is certainly about, and to none where that is not certain.
#include "events/composition_lives.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <vector>

using namespace videosdk;
using namespace std::chrono_literals;
using events::command_ptr;
using events::composition_lives;
using events::life_ptr;
using status = composition_status;

namespace {

command_ptr start_in(std::string unit, std::string room = "room",
                     resource_type kind = resource_type::recording, std::string webhook_url = "")
{
    composition_command out;
    out.starts_in = std::move(unit);
    out.room_id = std::move(room);
    out.kind = kind;
    out.webhook_url = std::move(webhook_url);
    return std::make_shared<const composition_command>(std::move(out));
}

event of(event_type type, std::string id = "", std::string token = "", std::string room = "room")
{
    event out;
    out.type = type;
    out.composition_id = std::move(id);
    out.token = std::move(token);
    out.meeting_id = std::move(room);
    return out;
}

struct book {
    life_ptr started(const command_ptr& start, std::string id, std::string session = "")
    {
        lives.starting(start, now);
        started_composition answer;
        answer.id = std::move(id);
        answer.session_id = std::move(session);
        return lives.started(start, answer, now);
    }
    /// As the hub does it. Whom it was about: its id, or nothing.
    std::string tell(const event& what)
    {
        const life_ptr which = lives.about(
            what, [this](const std::string& unit) { return std::string_view(tokens[unit]); }, now);
        if (!which) {
            return "";
        }
        const bool before = which->facts().over();
        which->learn(what);
        if (!before && which->facts().over()) {
            lives.ended(*which, now);
        }
        return which->id;
    }

    composition_lives lives{100};
    composition_lives::time_point now{1h};
    std::map<std::string, std::string> tokens; ///< By unit.
};

using enum event_type;

} // namespace

BOOST_AUTO_TEST_SUITE(composition_lives_suite)

BOOST_AUTO_TEST_CASE(an_event_with_an_id_is_about_that_one_alone)
{
    book test;
    const life_ptr first = test.started(start_in("u1"), "c1");
    const life_ptr second = test.started(start_in("u2"), "c2");
    BOOST_TEST(test.tell(of(recording_started, "c2")) == "c2");
    BOOST_TEST(test.tell(of(recording_started, "of somebody else")) == "");
    BOOST_TEST(first->facts().status() == status::starting);
    BOOST_TEST(second->facts().status() == status::started);
}

BOOST_AUTO_TEST_CASE(an_event_without_an_id_is_about_the_only_one_of_its_kind_in_the_room)
{
    book test;
    test.started(start_in("u1"), "c1");
    test.started(start_in("u2", "another"), "c2");
    test.started(start_in("u3", "room", resource_type::hls), "c3");
    BOOST_TEST(test.tell(of(recording_started)) == "c1");
    BOOST_TEST(test.tell(of(hls_started)) == "c3");
    BOOST_TEST(test.tell(of(recording_started, "", "", "another")) == "c2");
    BOOST_TEST(test.tell(of(livestream_started)) == "");
    BOOST_TEST(test.tell(of(recording_started, "", "", "a third")) == "");
    BOOST_TEST(test.tell(of(recording_started, "", "", "")) == "");
}

BOOST_AUTO_TEST_CASE(where_several_are_in_the_room_nothing_is_guessed)
{
    book test;
    const life_ptr first = test.started(start_in("u1"), "c1");
    const life_ptr second = test.started(start_in("u2"), "c2");
    BOOST_TEST(test.tell(of(recording_started)) == "");
    BOOST_TEST(test.tell(of(recording_started, "", "token")) == ""); // nobody knows whose
    BOOST_TEST(first->facts().status() == status::starting);
    BOOST_TEST(second->facts().status() == status::starting);
}

BOOST_AUTO_TEST_CASE(tokens_and_sessions_tell_several_apart)
{
    book test;
    test.tokens = {{"u1", "t1"}, {"u2", "t2"}};
    test.started(start_in("u1"), "c1");
    test.started(start_in("u2"), "c2");
    BOOST_TEST(test.tell(of(recording_started, "", "t1")) == "c1");
    BOOST_TEST(test.tell(of(recording_started, "", "t2")) == "c2");
    BOOST_TEST(test.tell(of(recording_started, "", "t3")) == "");
    test.started(start_in("u1", "own", resource_type::recording, "https://a/studio/v1-own-1"), "c3");
    test.started(start_in("u1", "own", resource_type::recording, "https://a/studio/v1-own-2"), "c4");
    BOOST_TEST(test.tell(of(recording_started, "", "v1-own-2", "own")) == "c4");
    BOOST_TEST(test.tell(of(recording_started, "", "t1", "own")) == "");
    test.started(start_in("u5", "again"), "c5", "monday");
    test.started(start_in("u6", "again"), "c6", "tuesday");
    event monday = of(recording_started, "", "", "again");
    monday.session_id = "monday";
    BOOST_TEST(test.tell(monday) == "c5");
}

BOOST_AUTO_TEST_CASE(one_is_not_told_what_another_that_has_just_ended_may_hear_again)
{
    book test;
    test.started(start_in("u1"), "c1");
    test.tell(of(recording_started));
    BOOST_TEST(test.tell(of(recording_stopped)) == "c1");
    const life_ptr next = test.started(start_in("u1"), "c2");
    BOOST_TEST(test.tell(of(recording_started)) == ""); // the first one's again, or this one's
    test.now += composition_lives::repeated_within;
    BOOST_TEST(test.tell(of(recording_started)) == "c2");
    BOOST_TEST(next->facts().status() == status::started);
}

BOOST_AUTO_TEST_CASE(the_same_file_again_is_the_same_recordings)
{
    book test;
    event stopped = of(recording_stopped);
    stopped.file_path = "one.mp4";
    test.started(start_in("u1"), "c1");
    BOOST_TEST(test.tell(stopped) == "c1");
    test.started(start_in("u1"), "c2");
    BOOST_TEST(test.tell(stopped) == "c1");
    stopped.file_path = "two.mp4";
    BOOST_TEST(test.tell(stopped) == "c2");
}

BOOST_AUTO_TEST_CASE(one_whose_unit_is_free_still_hears_of_its_end)
{
    book test;
    life_ptr first = test.started(start_in("u1"), "c1");
    test.lives.freed("c1", test.now);
    test.now += composition_lives::late_within - 1s;
    const life_ptr next = test.started(start_in("u2"), "c2");
    BOOST_TEST(test.tell(of(recording_stopped)) == ""); // either's
    test.now += 1s;
    BOOST_TEST(test.tell(of(recording_stopped, "c1")) == "c1");
    BOOST_TEST(test.tell(of(recording_started)) == "c2");
    first.reset();
    test.now += composition_lives::repeated_within;
    test.tell(of(recording_started));
    BOOST_TEST(test.lives.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_free_unit_without_a_handle_is_forgotten)
{
    book test;
    test.started(start_in("u1"), "c1");
    test.started(start_in("u1"), "c2"); // so the first is over
    test.lives.freed_in("u1", test.now);
    test.now += composition_lives::late_within;
    BOOST_TEST(test.tell(of(recording_stopped, "c1")) == "");
    BOOST_TEST(test.lives.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_start_that_is_never_answered_goes_with_its_unit)
{
    book test;
    test.lives.starting(start_in("u1"), test.now);
    test.started(start_in("u2"), "c2");
    BOOST_TEST(test.tell(of(recording_started)) == ""); // either's
    test.lives.freed_in("u1", test.now);
    test.now += composition_lives::late_within;
    BOOST_TEST(test.tell(of(recording_started)) == "c2");
    BOOST_TEST(test.lives.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_start_of_unknown_effect_that_nobody_goes_after_is_forgotten)
{
    book test;
    const command_ptr start = start_in("u1");
    test.lives.starting(start, test.now);
    test.started(start_in("u2"), "c2");
    test.lives.in_doubt(start, test.now);
    BOOST_TEST(test.tell(of(recording_started)) == ""); // either's
    test.now += composition_lives::late_within;
    BOOST_TEST(test.tell(of(recording_stopped)) == "c2");
    BOOST_TEST(test.lives.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_with_the_id_of_another_leaves_no_start_unanswered)
{
    book test;
    test.started(start_in("u1"), "c1");
    test.started(start_in("u2"), "c1");
    BOOST_TEST(test.lives.size() == 1U);
    BOOST_TEST(test.tell(of(recording_started)) == "c1");
}

BOOST_AUTO_TEST_CASE(what_is_heard_before_the_answer_is_known_with_it)
{
    book test;
    const command_ptr start = start_in("u1");
    test.lives.starting(start, test.now);
    BOOST_TEST(test.tell(of(recording_started, "c1")) == "");
    BOOST_TEST(test.tell(of(recording_failed, "of somebody else")) == "");
    BOOST_TEST(test.started(start, "c1")->facts().status() == status::started);
}

BOOST_AUTO_TEST_CASE(without_an_id_it_is_heard_before_the_answer_too_and_a_start_that_failed_hears_nothing)
{
    book test;
    const command_ptr first = start_in("u1");
    const command_ptr second = start_in("u2");
    test.lives.starting(first, test.now);
    test.lives.starting(second, test.now);
    test.tell(of(recording_starting)); // of either
    test.lives.failed(first);
    test.tell(of(recording_started));
    BOOST_TEST(test.started(second, "c2")->facts().status() == status::started);
    BOOST_TEST(test.lives.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_oldest_without_a_handle_go_beyond_the_limit)
{
    book test;
    const life_ptr kept = test.started(start_in("u"), "kept");
    for (int i = 0; i != 300; ++i) {
        test.started(start_in("u" + std::to_string(i)), std::to_string(i));
    }
    BOOST_TEST(test.lives.size() == 100U);
    BOOST_TEST(test.tell(of(recording_started, "kept")) == "kept");
    BOOST_TEST(test.tell(of(recording_started, "0")) == "");
    BOOST_TEST(test.tell(of(recording_started, "299")) == "299");
}

BOOST_AUTO_TEST_CASE(one_that_has_just_come_does_not_go_for_those_that_are_held)
{
    composition_lives lives{1};
    const composition_lives::time_point now{1h};
    std::vector<life_ptr> held;
    for (int i = 0; i != 12; ++i) {
        const command_ptr start = start_in("u" + std::to_string(i));
        lives.starting(start, now).unit_token = "token of " + std::to_string(i);
        started_composition answer;
        answer.id = std::to_string(i);
        held.push_back(lives.started(start, answer, now));
        BOOST_TEST(held.back()->unit_token == "token of " + std::to_string(i));
    }
    BOOST_TEST(lives.size() == held.size());
}

BOOST_AUTO_TEST_SUITE_END()
