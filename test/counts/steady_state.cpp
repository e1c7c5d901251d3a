// In steady state an acquire costs a fixed, small number of system calls and allocations, and keeps no
// memory.
#include "world.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

namespace {

using namespace counts;

void check_cost(const run_options& options)
{
    const provider where;
    const counting::call_counts counted = count_acquires(where, options);
    BOOST_TEST_MESSAGE("per acquire: " << per(counted.all_calls(), options.calls) << " system calls, "
                                       << per(counted.allocations, options.calls) << " allocations; of "
                                       << options.calls << ": " << text_of(counted));
    BOOST_TEST(per(counted.all_calls(), options.calls) <= 4.0);
    BOOST_TEST(per(counted.allocations, options.calls) <= 10.0);
    // A counter that missed them would find everything cheap.
    BOOST_TEST(counted.of(counting::call::sendmsg) + counted.of(counting::call::send) >= options.calls);
    BOOST_TEST(counted.of(counting::call::recvmsg) + counted.of(counting::call::recv) >= options.calls);
}

} // namespace

BOOST_AUTO_TEST_SUITE(steady_state)

BOOST_AUTO_TEST_CASE(sixty_four_acquires_in_flight_take_four_system_calls_and_ten_allocations_each)
{
    check_cost({});
}

BOOST_AUTO_TEST_CASE(the_clients_own_strand_adds_no_system_call)
{
    const provider where;
    const run_options own_strand{.serial_executor = false};
    const counting::call_counts counted = count_acquires(where, own_strand);
    BOOST_TEST_MESSAGE("with the client's own strand: "
                       << per(counted.all_calls(), own_strand.calls) << " system calls, "
                       << per(counted.allocations, own_strand.calls) << " allocations; of "
                       << own_strand.calls << ": " << text_of(counted));
    BOOST_TEST(per(counted.all_calls(), own_strand.calls) <= 4.0);
}

BOOST_AUTO_TEST_CASE(ten_thousand_acquires_keep_no_memory)
{
    const provider where;
    const run_options options;
    const counting::call_counts counted = count_acquires(where, options);
    const auto kept =
        static_cast<std::int64_t>(counted.allocations) - static_cast<std::int64_t>(counted.frees);
    BOOST_TEST_MESSAGE("kept after " << options.calls << " acquires: " << kept << " allocations, "
                                     << counted.bytes << " bytes");
    // What 64 calls in flight hold may differ a little between two moments; one allocation per call would be
    // 10,000.
    BOOST_TEST(std::abs(kept) <= 640);
    BOOST_TEST(std::abs(counted.bytes) <= 64 * 1024);
}

/// For against_strace.sh, which knows this line.
BOOST_AUTO_TEST_CASE(traced)
{
    const provider where;
    const counting::call_counts counted = count_acquires(where, {.warm_up = 200, .calls = 1'000});
    BOOST_TEST_MESSAGE("traced: " << text_of(counted));
    BOOST_TEST(counted.all_calls() >= 2'000U);
}

BOOST_AUTO_TEST_SUITE_END()
