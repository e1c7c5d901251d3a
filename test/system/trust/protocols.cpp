// Servers that speak only what is broken: refused, and accepted as soon as they speak what is not.
#include "trial.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace {

using namespace test;
using test_support::certificate;
using test_support::certificate_plan;
using test_support::key_type;

struct row {
    const char* name;
    const char* words;
    void (*spoil)(tls_plan&);
    key_type key = key_type::ec_p256;
};

void only(tls_plan& plan, const char* ciphers)
{
    plan.ciphers = ciphers;
}

const row rows[] = {
    {"TLS 1.0", "protocol version", [](tls_plan& p) { p.min_version = p.max_version = TLS1_VERSION; }},
    {"TLS 1.1", "protocol version", [](tls_plan& p) { p.min_version = p.max_version = TLS1_1_VERSION; }},
    {"no encryption", "handshake failure", [](tls_plan& p) { only(p, "eNULL"); }, key_type::rsa_2048},
    {"no encryption, with ECDHE", "handshake failure", [](tls_plan& p) { only(p, "ECDHE-ECDSA-NULL-SHA"); }},
    {"no certificate, DH", "handshake failure",
     [](tls_plan& p) {
         only(p, "ADH");
         p.dh_bits = 2048;
     }},
    {"no certificate, ECDH", "handshake failure", [](tls_plan& p) { only(p, "AECDH"); }},
    {"DH of 512 bits", "handshake failure",
     [](tls_plan& p) {
         only(p, "DHE-RSA-AES128-GCM-SHA256");
         p.dh_bits = 512;
     },
     key_type::rsa_2048},
    {"DH of 1024 bits", "handshake failure",
     [](tls_plan& p) {
         only(p, "DHE-RSA-AES128-GCM-SHA256");
         p.dh_bits = 1024;
     },
     key_type::rsa_2048},
    {"a curve of 192 bits", "handshake failure", [](tls_plan& p) { p.groups = "P-192"; }},
    {"keys without forward secrecy", "handshake failure", [](tls_plan& p) { only(p, "AES128-GCM-SHA256"); },
     key_type::rsa_2048},
    {"CBC with SHA-1", "handshake failure", [](tls_plan& p) { only(p, "ECDHE-ECDSA-AES128-SHA"); }},
    {"CBC with SHA-256", "handshake failure", [](tls_plan& p) { only(p, "ECDHE-ECDSA-AES128-SHA256"); }},
};

struct host_certificate {
    std::string root_pem;
    tls_plan plan;
};

host_certificate make_host(key_type key)
{
    const certificate root = issue(test_support::authority_plan("test root"));
    certificate_plan plan;
    plan.dns_names = {"localhost"};
    plan.key = key;
    const certificate leaf = issue(plan, &root);
    return {root.certificate_pem, {.chain_pem = leaf.certificate_pem, .key_pem = leaf.private_key_pem}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(protocols)

BOOST_AUTO_TEST_CASE(a_server_that_speaks_only_what_is_broken_is_refused)
{
    for (const row& each : rows) {
        BOOST_TEST_CONTEXT(each.name)
        {
            host_certificate host = make_host(each.key);
            host.plan.max_version = TLS1_2_VERSION;
            check_accepted(acquire_from(tls_peer(host.plan, serve_units), "localhost", host.root_pem));
            each.spoil(host.plan);
            const trial spoilt = acquire_from(tls_peer(host.plan, serve_units), "localhost", host.root_pem);
            check_refused(spoilt, each.words);
            BOOST_TEST(spoilt.seen.handshakes == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(tls_1_2_and_1_3_are_spoken_with_the_usual_ciphers)
{
    for (const char* ciphers : {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
                                "ECDHE-ECDSA-CHACHA20-POLY1305"}) {
        BOOST_TEST_CONTEXT(ciphers)
        {
            host_certificate host = make_host(key_type::ec_p256);
            host.plan.max_version = TLS1_2_VERSION;
            host.plan.ciphers = ciphers;
            check_accepted(acquire_from(tls_peer(host.plan, serve_units), "localhost", host.root_pem));
        }
    }
    host_certificate modern = make_host(key_type::rsa_2048);
    modern.plan.min_version = TLS1_3_VERSION;
    check_accepted(acquire_from(tls_peer(modern.plan, serve_units), "localhost", modern.root_pem));
}

BOOST_AUTO_TEST_CASE(a_server_gets_no_second_handshake_on_a_connection)
{
    // Given a server of TLS 1.2 that wants another handshake before it answers,
    host_certificate host = make_host(key_type::ec_p256);
    host.plan.max_version = TLS1_2_VERSION;
    bool renegotiated = true;
    const trial got = acquire_from(tls_peer(host.plan,
                                            [&](tls_session& session) {
                                                session.read_request();
                                                renegotiated = session.renegotiate();
                                            }),
                                   "localhost", host.root_pem);
    // when the client is asked, then it refuses, and the call is over without an answer.
    BOOST_TEST(!renegotiated);
    BOOST_REQUIRE(got.got.has_error());
    BOOST_TEST((got.got.error().outcome() == videosdk::outcome::ambiguous));
}

BOOST_AUTO_TEST_SUITE_END()
