// Chains of certificates, each with one defect: refused, and accepted without it.
#include "trial.hpp"

namespace {

using namespace test;
using test_support::certificate;
using test_support::certificate_plan;
using test_support::key_type;

/// A root that the client trusts, an authority below it, and the server's certificate.
struct hierarchy {
    certificate_plan root = test_support::authority_plan("test root");
    certificate_plan middle = test_support::authority_plan("test authority");
    certificate_plan leaf;
    bool send_middle = true;
    bool send_root = false;
    bool trust_root = true; ///< Else another root of the same name.
    bool self_signed = false;
    bool signed_by_stranger = false; ///< By a key that is not the authority's, in its name.

    hierarchy() { leaf.dns_names = {"api.example.com"}; }
};

trial attempt(const hierarchy& plan)
{
    const certificate root = issue(plan.root);
    const certificate middle = issue(plan.middle, &root);
    const certificate stranger = issue(plan.middle, &root);
    const certificate& issuer = plan.signed_by_stranger ? stranger : middle;
    const certificate leaf = issue(plan.leaf, plan.self_signed ? nullptr : &issuer);
    tls_plan server{.chain_pem = leaf.certificate_pem, .key_pem = leaf.private_key_pem};
    if (plan.send_middle && !plan.self_signed) {
        server.chain_pem += middle.certificate_pem;
    }
    if (plan.send_root) {
        server.chain_pem += root.certificate_pem;
    }
    const std::string trusted = plan.trust_root ? root.certificate_pem : issue(plan.root).certificate_pem;
    return acquire_from(tls_peer(server, serve_units), "api.example.com", trusted);
}

struct row {
    const char* name;
    const char* words;
    void (*spoil)(hierarchy&);
    /// What is odd but sound, with and without the defect.
    void (*prepare)(hierarchy&) = [](hierarchy&) {};
};

void use_rsa(hierarchy& h)
{
    h.root.key = h.middle.key = h.leaf.key = key_type::rsa_2048;
}

const row rows[] = {
    // Time.
    {"an expired leaf", "expired",
     [](hierarchy& h) {
         h.leaf.valid_from_hours = -48;
         h.leaf.valid_until_hours = -24;
     }},
    {"an expired authority", "expired",
     [](hierarchy& h) {
         h.middle.valid_from_hours = -48;
         h.middle.valid_until_hours = -24;
     }},
    {"an expired root", "expired",
     [](hierarchy& h) {
         h.root.valid_from_hours = -48;
         h.root.valid_until_hours = -24;
     }},
    {"a leaf not yet valid", "not yet valid", [](hierarchy& h) { h.leaf.valid_from_hours = 1; }},
    {"an authority not yet valid", "not yet valid", [](hierarchy& h) { h.middle.valid_from_hours = 1; }},
    // Trust.
    {"a self-signed leaf", "self-signed", [](hierarchy& h) { h.self_signed = true; }},
    {"an untrusted root, sent along", "self-signed certificate in certificate chain",
     [](hierarchy& h) { h.trust_root = false; }, [](hierarchy& h) { h.send_root = true; }},
    {"an untrusted root of the trusted one's name", "issuer certificate",
     [](hierarchy& h) { h.trust_root = false; }},
    {"a missing authority", "issuer certificate", [](hierarchy& h) { h.send_middle = false; }},
    {"a leaf signed by a stranger in the authority's name", "signature failure",
     [](hierarchy& h) { h.signed_by_stranger = true; },
     [](hierarchy& h) { h.middle.key_identifiers = h.leaf.key_identifiers = false; }},
    // Purpose.
    {"a leaf for clients", "purpose", [](hierarchy& h) { h.leaf.extended_key_usage = "clientAuth"; }},
    {"a leaf for code signing", "purpose", [](hierarchy& h) { h.leaf.extended_key_usage = "codeSigning"; }},
    {"an authority for clients only", "purpose",
     [](hierarchy& h) { h.middle.extended_key_usage = "clientAuth"; },
     [](hierarchy& h) { h.middle.extended_key_usage = "serverAuth"; }},
    {"a leaf that may only sign certificates", "purpose",
     [](hierarchy& h) { h.leaf.key_usage = "critical,keyCertSign"; }},
    {"a leaf that may not sign handshakes", "purpose",
     [](hierarchy& h) { h.leaf.key_usage = "critical,keyAgreement"; }},
    {"an RSA leaf that may only encipher keys", "purpose",
     [](hierarchy& h) { h.leaf.key_usage = "critical,keyEncipherment"; }, use_rsa},
    {"an authority that is none", "invalid CA certificate",
     [](hierarchy& h) { h.middle.basic_constraints = "critical,CA:FALSE"; }},
    {"an authority that does not say that it is one", "invalid CA certificate",
     [](hierarchy& h) { h.middle.basic_constraints.clear(); }},
    {"an authority that does not say anything", "invalid CA certificate",
     [](hierarchy& h) {
         h.middle.basic_constraints.clear();
         h.middle.key_usage.clear();
     }},
    {"an authority that may not sign certificates", "invalid CA certificate",
     [](hierarchy& h) { h.middle.key_usage = "critical,cRLSign"; }},
    {"an authority below a root that allows none", "path length",
     [](hierarchy& h) { h.root.basic_constraints = "critical,CA:TRUE,pathlen:0"; },
     [](hierarchy& h) { h.root.basic_constraints = "critical,CA:TRUE,pathlen:1"; }},
    {"an authority for other names", "permitted subtree",
     [](hierarchy& h) { h.middle.name_constraints = "critical,permitted;DNS:example.org"; },
     [](hierarchy& h) { h.middle.name_constraints = "critical,permitted;DNS:example.com"; }},
    {"an authority that must not sign this name", "excluded subtree",
     [](hierarchy& h) { h.root.name_constraints = "critical,excluded;DNS:example.com"; }},
    {"a leaf with a demand that nobody knows", "critical extension",
     [](hierarchy& h) { h.leaf.unknown_critical_extension = true; }},
    // Strength.
    {"a leaf signed with SHA-1", "too weak", [](hierarchy& h) { h.leaf.digest = "SHA1"; }},
    {"a leaf signed with RSA and SHA-1", "too weak", [](hierarchy& h) { h.leaf.digest = "SHA1"; }, use_rsa},
    {"an authority signed with SHA-1", "too weak", [](hierarchy& h) { h.middle.digest = "SHA1"; }},
    {"a leaf signed with MD5", "too weak", [](hierarchy& h) { h.leaf.digest = "MD5"; }, use_rsa},
    {"a leaf of 1024 bits", "key too weak", [](hierarchy& h) { h.leaf.key = key_type::rsa_1024; }, use_rsa},
    {"an authority of 1024 bits", "key too weak", [](hierarchy& h) { h.middle.key = key_type::rsa_1024; },
     use_rsa},
    {"a root of 1024 bits", "key too weak", [](hierarchy& h) { h.root.key = key_type::rsa_1024; }, use_rsa},
};

} // namespace

BOOST_AUTO_TEST_SUITE(certificates)

BOOST_AUTO_TEST_CASE(a_chain_with_one_defect_is_refused_and_without_it_accepted)
{
    for (const row& each : rows) {
        BOOST_TEST_CONTEXT(each.name)
        {
            hierarchy plan;
            each.prepare(plan);
            check_accepted(attempt(plan));
            each.spoil(plan);
            const trial spoilt = attempt(plan);
            check_refused(spoilt, each.words);
            BOOST_TEST(spoilt.seen.handshakes == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_roots_own_signature_is_not_looked_at_since_the_root_is_trusted_by_itself)
{
    hierarchy plan;
    plan.root.digest = "SHA1";
    check_accepted(attempt(plan));
}

BOOST_AUTO_TEST_CASE(an_authority_alone_does_not_stand_in_for_the_root)
{
    const certificate root = issue(test_support::authority_plan("test root"));
    const certificate middle = issue(test_support::authority_plan("test authority"), &root);
    certificate_plan plan;
    plan.dns_names = {"api.example.com"};
    const certificate leaf = issue(plan, &middle);
    const tls_plan server{.chain_pem = leaf.certificate_pem + middle.certificate_pem,
                          .key_pem = leaf.private_key_pem};
    check_refused(acquire_from(tls_peer(server, serve_units), "api.example.com", middle.certificate_pem),
                  "issuer certificate");
    check_accepted(acquire_from(tls_peer(server, serve_units), "api.example.com", root.certificate_pem));
}

BOOST_AUTO_TEST_SUITE_END()
