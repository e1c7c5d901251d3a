// The bus between machines, proved: three processes, each all that a node is, get events at random from a
// sender that repeats each until it is answered 2xx; one after another is killed by SIGKILL and lives again,
// or is stopped for longer than it may act; and their Redis is killed, stopped and paused.
//
// Of every event that was answered, the hub of the node that it was for has it in some life, and of one for
// all, the hub of each. Two coroutines wait for each, and each of them is resumed, once, before its deadline,
// though in the next life where they had begun in one that was killed.
// The provider in this test tells of no release, but where Redis was away when a later life than the event's
// was to ask it: so nothing but the bus can end a wait for one, by its streams or by what it remembers. No
// unit is left, and none was released by a life while the one that held it lived.
#include "trial.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <sstream>

namespace {

using namespace nodes;

/// `-- events milliseconds kills killed frozen paused stopped seed`, each of which may be left out from the
/// end on.
std::uint64_t argument(int place, std::uint64_t otherwise)
{
    const auto& suite = boost::unit_test::framework::master_test_suite();
    return suite.argc > place ? std::stoull(suite.argv[place]) : otherwise;
}

amounts amounts_of_arguments()
{
    amounts out;
    out.events = argument(1, 3'000);
    out.from_kill_to_kill = std::chrono::milliseconds(argument(2, 1'500));
    out.kills = argument(3, 3);
    out.freezes = argument(7, 0);
    std::array<std::uint64_t, 3> left{argument(4, 1), argument(5, 1), argument(6, 1)};
    out.troubles.clear();
    while (left[0] + left[1] + left[2] != 0) {
        constexpr std::array<trouble, 3> which{trouble::killed, trouble::frozen, trouble::paused};
        for (std::size_t i = 0; i != which.size(); ++i) {
            if (left[i] != 0) {
                --left[i];
                out.troubles.push_back(which[i]);
            }
        }
    }
    out.seed = argument(8, 20'260'101);
    return out;
}

std::string boot_of(const videosdk::resource& unit)
{
    const std::string start = std::string("/") + owner + "/v1-";
    const std::size_t at = unit.webhook_url.find(start);
    return at == std::string::npos ? std::string() : unit.webhook_url.substr(at + start.size(), 16);
}

/// A life that another one may release under: one that is gone, or that has no right to act any more. One
/// that was stopped for so long is taken for dead before it can say so, and may be killed first. One that
/// was only slow says that it is lost behind its heir's release; but it must have released nothing since.
bool was_gone(const life& which, std::uint64_t at, std::uint64_t last_release)
{
    return (which.dead_at != 0 && which.dead_at <= at) || (which.frozen_at != 0 && which.frozen_at <= at) ||
           (which.lost && last_release < at);
}

/// The last release that each life asked for, of any unit.
std::map<std::string, std::uint64_t> last_releases(const provider& of)
{
    std::map<std::string, std::uint64_t> out;
    for (const auto& [unit, requests] : of.releases()) {
        for (const release_request& each : requests) {
            out[each.life] = std::max(out[each.life], each.at);
        }
    }
    return out;
}

/// How many units were taken over.
std::size_t check_units(fleet& of)
{
    std::map<std::string, std::string> buyers;
    for (const auto& [name, each] : of.lives()) {
        buyers.emplace(each.boot, name);
    }
    auto last = last_releases(of.service());
    std::size_t inherited = 0;
    for (const videosdk::resource& unit : of.service().units()) {
        BOOST_TEST((unit.status == videosdk::resource_status::released));
        std::string holder = buyers.contains(boot_of(unit)) ? buyers.at(boot_of(unit)) : std::string();
        const auto releases = of.service().releases().find(unit.id);
        BOOST_TEST_REQUIRE((releases != of.service().releases().end()));
        bool passed_on = false;
        for (const release_request& each : releases->second) {
            if (each.life == holder) {
                continue;
            }
            passed_on = true;
            // The boot of a life that was killed before it could say it is nobody's here.
            BOOST_TEST((holder.empty() || was_gone(of.lives().at(holder), each.at, last[holder])),
                       unit.id << " of " << holder << " was released by " << each.life);
            holder = each.life;
        }
        inherited += passed_on ? 1 : 0;
    }
    return inherited;
}

} // namespace

BOOST_AUTO_TEST_SUITE(several_nodes)

BOOST_AUTO_TEST_CASE(no_event_that_was_answered_is_lost_whoever_is_killed)
{
    // Given three nodes, and a plan of who is killed
    const amounts how = amounts_of_arguments();
    trial all(how);
    // When all of it has happened
    const auto began = std::chrono::steady_clock::now();
    bool over = false;
    try {
        all.run();
        over = true;
    } catch (const std::exception& failure) {
        BOOST_ERROR(failure.what());
    }
    const auto took =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began);
    // Then nothing is lost, nothing comes to pass twice, and nothing is left
    const figures sum = all.events().sum();
    BOOST_TEST(sum.answered >= how.events);
    BOOST_TEST(sum.answered == sum.events);
    BOOST_TEST(sum.not_taken == 0U);
    BOOST_TEST(sum.unresolved == 0U);
    BOOST_TEST(sum.resolved_twice == 0U);
    for (const std::string& each : all.nodes().failures()) {
        BOOST_ERROR(each);
    }
    const std::size_t inherited = over ? check_units(all.nodes()) : 0;
    const videosdk::emulator::statistics units = all.nodes().service().server().statistics();
    BOOST_TEST((units.resources_acquired == units.resources_released || !over));
    // And it was not for want of trying
    BOOST_TEST(all.nodes().killed() >= how.kills);
    BOOST_TEST(all.troubles_over() == how.troubles.size());
    BOOST_TEST(sum.repeated > 0U);
    std::size_t lost = 0;
    for (const auto& each : all.nodes().lives()) {
        lost += each.second.lost ? 1 : 0;
    }
    std::ostringstream ends;
    for (const auto& [name, value] : all.nodes().ends()) {
        ends << ' ' << name << '=' << value;
    }
    BOOST_TEST_MESSAGE(took.count() << " s; " << all.nodes().lives().size() << " lives, killed "
                                    << all.nodes().killed() << ", stopped for a while "
                                    << all.nodes().frozen() << ", of which taken for dead " << lost
                                    << "; Redis gone " << all.troubles_over() << " times; " << sum
                                    << "; units " << units.resources_acquired << ", released by an heir "
                                    << inherited << "; the last lives:" << ends.str());
}

BOOST_AUTO_TEST_SUITE_END()
