// Starting: addresses, ports, options.
#include "world.hpp"

#include <videosdk/errc.hpp>

using namespace server_tests;
using namespace std::chrono_literals;
using videosdk::errc;

namespace {

http::server::handler nobody()
{
    return [](const http::server_request&) -> asio::awaitable<http::server_response> {
        co_return http::server_response(200, "");
    };
}

videosdk::error failure_of(const std::function<void()>& action)
{
    try {
        action();
    } catch (const videosdk::error& failure) {
        return failure;
    }
    return videosdk::error(boost::system::error_code());
}

} // namespace

BOOST_AUTO_TEST_SUITE(starting)

BOOST_AUTO_TEST_CASE(port_zero_takes_a_free_port_and_says_which)
{
    asio::io_context io;
    http::server first(io.get_executor(), "127.0.0.1:0", {}, nobody());
    http::server second(io.get_executor(), "localhost:0", {}, nobody());
    BOOST_CHECK_EQUAL(first.port(), 0U);
    first.start();
    second.start();
    BOOST_CHECK_NE(first.port(), 0U);
    BOOST_CHECK_NE(second.port(), 0U);
    BOOST_CHECK_NE(first.port(), second.port());
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_an_error_that_names_it_and_what_to_do)
{
    asio::io_context io;
    http::server first(io.get_executor(), "127.0.0.1:0", {}, nobody());
    first.start();
    const std::string address = "127.0.0.1:" + std::to_string(first.port());
    http::server_options options;
    options.name = "webhook_listener";
    http::server second(io.get_executor(), address, options, nobody());
    const auto failure = failure_of([&] { second.start(); });
    BOOST_CHECK(failure.code() == errc::address_in_use);
    BOOST_CHECK_EQUAL(failure.info().call, "webhook_listener");
    BOOST_CHECK(failure.info().detail.find(address) != std::string::npos);
    BOOST_CHECK(failure.info().detail.find("another port") != std::string::npos);
    // A port that was left is free at once.
    first.stop();
    io.run();
    second.start();
    BOOST_CHECK_NE(second.port(), 0U);
}

BOOST_AUTO_TEST_CASE(an_address_that_is_none_is_an_error_that_shows_one)
{
    asio::io_context io;
    for (const auto* address : {"", "127.0.0.1", "example.com:80", "127.0.0.1:99999", "::1:80"}) {
        http::server server(io.get_executor(), address, {}, nobody());
        const auto failure = failure_of([&] { server.start(); });
        BOOST_CHECK(failure.code() == errc::invalid_argument);
        BOOST_CHECK(failure.info().detail.find("127.0.0.1:8080") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(an_address_of_another_machine_is_an_error)
{
    asio::io_context io;
    http::server server(io.get_executor(), "192.0.2.1:0", {}, nobody()); // RFC 5737: nobody's
    const auto failure = failure_of([&] { server.start(); });
    BOOST_CHECK(failure.code() == errc::listen_failed);
    BOOST_CHECK(failure.info().detail.find("192.0.2.1:0") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_server_is_started_once_and_not_after_its_end)
{
    asio::io_context io;
    http::server server(io.get_executor(), "127.0.0.1:0", {}, nobody());
    server.start();
    BOOST_CHECK(failure_of([&] { server.start(); }).code() == errc::invalid_argument);
    server.stop();
    server.stop();
    BOOST_CHECK(failure_of([&] { server.start(); }).code() == errc::closed);
    io.run();
}

BOOST_AUTO_TEST_CASE(an_option_out_of_range_is_named)
{
    struct row {
        const char* name;
        std::function<void(http::server_options&)> spoil;
    };
    for (const row& each : std::vector<row>{
             {"name", [](auto& options) { options.name.clear(); }},
             {"max_head", [](auto& options) { options.head.max_head = 10; }},
             {"max_target", [](auto& options) { options.head.max_target = options.head.max_head + 1; }},
             {"max_headers", [](auto& options) { options.head.max_headers = 0; }},
             {"max_body", [](auto& options) { options.max_body = static_cast<std::size_t>(-1); }},
             {"max_body_memory", [](auto& options) { options.max_body_memory = options.max_body - 1; }},
             {"max_connections", [](auto& options) { options.max_connections = 0; }},
             {"head_timeout", [](auto& options) { options.head_timeout = 0s; }},
             {"request_timeout", [](auto& options) { options.request_timeout = -1s; }},
             {"handler_timeout",
              [](auto& options) { options.handler_timeout = std::chrono::nanoseconds::max(); }},
             {"write_timeout", [](auto& options) { options.write_timeout = 25h; }},
             {"idle_timeout", [](auto& options) { options.idle_timeout = 0ns; }},
             {"certificate_chain_pem", [](auto& options) { options.tls.emplace(); }},
             {"health_path", [](auto& options) { options.health_path = "healthz"; }},
             {"health_path", [](auto& options) { options.health_path = "/"; }},
             {"health_path", [](auto& options) { options.health_path = "/a?b"; }},
             {"more_addresses[1]",
              [](auto& options) { options.more_addresses = {"[::]:0", "example.com:80"}; }},
             {"trusted_proxies[0]", [](auto& options) { options.trusted_proxies = {"proxy.example.com"}; }},
             {"trusted_proxies[1]",
              [](auto& options) { options.trusted_proxies = {"10.0.0.0/8", "10.0.0.0/33"}; }},
             {"10.0.0.0/8", [](auto& options) { options.trusted_proxies = {"10.0.0.1/8"}; }},
         }) {
        http::server_options options;
        each.spoil(options);
        const auto failure = failure_of([&] { http::validate(options); });
        BOOST_CHECK(failure.code() == errc::invalid_argument);
        BOOST_CHECK_MESSAGE(failure.info().detail.find(each.name) != std::string::npos,
                            failure.info().detail);
        BOOST_CHECK_EQUAL(failure.info().call, options.name);
        options.type = "public_options";
        BOOST_CHECK_EQUAL(failure_of([&] { http::validate(options); }).info().call, "public_options");
    }
    BOOST_CHECK_NO_THROW(http::validate(http::server_options()));
    asio::io_context io;
    BOOST_CHECK(failure_of([&] { http::server none(io.get_executor(), "127.0.0.1:0", {}, {}); }).code() ==
                errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(ipv6_is_served_where_it_exists)
{
    world here;
    try {
        here.start({}, "[::1]:0");
    } catch (const videosdk::error& failure) {
        without_ipv6(failure);
        return;
    }
    asio::ip::tcp::socket socket(*here.io);
    socket.connect(asio::ip::tcp::endpoint(asio::ip::make_address("::1"), here.server->port()));
    const std::string request = get("/six");
    socket.send(asio::buffer(request));
    here.run_until([&] { return !here.seen.empty(); });
    BOOST_CHECK_EQUAL(here.seen[0].peer, "[::1]:" + std::to_string(socket.local_endpoint().port()));
}

BOOST_AUTO_TEST_SUITE_END()
