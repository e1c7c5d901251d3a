// What is printed of requests and failures holds no secret and stays on one line.
#include <videosdk/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <sstream>
#include <string>

namespace {

using namespace videosdk;

template <class T>
std::string line_of(const T& value)
{
    std::ostringstream out;
    out << value;
    return out.str();
}

} // namespace

BOOST_AUTO_TEST_SUITE(printing)

BOOST_AUTO_TEST_CASE(a_header_is_printed_without_what_it_keeps_secret)
{
    BOOST_TEST(line_of(header_view{"Accept", "application/json"}) == "Accept: application/json");
    BOOST_TEST(line_of(header_view{"X", "a\r\nb"}) == "X: a\\x0d\\x0ab");
    for (const char* name :
         {"Authorization", "authorization", "AUTHORIZATION", "Proxy-Authorization", "Cookie", "Set-Cookie"}) {
        BOOST_TEST(line_of(header_view{name, "eyJ.hidden"}) == name);
    }
}

BOOST_AUTO_TEST_CASE(a_request_is_printed_without_query_headers_and_body)
{
    const std::array<header_view, 2> headers{header_view{"Authorization", "eyJ.hidden"}, {"Accept", "*/*"}};
    const request_view request{verb::post, "/v2/livestreams/start?key=hidden", headers,
                               R"({"streamKey":"hidden"})"};
    BOOST_TEST(line_of(request) == "POST /v2/livestreams/start?..., 2 headers, 22 bytes");
}

BOOST_AUTO_TEST_CASE(a_failure_is_printed_with_code_outcome_and_detail)
{
    exchange_failure failed(errc::connection_lost, outcome::ambiguous, "the connection to a\nb ended");
    BOOST_TEST(line_of(failed) == failed.code.message() + " (ambiguous): the connection to a\\x0ab ended");
    failed.reused = true;
    failed.detail.clear();
    BOOST_TEST(line_of(failed) == failed.code.message() + " (ambiguous, connection reused)");
}

BOOST_AUTO_TEST_SUITE_END()
