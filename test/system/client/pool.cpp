// The pool when a turn of the event loop takes longer than a deadline.
#include "http/connection_pool.hpp"
#include "support.hpp"
#include "support/raw_server.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>

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

} // namespace

BOOST_AUTO_TEST_SUITE(pool)

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
