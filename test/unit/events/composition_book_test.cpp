// The repetition rule: a composition goes forward only, and what cannot be told apart is news.
#include "events/composition_book.hpp"

#include <boost/test/unit_test.hpp>

using namespace videosdk;
using events::composition_book;

namespace {

event about(std::string id, event_type type)
{
    event out;
    out.type = type;
    out.composition_id = std::move(id);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(composition_book_suite)

BOOST_AUTO_TEST_CASE(each_step_is_news_once)
{
    composition_book book(10);
    for (const auto type : {event_type::recording_starting, event_type::recording_started,
                            event_type::recording_stopping, event_type::recording_stopped}) {
        BOOST_TEST(book.learn(about("c", type)));
        BOOST_TEST(!book.learn(about("c", type)));
    }
    BOOST_TEST(book.size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_falls_behind_is_a_repetition)
{
    composition_book book(10);
    BOOST_TEST(book.learn(about("c", event_type::hls_stopping)));
    BOOST_TEST(!book.learn(about("c", event_type::hls_started)));
    BOOST_TEST(!book.learn(about("c", event_type::hls_playable)));
    BOOST_TEST(book.learn(about("c", event_type::hls_stopped)));
}

BOOST_AUTO_TEST_CASE(a_url_that_was_not_known_is_news_even_when_it_comes_late)
{
    composition_book book(10);
    BOOST_TEST(book.learn(about("c", event_type::recording_stopped)));
    event again = about("c", event_type::recording_stopped);
    again.file_url = "https://files.example.com/a.mp4";
    BOOST_TEST(book.learn(again));
    BOOST_TEST(!book.learn(again));
}

BOOST_AUTO_TEST_CASE(both_ends_of_a_composition_are_news)
{
    composition_book book(10);
    BOOST_TEST(book.learn(about("c", event_type::livestream_stopped)));
    BOOST_TEST(book.learn(about("c", event_type::livestream_failed)));
    BOOST_TEST(!book.learn(about("c", event_type::livestream_failed)));
    BOOST_TEST(!book.learn(about("c", event_type::livestream_stopped)));
}

BOOST_AUTO_TEST_CASE(without_an_id_identical_events_can_be_news)
{
    composition_book book(10);
    BOOST_TEST(book.learn(about("", event_type::recording_started)));
    BOOST_TEST(book.learn(about("", event_type::recording_started)));
    BOOST_TEST(book.size() == 0U);
}

BOOST_AUTO_TEST_CASE(the_ones_longest_without_news_are_forgotten)
{
    composition_book book(2);
    BOOST_TEST(book.learn(about("a", event_type::recording_started)));
    BOOST_TEST(book.learn(about("b", event_type::recording_started)));
    BOOST_TEST(!book.learn(about("a", event_type::recording_started))); // heard of again
    BOOST_TEST(book.learn(about("c", event_type::recording_started)));
    BOOST_TEST(book.size() == 2U);
    BOOST_TEST(!book.learn(about("a", event_type::recording_started)));
    BOOST_TEST(book.learn(about("b", event_type::recording_started))); // had been forgotten
}

BOOST_AUTO_TEST_CASE(events_say_which_resources_their_composition_can_run_in)
{
    using events::composition_kind;
    BOOST_TEST(composition_kind(event_type::recording_failed) == resource_type::recording);
    BOOST_TEST(composition_kind(event_type::hls_playable) == resource_type::hls);
    BOOST_TEST(composition_kind(event_type::livestream_starting) == resource_type::rtmp);
    for (const auto none : {event_type::unknown, event_type::resource_acquired, event_type::resource_released,
                            event_type::session_started, event_type::participant_left}) {
        BOOST_TEST(composition_kind(none) == resource_type::unknown);
    }
}

BOOST_AUTO_TEST_SUITE_END()
