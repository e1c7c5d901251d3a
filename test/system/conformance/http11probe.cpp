// The cases of Http11Probe (github.com/MDA2AV/Http11Probe, its suites Compliance, MalformedInput,
// Normalization, Cookies and Capabilities) by their names there, in words of ours; doc/http.md says as of
// when. Where it takes several answers, the one that is ours stands here.
#include "collection.hpp"

using namespace conformance;
using namespace std::string_literals;

namespace {

const std::string hello = "Content-Length: 5\r\n";
const std::string chunked = "Transfer-Encoding: chunked\r\n";
const std::string websocket =
    "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: ";

std::string get(const std::string& lines)
{
    return probe("GET", lines);
}

// With a request line of its own.
std::string lined(const std::string& line)
{
    return line + "\r\nHost: localhost:8080\r\n\r\n";
}

} // namespace

BOOST_AUTO_TEST_SUITE(http11probe)

BOOST_AUTO_TEST_CASE(http11probe_compliance_of_request_lines_and_headers)
{
    check({
        {"COMP-BASELINE", get(""), {200}},
        {"RFC9112-2.2-BARE-LF-REQUEST-LINE", "GET / HTTP/1.1\nHost: a\r\n\r\n", {400}},
        {"RFC9112-2.2-BARE-LF-HEADER", "GET / HTTP/1.1\r\nHost: a\nX-Test: value\r\n\r\n", {400}},
        {"RFC9112-5.1-OBS-FOLD", get("X-Test: value\r\n continued\r\n"), {400}},
        {"RFC9110-5.6.2-SP-BEFORE-COLON", get("X-Test : value\r\n"), {400}},
        {"RFC9112-3-MULTI-SP-REQUEST-LINE", lined("GET  / HTTP/1.1"), {400}},
        {"RFC9112-7.1-MISSING-HOST", "GET / HTTP/1.1\r\n\r\n", {400}},
        {"RFC9112-2.3-INVALID-VERSION", lined("GET / HTTP/9.9"), {505}},
        {"RFC9112-5-EMPTY-HEADER-NAME", get(": empty-name\r\n"), {400}},
        {"RFC9112-3-CR-ONLY-LINE-ENDING", "GET / HTTP/1.1\rHost: a\r\n\r\n", {400}},
        {"RFC9112-3-MISSING-TARGET", lined("GET HTTP/1.1"), {400}},
        {"RFC9112-3.2-FRAGMENT-IN-TARGET", lined("GET /path#frag HTTP/1.1"), {400}},
        {"RFC9112-2.3-HTTP09-REQUEST", "GET /\r\n", {400}},
        {"RFC9112-5-INVALID-HEADER-NAME", get("Bad[Name: value\r\n"), {400}},
        {"RFC9112-5-HEADER-NO-COLON", get("NoColonHere\r\n"), {400}},
        {"RFC9110-5.4-DUPLICATE-HOST", get("Host: other.example.com\r\n"), {400}},
        {"COMP-DUPLICATE-HOST-SAME", get("Host: localhost:8080\r\n"), {400}},
        {"COMP-WHITESPACE-BEFORE-HEADERS", "GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n", {400}},
        {"COMP-HOST-WITH-USERINFO", "GET / HTTP/1.1\r\nHost: user@a:80\r\n\r\n", {400}},
        {"COMP-HOST-WITH-PATH", "GET / HTTP/1.1\r\nHost: a:80/path\r\n\r\n", {400}},
        {"COMP-HOST-EMPTY-VALUE", "GET / HTTP/1.1\r\nHost: \r\n\r\n", {400}},
        {"COMP-ASTERISK-WITH-GET", lined("GET * HTTP/1.1"), {400}},
        {"COMP-OPTIONS-STAR", lined("OPTIONS * HTTP/1.1"), {200, 204}},
        {"COMP-LEADING-CRLF", "\r\n\r\n" + get(""), {400}},
        {"COMP-ABSOLUTE-FORM", lined("GET http://localhost:8080/ HTTP/1.1"), {200}, "GET /"},
        {"COMP-METHOD-CASE", lined("get / HTTP/1.1"), {405}},
        {"COMP-METHOD-CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", {501}},
        {"COMP-METHOD-CONNECT-NO-PORT", "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n", {501}},
        {"COMP-CONNECT-EMPTY-PORT", "CONNECT a: HTTP/1.1\r\nHost: a\r\n\r\n", {501}},
        {"COMP-CONNECT-ORIGIN-FORM", lined("CONNECT /path HTTP/1.1"), {501}},
        {"COMP-EXPECT-UNKNOWN", get("Expect: 200-ok\r\n"), {417}},
        {"COMP-REQUEST-LINE-TAB", lined("GET\t/ HTTP/1.1"), {400}},
        {"COMP-VERSION-MISSING-MINOR", lined("GET / HTTP/1"), {400}},
        {"COMP-VERSION-LEADING-ZEROS", lined("GET / HTTP/01.01"), {400}},
        {"COMP-VERSION-WHITESPACE", lined("GET / HTTP/ 1.1"), {400}},
        {"COMP-VERSION-CASE", lined("GET / http/1.1"), {400}},
        {"COMP-HTTP12-VERSION", lined("GET / HTTP/1.2"), {505}},
        {"COMP-SPACE-IN-TARGET", lined("GET /pa th HTTP/1.1"), {400}},
        {"COMP-LONG-URL-OK", lined("GET /" + std::string(7900, 'a') + " HTTP/1.1"), {200}},
        {"COMP-UNKNOWN-METHOD", lined("FOOBAR / HTTP/1.1"), {405}},
        {"COMP-METHOD-TRACE", lined("TRACE / HTTP/1.1"), {405}},
        {"COMP-TRACE-SENSITIVE", probe("TRACE", "Authorization: Bearer secret-token-123\r\n"), {405}},
        {"COMP-TRACE-WITH-BODY", probe("TRACE", hello, "hello"), {405}},
        {"COMP-405-ALLOW", lined("DELETE / HTTP/1.1"), {405}},
    });
}

BOOST_AUTO_TEST_CASE(http11probe_compliance_of_bodies)
{
    const std::string trailer = "5\r\nhello\r\n0\r\nX-Checksum: abc\r\n\r\n";
    check({
        {"RFC9112-6.1-CL-NON-NUMERIC", probe("POST", "Content-Length: abc\r\n"), {400}},
        {"RFC9112-6.1-CL-PLUS-SIGN", probe("POST", "Content-Length: +5\r\n", "hello"), {400}},
        {"COMP-UNKNOWN-TE-501", probe("POST", "Transfer-Encoding: gzip\r\n"), {400, 501}},
        {"COMP-POST-CL-BODY", probe("POST", hello, "hello"), {200}, "hello"},
        {"COMP-POST-CL-ZERO", probe("POST", "Content-Length: 0\r\n"), {200}},
        {"COMP-POST-NO-CL-NO-TE", probe("POST", ""), {200}},
        {"COMP-POST-CL-UNDERSEND", probe("POST", "Content-Length: 10\r\n", "hello"), {}},
        {"COMP-CHUNKED-BODY", probe("POST", chunked, "5\r\nhello\r\n0\r\n\r\n"), {200}, "hello"},
        {"COMP-CHUNKED-MULTI",
         probe("POST", chunked, "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"),
         {200},
         "hello world"},
        {"COMP-CHUNKED-EMPTY", probe("POST", chunked, "0\r\n\r\n"), {200}},
        {"COMP-CHUNKED-NO-FINAL", probe("POST", chunked, "5\r\nhello\r\n"), {}},
        {"COMP-CHUNKED-EXTENSION",
         probe("POST", chunked, "5;ext=value\r\nhello\r\n0\r\n\r\n"),
         {200},
         "hello"},
        {"COMP-CHUNKED-TRAILER-VALID", probe("POST", chunked, trailer), {200}, "hello"},
        {"COMP-CHUNKED-HEX-UPPERCASE",
         probe("POST", chunked, "A\r\nhelloworld\r\n0\r\n\r\n"),
         {200},
         "helloworld"},
        {"COMP-GET-WITH-CL-BODY", probe("GET", hello, "hello"), {200}},
        {"COMP-DUPLICATE-CT",
         probe("POST", hello + "Content-Type: text/plain\r\nContent-Type: text/html\r\n", "hello"),
         {200}},
        {"COMP-POST-UNSUPPORTED-CT",
         probe("POST", hello + "Content-Type: application/x-nonsense\r\n", "hello"),
         {200}},
        {"COMP-RANGE-POST", probe("POST", hello + "Range: bytes=0-10\r\n", "hello"), {200}, "hello"},
        {"COMP-RANGE-INVALID", get("Range: bytes=abc-xyz\r\n"), {200}},
        {"COMP-ACCEPT-NONSENSE", get("Accept: application/x-nonsense\r\n"), {200}},
        {"COMP-UPGRADE-POST", probe("POST", "Connection: Upgrade\r\n" + websocket + "13\r\n"), {200}},
        {"COMP-UPGRADE-MISSING-CONN", get(websocket + "13\r\n"), {200}},
        {"COMP-UPGRADE-UNKNOWN", get("Connection: Upgrade\r\nUpgrade: totally-made-up/1.0\r\n"), {200}},
        {"COMP-UPGRADE-INVALID-VER", get("Connection: Upgrade\r\n" + websocket + "99\r\n"), {200}},
        {"COMP-UPGRADE-HTTP10",
         "GET / HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\n" + websocket + "13\r\n\r\n",
         {200}},
        {"COMP-NO-1XX-HTTP10",
         "POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
         {200},
         "hello"},
        {"COMP-HTTP10-NO-HOST", "GET / HTTP/1.0\r\n\r\n", {200}},
    });
}

BOOST_AUTO_TEST_CASE(http11probe_compliance_of_answers)
{
    place here;
    const auto only = [&](const std::string& bytes, std::size_t to_head = 0) {
        const conversation what = here.talk(bytes, to_head);
        BOOST_REQUIRE_EQUAL(what.answers.size(), 1U);
        BOOST_CHECK(what.left.empty() && what.closed_in_order);
        return what.answers.front();
    };
    // COMP-CONNECTION-CLOSE, COMP-DATE-HEADER, COMP-DATE-FORMAT, COMP-CONTENT-TYPE
    const answer closed = only(get("Connection: close\r\n"));
    BOOST_CHECK_EQUAL(closed.status, 200U);
    BOOST_CHECK_EQUAL(closed.field("Connection"), "close");
    BOOST_CHECK(closed.has("Date") && closed.has("Content-Type"));
    BOOST_CHECK(closed.field("Date").ends_with(" GMT") && closed.field("Date").size() == 29);
    // COMP-HTTP10-DEFAULT-CLOSE
    BOOST_CHECK_EQUAL(only("GET / HTTP/1.0\r\nHost: a\r\n\r\n").status, 200U);
    // COMP-HEAD-NO-BODY
    const answer head = only(probe("HEAD", "Connection: close\r\n"), 1);
    BOOST_CHECK_EQUAL(head.status, 200U);
    BOOST_CHECK_EQUAL(head.field("Content-Length"), "5"); // that of "GET /"
    // COMP-NO-CL-IN-204, COMP-OPTIONS-ALLOW
    const answer options = only(probe("OPTIONS", "Connection: close\r\n"));
    BOOST_CHECK_EQUAL(options.status, 204U);
    BOOST_CHECK(!options.has("Content-Length") && options.has("Allow"));
}

BOOST_AUTO_TEST_CASE(http11probe_malformed_input)
{
    std::string garbage; // any bytes will do; these are the same in every run
    for (unsigned i = 0, x = 42; i < 256; ++i, x = x * 1664525U + 1013904223U) {
        garbage += static_cast<char>(x >> 24);
    }
    const std::string much(100'000, 'A');
    std::string many;
    for (int i = 0; i < 10'000; ++i) {
        many += "X-H-" + std::to_string(i) + ": value\r\n";
    }
    std::string ranges = "0-";
    for (int i = 1; i < 1000; ++i) {
        ranges += ",0-";
    }
    check({
        {"MAL-BINARY-GARBAGE", garbage, {400}},
        {"MAL-LONG-URL", lined("GET /" + much + " HTTP/1.1"), {414}},
        {"MAL-LONG-HEADER-VALUE", get("X-Big: " + much + "\r\n"), {431}},
        {"MAL-LONG-HEADER-NAME", get(much + ": val\r\n"), {431}},
        {"MAL-LONG-METHOD", lined(much + " / HTTP/1.1"), {400}},
        {"MAL-MANY-HEADERS", get(many), {431}},
        {"MAL-NUL-IN-URL", lined("GET /\0test HTTP/1.1"s), {400}},
        {"MAL-CONTROL-CHARS-HEADER", get("X-Test: abc\a\b\vdef\r\n"), {400}},
        {"MAL-INCOMPLETE-REQUEST", "GET / HTTP/1.1\r\nHost: a\r\nX-Test: value", {}},
        {"MAL-EMPTY-REQUEST", "", {}},
        {"MAL-NON-ASCII-HEADER-NAME", get("X-T\xc3\xabst: value\r\n"), {400}},
        {"MAL-NON-ASCII-URL", lined("GET /caf\xc3\xa9 HTTP/1.1"), {400}},
        {"MAL-CL-OVERFLOW", probe("POST", "Content-Length: 99999999999999999999\r\n"), {400}},
        {"MAL-WHITESPACE-ONLY-LINE", "   \r\n\r\n", {400}},
        {"MAL-NUL-IN-HEADER-VALUE", get("X-Test: val\0ue\r\n"s), {400}},
        {"MAL-CL-EMPTY", probe("POST", "Content-Length: \r\n"), {400}},
        {"MAL-CL-TAB-BEFORE-VALUE", probe("POST", "Content-Length:\t5\r\n", "hello"), {200}, "hello"},
        {"MAL-POST-CL-HUGE-NO-BODY", probe("POST", "Content-Length: 999999999\r\n"), {413}},
        {"MAL-CHUNK-SIZE-OVERFLOW", probe("POST", chunked, "FFFFFFFFFFFFFFFF0\r\nhello\r\n0\r\n\r\n"), {413}},
        {"MAL-CHUNK-EXTENSION-LONG", // MAL-CHUNK-EXT-64K since
         probe("POST", chunked, "5;ext=" + much + "\r\nhello\r\n0\r\n\r\n"),
         {400}},
        {"MAL-H2-PREFACE", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}},
        {"MAL-RANGE-OVERLAPPING", get("Range: bytes=" + ranges + "\r\n"), {200}, "GET /"},
        {"MAL-URL-BACKSLASH", lined("GET /path\\file HTTP/1.1"), {400}},
        {"MAL-URL-OVERLONG-UTF8", lined("GET /\xc0\xaf HTTP/1.1"), {400}},
        // Escapes are passed on as they are, so these stay what they are: text.
        {"MAL-URL-PERCENT-NULL", lined("GET /path%00.html HTTP/1.1"), {200}, "GET /path%00.html"},
        {"MAL-URL-PERCENT-CRLF",
         lined("GET /path%0d%0aX-Injected:%20true HTTP/1.1"),
         {200},
         "GET /path%0d%0aX-Injected:%20true"},
    });
}

BOOST_AUTO_TEST_CASE(http11probe_normalization_and_cookies)
{
    std::string pairs = "k0=v0";
    for (int i = 1; i < 1000; ++i) {
        pairs += "; k" + std::to_string(i) + "=v" + std::to_string(i);
    }
    check({
        {"NORM-UNDERSCORE-CL",
         probe("POST", "Content-Length: 11\r\nContent_Length: 99\r\n", "hello world"),
         {400}},
        {"NORM-SP-BEFORE-COLON-CL",
         probe("POST", "Content-Length: 11\r\nContent-Length : 5\r\n", "hello world"),
         {400}},
        {"NORM-TAB-IN-NAME",
         probe("POST", "Content-Length: 11\r\nContent\tLength: 99\r\n", "hello world"),
         {400}},
        {"NORM-UNDERSCORE-TE",
         probe("POST", "Transfer_Encoding: chunked\r\n", "B\r\nhello world\r\n0\r\n\r\n"),
         {400}},
        {"NORM-CASE-TE",
         probe("POST", "TRANSFER-ENCODING: chunked\r\n", "B\r\nhello world\r\n0\r\n\r\n"),
         {200},
         "hello world"},
        {"COOK-ECHO", get("Cookie: foo=bar\r\n"), {200}},
        {"COOK-OVERSIZED", get("Cookie: big=" + std::string(65'536, 'A') + "\r\n"), {431}},
        {"COOK-EMPTY", get("Cookie: \r\n"), {200}},
        {"COOK-NUL", get("Cookie: foo=\0bar\r\n"s), {400}},
        {"COOK-CONTROL-CHARS", get("Cookie: foo=\x01\x02\x03\r\n"), {400}},
        {"COOK-MANY-PAIRS", get("Cookie: " + pairs + "\r\n"), {431}}, // more than 10 KiB
        {"COOK-MALFORMED", get("Cookie: ===;;;\r\n"), {200}},
        {"COOK-MULTI-HEADER", get("Cookie: a=1\r\nCookie: b=2\r\n"), {200}},
        {"COOK-PARSED-BASIC", get("Cookie: foo=bar\r\n"), {200}},
        {"COOK-PARSED-MULTI", get("Cookie: a=1; b=2; c=3\r\n"), {200}},
        {"COOK-PARSED-EMPTY-VAL", get("Cookie: foo=\r\n"), {200}},
        {"COOK-PARSED-SPECIAL", get("Cookie: a=hello world; b=x=y\r\n"), {200}},
    });
}

BOOST_AUTO_TEST_CASE(http11probe_capabilities)
{
    // The service tells no validator, so no condition about one is looked at.
    const std::string date = "Thu, 01 Jan 1970 00:00:00 GMT";
    check({
        {"CAP-ETAG-304, CAP-ETAG-IN-304", get("If-None-Match: \"no-etag\"\r\n"), {200}},
        {"CAP-ETAG-WEAK", get("If-None-Match: W/\"no-etag\"\r\n"), {200}},
        {"CAP-LAST-MODIFIED-304, CAP-IMS-FUTURE",
         get("If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT\r\n"),
         {200}},
        {"CAP-IMS-INVALID", get("If-Modified-Since: not-a-date\r\n"), {200}},
        {"CAP-INM-PRECEDENCE",
         get("If-None-Match: \"no-etag\"\r\nIf-Modified-Since: " + date + "\r\n"),
         {200}},
        {"CAP-INM-UNQUOTED", get("If-None-Match: no-etag\r\n"), {200}},
        {"CAP-INM-WILDCARD", get("If-None-Match: *\r\n"), {200}},
    });
}

BOOST_AUTO_TEST_SUITE_END()
