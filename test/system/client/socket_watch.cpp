// One epoll for all sockets: who is told of what, whatever those do who are told before.
#include "http/socket_watch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace http = videosdk::http;

/// One end of a pair of sockets, watched; the other end is the test's.
class end_of_pair final : public http::watched {
public:
    explicit end_of_pair(std::shared_ptr<http::socket_watch> watch) : watch_(std::move(watch))
    {
        BOOST_REQUIRE_EQUAL(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0);
        BOOST_REQUIRE(!watch_->add(ends_[0], *this));
    }
    end_of_pair(const end_of_pair&) = delete;
    end_of_pair& operator=(const end_of_pair&) = delete;
    ~end_of_pair()
    {
        leave();
        ::close(ends_[0]);
        hang_up();
    }

    void on_ready(bool ended) override
    {
        ++told;
        told_of_end = told_of_end || ended;
        if (asked_) {
            read();
        }
        if (then) {
            then();
        }
    }

    bool on_due() override
    {
        ++tried;
        const bool had = read();
        if (had) {
            ++answers;
            if (then) {
                then();
            }
        } else if (in_vain) {
            in_vain();
        }
        return had;
    }

    void ask()
    {
        asked_ = true;
        watch_->expect_answer(*this);
    }
    void ask_for_room(bool wanted) { watch_->ask_for_room(ends_[0], *this, wanted); }

    /// Writes until the socket takes no more.
    void fill() const
    {
        const std::array<char, 4096> bytes{};
        while (::send(ends_[0], bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {}
    }
    /// The other end reads all of it.
    void make_room() const
    {
        std::array<char, 4096> place{};
        while (::recv(ends_[1], place.data(), place.size(), MSG_DONTWAIT) > 0) {}
    }

    void say(const std::string& text) const
    {
        BOOST_REQUIRE_EQUAL(::send(ends_[1], text.data(), text.size(), MSG_NOSIGNAL),
                            static_cast<ssize_t>(text.size()));
    }
    void hang_up()
    {
        if (ends_[1] >= 0) {
            ::close(ends_[1]);
            ends_[1] = -1;
        }
    }
    void leave()
    {
        if (!left_) {
            left_ = true;
            watch_->remove(ends_[0], *this);
        }
    }
    void look_again() { watch_->look_again(*this); }

    int told = 0;
    int tried = 0;
    int answers = 0; ///< That were found by trying.
    bool told_of_end = false;
    std::function<void()> then;
    std::function<void()> in_vain; ///< It was tried, and had nothing.

private:
    /// All that is there, as whoever has its answer does.
    bool read()
    {
        std::array<char, 64> place{};
        const bool had = ::recv(ends_[0], place.data(), place.size(), MSG_DONTWAIT) > 0;
        if (had) {
            asked_ = false;
            watch_->answered(*this);
        }
        return had;
    }

    std::shared_ptr<http::socket_watch> watch_;
    std::array<int, 2> ends_{-1, -1};
    bool asked_ = false;
    bool left_ = false;
};

struct watched_sockets {
    boost::asio::io_context io{1};
    std::shared_ptr<http::socket_watch> watch = std::make_shared<http::socket_watch>(io.get_executor());

    void settle()
    {
        io.restart();
        while (io.poll() != 0) {}
    }

    std::vector<std::unique_ptr<end_of_pair>> pairs(std::size_t count)
    {
        std::vector<std::unique_ptr<end_of_pair>> made;
        for (std::size_t i = 0; i < count; ++i) {
            made.push_back(std::make_unique<end_of_pair>(watch));
        }
        settle();
        return made;
    }

    /// All ask, and are answered in the order of their asking until that is counted on.
    void get_used_to_order(const std::vector<std::unique_ptr<end_of_pair>>& all)
    {
        for (int round = 0; round < 40; ++round) {
            for (const auto& each : all) {
                each->ask();
            }
            for (const auto& each : all) {
                each->say("a");
            }
            settle();
        }
        for (const auto& each : all) {
            each->told = each->tried = each->answers = 0;
        }
    }
};

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
    int thrown = 0;
    io.restart();
    for (bool more = true; more;) {
        try {
            more = io.poll() != 0;
        } catch (const std::runtime_error&) {
            ++thrown;
        }
    }
    BOOST_TEST(thrown == 5);
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

BOOST_AUTO_TEST_CASE(a_child_process_reads_none_of_the_answers_that_its_parent_waits_for)
{
    const auto all = pairs(4);
    get_used_to_order(all);
    for (int round = 0; round < 4; ++round) { // one in four begins with the epoll
        for (const auto& each : all) {
            each->ask();
        }
        settle();
        for (const auto& each : all) {
            each->told = each->tried = each->answers = 0;
        }
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
        for (const auto& each : all) {
            each->ask();
        }
        settle();
        order.clear();
        int told = 0;
        int in_vain = 0;
        for (const auto& each : all) {
            each->told = each->tried = each->answers = 0;
        }
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
    for (const auto& each : all) {
        each->ask();
    }
    settle();
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
    for (const auto& each : all) {
        each->ask();
    }
    settle();
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
        for (const auto& each : all) {
            each->ask();
        }
        settle();
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
    for (const auto& each : all) {
        each->ask();
    }
    settle();
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
    for (const auto& each : all) {
        each->ask();
    }
    settle();
    for (const auto& each : all) {
        each->then = [] { throw std::runtime_error("from a handler"); };
        each->say("a");
    }
    int thrown = 0;
    io.restart();
    for (bool more = true; more;) {
        try {
            more = io.poll() != 0;
        } catch (const std::runtime_error&) {
            ++thrown;
        }
    }
    BOOST_TEST(thrown == 5);
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
