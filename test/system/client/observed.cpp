// What an observer is told of connections: each from its opening to its end, and why it ended. Time moves
// when a test says so.
#include "http/connection_pool.hpp"
#include "support.hpp"
#include "support/raw_server.hpp"
#include "support/transcript.hpp"

#include <videosdk/emulator.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace test;
using test_support::raw_peer;
using test_support::raw_server;
using videosdk::errc;

void serve_units(raw_peer& peer, unsigned)
{
    while (!peer.read_request().empty()) {
        peer.write(test_support::ok(unit_json));
    }
}

/// A client of one server on this machine, under a clock of the test's.
struct observed {
    explicit observed(unsigned port)
    {
        seen->server = "127.0.0.1:" + std::to_string(port);
        options = options_for("http://" + seen->server);
        options.observer = seen;
        options.retry.max_attempts = 1;
    }

    void start()
    {
        carrier = videosdk::http::make_connection_pool(io.get_executor(), clock,
                                                       *videosdk::http::parse_endpoint(options.endpoint),
                                                       options.tls, options.pool, options.observer);
        client.emplace(io.get_executor(), options, carrier, clock);
    }

    /// Of what was told, that which concerns connections.
    std::string take()
    {
        std::erase_if(seen->lines, [](const std::string& each) { return each.starts_with("call "); });
        return seen->take();
    }

    videosdk::result<videosdk::resource> get() { return run(io, client->try_get("r1")); }

    void turn_until(const std::function<bool()>& done)
    {
        io.restart();
        while (!done()) {
            io.run_one();
        }
    }

    boost::asio::io_context io;
    std::shared_ptr<transcript> seen = std::make_shared<transcript>();
    std::shared_ptr<videosdk::manual_scheduler> clock = std::make_shared<videosdk::manual_scheduler>();
    videosdk::client_options options;
    std::shared_ptr<videosdk::transport> carrier;
    std::optional<videosdk::client> client;
};

constexpr const char* opened = "connection 1 to server opened in 0.000 ms\n";

std::string closed(const std::string& how)
{
    return "connection 1 to server closed after " + how + '\n';
}

std::string message(boost::system::error_code code)
{
    return code.message();
}

} // namespace

BOOST_AUTO_TEST_SUITE(observed_connections)

BOOST_AUTO_TEST_CASE(a_connection_is_told_when_it_opens_when_it_is_reused_and_when_it_was_idle_for_too_long)
{
    const raw_server server(serve_units);
    observed o(server.port());
    o.start();
    BOOST_TEST(o.get().has_value());
    BOOST_TEST(o.seen->take() ==
               "call 1 get: GET /v2/resource/r1, attempt 1\n" + std::string(opened) +
                   "call 1 get: GET /v2/resource/r1, attempt 1: answered 200, effect known, 0.000 ms\n");
    o.clock->advance(100ms);
    BOOST_TEST(o.get().has_value());
    BOOST_TEST(o.seen->take() == "call 2 get: GET /v2/resource/r1, attempt 1\n"
                                 "connection 1 to server reused after 1 exchange, idle for 100.000 ms\n"
                                 "call 2 get: GET /v2/resource/r1, attempt 1: answered 200 on a reused "
                                 "connection, effect known, 0.000 ms\n");
    o.clock->advance(o.options.pool.idle_limit);
    BOOST_TEST(o.take() == closed("2 exchanges and 4100.000 ms: idle_limit"));
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_too_old_is_told_with_the_one_that_takes_its_place)
{
    const raw_server server(serve_units);
    observed o(server.port());
    o.options.pool.age_limit = 1s;
    o.start();
    BOOST_TEST(o.get().has_value());
    o.clock->advance(1s);
    BOOST_TEST(o.get().has_value());
    BOOST_TEST(o.take() == opened + closed("1 exchange and 1000.000 ms: age_limit") +
                               "connection 2 to server opened in 0.000 ms\n");
}

BOOST_AUTO_TEST_CASE(the_end_of_an_idle_connection_is_told_as_its_peers)
{
    const raw_server server([](raw_peer& peer, unsigned) {
        peer.read_request();
        peer.write(test_support::ok(unit_json));
    });
    observed o(server.port());
    o.start();
    BOOST_TEST(o.get().has_value());
    o.turn_until([&] { return run(o.io, o.client->counts()).connections_open == 0; });
    BOOST_TEST(o.take() ==
               opened + closed("1 exchange and 0.000 ms: peer_ended: " + message(boost::asio::error::eof)));
}

BOOST_AUTO_TEST_CASE(an_answer_that_ends_its_connection_is_told_as_the_reason)
{
    const raw_server server([](raw_peer& peer, unsigned) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                   std::to_string(unit_json.size()) + "\r\n\r\n" + std::string(unit_json));
        peer.wait_for_end();
    });
    observed o(server.port());
    o.start();
    BOOST_TEST(o.get().has_value());
    BOOST_TEST(o.take() == opened + closed("1 exchange and 0.000 ms: not_reusable"));
}

BOOST_AUTO_TEST_CASE(a_connection_whose_exchange_fails_is_told_with_the_code)
{
    const raw_server server([](raw_peer& peer, unsigned) { peer.read_request(); });
    observed o(server.port());
    o.start();
    BOOST_TEST(o.get().has_error());
    BOOST_TEST(o.take() == opened + closed("0 exchanges and 0.000 ms: exchange_failed: " +
                                           message(make_error_code(errc::connection_lost))));
}

BOOST_AUTO_TEST_CASE(a_connection_that_never_opened_is_told_with_the_code)
{
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor bound(io);
    bound.open(boost::asio::ip::tcp::v4());
    bound.bind({boost::asio::ip::address_v4::loopback(), 0}); // and does not listen
    observed o(bound.local_endpoint().port());
    o.start();
    BOOST_TEST(o.get().has_error());
    BOOST_TEST(o.take() == closed("0 exchanges and 0.000 ms: connect_failed: " +
                                  message(make_error_code(errc::connect_failed))));
}

BOOST_AUTO_TEST_CASE(a_connection_whose_call_was_cancelled_is_told_as_given_up)
{
    const raw_server server([](raw_peer& peer, unsigned) { peer.wait_for_end(); });
    observed o(server.port());
    o.start();
    boost::asio::cancellation_signal signal;
    bool ended = false;
    boost::asio::co_spawn(
        o.io, o.client->try_get("r1"),
        boost::asio::bind_cancellation_slot(
            signal.slot(),
            [&](std::exception_ptr, const videosdk::result<videosdk::resource>&) { ended = true; }));
    o.turn_until([&] { return run(o.io, o.client->counts()).exchanges == 1; });
    signal.emit(boost::asio::cancellation_type::terminal);
    o.turn_until([&] { return ended; });
    BOOST_TEST(o.take() == opened + closed("0 exchanges and 0.000 ms: given_up"));
}

BOOST_AUTO_TEST_CASE(what_closes_with_the_client_is_told)
{
    const raw_server server(serve_units);
    observed o(server.port());
    const std::string told = opened + closed("1 exchange and 0.000 ms: client_closed");
    o.start();
    BOOST_TEST(o.get().has_value());
    o.client->close();
    o.io.restart();
    o.io.run();
    BOOST_TEST(o.take() == told);

    // A client with a pool of its own, which ends with it.
    std::vector<videosdk::close_cause> causes;
    struct closes final : videosdk::observer {
        explicit closes(std::vector<videosdk::close_cause>& into) : told(into) {}
        void on_connection_closed(const videosdk::connection_closed& what) override
        {
            told.push_back(what.why);
        }
        std::vector<videosdk::close_cause>& told;
    };
    o.options.observer = std::make_shared<closes>(causes);
    o.client.emplace(o.io.get_executor(), o.options);
    BOOST_TEST(o.get().has_value());
    o.client.reset();
    o.io.restart();
    o.io.run();
    BOOST_TEST_REQUIRE(causes.size() == 1U);
    BOOST_TEST(causes.front() == videosdk::close_cause::client_closed);
}

BOOST_AUTO_TEST_CASE(a_destroyed_io_context_tells_nothing)
{
    const raw_server server(serve_units);
    const auto seen = std::make_shared<transcript>();
    {
        boost::asio::io_context io;
        auto options = options_for("http://127.0.0.1:" + std::to_string(server.port()));
        options.observer = seen;
        auto client = std::make_unique<videosdk::client>(io.get_executor(), options);
        BOOST_TEST(run(io, client->try_get("r1")).has_value());
        seen->take();
        client.reset();
    }
    BOOST_TEST(seen->take() == "");
}

BOOST_AUTO_TEST_CASE(a_tls_connection_is_told_with_the_time_that_it_took)
{
    struct durations final : videosdk::observer {
        void on_connection_opened(const videosdk::connection_opened& what) override
        {
            took.push_back(what.duration);
        }
        std::vector<std::chrono::nanoseconds> took;
    };
    boost::asio::io_context io;
    videosdk::emulator::server_options settings;
    settings.service.api_key = "api-key-of-tests";
    settings.service.secret = secret_of_tests;
    settings.serial_executor = true;
    videosdk::emulator::server provider(io.get_executor(), settings);
    provider.start();
    auto options = options_for(provider.url(), provider.ca_pem());
    const auto seen = std::make_shared<durations>();
    options.observer = seen;
    videosdk::client client(io.get_executor(), options);
    BOOST_TEST(run(io, client.try_list()).has_value());
    BOOST_TEST_REQUIRE(seen->took.size() == 1U);
    BOOST_TEST((seen->took.front() > 0ns));
}

namespace {

/// Calls that open, reuse, lose and close connections, with `inside` run at the hook of that number. Returns
/// how many hooks there were.
std::size_t eventful_life(std::size_t at, const std::function<void(observed&)>& inside)
{
    const raw_server server([](raw_peer& peer, unsigned nth) {
        for (int i = 0; i < 2 && nth != 0 && !peer.read_request().empty(); ++i) {
            peer.write(test_support::ok(unit_json));
        }
    });
    observed o(server.port());
    o.options.retry.max_attempts = 3;
    o.options.retry.backoff_base = 1ns;
    o.options.pool.max_connections = 2;
    o.client.emplace(o.io.get_executor(), o.options); // with a clock of its own
    std::size_t hooks = 0;
    o.seen->inside = [&] {
        if (++hooks == at) {
            inside(o);
        }
    };
    int under_way = 0;
    for (int round = 0; round < 2 && o.client; ++round) {
        for (int i = 0; i < 3 && o.client; ++i) {
            ++under_way;
            boost::asio::co_spawn(
                o.io, o.client->try_get("r1"),
                [&](std::exception_ptr, const videosdk::result<videosdk::resource>&) { --under_way; });
        }
        o.io.restart();
        while (under_way != 0 && o.io.run_one() != 0) {}
        BOOST_TEST(under_way == 0);
    }
    o.client.reset();
    o.io.restart();
    o.io.run(); // which returns: nothing is left open
    return hooks;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_hook_may_destroy_and_close_the_client_and_begin_calls)
{
    const std::size_t hooks = eventful_life(0, [](observed&) {});
    BOOST_TEST(hooks >= 20U);
    for (std::size_t at = 1; at <= hooks; ++at) {
        eventful_life(at, [](observed& o) { o.client.reset(); });
        eventful_life(at, [](observed& o) {
            if (o.client) {
                o.client->close();
            }
        });
        eventful_life(at, [](observed& o) {
            if (o.client) {
                boost::asio::co_spawn(o.io, o.client->try_get("r2"), boost::asio::detached);
            }
        });
    }
}

BOOST_AUTO_TEST_SUITE_END()
