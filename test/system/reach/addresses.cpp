// A host with several addresses is reached by the first that answers, and one that fails does not stick.
#include "deaf_address.hpp"
#include "http/address_race.hpp"
#include "scripted_names.hpp"
#include "support/raw_server.hpp"
#include "world.hpp"

namespace {

using namespace test;
using test_support::raw_peer;
using test_support::raw_server;
using videosdk::errc;
using videosdk::http::attempt_delay;

void serve_units(raw_peer& peer, unsigned)
{
    while (!peer.read_request().empty()) {
        peer.write(test_support::ok(one_unit()));
    }
}

videosdk::client_options options_at(std::uint16_t port)
{
    auto options = options_for(std::string("http://") + scripted_host + ":" + std::to_string(port));
    options.insecure_allow_plain_http = true;
    return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(addresses)

BOOST_AUTO_TEST_CASE(an_address_that_does_not_answer_costs_its_head_start_and_no_more)
{
    const raw_server server(serve_units);
    const deaf_address deaf("127.0.0.2", server.port());
    const scripted_names names{{"127.0.0.2", "127.0.0.1"}};
    world trial(options_at(server.port()));
    trial.begin_acquire();
    trial.turn_until([&] { return deaf.attempts() == 1U; });
    trial.clock->advance(attempt_delay - std::chrono::nanoseconds(1));
    trial.turn();
    BOOST_TEST(server.accepted() == 0U);
    trial.clock->advance(std::chrono::nanoseconds(1));
    trial.finish();
    BOOST_TEST(trial.got->has_value());
    BOOST_TEST(server.accepted() == 1U);
    BOOST_TEST(deaf.attempts() == 0U);      // The loser has been closed.
    BOOST_TEST(trial.clock->armed() == 1U); // the idle limit
}

BOOST_AUTO_TEST_CASE(an_address_that_refuses_costs_no_time_whatever_its_family)
{
    const raw_server server(serve_units);
    for (const char* refusing : {"127.0.0.2", "::1"}) {
        const scripted_names names{{refusing, "127.0.0.1"}};
        world trial(options_at(server.port()));
        trial.begin_acquire();
        trial.finish(); // The clock stands still.
        BOOST_TEST(trial.got->has_value(), refusing);
    }
}

BOOST_AUTO_TEST_CASE(attempts_go_on_beside_each_other_until_one_has_won)
{
    const raw_server server(serve_units);
    const deaf_address deaf("127.0.0.2", server.port());
    const deaf_address too("127.0.0.3", server.port());
    const scripted_names names{{"127.0.0.2", "127.0.0.3", "127.0.0.1"}};
    world trial(options_at(server.port()));
    trial.begin_acquire();
    trial.turn_until([&] { return deaf.attempts() == 1U; });
    trial.clock->advance(attempt_delay);
    trial.turn_until([&] { return too.attempts() == 1U; });
    BOOST_TEST(deaf.attempts() == 1U); // It goes on beside the others,
    trial.clock->advance(attempt_delay);
    trial.finish();
    BOOST_TEST(trial.got->has_value());
    BOOST_TEST(deaf.attempts() + too.attempts() == 0U); // until one has won.
}

BOOST_AUTO_TEST_CASE(where_all_refuse_the_error_says_of_how_many)
{
    const deaf_address taken("127.0.0.2"); // so that nobody else has the port there
    const scripted_names names{{"127.0.0.3", "127.0.0.4", "127.0.0.5"}};
    world trial(options_at(taken.port()));
    trial.begin_acquire();
    trial.finish();
    BOOST_REQUIRE(trial.got->has_error());
    check_not_sent(trial.got->error(), errc::connect_failed,
                   std::string(scripted_host) + ":" + std::to_string(taken.port()) +
                       " did not accept a connection at any of its 3 addresses: Connection refused");
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_leaves_no_attempt_behind)
{
    const deaf_address deaf("127.0.0.2");
    const deaf_address too("127.0.0.3", deaf.port());
    const scripted_names names{{"127.0.0.2", "127.0.0.3"}};
    {
        world trial(options_at(deaf.port()));
        trial.begin_acquire();
        trial.turn_until([&] { return deaf.attempts() == 1U; });
        trial.clock->advance(attempt_delay);
        trial.turn_until([&] { return too.attempts() == 1U; });
    }
    BOOST_TEST(deaf.attempts() + too.attempts() == 0U);
}

BOOST_AUTO_TEST_CASE(a_call_that_ends_first_ends_the_attempts_at_the_limit)
{
    const deaf_address deaf("127.0.0.2");
    const scripted_names names{{"127.0.0.2", "127.0.0.2"}};
    auto options = options_at(deaf.port());
    options.pool.connect_timeout = 1s;
    world trial(options);
    trial.begin_acquire({.timeout = 900ms, .max_attempts = 1});
    trial.turn_until([&] { return deaf.attempts() == 1U; });
    trial.clock->advance(attempt_delay);
    trial.turn_until([&] { return deaf.attempts() == 2U; });
    trial.clock->advance(900ms - attempt_delay);
    trial.finish();
    BOOST_REQUIRE(trial.got->has_error());
    check_not_sent(trial.got->error(), errc::timeout, "has not accepted a connection");
    trial.clock->advance(100ms); // pool.connect_timeout
    BOOST_TEST(deaf.attempts() == 0U);
    BOOST_TEST(trial.clock->armed() == 0U);
}

BOOST_AUTO_TEST_CASE(an_address_that_failed_does_not_stick_since_each_connection_asks_anew)
{
    const raw_server server(serve_units);
    const scripted_names names{{"127.0.0.2"}, {}, {"127.0.0.1"}};
    world trial(options_at(server.port()));
    trial.begin_acquire();
    trial.finish();
    BOOST_REQUIRE(trial.got->has_error());
    check_not_sent(trial.got->error(), errc::connect_failed, "Connection refused");
    trial.begin_acquire();
    trial.finish();
    BOOST_REQUIRE(trial.got->has_error());
    check_not_sent(trial.got->error(), errc::resolve_failed, scripted_host);
    trial.begin_acquire();
    trial.finish();
    BOOST_TEST(trial.got->has_value());
    BOOST_TEST(names.asked() == 3U);
    // Nor is a name asked for where a connection is there.
    trial.begin_acquire();
    trial.finish();
    BOOST_TEST(trial.got->has_value());
    BOOST_TEST(names.asked() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
