// Commands and replies over one connection: order, deadlines, cancellation, loss.
#include "redis_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace redis_test;

BOOST_AUTO_TEST_SUITE(redis_connection)

BOOST_AUTO_TEST_CASE(it_connects_when_a_command_needs_it_and_greets_first)
{
    // Given a user, a password and a database
    videosdk::redis_options options = usual_options();
    options.user = "bob";
    options.password = "hush";
    options.database = 3;
    world it(options);
    BOOST_TEST(it.peers.empty());
    // When a command is begun
    const auto call = it.call({"GET", "k"});
    BOOST_REQUIRE_EQUAL(it.peers.size(), 1U);
    it.last().accept();
    // Then it waits for the greeting
    BOOST_TEST(it.last().written ==
               "*7\r\n$5\r\nHELLO\r\n$1\r\n2\r\n$4\r\nAUTH\r\n$3\r\nbob\r\n$4\r\nhush\r\n"
               "$7\r\nSETNAME\r\n$4\r\ntest\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n");
    it.last().written.clear();
    it.say(hello);
    BOOST_TEST(it.last().written.empty());
    it.say("+OK\r\n");
    BOOST_TEST(it.last().written == "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
    it.say("$1\r\nv\r\n");
    BOOST_REQUIRE(call->succeeded());
    BOOST_TEST(call->value().text == "v");
}

BOOST_AUTO_TEST_CASE(it_lets_go_of_its_socket_when_nobody_has_closed_it)
{
    world it;
    const auto call = it.call({"PING"});
    it.let_in();
    it.say("+PONG\r\n");
    BOOST_REQUIRE(call->succeeded());
    BOOST_REQUIRE(it.last().reading != nullptr);
    it.leave = true;
    it.link.reset();
    BOOST_TEST(it.last().closed);
    BOOST_TEST((it.last().reading == nullptr));
}

BOOST_AUTO_TEST_CASE(many_commands_are_under_way_at_once_and_each_gets_its_own_reply)
{
    world it;
    std::vector<std::shared_ptr<outcome>> calls;
    std::string replies;
    for (int i = 0; i < 100; ++i) {
        calls.push_back(it.call({"ECHO", std::to_string(i)}));
        replies += ":" + std::to_string(i) + "\r\n";
    }
    it.let_in();
    // When their replies come byte by byte
    it.say(replies, 1);
    for (int i = 0; i < 100; ++i) {
        BOOST_REQUIRE(calls[static_cast<std::size_t>(i)]->succeeded());
        BOOST_TEST(calls[static_cast<std::size_t>(i)]->value().number == i);
    }
    BOOST_TEST(it.peers.size() == 1U);
}

BOOST_AUTO_TEST_CASE(no_more_replies_are_due_than_the_limit_says)
{
    videosdk::redis_options options = usual_options();
    options.max_in_flight = 2;
    world it(options);
    const auto first = it.call({"A"});
    const auto second = it.call({"B"});
    const auto third = it.call({"C"});
    it.let_in();
    BOOST_TEST(it.last().written.find("$1\r\nC") == std::string::npos);
    it.say("+a\r\n");
    BOOST_TEST(it.last().written.find("$1\r\nC") != std::string::npos);
    it.say("+b\r\n+c\r\n");
    BOOST_TEST((first->succeeded() && second->succeeded() && third->succeeded()));
}

BOOST_AUTO_TEST_CASE(a_full_queue_is_an_error_at_once_and_is_counted)
{
    videosdk::redis_options options = usual_options();
    options.max_waiting = 2;
    world it(options);
    const auto first = it.call();
    const auto second = it.call();
    const auto third = it.call();
    BOOST_TEST(third->failed(errc::pool_exhausted));
    BOOST_TEST((third->error().effect() == videosdk::effect::none));
    BOOST_TEST(it.link->counts().overflows == 1U);
    it.let_in();
    it.say("+PONG\r\n+PONG\r\n");
    BOOST_TEST((first->succeeded() && second->succeeded()));
}

BOOST_AUTO_TEST_CASE(bytes_that_wait_are_bounded_too)
{
    videosdk::redis_options options = usual_options();
    options.max_waiting_bytes = 1024;
    world it(options);
    const std::string large(900, 'x');
    const auto first = it.call({"SET", "k", large});
    const auto second = it.call({"SET", "k", large});
    BOOST_TEST(first->pending());
    BOOST_TEST(second->failed(errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(a_command_whose_time_passes_before_it_is_written_was_not_sent)
{
    videosdk::redis_options options = usual_options();
    options.connect_timeout = 1h;
    world slow(options);
    const auto call = slow.call();
    slow.advance(10s);
    BOOST_REQUIRE(call->failed(errc::timeout));
    BOOST_TEST((call->error().effect() == videosdk::effect::none));
    BOOST_TEST(slow.link->waiting() == 0U);
}

BOOST_AUTO_TEST_CASE(a_command_without_a_reply_in_time_is_ambiguous_and_the_connection_is_given_up)
{
    world it;
    const auto first = it.call({"XADD", "secret-key", "secret-value"});
    it.advance(1s);
    const auto second = it.call({"GET"});
    it.let_in();
    it.advance(9s);
    BOOST_REQUIRE(first->failed(errc::response_timeout));
    BOOST_TEST(first->error().ambiguous());
    const std::string what = first->error().what();
    BOOST_TEST(what.find("XADD") != std::string::npos);
    BOOST_TEST(what.find("one:1") != std::string::npos);
    BOOST_TEST(what.find("secret") == std::string::npos);
    // Replies come in order, so the second cannot have one.
    BOOST_TEST(second->times == 1U);
    BOOST_TEST(second->error().ambiguous());
    BOOST_TEST(it.peers.front()->closed);
    // And the next command has a connection of its own.
    const auto third = it.call();
    it.advance(1s);
    BOOST_REQUIRE_EQUAL(it.peers.size(), 2U);
    it.let_in();
    it.say("+PONG\r\n");
    BOOST_TEST(third->succeeded());
}

BOOST_AUTO_TEST_CASE(a_command_that_blocks_has_that_much_longer)
{
    world it;
    redis::command blocking{"XREAD", "BLOCK", "60000"};
    blocking.blocks_for = 60s;
    const auto call = it.call(std::move(blocking));
    it.let_in();
    it.advance(69s);
    BOOST_TEST(call->pending());
    it.say("*-1\r\n");
    BOOST_REQUIRE(call->succeeded());
    BOOST_TEST(call->value().is_nil());
}

BOOST_AUTO_TEST_CASE(a_connection_lost_after_the_write_leaves_commands_ambiguous_and_the_others_wait_on)
{
    videosdk::redis_options options = usual_options();
    options.max_in_flight = 2;
    world it(options);
    const auto first = it.call();
    const auto second = it.call();
    const auto third = it.call();
    it.let_in();
    it.say("+a\r\n+b"); // The second reply is cut; the third was written when the first came.
    it.last().end();
    it.run();
    BOOST_TEST(first->succeeded());
    BOOST_TEST(second->failed(errc::connection_lost));
    BOOST_TEST(third->failed(errc::connection_lost));
    BOOST_TEST((second->error().ambiguous() && third->error().ambiguous()));
    BOOST_TEST(it.link->counts().lost == 2U);
}

BOOST_AUTO_TEST_CASE(what_had_not_left_when_the_connection_was_lost_is_sent_over_the_next)
{
    world it;
    const auto first = it.call();
    it.let_in();
    it.say("+PONG\r\n");
    BOOST_REQUIRE(first->succeeded());
    // Given commands that the socket does not take
    it.last().takes_bytes = false;
    const auto second = it.call({"ONE"});
    const auto third = it.call({"TWO"});
    it.last().end();
    it.run();
    // Then they wait for the next connection
    BOOST_TEST((second->pending() && third->pending()));
    BOOST_REQUIRE_EQUAL(it.peers.size(), 2U);
    it.let_in();
    const std::string& out = it.last().written;
    BOOST_TEST(out.find("ONE") < out.find("TWO"));
    it.say("+1\r\n+2\r\n");
    BOOST_TEST((second->succeeded() && third->succeeded()));
    BOOST_TEST(second->value().text == "1");
}

BOOST_AUTO_TEST_CASE(nothing_is_written_to_a_connection_that_died_while_it_was_idle)
{
    world it;
    const auto first = it.call();
    it.let_in();
    it.say("+PONG\r\n");
    it.advance(1ms);
    it.last().unseen_end = true;
    const std::string before = it.last().written;
    const auto second = it.call();
    BOOST_TEST(it.peers.front()->written == before);
    BOOST_REQUIRE_EQUAL(it.peers.size(), 2U);
    it.let_in();
    it.say("+PONG\r\n");
    BOOST_TEST(second->succeeded());
}

BOOST_AUTO_TEST_CASE(cancelled_before_the_write_a_command_is_not_sent)
{
    world it;
    const auto first = it.call({"ONE"});
    const auto second = it.call({"TWO"});
    first->signal.emit(asio::cancellation_type::terminal);
    it.run();
    BOOST_REQUIRE(first->failed(asio::error::operation_aborted));
    BOOST_TEST((first->error().effect() == videosdk::effect::none));
    it.let_in();
    BOOST_TEST(it.last().written.find("ONE") == std::string::npos);
    it.say("+OK\r\n");
    BOOST_TEST(second->succeeded());
}

BOOST_AUTO_TEST_CASE(cancelled_after_the_write_a_command_may_be_carried_out_and_its_reply_is_nobodys)
{
    world it;
    const auto first = it.call({"ONE"});
    const auto second = it.call({"TWO"});
    it.let_in();
    first->signal.emit(asio::cancellation_type::terminal);
    it.run();
    BOOST_REQUIRE(first->failed(asio::error::operation_aborted));
    BOOST_TEST(first->error().ambiguous());
    it.say("+1\r\n+2\r\n");
    BOOST_REQUIRE(second->succeeded());
    BOOST_TEST(second->value().text == "2");
    BOOST_TEST(first->times == 1U);
}

BOOST_AUTO_TEST_CASE(a_reply_that_cannot_be_read_ends_the_connection)
{
    world it;
    const auto first = it.call();
    const auto second = it.call();
    it.let_in();
    it.say("what?\r\n");
    BOOST_TEST(first->failed(errc::malformed_response));
    BOOST_TEST(second->failed(errc::connection_lost));
    BOOST_TEST(it.peers.front()->closed);
}

BOOST_AUTO_TEST_CASE(a_reply_that_is_too_long_ends_the_connection)
{
    videosdk::redis_options options = usual_options();
    options.max_reply = 1024;
    world it(options);
    const auto call = it.call();
    it.let_in();
    it.say("$5000\r\n" + std::string(2000, 'x'));
    BOOST_TEST(call->failed(errc::response_too_large));
}

BOOST_AUTO_TEST_CASE(a_reply_that_nobody_asked_for_ends_the_connection)
{
    world it;
    const auto call = it.call();
    it.let_in();
    it.say("+PONG\r\n+PONG\r\n");
    BOOST_TEST(call->succeeded());
    BOOST_TEST(it.last().closed);
}

BOOST_AUTO_TEST_CASE(a_connection_cut_at_any_byte_of_any_reply_decides_each_command_once)
{
    const std::string replies = hello + "+one\r\n$3\r\ntwo\r\n*2\r\n:3\r\n$-1\r\n";
    for (std::size_t cut = 0; cut <= replies.size(); ++cut) {
        world it;
        const std::vector<std::shared_ptr<outcome>> calls{it.call(), it.call(), it.call()};
        it.last().accept();
        it.say(std::string_view(replies).substr(0, std::min(cut, hello.size())));
        it.say(
            std::string_view(replies).substr(std::min(cut, hello.size()), cut - std::min(cut, hello.size())));
        it.last().end();
        it.run();
        // None waits longer than its deadline; nothing that was answered is lost.
        it.advance(11s);
        std::size_t answered = 0;
        for (const auto& each : calls) {
            BOOST_REQUIRE_EQUAL(each->times, 1U);
            answered += each->succeeded() ? 1 : 0;
        }
        const std::size_t whole = cut >= replies.size()      ? 3
                                  : cut >= hello.size() + 15 ? 2
                                                             : cut >= hello.size() + 6;
        BOOST_TEST(answered == whole, "cut at " << cut << ": " << answered);
    }
}

BOOST_AUTO_TEST_CASE(close_ends_what_is_under_way_and_what_comes_after)
{
    world it;
    const auto first = it.call();
    it.let_in();
    it.last().takes_bytes = false;
    const auto second = it.call();
    it.link->close();
    it.run();
    BOOST_TEST(first->failed(errc::closed));
    BOOST_TEST(first->error().ambiguous());
    BOOST_TEST(second->failed(errc::closed));
    BOOST_TEST((second->error().effect() == videosdk::effect::none));
    BOOST_TEST(it.call()->failed(errc::closed));
    BOOST_TEST(it.time->armed() == 0U);
}

BOOST_AUTO_TEST_CASE(a_context_that_goes_away_takes_its_callers_along)
{
    std::shared_ptr<redis::connection> link;
    std::vector<std::shared_ptr<outcome>> calls;
    {
        world it;
        calls = {it.call(), it.call()};
        it.let_in();
        calls.push_back(it.call());
        link = it.link;
        it.leave = true; // Nobody closes it.
    }
    for (const auto& each : calls) {
        BOOST_TEST(each->pending());
    }
    BOOST_TEST(!link->executor());
}

BOOST_AUTO_TEST_SUITE_END()
