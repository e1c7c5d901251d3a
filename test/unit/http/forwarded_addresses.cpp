// Who a request is from, when proxies stand between, and how many it has.
#include "http/server_forwarded.hpp"
#include "http/server_quota.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace videosdk;
using namespace videosdk::http;

namespace {

trusted_networks trusting(const std::vector<std::string>& entries)
{
    trusted_networks out;
    for (const std::string& each : entries) {
        BOOST_REQUIRE(!out.add(each));
    }
    return out;
}

std::string client(const std::vector<header_view>& headers)
{
    const auto found = forwarded_address(headers, trusting({"10.0.0.0/8", "2001:db8:1::/48", "192.0.2.9"}));
    return found ? found->to_string() : "";
}

std::string client(const char* list)
{
    return client(std::vector<header_view>{{"X-Forwarded-For", list}});
}

} // namespace

BOOST_AUTO_TEST_SUITE(forwarded)

BOOST_AUTO_TEST_CASE(the_client_is_the_right_most_address_that_is_no_trusted_proxy)
{
    BOOST_TEST(client("198.51.100.7") == "198.51.100.7");
    BOOST_TEST(client("198.51.100.7, 10.1.2.3") == "198.51.100.7");
    BOOST_TEST(client("203.0.113.1, 198.51.100.7,10.1.2.3 ,\t192.0.2.9") == "198.51.100.7");
    BOOST_TEST(client("nonsense, 198.51.100.7, 10.1.2.3") == "198.51.100.7"); // nobody looks there
    BOOST_TEST(client("10.7.7.7, 10.1.2.3") == "10.7.7.7");                   // all are: the first
    BOOST_TEST(client("2001:db8:2::1, 2001:db8:1::7") == "2001:db8:2::1");
}

BOOST_AUTO_TEST_CASE(headers_of_that_name_are_one_list_and_others_are_not_looked_at)
{
    BOOST_TEST(client({{"x-forwarded-for", "203.0.113.1"}, {"Host", "a"}, {"X-FORWARDED-FOR", "10.0.0.1"}}) ==
               "203.0.113.1");
    BOOST_TEST(client({{"Forwarded", "for=203.0.113.1"}}) == "");
    BOOST_TEST(client(std::vector<header_view>()) == "");
}

BOOST_AUTO_TEST_CASE(ports_and_brackets_are_read)
{
    BOOST_TEST(client("198.51.100.7:4711") == "198.51.100.7");
    BOOST_TEST(client("[2001:db8::1]:443") == "2001:db8::1");
    BOOST_TEST(client("[2001:db8::1]") == "2001:db8::1");
    BOOST_TEST(client("::ffff:198.51.100.7") == "198.51.100.7");
    BOOST_TEST(client("198.51.100.7, ::ffff:10.1.2.3") == "198.51.100.7");
}

BOOST_AUTO_TEST_CASE(an_entry_on_the_way_that_is_no_address_ends_the_belief)
{
    for (const char* wrong : {"", ",", "unknown", "_hidden", "198.51.100.7, unknown", "198.51.100.7,",
                              "198.51.100", "[198.51.100.7]", "[2001:db8::1", "[2001:db8::1]x",
                              "198.51.100.7:port", "198.51.100.7:", "fe80::1%eth0", "\"198.51.100.7\"",
                              "198.51.100.7 10.0.0.1", "198.51.100.7:99999"}) {
        BOOST_TEST_CONTEXT(wrong)
        {
            BOOST_TEST(client(wrong) == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(networks_hold_their_addresses_and_no_others)
{
    const trusted_networks some = trusting({"10.0.0.0/8", "192.0.2.9", "2001:db8::/32", "::1"});
    const auto holds = [&](const char* address) { return some.hold(asio::ip::make_address(address)); };
    BOOST_TEST(holds("10.255.0.1"));
    BOOST_TEST(holds("::ffff:10.0.0.1"));
    BOOST_TEST(holds("192.0.2.9"));
    BOOST_TEST(holds("2001:db8:ffff::1"));
    BOOST_TEST(holds("::1"));
    BOOST_TEST(!holds("11.0.0.1"));
    BOOST_TEST(!holds("192.0.2.8"));
    BOOST_TEST(!holds("2001:db9::1"));
    BOOST_TEST(!holds("::2"));
    BOOST_TEST(trusting({"0.0.0.0/0"}).hold(asio::ip::make_address("8.8.8.8")));
    BOOST_TEST(!trusting({"0.0.0.0/0"}).hold(asio::ip::make_address("::1")));
    BOOST_TEST(trusted_networks().empty());
}

BOOST_AUTO_TEST_CASE(an_entry_that_is_no_network_says_what_is_wrong)
{
    for (const char* wrong : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "2001:db8::/129", "localhost",
                              "10.0.0.1:80", "10.0.0.0/-1", "fe80::1%eth0", " 10.0.0.1"}) {
        BOOST_TEST_CONTEXT(wrong)
        {
            trusted_networks some;
            const auto text = some.add(wrong);
            BOOST_REQUIRE(text);
            BOOST_TEST(text->find(wrong) != std::string::npos);
            BOOST_TEST(some.empty());
        }
    }
    trusted_networks some;
    BOOST_TEST(some.add("10.1.0.0/8").value_or("").find("write 10.0.0.0/8") != std::string::npos);
    BOOST_TEST(some.add("2001:db8::1/32").value_or("").find("write 2001:db8::/32") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(networks_of_ipv4_written_as_ipv6_hold_what_they_say)
{
    trusted_networks some;
    BOOST_TEST(!some.add("::ffff:10.0.0.0/104"));
    for (const char* const inside : {"10.1.2.3", "::ffff:10.255.0.1"}) {
        BOOST_TEST(some.hold(asio::ip::make_address(inside)), inside);
    }
    for (const char* const outside : {"11.0.0.1", "::ffff:11.0.0.1", "::10.0.0.1"}) {
        BOOST_TEST(!some.hold(asio::ip::make_address(outside)), outside);
    }
    BOOST_TEST(some.add("fe80::%lo/64").has_value()); // a scope means nothing to another machine
}

BOOST_AUTO_TEST_CASE(a_place_is_given_back_at_its_end)
{
    address_quota quota(2);
    const auto address = asio::ip::make_address("192.0.2.1");
    auto first = quota.enter(address);
    auto second = quota.enter(asio::ip::make_address("::ffff:192.0.2.1"));
    BOOST_TEST((first && second));
    BOOST_TEST(!quota.enter(address));
    BOOST_TEST(quota.enter(asio::ip::make_address("192.0.2.2")).has_value());
    address_quota::place moved(std::move(*first));
    first.reset();
    BOOST_TEST(!quota.enter(address));
    moved = address_quota::place();
    BOOST_TEST(quota.enter(address).has_value());
    second.reset();
    BOOST_TEST(quota.addresses() == 0U);
}

BOOST_AUTO_TEST_CASE(an_ipv6_address_counts_by_its_network)
{
    address_quota quota(1);
    const auto first = quota.enter(asio::ip::make_address("2001:db8::1"));
    BOOST_TEST(!quota.enter(asio::ip::make_address("2001:db8::2:3:4:5")));
    BOOST_TEST(quota.enter(asio::ip::make_address("2001:db8:0:1::1")).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
