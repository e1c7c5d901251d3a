// Stories: the hash follows what is told, whether it is written down or not.
#include "story.hpp"

#include <boost/test/unit_test.hpp>

using namespace simulation;
using namespace std::chrono_literals;

namespace {

constexpr story::time_point at(std::chrono::nanoseconds time)
{
    return story::time_point(time);
}

std::uint64_t trace_of(std::chrono::nanoseconds when, std::string_view text, int number)
{
    story what;
    what.tell(at(when), text, number);
    return what.trace();
}

} // namespace

BOOST_AUTO_TEST_SUITE(story_)

BOOST_AUTO_TEST_CASE(lines_are_written_when_they_are_wanted)
{
    story kept(true);
    kept.tell(at(12'345'678us), "life ", 3, " dies");
    kept.tell(at(0us), "begin");
    BOOST_TEST(kept.text() == "   12.345678  life 3 dies\n    0.000000  begin\n");
    BOOST_TEST(kept.lines() == 2u);
    story not_kept;
    not_kept.tell(at(12'345'678us), "life ", 3, " dies");
    not_kept.tell(at(0us), "begin");
    BOOST_TEST(not_kept.text().empty());
    BOOST_TEST(not_kept.trace() == kept.trace());
}

BOOST_AUTO_TEST_CASE(whatever_differs_shows_in_the_trace)
{
    const std::uint64_t one = trace_of(1s, "a text of some length", 1);
    BOOST_TEST(one == trace_of(1s, "a text of some length", 1));
    BOOST_TEST(one != trace_of(2s, "a text of some length", 1));
    BOOST_TEST(one != trace_of(1s, "a text of some lengtH", 1));
    BOOST_TEST(one != trace_of(1s, "A text of some length", 1));
    BOOST_TEST(one != trace_of(1s, "a text of some length", 2));
}

BOOST_AUTO_TEST_SUITE_END()
