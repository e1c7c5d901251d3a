// Chance, from a seed.
#include "faults.hpp"

namespace soak {

using namespace std::chrono_literals;
using test_support::ending;
using test_support::flow_plan;

test_support::link_plan faults::plan(std::uint64_t bytes_of_exchange)
{
    // Somewhere in the first two hundred exchanges: one in a hundred, on the average.
    test_support::link_plan made;
    flow_plan way;
    const bool up = below(2) == 0;
    const std::uint64_t place = below(200 * bytes_of_exchange);
    ++planned;
    switch (below(8)) {
    case 0:
        way.stall_at = place;
        break;
    case 1:
        way.corrupt_at = place;
        break;
    case 2:
        way.slice = 7; // slow, but sound
        way.end_at = place;
        break;
    case 3:
        way.latency = 1ms;
        way.jitter = 3ms;
        [[fallthrough]];
    default:
        way.end_at = place;
        break;
    }
    constexpr ending ways_to_end[] = {ending::fin, ending::rst, ending::fin_to_client, ending::fin_to_server};
    way.end_how = ways_to_end[below(4)];
    (up ? made.up : made.down) = way;
    return made;
}

videosdk::emulator::fault faults::at_provider()
{
    using videosdk::emulator::fault;
    if (below(100) != 0) {
        return fault();
    }
    ++played;
    switch (below(8)) {
    case 0:
        return fault::answer(503, R"({"message":"maintenance"})");
    case 1:
        return fault::answer(429, R"({"message":"slow down"})", "application/json", {{"Retry-After", "0"}});
    case 2:
        return fault::answer(200, "<html>sorry</html>", "text/html");
    case 3:
        return fault::answer(401, R"({"message":"who are you"})");
    case 4:
        return fault::drop();
    case 5:
        return fault::apply_then_drop();
    case 6:
        return fault::apply_later(20ms);
    default:
        return fault::delay(30ms);
    }
}

} // namespace soak
