// pool.connect_timeout bounds every step on the way to a connection, and its error says which step it was.
#include "deaf_address.hpp"
#include "scripted_names.hpp"
#include "support/certificates.hpp"
#include "support/raw_server.hpp"
#include "tunnel_proxy.hpp"
#include "world.hpp"

namespace {

using namespace test;
using test_support::raw_peer;
using test_support::raw_server;
using videosdk::errc;

videosdk::client_options impatient(const std::string& endpoint)
{
    auto options = options_for(endpoint, some_roots());
    options.insecure_allow_plain_http = true;
    options.pool.connect_timeout = 3s;
    return options;
}

/// Not before, and then: no byte of the request has left.
void check_ends_at_the_limit(world& trial, const std::string& words)
{
    trial.clock->advance(3s - 1ns);
    trial.turn();
    BOOST_TEST(!trial.got.has_value());
    trial.clock->advance(1ns);
    trial.finish();
    BOOST_REQUIRE(trial.got->has_error());
    check_not_sent(trial.got->error(), errc::connect_failed, "within pool.connect_timeout: " + words);
}

/// Accepts, and says nothing.
struct silent_server {
    raw_server server{[](raw_peer& peer, unsigned) { peer.wait_for_end(); }};
};

} // namespace

BOOST_AUTO_TEST_SUITE(phases)

BOOST_AUTO_TEST_CASE(a_look_up_that_does_not_end_is_bounded)
{
    world trial(impatient(std::string("http://") + scripted_host + ":9"));
    scripted_names names{{"127.0.0.1"}}; // lets go before the context waits for the look-up
    names.hold();
    trial.begin_acquire();
    trial.turn_until([&] { return names.asked() == 1U; });
    check_ends_at_the_limit(trial, std::string("the name of ") + scripted_host + ":9 is not resolved");
}

BOOST_AUTO_TEST_CASE(a_host_that_does_not_accept_is_bounded)
{
    const deaf_address deaf("127.0.0.2");
    const std::string host = "127.0.0.2:" + std::to_string(deaf.port());
    world trial(impatient("http://" + host));
    trial.begin_acquire();
    trial.turn_until([&] { return deaf.attempts() == 1U; });
    check_ends_at_the_limit(trial, host + " has not accepted a connection");
    BOOST_TEST(deaf.attempts() == 0U);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_says_nothing_is_bounded)
{
    const tunnel_proxy by([](const std::string&, unsigned) { return ""; });
    auto options = impatient("https://api.invalid");
    options.proxy.url = by.url("user:word@");
    world trial(options);
    trial.begin_acquire();
    trial.turn_until([&] { return by.heads().size() == 1U; });
    check_ends_at_the_limit(trial, "the proxy " + by.name() + " has not answered CONNECT");
}

BOOST_AUTO_TEST_CASE(a_calls_own_deadline_names_a_silent_proxy_too)
{
    const tunnel_proxy by([](const std::string&, unsigned) { return ""; });
    auto options = impatient("https://api.invalid");
    options.proxy.url = by.url();
    world trial(options);
    trial.begin_acquire({.timeout = 1s, .max_attempts = 1});
    trial.turn_until([&] { return by.heads().size() == 1U; });
    trial.clock->advance(1s);
    trial.finish();
    BOOST_REQUIRE(trial.got->has_error());
    check_not_sent(trial.got->error(), errc::timeout,
                   "of one that is being opened, the proxy " + by.name() + " has not answered CONNECT");
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_shake_hands_is_bounded_behind_a_proxy_too)
{
    const silent_server silent;
    const std::string port = std::to_string(silent.server.port());
    {
        world trial(impatient("https://127.0.0.1:" + port));
        trial.begin_acquire();
        trial.turn_until([&] { return silent.server.accepted() == 1U; });
        check_ends_at_the_limit(trial, "the TLS handshake has not ended");
    }
    const tunnel_proxy by;
    auto options = impatient("https://api.invalid:" + port);
    options.proxy.url = by.url();
    world trial(options);
    trial.begin_acquire();
    trial.turn_until([&] { return silent.server.accepted() == 2U; });
    check_ends_at_the_limit(trial, "the TLS handshake has not ended");
}

BOOST_AUTO_TEST_SUITE_END()
