// Several addresses, and how much one address of a client may have.
#include "world.hpp"

#include <videosdk/error.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <set>

using namespace server_tests;

namespace {

std::string forwarded(std::string_view list)
{
    return "X-Forwarded-For: " + std::string(list) + "\r\n";
}

} // namespace

BOOST_AUTO_TEST_SUITE(addresses)

BOOST_AUTO_TEST_CASE(every_address_is_listened_on_and_its_port_is_told)
{
    world here;
    here.options.more_addresses = {"127.0.0.2:0", "127.0.0.3:0"};
    here.start();
    const std::vector<std::uint16_t> ports = here.server->ports();
    BOOST_REQUIRE_EQUAL(ports.size(), 3U);
    BOOST_CHECK_EQUAL(ports.front(), here.server->port());
    for (std::size_t i = 0; i < ports.size(); ++i) {
        asio::ip::tcp::socket socket(*here.io);
        const auto address = asio::ip::make_address("127.0.0." + std::to_string(i + 1));
        socket.connect(asio::ip::tcp::endpoint(address, ports[i]));
        const std::string request = get("/" + std::to_string(i));
        socket.send(asio::buffer(request));
        here.run_until([&] { return here.seen.size() == i + 1; });
        BOOST_CHECK_EQUAL(here.seen[i].target, "/" + std::to_string(i));
    }
}

BOOST_AUTO_TEST_CASE(both_families_take_the_same_port)
{
    world here;
    here.start();
    for (const bool v6_first : {false, true}) {
        bool shared = false;
        for (int attempt = 0; attempt < 50 && !shared; ++attempt) {
            http::server_options options;
            options.more_addresses = {v6_first ? "0.0.0.0:0" : "[::]:0"};
            http::server probe(here.io->get_executor(), v6_first ? "[::]:0" : "0.0.0.0:0", options,
                               echo(here.seen));
            try {
                probe.start();
            } catch (const videosdk::error& failure) {
                without_ipv6(failure);
                return;
            }
            const std::string taken = std::to_string(probe.ports()[v6_first ? 0 : 1]);
            http::server other(here.io->get_executor(), "0.0.0.0:" + taken, {}, echo(here.seen));
            try {
                other.start(); // an IPv6 socket leaves IPv4 alone
                shared = true;
            } catch (const videosdk::error& failure) {
                BOOST_TEST_MESSAGE("a socket of somebody else's has the port: " << failure.what());
            }
        }
        BOOST_CHECK(shared);
    }
}

BOOST_AUTO_TEST_CASE(a_server_listens_on_all_of_its_addresses_or_on_none)
{
    world here;
    here.start();
    const std::string taken = "127.0.0.1:" + std::to_string(here.server->port());
    http::server_options options;
    options.more_addresses = {taken};
    http::server second(here.io->get_executor(), "127.0.0.2:0", options, echo(here.seen));
    try {
        second.start();
        BOOST_ERROR("listens on an address that is taken");
    } catch (const videosdk::error& failure) {
        BOOST_CHECK(failure.code() == videosdk::errc::address_in_use);
        BOOST_CHECK(failure.info().detail.find(taken) != std::string::npos);
    }
    BOOST_CHECK_EQUAL(second.port(), 0U);
    BOOST_CHECK(second.ports().empty());
    // and may try again when the address is free
    here.server->stop();
    here.settle();
    second.start();
    BOOST_CHECK_EQUAL(second.ports().size(), 2U);
}

BOOST_AUTO_TEST_CASE(one_connection_too_many_of_an_address_is_shed_and_other_addresses_are_served)
{
    world here;
    here.options.max_connections_per_address = 2;
    here.start();
    peer first(here);
    std::optional<peer> second(std::in_place, here);
    here.run_until([&] { return here.counts().connections_open == 2; });
    peer third(here);
    third.send(get("/a"));
    BOOST_CHECK_EQUAL(status_of(third.rest()), 503U);
    BOOST_CHECK_EQUAL(here.counts().connections_shed, 1U);
    BOOST_CHECK_EQUAL(here.counts().connections_shed_by_address, 1U);
    asio::ip::tcp::socket other(*here.io);
    other.open(asio::ip::tcp::v4());
    other.bind(asio::ip::tcp::endpoint(asio::ip::make_address("127.0.0.9"), 0));
    other.connect(asio::ip::tcp::endpoint(asio::ip::make_address("127.0.0.1"), here.server->port()));
    const std::string request = get("/other");
    other.send(asio::buffer(request));
    here.run_until([&] { return here.seen.size() == 1; });
    // and a place that becomes free is given away again
    second.reset();
    here.run_until([&] { return here.counts().connections_open == 2; });
    peer fourth(here);
    fourth.send(get("/b"));
    BOOST_CHECK_EQUAL(status_of(fourth.answer()), 200U);
}

BOOST_AUTO_TEST_CASE(of_a_trusted_proxy_requests_in_progress_are_counted_by_the_forwarded_address)
{
    world here;
    here.options.max_connections_per_address = 1;
    here.options.trusted_proxies = {"127.0.0.0/8"};
    asio::steady_timer gate(*here.io, asio::steady_timer::time_point::max());
    here.start([&](const http::server_request& request) -> asio::awaitable<http::server_response> {
        if (request.target == "/slow") {
            boost::system::error_code ignored;
            co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        co_return http::server_response(200, "done");
    });
    peer first(here);
    peer second(here);
    peer third(here);
    first.send(get("/slow", forwarded("192.0.2.1")));
    here.run_until([&] { return here.counts().requests == 1; });
    // the same client elsewhere is shed, whatever it claims to the left, and its proxy keeps the connection
    second.send(get("/a", forwarded("198.51.100.1, 192.0.2.1")));
    BOOST_CHECK_EQUAL(status_of(second.answer()), 503U);
    second.send(get("/a", forwarded("198.51.100.1")));
    BOOST_CHECK_EQUAL(status_of(second.answer()), 200U);
    third.send(get("/a"));
    BOOST_CHECK_EQUAL(status_of(third.answer()), 200U);
    BOOST_CHECK_EQUAL(here.counts().requests_shed, 1U);
    gate.cancel();
    BOOST_CHECK_EQUAL(status_of(first.answer()), 200U);
    second.send(get("/a", forwarded("192.0.2.1")));
    BOOST_CHECK_EQUAL(status_of(second.answer()), 200U);
    BOOST_CHECK_EQUAL(here.counts().connections_shed, 0U);
}

BOOST_AUTO_TEST_CASE(nobody_else_is_believed_about_addresses)
{
    world here;
    here.options.trusted_proxies = {"10.0.0.0/8"};
    std::vector<std::string> told;
    here.options.on_access = [&](const videosdk::access_record& record) {
        told.emplace_back(record.forwarded);
    };
    here.start();
    peer client(here);
    client.send(get("/a", forwarded("192.0.2.1")));
    BOOST_CHECK_EQUAL(status_of(client.answer()), 200U);
    BOOST_REQUIRE_EQUAL(told.size(), 1U);
    BOOST_CHECK_EQUAL(told[0], "");
}

BOOST_AUTO_TEST_SUITE_END()
