// Functions that await more than once, cancelled before each handler that runs for them: the caller is told.
#include "world.hpp"

using namespace lease_tests;

namespace {

/// Begins the call in a world of its own, lets so many handlers run, and cancels. False when there were not
/// as many.
template <class Begin>
bool is_told_after(int handlers, Begin begin)
{
    world w;
    auto pending = begin(w);
    using value_type = typename decltype(pending)::value_type::value_type;
    const auto told = std::make_shared<ending<value_type>>();
    asio::cancellation_signal signal;
    asio::co_spawn(*w.io, collect(std::move(pending), told),
                   asio::bind_cancellation_slot(signal.slot(), asio::detached));
    int run = 0;
    for (w.io->restart(); run != handlers && w.io->poll_one() == 1; w.io->restart()) {
        ++run;
    }
    signal.emit(asio::cancellation_type::terminal);
    w.pass(1s);
    w.there.everything_is_idle();
    w.pass(2min);
    BOOST_TEST(!told->open(), "cancelled after " << handlers << " handlers, and not told");
    return run == handlers;
}

template <class Begin>
void is_told_whenever_it_is_cancelled(Begin begin)
{
    int handlers = 1; // the coroutine has begun: before, its first await throws by itself
    while (is_told_after(handlers, begin)) {
        BOOST_REQUIRE(++handlers < 1000);
    }
    BOOST_TEST(handlers > 2);
}

} // namespace

BOOST_AUTO_TEST_SUITE(cancelling)

BOOST_AUTO_TEST_CASE(acquire_ready_tells_its_caller_whenever_it_is_cancelled)
{
    is_told_whenever_it_is_cancelled(
        [](world& w) { return w.leases->try_acquire_ready(world::recording, {.timeout = 60s}); });
}

BOOST_AUTO_TEST_CASE(adopt_tells_its_caller_whenever_it_is_cancelled)
{
    is_told_whenever_it_is_cancelled([](world& w) {
        provider::unit other;
        other.url = "https://hooks.example.com/videosdk/studio/nobody";
        w.there.units["a00000000000000000000000"] = other;
        return w.leases->try_adopt("a00000000000000000000000");
    });
}

BOOST_AUTO_TEST_CASE(stop_tells_its_caller_whenever_it_is_cancelled)
{
    std::deque<videosdk::lease> units; // outlive the calls
    is_told_whenever_it_is_cancelled([&units](world& w) {
        units.clear();
        units.push_back(w.held());
        w.there.everything_is_idle();
        const auto started = w.await(units.back().try_start_recording({.room_id = "abcd-efgh-ijkl"}));
        BOOST_REQUIRE_MESSAGE(started->ok(), started->what());
        return (*started->value)->try_stop();
    });
    units.clear();
}

BOOST_AUTO_TEST_SUITE_END()
