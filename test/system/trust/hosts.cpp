// Certificates of a trusted authority for another host than the endpoint's: refused, and accepted for its
// own.
#include "trial.hpp"

#include <vector>

namespace {

using namespace test;
using test_support::certificate;
using test_support::certificate_plan;

struct row {
    const char* name;
    std::string host; ///< Of the endpoint.
    std::vector<std::string> dns_names;
    std::vector<std::string> addresses;
    std::string common_name = "leaf";
};

const std::string nul(1, '\0');

const row refused[] = {
    {"another host", "api.example.com", {"www.example.com"}, {}},
    {"a host of which the endpoint's is a part", "example.com", {"example.com.evil.example"}, {}},
    {"a host that ends like the endpoint's", "example.com", {"notexample.com"}, {}},
    {"the parent domain", "api.example.com", {"example.com"}, {}},
    {"the name in the subject only", "api.example.com", {}, {}, "api.example.com"},
    {"the name in the subject, beside an address", "api.example.com", {}, {"127.0.0.1"}, "api.example.com"},
    {"a wildcard one label too high", "a.b.example.com", {"*.example.com"}, {}},
    {"a wildcard for its own parent", "example.com", {"*.example.com"}, {}},
    {"a wildcard for a top domain", "example.com", {"*.com"}, {}},
    {"a wildcard for everything", "example.com", {"*"}, {}},
    {"two wildcards", "a.b.example.com", {"*.*.example.com"}, {}},
    {"a wildcard that is not the first label", "a.b.example.com", {"a.*.example.com"}, {}},
    {"a wildcard behind letters", "foo.example.com", {"f*.example.com"}, {}},
    {"a wildcard before letters", "foo.example.com", {"*o.example.com"}, {}},
    {"a wildcard amid letters", "foo.example.com", {"f*o.example.com"}, {}},
    {"a name with a NUL behind the host", "api.example.com", {"api.example.com" + nul + ".evil.example"}, {}},
    {"a name with a NUL at its end", "api.example.com", {"api.example.com" + nul}, {}},
    {"an empty name", "api.example.com", {""}, {}},
    {"a name for an address", "127.0.0.1", {"api.example.com"}, {}},
    {"an address as a name", "127.0.0.1", {"127.0.0.1"}, {}},
    {"an address in the subject", "127.0.0.1", {}, {}, "127.0.0.1"},
    {"an address in the subject, beside a name", "127.0.0.1", {"api.example.com"}, {}, "127.0.0.1"},
    {"another address", "127.0.0.1", {}, {"127.0.0.2", "::1"}},
    {"a wildcard for an address", "127.0.0.1", {"*.0.0.1"}, {}},
    {"an address for a name", "localhost", {}, {"127.0.0.1"}},
};

const row accepted[] = {
    {"its own name", "api.example.com", {"www.example.com", "api.example.com"}, {}},
    {"its own name in capitals", "api.example.com", {"API.Example.COM"}, {}},
    {"a wildcard of its level", "api.example.com", {"*.example.com"}, {}},
    {"its own address", "127.0.0.1", {}, {"127.0.0.2", "127.0.0.1"}},
};

trial attempt(const row& which)
{
    const certificate root = issue(test_support::authority_plan("test root"));
    certificate_plan plan;
    plan.common_name = which.common_name;
    plan.dns_names = which.dns_names;
    plan.addresses = which.addresses;
    const certificate leaf = issue(plan, &root);
    const tls_plan server{.chain_pem = leaf.certificate_pem, .key_pem = leaf.private_key_pem};
    return acquire_from(tls_peer(server, serve_units), which.host, root.certificate_pem);
}

} // namespace

BOOST_AUTO_TEST_SUITE(hosts)

BOOST_AUTO_TEST_CASE(a_certificate_for_another_host_is_refused_and_for_the_endpoints_accepted)
{
    for (const row& each : refused) {
        BOOST_TEST_CONTEXT(each.name)
        {
            const trial spoilt = attempt(each);
            check_refused(spoilt, "mismatch (the certificate is for another host");
            BOOST_TEST(spoilt.seen.handshakes == 0U);
            // The same certificate, but for the name of the endpoint.
            row sound = each;
            (each.host == "127.0.0.1" ? sound.addresses : sound.dns_names).push_back(each.host);
            check_accepted(attempt(sound));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_certificate_for_the_endpoints_host_is_accepted_however_it_is_written)
{
    for (const row& each : accepted) {
        BOOST_TEST_CONTEXT(each.name)
        {
            check_accepted(attempt(each));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_host_is_named_in_the_greeting_and_an_address_is_not)
{
    for (const std::string host : {"localhost", "api.example.com", "API.Example.COM", "127.0.0.1"}) {
        const bool address = host == "127.0.0.1";
        row which{"", host, {}, {}};
        (address ? which.addresses : which.dns_names).push_back(host);
        const trial got = attempt(which);
        check_accepted(got);
        const std::vector<std::string> expected{address ? "" : host};
        BOOST_TEST(got.seen.server_names == expected, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()
