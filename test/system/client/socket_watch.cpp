// One epoll for all sockets: who is told of what, whatever those do who are told before.
#include "watched_sockets.hpp"

#include <boost/asio/execution_context.hpp>

#include <array>
#include <memory>
#include <stdexcept>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace test;

} // namespace

BOOST_FIXTURE_TEST_SUITE(socket_watches, watched_sockets)

BOOST_AUTO_TEST_CASE(whoever_has_bytes_is_told_once_and_nobody_else)
{
    const auto all = pairs(3);
    all[1]->say("a");
    settle();
    settle();
    BOOST_TEST(all[0]->told == 0);
    BOOST_TEST(all[1]->told == 1); // though nobody has read them
    BOOST_TEST(all[2]->told == 0);
    all[1]->say("b");
    settle();
    BOOST_TEST(all[1]->told == 2);
    BOOST_TEST(!all[1]->told_of_end);
}

BOOST_AUTO_TEST_CASE(an_end_behind_bytes_is_told_with_them)
{
    const auto all = pairs(1);
    all[0]->say("last words");
    all[0]->hang_up();
    settle();
    BOOST_TEST(all[0]->told == 1);
    BOOST_TEST(all[0]->told_of_end);
}

BOOST_AUTO_TEST_CASE(more_than_a_turn_serves_are_all_told)
{
    const auto all = pairs(300);
    for (const auto& each : all) {
        each->say("a");
    }
    settle();
    for (const auto& each : all) {
        BOOST_TEST(each->told == 1);
    }
}

BOOST_AUTO_TEST_CASE(who_leaves_in_a_turn_is_told_no_more_even_in_that_turn)
{
    auto all = pairs(3);
    for (const auto& each : all) {
        each->say("a");
    }
    int told = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i]->then = [&, i] {
            ++told;
            for (std::size_t k = 0; k < all.size(); ++k) {
                if (k != i) {
                    all[k].reset(); // closes its socket, and is gone
                }
            }
        };
    }
    settle();
    BOOST_TEST(told == 1);
}

BOOST_AUTO_TEST_CASE(what_one_throws_reaches_whoever_runs_the_context_and_costs_the_others_nothing)
{
    const auto all = pairs(5);
    for (const auto& each : all) {
        each->say("a");
        each->then = [] { throw std::runtime_error("from a handler"); };
    }
    BOOST_TEST(settle_and_count_throws() == 5);
    for (const auto& each : all) {
        each->then = nullptr;
        each->say("b");
    }
    settle();
    for (const auto& each : all) {
        BOOST_TEST(each->told == 2);
    }
}

BOOST_AUTO_TEST_CASE(who_asks_to_look_again_is_told_at_the_next_turn_and_not_inside)
{
    const auto all = pairs(1);
    bool inside = false;
    all[0]->then = [&] { BOOST_TEST(!inside); };
    inside = true;
    all[0]->look_again();
    all[0]->look_again();
    inside = false;
    BOOST_TEST(all[0]->told == 0);
    settle();
    BOOST_TEST(all[0]->told == 1);
}

BOOST_AUTO_TEST_CASE(who_asks_each_time_it_is_told_does_not_keep_the_others_from_their_turn)
{
    const auto all = pairs(2);
    int left = 1000;
    all[0]->then = [&] {
        if (--left > 0) {
            all[0]->look_again();
        }
    };
    all[1]->then = [&] { BOOST_TEST(left > 900); };
    all[0]->look_again();
    all[1]->say("a");
    settle();
    BOOST_TEST(left == 0);
    BOOST_TEST(all[1]->told == 1);
}

BOOST_AUTO_TEST_CASE(who_leaves_having_asked_to_look_again_is_not_told)
{
    auto all = pairs(2);
    all[0]->look_again();
    all[1]->look_again();
    all[0].reset();
    all[1]->leave();
    settle();
    BOOST_TEST(all[1]->told == 0);
}

BOOST_AUTO_TEST_CASE(the_context_runs_as_long_as_there_are_sockets_and_not_longer)
{
    auto all = pairs(2);
    io.restart();
    io.poll();
    BOOST_TEST(!io.stopped()); // it would wait
    all.clear();
    io.run(); // comes to an end
    BOOST_TEST(io.stopped());

    // And again, from the beginning.
    all = pairs(1);
    all[0]->say("a");
    settle();
    BOOST_TEST(all[0]->told == 1);
    BOOST_TEST(!io.stopped());
}

BOOST_AUTO_TEST_CASE(who_comes_while_the_last_one_leaves_is_watched)
{
    auto all = pairs(1);
    all[0]->leave();
    end_of_pair next(watch); // before the context has heard of the cancelled wait
    settle();
    next.say("a");
    settle();
    BOOST_TEST(next.told == 1);
}

BOOST_AUTO_TEST_CASE(a_child_process_leaves_the_sockets_of_its_parent_watched)
{
    auto all = pairs(2);
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
        io.notify_fork(boost::asio::execution_context::fork_child);
        all[0]->say("for the parent");
        io.poll();
        const bool told = all[0]->told != 0;
        all.clear(); // closes the child's copies
        ::_exit(told ? 1 : 0);
    }
    int status = -1;
    BOOST_REQUIRE_EQUAL(::waitpid(child, &status, 0), child);
    BOOST_TEST(status == 0);
    all[1]->say("also");
    settle();
    BOOST_TEST(all[0]->told == 1);
    BOOST_TEST(all[1]->told == 1);
}

BOOST_AUTO_TEST_CASE(a_child_process_that_is_made_in_a_turn_has_no_more_of_them)
{
    auto all = pairs(3);
    pid_t child = -1;
    all[0]->then = [&] {
        all[0]->look_again();
        all[0]->then = nullptr;
        child = ::fork();
    };
    all[0]->say("a");
    io.restart();
    while (child == -1) {
        io.poll_one();
    }
    if (child == 0) {
        int turns = 0;
        while (turns < 1000 && io.poll_one() != 0) {
            ++turns;
        }
        ::_exit(turns == 1000 ? 1 : 0);
    }
    BOOST_REQUIRE(child > 0);
    int status = -1;
    BOOST_REQUIRE_EQUAL(::waitpid(child, &status, 0), child);
    BOOST_TEST(status == 0);
    settle();
    BOOST_TEST(all[0]->told == 2); // it had asked to look again
}

BOOST_AUTO_TEST_CASE(who_gets_bytes_while_several_are_served_is_told_in_the_same_turn)
{
    const auto all = pairs(4);
    all[0]->then = [&] { all[2]->say("a"); };
    all[0]->say("a");
    all[1]->say("a");
    io.restart();
    while (all[0]->told == 0) {
        io.poll_one();
    }
    BOOST_TEST(all[2]->told == 1);
    BOOST_TEST(all[3]->told == 0);
}

BOOST_AUTO_TEST_CASE(those_who_keep_each_other_busy_do_not_keep_others_on_the_executor_waiting)
{
    const auto all = pairs(3);
    int left = 200; // fewer than a socket takes of bytes that nobody reads
    for (std::size_t i = 0; i < 2; ++i) {
        all[i]->then = [&, i] {
            if (--left > 0) {
                all[1 - i]->say("b");
            }
        };
    }
    all[0]->say("a");
    all[1]->say("a");
    io.restart();
    while (all[0]->told == 0) {
        io.poll_one();
    }
    BOOST_TEST(all[0]->told + all[1]->told <= 64);
    settle();
    BOOST_TEST(left <= 0);
    BOOST_TEST(all[2]->told == 0);
}

BOOST_AUTO_TEST_CASE(room_is_told_of_only_where_it_is_asked_for)
{
    const auto all = pairs(3);
    for (const auto& each : all) {
        BOOST_TEST(each->told == 0); // though there is room
        each->fill();
    }
    all[0]->ask_for_room(true);
    all[1]->ask_for_room(true);
    all[1]->ask_for_room(false);
    settle();
    BOOST_TEST(all[0]->told == 0);
    for (const auto& each : all) {
        each->make_room();
    }
    settle();
    BOOST_TEST(all[0]->told == 1);
    BOOST_TEST(all[1]->told == 0);
    BOOST_TEST(all[2]->told == 0);
}

BOOST_AUTO_TEST_CASE(after_the_shutdown_nobody_is_told_and_nobody_added)
{
    auto all = pairs(2);
    all[0]->say("a");
    all[1]->look_again();
    watch->shutdown();
    settle();
    BOOST_TEST(all[0]->told == 0);
    BOOST_TEST(all[1]->told == 0);
    std::array<int, 2> ends{};
    BOOST_REQUIRE_EQUAL(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    BOOST_TEST(watch->add(ends[0], *all[0]).failed());
    ::close(ends[0]);
    ::close(ends[1]);
}

BOOST_AUTO_TEST_SUITE_END()
