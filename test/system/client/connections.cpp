// Connections are reused, capped, resumed and given up exactly as promised; the server's own count shows it.
#include "support.hpp"
#include "support/certificates.hpp"
#include "support/raw_server.hpp"

#include <videosdk/emulator.hpp>

#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <thread>

namespace {

using namespace test;
using test_support::raw_peer;
using test_support::raw_server;
using test_support::raw_tls;
using videosdk::errc;

const videosdk::acquire_request one_recording{.type = videosdk::resource_type::recording,
                                              .webhook_url = "http://127.0.0.1:9/hooks/t0"};

struct emulated {
    explicit emulated(boost::asio::io_context& io) : provider(io.get_executor(), settings())
    {
        provider.start();
    }

    static videosdk::emulator::server_options settings()
    {
        videosdk::emulator::server_options options;
        options.service.api_key = "api-key-of-tests";
        options.service.secret = secret_of_tests;
        options.service.send_webhooks = false;
        options.serial_executor = true;
        return options;
    }

    videosdk::client_options client_options() const { return options_for(provider.url(), provider.ca_pem()); }

    videosdk::emulator::server provider;
};

boost::asio::awaitable<int> acquire_times(videosdk::client& client, int times)
{
    int got = 0;
    for (int i = 0; i < times; ++i) {
        auto units = co_await client.acquire(one_recording);
        got += static_cast<int>(units.size());
    }
    co_return got;
}

boost::asio::awaitable<void> acquire_one(videosdk::client& client, int& got)
{
    auto units = co_await client.acquire(one_recording);
    got += static_cast<int>(units.size());
}

void serve_units(raw_peer& peer)
{
    while (!peer.read_request().empty()) {
        peer.write(test_support::ok(unit_json));
    }
}

std::string plain_url(const raw_server& server)
{
    return "http://127.0.0.1:" + std::to_string(server.port());
}

} // namespace

BOOST_AUTO_TEST_SUITE(connections)

BOOST_AUTO_TEST_CASE(a_thousand_sequential_acquires_open_one_connection)
{
    boost::asio::io_context io;
    emulated world(io);
    videosdk::client client(io.get_executor(), world.client_options());
    BOOST_TEST(run(io, acquire_times(client, 1000)) == 1000);
    const auto counts = world.provider.statistics();
    BOOST_TEST(counts.connections_accepted == 1U);
    BOOST_TEST(counts.count("acquire", 200) == 1000U);
    BOOST_TEST(counts.resources_acquired == 1000U);
}

BOOST_AUTO_TEST_CASE(a_thousand_concurrent_acquires_open_exactly_the_cap)
{
    boost::asio::io_context io;
    emulated world(io);
    auto options = world.client_options();
    options.pool.max_connections = 8;
    videosdk::client client(io.get_executor(), options);
    int got = 0;
    for (int i = 0; i < 1000; ++i) {
        boost::asio::co_spawn(io, acquire_one(client, got), boost::asio::detached);
    }
    while (got < 1000 && io.run_one() != 0) {}
    BOOST_TEST(got == 1000);
    const auto counts = world.provider.statistics();
    BOOST_TEST(counts.connections_accepted == 8U);
    BOOST_TEST(counts.tls_handshakes == 8U);
    BOOST_TEST(counts.count("acquire", 200) == 1000U);
}

BOOST_AUTO_TEST_CASE(close_ends_idle_connections_so_that_run_returns_and_later_calls_connect_anew)
{
    const raw_server server([](raw_peer& peer, unsigned) { serve_units(peer); });
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for(plain_url(server)));
    run(io, client.get("r1"));
    client.close();
    io.restart();
    io.run();
    BOOST_TEST(run(io, client.counts()).connections_open == 0U);
    run(io, client.get("r1"));
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_died_while_idle_costs_neither_an_attempt_nor_an_acquire)
{
    // Each connection answers one request and then ends, by FIN and by RST in turn.
    std::atomic<int> acquired{0};
    const raw_server server([&](raw_peer& peer, unsigned nth) {
        if (peer.read_request().empty()) {
            return;
        }
        ++acquired;
        peer.write(test_support::ok(R"({"success":true,"data":[)" + std::string(unit_json) + "]}"));
        if (nth % 2 == 0) {
            peer.close();
        } else {
            peer.reset();
        }
    });
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for(plain_url(server)));
    auto pause_and_acquire = [&]() -> boost::asio::awaitable<int> {
        int attempts = 0;
        for (int i = 0; i < 20; ++i) {
            auto got = co_await client.try_acquire(one_recording, {.max_attempts = 1});
            attempts += got.has_value() ? 1 : 100;
            // Until the connection is seen to be gone: the pending read of the idle connection tells.
            for (auto counts = co_await client.counts(); counts.connections_open != 0;
                 counts = co_await client.counts()) {
                boost::asio::steady_timer soon(io, 1ms);
                co_await soon.async_wait(boost::asio::use_awaitable);
            }
        }
        co_return attempts;
    };
    BOOST_TEST(run(io, pause_and_acquire()) == 20);
    BOOST_TEST(acquired == 20);
    BOOST_TEST(server.accepted() == 20U);
}

BOOST_AUTO_TEST_CASE(a_fin_unseen_by_a_busy_io_context_is_found_at_checkout)
{
    std::atomic<int> ended{0};
    const raw_server server([&](raw_peer& peer, unsigned) {
        if (!peer.read_request().empty()) {
            peer.write(test_support::ok(unit_json));
            peer.close();
            ++ended;
        }
    });
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for(plain_url(server)));
    auto rounds = [&]() -> boost::asio::awaitable<int> {
        int failed = 0;
        for (int i = 0; i < 50; ++i) {
            auto got = co_await client.try_release("64f1a2b3c4d5e6f7a8b9c0d1", {.max_attempts = 1});
            failed += got.has_error() && got.error().code() == errc::unexpected_response ? 0 : 1;
            // The io_context is kept busy, so that no reactor turn can see the FIN, until it has certainly
            // arrived.
            while (ended <= i) {}
            const auto until = std::chrono::steady_clock::now() + 2ms;
            while (std::chrono::steady_clock::now() < until) {}
        }
        co_return failed;
    };
    BOOST_TEST(run(io, rounds()) == 0);
}

BOOST_AUTO_TEST_CASE(a_connection_is_not_reused_after_a_timeout_nor_its_late_answer_given_to_the_next)
{
    std::atomic<bool> late{false};
    const raw_server server([&](raw_peer& peer, unsigned nth) {
        peer.read_request();
        if (nth == 0) {
            while (!late) {
                std::this_thread::yield();
            }
            peer.write(test_support::ok(R"({"id":"late"})"));
            peer.wait_for_end();
        } else {
            peer.write(test_support::ok(R"({"id":"fresh"})"));
            peer.wait_for_end();
        }
    });
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for(plain_url(server)));
    const auto first = run(io, client.try_get("r1", {.timeout = 30ms}));
    BOOST_REQUIRE(first.has_error());
    BOOST_TEST((first.error().code() == errc::response_timeout));
    late = true;
    BOOST_TEST(run(io, client.get("r1")).id == "fresh");
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(leftover_bytes_close_the_connection)
{
    const raw_server server([](raw_peer& peer, unsigned) {
        peer.read_request();
        peer.write(test_support::ok(unit_json) + test_support::ok(R"({"id":"smuggled"})"));
        peer.wait_for_end();
    });
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for(plain_url(server)));
    run(io, client.get("r1"));
    BOOST_TEST(run(io, client.get("r1")).id == "64f1a2b3c4d5e6f7a8b9c0d1");
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(what_comes_behind_an_answer_in_a_record_of_its_own_closes_the_connection)
{
    const auto authority = test_support::make_authority();
    const auto made = test_support::make_leaf({}, &authority);
    for (const bool farewell : {false, true}) {
        const raw_server server(
            [farewell](raw_peer& peer, unsigned) {
                peer.read_request();
                peer.hold_back(); // so that the client has all of it when it reads the answer
                peer.write(test_support::ok(unit_json));
                if (farewell) {
                    peer.say_goodbye();
                } else {
                    peer.write(test_support::ok(R"({"id":"smuggled"})"));
                    peer.wait_for_end();
                }
            },
            test_support::raw_tls{made.certificate_pem, made.private_key_pem});
        boost::asio::io_context io;
        videosdk::client_options options = options_for("https://localhost:" + std::to_string(server.port()));
        options.tls.ca_pem = authority.certificate_pem;
        options.retry.max_attempts = 1;
        videosdk::client client(io.get_executor(), options);
        const auto twice = [&]() -> boost::asio::awaitable<std::string> {
            co_await client.get("r1");
            // At once, in the turn in which the answer came.
            const videosdk::resource second = co_await client.get("r1");
            co_return second.id;
        };
        BOOST_TEST(run(io, twice()) == "64f1a2b3c4d5e6f7a8b9c0d1");
        BOOST_TEST(server.accepted() == 2U);
    }
}

BOOST_AUTO_TEST_CASE(an_end_that_comes_with_an_answer_closes_the_connection)
{
    const auto authority = test_support::make_authority();
    const auto made = test_support::make_leaf({}, &authority);
    const auto learn_of_it = [&](bool tls, int answers) {
        const raw_server server(
            [answers](raw_peer& peer, unsigned nth) {
                for (int i = 1; i < answers && !peer.read_request().empty(); ++i) {
                    peer.write(test_support::ok(unit_json));
                }
                if (nth != 0 || peer.read_request().empty()) {
                    return;
                }
                peer.hold_back(); // the FIN is in the answer's packet
                peer.write(test_support::ok(unit_json));
                peer.close();
            },
            tls ? std::optional(raw_tls{made.certificate_pem, made.private_key_pem}) : std::nullopt);
        boost::asio::io_context io;
        videosdk::client_options options =
            options_for(tls ? "https://localhost:" + std::to_string(server.port()) : plain_url(server),
                        authority.certificate_pem);
        options.retry.max_attempts = 1;
        videosdk::client client(io.get_executor(), options);
        const auto one_more = [&]() -> boost::asio::awaitable<int> {
            for (int i = 0; i < answers; ++i) {
                co_await client.get("r1");
            }
            // At once, in the turn in which the last answer came.
            const videosdk::resource next = co_await client.get("r1");
            co_return static_cast<int>(next.id.size());
        };
        BOOST_TEST(run(io, one_more()) == 24);
        BOOST_TEST(server.accepted() == 2U);
    };
    // Enough for the client to count on their order. At least one in four it asks the epoll for; the others
    // it reads before anybody has told of the end.
    for (int answers = 40; answers < 44; ++answers) {
        learn_of_it(false, answers);
        learn_of_it(true, answers);
    }
}

BOOST_AUTO_TEST_CASE(a_caller_may_run_the_context_until_another_call_has_ended)
{
    const raw_server server([](raw_peer& peer, unsigned) {
        while (!peer.read_request().empty()) {
            peer.write(test_support::ok(unit_json));
        }
    });
    boost::asio::io_context io(1);
    videosdk::client_options options = options_for(plain_url(server));
    options.serial_executor = true; // the caller is resumed in the turn of the socket
    videosdk::client client(io.get_executor(), options);
    const auto nested = [&]() -> boost::asio::awaitable<bool> {
        co_await client.get("r1");
        std::optional<bool> done;
        boost::asio::co_spawn(
            io, client.get("r1"),
            [&](std::exception_ptr failure, const videosdk::resource&) { done = !failure; });
        while (!done) {
            io.run_one();
        }
        co_return *done;
    };
    BOOST_TEST(run(io, nested()));
    BOOST_TEST(server.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(a_body_that_the_socket_does_not_take_at_once_arrives_whole)
{
    const std::string body = '"' + std::string(8'000'000, 'a') + '"';
    const auto authority = test_support::make_authority();
    const auto made = test_support::make_leaf({}, &authority);
    for (const bool tls : {false, true}) {
        std::atomic<int> whole{0};
        const raw_server server(
            [&](raw_peer& peer, unsigned) {
                for (std::string request = peer.read_request(); !request.empty();
                     request = peer.read_request()) {
                    whole += request.ends_with("\r\n\r\n" + body) ? 1 : 0;
                    peer.write(test_support::ok("{}"));
                }
            },
            tls ? std::optional(raw_tls{made.certificate_pem, made.private_key_pem, false, false})
                : std::nullopt);
        boost::asio::io_context io;
        videosdk::client client(
            io.get_executor(),
            options_for(tls ? "https://localhost:" + std::to_string(server.port()) : plain_url(server),
                        authority.certificate_pem));
        for (int i = 0; i < 2; ++i) {
            BOOST_TEST(run(io, client.request(videosdk::verb::post, "/rooms", body)).status == 200U);
        }
        BOOST_TEST(whole == 2);
        BOOST_TEST(server.accepted() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_tls_session_is_resumed_by_the_next_connection)
{
    const auto authority = test_support::make_authority();
    const auto made = test_support::make_leaf({}, &authority);
    for (const bool tls_1_2 : {false, true}) {
        std::atomic<int> resumed{0};
        const raw_server server(
            [&](raw_peer& peer, unsigned) {
                resumed += peer.resumed() ? 1 : 0;
                peer.read_request();
                peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                           std::to_string(unit_json.size()) + "\r\n\r\n" + std::string(unit_json));
                peer.wait_for_end();
            },
            raw_tls{made.certificate_pem, made.private_key_pem, false, tls_1_2});
        boost::asio::io_context io;
        videosdk::client client(
            io.get_executor(),
            options_for("https://localhost:" + std::to_string(server.port()), authority.certificate_pem));
        for (int i = 0; i < 4; ++i) {
            run(io, client.get("r1"));
        }
        BOOST_TEST(server.accepted() == 4U);
        BOOST_TEST(resumed == 3);
    }
}

BOOST_AUTO_TEST_CASE(the_servers_keep_alive_timeout_is_honoured)
{
    const raw_server server([](raw_peer& peer, unsigned) {
        while (!peer.read_request().empty()) {
            peer.write("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=0\r\nContent-Length: 2\r\n\r\n{}");
        }
    });
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for(plain_url(server)));
    run(io, client.request(videosdk::verb::get, "/rooms"));
    run(io, client.request(videosdk::verb::get, "/rooms"));
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(unsolicited_bytes_close_an_idle_connection_and_are_nobodys_answer)
{
    std::atomic<bool> said{false};
    const raw_server server([&](raw_peer& peer, unsigned nth) {
        peer.read_request();
        peer.write(test_support::ok(unit_json));
        if (nth == 0) {
            peer.write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
            said = true;
        }
        peer.wait_for_end();
    });
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for(plain_url(server)));
    run(io, client.get("r1"));
    while (!said) {}
    const auto until = std::chrono::steady_clock::now() + 2ms;
    while (std::chrono::steady_clock::now() < until) {}
    BOOST_TEST(run(io, client.get("r1")).id == "64f1a2b3c4d5e6f7a8b9c0d1");
}

BOOST_AUTO_TEST_SUITE_END()
