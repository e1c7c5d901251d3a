// What waits in hub and receiver, cancelled at each point at which it can wait; and questions about counts.
#include "unit/webhook/receiver_world.hpp"
#include "watched.hpp"

#include <boost/asio/redirect_error.hpp>

#include <array>
#include <utility>

namespace {

using namespace cancelling;
using namespace std::chrono_literals;
using videosdk::errc;
using videosdk::resource_status;

/// A hub and two receivers, one that has the provider's key and one that must fetch it.
struct waits_world : receiver_world {
    waits_world() : receiver_world(fetching()), knowing(*source, *hub, pinned()), events(hub->subscribe()) {}

    void settle()
    {
        for (int i = 0; i != 4; ++i) {
            poll(foreign);
            run();
        }
    }

    /// A handler that stops at a gate.
    void block_handlers()
    {
        gate.emplace(context, asio::steady_timer::time_point::max());
        handling = hub->handle({}, [this](const videosdk::event&) { return stop(); });
    }
    asio::awaitable<void> stop()
    {
        boost::system::error_code ignored;
        co_await gate->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }

    asio::awaitable<ending> accept(videosdk::webhook_receiver& by)
    {
        const std::string signature = rsa_signer::provider().sign(acquired);
        const std::string target =
            by.webhook_url().substr(std::string_view("https://hooks.example.com").size());
        const std::array<videosdk::header_view, 2> headers{
            videosdk::header_view{"Content-Type", "application/json"},
            videosdk::header_view{"videosdk-signature", signature}};
        return by_value(
            by.accept({.method = "POST", .target = target, .headers = headers, .body = acquired}));
    }

    void tell() { publish(event_of(videosdk::event_type::resource_acquired, "r")); }

    asio::io_context foreign;
    videosdk::webhook_receiver knowing;
    videosdk::subscription events;
    std::optional<asio::steady_timer> gate;
    videosdk::event_handling handling;
};

enum class expected : std::uint8_t { aborted, returned };
constexpr expected aborted = expected::aborted;
constexpr expected returned = expected::returned;

using call_type = asio::awaitable<ending> (*)(waits_world&);
using step_type = void (*)(waits_world&);

void nothing(waits_world&) {}

/// A wait at one point: how it gets there once begun, and what holds when it has been cancelled there.
struct row {
    const char* where;
    bool from_afar;
    expected what;
    step_type prepare;
    step_type reach;
    step_type afterwards;
};

struct function {
    const char* declared;
    call_type call;
    std::vector<row> rows; ///< Besides: already cancelled, and queued for the executor.
};

const videosdk::wait_options an_hour{.timeout = 1h};

void check_no_event(waits_world& world)
{
    BOOST_TEST(world.counts().published == 0U);
    BOOST_TEST(world.receiver->counts().accepted + world.knowing.counts().accepted == 0U);
}

void check_event_comes_again(waits_world& world)
{
    outcome_of<videosdk::subscription_item> item;
    asio::co_spawn(world.context, collect(world.events.try_next(), item), asio::detached);
    world.run();
    BOOST_TEST(item.ok());
}

const row handler_at_work{"a handler at work",
                          false,
                          aborted,
                          [](waits_world& world) { world.block_handlers(); },
                          [](waits_world& world) {
                              world.run();
                              BOOST_TEST(world.counts().handling == 1U);
                          },
                          [](waits_world& world) {
                              BOOST_TEST(world.counts().published == 1U);
                              BOOST_TEST(world.counts().handling == 1U); // which goes on
                              world.gate->cancel();
                              world.settle();
                              BOOST_TEST(world.counts().handled == 1U);
                          }};

const row completed{
    "completed, not resumed", true, returned, nothing, [](waits_world& world) { world.run(); }, nothing};

std::vector<row> rows_of_wait()
{
    return {{"waiting", false, aborted, nothing,
             [](waits_world& world) { BOOST_TEST(world.counts().waiting == 1U); }, nothing},
            {"asking", false, aborted, nothing,
             [](waits_world& world) {
                 world.advance(5s);
                 BOOST_TEST(world.api->asked().size() == 1U);
             },
             // The GET goes on, and still teaches.
             [](waits_world& world) { BOOST_TEST(world.answer("r", "idle")); }},
            {"resolved, not resumed", true, returned, nothing,
             [](waits_world& world) {
                 world.run();
                 BOOST_TEST(world.counts().waiting == 1U);
                 world.tell();
             },
             nothing}};
}

std::vector<row> rows_of_next()
{
    return {{"waiting", false, aborted, nothing, nothing,
             [](waits_world& world) {
                 world.tell();
                 check_event_comes_again(world);
             }},
            {"told, not resumed", true, aborted, nothing,
             [](waits_world& world) {
                 world.run();
                 world.tell();
             },
             check_event_comes_again}};
}

std::vector<function> functions()
{
    return {
        {"event_hub.hpp:wait_for",
         [](waits_world& world) {
             return by_value(world.hub->wait_for("r", resource_status::idle, an_hour));
         },
         rows_of_wait()},
        {"event_hub.hpp:try_wait_for",
         [](waits_world& world) {
             return by_result(world.hub->try_wait_for("r", resource_status::idle, an_hour));
         },
         rows_of_wait()},
        {"event_hub.hpp:next", [](waits_world& world) { return by_value(world.events.next()); },
         rows_of_next()},
        {"event_hub.hpp:try_next", [](waits_world& world) { return by_result(world.events.try_next()); },
         rows_of_next()},
        {"event_hub.hpp:publish",
         [](waits_world& world) {
             return by_value(world.hub->publish(event_of(videosdk::event_type::resource_acquired, "r")));
         },
         {handler_at_work, completed}},
        {"event_hub.hpp:counts",
         [](waits_world& world) { return by_value(world.hub->counts()); },
         {completed}},
        {"client.hpp:counts",
         [](waits_world& world) { return by_value(world.source->counts()); },
         {completed}},
        {"webhook_receiver.hpp:accept",
         [](waits_world& world) { return world.accept(world.knowing); },
         {handler_at_work, completed}},
        {"webhook_receiver.hpp:accept", // whose key is still to be fetched
         [](waits_world& world) { return world.accept(*world.receiver); },
         {{"fetching the key", false, aborted, nothing,
           [](waits_world& world) { BOOST_TEST(world.api->asked().size() == 1U); },
           [](waits_world& world) {
               BOOST_TEST(world.give_key()); // for those who come later
               check_no_event(world);
           }},
          {"the key has come, not resumed", true, aborted, nothing,
           [](waits_world& world) {
               world.run();
               BOOST_TEST(world.give_key());
           },
           check_no_event}}},
        {"webhook_receiver.hpp:self_test",
         [](waits_world& world) { return by_value(world.receiver->self_test()); },
         {}},
        {"webhook_receiver.hpp:try_self_test",
         [](waits_world& world) { return by_result(world.receiver->try_self_test()); },
         {}},
    };
}

void check_nothing_left(waits_world& world)
{
    const videosdk::hub_counts counts = world.counts();
    BOOST_TEST(counts.waiting == 0U);
    BOOST_TEST(counts.handling == 0U);
    BOOST_TEST(world.api->asked().empty());
    BOOST_TEST(world.time->armed() == 0U);
}

void play(const function& which, const row& what, before how, asio::cancellation_type type)
{
    waits_world world;
    what.prepare(world);
    asio::io_context& own = what.from_afar ? world.foreign : world.context;
    watched call(own, [&] { return which.call(world); }, how);
    poll(own);
    if (what.from_afar) {
        call.cancel_in_turn(own, type); // before the result, which queues behind it
        what.reach(world);
    } else {
        what.reach(world);
        BOOST_REQUIRE(!call.end.has_value());
        call.signal.emit(type);
    }
    world.settle();
    BOOST_REQUIRE(call.end.has_value());
    BOOST_TEST(call.end->aborted() == (what.what == aborted), call.end->text);
    BOOST_TEST(call.end->returned == (what.what == returned), call.end->text);
    what.afterwards(world);
    check_nothing_left(world);
    BOOST_TEST(call.times == 1);
    BOOST_TEST(call.spawn_ended);
}

} // namespace

std::vector<std::string> cancelling::other_functions()
{
    std::vector<std::string> names{"webhook_listener.hpp:drain"};
    for (const function& each : functions()) {
        names.emplace_back(each.declared);
    }
    return names;
}

BOOST_AUTO_TEST_SUITE(waits)

BOOST_AUTO_TEST_CASE(a_wait_that_is_cancelled_anywhere_ends_once_and_leaves_nothing_behind)
{
    const row early{"already cancelled", false, aborted, nothing, nothing, check_no_event};
    const row queued{"queued for the executor", true, aborted, nothing, nothing, check_no_event};
    for (const function& which : functions()) {
        for (const asio::cancellation_type type : all_types) {
            const auto play_one = [&](const row& what, before how) {
                BOOST_TEST_CONTEXT(which.declared << ", " << what.where << ", " << name_of(type))
                {
                    play(which, what, how, type);
                }
            };
            play_one(early, before::told);
            play_one(early, before::thrown);
            play_one(queued, before::no);
            for (const row& what : which.rows) {
                play_one(what, before::no);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
