// Who waits for an answer: the oldest is tried before the epoll is asked, and nobody is forgotten for it.
#include "watched_sockets.hpp"

#include <boost/asio/execution_context.hpp>

#include <cstddef>
#include <stdexcept>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace test;

} // namespace

BOOST_FIXTURE_TEST_SUITE(answers_that_are_due, watched_sockets)

BOOST_AUTO_TEST_CASE(a_child_process_reads_none_of_the_answers_that_its_parent_waits_for)
{
    const auto all = pairs(4);
    get_used_to_order(all);
    for (int round = 0; round < 4; ++round) { // one in four begins with the epoll
        all_ask(all);
        all[0]->say("a"); // the turn is due in both processes
        const pid_t child = ::fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {
            io.notify_fork(boost::asio::execution_context::fork_child);
            io.restart();
            io.poll();
            ::_exit(all[0]->tried + all[0]->told == 0 ? 0 : 1);
        }
        int status = -1;
        BOOST_REQUIRE_EQUAL(::waitpid(child, &status, 0), child);
        BOOST_TEST(status == 0);
        for (std::size_t i = 1; i < all.size(); ++i) {
            all[i]->say("a");
        }
        settle();
        for (const auto& each : all) {
            BOOST_TEST(each->told + each->answers == 1);
        }
    }
}

/// But for the turns that begin with the epoll.
BOOST_AUTO_TEST_CASE(answers_that_come_in_the_order_of_the_requests_are_found_without_the_epoll)
{
    const auto all = pairs(20);
    get_used_to_order(all);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i]->then = [&, i] { order.push_back(i); };
    }
    int without = 0;
    for (int round = 0; round < 8; ++round) {
        all_ask(all);
        order.clear();
        int told = 0;
        int in_vain = 0;
        for (std::size_t i = 0; i < 15; ++i) {
            all[i]->say("a");
        }
        settle();
        BOOST_REQUIRE_EQUAL(order.size(), 15U);
        for (std::size_t i = 0; i < all.size(); ++i) {
            BOOST_TEST((i >= 15 || order[i] == i));
            BOOST_TEST(all[i]->answers + all[i]->told == (i < 15 ? 1 : 0));
            told += all[i]->told;
            in_vain += all[i]->tried - all[i]->answers;
        }
        without += told == 0 ? 1 : 0;
        BOOST_TEST(in_vain <= 1);
        for (std::size_t i = 15; i < all.size(); ++i) {
            all[i]->say("a");
        }
        settle();
    }
    BOOST_TEST(without >= 4);
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_while_the_one_before_is_handled_is_found_in_the_same_turn)
{
    const auto all = pairs(20);
    get_used_to_order(all);
    all_ask(all);
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        all[i]->then = [&, i] { all[i + 1]->say("a"); };
    }
    all[0]->say("a");
    io.restart();
    while (all[0]->answers + all[0]->told == 0) {
        io.poll_one();
    }
    for (const auto& each : all) {
        BOOST_TEST(each->answers + each->told == 1);
        BOOST_TEST((each->told == 0 || each == all[0]));
    }
}

BOOST_AUTO_TEST_CASE(one_that_takes_its_time_is_overtaken_and_told_in_the_end)
{
    const auto all = pairs(20);
    get_used_to_order(all);
    all_ask(all);
    for (std::size_t i = 1; i < all.size(); ++i) {
        all[i]->say("a");
        settle();
    }
    int found = 0;
    for (std::size_t i = 1; i < all.size(); ++i) {
        BOOST_TEST(all[i]->told + all[i]->answers == 1);
        found += all[i]->answers;
    }
    BOOST_TEST(found >= 10); // now and then the epoll has its turn
    BOOST_TEST(all[0]->tried <= 2);
    BOOST_TEST(all[0]->told == 0);
    all[0]->say("a");
    settle();
    BOOST_TEST(all[0]->told + all[0]->answers == 1);
}

BOOST_AUTO_TEST_CASE(answers_in_any_order_are_looked_for_in_the_epoll)
{
    const auto all = pairs(16);
    get_used_to_order(all);
    int told = 0;
    int tried = 0;
    for (std::size_t round = 0; round < 20; ++round) {
        all_ask(all);
        for (std::size_t i = 0; i < all.size(); ++i) {
            end_of_pair& each = *all[(i * 7 + 5) % all.size()];
            each.told = each.tried = each.answers = 0;
            each.say("a");
            settle();
            told += each.told;
            tried += each.tried;
            BOOST_TEST(each.told + each.answers >= 1);
        }
    }
    BOOST_TEST(told > 250);
    BOOST_TEST(tried < 100);
}

BOOST_AUTO_TEST_CASE(who_was_not_asked_anything_is_told_although_answers_keep_coming)
{
    const auto all = pairs(12);
    get_used_to_order(all);
    int left = 2000;
    for (std::size_t i = 0; i < 10; ++i) {
        all[i]->then = [&, i] {
            if (--left > 0) {
                all[i]->ask();
                all[i]->say("a");
            }
        };
        all[i]->ask();
        all[i]->say("a");
    }
    all[10]->then = [&] { BOOST_TEST(left > 1800); };
    all[10]->say("nobody has asked");
    all[11]->hang_up();
    settle();
    BOOST_TEST(left <= 0);
    BOOST_TEST(all[10]->told == 1);
    BOOST_TEST(all[11]->told_of_end);
}

BOOST_AUTO_TEST_CASE(who_was_not_asked_anything_is_told_although_each_turn_begins_with_an_answer)
{
    const auto all = pairs(5);
    get_used_to_order(all);
    std::vector<std::size_t> waiting;
    const auto answer_two = [&] {
        all[waiting[0]]->say("a");
        all[waiting[1]]->say("a");
    };
    int rounds = 0;
    int said_in = -1;
    int told_in = -1;
    for (std::size_t i = 0; i < 4; ++i) {
        all[i]->then = [&, i] {
            waiting.erase(waiting.begin());
            waiting.push_back(i);
            all[i]->ask();
        };
        // The turn is over, and two more are answered before the next one begins.
        all[i]->in_vain = [&] {
            if (++rounds >= 2 && said_in < 0) {
                said_in = rounds;
                all[4]->say("nobody has asked");
            }
            if (rounds < 1000) {
                answer_two();
            }
        };
        waiting.push_back(i);
        all[i]->ask();
    }
    settle();
    rounds = 0;
    all[4]->then = [&] { told_in = rounds; };
    for (int i = 0; i < 100 && told_in < 0; ++i) {
        answer_two();
        settle();
    }
    BOOST_TEST(said_in >= 2);
    BOOST_TEST(told_in >= said_in);
    BOOST_TEST(told_in < said_in + 5);
}

BOOST_AUTO_TEST_CASE(who_has_its_answer_may_leave_at_once_and_so_may_all_others)
{
    auto all = pairs(6);
    get_used_to_order(all);
    all_ask(all);
    for (const auto& each : all) {
        each->say("a");
    }
    int had = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i]->then = [&] {
            ++had;
            for (const auto& each : all) {
                each->leave();
            }
        };
    }
    settle();
    BOOST_TEST(had == 1);
    io.run(); // comes to an end: nobody is watched
}

BOOST_AUTO_TEST_CASE(what_one_throws_who_has_its_answer_costs_the_others_nothing)
{
    const auto all = pairs(5);
    get_used_to_order(all);
    all_ask(all);
    for (const auto& each : all) {
        each->then = [] { throw std::runtime_error("from a handler"); };
        each->say("a");
    }
    BOOST_TEST(settle_and_count_throws() == 5);
}

BOOST_AUTO_TEST_SUITE_END()
