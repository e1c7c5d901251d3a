// RFC 9112, section 9.8: how connections over TLS end. The client is OpenSSL over a socket of its own, so
// that a closure alert and a FIN are told apart. doc/http.md lists the tests.
#include "place.hpp"
#include "support/certificates.hpp"

#include <boost/asio/error.hpp>
#include <openssl/ssl.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include <sys/socket.h>

using namespace conformance;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

http::server_options over_tls()
{
    static const test_support::certificate leaf = test_support::make_leaf();
    http::server_options options;
    options.tls.emplace();
    options.tls->certificate_chain_pem = leaf.certificate_pem;
    options.tls->private_key_pem = leaf.private_key_pem;
    return options;
}

class tls_line {
public:
    explicit tls_line(place& where)
        : where_(where),
          socket_(where.io()),
          context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free),
          session_(SSL_new(context_.get()), &SSL_free)
    {
        std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes an alert of its own where an end is incomplete
        socket_.connect({asio::ip::address_v4::loopback(), where.port()});
        socket_.non_blocking(true);
        SSL_set_fd(session_.get(), socket_.native_handle());
        while (SSL_connect(session_.get()) != 1) {
            BOOST_REQUIRE_EQUAL(SSL_get_error(session_.get(), -1), SSL_ERROR_WANT_READ);
            wait();
        }
    }

    void send(const std::string& bytes)
    {
        BOOST_REQUIRE_EQUAL(SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())),
                            static_cast<int>(bytes.size()));
    }
    /// Our closure alert, and nothing else.
    void say_end() { BOOST_REQUIRE_EQUAL(SSL_shutdown(session_.get()), told_end() ? 1 : 0); }
    /// An incomplete close: a FIN without an alert.
    void fin() { socket_.shutdown(asio::ip::tcp::socket::shutdown_send); }
    /// All that comes until the server's alert, or until a FIN without one.
    std::string rest()
    {
        std::string text;
        for (std::vector<char> part(16UL * 1024);;) {
            const int size = SSL_read(session_.get(), part.data(), static_cast<int>(part.size()));
            if (size > 0) {
                text.append(part.data(), static_cast<std::size_t>(size));
            } else if (SSL_get_error(session_.get(), size) == SSL_ERROR_WANT_READ) {
                wait();
            } else {
                return text;
            }
        }
    }
    /// Whether the server's alert has come.
    bool told_end() const { return (SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
    /// Waits for what comes behind the alert: whether that is the FIN, and nothing else.
    bool ends_in_order()
    {
        wait();
        char more = 0;
        return ::recv(socket_.native_handle(), &more, 1, MSG_PEEK) == 0;
    }

private:
    void wait()
    {
        bool done = false;
        socket_.async_wait(asio::ip::tcp::socket::wait_read, [&](const error_code&) { done = true; });
        where_.run_until([&] { return done; });
    }

    place& where_;
    asio::ip::tcp::socket socket_;
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
    std::unique_ptr<SSL, void (*)(SSL*)> session_;
};

const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

} // namespace

BOOST_AUTO_TEST_SUITE(rfc9112_tls)

BOOST_AUTO_TEST_CASE(rfc9112_9_8_the_closure_alert_goes_before_the_fin)
{
    struct row {
        const char* what;
        std::string bytes;
        std::string answer;
        std::chrono::seconds idle; // how long nothing happens then
    };
    for (const row& each : std::vector<row>{
             {"the client says close", last, "HTTP/1.1 200 ", 0s},
             {"a refusal", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ", 0s},
             {"a request that does not end", "GET / HT", "HTTP/1.1 408 ", 5s},
             {"a connection that is idle too long", "", "", 60s},
         }) {
        BOOST_TEST_CONTEXT(each.what)
        {
            place here({}, over_tls());
            tls_line client(here);
            if (!each.bytes.empty()) {
                client.send(each.bytes);
            }
            if (each.idle > 0s) {
                here.run_until([&] { return here.counts().handshakes == 1; });
                here.wait_for_deadline(each.idle);
                here.pass(each.idle);
            }
            BOOST_CHECK_EQUAL(client.rest().substr(0, each.answer.size()), each.answer);
            BOOST_REQUIRE(client.told_end());
            client.say_end();
            BOOST_CHECK(client.ends_in_order());
            client.fin();
            here.run_until([&] { return here.counts().connections_open == 0; });
        }
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_9_8_a_client_that_never_answers_the_closure_alert_holds_nothing_for_long)
{
    place here({}, over_tls());
    tls_line client(here);
    client.send(last);
    BOOST_CHECK(client.rest().starts_with("HTTP/1.1 200 "));
    BOOST_CHECK(client.told_end());
    here.pass(over_tls().write_timeout);
    here.run_until([&] { return here.counts().connections_open == 0; });
}

BOOST_AUTO_TEST_CASE(rfc9112_9_8_a_request_is_answered_though_its_client_closes_incompletely)
{
    place here({}, over_tls());
    tls_line client(here);
    client.send(get);
    client.fin();
    BOOST_CHECK(client.rest().starts_with("HTTP/1.1 200 "));
    here.run_until([&] { return here.counts().connections_open == 0; });
    BOOST_CHECK_EQUAL(here.seen.size(), 1U);
    BOOST_CHECK(here.timeless());
}

BOOST_AUTO_TEST_CASE(rfc9112_9_8_a_request_that_an_incomplete_close_cuts_off_is_not_served)
{
    for (const std::string& bytes :
         {std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell"),
          std::string("GET / HTTP/1.1\r\nHost: a\r\n\r")}) {
        place here({}, over_tls());
        tls_line client(here);
        client.send(bytes);
        client.fin();
        here.run_until([&] { return here.counts().connections_open == 1; });
        here.run_until([&] { return here.counts().connections_open == 0; });
        BOOST_CHECK(here.seen.empty() && here.timeless());
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_9_8_an_incomplete_close_between_requests_is_no_error)
{
    place here({}, over_tls());
    tls_line client(here);
    client.send(get);
    here.run_until([&] { return here.seen.size() == 1; });
    client.fin();
    here.run_until([&] { return here.counts().connections_open == 0; });
    BOOST_CHECK_EQUAL(here.counts().refused, 0U);
    BOOST_CHECK_EQUAL(here.counts().timed_out, 0U);
    BOOST_CHECK(here.timeless());
}

BOOST_AUTO_TEST_CASE(rfc9112_9_8_a_clients_end_between_requests_is_answered_by_a_closure_alert)
{
    for (const bool complete : {true, false}) {
        place here({}, over_tls());
        tls_line client(here);
        client.send(get);
        here.run_until([&] { return here.seen.size() == 1; });
        if (complete) {
            client.say_end();
        } else {
            client.fin();
        }
        BOOST_CHECK(client.rest().starts_with("HTTP/1.1 200 "));
        BOOST_CHECK(client.told_end());
        BOOST_CHECK(client.ends_in_order());
        if (complete) {
            client.fin();
        }
        here.run_until([&] { return here.counts().connections_open == 0; });
        BOOST_CHECK_EQUAL(here.counts().refused, 0U);
        BOOST_CHECK(here.timeless());
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_9_8_a_request_that_a_closure_alert_cuts_off_is_answered_400)
{
    place here({}, over_tls());
    tls_line client(here);
    client.send(get.substr(0, 10));
    client.say_end();
    BOOST_CHECK(client.rest().starts_with("HTTP/1.1 400 "));
    BOOST_CHECK(client.told_end() && here.seen.empty());
    BOOST_CHECK(client.ends_in_order());
    client.fin();
    here.run_until([&] { return here.counts().connections_open == 0; });
    BOOST_CHECK(here.timeless());
}

BOOST_AUTO_TEST_SUITE_END()
