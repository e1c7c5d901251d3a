// What becomes of an acquire whose caller has given up: nothing is bought again, and no grant goes unsaid.
#include "fixture.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>

#include <vector>

namespace {

using namespace test;
using videosdk::errc;
using videosdk::outcome;
using units = std::vector<videosdk::resource>;

/// An acquire whose caller gave up when the request had left.
struct abandoned_acquire {
    explicit abandoned_acquire(videosdk::acquire_request request = one_recording)
        : world(options()), call(world.io, world.client->try_acquire(request, {.timeout = 5s}))
    {
        world.settle();
        call.signal.emit(boost::asio::cancellation_type::total);
        world.settle();
        BOOST_REQUIRE(call.outcome.has_value());
        BOOST_TEST((call.outcome->error().code() == boost::asio::error::operation_aborted));
        BOOST_TEST(call.outcome->error().ambiguous());
        BOOST_TEST(world.carrier->live() == 1U);
    }

    videosdk::client_options options()
    {
        auto chosen = quiet_options();
        chosen.on_unclaimed = [this](const videosdk::unclaimed_grant& grant) { reported.push_back(grant); };
        return chosen;
    }

    /// Nothing was sent after the one request, and nothing is under way.
    void check_over()
    {
        world.settle();
        while (world.time->advance_to_next()) {
            world.settle();
        }
        BOOST_TEST(world.carrier->seen().size() == 1U);
        BOOST_TEST(world.carrier->live() == 0U);
    }

    std::vector<videosdk::unclaimed_grant> reported;
    client_fixture world;
    started<units> call;
};

} // namespace

BOOST_AUTO_TEST_SUITE(client_unclaimed)

BOOST_AUTO_TEST_CASE(a_grant_that_nobody_waits_for_any_more_is_reported)
{
    abandoned_acquire a;
    a.world.carrier->answer_hanging(200, std::string(one_unit));
    a.check_over();
    BOOST_REQUIRE(a.reported.size() == 1U);
    BOOST_TEST(a.reported[0].token == "t0");
    BOOST_TEST(!a.reported[0].unknown);
    BOOST_REQUIRE(a.reported[0].resources.size() == 1U);
    BOOST_TEST(a.reported[0].resources[0].id == "64f1a2b3c4d5e6f7a8b9c0d1");
}

BOOST_AUTO_TEST_CASE(an_answer_that_says_nothing_was_done_is_neither_reported_nor_followed_by_another_request)
{
    for (const unsigned status : {401U, 403U, 429U}) {
        abandoned_acquire a;
        a.world.carrier->answer_hanging(status, "{}");
        a.check_over();
        BOOST_TEST(a.reported.empty(), "HTTP " << status);
    }
    abandoned_acquire refused;
    refused.world.carrier->answer_hanging(200, R"({"success":false,"message":"no capacity"})");
    refused.check_over();
    BOOST_TEST(refused.reported.empty());
}

BOOST_AUTO_TEST_CASE(a_connection_that_proves_stale_is_not_followed_by_another_request)
{
    for (const errc code : {errc::connection_stale, errc::connect_failed}) {
        abandoned_acquire a;
        a.world.carrier->fail_hanging(code, outcome::not_sent, true);
        a.check_over();
        BOOST_TEST(a.reported.empty());
    }
}

BOOST_AUTO_TEST_CASE(where_nobody_can_tell_any_more_what_was_granted_that_is_reported)
{
    abandoned_acquire late;
    late.world.time->advance(6s);
    late.check_over();
    BOOST_REQUIRE(late.reported.size() == 1U);
    BOOST_TEST(late.reported[0].unknown);
    BOOST_TEST(late.reported[0].token == "t0");
    BOOST_TEST(late.reported[0].resources.empty());

    abandoned_acquire lost;
    lost.world.carrier->fail_hanging(errc::connection_lost, outcome::ambiguous);
    lost.check_over();
    BOOST_REQUIRE(lost.reported.size() == 1U);
    BOOST_TEST(lost.reported[0].unknown);

    abandoned_acquire page;
    page.world.carrier->answer_hanging(200, "<html>");
    page.check_over();
    BOOST_REQUIRE(page.reported.size() == 1U);
    BOOST_TEST(page.reported[0].unknown);

    abandoned_acquire ended;
    ended.world.client.reset();
    ended.check_over();
    BOOST_REQUIRE(ended.reported.size() == 1U);
    BOOST_TEST(ended.reported[0].unknown);
}

BOOST_AUTO_TEST_CASE(units_of_an_answer_that_is_odd_are_reported_all_the_same)
{
    abandoned_acquire a;
    a.world.carrier->answer_hanging(
        200, R"({"success":true,"data":[{"id":"r1","composerIds":[null]},{"id":"r2","webhookUrl":{}}]})");
    a.check_over();
    BOOST_REQUIRE(a.reported.size() == 1U);
    BOOST_REQUIRE(a.reported[0].resources.size() == 2U);
    BOOST_TEST(a.reported[0].resources[0].id == "r1");
    BOOST_TEST(a.reported[0].resources[1].id == "r2");
    BOOST_TEST(a.reported[0].unknown);
}

BOOST_AUTO_TEST_CASE(the_token_is_the_last_segment_of_the_path_and_never_the_query)
{
    for (const char* url : {"https://hooks.example.com/t0", "https://hooks.example.com/t0/",
                            "https://hooks.example.com/t0?key=secret/x"}) {
        abandoned_acquire a({.type = videosdk::resource_type::recording, .webhook_url = url});
        a.world.carrier->answer_hanging(200, std::string(one_unit));
        a.check_over();
        BOOST_REQUIRE_MESSAGE(a.reported.size() == 1U, url);
        BOOST_TEST(a.reported[0].token == "t0", url);
    }
}

BOOST_AUTO_TEST_CASE(a_grant_that_came_when_its_caller_was_cancelled_is_reported_instead)
{
    std::vector<videosdk::unclaimed_grant> reported;
    auto options = quiet_options();
    options.on_unclaimed = [&](const videosdk::unclaimed_grant& grant) { reported.push_back(grant); };
    client_fixture f(options);
    // The caller's executor is another one, so that its resumption waits in a queue while the cancel comes.
    auto own = boost::asio::make_strand(f.io);
    std::optional<videosdk::result<units>> outcome;
    boost::asio::cancellation_signal signal;
    boost::asio::co_spawn(own, note<units>(f.client->try_acquire(one_recording), outcome),
                          boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
    f.settle();
    boost::asio::post(own, [&] { signal.emit(boost::asio::cancellation_type::total); });
    f.carrier->answer_hanging(200, std::string(one_unit)); // the resumption queues behind the cancel
    f.settle();
    BOOST_REQUIRE(outcome.has_value());
    BOOST_REQUIRE(outcome->has_error());
    const videosdk::error& failure = outcome->error();
    BOOST_TEST((failure.code() == boost::asio::error::operation_aborted));
    BOOST_TEST((failure.effect() == videosdk::effect::known));
    BOOST_TEST((failure.outcome() == videosdk::outcome::answered));
    BOOST_TEST(failure.http_status() == 200U);
    BOOST_TEST(std::string(failure.what()).find("1 unit went to client_options::on_unclaimed") !=
                   std::string::npos,
               failure.what());
    BOOST_TEST(failure.granted().empty());
    BOOST_REQUIRE(reported.size() == 1U);
    BOOST_REQUIRE(reported[0].resources.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_short_grant_that_came_when_its_caller_was_cancelled_is_reported_instead)
{
    std::vector<videosdk::unclaimed_grant> reported;
    auto options = quiet_options();
    options.on_unclaimed = [&](const videosdk::unclaimed_grant& grant) { reported.push_back(grant); };
    client_fixture f(options);
    auto own = boost::asio::make_strand(f.io);
    std::optional<videosdk::result<units>> outcome;
    boost::asio::cancellation_signal signal;
    auto three = one_recording;
    three.units = 3;
    boost::asio::co_spawn(own, note<units>(f.client->try_acquire(three), outcome),
                          boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
    f.settle();
    boost::asio::post(own, [&] { signal.emit(boost::asio::cancellation_type::total); });
    f.carrier->answer_hanging(200, std::string(one_unit));
    f.settle();
    BOOST_REQUIRE(outcome.has_value());
    BOOST_TEST((outcome->error().code() == boost::asio::error::operation_aborted));
    BOOST_TEST((outcome->error().effect() == videosdk::effect::known));
    BOOST_TEST(outcome->error().granted().empty());
    BOOST_REQUIRE(reported.size() == 1U);
    BOOST_TEST(reported[0].resources.size() == 1U);
    BOOST_TEST(!reported[0].unknown);
}

BOOST_AUTO_TEST_CASE(a_grant_whose_caller_was_destroyed_before_it_was_resumed_is_reported)
{
    // Whether it is whole or short.
    for (const std::uint32_t wanted : {1U, 3U}) {
        std::vector<videosdk::unclaimed_grant> reported;
        auto options = quiet_options();
        options.on_unclaimed = [&](const videosdk::unclaimed_grant& grant) { reported.push_back(grant); };
        client_fixture f(options);
        auto foreign = std::make_unique<boost::asio::io_context>();
        std::optional<videosdk::result<units>> outcome;
        auto request = one_recording;
        request.units = wanted;
        boost::asio::co_spawn(*foreign, note<units>(f.client->try_acquire(request), outcome),
                              boost::asio::detached);
        foreign->poll();
        f.settle();
        f.carrier->answer_hanging(200, std::string(one_unit)); // the resumption queues, and never runs
        foreign.reset();
        f.settle();
        BOOST_TEST(!outcome.has_value());
        BOOST_REQUIRE(reported.size() == 1U);
        BOOST_TEST(reported[0].token == "t0");
        BOOST_REQUIRE(reported[0].resources.size() == 1U);
        BOOST_TEST(!reported[0].unknown);
    }
}

BOOST_AUTO_TEST_CASE(without_a_place_to_report_it_a_grant_that_came_is_handed_to_its_cancelled_caller)
{
    client_fixture f;
    auto own = boost::asio::make_strand(f.io);
    std::optional<videosdk::result<units>> outcome;
    boost::asio::cancellation_signal signal;
    boost::asio::co_spawn(own, note<units>(f.client->try_acquire(one_recording), outcome),
                          boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
    f.settle();
    boost::asio::post(own, [&] { signal.emit(boost::asio::cancellation_type::total); });
    f.carrier->answer_hanging(200, std::string(one_unit));
    f.settle();
    BOOST_REQUIRE(outcome.has_value());
    BOOST_REQUIRE(outcome->has_value());
    BOOST_TEST((*outcome)->size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
