// An ownership, and all that it stands on, destroyed in every order while something is under way: nothing
// that is gone is touched, nothing is left in memory, and what stays has nothing to wait for.
#include "nodes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <functional>

using namespace ownership_tests;
using test_support::chaos_proxy;
using test_support::door;
using test_support::flow;

namespace {

enum class part : std::uint8_t { context, owner, leases, client };

/// Commands are written from now on, and have no answers.
void stall(chaos_proxy& wire)
{
    for (std::size_t i = 0; i != wire.links(); ++i) {
        wire.link(i).plan(flow::up).stall_at = 0;
        wire.link(i).plan(flow::down).stall_at = 0;
    }
    test_support::link_plan mute;
    mute.mute = true;
    wire.set_plan(mute);
}

void destroy(node& where, part which, bool store_first)
{
    switch (which) {
    case part::context:
        where.drop_context();
        break;
    case part::owner: // and its store, in either order
        if (store_first) {
            where.store.reset();
        }
        where.owner.reset();
        where.store.reset();
        break;
    case part::leases:
        where.leases.reset();
        break;
    case part::client:
        where.receiver.reset();
        where.hub.reset();
        where.client.reset();
        break;
    }
}

/// `prepare` gets a node of which nothing has run yet; `forget` lets go of what outlives it.
void destroy_in_every_order(const std::function<void(site& where, node& which)>& prepare,
                            const std::function<void()>& forget = {})
{
    site where;
    std::array<part, 4> order{part::context, part::owner, part::leases, part::client};
    unsigned number = 0;
    bool rested = false;
    do {
        ++number;
        BOOST_TEST_CONTEXT("order " << number)
        {
            node& which = where.add_unstarted("node-" + std::to_string(number));
            const auto its_time = which.its_time();
            prepare(where, which);
            for (const part each : order) {
                if (each == part::context && each == order.back() && !std::exchange(rested, true)) {
                    BOOST_TEST(where.until([&which] { return which.at_rest(); }));
                }
                destroy(which, each, number % 3 == 0);
                if (number % 2 == 0) {
                    bool turned = false;
                    where.until([&turned] { return std::exchange(turned, true); });
                }
            }
            where.kill(which);
            if (forget) {
                forget();
            }
            BOOST_TEST(its_time.expired());
        }
    } while (std::next_permutation(order.begin(), order.end()));
    BOOST_TEST(number == 24U);
}

void run(site& where, node& which)
{
    BOOST_REQUIRE(where.until([&which] { return which.started && which.may_call(); }));
}

asio::awaitable<void> stop(node& which, std::shared_ptr<bool> begun)
{
    auto stopping = which.owner->try_stop();
    *begun = true;
    const videosdk::result<void> how = co_await std::move(stopping);
    static_cast<void>(how);
}

} // namespace

BOOST_AUTO_TEST_SUITE(ownership_destruction)

BOOST_AUTO_TEST_CASE(of_one_that_has_not_begun)
{
    destroy_in_every_order([](site&, node&) {});
}

BOOST_AUTO_TEST_CASE(of_one_that_waits_for_its_first_answer)
{
    destroy_in_every_order([](site& where, node& which) {
        stall(which.wire);
        BOOST_REQUIRE(where.until([&which] { return which.wire.links() != 0; }));
    });
}

BOOST_AUTO_TEST_CASE(of_one_that_cannot_connect)
{
    destroy_in_every_order([](site& where, node& which) {
        which.wire.set_door(door::refusing);
        BOOST_REQUIRE(where.until([&which] { return which.counts().beats_failed != 0; }));
    });
}

BOOST_AUTO_TEST_CASE(of_one_that_beats)
{
    destroy_in_every_order(run);
}

BOOST_AUTO_TEST_CASE(of_one_with_a_beat_under_way)
{
    destroy_in_every_order([](site& where, node& which) {
        run(where, which);
        stall(which.wire);
        const std::uint64_t before = which.wire.newest().seen(flow::up);
        BOOST_REQUIRE(where.until([&] { return which.wire.newest().seen(flow::up) > before; }));
    });
}

BOOST_AUTO_TEST_CASE(of_one_that_is_being_stopped_from_elsewhere)
{
    destroy_in_every_order([](site& where, node& which) {
        run(where, which);
        stall(which.wire);
        const auto begun = std::make_shared<bool>(false);
        asio::co_spawn(where.network, stop(which, begun), asio::detached);
        BOOST_REQUIRE(where.until([&begun] { return *begun; }));
    });
}

BOOST_AUTO_TEST_CASE(of_one_whose_leases_live_on)
{
    std::vector<videosdk::lease> held;
    destroy_in_every_order(
        [&held](site& where, node& which) {
            run(where, which);
            held = where.acquired(which, 2);
            held.pop_back(); // is being given back
        },
        [&held] { held.clear(); });
}

BOOST_AUTO_TEST_SUITE_END()
