// Ends: of the server, of its io_context, in any order and with anything going on. Leaks and uses after free
// are the sanitizers' to find.
#include "support/heap.hpp"
#include "world.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace server_tests;

namespace {

asio::awaitable<http::server_response> wait_for_ever(int& begun, int& ended)
{
    struct mark {
        int& count;
        ~mark() { ++count; }
    } at_end{ended};
    ++begun;
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await timer.async_wait(asio::use_awaitable);
    co_return http::server_response(200, "never");
}

// Connected sockets without memory of ours, closed at the end.
class crowd {
public:
    crowd(world& here, std::size_t size)
    {
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65536);
        ::setrlimit(RLIMIT_NOFILE, &limit);
        for (std::size_t i = 0; i < size; ++i) {
            handles_.push_back(raw_connect(here.server->port()));
            BOOST_REQUIRE_GE(handles_.back(), 0);
            here.settle(); // the backlog is not without end
        }
        here.run_until([&] { return here.counts().connections_open >= size; });
    }
    ~crowd()
    {
        for (const int each : handles_) {
            ::close(each);
        }
    }
    crowd(const crowd&) = delete;
    crowd& operator=(const crowd&) = delete;

    void send(std::string_view bytes) const
    {
        for (const int each : handles_) {
            BOOST_REQUIRE_EQUAL(::send(each, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                                static_cast<ssize_t>(bytes.size()));
        }
    }

    // Whether each of them has been closed by the server.
    bool all_ended() const
    {
        for (const int each : handles_) {
            char byte = 0;
            const ssize_t size = ::recv(each, &byte, 1, MSG_DONTWAIT);
            if (size > 0 || (size < 0 && errno == EAGAIN)) {
                return false;
            }
        }
        return true;
    }

private:
    std::vector<int> handles_;
};

// An operation that its cancellation slot keeps alive, as every call of the library does, and that is never
// completed.
struct kept_by_its_slot {
    asio::async_result<asio::use_awaitable_t<>, void()>::handler_type handler;
};

asio::awaitable<http::server_response> wait_in_a_slot(int& begun, int& ended)
{
    struct mark {
        int& count;
        ~mark() { ++count; }
    } at_end{ended};
    ++begun;
    auto begin = [](auto handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        auto kept = std::make_shared<kept_by_its_slot>(kept_by_its_slot{std::move(handler)});
        slot.assign([kept](asio::cancellation_type) {});
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(begin, asio::use_awaitable);
    co_return http::server_response(200, "never");
}

} // namespace

BOOST_AUTO_TEST_SUITE(lifetime)

BOOST_AUTO_TEST_CASE(a_handler_that_had_not_come_back_when_the_server_stopped_ends_with_the_io_context)
{
    world here;
    int begun = 0;
    int ended = 0;
    here.start([&](const http::server_request&) { return wait_in_a_slot(begun, ended); });
    peer client(here);
    client.send(get("/a"));
    here.run_until([&] { return begun == 1; });
    here.server->stop();
    here.settle();
    BOOST_CHECK_EQUAL(ended, 0);
    client.close();
    here.io.reset();
    BOOST_CHECK_EQUAL(ended, 1);
}

BOOST_AUTO_TEST_CASE(stop_closes_every_connection_and_lets_run_return)
{
    world here;
    here.start();
    const crowd clients(here, 100);
    clients.send("GET / HTTP/1.1\r\nHo");
    here.settle();
    here.server->stop();
    here.io->restart();
    here.io->run(); // returns: nothing is left to wait for
    BOOST_CHECK(clients.all_ended());
    BOOST_CHECK_EQUAL(here.counts().connections_open, 0U);
    BOOST_CHECK_LT(raw_connect(here.server->port()), 0);
}

BOOST_AUTO_TEST_CASE(destroying_the_server_is_stopping_it)
{
    world here;
    here.start();
    const crowd clients(here, 100);
    here.server.reset();
    here.io->restart();
    here.io->run();
    BOOST_CHECK(clients.all_ended());
}

BOOST_AUTO_TEST_CASE(an_idle_server_can_be_destroyed_before_it_was_started)
{
    world here;
    here.server =
        std::make_unique<http::server>(here.io->get_executor(), "127.0.0.1:0", here.options, echo(here.seen));
    here.server.reset();
    here.io->run();
    here.server =
        std::make_unique<http::server>(here.io->get_executor(), "127.0.0.1:0", here.options, echo(here.seen));
    here.io.reset();
    here.server->stop();
    BOOST_CHECK_EQUAL(here.counts().connections_accepted, 0U);
}

BOOST_AUTO_TEST_CASE(stop_cancels_handlers_and_calls_none_afterwards)
{
    world here;
    int begun = 0;
    int ended = 0;
    here.start([&](const http::server_request&) { return wait_for_ever(begun, ended); });
    const crowd clients(here, 10);
    clients.send(get("/a") + get("/b"));
    here.run_until([&] { return begun == 10; });
    here.server->stop();
    here.io->restart();
    here.io->run();
    BOOST_CHECK_EQUAL(begun, 10);
    BOOST_CHECK_EQUAL(ended, 10);
    BOOST_CHECK(clients.all_ended());
    BOOST_CHECK_EQUAL(here.counts().connections_open, 0U);
}

BOOST_AUTO_TEST_CASE(a_handler_may_stop_and_destroy_its_server)
{
    world here;
    here.start([&](const http::server_request&) -> asio::awaitable<http::server_response> {
        here.server.reset();
        co_return http::server_response(200, "bye");
    });
    peer client(here);
    client.send(get("/a"));
    BOOST_CHECK_EQUAL(client.rest(), "");
    here.io->restart();
    here.io->run();
}

BOOST_AUTO_TEST_CASE(an_io_context_is_destroyed_with_a_thousand_open_connections)
{
    world here;
    here.start();
    const crowd clients(here, 1000);
    clients.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    here.settle();
    BOOST_CHECK_EQUAL(here.counts().connections_open, 1000U);
    here.io.reset();
    BOOST_CHECK(clients.all_ended());
    BOOST_CHECK_EQUAL(here.counts().connections_open, 0U);
    here.server->stop(); // harmless, as is what follows
    here.server.reset();
}

BOOST_AUTO_TEST_CASE(an_io_context_is_destroyed_with_handlers_suspended)
{
    int begun = 0;
    int ended = 0;
    for (const bool server_first : {false, true}) {
        world here;
        begun = ended = 0;
        here.start([&](const http::server_request&) { return wait_for_ever(begun, ended); });
        const crowd clients(here, 20);
        clients.send(get("/a"));
        here.run_until([&] { return begun == 20; });
        if (server_first) {
            here.server.reset();
        }
        here.io.reset();
        BOOST_CHECK_EQUAL(ended, 20);
        BOOST_CHECK(clients.all_ended());
    }
}

BOOST_AUTO_TEST_CASE(an_io_context_is_destroyed_with_refusals_lingering_and_connections_shed)
{
    world here;
    here.options.max_connections = 50;
    here.start();
    const crowd clients(here, 50);
    clients.send("NONSENSE\r\n");
    std::vector<int> more;
    for (int i = 0; i < 20; ++i) {
        more.push_back(raw_connect(here.server->port()));
    }
    here.run_until([&] { return here.counts().connections_shed == 20 && here.counts().refused == 50; });
    here.settle();
    here.io.reset();
    for (const int each : more) {
        ::close(each);
    }
}

BOOST_AUTO_TEST_CASE(a_strand_server_outlives_its_io_context)
{
    std::vector<seen_request> seen;
    auto io = std::make_unique<asio::io_context>();
    http::server server(asio::make_strand(*io), "127.0.0.1:0", {}, echo(seen));
    server.start();
    const int client = raw_connect(server.port());
    const std::string request = get("/a");
    BOOST_REQUIRE_GT(::send(client, request.data(), request.size(), 0), 0);
    while (seen.empty()) {
        io->run_one();
    }
    io.reset();
    server.stop();
    ::close(client);
    BOOST_CHECK_EQUAL(server.counts().connections_open, 0U);
}

BOOST_AUTO_TEST_CASE(stop_may_come_from_another_thread_in_the_middle_of_everything)
{
    for (int round = 0; round < 5; ++round) {
        asio::io_context io;
        std::atomic<int> calls{0};
        std::atomic<bool> stopped{false};
        auto guard = asio::make_work_guard(io);
        std::optional<http::server> server;
        server.emplace(asio::make_strand(io), "127.0.0.1:0", http::server_options(),
                       [&](const http::server_request&) -> asio::awaitable<http::server_response> {
                           ++calls;
                           co_return http::server_response(200, "x");
                       });
        server->start();
        std::vector<std::thread> threads;
        for (int i = 0; i < 2; ++i) {
            threads.emplace_back([&] { io.run(); });
        }
        const std::uint16_t port = server->port();
        threads.emplace_back([&] {
            const std::string request = get("/a");
            while (!stopped) {
                const int client = raw_connect(port);
                if (client < 0) {
                    break;
                }
                for (int i = 0; i < 3; ++i) {
                    ::send(client, request.data(), request.size(), MSG_NOSIGNAL);
                }
                char answer[64];
                static_cast<void>(::recv(client, answer, sizeof answer, 0));
                ::close(client);
            }
        });
        while (calls < 50) {
            std::this_thread::yield();
        }
        if (round % 2 == 0) {
            server->stop();
        }
        server.reset();
        stopped = true;
        guard.reset();
        for (std::thread& each : threads) {
            each.join();
        }
        BOOST_CHECK_GE(calls.load(), 50);
    }
}

BOOST_AUTO_TEST_CASE(a_half_open_connection_costs_at_most_sixteen_kibibytes)
{
    world here;
    here.start();
    const crowd warm(here, 10);
    // Heads of every length up to the limit, half-open; the longest costs the most.
    for (const std::size_t size : {std::size_t(0), std::size_t(20), std::size_t(8000)}) {
        const std::size_t count = 200;
        const std::size_t open = 10; // those before have gone
        here.run_until([&] { return here.counts().connections_open == open; });
        const std::size_t before = test_support::heap_in_use();
        crowd clients(here, count);
        here.run_until([&] { return here.counts().connections_open == open + count; });
        if (size > 0) {
            clients.send("GET / HTTP/1.1\r\nA: " + std::string(size - 19, 'a'));
        }
        here.settle();
        const std::size_t each = (test_support::heap_in_use() - before) / count;
        BOOST_TEST_MESSAGE("with " << size << " bytes of head: " << each << " bytes of memory");
        BOOST_CHECK_LE(each, 16U * 1024);
        BOOST_CHECK_GT(each, size);
    }
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_given_outlives_the_io_context_with_the_alarms_of_others)
{
    struct other final : videosdk::alarm {
        void on_alarm() override { fired = true; }
        bool fired = false;
    };
    world here;
    auto& clock = here.stop_the_clock();
    const auto shared = here.options.time;
    other alarm;
    clock.wait_until(clock.now() + std::chrono::hours(1), alarm);
    here.start();
    peer client(here);
    client.send("GET / HTTP/1.1\r\nHo"); // a deadline of the server's
    here.settle();
    BOOST_CHECK_EQUAL(clock.armed(), 2U);
    client.close();
    here.server.reset();
    here.io.reset();
    BOOST_CHECK_EQUAL(clock.armed(), 1U);
    clock.advance(std::chrono::hours(1));
    BOOST_CHECK(alarm.fired);
}

BOOST_AUTO_TEST_SUITE_END()
