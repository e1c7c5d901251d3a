// Which URLs name a proxy, and which hosts go without it.
#include "http/proxy.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace videosdk::http;

endpoint at(std::string host, std::uint16_t port = 443)
{
    endpoint where;
    where.host = std::move(host);
    where.port = port;
    return where;
}

std::string fault_of(std::string_view url)
{
    const auto got = parse_proxy(url);
    return got ? "(accepted)" : got.error();
}

} // namespace

BOOST_AUTO_TEST_SUITE(proxy_rules)

BOOST_AUTO_TEST_CASE(a_proxy_has_a_host_a_port_and_perhaps_a_user)
{
    struct row {
        const char* url;
        const char* where;
        const char* authorization;
    };
    const row rows[] = {
        {"http://proxy.example.com:3128", "proxy.example.com:3128", ""},
        {"HTTP://proxy.example.com:3128/", "proxy.example.com:3128", ""},
        {"http://10.0.0.1:80", "10.0.0.1:80", ""},
        {"http://[fd00::1]:3128", "[fd00::1]:3128", ""},
        {"http://user:word@proxy:3128", "proxy:3128", "dXNlcjp3b3Jk"},
        {"http://user@proxy:3128", "proxy:3128", "dXNlcjo="},
        {"http://user:@proxy:3128", "proxy:3128", "dXNlcjo="},
        {"http://u:a:b@proxy:3128", "proxy:3128", "dTphOmI="},
        {"http://u:p@ss@proxy:3128", "proxy:3128", "dTpwQHNz"}, // as people write it
        {"http://%75:%C3%A9%2f@proxy:3128", "proxy:3128", "dTrDqS8="},
    };
    for (const row& each : rows) {
        const auto got = parse_proxy(each.url);
        BOOST_TEST_REQUIRE(got.has_value(), each.url << ": " << fault_of(each.url));
        BOOST_TEST(got->where.host_and_port() == each.where, each.url);
        BOOST_TEST(got->authorization == each.authorization, each.url);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_proxys_url_is_told_without_quoting_it)
{
    const std::pair<const char*, const char*> rows[] = {
        {"proxy:3128", "does not begin with http://"},
        {"https://user:hush@proxy:3128", "does not begin with http://"},
        {"socks5://user:hush@proxy:1080", "does not begin with http://"},
        {"http://", "no host"},
        {"http://user:hush@", "no host"},
        {"http://user:hush@:3128", "no host"},
        {"http://proxy", "no port"},
        {"http://proxy/", "no port"},
        {"http://proxy:", "its port is not a number"},
        {"http://[fd00::1]", "no port"},
        {"http://proxy:0", "port"},
        {"http://proxy:65536", "port"},
        {"http://proxy:3128/path", "path"},
        {"http://proxy:3128/?hush", "query"},
        {"http://proxy:3128/#hush", "fragment"},
        {"http://pro xy:3128", "blank"},
        {"http://pr%0d%0aoxy:3128", "host"},
        {"http://user:hush%@proxy:3128", "control byte, or a %"},
        {"http://user:hush%4@proxy:3128", "control byte, or a %"},
        {"http://user:hush%gg@proxy:3128", "control byte, or a %"},
        {"http://user:hush%0d%0aX:y@proxy:3128", "control byte"},
        {"http://user:hush%00@proxy:3128", "control byte"},
        {"http://us%3aer:hush@proxy:3128", "colon"},
        {"http://user:hu/sh@proxy:3128", "port"},
    };
    for (const auto& [url, words] : rows) {
        const std::string fault = fault_of(url);
        BOOST_TEST(fault.find(words) != std::string::npos, url << ": " << fault);
        BOOST_TEST(fault.find("hush") == std::string::npos, url << ": " << fault);
        BOOST_TEST(fault.find("user:") == std::string::npos, url << ": " << fault);
    }
}

BOOST_AUTO_TEST_CASE(a_host_goes_without_as_its_list_says)
{
    struct row {
        const char* list;
        const char* host;
        std::uint16_t port;
        bool direct;
    };
    const row rows[] = {
        {"", "api.example.com", 443, false},
        {" , ,", "api.example.com", 443, false},
        {"*", "api.example.com", 443, true},
        {"a.org, *", "api.example.com", 443, true},
        // A name stands for itself and what is below it.
        {"example.com", "example.com", 443, true},
        {"example.com", "api.example.com", 443, true},
        {"example.com", "a.b.example.com", 443, true},
        {"example.com", "notexample.com", 443, false},
        {"example.com", "example.com.org", 443, false},
        {"api.example.com", "example.com", 443, false},
        {".example.com", "example.com", 443, true},
        {".example.com", "api.example.com", 443, true},
        {".example.com", "notexample.com", 443, false},
        {"*.example.com", "api.example.com", 443, true},
        {"*.example.com", "notexample.com", 443, false},
        {"EXAMPLE.com", "Api.Example.COM", 443, true},
        {"example.com.", "example.com", 443, true},
        {"example.com", "example.com.", 443, true},
        {".", "example.com", 443, false},
        {"com", "example.com", 443, true},
        // Several.
        {"a.org,example.com", "example.com", 443, true},
        {"a.org example.com\tb.org", "b.org", 443, true},
        {"a.org;example.com", "example.com", 443, false},
        // With a port.
        {"example.com:443", "api.example.com", 443, true},
        {"example.com:8443", "api.example.com", 443, false},
        {"example.com:x", "example.com", 443, false},
        {"10.1.2.3:443", "10.1.2.3", 443, true},
        {"[fd00::1]:443", "fd00::1", 443, true},
        {"[fd00::1]:1", "fd00::1", 443, false},
        // Addresses.
        {"10.1.2.3", "10.1.2.3", 443, true},
        {"10.1.2.3", "10.1.2.30", 443, false},
        {"2.3", "10.1.2.3", 443, false},
        {"fd00::1", "fd00:0:0::1", 443, true},
        {"[fd00::1]", "fd00::1", 443, true},
        {"[fd00::1", "fd00::1", 443, false},
        // Networks.
        {"10.0.0.0/8", "10.200.1.1", 443, true},
        {"10.9.9.9/8", "10.200.1.1", 443, true},
        {"10.0.0.0/8", "11.0.0.1", 443, false},
        {"10.0.0.0/33", "10.0.0.1", 443, false},
        {"10.0.0.0/", "10.0.0.1", 443, false},
        {"0.0.0.0/0", "10.0.0.1", 443, true},
        {"0.0.0.0/0", "fd00::1", 443, false},
        {"fd00::/8", "fd12::1", 443, true},
        {"fd00::/8", "fe80::1", 443, false},
        {"10.0.0.0/8", "example.com", 443, false}, // A name is not resolved for this.
        // This machine, whatever the list says.
        {"", "localhost", 443, true},
        {"", "127.0.0.1", 443, true},
        {"", "::1", 443, true},
    };
    for (const row& each : rows) {
        BOOST_TEST(goes_direct(each.list, at(each.host, each.port)) == each.direct,
                   "\"" << each.list << "\" and " << each.host << ":" << each.port);
    }
}

BOOST_AUTO_TEST_CASE(the_request_names_the_endpoint_by_host_and_port)
{
    videosdk::proxy_options options;
    BOOST_TEST(!proxy_to(at("api.example.com"), options));
    options.url = "http://u:w@proxy:3128";
    const auto by = proxy_to(at("fd00::7"), options);
    BOOST_REQUIRE(by);
    BOOST_TEST(by->request == "CONNECT [fd00::7]:443 HTTP/1.1\r\nHost: [fd00::7]:443\r\n"
                              "Proxy-Authorization: Basic dTp3\r\n\r\n");
    BOOST_TEST(by->name() == "proxy:3128");
    options.no_proxy = "fd00::/8";
    BOOST_TEST(!proxy_to(at("fd00::7"), options));
}

BOOST_AUTO_TEST_SUITE_END()
