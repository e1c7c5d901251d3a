// What each of them does to connections that stand, and to those to come.
#include "cuts.hpp"

#include <chrono>
#include <functional>

namespace ownership_tests {
namespace {

using namespace std::chrono_literals;
using test_support::chaos_link;
using test_support::chaos_proxy;
using test_support::door;
using test_support::ending;
using test_support::flow;
using test_support::flow_plan;
using test_support::link_plan;

/// Beyond the time limit of a command; what is so late comes all the same.
constexpr std::chrono::nanoseconds too_late = 700ms;

constexpr link_plan both(const flow_plan& up, const flow_plan& down, bool mute = false)
{
    link_plan out;
    out.up = up;
    out.down = down;
    out.mute = mute;
    return out;
}

void for_links(chaos_proxy& wire, const std::function<void(chaos_link&)>& what)
{
    for (std::size_t i = 0; i != wire.links(); ++i) {
        what(wire.link(i));
    }
}

/// Connections that stand, and those to come.
void everywhere(chaos_proxy& wire, const flow_plan& up, const flow_plan& down)
{
    wire.set_plan(both(up, down));
    for_links(wire, [&](chaos_link& each) {
        each.plan(flow::up) = up;
        each.plan(flow::down) = down;
    });
}

flow_plan swallowing()
{
    flow_plan out;
    out.swallow = true;
    return out;
}

flow_plan late()
{
    flow_plan out;
    out.latency = too_late;
    return out;
}

void silence(chaos_proxy& wire)
{
    everywhere(wire, swallowing(), swallowing());
    wire.set_door(door::silent);
}

void lose_what_goes_up(chaos_proxy& wire)
{
    everywhere(wire, swallowing(), flow_plan());
}

void lose_what_comes_down(chaos_proxy& wire)
{
    everywhere(wire, flow_plan(), swallowing());
}

void hold_back(chaos_proxy& wire)
{
    flow_plan held;
    held.stall_at = 0;
    everywhere(wire, held, held);
    wire.set_door(door::silent);
}

void reset(chaos_proxy& wire)
{
    flow_plan at_once;
    at_once.end_at = 0;
    at_once.end_how = ending::rst;
    wire.set_plan(both(at_once, flow_plan()));
    for_links(wire, [](chaos_link& each) { each.end(ending::rst); });
}

void refuse(chaos_proxy& wire)
{
    for_links(wire, [](chaos_link& each) { each.end(ending::fin); });
    wire.set_door(door::refusing);
}

void end_for_the_node(chaos_proxy& wire)
{
    for_links(wire, [](chaos_link& each) { each.end(ending::fin_to_client); });
    wire.set_plan(both({}, {}, true));
}

/// The node is not told.
void end_for_redis(chaos_proxy& wire)
{
    for_links(wire, [](chaos_link& each) {
        each.plan(flow::down) = swallowing();
        each.end(ending::fin_to_server);
    });
    wire.set_plan(both({}, {}, true));
}

void delay_what_goes_up(chaos_proxy& wire)
{
    everywhere(wire, late(), flow_plan());
}

void delay_what_comes_down(chaos_proxy& wire)
{
    everywhere(wire, flow_plan(), late());
}

} // namespace

const std::vector<way_of_cutting>& ways_of_cutting()
{
    static const std::vector<way_of_cutting> all{{"silent", silence},
                                                 {"unheard", lose_what_goes_up},
                                                 {"deaf", lose_what_comes_down},
                                                 {"held-back", hold_back},
                                                 {"reset", reset},
                                                 {"refused", refuse},
                                                 {"half-open-here", end_for_redis},
                                                 {"half-open-there", end_for_the_node},
                                                 {"heard-late", delay_what_goes_up},
                                                 {"hears-late", delay_what_comes_down}};
    return all;
}

void heal(chaos_proxy& wire)
{
    everywhere(wire, flow_plan(), flow_plan());
    wire.set_door(door::open);
    while (wire.turn()) {} // nothing on the sockets says that there is something to do
}

} // namespace ownership_tests
