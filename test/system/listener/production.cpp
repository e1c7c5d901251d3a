// The listener's public face: counters, access log without secrets, health, drain, certificates.
#include "support/certificates.hpp"
#include "world.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <optional>
#include <sstream>

using namespace listener_tests;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(production)

BOOST_AUTO_TEST_CASE(no_secret_stands_in_the_access_log)
{
    world here;
    std::string log;
    std::vector<videosdk::refusal_cause> causes;
    here.options.health_path = "/healthz/ready";
    here.options.on_access = [&](const videosdk::access_record& record) {
        std::ostringstream line;
        line << record << '\n';
        log += line.str();
        causes.push_back(record.cause);
    };
    here.start();
    here.receive_a_webhook();
    const std::string url = here.receiver->webhook_url();
    const std::string path = url.substr(url.find('/', 8));
    const std::string token = path.substr(path.rfind('/') + 1);
    const std::string head =
        " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nvideosdk-signature: c2lnbmF0dXJl\r\n";
    const std::string body = "Content-Length: 15\r\n\r\n{\"private\":true}";
    here.ask("POST " + path + head + body);
    here.ask("POST " + path + "/" + head + body);
    here.ask("POST " + path + "/more/" + head + body);
    here.ask("POST " + path + "?key=hush" + head + body);
    here.ask("GET /?token=" + token + head + "\r\n");
    here.ask("GET /" + token + "/" + token + head + "\r\n");
    here.ask("POST " + path + head + "Content-Length: 9999999\r\n\r\n");
    here.ask("BAD " + path + " HTTP/9.9\r\n\r\n");
    here.ask("GET /healthz/ready" + head + "\r\n");
    BOOST_TEST_MESSAGE(log);
    for (const std::string& secret : {token, token.substr(30), std::string("v1-"), std::string("hush"),
                                      std::string("c2lnbmF0dXJl"), std::string("private"), here.secret}) {
        BOOST_CHECK_MESSAGE(log.find(secret) == std::string::npos, secret << " stands in the log");
    }
    BOOST_CHECK(log.find("\"POST /videosdk/*\" 200") != std::string::npos);
    BOOST_CHECK(log.find("\"POST /videosdk/*\" 401") != std::string::npos);
    BOOST_CHECK(log.find("verdict: the signature is not the provider's") != std::string::npos);
    BOOST_CHECK(log.find("\"GET /healthz/ready\" 200") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_came_and_what_became_of_it_is_counted)
{
    world here;
    here.start();
    here.receive_a_webhook();
    const auto counts = here.listener->counts();
    BOOST_CHECK_GE(counts.verified, 1U);
    BOOST_CHECK_EQUAL(counts.requests, counts.verified);
    BOOST_CHECK_EQUAL(counts.latency.count, counts.requests);
    BOOST_CHECK(counts.latency.longest > 0ns);
    BOOST_CHECK(counts.latency.total >= counts.latency.longest);
    std::ostringstream line;
    line << counts;
    BOOST_CHECK(line.str().find("verified=") != std::string::npos);
    BOOST_CHECK(line.str().find("latency: count=") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_listener_drains_and_says_so_to_the_load_balancer)
{
    world here;
    here.options.health_path = "/healthz";
    here.start();
    const std::string check = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    BOOST_CHECK_EQUAL(here.ask(check).substr(0, 12), "HTTP/1.1 200");
    asio::ip::tcp::socket open(here.io);
    open.connect({asio::ip::address_v4::loopback(), here.listener->port()});
    here.run_until([&] { return here.listener->counts().connections_open == 1; });
    std::optional<std::size_t> cut;
    asio::co_spawn(here.io, here.listener->drain(60s),
                   [&](const std::exception_ptr&, std::size_t got) { cut = got; });
    here.io.poll();
    asio::write(open, asio::buffer(check));
    std::string answer;
    bool read = false;
    asio::async_read(open, asio::dynamic_buffer(answer),
                     [&](const boost::system::error_code&, std::size_t) { read = true; });
    here.run_until([&] { return read; });
    BOOST_CHECK_EQUAL(answer.substr(0, 12), "HTTP/1.1 503");
    open.close();
    here.run_until([&] { return cut.has_value(); });
    BOOST_CHECK_EQUAL(*cut, 0U);
    BOOST_CHECK_THROW(here.listener->start(), videosdk::error);
}

BOOST_AUTO_TEST_CASE(a_certificate_is_changed_under_way)
{
    const auto old_leaf = test_support::make_leaf();
    const auto new_leaf = test_support::make_leaf();
    world here;
    here.options.certificate_chain_pem = old_leaf.certificate_pem;
    here.options.private_key_pem = old_leaf.private_key_pem;
    here.start();
    videosdk::tls_options trusting;
    trusting.ca_pem = new_leaf.certificate_pem;
    const auto before = here.await(here.receiver->try_self_test({.tls = &trusting}));
    BOOST_CHECK(before.has_error());
    here.listener->reload_certificate(new_leaf.certificate_pem, new_leaf.private_key_pem);
    here.await(here.receiver->self_test({.tls = &trusting}));
    BOOST_CHECK_THROW(here.listener->reload_certificate("", ""), videosdk::error);
    here.await(here.receiver->self_test({.tls = &trusting}));
}

BOOST_AUTO_TEST_CASE(a_health_path_that_is_a_webhooks_is_refused_and_so_is_a_proxy_that_is_none)
{
    world here;
    here.options.health_path = "/videosdk/healthz";
    try {
        here.start();
        BOOST_ERROR("took the path of a webhook");
    } catch (const videosdk::error& failure) {
        BOOST_CHECK(failure.code() == videosdk::errc::invalid_argument);
        BOOST_CHECK(failure.info().detail.find("health_path") != std::string::npos);
    }
    here.options.health_path.clear();
    here.options.trusted_proxies = {"10.0.0.0/40"};
    try {
        here.start();
        BOOST_ERROR("took a network that is none");
    } catch (const videosdk::error& failure) {
        BOOST_CHECK(failure.info().detail.find("trusted_proxies[0]") != std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
