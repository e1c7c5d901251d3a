// A call awaited on the client's own executor spawns no coroutine.
#include "world.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace counts;

/// Of 1,000 acquires, one after the other.
double allocations_of_a_call(way how)
{
    provider where;
    const run_options options{.how = how, .in_flight = 1, .warm_up = 1'000, .calls = 1'000};
    return per(count_acquires(where, options).allocations, options.calls);
}

} // namespace

BOOST_AUTO_TEST_SUITE(spawning)

BOOST_AUTO_TEST_CASE(a_call_awaited_on_the_clients_own_executor_spawns_no_coroutine)
{
    constexpr double bound = 9.0;
    const double awaited = allocations_of_a_call(way::awaited);
    const double spawned = allocations_of_a_call(way::spawned);
    BOOST_TEST_MESSAGE("allocations of a call: " << awaited << " awaited, " << spawned
                                                 << " with a coroutine spawned for each");
    BOOST_TEST(awaited <= bound);
    // The bound must be one that a spawned coroutine breaks: a call that got cheaper needs a lower one.
    BOOST_TEST(spawned > bound);
}

BOOST_AUTO_TEST_SUITE_END()
