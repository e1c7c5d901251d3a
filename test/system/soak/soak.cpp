// As long as it is let run, it holds no more than it did early on, and no unit is bought of which nobody
// knows.
#include "rounds.hpp"
#include "support/heap.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdlib>
#include <string>

namespace {

using namespace soak;

constexpr int at_once = 12;
constexpr int rounds_each = 20; ///< Between two checkpoints.
/// Until here everything that has a limit has reached it: the hub's facts, what the provider remembers.
constexpr int early = 4;
constexpr int at_least = early + 2;

/// What may be added to an early checkpoint: pages that the allocator has cut up, vectors that have grown.
constexpr std::size_t more_heap = 256 * 1024;
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

void check_holdings(const holdings& now, const holdings& then)
{
    BOOST_TEST(now.alarms == 0U);
    BOOST_TEST(now.connections == 0U);
    BOOST_TEST(now.waiting == 0U);
    BOOST_TEST(now.descriptors <= then.descriptors);
    BOOST_TEST(now.heap <= then.heap + more_heap);
#ifndef VIDEOSDK_TEST_SANITIZER_HEAP // whose sanitizer keeps what was freed
    BOOST_TEST(now.resident <= then.resident + more_resident);
#endif
}

} // namespace

BOOST_AUTO_TEST_SUITE(soaking)

BOOST_AUTO_TEST_CASE(what_is_held_stays_level_and_every_unit_is_accounted_for)
{
    // The clock says when to stop, and nothing else.
    const auto until = std::chrono::steady_clock::now() + wanted_time();
    world where(20'260'101);
    std::optional<holdings> then;
    std::uint64_t accounted = 0;
    int checkpoint = 0;
    for (; checkpoint < at_least || std::chrono::steady_clock::now() < until; ++checkpoint) {
        where.play(buy_use_and_release, at_once, rounds_each);
        where.settle();
        const books::balance found = where.balance();
        const holdings now = where.settle();
        accounted += found.accounted();
        check_books(found);
        BOOST_TEST(where.provider().statistics().resources_acquired == accounted);
        if (checkpoint + 1 == early) {
            then = now;
        }
        if (then) {
            check_holdings(now, *then);
        }
        if (checkpoint + 1 <= early || checkpoint % 10 == 0) {
            BOOST_TEST_MESSAGE("checkpoint " << checkpoint + 1 << ": " << now << "; known " << found.known
                                             << ", found " << found.found << " of " << found.doubtful
                                             << " in doubt");
        }
    }
    BOOST_TEST_MESSAGE("checkpoints "
                       << checkpoint << ", units " << accounted << " (unclaimed " << where.unclaimed
                       << "), faults of requests " << where.api_faults().played << ", connections with one "
                       << where.api_faults().planned << ", of webhooks " << where.hook_faults().planned
                       << "; the provider: " << where.provider().statistics());
    // Otherwise it has shown nothing.
    BOOST_TEST(where.api_faults().played > 0U);
    BOOST_TEST(where.unclaimed > 0U);
    BOOST_TEST(accounted > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
