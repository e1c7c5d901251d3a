// Addresses of two families take turns, and keep their order within each.
#include "http/address_race.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

namespace {

using boost::asio::ip::tcp;

/// Of one letter each: those from `a` on are IPv6, digits are IPv4.
std::vector<tcp::endpoint> addresses(std::string_view letters)
{
    std::vector<tcp::endpoint> out;
    for (const char each : letters) {
        const std::string text = each >= 'a' ? std::string("::") + each : std::string("10.0.0.") + each;
        out.emplace_back(boost::asio::ip::make_address(text), static_cast<unsigned short>(443));
    }
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(addresses_in_turn)

BOOST_AUTO_TEST_CASE(families_take_turns_beginning_with_the_first_addresss)
{
    const std::pair<const char*, const char*> rows[] = {
        {"", ""},       {"1", "1"},       {"123", "123"},     {"abc", "abc"},   {"abc123", "a1b2c3"},
        {"1ab", "1ab"}, {"12ab", "1a2b"}, {"abcd1", "a1bcd"}, {"1a2b", "1a2b"}, {"ab1c23", "a1b2c3"},
    };
    for (const auto& [before, after] : rows) {
        BOOST_TEST((videosdk::http::interleaved(addresses(before)) == addresses(after)), before);
    }
}

BOOST_AUTO_TEST_SUITE_END()
