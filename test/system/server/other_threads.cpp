// Draining, reloading and counting from threads that are not the server's: what ThreadSanitizer watches.
#include "support/certificates.hpp"
#include "world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

using namespace server_tests;
using namespace std::chrono_literals;

namespace {

// One connection after another, each with a request, until the port is closed.
void ask_for_ever(std::uint16_t port, std::atomic<int>& answered)
{
    const std::string request = get("/a");
    for (;;) {
        const int client = raw_connect(port);
        if (client < 0) {
            return;
        }
        ::send(client, request.data(), request.size(), MSG_NOSIGNAL);
        char answer[16];
        if (::recv(client, answer, sizeof answer, 0) > 0) {
            ++answered;
        }
        ::close(client);
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(other_threads)

BOOST_AUTO_TEST_CASE(a_server_under_load_is_drained_from_elsewhere)
{
    for (int round = 0; round < 5; ++round) {
        asio::io_context io;
        auto guard = asio::make_work_guard(io);
        std::atomic<int> answered{0};
        std::atomic<int> logged{0};
        http::server_options options;
        options.max_connections_per_address = 100;
        options.head_timeout = 100ms; // a connection accepted last may never send anything
        options.on_access = [&](const videosdk::access_record&) { ++logged; };
        http::server server(asio::make_strand(io), "127.0.0.1:0", options,
                            [](const http::server_request&) -> asio::awaitable<http::server_response> {
                                co_return http::server_response(200, "x");
                            });
        server.start();
        std::vector<std::thread> threads;
        for (int i = 0; i < 2; ++i) {
            threads.emplace_back([&] { io.run(); });
            threads.emplace_back([&] { ask_for_ever(server.port(), answered); });
        }
        while (answered < 50) {
            std::this_thread::yield();
        }
        asio::thread_pool elsewhere(2);
        auto first = asio::co_spawn(elsewhere, server.drain(60s), asio::use_future);
        auto second = asio::co_spawn(elsewhere, server.drain(30s), asio::use_future);
        static_cast<void>(server.counts());
        static_cast<void>(server.ports());
        BOOST_CHECK_EQUAL(first.get(), 0U);
        BOOST_CHECK_EQUAL(second.get(), 0U);
        guard.reset();
        elsewhere.join();
        for (std::thread& each : threads) {
            each.join();
        }
        BOOST_CHECK_EQUAL(server.counts().connections_open, 0U);
        BOOST_CHECK_GE(logged.load(), answered.load());
    }
}

BOOST_AUTO_TEST_CASE(certificates_are_changed_from_elsewhere_while_connections_come)
{
    const auto leaf = test_support::make_leaf();
    http::server_tls material;
    material.certificate_chain_pem = leaf.certificate_pem;
    material.private_key_pem = leaf.private_key_pem;
    http::server_options options;
    options.tls = material;
    asio::io_context io;
    auto guard = asio::make_work_guard(io);
    std::vector<seen_request> seen;
    std::optional<http::server> server;
    server.emplace(asio::make_strand(io), "127.0.0.1:0", options, echo(seen));
    server->start();
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
        threads.emplace_back([&] { io.run(); });
    }
    threads.emplace_back([&, port = server->port()] {
        std::atomic<int> answered{0};
        ask_for_ever(port, answered); // no TLS at all: sessions come and go
    });
    for (int i = 0; i < 50; ++i) {
        server->reload_certificate(material);
    }
    while (server->counts().handshakes_failed < 50) {
        std::this_thread::yield();
    }
    server.reset();
    guard.reset();
    for (std::thread& each : threads) {
        each.join();
    }
    BOOST_CHECK(seen.empty());
}

BOOST_AUTO_TEST_CASE(a_server_that_another_thread_ends_while_it_starts_is_closed_in_the_end)
{
    for (int round = 0; round < 200; ++round) {
        asio::io_context io;
        http::server server(asio::make_strand(io), "127.0.0.1:0", http::server_options(),
                            [](const http::server_request&) -> asio::awaitable<http::server_response> {
                                co_return http::server_response(200, "x");
                            });
        std::thread ending([&] { server.stop(); });
        try {
            server.start();
        } catch (const videosdk::error& failure) {
            BOOST_CHECK(failure.code() == videosdk::errc::closed);
        }
        ending.join();
        io.run(); // returns, since nothing listens
        if (server.port() != 0) {
            const int client = raw_connect(server.port());
            BOOST_CHECK_LT(client, 0);
            if (client >= 0) {
                ::close(client);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
