// An event is known again by all that it says; what was handled is remembered so far and no further.
#include "events/handled_book.hpp"
#include "hub_world.hpp"

using namespace videosdk;
using enum videosdk::event_type;

BOOST_AUTO_TEST_SUITE(handled_book_suite)

BOOST_AUTO_TEST_CASE(an_event_is_told_from_another_by_all_that_it_says)
{
    const event base = composition_event(recording_stopped, "c", "t");
    event other = base;
    BOOST_TEST((events::digest_of(base) == events::digest_of(other)));
    for (std::string event::* field :
         {&event::token, &event::resource_id, &event::composition_id, &event::meeting_id, &event::session_id,
          &event::file_path, &event::file_url, &event::playback_url, &event::livestream_url,
          &event::participant_id, &event::participant_name, &event::start, &event::end, &event::data}) {
        other = base;
        (other.*field) += "x";
        BOOST_TEST((events::digest_of(base) != events::digest_of(other)));
    }
    other = base;
    other.type = recording_failed;
    BOOST_TEST((events::digest_of(base) != events::digest_of(other)));
    other = base;
    other.resource_kind = resource_type::hls;
    BOOST_TEST((events::digest_of(base) != events::digest_of(other)));
}

BOOST_AUTO_TEST_CASE(a_full_memory_of_handled_events_forgets_the_oldest)
{
    events::handled_book book(2);
    const auto digest = [](const char* id) { return events::digest_of(composition_event(hls_stopped, id)); };
    book.note(digest("a"));
    book.note(digest("b"));
    book.note(digest("b"));
    BOOST_TEST(book.knows(digest("a")));
    book.note(digest("c"));
    BOOST_TEST(!book.knows(digest("a")));
    BOOST_TEST(book.knows(digest("b")));
    BOOST_TEST(book.knows(digest("c")));
}

BOOST_AUTO_TEST_SUITE_END()
