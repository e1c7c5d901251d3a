// A node that its network cuts off from Redis, in every way and for short or long, while its programs ask on:
// what it calls, and what becomes of its units, as the provider tells it.
#include "cuts.hpp"
#include "nodes.hpp"
#include "programs.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <set>

using namespace ownership_tests;

namespace {

/// A node that is cut off, and what is to be seen of it.
struct cut_node {
    node& which;
    const way_of_cutting& way;
    bool for_long;
    std::shared_ptr<programs> its;
    time_point cut_at{};
    time_point healed_at = time_point::max();
    std::uint64_t refused_before = 0;
    std::uint64_t acquired_before = 0; ///< It was healed.
    std::vector<std::string> kept_before{};

    bool works() const
    {
        return its->kept.size() == programs::most_kept && its->given_back > 2 && its->listed > 2 &&
               its->recorded > 2;
    }
    bool has_no_right() const
    {
        return !which.may_call() && its->refused_each() && its->refused() > refused_before + 20;
    }
    std::vector<std::string> units() const
    {
        std::vector<std::string> out;
        for (const videosdk::lease& each : its->kept) {
            out.push_back(each.id());
        }
        return out;
    }
};

using cut_nodes = std::deque<cut_node>;

bool all_of(const cut_nodes& nodes, bool for_long, const std::function<bool(const cut_node&)>& what)
{
    return std::all_of(nodes.begin(), nodes.end(),
                       [&](const cut_node& each) { return each.for_long != for_long || what(each); });
}

cut_nodes start(site& where)
{
    cut_nodes out;
    for (const way_of_cutting& way : ways_of_cutting()) {
        for (const bool for_long : {false, true}) {
            node& which = where.add(way.name + (for_long ? "-for-long" : "-for-short"));
            out.push_back({which, way, for_long, nullptr});
        }
    }
    for (cut_node& each : out) {
        each.its = run_programs(each.which.executor(), *each.which.leases);
    }
    return out;
}

void cut(site& where, cut_node& which)
{
    which.cut_at = where.now();
    which.refused_before = which.its->refused();
    which.way.cut(which.which.wire);
}

void bring_back(site& where, cut_node& which)
{
    which.acquired_before = which.its->acquired;
    which.kept_before = which.units();
    which.healed_at = where.now();
    heal(which.which.wire);
}

/// By the clock of the node, and by what it can have been answered.
void check_calls(const call_log& log, const cut_node& whose)
{
    const time_point last_right = whose.cut_at + site::expiry - site::call;
    std::size_t beyond_its_right = 0;
    std::size_t after_all_rights = 0;
    for (const logged& each : log.calls()) {
        if (each.node == whose.which.name() && each.acts()) {
            beyond_its_right += each.at + site::call > each.right_until ? 1 : 0;
            after_all_rights += each.at > last_right && (whose.for_long || each.at < whose.healed_at) ? 1 : 0;
        }
    }
    BOOST_CHECK_EQUAL(beyond_its_right, 0U);
    BOOST_CHECK_EQUAL(after_all_rights, 0U);
}

/// A unit is its buyer's, then at most one other's from that one's first look at it on; released once, by
/// whose it is then. Returns who has it at last.
std::string check_unit(const std::vector<done_to_unit>& story)
{
    std::set<std::string> former;
    std::string holder = story.front().node;
    std::size_t releases = 0;
    for (const done_to_unit& each : story) {
        if (each.node != holder) {
            if (each.what == deed::looked_at && former.contains(each.node)) {
                continue; // its hub may ask on
            }
            BOOST_CHECK_EQUAL(to_string(each.what), "looked at"); // nobody does anything else first
            BOOST_CHECK_EQUAL(releases, 0U);
            former.insert(holder);
            holder = each.node;
            BOOST_CHECK(!former.contains(holder));
        }
        releases += each.what == deed::released ? 1 : 0;
    }
    BOOST_CHECK_EQUAL(releases, 1U);
    BOOST_CHECK_LE(former.size(), 1U);
    return holder;
}

/// An heir waits for what others have begun in a unit.
void end_meetings(site& where, const std::set<std::string>& units)
{
    for (const videosdk::resource& each : where.provider.resources()) {
        for (const std::string& id :
             units.contains(each.id) ? each.composer_ids : std::vector<std::string>()) {
            BOOST_CHECK(where.provider.fail_composition(id, where.now()));
        }
    }
}

asio::awaitable<void> shut_down(videosdk::lease_manager& which, std::shared_ptr<std::optional<bool>> well)
{
    const videosdk::result<void> how = co_await which.try_shutdown();
    well->emplace(how.has_value());
}

} // namespace

BOOST_AUTO_TEST_SUITE(cut_off_from_redis)

// At once, since each takes its time.
BOOST_AUTO_TEST_CASE(
    a_node_that_is_cut_off_in_any_way_calls_nobody_beyond_its_right_and_goes_on_or_is_replaced)
{
    // Given nodes at work, each with a way to Redis of its own, and two more
    site where;
    node& one = where.add("one");
    node& other = where.add("other");
    cut_nodes nodes = start(where);
    BOOST_REQUIRE(where.until([&] {
        return std::all_of(nodes.begin(), nodes.end(), [](const auto& each) { return each.works(); });
    }));

    // When all are cut off while they work, some until they may not call any more
    for (cut_node& each : nodes) {
        cut(where, each);
    }
    BOOST_REQUIRE(where.until([&] {
        for (cut_node& each : nodes) {
            if (!each.for_long && each.healed_at == time_point::max() && each.has_no_right()) {
                bring_back(where, each);
            }
        }
        return all_of(nodes, false, [](const auto& each) { return each.healed_at != time_point::max(); }) &&
               all_of(nodes, true, [](const auto& each) { return each.has_no_right(); });
    }));

    // Then these go on with what they had
    BOOST_REQUIRE(where.until([&] {
        return all_of(nodes, false, [](const auto& each) {
            const bool goes_on = each.its->acquired > each.acquired_before + 2;
            each.its->ending = goes_on;
            return goes_on;
        });
    }));
    for (const cut_node& each : nodes) {
        BOOST_TEST_CONTEXT(each.which.name())
        for (const std::string& unit : each.for_long ? std::vector<std::string>() : each.kept_before) {
            const auto& story = where.log.units().at(unit);
            BOOST_CHECK(std::all_of(story.begin(), story.end(), [&each](const done_to_unit& what) {
                return what.node == each.which.name();
            }));
        }
    }

    // And the units of the others are given back by somebody else; they hear of it when they are back
    std::set<std::string> orphans;
    for (const cut_node& each : nodes) {
        if (each.for_long) {
            orphans.merge(where.log.bought_by(each.which.name()));
        }
    }
    end_meetings(where, orphans);
    const bool replaced = where.until([&] {
        return std::all_of(orphans.begin(), orphans.end(),
                           [&](const std::string& unit) { return where.log.is_released(unit); });
    });
    BOOST_REQUIRE(replaced);
    const std::size_t calls_before = where.log.calls().size();
    for (cut_node& each : nodes) {
        BOOST_CHECK(!each.which.lost);
        each.refused_before = each.its->refused();
        if (each.for_long) {
            bring_back(where, each);
        }
    }
    BOOST_REQUIRE(where.until([&] {
        return all_of(nodes, true, [](const auto& each) {
            return each.which.lost && each.its->refused() > each.refused_before + 20;
        });
    }));

    // And at the end nothing is left
    for (const cut_node& each : nodes) {
        each.its->ending = true;
    }
    BOOST_REQUIRE(where.until([&] {
        return std::all_of(nodes.begin(), nodes.end(),
                           [](const auto& each) { return each.its->running == 0; });
    }));
    std::vector<std::shared_ptr<std::optional<bool>>> ends;
    std::uint64_t taken_over = 0;
    std::uint64_t buried = 0;
    const auto end = [&](node& which) {
        const videosdk::ownership_counts counts = which.counts();
        taken_over += counts.taken_over;
        buried += counts.buried;
        const auto well = ends.emplace_back(std::make_shared<std::optional<bool>>());
        asio::co_spawn(which.executor(), shut_down(*which.leases, well), asio::detached);
    };
    end(one);
    end(other);
    for (const cut_node& each : nodes) {
        if (!each.for_long) {
            end(each.which);
        }
    }
    BOOST_REQUIRE(where.until([&] {
        return std::all_of(ends.begin(), ends.end(), [](const auto& each) { return each->has_value(); });
    }));
    BOOST_CHECK(std::all_of(ends.begin(), ends.end(), [](const auto& each) { return **each; }));
    BOOST_CHECK_EQUAL(where.billed(), 0U);

    // And the provider has seen nothing else
    for (const cut_node& each : nodes) {
        BOOST_TEST_CONTEXT(each.which.name())
        {
            BOOST_TEST_MESSAGE(each.which.name()
                               << ": " << where.log.acted(each.which.name()) << " calls, "
                               << each.its->refused() << " refused, " << each.its->acquired << " units");
            check_calls(where.log, each);
            BOOST_CHECK(each.its->surprises.empty());
            BOOST_CHECK_EQUAL(each.which.lost, each.for_long);
            if (each.for_long) {
                BOOST_CHECK_EQUAL(where.log.acted(each.which.name(), calls_before), 0U);
            }
        }
    }
    std::size_t inherited = 0;
    for (const auto& [unit, story] : where.log.units()) {
        BOOST_TEST_CONTEXT(unit)
        {
            const std::string holder = check_unit(story);
            inherited += holder != story.front().node ? 1 : 0;
            BOOST_CHECK_EQUAL(holder != story.front().node && !orphans.contains(unit), false);
        }
    }
    BOOST_CHECK_LE(buried, ways_of_cutting().size()); // one whose answer came too late is in nobody's count
    BOOST_CHECK_EQUAL(taken_over, inherited);
    BOOST_CHECK_GE(inherited, ways_of_cutting().size() * programs::most_kept);
    BOOST_TEST_MESSAGE(where.log.units().size() << " units, " << inherited << " of them inherited");
}

BOOST_AUTO_TEST_SUITE_END()
