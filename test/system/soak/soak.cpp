// As long as it is let run, it holds no more than it did early on, and no unit is bought of which nobody
// knows.
#include "lease_rounds.hpp"
#include "rounds.hpp"
#include "support/heap.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdlib>
#include <string>

namespace {

using namespace soak;

/// Between two checkpoints.
const std::vector<load> loads = {
    {buy_use_and_release, 12, 40}, {lease_use_and_give_back, 24, 12}, {live_and_leave, 1, 2}};
/// Until here everything that has a limit has reached it: the hub's facts, what the provider remembers.
constexpr int early = 4;
constexpr int at_least = early + 2;

/// What may be added to an early checkpoint: pages that the allocator has cut up, vectors that have grown.
constexpr std::size_t more_heap = 64 * 1024;
[[maybe_unused]] constexpr std::size_t more_resident = 8 * 1024 * 1024;

std::chrono::seconds wanted_time()
{
    const char* const text = std::getenv("VIDEOSDK_SOAK_SECONDS");
    return std::chrono::seconds(text == nullptr ? 10 : std::stoi(text));
}

void check_books(const books::balance& found)
{
    BOOST_TEST(found.lost.empty());
    for (const std::string& each : found.lost) {
        BOOST_TEST_MESSAGE("lost: " << each);
    }
    BOOST_TEST(found.phantom.empty());
    for (const std::string& each : found.phantom) {
        BOOST_TEST_MESSAGE("never granted: " << each);
    }
}

/// What the ledger says of itself, the provider of the ledger, and the users of what they were given.
void check_leases(const videosdk::lease_counts& counts, const lease_books& told, std::uint64_t bought)
{
    BOOST_TEST(counts.held == 0U);
    BOOST_TEST(counts.returning == 0U);
    BOOST_TEST(counts.in_doubt == 0U);
    BOOST_TEST(counts.waiting == 0U);
    BOOST_TEST(counts.granted == bought);
    BOOST_TEST(counts.granted == counts.released + counts.lost);
    BOOST_TEST(counts.lost <= told.taken_away);
    // Nothing is bought beyond what is wanted but what is counted as surplus. What was bought for a call that
    // was cancelled has gone to the next in line, back as surplus, or back with the result that nobody took.
    BOOST_TEST(counts.granted - counts.surplus >= told.received);
    BOOST_TEST(counts.granted - counts.surplus <= told.received + told.in_vain);
    BOOST_TEST(told.wanted == told.received + told.in_vain);
}

void check_kept(const std::vector<std::string>& kept)
{
    BOOST_TEST(kept.empty());
    for (const std::string& each : kept) {
        BOOST_TEST_MESSAGE("never given back: " << each);
    }
}

void check_holdings(const holdings& now, const holdings& then)
{
    BOOST_TEST(now.alarms == 1U); // the lease manager's next listing
    BOOST_TEST(now.connections == 0U);
    BOOST_TEST(now.waiting == 0U);
    BOOST_TEST(now.facts <= world::most_facts);
    BOOST_TEST(now.descriptors <= then.descriptors);
    BOOST_TEST(now.heap <= then.heap + more_heap);
#ifndef VIDEOSDK_TEST_SANITIZER_HEAP // whose sanitizer keeps what was freed
    BOOST_TEST(now.resident <= then.resident + more_resident);
#endif
}

void report(world& where, int checkpoints, std::uint64_t units, const holdings& last)
{
    const lease_books& told = where.leased();
    BOOST_TEST_MESSAGE("the end, after " << checkpoints << " checkpoints: " << last);
    BOOST_TEST_MESSAGE("units " << units << " (unclaimed " << where.unclaimed << "); " << where.told());
    BOOST_TEST_MESSAGE("leases: acquires " << told.calls << " of " << told.wanted << ", received "
                                           << told.received << ", in vain " << told.in_vain << ", taken away "
                                           << told.taken_away << ", compositions " << told.compositions
                                           << ", held too long " << told.forgotten << ", other managers "
                                           << told.lives << "; " << where.counts_of_leases());
    BOOST_TEST_MESSAGE("faults of requests " << where.api_faults().played << ", connections with one "
                                             << where.api_faults().planned << ", of webhooks "
                                             << where.hook_faults().planned
                                             << "; the provider: " << where.provider().statistics());
}

} // namespace

BOOST_AUTO_TEST_SUITE(soaking)

BOOST_AUTO_TEST_CASE(what_is_held_stays_level_and_every_unit_is_accounted_for)
{
    // The clock says when to stop, and nothing else.
    const auto until = std::chrono::steady_clock::now() + wanted_time();
    world where(20'260'101);
    std::optional<holdings> then;
    holdings last;
    std::uint64_t accounted = 0;
    std::uint64_t leased = 0; ///< Of these, by the manager that stays.
    int checkpoint = 0;
    for (; checkpoint < at_least || std::chrono::steady_clock::now() < until; ++checkpoint) {
        where.send_webhooks(checkpoint % 2 == 0 ? 3 : 1);
        where.play(loads);
        where.settle();
        const account found = where.balance();
        const holdings now = where.settle();
        accounted += found.bought.accounted() + found.leased.by_manager + found.leased.by_others;
        leased += found.leased.by_manager;
        check_books(found.bought);
        check_kept(found.leased.kept);
        check_leases(where.counts_of_leases(), where.leased(), leased);
        BOOST_TEST(where.provider().statistics().resources_acquired == accounted);
        if (checkpoint + 1 == early) {
            then = now;
        }
        if (then) {
            check_holdings(now, *then);
        }
        if (checkpoint + 1 <= early || checkpoint % 10 == 0) {
            BOOST_TEST_MESSAGE("checkpoint " << checkpoint + 1 << ": " << now << "; known "
                                             << found.bought.known << ", found " << found.bought.found
                                             << " of " << found.bought.doubtful << " in doubt, leased "
                                             << found.leased.by_manager << " and " << found.leased.by_others);
        }
        last = now;
    }
    report(where, checkpoint, accounted, last);
    // Otherwise it has shown nothing.
    const videosdk::lease_counts leases = where.counts_of_leases();
    BOOST_TEST(where.api_faults().played > 0U);
    BOOST_TEST(where.unclaimed > 0U);
    BOOST_TEST(where.told().doubts > 0U);
    BOOST_TEST(leases.lost > 0U);
    BOOST_TEST(leases.sweeps > 0U);
    BOOST_TEST(where.leased().compositions > 0U);
    BOOST_TEST(where.leased().in_vain > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
