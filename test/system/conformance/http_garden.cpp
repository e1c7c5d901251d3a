// The payloads of the HTTP Garden's list of found bugs (github.com/narfindustries/http-garden, TROPHIES.md),
// in words of ours; doc/http.md says as of when. A Host is added where a payload has none, so that it is
// refused for what it is about.
#include "collection.hpp"

using namespace conformance;
using namespace std::string_literals;

namespace {

// `GET /` with these header lines.
std::string got(const std::string& lines, const std::string& body = {})
{
    return probe("GET", lines, body);
}

std::string chunks(const std::string& body)
{
    return probe("POST", "Transfer-Encoding: chunked\r\n", body);
}

std::string lined(const std::string& line)
{
    return line + "\r\nHost: a\r\n\r\n";
}

const std::string inner = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n0\r\n\r\n";

} // namespace

BOOST_AUTO_TEST_SUITE(http_garden)

BOOST_AUTO_TEST_CASE(http_garden_none_of_the_bugs_in_servers_is_ours)
{
    std::string marks =
        "\0\x01\x02\x03\x04\x05\x06\a\b\t\v\f\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"s;
    marks += " \"(),/;<=>?@[/]{}";
    check({
        {"1, 22: 0_2e as a chunk size", chunks("0_2e\r\n\r\n" + inner), {400}},
        {"2: NUL and CR in a value", got("Header: v\0\ralue\r\n"s), {400}},
        {"3: a blank behind a name", got("Content-Length : 34\r\n", inner), {400}},
        {"4: a tab before the first name", "GET / HTTP/1.1\r\n\tContent-Length: 1\r\n\r\nX", {400}},
        {"5: HTTP/1.32", lined("GET /test HTTP/1.32"), {400, 505}},
        {"6: a method that is no token", lined("G=\":<>(e),[T];?\" /get HTTP/1.1"), {400}},
        {"7: a target of one mark", lined("GET ! HTTP/1.1"), {400}},
        {"8: a byte beyond ASCII in a name",
         got("\xef"
             "foo: bar\r\n"),
         {400}},
        {"9: LF in the request line", lined("GET /\nHTTP/1.1"), {400}},
        {"10: +1_0 as a length", got("Content-Length: +1_0\r\n", "0123456789"), {400}},
        {"11, 25: chunked twice",
         probe("POST", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "1\r\nZ\r\n0\r\n\r\n"),
         {400}},
        {"12: no-break spaces around a coding",
         probe("POST",
               "Transfer-Encoding: \xa0"
               "chunked\xa0\r\n",
               "0\r\n\r\n"),
         {400}},
        {"13: CR as a line end", got("Visible: :/\rSmuggled: :)\r\n"), {400}},
        {"14: every forbidden mark in a name", got(marks + ": whatever\r\n"), {400}},
        {"15: CR in the version", lined("GET / HTTP/\r\r1.1"), {400}},
        {"16, 38: an empty length", got("Content-Length: \r\n", inner), {400}},
        {"17: an empty chunk size", chunks("\r\n\r\n"), {400}},
        {"18: an empty name", "GET / HTTP/1.1\r\n: ignored\r\nHost: a\r\n\r\n", {400}},
        {"19: LF LF behind a colon", got("Useless:\n\nGET / HTTP/1.1\r\n"), {400}},
        {"20: NEL behind a name", got("Content-Length\x85: 10\r\n", "0123456789"), {400}},
        {"21, T9, T15, T18: an empty element before chunked",
         got("Transfer-Encoding: ,chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
         {400}},
        {"23: two lengths, the second shorter",
         got("Content-Length: 1\r\nContent-Length: 0\r\n", "Z"),
         {400}},
        {"24: vast version numbers", lined("GET / HTTP/4294967295.255"), {400}},
        {"25, 32, T19: a minus and 0x", chunks("-0x0\r\n\r\n"), {400}},
        {"26: a negative length", got("Content-Length: -48\r\n"), {400}},
        {"27: neither name nor value", got(":\r\nI: am chopped off\r\n"), {400}},
        {"28: no colon", got("Content-Length 10\r\n", "0123456789"), {400}},
        {"29: a length with a letter", got("Content-Length: 1Z\r\n", "Z"), {400}},
        {"30: CR and a letter instead of the empty line",
         got("", "").substr(0, got("").size() - 2) + "\rZGET /evil: HTTP/1.1\r\n\r\n",
         {400}},
        {"31: CR CR before an extension", chunks("5\r\r;ABCD\r\n34\r\nE\r\n0\r\n\r\n" + inner), {400}},
        {"33: two lengths, the second longer", got("Content-Length: 0\r\nContent-Length: 1\r\n", "Z"), {400}},
        {"34: CR in a value", got("Header: va\rlue\r\n"), {400}},
        {"35: NUL in a value", got("Test: test\0THESE BYTES\r\nConnection: close\r\n"s), {400}},
        {"36: CR CR behind an extension",
         chunks("41;a=b\r\r" + std::string(65, 'X') + "\r\n0\r\n\r\n" + inner),
         {400}},
        {"37: a name over two lines",
         probe("POST", "Transfer-\r\nEncoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
         {400}},
        {"39: a trailer that holds a request line", chunks("0\r\nX:POST / HTTP/1.1\n\r\n"), {400}},
        {"40: NUL as a method", lined("\0 / HTTP/............0596.7407."s), {400}},
        {"42, T11: an empty length and another",
         got("Content-Length: \r\nContent-Length: 43\r\n", inner),
         {400}},
        {"43: NUL behind a value", got("Evil: evil\0\r\n"s), {400}},
        {"44: an unknown coding",
         probe("POST", "Transfer-Encoding: blegh\r\n", "1\r\nZ\r\n0\r\n\r\n"),
         {400, 501}},
        {"46: bytes around a coding and the Host",
         "POST / HTTP/1.1\r\nHost: \xff"
         "a\xff\r\nTransfer-Encoding: \xff"
         "chunked\xff\r\n\r\n1\r\nZ\r\n0\r\n\r\n",
         {400}},
        {"47: a chunk that is none", chunks("INVALID!!!\r\n" + inner), {400}},
    });
}

BOOST_AUTO_TEST_CASE(http_garden_none_of_the_bugs_in_proxies_is_ours)
{
    check({
        {"1: 0x10 as a length", probe("POST", "Content-Length: 0x10\r\n", "Z"), {400}},
        {"2: chunk sizes of Z", chunks("Z\r\nZZ\r\nZZZ\r\n\r\n"), {400}},
        {"3: CR before an extension", chunks("2\r\r;a\r\n02\r\n41\r\n0\r\n\r\n" + inner), {400}},
        {"4: a chunk line torn apart", chunks("1\r0\n"), {400}},
        {"5: an empty length", "GET / HTTP/1.1\r\nhost: whatever\r\ncontent-length: \r\n\r\n", {400}},
        {"6: NEL in a name", got("Header\x85: value\r\n"), {400}},
        {"7: letters behind a chunk size",
         chunks("1these-bytes-never-get-validated\r\nZ\r\n0\r\n\r\n"),
         {400}},
        {"10: CRs in a value", got("Invalid-Header: this\rvalue\ris\rinvalid\r\n"), {400}},
        {"12: NUL in the Host", "GET / HTTP/1.1\r\nHost: a.example\0.b.example\r\n\r\n"s, {400}},
        {"13: LF behind a chunk", chunks("a\r\n0123456789\n0\r\n\r\n"), {400}},
        {"14: a name torn apart by LF", got("Te\nst: test\r\nConnection: close\r\n"), {400}},
        {"16: LF everywhere", "GET / HTTP/1.1\nHost: whatever\nConnection: close\n\n", {400}},
        {"17: an empty line before the last chunk",
         chunks("17\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n\r\n\r\n0\r\n\r\n"),
         {400}},
        {"20: NUL in a line without a colon", got("a:b\r\nc\0\r\n"s), {400}},
        {"22: two lengths around a request",
         probe("POST", "Content-Length: 0\r\nContent-Length: 31\r\n", inner),
         {400}},
        {"23: both framings",
         probe("POST", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
         {400}},
        {"24: blanks before a chunk size", chunks("           0\r\n\r\n"), {400}},
        {"H1, H2: the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}},
    });
}

BOOST_AUTO_TEST_CASE(http_garden_what_its_payloads_have_that_is_right_is_served)
{
    place here;
    // 32: 010 is ten, not eight.
    const conversation octal = here.talk(probe("POST", "Content-Length: 010\r\n", "0123456789") + last);
    BOOST_REQUIRE_EQUAL(octal.answers.size(), 2U);
    BOOST_CHECK_EQUAL(octal.answers[0].body, "0123456789");
    // 41: obs-text is a part of the value.
    const conversation user = here.talk(got("User: \x85"
                                            "admin\xa0\r\n") +
                                        last);
    BOOST_CHECK_EQUAL(user.answers.size(), 2U);
    // 45: what stands behind a last request does not cost its answer.
    const conversation closed = here.talk(got("Connection: close\r\n", "Invalid\r\n\r\n"));
    BOOST_REQUIRE_EQUAL(closed.answers.size(), 1U);
    BOOST_CHECK_EQUAL(closed.answers[0].status, 200U);
    BOOST_CHECK(closed.closed_in_order && closed.left.empty());
    // 48: a pipelined request is no body, whatever came in the same bytes.
    const std::string third = "GET /third HTTP/1.1\r\nHost: a\r\n\r\n";
    const conversation piped =
        here.talk(probe("POST", "Content-Length: 0\r\nConnection:keep-alive\r\n") +
                  probe("POST", "Content-Length: " + std::to_string(third.size()) + "\r\n", third) + last);
    BOOST_REQUIRE_EQUAL(piped.answers.size(), 3U);
    BOOST_CHECK_EQUAL(piped.answers[1].body, third);
    // Proxies, 21: the body of a GET is read.
    const conversation body = here.talk(got("Content-Length: 10\r\n", "1234567890") + last);
    BOOST_REQUIRE_EQUAL(body.answers.size(), 2U);
    BOOST_CHECK_EQUAL(body.answers[1].body, "GET /last");
    // Bonus, 3: a byte behind a chunked body is the next request's, and no request begins with NUL.
    const conversation extra = here.talk(chunks("0\r\n\r\n") + "\0"s + last);
    BOOST_REQUIRE_EQUAL(extra.answers.size(), 2U);
    BOOST_CHECK_EQUAL(extra.answers[0].status, 200U);
    BOOST_CHECK_EQUAL(extra.answers[1].status, 400U);
    // Bonus, 4: the first bytes of an answer are its own.
    const conversation echoed = here.talk(chunks("1\r\nZ\r\n0\r\n\r\n") + last);
    BOOST_REQUIRE_EQUAL(echoed.answers.size(), 2U);
    BOOST_CHECK_EQUAL(echoed.answers[0].body, "Z");
    // Every name that its probes send reaches the handler; methods of other letters are other methods.
    for (const auto* name :
         {"connection: keep-alive", "X-Forwarded-For: 172.18.0.1", "Forwarded: proto=http;host=whatever",
          "X-Forwarded-Host: whatever", "Max-Forwards: 10", "Test: a\r\nTest: b", "a-b: test"}) {
        BOOST_CHECK_EQUAL(here.talk(got(name + "\r\n"s) + last).answers.size(), 2U);
    }
    for (const char mark : "0!#$%&'*+-.^_`|~"s) {
        const conversation odd = here.talk(probe("GET"s + mark, "") + last);
        BOOST_CHECK(odd.answers.size() == 2 && odd.answers[0].status == 405 && odd.answers[0].has("Allow"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
