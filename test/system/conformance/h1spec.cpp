// The cases of h1spec (github.com/uNetworking/h1spec, http_test.ts), in words of ours; doc/http.md says as of
// when.
#include "collection.hpp"

using namespace conformance;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(h1spec)

BOOST_AUTO_TEST_CASE(h1spec_a_fragment_of_a_request_is_waited_for)
{
    // given: its fragments end in the method, the target, the version, each line end and each header
    const std::string whole = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
    place here;
    for (std::size_t size = 1; size < whole.size(); ++size) {
        // when
        line client(here);
        client.send(whole.substr(0, size));
        // then
        BOOST_CHECK_MESSAGE(client.arrived().empty() && !client.ended(), printable(whole.substr(0, size)));
        client.send(whole.substr(size));
        BOOST_CHECK(client.answered().starts_with("HTTP/1.1 200 "));
    }
}

BOOST_AUTO_TEST_CASE(h1spec_its_other_cases_are_decided_right)
{
    const std::string host = "Host: example.com\r\n";
    check({
        {"no version", "GET / \r\n\r\n", {400}},
        {"an expectation", "GET / HTTP/1.1\r\n" + host + "Expect: 100-continue\r\n\r\n", {100, 200}},
        {"a good GET", "GET / HTTP/1.1\r\n" + host + "\r\n", {200}},
        {"a good GET, oddly written", "GET / HTTP/1.1\r\nhoSt:\texample.com\r\nempty:\r\n\r\n", {200}},
        {"brackets in a name", "GET / HTTP/1.1\r\n" + host + "X-Invalid[]: test\r\n\r\n", {400}},
        {"no Host", "GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", {400}},
        {"two Hosts", "GET / HTTP/1.1\r\n" + host + "Host: example.org\r\n\r\n", {400}},
        {"a vast negative length",
         "GET / HTTP/1.1\r\n" + host + "Content-Length: -123456789123456789123456789\r\n\r\n",
         {400}},
        {"a negative length", "GET / HTTP/1.1\r\n" + host + "Content-Length: -1234\r\n\r\n", {400}},
        {"a length of letters", "GET / HTTP/1.1\r\n" + host + "Content-Length: abc\r\n\r\n", {400}},
        {"an empty value", "GET / HTTP/1.1\r\n" + host + "X-Empty-Header: \r\n\r\n", {200}},
        {"a control byte in a value",
         "GET / HTTP/1.1\r\n" + host + "X-Bad-Control-Char: test\a\r\n\r\n",
         {400}},
        {"another version", "GET / HTTP/9.9\r\n" + host + "\r\n", {505}},
        {"words before the request", "Extra lineGET / HTTP/1.1\r\n" + host + "\r\n", {400}},
        {"a bare CR before a name", "GET / HTTP/1.1\r\n" + host + "\rSome-Header: Test\r\n\r\n", {400}},
        {"a good POST", "POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello", {200}, "hello"},
        {"both framings",
         "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
         {400}},
    });
}

BOOST_AUTO_TEST_SUITE_END()
