// Whatever a process was doing when it was killed, its successor finds every unit that is billed, and gives
// it back.
#include "successor.hpp"
#include "world.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

namespace {

using namespace recovery;

/// `-- rounds leases seed`, each of which may be left out from the end on.
std::uint64_t argument(int place, std::uint64_t otherwise)
{
    const auto& suite = boost::unit_test::framework::master_test_suite();
    return suite.argc > place ? std::stoull(suite.argv[place]) : otherwise;
}

class figures {
public:
    figures() = default;

    std::uint64_t held_all = 0; ///< Rounds; so are the next.
    std::uint64_t acquires_in_the_air = 0;
    std::uint64_t releases_in_the_air = 0;
    std::uint64_t effects_afterwards = 0;
    std::uint64_t several_boots = 0;
    std::uint64_t recovered =
        0; ///< Units, each counted in each round in which it was reported; so are the next.
    std::uint64_t adopted = 0;
    std::uint64_t afterwards = 0;
};

std::ostream& operator<<(std::ostream& stream, const figures& value)
{
    return stream << "rounds in which all leases were held: " << value.held_all
                  << ", acquires in the air: " << value.acquires_in_the_air
                  << ", releases: " << value.releases_in_the_air
                  << ", effects after the death: " << value.effects_afterwards
                  << ", units of several dead boots: " << value.several_boots << "; units reported "
                  << value.recovered << ", adopted and released " << value.adopted
                  << ", granted after the death " << value.afterwards;
}

void note(figures& sum, const death& end)
{
    sum.held_all += end.held_all ? 1 : 0;
    sum.acquires_in_the_air += end.under_way.acquires != 0 ? 1 : 0;
    sum.releases_in_the_air += end.under_way.releases != 0 ? 1 : 0;
    sum.effects_afterwards += end.under_way.later + end.afterwards != 0 ? 1 : 0;
    sum.afterwards += end.units_afterwards;
}

/// Exactly the units that are billed, each once, and each under the boot in its own token, which is dead.
std::vector<std::string> check_report(const std::vector<videosdk::recoverable_unit>& reported,
                                      const std::map<std::string, std::string>& billed,
                                      const std::set<std::string>& dead)
{
    std::map<std::string, std::string> found;
    std::vector<std::string> ids;
    for (const videosdk::recoverable_unit& each : reported) {
        found.emplace(each.unit.id, each.boot);
        ids.push_back(each.unit.id);
        BOOST_TEST(dead.contains(each.boot));
    }
    BOOST_TEST(found.size() == reported.size());
    BOOST_TEST(reported.size() == billed.size());
    BOOST_TEST((found == billed));
    return ids;
}

/// Those that are adopted now.
std::vector<std::string> some_of(std::vector<std::string> ids, const plan& how)
{
    std::mt19937_64 random(how.seed());
    std::shuffle(ids.begin(), ids.end(), random);
    ids.resize(ids.size() * how.adopted_percent / 100);
    std::sort(ids.begin(), ids.end());
    return ids;
}

/// Adopted is what was asked for, and it is billed until it is released.
void take_over(world& where, successor& next, const std::vector<std::string>& ids)
{
    std::vector<std::string> ours = next.adopt(ids);
    std::sort(ours.begin(), ours.end());
    BOOST_TEST((ours == ids));
    BOOST_TEST(next.counts().held == ids.size());
    const auto before = where.billed();
    std::vector<std::string> released = next.release();
    std::sort(released.begin(), released.end());
    BOOST_TEST((released == ids));
    const auto after = where.billed();
    BOOST_TEST(before.size() == after.size() + ids.size());
    for (const std::string& each : ids) {
        BOOST_TEST(!after.contains(each));
    }
}

void check_foreign(world& where)
{
    const std::vector<videosdk::resource> now = where.foreign();
    const std::vector<videosdk::resource>& then = where.foreign_at_first();
    BOOST_REQUIRE(now.size() == then.size());
    for (std::size_t i = 0; i != now.size(); ++i) {
        BOOST_TEST(now[i].id == then[i].id);
        BOOST_TEST(now[i].webhook_url == then[i].webhook_url);
        BOOST_TEST((now[i].status == videosdk::resource_status::idle));
    }
}

void play(world& where, const plan& how, std::set<std::string>& dead, figures& sum)
{
    const death end = where.one_life(how);
    BOOST_TEST_REQUIRE(end.by_kill);
    BOOST_TEST((end.held_all || !how.grown));
    dead.insert(end.boot);
    note(sum, end);

    const auto billed = where.billed();
    BOOST_TEST((billed.size() >= where.deployment().leases || !how.grown));
    successor next(where.loop(), where.deployment());
    const auto reported = next.recover();
    const auto ids = check_report(reported, billed, dead);
    std::set<std::string> boots;
    for (const auto& each : reported) {
        boots.insert(each.boot);
    }
    const auto chosen = some_of(ids, how);
    take_over(where, next, chosen);
    sum.several_boots += boots.size() > 1 ? 1 : 0;
    sum.recovered += ids.size();
    sum.adopted += chosen.size();

    const auto failure = next.end();
    BOOST_TEST(!failure);
    for (const std::string& each : next.failures) {
        BOOST_ERROR(each);
    }
    BOOST_TEST_MESSAGE(how << "; " << billed.size() << " units of " << boots.size() << " boots found");
}

} // namespace

BOOST_AUTO_TEST_SUITE(recovering)

BOOST_AUTO_TEST_CASE(every_unit_of_a_process_that_was_killed_is_found_and_given_back)
{
    const int rounds = static_cast<int>(argument(1, 3));
    const std::size_t leases = argument(2, 1'000);
    const std::uint64_t seed = argument(3, 20'260'101);
    world where(seed, leases);
    std::set<std::string> dead;
    figures sum;
    for (int round = 0; round != rounds; ++round) {
        const plan how(seed, round, rounds, leases);
        BOOST_TEST_CONTEXT(how)
        {
            play(where, how, dead, sum);
            where.settle();
            check_foreign(where);
        }
    }
    const videosdk::emulator::statistics seen = where.provider().server().statistics();
    BOOST_TEST(where.billed().empty());
    BOOST_TEST(seen.resources_acquired == seen.resources_released + where.foreign_at_first().size());
    BOOST_TEST_MESSAGE(sum << "; faults " << where.provider().faults() << "; the provider: " << seen);
    // Otherwise it has shown nothing. In which requests it dies is planned so that the first is never 0, nor
    // the second from the third round on.
    BOOST_TEST(sum.acquires_in_the_air > 0U);
    BOOST_TEST((sum.releases_in_the_air > 0U || rounds < 3));
    BOOST_TEST(where.provider().faults() > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
