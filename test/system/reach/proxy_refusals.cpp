// Whatever a proxy does instead of opening a tunnel, nothing of the request leaves, and the error says which
// proxy did what.
#include "support/raw_server.hpp"
#include "tunnel_proxy.hpp"
#include "world.hpp"

#include <atomic>

namespace {

using namespace test;
using test_support::raw_peer;
using test_support::raw_server;
using videosdk::errc;

struct row {
    const char* name;
    std::string answer; ///< Behind it the proxy closes, unless it is a 200.
    const char* words;
    const char* userinfo = "";
};

const row rows[] = {
    {"it asks who is there", "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
     "refused a tunnel to api.invalid:80: 407 (it wants to know who asks: set user and password in "
     "proxy.url)"},
    {"it does not know the user", "HTTP/1.1 407 No\r\n\r\n",
     "407 (it does not take the user and password of proxy.url)", "user:word@"},
    {"it forbids", "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nNope",
     "403 (it does not allow tunnels there)"},
    {"it does not know CONNECT", "HTTP/1.0 405 Method Not Allowed\r\n\r\n", "405 (it does not allow"},
    {"it does not reach the host", "HTTP/1.1 502 Bad Gateway\r\n\r\n", "502 (it cannot reach that host)"},
    {"it is overloaded", "HTTP/1.1 503 Busy\r\n\r\n", "503 (it cannot reach that host)"},
    {"it waits in vain", "HTTP/1.1 504 Late\r\n\r\n", "504 (it cannot reach that host)"},
    {"it redirects", "HTTP/1.1 302 Found\r\nLocation: https://x/\r\n\r\n", "api.invalid:80: 302"},
    {"it switches protocols", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "api.invalid:80: 101"},
    {"it speaks of something else", "SSH-2.0-OpenSSH_9.2\r\n", "by bytes that are no HTTP/1.1"},
    {"it speaks HTTP/2", "HTTP/2 200\r\n\r\n", "by bytes that are no HTTP/1.1"},
    {"its status is no number", "HTTP/1.1 2xx OK\r\n\r\n", "by bytes that are no HTTP/1.1"},
    {"its status has four digits", "HTTP/1.1 2000\r\n\r\n", "by bytes that are no HTTP/1.1"},
    {"its head is cut off", "HTTP/1.1 200 Connection est", "in the middle of its answer to CONNECT"},
    {"its head does not end", "HTTP/1.1 200 OK\r\nX: " + std::string(3000, 'a') + "\r\n",
     "by a head of more than pool.max_response_head = 1024 bytes"},
    {"its head is too long", "HTTP/1.1 200 OK\r\nX: " + std::string(1100, 'a') + "\r\n\r\n",
     "by a head of more than pool.max_response_head = 1024 bytes"},
    {"it goes on and on",
     [] {
         std::string text;
         for (int i = 0; i < 100; ++i) {
             text += "HTTP/1.1 100 Continue\r\n\r\n";
         }
         return text;
     }(),
     "by a head of more than pool.max_response_head = 1024 bytes"},
    {"it answers in the API's name", "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 418 Ha\r\nContent-Length: 0\r\n\r\n",
     "sent bytes behind the head of its answer"},
};

/// Another machine, but for the proxy.
videosdk::client_options options_by(const tunnel_proxy& by, unsigned port, const char* userinfo = "")
{
    auto options = options_for("http://api.invalid" + (port == 80 ? "" : ":" + std::to_string(port)));
    options.insecure_allow_plain_http = true;
    options.pool.max_response_head = 1024;
    options.proxy.url = by.url(userinfo);
    return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(proxy_refusals)

BOOST_AUTO_TEST_CASE(a_refusal_leaves_nothing_sent_and_names_the_proxy_and_what_it_did)
{
    for (const row& each : rows) {
        BOOST_TEST_CONTEXT(each.name)
        {
            const tunnel_proxy by([&](const std::string&, unsigned) { return each.answer; });
            boost::asio::io_context io;
            videosdk::client client(io.get_executor(), options_by(by, 80, each.userinfo));
            const auto got = run(io, client.try_acquire(one_recording, {.max_attempts = 1}));
            BOOST_REQUIRE(got.has_error());
            check_not_sent(got.error(), errc::connect_failed, each.words);
            BOOST_TEST(contains(got.error().what(), "the proxy " + by.name() + " "), got.error().what());
            BOOST_TEST(!contains(got.error().what(), "word@"), got.error().what());
            BOOST_TEST(by.heads().size() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_proxy_that_ends_without_a_word_is_named)
{
    // Given a listener that is no proxy: it takes the connection and closes it, once it has heard CONNECT.
    const raw_server closing([](raw_peer& peer, unsigned) { peer.read_request(); });
    auto options = options_for("https://api.invalid", some_roots());
    options.proxy.url = "http://127.0.0.1:" + std::to_string(closing.port());
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options);
    const auto got = run(io, client.try_acquire(one_recording, {.max_attempts = 1}));
    BOOST_REQUIRE(got.has_error());
    check_not_sent(got.error(), errc::connect_failed, "ended the connection instead of answering CONNECT");
}

BOOST_AUTO_TEST_CASE(an_acquire_is_tried_again_after_a_refusal_and_reaches_the_api_once)
{
    std::atomic<int> requests{0};
    const raw_server server([&](raw_peer& peer, unsigned) {
        while (!peer.read_request().empty()) {
            ++requests;
            peer.write(test_support::ok(one_unit()));
        }
    });
    // Interim answers, a length that means nothing, and pieces do no harm.
    const tunnel_proxy by([](const std::string&, unsigned nth) -> std::string {
        return nth == 0 ? "HTTP/1.1 503 Busy\r\n\r\n"
                        : "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\n"
                          "HTTP/1.0 200 Fine\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n";
    });
    auto options = options_by(by, server.port());
    options.retry.backoff_base = options.retry.backoff_cap = 1ns;
    world trial(options);
    trial.begin_acquire({.max_attempts = 2});
    while (!trial.got) {
        trial.turn();
        trial.clock->advance(1ns); // the back-off
    }
    BOOST_TEST(trial.got->has_value());
    BOOST_TEST(by.heads().size() == 2U);
    BOOST_TEST(requests == 1);
}

BOOST_AUTO_TEST_SUITE_END()
