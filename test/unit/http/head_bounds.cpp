// Where a head becomes too long, and how early it is refused.
#include "head_cases.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace head_cases;
using namespace std::string_literals;

} // namespace

BOOST_AUTO_TEST_SUITE(head_bounds)

BOOST_AUTO_TEST_CASE(what_is_too_long_is_refused_at_the_first_byte_beyond)
{
    http::head_limits limits;
    limits.max_head = 200;
    limits.max_target = 20;
    limits.max_headers = 4;
    const auto status_of = [&](const std::string& bytes) {
        const auto verdict = judged(bytes, limits);
        return verdict.what == verdict_kind::accepted ? accepted : verdict.status;
    };
    const auto target = [](std::size_t size) { return "/" + std::string(size - 1, 'a'); };
    BOOST_CHECK_EQUAL(status_of(with_line("GET " + target(20) + " HTTP/1.1")), accepted);
    BOOST_CHECK_EQUAL(status_of(with_line("GET " + target(21) + " HTTP/1.1")), 414U);
    BOOST_CHECK_EQUAL(status_of("GET " + target(21)), 414U);
    BOOST_CHECK_EQUAL(status_of(with_line("GET http://a" + target(12) + " HTTP/1.1")), accepted);
    BOOST_CHECK_EQUAL(status_of(with_line("GET http://a" + target(13) + " HTTP/1.1")), 414U);
    BOOST_CHECK_EQUAL(status_of("GET http://" + std::string(14, 'a')), 414U);

    BOOST_CHECK_EQUAL(status_of(with_fields("A:\r\nB:\r\nC:\r\n")), accepted);
    BOOST_CHECK_EQUAL(status_of(with_fields("A:\r\nB:\r\nC:\r\nD:\r\n")), 431U);
    BOOST_CHECK_EQUAL(status_of("GET / HTTP/1.1\r\nA:\r\nB:\r\nC:\r\nD:\r\nE"), 431U);

    const std::size_t rest = with_fields("A:\r\n").size();
    const auto filled = [&](std::size_t size) {
        return with_fields("A:" + std::string(size - rest, 'x') + "\r\n");
    };
    BOOST_CHECK_EQUAL(filled(200).size(), 200U);
    BOOST_CHECK_EQUAL(status_of(filled(200)), accepted);
    BOOST_CHECK_EQUAL(status_of(filled(201)), 431U);
    BOOST_CHECK_EQUAL(status_of("GET / HTTP/1.1\r\nA:" + std::string(200, 'x')), 431U);
    BOOST_CHECK_EQUAL(status_of("GET / HTTP/1.1\r\n" + std::string(200, 'x')), 431U);

    limits.max_target = 1000;
    BOOST_CHECK_EQUAL(status_of("GET " + target(300)), 414U);
    BOOST_CHECK(http::check_head("GET " + target(195), limits).what == verdict_kind::incomplete);
}

BOOST_AUTO_TEST_CASE(a_refusal_comes_with_the_first_byte_that_allows_it)
{
    const std::string line = "GET / HTTP/1.1\r\n";
    for (const std::string& shortest : std::vector<std::string>{
             "\n",
             "\r\r",
             "\r\n\r",
             " ",
             "\x16",
             "GE(",
             "CONNECT ",
             "GET a",
             "GET ha",
             "GET httpx",
             "GET http:a",
             "GET http://a\\",
             "GET http://a?",
             "GET http:///",
             "GET *",
             "OPTIONS */",
             "GET /\r",
             "GET /a#",
             "GET /%g",
             "GET /\x80",
             "GET /  ",
             "GET / h",
             "GET / HTTP/1.2",
             "GET / HTTP/2.0",
             "GET / HTTP/1.1 ",
             "GET / HTTP/1.1\n",
             "GET / HTTP/1.1\rX",
             line + " ",
             line + "\rX",
             line + ":",
             line + "A ",
             line + "A: b\n",
             line + "A: b\rX",
             line + "A: \0"s,
             line + "\r\n",
             line + "Host:\r\n",
             line + "Host: a\r\nHost: a\r\n",
             line + "Content-Length: x\r\n",
             line + "Transfer-Encoding: x\r\n",
             line + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
         }) {
        const auto whole = judged(shortest);
        const auto before = http::check_head(std::string_view(shortest).substr(0, shortest.size() - 1), {});
        BOOST_CHECK_MESSAGE(whole.what == verdict_kind::refused, printable(shortest));
        BOOST_CHECK_MESSAGE(before.what == verdict_kind::incomplete, printable(shortest));
    }
}

BOOST_AUTO_TEST_CASE(every_byte_in_every_place_gets_one_verdict_however_it_is_split)
{
    const std::string good = "\r\nPOST /a%2fb?c HTTP/1.1\r\nHost: a:80\r\nA: b\r\nContent-Length: 5\r\n"
                             "Connection: close\r\n\r\n";
    std::size_t refused = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const char byte : "\0\t\n\v\r\x1b !\"#%'()*+,-./059:;<=>?@AHZ[\\]^_`ahz{|}~\x7f\x80\xff"s) {
            std::string changed = good;
            changed[at] = byte;
            const auto verdict = judged(changed);
            refused += verdict.what == verdict_kind::refused ? 1 : 0;
            BOOST_REQUIRE(verdict.what != verdict_kind::accepted || verdict.head.size <= changed.size());
        }
    }
    BOOST_TEST_MESSAGE("refused " << refused);
    BOOST_CHECK_GT(refused, 2000U);
}

BOOST_AUTO_TEST_SUITE_END()
