// Every clause of RFC 9110 and RFC 9112 that binds a server which reads request heads, one row each.
#include "head_cases.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace head_cases;
using namespace std::string_literals;

} // namespace

BOOST_AUTO_TEST_SUITE(head_rules)

BOOST_AUTO_TEST_CASE(the_request_line_is_method_blank_target_blank_version)
{
    check({
        {"9112 3: a request line", with_line("GET / HTTP/1.1"), accepted},
        {"9112 3: HTTP/1.0", with_line("GET / HTTP/1.0"), accepted},
        {"9112 2.2: one empty line before it is ignored", "\r\n" + with_line("GET / HTTP/1.1"), accepted},
        {"9112 2.2: not two", "\r\n\r\n" + with_line("GET / HTTP/1.1"), 400},
        {"9112 2.2: not a bare LF", "\n" + with_line("GET / HTTP/1.1"), 400},
        {"9112 2.2: not a bare CR", "\r" + with_line("GET / HTTP/1.1"), 400},
        {"9112 2.2: not a blank", " " + with_line("GET / HTTP/1.1"), 400},
        {"9112 2.2: not a tab", "\t" + with_line("GET / HTTP/1.1"), 400},
        {"9112 2.2: not NUL", "\0"s + with_line("GET / HTTP/1.1"), 400},
        {"9112 2.2: not a byte order mark", "\xef\xbb\xbf" + with_line("GET / HTTP/1.1"), 400},
        {"9112 3: two blanks after the method", with_line("GET  / HTTP/1.1"), 400},
        {"9112 3: two blanks after the target", with_line("GET /  HTTP/1.1"), 400},
        {"9112 3: a tab after the method", with_line("GET\t/ HTTP/1.1"), 400},
        {"9112 3: a tab after the target", with_line("GET /\tHTTP/1.1"), 400},
        {"9112 3: a vertical tab", with_line("GET\v/ HTTP/1.1"), 400},
        {"9112 3: a form feed", with_line("GET /\fHTTP/1.1"), 400},
        {"9112 3: a blank after the version", with_line("GET / HTTP/1.1 "), 400},
        {"9112 3: a tab after the version", with_line("GET / HTTP/1.1\t"), 400},
        {"9112 3: words after the version", with_line("GET / HTTP/1.1 x"), 400},
        {"9112 2.2: a bare LF after the version", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
        {"9112 2.2: a bare CR after the version", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400},
        {"9112 2.2: CR CR LF", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400},
        {"9112 3: no version", with_line("GET /"), 400},
        {"9112 3: no version, but its blank", with_line("GET / "), 400},
        {"9112 3: no target", with_line("GET HTTP/1.1"), 400},
        {"9112 3: an empty target", with_line("GET  HTTP/1.1"), 400},
        {"9112 3: a method only", with_line("GET"), 400},
        {"9112 3: nothing", "\r\n\r\n\r\n", 400},
        {"9112 3: a response", with_line("HTTP/1.1 200 OK"), 400},
        {"5246 6.2.1: a TLS handshake", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc"s, 400},
        {"9113 3.4: the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
    });
}

BOOST_AUTO_TEST_CASE(the_method_is_a_token)
{
    std::vector<row> rows = {
        {"9110 9.1: POST", with_line("POST / HTTP/1.1"), accepted},
        {"9110 9.1: OPTIONS", with_line("OPTIONS / HTTP/1.1"), accepted},
        {"9110 9.1: methods are extensible", with_line("PURGE / HTTP/1.1"), accepted},
        {"9110 9.1: case matters, so this is another method", with_line("get / HTTP/1.1"), accepted},
        {"9110 5.6.2: every mark of a token", with_line("!#$%&'*+-.^_`|~ / HTTP/1.1"), accepted},
        {"9112 3: empty", with_line(" / HTTP/1.1"), 400},
        {"9110 9.3.6: CONNECT is no origin server's", with_line("CONNECT example.com:80 HTTP/1.1"), 501},
        {"9110 9.3.6: whatever its target", with_line("CONNECT / HTTP/1.1"), 501},
        {"9112 3: as long as any that is known", with_line(std::string(32, 'A') + " / HTTP/1.1"), accepted},
        {"9112 3: longer than any that is known", with_line(std::string(33, 'A') + " / HTTP/1.1"), 501},
        {"9112 3: the longest that may be one", with_line(std::string(256, 'A') + " / HTTP/1.1"), 501},
        {"9112 3: longer than a method can be", with_line(std::string(257, 'A') + " / HTTP/1.1"), 400},
        {"9110 5.6.2: not beyond ASCII", with_line("G\xc3\x89T / HTTP/1.1"), 400},
        {"9112 3: in quotes", with_line("\"GET\" / HTTP/1.1"), 400},
    };
    for (const char c : "()<>@,;:\\\"/[]?={}\x7f\x01\x1f"s) {
        rows.push_back({"9110 5.6.2: a delimiter is no token", with_line("GE"s + c + "T / HTTP/1.1"), 400});
    }
    rows.push_back({"9110 5.6.2: NUL is no token", with_line("GE\0T / HTTP/1.1"s), 400});
    check(rows);
}

BOOST_AUTO_TEST_CASE(the_version_is_one_that_is_spoken)
{
    check({
        {"9112 2.3: the next major", with_line("GET / HTTP/2.0"), 505},
        {"9112 2.3: the one after it", with_line("GET / HTTP/3.0"), 505},
        {"9112 2.3: the one before", with_line("GET / HTTP/0.9"), 505},
        {"9112 2.3: an unknown minor", with_line("GET / HTTP/1.2"), 505},
        {"9112 2.3: another unknown minor", with_line("GET / HTTP/1.9"), 505},
        {"9112 2.3: case matters", with_line("GET / http/1.1"), 400},
        {"9112 2.3: case matters in one letter", with_line("GET / HTTp/1.1"), 400},
        {"9112 2.3: another protocol", with_line("GET / HTCPCP/1.0"), 400},
        {"9112 2.3: two digits", with_line("GET / HTTP/1.10"), 400},
        {"9112 2.3: two digits before", with_line("GET / HTTP/11.1"), 400},
        {"9112 2.3: a zero before", with_line("GET / HTTP/01.1"), 400},
        {"9112 2.3: no minor", with_line("GET / HTTP/1"), 400},
        {"9112 2.3: an empty minor", with_line("GET / HTTP/1."), 400},
        {"9112 2.3: no digits", with_line("GET / HTTP/"), 400},
        {"9112 2.3: no slash", with_line("GET / HTTP1.1"), 400},
        {"9112 2.3: a comma", with_line("GET / HTTP/1,1"), 400},
        {"9112 2.3: a blank inside", with_line("GET / HTTP/ 1.1"), 400},
        {"9112 2.3: a minus", with_line("GET / HTTP/1.-1"), 400},
        {"9112 2.3: letters", with_line("GET / HTTP/a.b"), 400},
        {"9112 2.3: beyond ASCII", with_line("GET / HTTP/1.\xb9"), 400},
    });
}

BOOST_AUTO_TEST_CASE(a_header_line_is_name_colon_value)
{
    std::vector<row> rows = {
        {"9112 5: a header", with_fields("A: b\r\n"), accepted},
        {"9112 5: no blank after the colon", with_fields("A:b\r\n"), accepted},
        {"9112 5: blanks and tabs around the value", with_fields("A: \t b \t \r\n"), accepted},
        {"9110 5.5: an empty value", with_fields("A:\r\n"), accepted},
        {"9110 5.5: a value of blanks", with_fields("A: \t \r\n"), accepted},
        {"9110 5.5: a tab inside", with_fields("A: b\tc\r\n"), accepted},
        {"9110 5.5: obs-text", with_fields("A: \x80\xc3\xa9\xff\r\n"), accepted},
        {"9110 5.1: every mark of a token", with_fields("!#$%&'*+-.^_`|~: b\r\n"), accepted},
        {"9110 5.3: the same name twice", with_fields("A: b\r\nA: c\r\n"), accepted},
        {"9112 5: a colon in the value", with_fields("A: b: c\r\n"), accepted},
        {"9112 11.2: near to a framing name", with_fields("Content_Length: 5\r\n"), 400},
        {"9112 11.2: near to a framing name", with_fields("contentlength: 5\r\n"), 400},
        {"9112 11.2: near to a framing name", with_fields("Transfer_Encoding: chunked\r\n"), 400},
        {"9112 11.2: near to a framing name", with_fields("Transfer--Encoding: chunked\r\n"), 400},
        {"9112 11.2: near to a framing name", with_fields("'Host: a\r\n"), 400},
        {"9112 11.2: another name", with_fields("X-Content-Length: 5\r\n"), accepted},
        {"9112 11.2: another name", with_fields("Content-Lengths: 5\r\n"), accepted},
        {"9110 8: other names", with_fields("Content-Type: a\r\nTransfer: b\r\nX-Host: c\r\nHosts: d\r\n"),
         accepted},
        {"9112 5.1: a blank before the colon", with_fields("A : b\r\n"), 400},
        {"9112 5.1: a tab before the colon", with_fields("A\t: b\r\n"), 400},
        {"9112 5.1: a blank in the name", with_fields("A b: c\r\n"), 400},
        {"9112 5: no name", with_fields(": b\r\n"), 400},
        {"9112 5: no colon", with_fields("A\r\n"), 400},
        {"9112 5: no colon, but a value", with_fields("A b\r\n"), 400},
        {"9112 5.2: obs-fold by a blank", with_fields("A: b\r\n c\r\n"), 400},
        {"9112 5.2: obs-fold by a tab", with_fields("A: b\r\n\tc\r\n"), 400},
        {"9112 5.2: an empty obs-fold", with_fields("A: b\r\n \r\n"), 400},
        {"9112 2.2: a blank before the first header", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
        {"9112 2.2: a tab before the first header", "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n", 400},
        {"9112 2.2: a bare LF", with_fields("A: b\nC: d\r\n"), 400},
        {"9112 2.2: a bare CR", with_fields("A: b\rC: d\r\n"), 400},
        {"9112 2.2: CR CR LF", with_fields("A: b\r\r\n"), 400},
        {"9112 2.2: LF CR", with_fields("A: b\n\r"), 400},
        {"9112 2.2: a bare CR in the name", with_fields("A\r: b\r\n"), 400},
        {"9112 2.2: a bare LF in the name", with_fields("A\n: b\r\n"), 400},
        {"9112 2.2: a bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
        {"9112 2.2: a bare CR at the end", "GET / HTTP/1.1\r\nHost: a\r\n\rX", 400},
        {"9110 5.5: NUL in a value", with_fields("A: b\0c\r\n"s), 400},
        {"9110 5.1: NUL in a name", with_fields("A\0: c\r\n"s), 400},
        {"9110 5.1: beyond ASCII in a name", with_fields("\xc3\x84: b\r\n"), 400},
    };
    for (unsigned c = 1; c < 0x80; ++c) {
        if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f) {
            rows.push_back({"9110 5.5: a control byte in a value",
                            with_fields("A: b"s + static_cast<char>(c) + "\r\n"), 400});
            rows.push_back({"9110 5.1: a control byte in a name",
                            with_fields("A"s + static_cast<char>(c) + ": b\r\n"), 400});
        }
    }
    for (const char c : "()<>@,;\\\"/[]?={}"s) {
        rows.push_back({"9110 5.1: a delimiter in a name", with_fields("A"s + c + ": b\r\n"), 400});
    }
    check(rows);
}

BOOST_AUTO_TEST_CASE(there_is_exactly_one_host)
{
    const auto host = [](std::string_view value) {
        return "GET / HTTP/1.1\r\nHost:" + std::string(value) + "\r\n\r\n";
    };
    std::vector<row> rows = {
        {"9112 3.2: missing", "GET / HTTP/1.1\r\n\r\n", 400},
        {"9112 3.2: missing among others", "GET / HTTP/1.1\r\nA: b\r\n\r\n", 400},
        {"9112 3.2: HTTP/1.0 needs none", "GET / HTTP/1.0\r\n\r\n", accepted},
        {"9112 3.2: HTTP/1.0 may have one", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", accepted},
        {"9112 3.2: HTTP/1.0 with two", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400},
        {"9112 3.2: two", with_fields("Host: other.example\r\n"), 400},
        {"9112 3.2: two that are equal", with_fields("Host: example.com\r\n"), 400},
        {"9112 3.2: two in another case", with_fields("hOST: example.com\r\n"), 400},
        {"9110 5.1: names are without case", "GET / HTTP/1.1\r\nhOsT: a\r\n\r\n", accepted},
    };
    for (const auto* good : {"a", " a.b-c_d~e", "127.0.0.1", " localhost:8080", "a:1", "a:65535", "[::1]",
                             " [::1]:80", "[2001:db8::1.2.3.4]", "EXAMPLE.com \t"}) {
        rows.push_back({"9110 7.2: a host", host(good), accepted});
    }
    for (const auto* bad :
         {"",     " ",   "a b",   "a,b",     "a, b",     "a@b",    "user:pw@b", "a/b",    "http://a",
          "a:",   "a:x", "a:80x", "a:65536", "a:999999", "a:-1",   "a::80",     ":80",    "[::1",
          "::1",  "[]",  "[:]",   "[::g]",   "[::1]x",   "[::1]:", "[::1]80",   "[v1.a]", "a%41",
          "a%00", "a?b", "a#b",   "a\\b",    "\xc3\xa9", "a;b",    "(a)",       "*"}) {
        rows.push_back({"9110 7.2: no host", host(bad), 400});
    }
    rows.push_back({"9110 7.2: NUL", host("a\0b"s), 400});
    check(rows);
}

BOOST_AUTO_TEST_CASE(a_content_length_is_one_number)
{
    const auto length = [](std::string_view value) {
        return with_fields("Content-Length:" + std::string(value) + "\r\n");
    };
    std::vector<row> rows = {
        {"9110 8.6: without case", with_fields("cONTENT-lENGTH: 5\r\n"), accepted},
        {"9112 6.3: twice", with_fields("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
        {"9112 6.3: twice the same", with_fields("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
        {"9112 6.3: twice in another case", with_fields("Content-Length: 5\r\ncontent-length: 5\r\n"), 400},
        {"9112 6.3: HTTP/1.0 twice", "POST / HTTP/1.0\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
         400},
        {"9112 6.1: with Transfer-Encoding",
         with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
        {"9112 6.1: after it", with_fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
        {"9112 6.1: zero with it", with_fields("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"), 400},
    };
    for (const auto* good : {"0", " 5", "5 \t", "007", "18446744073709551615"}) {
        rows.push_back({"9110 8.6: 1*DIGIT", length(good), accepted});
    }
    for (const auto* bad :
         {"",   " ",  "-1",  "+1",    "1.0",  "1e3", "0x10", "1 1",          "1,1", "1, 1", "5, 5",
          ",5", "5,", "5;a", "\"5\"", "five", "5a",  "a5",   "\xef\xbc\x95", "1_0", "5\t5"}) {
        rows.push_back({"9112 6.3: not 1*DIGIT", length(bad), 400});
    }
    for (const auto* vast :
         {"18446744073709551616", "99999999999999999999", "100000000000000000000000000000000"}) {
        rows.push_back({"9110 8.6: overflow must be foreseen", length(vast), 400});
    }
    check(rows);
}

BOOST_AUTO_TEST_CASE(a_transfer_encoding_is_chunked_or_refused)
{
    const auto encoding = [](std::string_view value) {
        return with_fields("Transfer-Encoding:" + std::string(value) + "\r\n");
    };
    std::vector<row> rows = {
        {"9112 6.1: chunked", encoding(" chunked"), accepted},
        {"9112 7: without case", with_fields("transfer-ENCODING: ChUnKeD\r\n"), accepted},
        {"9112 6.1: in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"9112 6.1: identity in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: identity\r\n\r\n", 400},
        {"9112 7.1: twice", with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
        {"9112 6.3: and identity",
         with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400},
        {"9112 6.3: after identity",
         with_fields("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"), 400},
        {"9112 6.1: a coding that is not known", encoding(" gzip, chunked"), 501},
        {"9112 6.1: two of them", encoding("deflate , gzip,chunked"), 501},
        {"9112 6.1: identity is none any more", encoding(" identity, chunked"), 501},
    };
    for (const auto* bad : {"",
                            " ",
                            ",",
                            " gzip",
                            " identity",
                            " chunked, gzip",
                            " chunked, chunked",
                            " chunked, identity",
                            " chunked,",
                            ",chunked",
                            " , chunked",
                            " chunked;a=b",
                            " chunked ;a",
                            " chunked chunked",
                            " \"chunked\"",
                            " xchunked",
                            " chunkedx",
                            " chunke",
                            " chunked\v",
                            " chunked\x80",
                            " gzip;q=1, chunked",
                            " gzip chunked",
                            " 'chunked'",
                            " chunked\\",
                            " gzip,,chunked",
                            " (a) chunked",
                            " gzip, chunked,"}) {
        rows.push_back({"9112 6.3: the framing is unsound", encoding(bad), 400});
    }
    rows.push_back({"9112 6.3: NUL", encoding(" chunked\0"s), 400});
    check(rows);
}

BOOST_AUTO_TEST_CASE(connection_says_whether_another_request_may_follow)
{
    struct expectation {
        const char* fields;
        bool keeps_1_1;
        bool keeps_1_0;
    };
    for (const expectation& each : std::vector<expectation>{
             {"", true, false},
             {"Connection: close\r\n", false, false},
             {"Connection: CLOSE\r\n", false, false},
             {"Connection: keep-alive\r\n", true, true},
             {"Connection: Keep-Alive\r\n", true, true},
             {"Connection: keep-alive, close\r\n", false, false},
             {"Connection: close, keep-alive\r\n", false, false},
             {"Connection: keep-alive\r\nConnection: close\r\n", false, false},
             {"Connection: upgrade\r\n", true, false},
             {"Connection: upgrade , , keep-alive,\r\n", true, true},
             {"Connection:\r\n", true, false},
             {"Connection: closed\r\n", true, false},
             {"Proxy-Connection: keep-alive\r\n", true, false},
         }) {
        const auto newer = judged("GET / HTTP/1.1\r\nHost: a\r\n"s + each.fields + "\r\n");
        const auto older = judged("GET / HTTP/1.0\r\n"s + each.fields + "\r\n");
        BOOST_REQUIRE(newer.what == verdict_kind::accepted && older.what == verdict_kind::accepted);
        BOOST_CHECK_MESSAGE(newer.head.keep_alive == each.keeps_1_1, each.fields);
        BOOST_CHECK_MESSAGE(older.head.keep_alive == each.keeps_1_0, each.fields);
    }
    check({
        {"9110 7.6.1: tokens only", with_fields("Connection: a b\r\n"), 400},
        {"9110 7.6.1: tokens only", with_fields("Connection: close;q=1\r\n"), 400},
        {"9110 7.6.1: tokens only", with_fields("Connection: \"close\"\r\n"), 400},
    });
}

BOOST_AUTO_TEST_CASE(an_expectation_is_100_continue_or_refused)
{
    check({
        {"9110 10.1.1: without case", with_fields("eXPECT: 100-Continue\r\n"), accepted},
        {"9110 10.1.1: another", with_fields("Expect: 200-ok\r\n"), 417},
        {"9110 10.1.1: a list", with_fields("Expect: 100-continue, 100-continue\r\n"), 417},
        {"9110 10.1.1: twice", with_fields("Expect: 100-continue\r\nExpect: 100-continue\r\n"), 417},
        {"9110 10.1.1: with a parameter", with_fields("Expect: 100-continue;a\r\n"), 417},
        {"9110 10.1.1: empty", with_fields("Expect:\r\n"), 417},
    });
    BOOST_CHECK(judged(with_fields("Expect: 100-continue\r\n")).head.expects_continue);
    BOOST_CHECK(!judged(with_fields("")).head.expects_continue);
    // 9110 10.1.1: a server must ignore it in HTTP/1.0
    const auto older = judged("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    BOOST_CHECK(older.what == verdict_kind::accepted);
    BOOST_CHECK(!older.head.expects_continue);
}

BOOST_AUTO_TEST_CASE(an_accepted_head_is_told_as_it_stands_in_the_bytes)
{
    const std::string bytes = "\r\nPOST /a?b HTTP/1.1\r\nhost:\t example.com:80 \r\nContent-Length: 12\r\n"
                              "X-Thing:  some thing \t\r\nExpect: 100-continue\r\n\r\nbody of twelve";
    const auto verdict = judged(bytes);
    BOOST_REQUIRE(verdict.what == verdict_kind::accepted);
    const http::checked_head& head = verdict.head;
    BOOST_CHECK_EQUAL(head.method, "POST");
    BOOST_CHECK_EQUAL(head.target, "/a?b");
    BOOST_CHECK_EQUAL(head.minor_version, 1);
    BOOST_CHECK_EQUAL(head.host, "example.com:80");
    BOOST_REQUIRE_EQUAL(head.headers.size(), 4U);
    BOOST_CHECK_EQUAL(head.headers[0].name, "host");
    BOOST_CHECK_EQUAL(head.headers[0].value, "example.com:80");
    BOOST_CHECK_EQUAL(head.headers[2].name, "X-Thing");
    BOOST_CHECK_EQUAL(head.headers[2].value, "some thing");
    BOOST_CHECK(head.content_length == 12U);
    BOOST_CHECK(!head.chunked);
    BOOST_CHECK(head.keep_alive);
    BOOST_CHECK(head.expects_continue);
    BOOST_CHECK_EQUAL(head.size, bytes.find("body"));
    const char* const begin = bytes.data();
    const auto inside = [&](std::string_view view) {
        return std::less_equal<>()(begin, view.data()) &&
               std::less_equal<>()(view.data(), begin + bytes.size());
    };
    const auto verdict_here = http::check_head(bytes, {});
    BOOST_CHECK(inside(verdict_here.head.method) && inside(verdict_here.head.headers[3].value));
}

BOOST_AUTO_TEST_SUITE_END()
