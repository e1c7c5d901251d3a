// The judge notices each broken promise about what runs in units.
#include "court.hpp"

#include <boost/test/unit_test.hpp>

using namespace simulation;

namespace {

/// A court with a unit that is kept.
struct studio : court {
    explicit studio(bool exact = true) : court(exact)
    {
        law.began(life, 1);
        unit("a", life, 1);
        law.served(life, 1, {"a"});
    }

    composition_record& begin(const std::string& id, std::uint64_t call, bool excused = false)
    {
        composition_record fresh;
        fresh.id = id;
        fresh.unit = "a";
        fresh.starter = life;
        fresh.call = call;
        fresh.excused = excused;
        fresh.begun = time.now;
        composition_record& added = truth.add(std::move(fresh));
        law.composition_begun(added);
        return added;
    }
    /// One that was asked for, began, and was told of.
    composition_record& running()
    {
        const std::uint64_t call = law.start_asked(life, "a", 10s);
        begin("c", call);
        law.start_ended(call, start_end::started, "c");
        return *truth.find_composition("c");
    }
    /// That of all judgements.
    std::uint64_t broken() const { return law.found().broken(); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(judge_compositions)

BOOST_AUTO_TEST_CASE(what_starts_once_and_is_stopped_breaks_nothing)
{
    studio here;
    composition_record& what = here.running();
    here.law.stop_asked("c", 10s);
    here.law.end_asked(here.life, what);
    what.over = here.time.now += 1s;
    here.law.stop_ended("c", true);
    here.law.given_back("a");
    here.law.release_asked(here.life, "a");
    BOOST_TEST(here.broken() == 0u);
    BOOST_TEST(here.law.found().starts == 1u);
    BOOST_TEST(here.law.found().compositions == 1u);
}

BOOST_AUTO_TEST_CASE(a_start_that_begins_two_is_noticed_unless_the_network_did_it)
{
    studio here;
    const std::uint64_t call = here.law.start_asked(here.life, "a", 10s);
    here.begin("c", call);
    here.begin("d", call, true);
    BOOST_TEST(here.law.found().started_twice == 0u);
    here.begin("e", call);
    BOOST_TEST(here.law.found().started_twice == 1u);
}

BOOST_AUTO_TEST_CASE(a_start_said_to_have_done_nothing_must_have)
{
    studio before;
    const std::uint64_t first = before.law.start_asked(before.life, "a", 10s);
    composition_record& what = before.begin("c", first);
    before.law.start_ended(first, start_end::nothing, {});
    BOOST_TEST(before.law.found().told_wrongly == 1u);
    what.over = before.time.now;

    studio after;
    const std::uint64_t second = after.law.start_asked(after.life, "a", 10s);
    after.law.start_ended(second, start_end::nothing, {});
    BOOST_TEST(after.law.found().told_wrongly == 0u);
    after.begin("c", second);
    BOOST_TEST(after.law.found().told_wrongly == 1u);

    studio over;
    const std::uint64_t third = over.law.start_asked(over.life, "a", 10s);
    over.begin("c", third).over = over.time.now;
    over.law.start_ended(third, start_end::nothing, {});
    BOOST_TEST(over.law.found().told_wrongly == 0u); // it leaves no trace
}

BOOST_AUTO_TEST_CASE(a_start_said_to_have_begun_something_must_have)
{
    studio here;
    const std::uint64_t first = here.law.start_asked(here.life, "a", 10s);
    here.law.start_ended(first, start_end::started, "nowhere");
    BOOST_TEST(here.law.found().told_wrongly == 1u);
    const std::uint64_t second = here.law.start_asked(here.life, "a", 10s);
    here.begin("c", first);
    here.law.start_ended(second, start_end::started, "c");
    BOOST_TEST(here.law.found().told_wrongly == 2u);
    const std::uint64_t third = here.law.start_asked(here.life, "a", 10s);
    here.begin("d", first, true);
    here.law.start_ended(third, start_end::started, "d"); // nobody can tell it from its own
    BOOST_TEST(here.law.found().told_wrongly == 2u);
}

BOOST_AUTO_TEST_CASE(a_start_whose_end_is_told_late_twice_or_never_is_noticed)
{
    studio here;
    const std::uint64_t first = here.law.start_asked(here.life, "a", 10s);
    here.law.start_asked(here.life, "a", 10s);
    here.time.now += 11s;
    here.law.start_ended(first, start_end::unknown, {});
    BOOST_TEST(here.law.found().never_ended == 1u);
    BOOST_TEST(here.law.found().starts_ambiguous == 1u);
    here.law.start_ended(first, start_end::unknown, {});
    BOOST_TEST(here.law.found().told_wrongly == 1u);
    const std::uint64_t before = here.law.found().never_ended;
    here.law.close();
    BOOST_TEST(here.law.found().never_ended == before + here.planned.orders.size() - 1 + 1);
}

BOOST_AUTO_TEST_CASE(what_is_said_to_have_been_stopped_must_not_run)
{
    studio here;
    here.running();
    here.law.stop_asked("c", 10s);
    here.law.stop_ended("c", true);
    BOOST_TEST(here.law.found().told_wrongly == 1u);
}

BOOST_AUTO_TEST_CASE(a_stop_whose_end_is_told_late_or_never_is_noticed)
{
    studio late;
    late.running().over = late.time.now;
    late.law.stop_asked("c", 10s);
    late.time.now += 11s;
    late.law.stop_ended("c", false);
    BOOST_TEST(late.law.found().never_ended == 1u);
    late.law.close();

    studio never;
    never.running().over = never.time.now;
    never.law.stop_asked("c", 10s);
    never.law.close();
    // In both, nobody has ended the other orders.
    BOOST_TEST(never.law.found().never_ended == late.law.found().never_ended);
}

BOOST_AUTO_TEST_CASE(what_runs_under_a_lease_is_not_ended_by_its_manager)
{
    studio here;
    composition_record& what = here.running();
    here.law.end_asked(here.life, what);
    BOOST_TEST(here.law.found().pulled == 1u);
    here.law.given_back("a");
    here.law.end_asked(here.life, what);
    BOOST_TEST(here.law.found().pulled == 1u);
    here.law.end_asked(here.law.begin_life(0), what);
    BOOST_TEST(here.law.found().touched == 1u);
}

BOOST_AUTO_TEST_CASE(a_release_of_a_unit_that_composes_is_noticed)
{
    studio here;
    composition_record& what = here.running();
    here.law.given_back("a");
    here.law.release_asked(here.life, "a");
    BOOST_TEST(here.law.found().too_early == 1u);
    what.over = here.time.now;
    here.law.release_asked(here.life, "a");
    BOOST_TEST(here.law.found().too_early == 1u);
}

BOOST_AUTO_TEST_CASE(what_composes_at_the_end_is_noticed_unless_nobody_could_know_of_it)
{
    studio here;
    here.running();
    here.law.close();
    BOOST_TEST(here.law.found().left_composing == 1u);

    studio excused;
    const std::uint64_t call = excused.law.start_asked(excused.life, "a", 10s);
    excused.begin("c", call, true);
    excused.law.close();
    BOOST_TEST(excused.law.found().left_composing == 0u);

    studio dead;
    dead.running();
    dead.law.end_life(dead.life);
    dead.law.close();
    BOOST_TEST(dead.law.found().left_composing == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
