// Through a proxy TLS goes end to end, and the proxy learns no more than host and port.
#include "scripted_names.hpp"
#include "support/certificates.hpp"
#include "support/raw_server.hpp"
#include "tunnel_proxy.hpp"
#include "world.hpp"

#include <mutex>
#include <optional>
#include <sstream>

namespace {

using namespace test;
using test_support::raw_peer;
using test_support::raw_server;
using test_support::raw_tls;
using videosdk::errc;

constexpr const char* api_host = "api.behind-a-proxy.invalid";

void serve_units(raw_peer& peer, unsigned)
{
    while (!peer.read_request().empty()) {
        peer.write(test_support::ok(one_unit()));
    }
}

/// A server that has a certificate for `name`.
struct tls_api {
    explicit tls_api(const std::string& name)
        : root(test_support::make_authority()), server(serve_units, material(name, root))
    {
    }

    static raw_tls material(const std::string& name, const test_support::certificate& root)
    {
        const auto leaf = test_support::make_leaf({.dns_names = {name}, .addresses = {"127.0.0.1"}}, &root);
        return {leaf.certificate_pem, leaf.private_key_pem};
    }

    videosdk::client_options options(const tunnel_proxy& by, const std::string& userinfo = {}) const
    {
        auto made = options_for(std::string("https://") + api_host + ":" + std::to_string(server.port()),
                                root.certificate_pem);
        made.proxy.url = by.url(userinfo);
        return made;
    }

    test_support::certificate root;
    raw_server server;
};

videosdk::result<std::vector<videosdk::resource>> acquire_with(const videosdk::client_options& options)
{
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options);
    return run(io, client.try_acquire(one_recording, {.max_attempts = 1}));
}

std::string text_of(const videosdk::client_options& options)
{
    std::ostringstream text;
    text << options << options.proxy;
    return text.str();
}

} // namespace

BOOST_AUTO_TEST_SUITE(proxies)

BOOST_AUTO_TEST_CASE(tls_goes_end_to_end_through_one_tunnel_a_connection)
{
    const tunnel_proxy by;
    const tls_api api(api_host);
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), api.options(by));
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(run(io, client.acquire(one_recording)).size() == 1U);
    }
    BOOST_TEST(api.server.accepted() == 1U);
    const std::string target = std::string(api_host) + ":" + std::to_string(api.server.port());
    BOOST_REQUIRE(by.heads().size() == 1U);
    BOOST_TEST(by.heads().front() == "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(the_certificate_must_be_the_apis_and_not_the_proxys)
{
    const tunnel_proxy by;
    const tls_api stranger("localhost"); // and 127.0.0.1, where the proxy is
    const auto got = acquire_with(stranger.options(by));
    BOOST_REQUIRE(got.has_error());
    check_not_sent(got.error(), errc::tls_failed, "mismatch");
    BOOST_TEST(contains(got.error().what(), "the proxy " + by.name()), got.error().what());
}

BOOST_AUTO_TEST_CASE(user_and_password_go_to_the_proxy_and_nowhere_else)
{
    const tunnel_proxy by;
    const tls_api api(api_host);
    const auto options = api.options(by, "some%20user:p%40ss:w%2Ford@");
    BOOST_TEST(acquire_with(options).has_value());
    BOOST_REQUIRE(by.heads().size() == 1U);
    BOOST_TEST(
        contains(by.heads().front(), "\r\nProxy-Authorization: Basic c29tZSB1c2VyOnBAc3M6dy9vcmQ=\r\n"),
        by.heads().front());

    const std::string printed = text_of(options);
    BOOST_TEST(contains(printed, by.name()), printed);
    const tunnel_proxy refusing([](const std::string& head, unsigned) {
        return "HTTP/1.1 407 " + head.substr(head.find("Basic ")) + "\r\n\r\n"; // It repeats what it heard.
    });
    const auto refused = acquire_with(api.options(refusing, "some%20user:p%40ss:w%2Ford@"));
    BOOST_REQUIRE(refused.has_error());
    for (const char* secret : {"user:", "some", "p%40ss", "p@ss", "c29tZSB1"}) {
        BOOST_TEST(!contains(printed, secret), printed);
        BOOST_TEST(!contains(refused.error().what(), secret), refused.error().what());
    }
}

BOOST_AUTO_TEST_CASE(a_plain_http_endpoint_on_another_machine_is_tunnelled_too)
{
    const tunnel_proxy by;
    std::mutex mutex;
    std::string seen;
    const raw_server server([&](raw_peer& peer, unsigned) {
        for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
            const std::lock_guard lock(mutex);
            seen = request;
            peer.write(test_support::ok(one_unit()));
        }
    });
    const std::string target = std::string(api_host) + ":" + std::to_string(server.port());
    auto options = options_for("http://" + target);
    options.insecure_allow_plain_http = true;
    options.proxy.url = by.url();
    const auto got = acquire_with(options);
    BOOST_TEST(got.has_value());
    BOOST_TEST(by.heads().size() == 1U);
    const std::lock_guard lock(mutex);
    BOOST_TEST(seen.starts_with("POST /v2/resource/acquire HTTP/1.1\r\nHost: " + target + "\r\n"), seen);
}

BOOST_AUTO_TEST_CASE(this_machine_and_the_hosts_of_no_proxy_are_reached_without)
{
    const tunnel_proxy by([](const std::string&, unsigned) { return "HTTP/1.1 403 No\r\n\r\n"; });
    const raw_server server(serve_units);
    const std::string port = std::to_string(server.port());
    for (const std::string& here : {"http://127.0.0.1:" + port, "http://localhost:" + port}) {
        auto options = options_for(here);
        options.proxy.url = by.url();
        BOOST_TEST(acquire_with(options).has_value(), here);
    }
    const scripted_names names{{"127.0.0.1"}};
    auto options = options_for(std::string("http://") + scripted_host + ":" + port);
    options.insecure_allow_plain_http = true;
    options.proxy.url = by.url();
    BOOST_TEST(acquire_with(options).has_error());
    BOOST_TEST(by.heads().size() == 1U);
    BOOST_TEST(names.asked() == 0U); // The API's name is the proxy's to resolve.
    options.proxy.no_proxy = "example.com, .INVALID";
    BOOST_TEST(acquire_with(options).has_value());
    BOOST_TEST(by.heads().size() == 1U);
    BOOST_TEST(names.asked() == 1U);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_is_not_there_is_named)
{
    std::string url;
    {
        const tunnel_proxy gone;
        url = gone.url("user:word@");
    }
    auto options = options_for(std::string("https://") + api_host, some_roots());
    options.proxy.url = url;
    const auto refused = acquire_with(options);
    BOOST_REQUIRE(refused.has_error());
    check_not_sent(refused.error(), errc::connect_failed,
                   "the proxy 127.0.0.1:" + url.substr(url.rfind(':') + 1) + " did not accept a connection");
    const scripted_names nobody{std::vector<std::string>()};
    options.proxy.url = std::string("http://user:word@") + scripted_host + ":3128";
    const auto unknown = acquire_with(options);
    BOOST_REQUIRE(unknown.has_error());
    check_not_sent(unknown.error(), errc::resolve_failed, std::string(scripted_host) + " was not resolved");
    BOOST_TEST(!contains(unknown.error().what(), "word"));
}

BOOST_AUTO_TEST_SUITE_END()
