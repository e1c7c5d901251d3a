// Every setting that a user or a machine has: none leads to an unverified peer but the two that say so.
#include "trial.hpp"

#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>

#include <unistd.h>

namespace {

using namespace test;
using test_support::certificate;
using test_support::certificate_plan;
using videosdk::client_options;
using videosdk::errc;

/// A root, and a server for localhost below it.
struct host {
    certificate root = issue(test_support::authority_plan("test root"));
    tls_plan plan;

    host()
    {
        certificate_plan wanted;
        wanted.dns_names = {"localhost"};
        const certificate leaf = issue(wanted, &root);
        plan = {.chain_pem = leaf.certificate_pem, .key_pem = leaf.private_key_pem};
    }

    trial try_with(const std::function<void(client_options&)>& change, const std::string& name = "localhost",
                   const std::string& roots = {}) const
    {
        peer server(tls_peer(plan, serve_units));
        client_options options = options_for(server.url(name), roots);
        change(options);
        return acquire_from(server, options);
    }
};

class variable {
public:
    variable(const char* name, const std::string& value) : name_(name)
    {
        if (const char* const old = std::getenv(name)) {
            old_ = old;
        }
        ::setenv(name, value.c_str(), 1);
    }
    ~variable()
    {
        if (old_) {
            ::setenv(name_, old_->c_str(), 1);
        } else {
            ::unsetenv(name_);
        }
    }
    variable(const variable&) = delete;
    variable& operator=(const variable&) = delete;

private:
    const char* name_;
    std::optional<std::string> old_;
};

/// A file that lives as long as this.
class file {
public:
    explicit file(const std::string& text)
    {
        const int descriptor = ::mkstemp(name_);
        BOOST_REQUIRE(descriptor >= 0);
        BOOST_REQUIRE(::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
        ::close(descriptor);
    }
    ~file() { ::unlink(name_); }
    file(const file&) = delete;
    file& operator=(const file&) = delete;
    const char* name() const noexcept { return name_; }

private:
    char name_[32] = "trust_test_XXXXXX";
};

std::string refusal_of(const client_options& options)
{
    boost::asio::io_context io;
    try {
        const videosdk::client client(io.get_executor(), options);
    } catch (const videosdk::error& failure) {
        BOOST_TEST(!contains(failure.what(), secret_of_tests));
        return failure.what();
    }
    return "(accepted)";
}

std::string refusal_of_endpoint(const std::string& endpoint, bool insecure = false)
{
    client_options options = options_for(endpoint);
    options.insecure_allow_plain_http = insecure;
    return refusal_of(options);
}

/// Every public option but the two whose names begin with "insecure", each at a value that could matter.
void (*const options_that_must_not_matter[])(client_options&) = {
    [](client_options&) {},
    [](client_options& o) { o.insecure_allow_plain_http = true; },
    [](client_options& o) { o.tls.ca_pem = issue(test_support::authority_plan("x")).certificate_pem; },
    [](client_options& o) { o.endpoint += "/v2"; },
    [](client_options& o) { o.endpoint += "/"; },
    [](client_options& o) { o.endpoint.replace(0, 5, "HTTPS"); },
    [](client_options& o) { o.serial_executor = false; },
    [](client_options& o) { o.user_agent.clear(); },
    [](client_options& o) { o.headers = {{"X-Tenant", "a"}}; },
    [](client_options& o) { o.proxy.url = "http://127.0.0.1:9", o.proxy.no_proxy = "*"; },
    [](client_options& o) {
        const auto shown = issue(certificate_plan());
        o.tls.client_certificate_pem = shown.certificate_pem, o.tls.client_key_pem = shown.private_key_pem;
    },
    [](client_options& o) { o.timeout = std::chrono::hours(1); },
    [](client_options& o) { o.pool.max_connections = 1; },
    [](client_options& o) { o.pool.max_waiting = 1; },
    [](client_options& o) { o.pool.idle_limit = o.pool.age_limit = o.pool.connect_timeout = 1h; },
    [](client_options& o) { o.pool.max_response_head = o.pool.max_response_body = 1024; },
    [](client_options& o) { o.retry.max_attempts = 5; },
    [](client_options& o) { o.retry.backoff_base = o.retry.backoff_cap = 1ns; },
    [](client_options& o) { o.on_unclaimed = [](const videosdk::unclaimed_grant&) {}; },
    [](client_options& o) { o.credentials = videosdk::credentials::token("x.y.z"); },
};

} // namespace

BOOST_AUTO_TEST_SUITE(public_face)

BOOST_AUTO_TEST_CASE(no_option_leads_to_an_unverified_peer)
{
    const host untrusted;
    for (std::size_t i = 0; i < std::size(options_that_must_not_matter); ++i) {
        BOOST_TEST_CONTEXT("option " << i)
        {
            check_refused(untrusted.try_with(options_that_must_not_matter[i]), "issuer certificate");
        }
    }
}

BOOST_AUTO_TEST_CASE(only_the_option_that_says_so_accepts_any_certificate_and_prints_that_it_does)
{
    const host untrusted;
    const auto insecure = [](client_options& options) { options.tls.insecure_accept_any_certificate = true; };
    check_accepted(untrusted.try_with(insecure));
    check_accepted(untrusted.try_with(insecure, "another.example.com"));
    client_options options = options_for("https://localhost");
    insecure(options);
    std::ostringstream text;
    text << options;
    BOOST_TEST(contains(text.str(), "insecure"));
    // The name is not the value: by default it is off.
    BOOST_TEST(!client_options().tls.insecure_accept_any_certificate);
    BOOST_TEST(!client_options().insecure_allow_plain_http);
}

BOOST_AUTO_TEST_CASE(given_roots_stand_instead_of_the_machines_and_beside_each_other)
{
    const host ours;
    const host other;
    const file roots(other.root.certificate_pem);
    const auto both = [&roots](client_options& options) { options.tls.ca_file = roots.name(); };
    check_accepted(other.try_with(both));
    check_accepted(other.try_with(both, "localhost", ours.root.certificate_pem));
    check_accepted(ours.try_with(both, "localhost", ours.root.certificate_pem));
    check_refused(ours.try_with(both), "issuer certificate");
    check_refused(other.try_with(both, "www.example.com"), "mismatch");
}

BOOST_AUTO_TEST_CASE(roots_that_cannot_be_read_are_no_roots_and_no_licence)
{
    client_options options = options_for("https://localhost");
    options.tls.ca_file = "no-such-file.pem";
    BOOST_TEST(contains(refusal_of(options), "no-such-file.pem"));
    const file empty("");
    options.tls.ca_file = empty.name();
    BOOST_TEST(contains(refusal_of(options), empty.name()));
    const host ours;
    options.tls.ca_file.clear();
    for (const std::string& text :
         {std::string("nonsense"), ours.plan.key_pem, ours.root.certificate_pem.substr(0, 200),
          ours.root.certificate_pem + "-----BEGIN CERTIFICATE-----\nAAAA\n"
                                      "-----END CERTIFICATE-----\n"}) {
        options.tls.ca_pem = text;
        BOOST_TEST(contains(refusal_of(options), "tls.ca_pem"), text);
    }
    // Beside a sound file it is not overlooked either.
    const file sound(ours.root.certificate_pem);
    options.tls.ca_file = sound.name();
    const std::string empty_block = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    for (const std::string& text : {std::string("nonsense"), ours.plan.key_pem, empty_block,
                                    ours.root.certificate_pem + empty_block + ours.root.certificate_pem}) {
        options.tls.ca_pem = text;
        BOOST_TEST(contains(refusal_of(options), "tls.ca_pem"), text);
    }
    options.tls.ca_pem = ours.root.certificate_pem; // once more: it adds nothing, and is no mistake
    BOOST_TEST(refusal_of(options) == "(accepted)");
}

BOOST_AUTO_TEST_CASE(the_machines_roots_can_be_named_by_the_environment_but_not_switched_off)
{
    const host ours;
    const host other;
    const file roots(other.root.certificate_pem);
    const auto nothing = [](client_options&) {};
    {
        const variable file_of_roots("SSL_CERT_FILE", roots.name());
        check_accepted(other.try_with(nothing));
        check_refused(ours.try_with(nothing), "issuer certificate");
        // Roots given in the program are all the roots there are.
        check_refused(other.try_with(nothing, "localhost", ours.root.certificate_pem), "issuer certificate");
        check_refused(other.try_with(nothing, "www.example.com"), "mismatch");
    }
    for (const char* nowhere : {"", "no-such-file.pem"}) {
        const variable no_file("SSL_CERT_FILE", nowhere);
        const variable no_folder("SSL_CERT_DIR", nowhere);
        check_refused(other.try_with(nothing), "issuer certificate");
    }
}

BOOST_AUTO_TEST_CASE(what_other_programs_read_from_the_environment_is_not_read)
{
    const host untrusted;
    const variable variables[] = {
        {"NODE_TLS_REJECT_UNAUTHORIZED", "0"},
        {"GIT_SSL_NO_VERIFY", "1"},
        {"PYTHONHTTPSVERIFY", "0"},
        {"CURL_CA_BUNDLE", ""},
        {"CURL_INSECURE", "1"},
        {"SSL_VERIFY", "0"},
        {"VIDEOSDK_INSECURE", "1"},
        {"SSLKEYLOGFILE", "keys"},
        {"OPENSSL_ALLOW_PROXY_CERTS", "1"},
        {"HTTPS_PROXY", "http://127.0.0.1:9"},
        {"ALL_PROXY", "http://127.0.0.1:9"},
        {"https_proxy", "http://127.0.0.1:9"},
        {"http_proxy", "http://127.0.0.1:9"},
    };
    check_refused(untrusted.try_with([](client_options&) {}), "issuer certificate");
    check_accepted(untrusted.try_with([](client_options&) {}, "localhost", untrusted.root.certificate_pem));
    BOOST_TEST(!std::ifstream("keys").is_open());
}

BOOST_AUTO_TEST_CASE(plain_http_goes_to_this_machine_only)
{
    for (const char* here : {"http://localhost", "http://LocalHost:8080/v2", "http://127.0.0.1:1",
                             "http://127.9.9.9", "http://[::1]:8080"}) {
        BOOST_TEST(refusal_of_endpoint(here) == "(accepted)", here);
    }
    for (const char* away :
         {"http://api.videosdk.live", "HTTP://api.videosdk.live", "http://10.0.0.1", "http://192.168.1.1",
          "http://localhost.example.com", "http://a.localhost", "http://127.1", "http://0.0.0.0",
          "http://[::]", "http://[fe80::1]", "http://[::ffff:10.0.0.1]", "http://2130706433",
          "http://localhost.", "http://%31%30.0.0.1"}) {
        const std::string text = refusal_of_endpoint(away);
        BOOST_TEST(contains(text, "insecure_allow_plain_http"), std::string(away) << ": " << text);
        BOOST_TEST(refusal_of_endpoint(away, true) == "(accepted)", away);
    }
    client_options options = options_for("http://api.videosdk.live");
    options.insecure_allow_plain_http = true;
    std::ostringstream text;
    text << options;
    BOOST_TEST(contains(text.str(), "insecure"));
}

BOOST_AUTO_TEST_CASE(plain_http_by_the_environment_is_checked_like_any_other)
{
    const variable endpoint("VIDEOSDK_API_ENDPOINT", "http://api.example.com");
    client_options options = options_for(videosdk::endpoint_from_environment());
    BOOST_TEST(contains(refusal_of(options), "insecure_allow_plain_http"));
}

BOOST_AUTO_TEST_CASE(an_endpoint_whose_host_is_no_host_is_refused)
{
    for (const char* odd :
         {"https://a%00.example.com", "https://localhost%00.example.com", "https://a%0d%0aX-Header:%20b",
          "https://a%20b", "http://127.0.0.1.example.com", "http://127.0.0.1-a.example.com:80/",
          "https://127.0.0.1%2eexample.com", "https://a%2fb", "https://a%25b", "https://a%40b",
          "https://a%3ab", "https://[v1.x]", "https://a%ff"}) {
        BOOST_TEST(contains(refusal_of_endpoint(odd), "host"), std::string(odd));
    }
    BOOST_TEST(contains(refusal_of_endpoint("http://127.0.0.1@api.example.com"), "user"));
    BOOST_TEST(contains(refusal_of_endpoint("https://" + std::string(300, 'a')), "host"));
    BOOST_TEST(refusal_of_endpoint("https://a-b_c.Example.com.") == "(accepted)");
}

BOOST_AUTO_TEST_CASE(a_redirect_is_an_error_and_nobody_else_gets_the_token)
{
    const host ours;
    const host untrusted;
    for (const char* status : {"301 Moved Permanently", "302 Found", "303 See Other",
                               "307 Temporary Redirect", "308 Permanent Redirect"}) {
        for (const bool tls : {true, false}) {
            peer elsewhere(tls ? tls_peer(untrusted.plan, serve_units)
                               : hand_written_peer("HTTP/1.1 200 OK\r\n\r\n"));
            const std::string location = elsewhere.url("localhost", tls ? "https" : "http");
            const trial got = acquire_from(
                tls_peer(ours.plan,
                         [&](tls_session& session) {
                             while (!session.read_request().empty()) {
                                 session.write(std::string("HTTP/1.1 ") + status +
                                               "\r\nLocation: " + location +
                                               "/v2/resource/acquire\r\nContent-Length: 0\r\n\r\n");
                             }
                         }),
                "localhost", ours.root.certificate_pem);
            BOOST_REQUIRE(got.got.has_error());
            BOOST_TEST((got.got.error().code() == errc::unexpected_status), got.got.error().what());
            BOOST_TEST(got.seen.connections == 1U);
            BOOST_TEST(elsewhere.finish().connections == 0U);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
