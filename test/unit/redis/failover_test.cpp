// Addresses that fail, one after the other; what Redis refuses; how long is waited before all are tried
// again.
#include "redis_world.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace redis_test;

namespace {

/// What a command is told when HELLO is answered so.
std::shared_ptr<outcome> greeted_with(std::string_view bytes,
                                      videosdk::redis_options options = usual_options())
{
    world it(std::move(options));
    auto call = it.call({"XADD", "secret"});
    it.last().accept();
    it.say(bytes);
    return call;
}

/// What a command is told that is answered so.
std::shared_ptr<outcome> answered_with(std::string_view bytes)
{
    world it;
    auto call = it.call({"XADD", "secret"});
    it.let_in();
    it.say(bytes);
    return call;
}

} // namespace

BOOST_AUTO_TEST_SUITE(redis_failover)

BOOST_AUTO_TEST_CASE(the_next_address_is_tried_when_one_fails_and_kept_when_it_works)
{
    world it(usual_options(), {"one:1", "two:2"});
    const auto first = it.call();
    it.last().refuse();
    it.run();
    BOOST_REQUIRE_EQUAL(it.peers.size(), 2U);
    BOOST_TEST(it.last().address == 1U);
    it.let_in();
    it.say("+PONG\r\n");
    BOOST_TEST(first->succeeded());
    // When that one is lost
    it.last().end();
    it.run();
    // Then the next command begins with the other one
    const auto second = it.call();
    BOOST_REQUIRE_EQUAL(it.peers.size(), 3U);
    BOOST_TEST(it.last().address == 0U);
    it.let_in();
    it.say("+PONG\r\n");
    BOOST_TEST(second->succeeded());
    BOOST_TEST(it.link->counts().connected == 2U);
    BOOST_TEST(it.link->counts().connect_failed == 1U);
    BOOST_TEST(it.link->counts().connections_lost == 1U);
}

BOOST_AUTO_TEST_CASE(a_command_that_is_for_one_connection_is_not_sent_over_another)
{
    world it;
    const auto first = it.call();
    it.let_in();
    it.say("+PONG\r\n");
    BOOST_TEST(it.link->number() == 1U);
    redis::command bound{"XREAD"};
    bound.only_over = 1;
    const auto second = it.call(bound);
    it.say("+OK\r\n");
    BOOST_TEST(second->succeeded());
    it.last().end();
    it.run();
    const auto third = it.call(bound);
    it.let_in();
    BOOST_REQUIRE(third->failed(errc::connection_stale));
    BOOST_TEST((third->error().effect() == videosdk::effect::none));
    BOOST_TEST(it.last().written.find("XREAD") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_replica_counts_as_failed)
{
    world it(usual_options(), {"one:1", "two:2"});
    const auto call = it.call();
    it.last().accept();
    it.say(hello_of_replica);
    BOOST_REQUIRE_EQUAL(it.peers.size(), 2U);
    BOOST_TEST(it.peers.front()->closed);
    it.let_in();
    it.say("+PONG\r\n");
    BOOST_TEST(call->succeeded());
}

BOOST_AUTO_TEST_CASE(a_master_that_has_become_a_replica_is_left_when_its_replies_have_come)
{
    world it(usual_options(), {"one:1", "two:2"});
    const auto first = it.call();
    const auto second = it.call();
    it.let_in();
    it.say("-READONLY You can't write against a read only replica.\r\n");
    BOOST_REQUIRE(first->failed(errc::server_error));
    BOOST_TEST((first->error().effect() == videosdk::effect::none));
    BOOST_TEST(first->error().api_code() == "READONLY");
    const auto third = it.call();
    BOOST_TEST(it.peers.size() == 1U); // The second reply is still due.
    it.say("+PONG\r\n");
    BOOST_TEST(second->succeeded());
    BOOST_REQUIRE_EQUAL(it.peers.size(), 2U);
    it.let_in();
    it.say("+PONG\r\n");
    BOOST_TEST(third->succeeded());
}

BOOST_AUTO_TEST_CASE(when_all_addresses_have_failed_those_who_wait_are_told_and_the_next_round_comes_later)
{
    world it(usual_options(), {"one:1", "two:2"});
    const auto first = it.call({"XADD", "secret"});
    it.last().refuse();
    const auto late = it.call(); // Its own round is still to come.
    it.last().refuse();
    it.run();
    BOOST_REQUIRE(first->failed(errc::connect_failed));
    BOOST_TEST((first->error().effect() == videosdk::effect::none));
    BOOST_TEST(late->pending());
    BOOST_TEST(it.peers.size() == 2U);
    it.advance(100ms);
    BOOST_REQUIRE_EQUAL(it.peers.size(), 3U);
    it.let_in();
    it.say("+PONG\r\n");
    BOOST_TEST(late->succeeded());
}

BOOST_AUTO_TEST_CASE(rounds_that_fail_are_ever_further_apart_up_to_a_limit)
{
    world it;
    auto call = it.call();
    for (const auto longest : {100ms, 200ms, 400ms, 400ms, 400ms}) {
        const std::size_t before = it.peers.size();
        it.last().refuse();
        it.run();
        BOOST_REQUIRE_EQUAL(call->times, 1U);
        // Somebody waits for the next round.
        call = it.call();
        it.advance(longest / 2 - 1ms);
        BOOST_TEST(it.peers.size() == before);
        it.advance(longest / 2 + 1ms);
        BOOST_REQUIRE_EQUAL(it.peers.size(), before + 1);
    }
}

BOOST_AUTO_TEST_CASE(nobody_connects_for_nobody)
{
    world it;
    const auto call = it.call();
    it.last().refuse();
    it.run();
    BOOST_REQUIRE_EQUAL(call->times, 1U);
    it.advance(1h);
    BOOST_TEST(it.peers.size() == 1U);
    BOOST_TEST(it.time->armed() == 0U);
}

BOOST_AUTO_TEST_CASE(an_address_that_does_not_answer_fails_in_time)
{
    for (const bool accepts : {false, true}) {
        world it;
        const auto call = it.call();
        if (accepts) {
            it.last().accept();
        }
        it.advance(2s);
        BOOST_REQUIRE(call->failed(errc::connect_failed));
        BOOST_TEST(std::string(call->error().what()).find(accepts ? "HELLO" : "nobody has accepted") !=
                   std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(what_keeps_us_out_is_told_with_what_to_do)
{
    struct {
        std::string_view answer;
        errc code;
        std::string_view advice;
    } const cases[] = {
        {"-WRONGPASS invalid username-password pair or user is disabled.\r\n", errc::unauthorized,
         "redis_options::user"},
        {"-NOAUTH HELLO must be called with the client already authenticated\r\n", errc::unauthorized,
         "set redis_options::password"},
        {"-ERR unknown command `HELLO`, with args beginning with: `2`, `AUTH`, `secret`\r\n", errc::rejected,
         "Redis 6 or later"},
        {"-ERR max number of clients reached\r\n", errc::rejected, "maxclients"},
        {"*2\r\n$4\r\nrole\r\n$7\r\nreplica\r\n", errc::server_error, "no master"},
        {"+OK\r\n", errc::malformed_response, "is it a Redis?"},
        {"HTTP/1.1 400 Bad Request\r\n\r\n", errc::malformed_response, "is it a Redis?"},
    };
    for (const auto& each : cases) {
        const auto call = greeted_with(each.answer);
        BOOST_REQUIRE_MESSAGE(call->failed(each.code), each.answer << call->error().what());
        const std::string what = call->error().what();
        BOOST_TEST(what.find(each.advice) != std::string::npos, what);
        BOOST_TEST(what.find("one:1") != std::string::npos, what);
        BOOST_TEST(what.find("secret") == std::string::npos, what);
        BOOST_TEST((call->error().effect() == videosdk::effect::none));
    }
}

BOOST_AUTO_TEST_CASE(a_database_that_is_not_there_is_told)
{
    videosdk::redis_options options = usual_options();
    options.database = 99;
    const auto call = greeted_with(hello + "-ERR DB index is out of range\r\n", options);
    BOOST_REQUIRE(call->failed(errc::rejected));
    BOOST_TEST(std::string(call->error().what()).find("redis_options::database") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_redis_refuses_is_told_with_what_to_do)
{
    struct {
        std::string_view answer;
        errc code;
        std::string_view advice;
    } const cases[] = {
        {"-WRONGTYPE Operation against a key holding the wrong kind of value\r\n", errc::conflict, "prefix"},
        {"-LOADING Redis is loading the dataset in memory\r\n", errc::server_error, "still reading"},
        {"-NOPERM this user has no permissions to run the 'xadd' command\r\n", errc::forbidden,
         "access control"},
        {"-OOM command not allowed when used memory > 'maxmemory'.\r\n", errc::server_error, "maxmemory"},
        {"-ERR unknown command 'XADD', with args beginning with: 'secret' \r\n", errc::rejected, "Redis 6"},
        {"-MOVED 1 127.0.0.1:2\r\n", errc::rejected, "cluster"},
    };
    for (const auto& each : cases) {
        const auto call = answered_with(each.answer);
        BOOST_REQUIRE_MESSAGE(call->failed(each.code), each.answer);
        const std::string what = call->error().what();
        BOOST_TEST(what.find(each.advice) != std::string::npos, what);
        BOOST_TEST(what.find("XADD") != std::string::npos, what);
        BOOST_TEST(what.find("secret") == std::string::npos, what);
    }
}

BOOST_AUTO_TEST_CASE(what_a_command_in_a_script_was_told_is_understood_where_redis_6_says_so_further_on)
{
    struct {
        std::string_view told;
        std::string_view advice;
    } const cases[] = {
        {"READONLY You can't write against a read only replica. ", "replica"},
        {"OOM command not allowed when used memory > 'maxmemory'. ", "maxmemory"},
        {"MISCONF Redis is configured to save RDB snapshots, but it's unable to. ", "disk"},
        {"NOREPLICAS Not enough good replicas to write. ", "replicas"},
    };
    for (const auto& each : cases) {
        const std::string before = "-ERR Error running script (call to f_0123456789abcdef): "
                                   "@user_script:13: @user_script: 13: -";
        const auto call = answered_with(before + std::string(each.told) + "\r\n");
        BOOST_REQUIRE_MESSAGE(call->failed(errc::server_error), each.told);
        const std::string what = call->error().what();
        BOOST_TEST(what.find(each.advice) != std::string::npos, what);
        BOOST_TEST((call->error().effect() == videosdk::effect::none));
    }
    // And a master that has become a replica is left by what a script says of it, too.
    world it(usual_options(), {"one:1", "two:2"});
    const auto call = it.call({"EVALSHA"});
    it.let_in();
    it.say("-ERR Error running script (call to f_0123456789abcdef): @user_script:13: @user_script: 13: "
           "-READONLY You can't write against a read only replica. \r\n");
    BOOST_REQUIRE(call->failed(errc::server_error));
    const auto next = it.call();
    BOOST_TEST(it.last().address == 1U);
    it.let_in();
    it.say("+PONG\r\n");
    BOOST_TEST(next->succeeded());
}

BOOST_AUTO_TEST_CASE(options_that_cannot_be_are_refused_by_name_and_print_no_password)
{
    const auto refusal = [](auto change) {
        videosdk::redis_options options;
        change(options);
        try {
            options.validate();
        } catch (const videosdk::error& failure) {
            return std::string(failure.what());
        }
        return std::string();
    };
    BOOST_TEST(refusal([](auto&) {}).empty());
    BOOST_TEST(refusal([](auto& o) { o.addresses.clear(); }).find("addresses") != std::string::npos);
    for (const char* const url : {"", "localhost:6379", "http://h", "redis://", "redis://h:0", "redis://h/1",
                                  "redis://u:hush@h:1", "redis://h:x", "redis://h h"}) {
        const std::string what = refusal([url](auto& o) { o.addresses = {url}; });
        BOOST_TEST(what.find("addresses[0]") != std::string::npos, url);
        BOOST_TEST(what.find("hush") == std::string::npos);
    }
    BOOST_TEST(refusal([](auto& o) { o.user = "bob"; }).find("password") != std::string::npos);
    BOOST_TEST(refusal([](auto& o) { o.prefix = "a b"; }).find("prefix") != std::string::npos);
    BOOST_TEST(refusal([](auto& o) { o.max_waiting = 0; }).find("max_waiting") != std::string::npos);
    BOOST_TEST(refusal([](auto& o) { o.command_timeout = 0s; }).find("command_timeout") != std::string::npos);

    videosdk::redis_options options;
    options.addresses = {"redis://one", "rediss://[::1]:7", "redis://u:hush@h"};
    options.password = "hush";
    std::ostringstream line;
    line << options;
    BOOST_TEST(line.str() == "one:6379, [::1]:7 (TLS), (invalid), user default with a password, database 0, "
                             "prefix videosdk");
}

BOOST_AUTO_TEST_SUITE_END()
