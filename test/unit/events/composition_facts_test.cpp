// A composition goes forward only, whatever is repeated, lost or out of order.
#include "events/composition_facts.hpp"

#include <boost/test/unit_test.hpp>

using namespace videosdk;
using events::composition_facts;
using status = composition_status;
using prospect = events::composition_facts::prospect;

namespace {

event of(event_type type)
{
    event out;
    out.type = type;
    return out;
}

/// What was told, in that order.
composition_facts told(std::initializer_list<event_type> types)
{
    composition_facts out;
    for (const event_type each : types) {
        out.learn(of(each));
    }
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(composition_facts_suite)

BOOST_AUTO_TEST_CASE(each_kinds_events_move_it_through_the_same_states)
{
    using enum event_type;
    BOOST_TEST(composition_facts().status() == status::starting);
    for (const auto& all :
         {std::array{recording_starting, recording_started, recording_stopping, recording_stopped},
          std::array{hls_starting, hls_started, hls_stopping, hls_stopped},
          std::array{livestream_starting, livestream_started, livestream_stopping, livestream_stopped}}) {
        composition_facts facts;
        const std::array states{status::starting, status::started, status::stopping, status::stopped};
        for (std::size_t i = 0; i != all.size(); ++i) {
            BOOST_TEST(!facts.over());
            BOOST_TEST(facts.learn(of(all[i])));
            BOOST_TEST(facts.status() == states[i]);
            BOOST_TEST(!facts.learn(of(all[i]))); // again
        }
        BOOST_TEST(facts.over());
    }
    BOOST_TEST(told({hls_started, hls_playable}).status() == status::playable);
    for (const auto each : {recording_failed, hls_failed, livestream_failed}) {
        BOOST_TEST(told({each}).status() == status::failed);
    }
    BOOST_TEST(told({session_started, participant_left, resource_acquired}).status() == status::starting);
}

BOOST_AUTO_TEST_CASE(what_comes_late_takes_nothing_back)
{
    using enum event_type;
    const composition_facts late = told({recording_stopping, recording_started, recording_starting});
    BOOST_TEST(late.status() == status::stopping);
    BOOST_TEST((late.of(status::started) == prospect::reached)); // it was, as it now turns out
    const composition_facts after_the_end = told({recording_stopped, recording_started});
    BOOST_TEST(after_the_end.status() == status::stopped);
    BOOST_TEST((after_the_end.of(status::started) == prospect::never));
    BOOST_TEST(told({recording_failed, recording_stopped}).status() == status::failed);
    BOOST_TEST(told({recording_stopped, recording_failed}).status() == status::stopped);
}

BOOST_AUTO_TEST_CASE(a_status_is_reached_or_may_come_or_never_comes)
{
    using enum event_type;
    const composition_facts fresh;
    BOOST_TEST((fresh.of(status::starting) == prospect::reached));
    for (const auto each : {status::started, status::stopping, status::stopped, status::failed}) {
        BOOST_TEST((fresh.of(each) == prospect::open));
    }
    const composition_facts playing = told({hls_playable});
    BOOST_TEST((playing.of(status::started) == prospect::reached));
    const composition_facts stopped = told({hls_started, hls_stopped});
    BOOST_TEST((stopped.of(status::started) == prospect::reached));
    BOOST_TEST((stopped.of(status::stopping) == prospect::reached));
    BOOST_TEST((stopped.of(status::playable) == prospect::never));
    BOOST_TEST((stopped.of(status::failed) == prospect::never));
    const composition_facts failed = told({recording_failed});
    for (const auto each : {status::started, status::stopping, status::stopped}) {
        BOOST_TEST((failed.of(each) == prospect::never));
    }
}

BOOST_AUTO_TEST_CASE(the_file_is_known_once_it_has_stopped_and_may_have_no_url)
{
    event stopped = of(event_type::recording_stopped);
    stopped.file_path = "a/b.mp4";
    composition_facts own_storage;
    BOOST_TEST(own_storage.learn(stopped));
    BOOST_TEST(own_storage.file_path() == "a/b.mp4");
    BOOST_TEST(!own_storage.file_url());
    stopped.file_url = "https://media.example.com/a/b.mp4";
    BOOST_TEST(!own_storage.learn(stopped)); // its end is its end
    composition_facts facts;
    facts.learn(of(event_type::recording_started));
    BOOST_TEST(!facts.file_url());
    BOOST_TEST(facts.learn(stopped));
    BOOST_TEST(facts.file_url().value() == "https://media.example.com/a/b.mp4");
}

BOOST_AUTO_TEST_CASE(urls_come_from_the_answer_or_else_from_events)
{
    started_composition answer;
    answer.playback_hls_url = "https://answer/play";
    event playable = of(event_type::hls_playable);
    playable.playback_url = "https://event/play";
    playable.livestream_url = "https://event/live";
    composition_facts facts;
    facts.answered(answer);
    BOOST_TEST(facts.learn(playable));
    BOOST_TEST(facts.playback_url() == "https://answer/play");
    BOOST_TEST(facts.livestream_url() == "https://event/live");
    composition_facts unanswered;
    unanswered.learn(playable);
    BOOST_TEST(unanswered.playback_url() == "https://event/play");
}

BOOST_AUTO_TEST_SUITE_END()
