// The forms of a request target: which are taken, and what of them is told (RFC 9112 3.2, RFC 3986).
#include "head_cases.hpp"

#include <string>
#include <vector>

namespace {

using namespace head_cases;
using namespace std::string_literals;

} // namespace

BOOST_AUTO_TEST_SUITE(head_targets)

BOOST_AUTO_TEST_CASE(the_target_is_in_origin_form)
{
    std::vector<row> rows = {
        {"9112 3.2.1: a path", with_line("GET /a/b.c HTTP/1.1"), accepted},
        {"9112 3.2.1: a query", with_line("GET /a?b=c&d=/e?f HTTP/1.1"), accepted},
        {"9112 3.2.1: an empty query", with_line("GET /? HTTP/1.1"), accepted},
        {"9110 4.1: an empty segment", with_line("GET //a HTTP/1.1"), accepted},
        {"3986 3.3: every mark of a path", with_line("GET /-._~!$&'()*+,;=:@ HTTP/1.1"), accepted},
        {"3986 2.1: percent-encoding", with_line("GET /%2f%2F%00 HTTP/1.1"), accepted},
        {"3986 2.1: one digit only", with_line("GET /%2 HTTP/1.1"), 400},
        {"3986 2.1: no digit", with_line("GET /% HTTP/1.1"), 400},
        {"3986 2.1: not hexadecimal", with_line("GET /%2g HTTP/1.1"), 400},
        {"3986 2.1: a percent in a percent", with_line("GET /%%2f HTTP/1.1"), 400},
        {"9112 3.2.1: a fragment is not sent", with_line("GET /a#b HTTP/1.1"), 400},
        {"9112 3.2.1: a relative path", with_line("GET a HTTP/1.1"), 400},
        {"9112 3.2.1: a query without a path", with_line("GET ?a HTTP/1.1"), 400},
        {"9112 3.2.2: absolute-form", with_line("GET http://example.com/ HTTP/1.1"), accepted},
        {"9112 3.2.2: absolute-form of another host", with_line("GET https://b.example:1/ HTTP/1.1"),
         accepted},
        {"9112 3.2.2: schemes are without case", with_line("GET hTtPs://a/b?c HTTP/1.1"), accepted},
        {"9110 4.2.3: an empty path", with_line("GET http://a HTTP/1.1"), accepted},
        {"9112 3.2.2: another scheme", with_line("GET ftp://a/ HTTP/1.1"), 400},
        {"9112 3.2.2: a scheme that begins so", with_line("GET httpx://a/ HTTP/1.1"), 400},
        {"9112 3.2.2: one slash", with_line("GET http:/a HTTP/1.1"), 400},
        {"9110 4.2.1: no host", with_line("GET http:/// HTTP/1.1"), 400},
        {"9110 4.2.4: a user", with_line("GET http://u@a/ HTTP/1.1"), 400},
        {"9112 3.2.2: no port", with_line("GET http://a:b/ HTTP/1.1"), 400},
        {"9112 3.2.2: a query without a path", with_line("GET http://a?b HTTP/1.1"), 400},
        {"9112 3.2.2: a fragment", with_line("GET http://a/#b HTTP/1.1"), 400},
        {"9112 3.2: a Host none the less", "GET http://a/ HTTP/1.1\r\n\r\n", 400},
        {"9112 3.2.3: authority-form", with_line("GET example.com:80 HTTP/1.1"), 400},
        {"9112 3.2.4: * goes with OPTIONS", with_line("OPTIONS * HTTP/1.1"), accepted},
        {"9112 3.2.4: and nothing else", with_line("GET * HTTP/1.1"), 400},
        {"9112 3.2.4: * is all of it", with_line("OPTIONS *a HTTP/1.1"), 400},
        {"9112 3.2.4: * is no path", with_line("OPTIONS */ HTTP/1.1"), 400},
        {"9110 4.1: a back-slash", with_line("GET \\ HTTP/1.1"), 400},
        {"9112 2.2: a bare CR", with_line("GET /a\rb HTTP/1.1"), 400},
        {"9112 2.2: a bare LF", with_line("GET /a\nb HTTP/1.1"), 400},
        {"3986 2: NUL", with_line("GET /a\0b HTTP/1.1"s), 400},
    };
    for (const char c : "\"<>\\^`{|}[]\x01\x1f\x7f\x80\xc3\xff"s) {
        rows.push_back({"3986 2: must be percent-encoded", with_line("GET /a"s + c + "b HTTP/1.1"), 400});
    }
    check(rows);
}

BOOST_AUTO_TEST_CASE(a_target_in_absolute_form_is_told_as_path_and_host)
{
    struct row {
        const char* line;
        const char* target;
        const char* host;
    };
    for (const row& each :
         {row{"GET http://b.example:8080/p?q HTTP/1.1", "/p?q", "b.example:8080"},
          row{"GET HTTPS://[::1]/ HTTP/1.1", "/", "[::1]"}, row{"GET http://b HTTP/1.1", "/", "b"},
          row{"OPTIONS http://b HTTP/1.1", "*", "b"}, row{"OPTIONS http://b/ HTTP/1.1", "/", "b"}}) {
        const std::string bytes = with_line(each.line);
        BOOST_REQUIRE(judged(bytes).what == verdict_kind::accepted);
        const http::checked_head head = http::check_head(bytes, {}).head;
        BOOST_CHECK_EQUAL(head.target, each.target);
        BOOST_CHECK_EQUAL(head.host, each.host);
        BOOST_CHECK_EQUAL(head.headers.at(0).value, each.host);
    }
    BOOST_CHECK_EQUAL(http::check_head("GET http://b/ HTTP/1.0\r\n\r\n", {}).head.target, "/");
}

BOOST_AUTO_TEST_SUITE_END()
