// The pool: who gets which connection, how long one is kept, and what a late event loop does to deadlines.
// Time moves when a test says so.
#include "http/connection_pool.hpp"
#include "slow_names.hpp"
#include "support.hpp"
#include "support/raw_server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace test;
using test_support::raw_peer;
using test_support::raw_server;
using videosdk::errc;

/// Time that moves while no alarm has had its turn yet, as in an event loop that is late.
class late_clock final : public videosdk::scheduler {
public:
    time_point now() const noexcept override { return now_; }
    std::chrono::system_clock::time_point wall_now() const noexcept override
    {
        return std::chrono::system_clock::now();
    }
    void wait_until(time_point point, videosdk::alarm& which) override { alarms_.arm(which, point); }
    void cancel(videosdk::alarm& which) noexcept override { alarms_.disarm(which); }
    void shutdown() noexcept override { alarms_.clear(); }

    void move(std::chrono::nanoseconds by) { now_ += by; }
    void catch_up() { alarms_.fire_until(now_); }

private:
    time_point now_ = std::chrono::steady_clock::now();
    videosdk::alarm_queue alarms_;
};

/// A client of one server, under a clock of the test's.
struct paced {
    explicit paced(const videosdk::client_options& options)
        : carrier(videosdk::http::make_connection_pool(io.get_executor(), clock,
                                                       *videosdk::http::parse_endpoint(options.endpoint),
                                                       options.tls, options.pool)),
          client(io.get_executor(), options, carrier, clock)
    {
    }

    std::string get(std::string_view id = "r1") { return run(io, client.get(id)).id; }
    std::size_t open() { return run(io, client.counts()).connections_open; }

    boost::asio::io_context io;
    std::shared_ptr<late_clock> clock = std::make_shared<late_clock>();
    std::shared_ptr<videosdk::transport> carrier;
    videosdk::client client;
};

/// A call that goes on beside the test.
class call_beside {
public:
    call_beside(paced& world, std::string_view id)
    {
        boost::asio::co_spawn(world.io, note(world.client.try_get(id), *this),
                              boost::asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
    }
    call_beside(const call_beside&) = delete;
    call_beside& operator=(const call_beside&) = delete;

    std::optional<videosdk::result<videosdk::resource>> got;
    boost::asio::cancellation_signal cancel;

private:
    static boost::asio::awaitable<void>
    note(boost::asio::awaitable<videosdk::result<videosdk::resource>> call, call_beside& self)
    {
        auto outcome = co_await std::move(call);
        self.got.emplace(std::move(outcome));
    }
};

void turn_until(paced& world, const std::function<bool()>& done)
{
    world.io.restart();
    while (!done()) {
        world.io.poll_one();
    }
}

std::string plain_url(const raw_server& server)
{
    return "http://127.0.0.1:" + std::to_string(server.port());
}

void serve_units(raw_peer& peer, unsigned)
{
    while (!peer.read_request().empty()) {
        peer.write(test_support::ok(unit_json));
    }
}

std::string answer_with(std::string_view headers)
{
    return "HTTP/1.1 200 OK\r\n" + std::string(headers) +
           "Content-Length: " + std::to_string(unit_json.size()) + "\r\n\r\n" + std::string(unit_json);
}

} // namespace

BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE(the_connection_that_was_used_last_is_reused_first)
{
    std::atomic<int> asked{0};
    std::atomic<bool> second_may_answer{false};
    std::mutex mutex;
    std::vector<unsigned> answered_by;
    const raw_server server([&](raw_peer& peer, unsigned nth) {
        while (!peer.read_request().empty()) {
            ++asked;
            while (asked < 2 || (nth == 1 && !second_may_answer)) {
                std::this_thread::yield();
            }
            {
                const std::lock_guard lock(mutex);
                answered_by.push_back(nth);
            }
            peer.write(test_support::ok(unit_json));
        }
    });
    paced world(options_for(plain_url(server)));
    call_beside one(world, "r1");
    call_beside other(world, "r1");
    turn_until(world, [&] { return one.got || other.got; });
    second_may_answer = true;
    turn_until(world, [&] { return one.got && other.got; });
    for (int i = 0; i < 5; ++i) {
        world.get();
    }
    BOOST_TEST(server.accepted() == 2U);
    BOOST_TEST((answered_by == std::vector<unsigned>{0, 1, 1, 1, 1, 1, 1}));
}

BOOST_AUTO_TEST_CASE(those_who_wait_for_a_connection_get_it_in_the_order_in_which_they_came)
{
    std::mutex mutex;
    std::vector<std::string> asked;
    std::atomic<bool> go{false};
    const raw_server server([&](raw_peer& peer, unsigned) {
        for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
            {
                const std::lock_guard lock(mutex);
                asked.push_back(request.substr(0, request.find(" HTTP/")));
            }
            while (!go) {
                std::this_thread::yield();
            }
            peer.write(test_support::ok(unit_json));
        }
    });
    auto options = options_for(plain_url(server));
    options.pool.max_connections = 1;
    paced world(options);
    call_beside a(world, "a");
    call_beside b(world, "b");
    call_beside c(world, "c");
    call_beside d(world, "d");
    turn_until(world, [&] { return world.carrier->counts().waiting == 3; });
    b.cancel.emit(boost::asio::cancellation_type::total); // leaves the others in their order
    turn_until(world, [&] { return b.got.has_value(); });
    go = true;
    turn_until(world, [&] { return a.got && c.got && d.got; });
    BOOST_TEST((asked ==
                std::vector<std::string>{"GET /v2/resource/a", "GET /v2/resource/c", "GET /v2/resource/d"}));
    BOOST_TEST(server.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed_at_the_idle_limit_and_not_used_beyond_it)
{
    const raw_server server(serve_units);
    auto options = options_for(plain_url(server));
    options.pool.idle_limit = 10s;
    paced world(options);
    world.get();
    world.clock->move(9s);
    world.clock->catch_up();
    BOOST_TEST(world.open() == 1U);
    world.get();
    BOOST_TEST(server.accepted() == 1U);
    world.clock->move(9s); // 18 s after the first use, 9 s after the last
    world.clock->catch_up();
    BOOST_TEST(world.open() == 1U);
    world.clock->move(1s);
    world.clock->catch_up();
    BOOST_TEST(world.open() == 0U);
    world.get();
    BOOST_TEST(server.accepted() == 2U);
    world.clock->move(10s); // and the alarm is late
    world.get();
    BOOST_TEST(server.accepted() == 3U);
}

BOOST_AUTO_TEST_CASE(a_connection_beyond_the_age_limit_is_used_no_more)
{
    const raw_server server(serve_units);
    auto options = options_for(plain_url(server));
    options.pool.idle_limit = 1h;
    options.pool.age_limit = 10s;
    paced world(options);
    world.get();
    world.clock->move(9s);
    world.get();
    BOOST_TEST(server.accepted() == 1U);
    world.clock->move(1s);
    world.get();
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_comes_of_age_during_an_exchange_is_closed_behind_it)
{
    std::atomic<bool> asked{false};
    std::atomic<bool> go{false};
    const raw_server server([&](raw_peer& peer, unsigned) {
        while (!peer.read_request().empty()) {
            asked = true;
            while (!go) {
                std::this_thread::yield();
            }
            peer.write(test_support::ok(unit_json));
        }
    });
    auto options = options_for(plain_url(server));
    options.pool.age_limit = 10s;
    paced world(options);
    call_beside call(world, "r1");
    turn_until(world, [&] { return asked.load(); });
    world.clock->move(10s);
    go = true;
    turn_until(world, [&] { return call.got.has_value(); });
    BOOST_TEST(call.got->has_value());
    BOOST_TEST(world.open() == 0U);
}

BOOST_AUTO_TEST_CASE(
    a_connection_is_not_reused_after_a_cancelled_exchange_nor_its_late_answer_given_to_the_next)
{
    std::atomic<bool> asked{false};
    std::atomic<bool> late{false};
    const raw_server server([&](raw_peer& peer, unsigned nth) {
        peer.read_request();
        if (nth == 0) {
            asked = true;
            while (!late) {
                std::this_thread::yield();
            }
            peer.write(test_support::ok(R"({"id":"late"})"));
        } else {
            peer.write(test_support::ok(R"({"id":"fresh"})"));
        }
        peer.wait_for_end();
    });
    paced world(options_for(plain_url(server)));
    call_beside call(world, "r1");
    turn_until(world, [&] { return asked.load(); });
    call.cancel.emit(boost::asio::cancellation_type::total);
    turn_until(world, [&] { return call.got.has_value(); });
    BOOST_TEST((call.got->error().code() == boost::asio::error::operation_aborted));
    BOOST_TEST(world.open() == 0U);
    late = true;
    BOOST_TEST(world.get() == "fresh");
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(every_answer_may_shorten_the_time_that_its_connection_is_kept)
{
    std::atomic<int> answers{0};
    const raw_server server([&](raw_peer& peer, unsigned) {
        while (!peer.read_request().empty()) {
            peer.write(answer_with(++answers == 1 ? "" : "Keep-Alive: max=99, TimeOut=3\r\n"));
        }
    });
    auto options = options_for(plain_url(server));
    options.pool.idle_limit = 60s;
    paced world(options);
    world.get();
    world.clock->move(50s);
    world.get();
    BOOST_TEST(server.accepted() == 1U);
    world.clock->move(1999ms);
    world.clock->catch_up();
    BOOST_TEST(world.open() == 1U);
    world.clock->move(1ms); // of the stated 3 s, one is for the way there
    world.clock->catch_up();
    BOOST_TEST(world.open() == 0U);
}

BOOST_AUTO_TEST_CASE(a_failure_to_connect_fails_nobody_for_whom_another_connection_is_on_its_way)
{
    slow_names slow(slow_names::result::loopback);
    const raw_server server(serve_units);
    auto options = options_for(std::string("http://") + slow_host + ":" + std::to_string(server.port()));
    options.insecure_allow_plain_http = true;
    options.pool.connect_timeout = 10s;
    options.retry.max_attempts = 1;
    paced world(options);
    call_beside given_up(world, "a");
    turn_until(world, [&] { return world.carrier->counts().waiting == 1; });
    world.clock->move(5s);
    call_beside patient(world, "b");
    turn_until(world, [&] { return world.carrier->counts().waiting == 2; });
    given_up.cancel.emit(boost::asio::cancellation_type::total);
    turn_until(world, [&] { return given_up.got.has_value(); });
    world.clock->move(5s); // the first connection has taken too long, the second has not
    world.clock->catch_up();
    world.io.poll();
    BOOST_TEST(world.carrier->counts().connections_failed == 1U);
    BOOST_TEST(!patient.got.has_value());
    slow.let_go();
    turn_until(world, [&] { return patient.got.has_value(); });
    BOOST_TEST(patient.got->has_value());
    BOOST_TEST(server.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(a_failure_to_connect_fails_the_first_of_those_for_whom_none_is_on_its_way)
{
    slow_names slow;
    auto options = options_for(std::string("http://") + slow_host + ":9");
    options.insecure_allow_plain_http = true;
    options.pool.max_connections = 1;
    options.retry.max_attempts = 1;
    paced world(options);
    call_beside first(world, "a");
    call_beside second(world, "b");
    turn_until(world, [&] { return slow.asked() == 1 && world.carrier->counts().waiting == 2; });
    slow.let_go();
    turn_until(world, [&] { return first.got.has_value(); });
    BOOST_TEST((first.got->error().code() == errc::resolve_failed));
    turn_until(world, [&] { return second.got.has_value(); });
    BOOST_TEST((second.got->error().code() == errc::resolve_failed));
    BOOST_TEST(world.carrier->counts().connections_failed == 2U);
}

BOOST_AUTO_TEST_CASE(closing_gives_up_connections_that_are_being_opened_for_nobody)
{
    slow_names slow(slow_names::result::loopback);
    const raw_server server(serve_units);
    auto options = options_for(std::string("http://") + slow_host + ":" + std::to_string(server.port()));
    options.insecure_allow_plain_http = true;
    paced world(options);
    call_beside given_up(world, "a");
    call_beside waiting(world, "b");
    turn_until(world, [&] { return world.carrier->counts().waiting == 2; });
    given_up.cancel.emit(boost::asio::cancellation_type::total);
    turn_until(world, [&] { return given_up.got.has_value(); });
    world.client.close();
    slow.let_go();
    turn_until(world, [&] { return waiting.got.has_value(); });
    BOOST_TEST(waiting.got->has_value()); // whose connection was left alone
    world.client.close();
    world.io.restart();
    world.io.run();
    BOOST_TEST(server.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(an_exchange_whose_deadline_has_passed_is_not_sent_when_a_connection_becomes_free)
{
    std::atomic<int> requests{0};
    std::atomic<bool> go{false};
    const raw_server server([&](raw_peer& peer, unsigned) {
        while (!peer.read_request().empty()) {
            ++requests;
            while (!go) {}
            peer.write(test_support::ok(unit_json));
        }
    });
    boost::asio::io_context io;
    const auto clock = std::make_shared<late_clock>();
    auto options = options_for("http://127.0.0.1:" + std::to_string(server.port()));
    options.pool.max_connections = 1;
    const auto pool = videosdk::http::make_connection_pool(io.get_executor(), clock,
                                                           *videosdk::http::parse_endpoint(options.endpoint),
                                                           options.tls, options.pool);
    videosdk::client client(io.get_executor(), options, pool, clock);

    std::optional<videosdk::result<videosdk::resource>> first;
    std::optional<videosdk::result<std::vector<videosdk::resource>>> second;
    auto get = [&]() -> boost::asio::awaitable<void> {
        auto got = co_await client.try_get("r1");
        first.emplace(std::move(got));
    };
    auto acquire = [&]() -> boost::asio::awaitable<void> {
        auto got = co_await client.try_acquire(
            {.type = videosdk::resource_type::recording, .webhook_url = "https://hooks.example.com/t0"},
            {.timeout = 1s});
        second.emplace(std::move(got));
    };
    boost::asio::co_spawn(io, get(), [](std::exception_ptr) {});
    boost::asio::co_spawn(io, acquire(), [](std::exception_ptr) {});
    while (requests == 0) {
        io.poll_one();
    }
    clock->move(2s); // the turn in which the connection becomes free begins late
    go = true;
    while (!first && io.run_one() != 0) {}
    io.poll();
    BOOST_TEST(!second.has_value());
    clock->catch_up();
    while (!second && io.run_one() != 0) {}
    BOOST_REQUIRE(second.has_value());
    BOOST_REQUIRE(second->has_error());
    BOOST_TEST((second->error().code() == errc::timeout));
    BOOST_TEST((second->error().effect() == videosdk::effect::none));
    BOOST_TEST(requests == 1);
}

BOOST_AUTO_TEST_CASE(calls_that_a_connection_is_being_opened_for_are_not_counted_as_waiting)
{
    const raw_server server([](raw_peer& peer, unsigned) {
        while (!peer.read_request().empty()) {
            peer.write(test_support::ok(unit_json));
        }
    });
    boost::asio::io_context io;
    auto options = options_for("http://127.0.0.1:" + std::to_string(server.port()));
    options.pool.max_connections = 4;
    options.pool.max_waiting = 2;
    videosdk::client client(io.get_executor(), options);
    int served = 0;
    int refused = 0;
    auto get = [&]() -> boost::asio::awaitable<void> {
        auto got = co_await client.try_get("r1", {.max_attempts = 1});
        if (got) {
            ++served;
        } else if (got.error().code() == errc::pool_exhausted) {
            ++refused;
        }
    };
    for (int i = 0; i < 10; ++i) {
        boost::asio::co_spawn(io, get(), [](std::exception_ptr) {});
    }
    while (served + refused < 10 && io.run_one() != 0) {}
    BOOST_TEST(served == 6);
    BOOST_TEST(refused == 4);
}

BOOST_AUTO_TEST_SUITE_END()
