// Lease managers, leases and compositions, cancelled at each point at which their functions can wait: the
// caller is told once, and in the end nothing is left at the provider, nor in the scheduler.
#include "unit/lease/world.hpp"
#include "watched.hpp"

#include <vector>

namespace {

using namespace cancelling;
using namespace std::chrono_literals;
using fate = lease_tests::provider::fate;
using videosdk::composition_status;
using videosdk::resource_status;

/// One unit is leased, and idle; a recording may run in it.
struct lease_world : lease_tests::world {
    lease_world() : world(two_units()), unit(held()) { there.everything_is_idle(); }

    static videosdk::lease_manager_options two_units()
    {
        videosdk::lease_manager_options out;
        out.max_units = 2;
        return out;
    }
    void record()
    {
        const auto started = await(unit.try_start_recording({.room_id = "abcd-efgh-ijkl"}));
        BOOST_REQUIRE_MESSAGE(started->ok(), started->what());
        recording = std::move(**started->value);
    }
    void settle()
    {
        for (int i = 0; i != 4; ++i) {
            foreign.restart();
            foreign.poll();
            run();
        }
    }

    asio::io_context foreign;
    videosdk::lease unit;
    videosdk::composition recording;
};

using call_type = asio::awaitable<ending> (*)(lease_world&);
using step_type = void (*)(lease_world&);

struct row {
    const char* where;
    step_type prepare;
};

struct function {
    const char* declared;
    call_type call;
    std::vector<row> rows; ///< Besides: already cancelled, and queued for the executor.
};

constexpr videosdk::lease_request recording = lease_tests::world::recording;
constexpr videosdk::start_recording_request a_recording{.room_id = "abcd-efgh-ijkl"};
constexpr videosdk::start_hls_request an_hls_stream{.room_id = "abcd-efgh-ijkl"};

videosdk::start_rtmp_request an_rtmp_stream()
{
    static constexpr videosdk::rtmp_output output{.url = "rtmp://example.com/live", .stream_key = "key"};
    videosdk::start_rtmp_request out;
    out.room_id = "abcd-efgh-ijkl";
    out.outputs = std::span(&output, 1);
    return out;
}

const std::vector<row> acquiring{
    {"in the air", [](lease_world& w) { w.there.acquire_fates = {fate::no_answer}; }},
    {"in doubt", [](lease_world& w) { w.there.acquire_fates = {fate::lost_request}; }},
    {"in doubt, while a listing hangs",
     [](lease_world& w) {
         w.there.acquire_fates = {fate::lost_answer};
         w.there.delay_listings = true;
     }},
    {"waiting for room",
     [](lease_world& w) {
         {
             const videosdk::lease other = w.held();
         } // pending, so that it cannot be released yet
         w.run();
     }},
};

std::vector<row> and_ready(std::vector<row> rows)
{
    rows.push_back({"waiting for readiness", [](lease_world&) {}});
    return rows;
}

const std::vector<row> starting{
    {"in the air", [](lease_world& w) { w.there.start_fates = {fate::no_answer}; }},
    {"in doubt", [](lease_world& w) { w.there.start_fates = {fate::lost_request}; }},
};
const std::vector<row> stopping{
    {"in the air",
     [](lease_world& w) {
         w.record();
         w.there.end_fates = {fate::no_answer};
     }},
    {"waiting until it is idle",
     [](lease_world& w) {
         w.record();
         w.there.keeps_composing = true;
     }},
};
const std::vector<row> following{{"waiting for a webhook", [](lease_world& w) { w.record(); }}};
const std::vector<row> releasing{{"while its unit composes", [](lease_world& w) {
                                      w.record();
                                      w.there.keeps_composing = true;
                                  }}};
const std::vector<row> listing{
    {"while a listing hangs", [](lease_world& w) { w.there.delay_listings = true; }}};
const std::vector<row> asking{{"while a GET hangs", [](lease_world& w) { w.there.delay_gets = true; }}};
const std::vector<row> waiting{{"waiting", [](lease_world&) {}}};

const videosdk::wait_options an_hour{.timeout = 1h};

const std::vector<function>& functions()
{
    static const std::vector<function> all{
        {"lease_manager.hpp:acquire", [](lease_world& w) { return by_value(w.leases->acquire(recording)); },
         acquiring},
        {"lease_manager.hpp:try_acquire",
         [](lease_world& w) { return by_result(w.leases->try_acquire(recording)); }, acquiring},
        {"lease_manager.hpp:acquire_ready",
         [](lease_world& w) { return by_value(w.leases->acquire_ready(recording)); }, and_ready(acquiring)},
        {"lease_manager.hpp:try_acquire_ready",
         [](lease_world& w) { return by_result(w.leases->try_acquire_ready(recording)); },
         and_ready(acquiring)},
        {"lease_manager.hpp:acquire_many",
         [](lease_world& w) { return by_value(w.leases->acquire_many(recording, 1)); }, acquiring},
        {"lease_manager.hpp:try_acquire_many",
         [](lease_world& w) { return by_result(w.leases->try_acquire_many(recording, 1)); }, acquiring},
        {"lease_manager.hpp:keep_warm",
         [](lease_world& w) { return by_value(w.leases->keep_warm({.type = recording.type, .count = 1})); },
         {}},
        {"lease_manager.hpp:try_keep_warm",
         [](lease_world& w) { return by_result(w.leases->try_keep_warm({.type = recording.type})); },
         {}},
        {"lease_manager.hpp:shutdown", [](lease_world& w) { return by_value(w.leases->shutdown()); },
         releasing},
        {"lease_manager.hpp:try_shutdown", [](lease_world& w) { return by_result(w.leases->try_shutdown()); },
         releasing},
        {"lease_manager.hpp:recover", [](lease_world& w) { return by_value(w.leases->recover()); }, listing},
        {"lease_manager.hpp:try_recover", [](lease_world& w) { return by_result(w.leases->try_recover()); },
         listing},
        {"lease_manager.hpp:adopt", [](lease_world& w) { return by_value(w.leases->adopt("b")); }, asking},
        {"lease_manager.hpp:try_adopt", [](lease_world& w) { return by_result(w.leases->try_adopt("b")); },
         asking},
        {"lease_manager.hpp:counts", [](lease_world& w) { return by_value(w.leases->counts()); }, {}},
        {"lease.hpp:wait_for",
         [](lease_world& w) { return by_value(w.unit.wait_for(resource_status::composing, an_hour)); },
         waiting},
        {"lease.hpp:try_wait_for",
         [](lease_world& w) { return by_result(w.unit.try_wait_for(resource_status::composing, an_hour)); },
         waiting},
        {"lease.hpp:release", [](lease_world& w) { return by_value(w.unit.release()); }, releasing},
        {"lease.hpp:try_release", [](lease_world& w) { return by_result(w.unit.try_release()); }, releasing},
        {"lease.hpp:start_recording",
         [](lease_world& w) { return by_value(w.unit.start_recording(a_recording)); }, starting},
        {"lease.hpp:try_start_recording",
         [](lease_world& w) { return by_result(w.unit.try_start_recording(a_recording)); }, starting},
        {"lease.hpp:start_hls", [](lease_world& w) { return by_value(w.unit.start_hls(an_hls_stream)); },
         starting},
        {"lease.hpp:try_start_hls",
         [](lease_world& w) { return by_result(w.unit.try_start_hls(an_hls_stream)); }, starting},
        {"lease.hpp:start_rtmp", [](lease_world& w) { return by_value(w.unit.start_rtmp(an_rtmp_stream())); },
         starting},
        {"lease.hpp:try_start_rtmp",
         [](lease_world& w) { return by_result(w.unit.try_start_rtmp(an_rtmp_stream())); }, starting},
        {"composition.hpp:stop", [](lease_world& w) { return by_value(w.recording.stop()); }, stopping},
        {"composition.hpp:try_stop", [](lease_world& w) { return by_result(w.recording.try_stop()); },
         stopping},
        {"composition.hpp:wait_for",
         [](lease_world& w) { return by_value(w.recording.wait_for(composition_status::started, an_hour)); },
         following},
        {"composition.hpp:try_wait_for",
         [](lease_world& w) {
             return by_result(w.recording.try_wait_for(composition_status::started, an_hour));
         },
         following},
    };
    return all;
}

/// The network is well again and everything ends: then nothing is left.
void check_rest(lease_world& world)
{
    world.there.delay_gets = world.there.delay_listings = world.there.keeps_composing = false;
    world.there.everything_is_idle();
    world.pass(2min);
    world.there.everything_is_idle();
    BOOST_TEST(world.counts().waiting == 0U);
    world.unit = {};
    world.leases.reset();
    world.pass(31s);
    BOOST_TEST(world.there.alive() == 0U);
    BOOST_TEST(world.time->armed() == 0U);
    BOOST_TEST(world.carrier->live() == 0U);
}

void play_waiting(const function& which, const row& what, asio::cancellation_type type)
{
    lease_world world;
    what.prepare(world);
    watched call(*world.io, [&] { return which.call(world); });
    world.settle();
    BOOST_REQUIRE_EQUAL(call.times, 0);
    call.signal.emit(type);
    world.settle();
    BOOST_TEST(call.times == 1);
    BOOST_TEST((call.end && call.end->aborted()));
    check_rest(world);
}

void play_early(const function& which, before how, asio::cancellation_type type)
{
    lease_world world;
    world.recording = {};
    if (std::string_view(which.declared).starts_with("composition")) {
        world.record();
    }
    const auto before_it =
        world.there.acquires + world.there.releases + world.there.starts + world.there.ends;
    watched call(*world.io, [&] { return which.call(world); }, how);
    world.settle();
    call.signal.emit(type);
    world.settle();
    BOOST_TEST(call.times == 1);
    BOOST_TEST((call.end && call.end->aborted()));
    BOOST_TEST(world.there.acquires + world.there.releases + world.there.starts + world.there.ends ==
               before_it);
    check_rest(world);
}

void play_queued(const function& which, asio::cancellation_type type)
{
    lease_world world;
    if (std::string_view(which.declared).starts_with("composition")) {
        world.record();
    }
    watched call(world.foreign, [&] { return which.call(world); });
    world.foreign.poll(); // it is on its way to the client's executor
    call.cancel_in_turn(world.foreign, type);
    world.foreign.restart();
    world.foreign.poll();
    world.settle();
    BOOST_TEST(call.times == 1);
    BOOST_TEST((call.end && call.end->aborted()));
    check_rest(world);
}

} // namespace

std::vector<std::string> cancelling::lease_functions()
{
    std::vector<std::string> names;
    for (const function& each : functions()) {
        names.emplace_back(each.declared);
    }
    return names;
}

BOOST_AUTO_TEST_SUITE(leases)

BOOST_AUTO_TEST_CASE(a_call_that_is_cancelled_anywhere_ends_once_and_loses_no_unit)
{
    for (const function& which : functions()) {
        for (const asio::cancellation_type type : all_types) {
            for (const row& what : which.rows) {
                BOOST_TEST_CONTEXT(which.declared << ", " << what.where << ", " << name_of(type))
                {
                    play_waiting(which, what, type);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_call_that_was_cancelled_before_does_nothing)
{
    for (const function& which : functions()) {
        for (const before how : {before::told, before::thrown}) {
            BOOST_TEST_CONTEXT(which.declared)
            {
                play_early(which, how, asio::cancellation_type::terminal);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_call_that_is_cancelled_on_its_way_does_nothing)
{
    for (const function& which : functions()) {
        for (const asio::cancellation_type type : all_types) {
            BOOST_TEST_CONTEXT(which.declared << ", " << name_of(type))
            {
                play_queued(which, type);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
