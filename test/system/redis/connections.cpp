// A connection to real redis-servers: who is let in, and what becomes of it when they stop, freeze or change.
#include "session.hpp"
#include "support/certificates.hpp"

#include <boost/test/unit_test.hpp>

using namespace redis_test;

namespace {

std::string error_words(const answer& what, boost::system::error_code code)
{
    BOOST_REQUIRE_MESSAGE(what.has_error(), "it succeeded");
    BOOST_TEST_REQUIRE(what.error().code() == code, what.error().what());
    return what.error().what();
}

bool holds(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(redis_connections)

BOOST_AUTO_TEST_CASE(many_commands_at_once_are_answered_in_order)
{
    const redis_server server;
    session it(options_for({server.url()}));
    std::vector<std::shared_ptr<std::optional<answer>>> calls;
    for (int i = 0; i < 2'000; ++i) {
        calls.push_back(it.begin({"ECHO", std::to_string(i)}));
    }
    for (int i = 0; i < 2'000; ++i) {
        const answer got = it.wait_for(*calls[static_cast<std::size_t>(i)]);
        BOOST_REQUIRE_MESSAGE(got.has_value(), words(got));
        BOOST_REQUIRE_EQUAL(got->text, std::to_string(i));
    }
    BOOST_TEST(it.link->counts().connected == 1U);
}

BOOST_AUTO_TEST_CASE(large_values_come_and_go_whole)
{
    const redis_server server;
    session it(options_for({server.url()}));
    const std::string large(3 << 20, 'v');
    BOOST_TEST(it.call({"SET", "k", large}).has_value());
    const answer got = it.call({"GET", "k"});
    BOOST_REQUIRE_MESSAGE(got.has_value(), words(got));
    BOOST_TEST((got->text == large));
    // And one beyond the limit is refused, and the next has a connection again.
    videosdk::redis_options options = options_for({server.url()});
    options.max_reply = 1 << 20;
    session bounded(options);
    error_words(bounded.call({"GET", "k"}), errc::response_too_large);
    BOOST_TEST(bounded.call({"PING"}).has_value());
}

BOOST_AUTO_TEST_CASE(a_wrong_password_and_none_are_told)
{
    const redis_server server({"--requirepass", "right"});
    videosdk::redis_options options = options_for({server.url()});
    {
        session it(options);
        BOOST_TEST(holds(error_words(it.call({"PING"}), errc::unauthorized), "set redis_options::password"));
    }
    options.password = "wrong";
    {
        session it(options);
        const std::string what = error_words(it.call({"PING"}), errc::unauthorized);
        BOOST_TEST((holds(what, "WRONGPASS") && !holds(what, "wrong")), what);
    }
    options.password = "right";
    session it(options);
    BOOST_TEST(it.call({"PING"}).has_value());
}

BOOST_AUTO_TEST_CASE(a_user_of_the_access_control_list_may_do_what_it_says)
{
    const redis_server server;
    {
        session it(options_for({server.url()}));
        BOOST_TEST(it.call({"ACL", "SETUSER", "bob", "on", ">hush", "~mine:*", "+get", "+set"}).has_value());
    }
    videosdk::redis_options options = options_for({server.url()});
    options.user = "bob";
    options.password = "hush";
    session it(options);
    BOOST_TEST(it.call({"SET", "mine:k", "v"}).has_value());
    BOOST_TEST(holds(error_words(it.call({"SET", "other", "v"}), errc::forbidden), "access control"));
    error_words(it.call({"DEL", "mine:k"}), errc::forbidden);
    BOOST_TEST(it.call({"GET", "mine:k"})->text == "v");
}

BOOST_AUTO_TEST_CASE(a_database_is_selected_and_one_that_is_not_there_is_told)
{
    const redis_server server;
    videosdk::redis_options options = options_for({server.url()});
    options.database = 5;
    {
        session it(options);
        BOOST_TEST(it.call({"SET", "k", "five"}).has_value());
    }
    {
        session it(options_for({server.url()}));
        BOOST_TEST(it.call({"GET", "k"})->is_nil());
    }
    options.database = 99;
    session it(options);
    BOOST_TEST(holds(error_words(it.call({"PING"}), errc::rejected), "redis_options::database"));
}

BOOST_AUTO_TEST_CASE(what_redis_does_not_do_is_told)
{
    const redis_server server;
    session it(options_for({server.url()}));
    BOOST_TEST(it.call({"SET", "k", "v"}).has_value());
    error_words(it.call({"XADD", "k", "*", "f", "v"}), errc::conflict);
    const std::string what = error_words(it.call({"NOSUCH", "secret"}), errc::rejected);
    BOOST_TEST((holds(what, "NOSUCH") && holds(what, "Redis 6") && !holds(what, "secret")), what);
    BOOST_TEST(it.call({"PING"}).has_value());
}

BOOST_AUTO_TEST_CASE(over_tls_only_a_server_that_can_be_verified_is_talked_to)
{
    const auto authority = test_support::make_authority();
    const auto leaf = test_support::make_leaf({}, &authority);
    const redis_server files; // For its folder.
    const std::string certificate = files.write("leaf.pem", leaf.certificate_pem);
    const std::string key = files.write("key.pem", leaf.private_key_pem);
    const std::string port = std::to_string(test_support::free_port());
    const redis_server server({"--tls-port", port, "--tls-cert-file", certificate, "--tls-key-file", key,
                               "--tls-ca-cert-file", certificate, "--tls-auth-clients", "no"});
    videosdk::redis_options options = options_for({"rediss://localhost:" + port});
    options.tls.ca_pem = authority.certificate_pem;
    {
        session it(options);
        const answer got = it.call({"PING"});
        BOOST_TEST(got.has_value(), words(got));
    }
    const auto stranger = test_support::make_authority("stranger");
    options.tls.ca_pem = stranger.certificate_pem;
    session it(options);
    error_words(it.call({"PING"}), errc::tls_failed);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_killed_and_started_again_is_found_again)
{
    redis_server server;
    session it(options_for({server.url()}));
    BOOST_TEST(it.call({"PING"}).has_value());
    for (int round = 0; round < 3; ++round) {
        server.kill();
        const answer got = it.call({"PING"});
        error_words(got, errc::connect_failed);
        BOOST_TEST((got.error().effect() == videosdk::effect::none));
        server.start();
        // One round of attempts may have begun before it was there.
        answer again = it.call({"PING"});
        if (again.has_error()) {
            again = it.call({"PING"});
        }
        BOOST_TEST(again.has_value(), words(again));
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_is_killed_under_a_command_leaves_it_ambiguous)
{
    redis_server server;
    session it(options_for({server.url()}));
    BOOST_TEST(it.call({"PING"}).has_value());
    server.freeze();
    const auto call = it.begin({"SET", "k", "v"});
    it.context.restart();
    it.context.poll();
    server.kill();
    const answer got = it.wait_for(*call);
    error_words(got, errc::connection_lost);
    BOOST_TEST(got.error().ambiguous());
}

BOOST_AUTO_TEST_CASE(a_server_that_pauses_is_waited_for)
{
    const redis_server server;
    session it(options_for({server.url()}));
    BOOST_TEST(it.call({"CLIENT", "PAUSE", "200"}).has_value());
    const answer got = it.call({"SET", "k", "v"});
    BOOST_TEST(got.has_value(), words(got));
}

BOOST_AUTO_TEST_CASE(a_server_that_says_nothing_is_given_up_for_the_next_address)
{
    redis_server frozen;
    const redis_server other;
    videosdk::redis_options options = options_for({frozen.url(), other.url()});
    options.command_timeout = 300ms;
    session it(options);
    BOOST_TEST(it.call({"SET", "where", "frozen"}).has_value());
    frozen.freeze();
    const answer got = it.call({"PING"});
    error_words(got, errc::response_timeout);
    BOOST_TEST(got.error().ambiguous());
    // A slow machine may take longer than the deadline, now and then.
    answer next = it.call({"PING"});
    for (int i = 0; i < 20 && next.has_error(); ++i) {
        next = it.call({"PING"});
    }
    BOOST_TEST(next.has_value(), words(next));
    frozen.thaw();
}

BOOST_AUTO_TEST_CASE(a_replica_is_passed_over_and_a_master_that_becomes_one_is_left)
{
    const redis_server master;
    const redis_server second;
    const redis_server replica({"--replicaof", "127.0.0.1", std::to_string(master.port())});
    session it(options_for({replica.url(), master.url(), second.url()}));
    BOOST_TEST(it.call({"SET", "k", "v"}).has_value());
    BOOST_TEST(it.link->counts().connect_failed == 1U);
    // When the master is made a replica of the other
    BOOST_TEST(it.call({"REPLICAOF", "127.0.0.1", std::to_string(second.port())}).has_value());
    answer got = it.call({"SET", "k", "w"});
    const std::string what = error_words(got, errc::server_error);
    BOOST_TEST(holds(what, "READONLY"), what);
    BOOST_TEST((got.error().effect() == videosdk::effect::none));
    // Then commands go on to the one that is a master
    got = it.call({"SET", "k", "w"});
    BOOST_TEST(got.has_value(), words(got));
}

BOOST_AUTO_TEST_SUITE_END()
