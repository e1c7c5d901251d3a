// RFC 9112, sections 2 and 3: what a server must make of start lines, line ends, versions and targets. Each
// test is named after its section; doc/http.md lists them.
#include "collection.hpp"

#include <string>

using namespace conformance;
using namespace std::string_literals;

namespace {

std::string lined(const std::string& line)
{
    return line + "\r\nHost: a\r\n\r\n";
}

unsigned status_of(place& here, const std::string& bytes)
{
    const conversation what = here.talk(bytes + last);
    BOOST_REQUIRE(!what.answers.empty());
    return what.answers.front().status;
}

} // namespace

BOOST_AUTO_TEST_SUITE(rfc9112_messages)

BOOST_AUTO_TEST_CASE(rfc9112_2_2_a_message_is_octets_whatever_their_charset)
{
    place here;
    const std::string octets = "\xe4\xb8\x0d\x0a\x00\xff"s;
    const conversation what = here.talk(probe("POST", "X: \xe4\xb8\r\nContent-Length: 6\r\n", octets) +
                                        last); // no UTF-8, and a LF within
    BOOST_REQUIRE_EQUAL(what.answers.size(), 2U);
    BOOST_CHECK(what.answers[0].body == octets);
}

BOOST_AUTO_TEST_CASE(rfc9112_2_2_one_empty_line_before_the_request_line_is_ignored)
{
    place here;
    BOOST_CHECK_EQUAL(status_of(here, "\r\n" + probe("GET", "")), 200U);
    // Between requests too, as some clients send one behind a body.
    const conversation what = here.talk(probe("POST", "Content-Length: 2\r\n", "ab") + "\r\n" + last);
    BOOST_CHECK_EQUAL(what.answers.size(), 2U);
    check({{"two", "\r\n\r\n" + probe("GET", ""), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_2_2_a_bare_cr_or_lf_is_no_line_end)
{
    check({
        {"LF behind the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", {400}},
        {"LF behind a header", "GET / HTTP/1.1\r\nHost: a\n\r\n", {400}},
        {"LF as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n", {400}},
        {"CR behind the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n", {400}},
        {"CR in a value", probe("GET", "X: a\rb\r\n"), {400}},
        {"CR in a name", probe("GET", "X\rY: a\r\n"), {400}},
        {"CR in the target", lined("GET /a\rb HTTP/1.1"), {400}},
        {"CR behind a chunk size", probe("POST", "Transfer-Encoding: chunked\r\n", "0\r\r\n\r\n"), {400}},
    });
}

BOOST_AUTO_TEST_CASE(rfc9112_2_2_whitespace_before_the_first_header_is_refused)
{
    check({
        {"a blank", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", {400}},
        {"a tab", "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n", {400}},
        {"a line of blanks", "GET / HTTP/1.1\r\n  \r\nHost: a\r\n\r\n", {400}},
    });
}

BOOST_AUTO_TEST_CASE(rfc9112_2_2_what_is_no_http_message_is_answered_400_and_the_end)
{
    check({
        {"words", "hello, world\r\n", {400}},
        {"a TLS handshake", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, {400}},
        {"a response", "HTTP/1.1 200 OK\r\n\r\n", {400}},
        {"a line end alone", "\n", {400}},
    });
}

BOOST_AUTO_TEST_CASE(rfc9112_2_3_the_version_is_case_sensitive_and_one_digit_each)
{
    for (const auto* version :
         {"http/1.1", "Http/1.1", "HTTP/1.10", "HTTP/01.1", "HTTP/1", "HTTP/1.", "HTTP/ 1.1", "HTTP/1,1"}) {
        check({{version, lined("GET / "s + version), {400}}});
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_2_3_answers_are_http_1_1_to_requests_of_1_0_too)
{
    place here;
    const conversation what = here.talk("GET / HTTP/1.0\r\n\r\n");
    BOOST_REQUIRE_EQUAL(what.answers.size(), 1U);
    BOOST_CHECK(what.answers[0].head.starts_with("HTTP/1.1 200 OK\r\n"));
}

BOOST_AUTO_TEST_CASE(rfc9112_3_the_request_line_is_split_at_single_blanks)
{
    check({
        {"two behind the method", lined("GET  / HTTP/1.1"), {400}},
        {"two behind the target", lined("GET /  HTTP/1.1"), {400}},
        {"a tab", lined("GET\t/ HTTP/1.1"), {400}},
        {"a form feed", lined("GET\f/ HTTP/1.1"), {400}},
        {"one behind the version", lined("GET / HTTP/1.1 "), {400}},
        {"one in the target", lined("GET /a b HTTP/1.1"), {400}},
        {"no target", lined("GET HTTP/1.1"), {400}},
        {"no version", lined("GET /"), {400}},
        {"no version, but its blank", "GET / \r\n\r\n", {400}},
    });
}

BOOST_AUTO_TEST_CASE(rfc9112_3_a_method_longer_than_any_served_is_501)
{
    check({{"33 letters", lined(std::string(33, 'A') + " / HTTP/1.1"), {501}},
           {"256 letters", lined(std::string(256, 'A') + " / HTTP/1.1"), {501}},
           {"no method any more", lined(std::string(257, 'A') + " / HTTP/1.1"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_3_a_target_that_is_too_long_is_414)
{
    check({{"beyond the limit",
            lined("GET /" + std::string(http::head_limits().max_target, 'a') + " HTTP/1.1"),
            {414}},
           {"without an end", "GET /" + std::string(100'000, 'a'), {414}},
           {"in absolute form",
            lined("GET http://a/" + std::string(http::head_limits().max_target, 'a') + " HTTP/1.1"),
            {414}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_3_request_lines_of_8000_octets_are_taken)
{
    const std::string line = "GET /" + std::string(8000 - 14, 'a') + " HTTP/1.1";
    BOOST_CHECK_EQUAL(line.size(), 8000U);
    check({{"8000 octets", lined(line), {200}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_3_1_a_method_is_a_token_and_case_sensitive)
{
    check({{"lower case", lined("get / HTTP/1.1"), {405}},
           {"in quotes", lined("\"GET\" / HTTP/1.1"), {400}},
           {"with a colon", lined("GET: / HTTP/1.1"), {400}},
           {"none", lined(" / HTTP/1.1"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_3_2_there_is_exactly_one_valid_host)
{
    check({
        {"none", "GET / HTTP/1.1\r\n\r\n", {400}},
        {"two", probe("GET", "Host: b\r\n"), {400}},
        {"twice the same", probe("GET", "Host: localhost:8080\r\n"), {400}},
        {"empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", {400}},
        {"a list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", {400}},
        {"with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", {400}},
        {"with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", {400}},
        {"with a wrong port", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", {400}},
        {"absolute form needs one too", "GET http://a/ HTTP/1.1\r\n\r\n", {400}},
        {"and not two", "GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", {400}},
        {"an address", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", {200}},
    });
}

BOOST_AUTO_TEST_CASE(rfc9112_3_2_a_target_with_whitespace_or_beyond_ascii_is_refused)
{
    check({{"a blank", lined("GET /a b HTTP/1.1"), {400}},
           {"UTF-8", lined("GET /\xc3\xa9 HTTP/1.1"), {400}},
           {"NUL", lined("GET /a\0b HTTP/1.1"s), {400}},
           {"a fragment", lined("GET /a#b HTTP/1.1"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_3_2_1_origin_form_reaches_the_handler_as_it_is)
{
    place here;
    for (const auto* target :
         {"/", "/a/b.c?d=e&f=/g?h", "//a", "/%2F%00", "/?", "/..", "/-._~!$&'()*+,;=:@"}) {
        const conversation what = here.talk(lined("GET "s + target + " HTTP/1.1") + last);
        BOOST_REQUIRE_EQUAL(what.seen.size(), 2U);
        BOOST_CHECK_EQUAL(what.seen[0].target, target);
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_3_2_2_absolute_form_is_taken_and_its_authority_replaces_the_host)
{
    place here;
    struct row {
        const char* target;
        const char* path;
        const char* host;
    };
    for (const row& each :
         {row{"http://b.example/p?q", "/p?q", "b.example"}, row{"https://b:8443/", "/", "b:8443"},
          row{"HTTP://[::1]:80/p", "/p", "[::1]:80"}, row{"http://b.example", "/", "b.example"}}) {
        const conversation what = here.talk(lined("GET "s + each.target + " HTTP/1.1") + last);
        BOOST_REQUIRE_EQUAL(what.seen.size(), 2U);
        BOOST_CHECK_EQUAL(what.seen[0].target, each.path);
        BOOST_CHECK_EQUAL(what.seen[0].host, each.host);
    }
    check({{"another scheme", lined("GET ftp://a/ HTTP/1.1"), {400}},
           {"no authority", lined("GET http:///p HTTP/1.1"), {400}},
           {"a user", lined("GET http://u@a/p HTTP/1.1"), {400}},
           {"a fragment", lined("GET http://a/p#q HTTP/1.1"), {400}},
           {"the Host must be valid none the less", "GET http://a/ HTTP/1.1\r\nHost: a b\r\n\r\n", {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_3_2_3_authority_form_and_connect_are_refused)
{
    check({{"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", {501}},
           {"CONNECT with a path", lined("CONNECT / HTTP/1.1"), {501}},
           {"authority-form with another method", lined("GET a:443 HTTP/1.1"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_3_2_4_asterisk_form_goes_with_options_only)
{
    check({{"OPTIONS", lined("OPTIONS * HTTP/1.1"), {204}},
           {"GET", lined("GET * HTTP/1.1"), {400}},
           {"more than it", lined("OPTIONS *a HTTP/1.1"), {400}}});
    place here;
    const conversation what =
        here.talk(lined("OPTIONS http://a HTTP/1.1") + lined("OPTIONS * HTTP/1.1") + last);
    BOOST_REQUIRE_EQUAL(what.seen.size(), 3U);
    BOOST_CHECK_EQUAL(what.seen[0].target, "*"); // an http URI without a path, RFC 9112 3.2.4
    BOOST_CHECK_EQUAL(what.seen[1].target, "*");
}

BOOST_AUTO_TEST_CASE(rfc9112_3_3_a_request_of_1_0_may_leave_the_host_open)
{
    place here;
    const conversation what = here.talk("GET /a HTTP/1.0\r\n\r\n");
    BOOST_REQUIRE_EQUAL(what.seen.size(), 1U);
    BOOST_CHECK_EQUAL(what.seen[0].host, "");
}

BOOST_AUTO_TEST_SUITE_END()
