// Calls of the API, cancelled at each point above the sockets, over a scripted transport in virtual time.
#include "support/scripted_transport.hpp"
#include "watched.hpp"

#include <memory>

namespace {

using namespace cancelling;
using namespace std::chrono_literals;
using videosdk::effect;
using videosdk::errc;
using videosdk::outcome;

enum class point : std::uint8_t {
    already_told,   ///< Before the await, by a caller who goes on all the same.
    already_thrown, ///< Before the await.
    queued,         ///< On its way from another executor.
    slot,           ///< Waiting for a connection.
    written,        ///< The request has left, and nothing came back.
    backing_off,    ///< No connection could be made, and the next attempt waits.
    rate_limited,   ///< The provider said when to come back.
    reminting,      ///< The provider refused the token, and a fresh one is about to be sent.
    second_written, ///< The second attempt has left.
    handed          ///< The answer has come, and the caller, on another executor, has not been resumed.
};

constexpr std::pair<point, const char*> points[] = {
    {point::already_told, "already cancelled, told"},  {point::already_thrown, "already cancelled, thrown"},
    {point::queued, "queued for the executor"},        {point::slot, "waiting for a connection"},
    {point::written, "written, 0 bytes back"},         {point::backing_off, "backing off"},
    {point::rate_limited, "waiting for Retry-After"},  {point::reminting, "re-minting"},
    {point::second_written, "second attempt written"}, {point::handed, "completed, not resumed"},
};

struct client_world {
    explicit client_world(bool reports) : time(std::make_shared<videosdk::manual_scheduler>())
    {
        carrier = std::make_shared<test::scripted_transport>(home.get_executor(), time);
        videosdk::client_options options;
        options.credentials = videosdk::credentials::key_and_secret("key", "secret");
        options.serial_executor = true;
        if (reports) {
            options.on_unclaimed = [this](const videosdk::unclaimed_grant& grant) {
                units_reported += grant.resources.size();
                unknown_reported += grant.unknown ? 1 : 0;
            };
        }
        client.emplace(home.get_executor(), options, carrier, time);
    }

    void settle()
    {
        for (int i = 0; i != 4; ++i) {
            poll(foreign);
            poll(home);
        }
    }

    asio::io_context home;
    asio::io_context foreign;
    std::size_t units_reported = 0;
    std::size_t unknown_reported = 0;
    std::shared_ptr<videosdk::manual_scheduler> time;
    std::shared_ptr<test::scripted_transport> carrier;
    std::optional<videosdk::client> client;
};

/// What the provider will do.
void prepare(client_world& world, point where)
{
    switch (where) {
    case point::slot:
        world.carrier->expect(test::hang_in_queue());
        break;
    case point::backing_off:
    case point::second_written:
        world.carrier->expect(test::failure(errc::connect_failed, outcome::not_sent));
        break;
    case point::rate_limited:
        world.carrier->expect(test::answer(429, "{}", {{"Retry-After", "5"}}));
        break;
    case point::reminting:
        world.carrier->expect(test::answer(401, "{}"));
        break;
    default:
        break; // what was not foretold hangs after the write
    }
}

/// Brings the call to the point, and cancels it there.
void reach_and_cancel(client_world& world, watched& call, const api_function& function, point where,
                      asio::cancellation_type type)
{
    const bool from_afar = where == point::queued || where == point::handed;
    asio::io_context& own = from_afar ? world.foreign : world.home;
    poll(own);
    if (where == point::second_written) {
        BOOST_REQUIRE(world.time->advance_to_next());
        poll(world.home);
        BOOST_REQUIRE(world.carrier->seen().size() == 2U);
    } else if (where == point::handed) {
        poll(world.home);
        call.cancel_in_turn(own, type);
        world.carrier->answer_hanging(200, function.answer); // the resumption queues behind that
        return;
    }
    BOOST_REQUIRE(!call.end.has_value());
    call.cancel_in_turn(own, type);
}

/// Requests that have left, or were about to.
std::size_t requests_at(point where)
{
    switch (where) {
    case point::already_told:
    case point::already_thrown:
    case point::queued:
        return 0;
    case point::second_written:
        return 2;
    default:
        return 1;
    }
}

void check_end(const ending& end, const api_function& function, point where, bool reports)
{
    if (where == point::handed) {
        if (function.what == deed::buys && reports) {
            BOOST_TEST(end.aborted(), end.text);
            BOOST_TEST((end.effect == effect::known));
            BOOST_TEST((end.outcome == outcome::answered));
        } else {
            BOOST_TEST(end.returned, end.text);
        }
        return;
    }
    BOOST_TEST(end.aborted(), end.text);
    if (where == point::already_thrown) {
        return; // Asio's own exception says no more
    }
    const bool left = where == point::written || where == point::second_written;
    BOOST_TEST((end.effect == (left && function.what != deed::reads ? effect::unknown : effect::none)),
               end.text);
    BOOST_TEST(end.attempts == requests_at(where), end.text);
    BOOST_TEST(
        (end.outcome == (left                                                        ? outcome::ambiguous
                         : where == point::rate_limited || where == point::reminting ? outcome::answered
                                                                                     : outcome::not_sent)),
        end.text);
    BOOST_TEST(end.call != "");
}

/// Nothing goes on, nothing is left, and no unit is lost without a word.
void check_rest(client_world& world, const api_function& function, point where, bool reports)
{
    const bool left = where == point::written || where == point::second_written;
    const bool goes_on = left && function.what == deed::buys && reports;
    BOOST_TEST(world.carrier->live() == (goes_on ? 1U : 0U));
    BOOST_TEST(world.time->armed() == (goes_on ? 1U : 0U));
    if (goes_on) {
        world.carrier->answer_hanging(200, function.answer);
    }
    world.settle();
    while (world.time->advance_to_next()) {
        world.settle();
    }
    BOOST_TEST(world.carrier->live() == 0U);
    BOOST_TEST(world.time->armed() == 0U);
    BOOST_TEST(world.carrier->seen().size() == requests_at(where));
    BOOST_TEST(world.units_reported ==
               (reports && function.what == deed::buys && (left || where == point::handed) ? 1U : 0U));
    BOOST_TEST(world.unknown_reported == 0U);
}

void play(const api_function& function, point where, asio::cancellation_type type, bool reports)
{
    client_world world(reports);
    prepare(world, where);
    const bool from_afar = where == point::queued || where == point::handed;
    const before how = where == point::already_told     ? before::told
                       : where == point::already_thrown ? before::thrown
                                                        : before::no;
    watched call(
        from_afar ? world.foreign : world.home, [&] { return function.call(*world.client, {}); }, how);
    reach_and_cancel(world, call, function, where, type);
    world.settle();
    BOOST_REQUIRE(call.end.has_value());
    check_end(*call.end, function, where, reports);
    check_rest(world, function, where, reports);
    BOOST_TEST(call.times == 1);
    BOOST_TEST(call.spawn_ended);
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_points)

BOOST_AUTO_TEST_CASE(a_call_that_is_cancelled_anywhere_says_what_may_have_happened_and_leaves_nothing_behind)
{
    std::size_t played = 0;
    for (const api_function& function : api_functions()) {
        for (const auto& [where, name] : points) {
            for (const asio::cancellation_type type : all_types) {
                for (const bool reports : {false, true}) {
                    BOOST_TEST_CONTEXT(function.declared << ", " << name << ", " << name_of(type)
                                                         << (reports ? ", on_unclaimed" : ""))
                    {
                        play(function, where, type, reports);
                        ++played;
                    }
                }
            }
        }
    }
    BOOST_TEST(played == api_functions().size() * std::size(points) * 6);
}

BOOST_AUTO_TEST_CASE(a_call_that_must_not_be_cancelled_goes_on_wherever_it_is)
{
    for (const api_function& function : api_functions()) {
        for (const point where : {point::already_told, point::queued, point::written}) {
            BOOST_TEST_CONTEXT(function.declared)
            {
                client_world world(false);
                watched call(
                    where == point::queued ? world.foreign : world.home,
                    [&] { return function.call(*world.client, {.cancellable = false}); },
                    where == point::already_told ? before::told : before::no);
                poll(where == point::queued ? world.foreign : world.home);
                call.signal.emit(asio::cancellation_type::terminal);
                world.settle();
                BOOST_REQUIRE(world.carrier->live() == 1U);
                world.carrier->answer_hanging(200, function.answer);
                world.settle();
                BOOST_REQUIRE(call.end.has_value());
                BOOST_TEST(call.end->returned, call.end->text);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(after_a_cancelled_page_the_pager_asks_for_it_again)
{
    client_world world(false);
    auto pager = world.client->list_all();
    watched call(world.home, [&] { return by_result(pager.try_next()); });
    poll(world.home);
    call.signal.emit(asio::cancellation_type::partial);
    world.settle();
    BOOST_REQUIRE(call.end.has_value());
    BOOST_TEST(call.end->aborted());
    watched again(world.home, [&] { return by_result(pager.try_next()); });
    poll(world.home);
    world.carrier->answer_hanging(
        200, R"({"pageInfo":{"currentPage":1,"perPage":20,"lastPage":1,"total":1},"data":[{"id":"r1"}]})");
    world.settle();
    BOOST_REQUIRE(again.end.has_value());
    BOOST_TEST(again.end->returned);
    BOOST_REQUIRE(world.carrier->seen().size() == 2U);
    BOOST_TEST(world.carrier->seen()[0].target == world.carrier->seen()[1].target);
}

BOOST_AUTO_TEST_SUITE_END()
