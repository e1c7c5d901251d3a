// The suite Smuggling of Http11Probe (github.com/MDA2AV/Http11Probe) by the names of its cases, in words of
// ours; doc/http.md says as of when.
#include "collection.hpp"

using namespace conformance;
using namespace std::string_literals;

namespace {

const std::string te = "Transfer-Encoding: chunked\r\n";

// `hello` with these header lines.
std::string posted(const std::string& lines, const std::string& body = "hello")
{
    return probe("POST", lines, body);
}

std::string chunks(const std::string& body)
{
    return probe("POST", te, body);
}

std::string length(const std::string& value, const std::string& body = "hello")
{
    return posted("Content-Length: " + value + "\r\n", body);
}

// A coding beside a length.
std::string coding(const std::string& value)
{
    return posted("Transfer-Encoding:" + value + "\r\nContent-Length: 5\r\n");
}

} // namespace

BOOST_AUTO_TEST_SUITE(http11probe)

BOOST_AUTO_TEST_CASE(http11probe_smuggling_by_lengths_and_codings)
{
    check({
        {"SMUG-CL-TE-BOTH", posted("Content-Length: 23\r\n" + te, "D\r\nhello-bananas\r\n0\r\n\r\n"), {400}},
        {"SMUG-DUPLICATE-CL", posted("Content-Length: 5\r\nContent-Length: 10\r\n", "helloworld"), {400}},
        {"SMUG-CL-LEADING-ZEROS", length("005"), {200}, "hello"}, // 1*DIGIT of RFC 9110 8.6
        {"SMUG-CL-NEGATIVE", length("-1", ""), {400}},
        {"SMUG-CLTE-PIPELINE", posted("Content-Length: 4\r\n" + te, "0\r\n\r\n"), {400}},
        {"SMUG-TECL-PIPELINE", posted(te + "Content-Length: 30\r\n", "0\r\n\r\n"), {400}},
        {"SMUG-CL-TRAILING-SPACE", length("5 "), {200}, "hello"},   // blanks around a value: RFC 9110 5.5
        {"SMUG-CL-EXTRA-LEADING-SP", length(" 5"), {200}, "hello"}, // the same
        {"SMUG-CL-COMMA-DIFFERENT", length("5, 10"), {400}},
        {"SMUG-CL-COMMA-SAME", length("5, 5"), {400}},
        {"SMUG-CL-COMMA-TRIPLE", length("5, 5, 5"), {400}},
        {"SMUG-CL-OCTAL", length("0o5"), {400}},
        {"SMUG-CL-HEX-PREFIX", length("0x5"), {400}},
        {"SMUG-CL-INTERNAL-SPACE", length("1 0", "hello12345"), {400}},
        {"SMUG-CL-UNDERSCORE", length("1_0", "helloworld"), {400}},
        {"SMUG-CL-NEGATIVE-ZERO", length("-0", ""), {400}},
        {"SMUG-CL-DOUBLE-ZERO", length("00", ""), {200}},
        {"SMUG-CL-LEADING-ZEROS-OCTAL", length("0200", std::string(200, 'A')), {200}, std::string(200, 'A')},
        {"SMUG-TE-XCHUNKED", coding(" xchunked"), {400}},
        {"SMUG-TE-TRAILING-SPACE", coding(" chunked "), {400}},
        {"SMUG-TE-SP-BEFORE-COLON", posted("Transfer-Encoding : chunked\r\nContent-Length: 5\r\n"), {400}},
        {"SMUG-TE-DOUBLE-CHUNKED", coding(" chunked, chunked"), {400}},
        {"SMUG-TE-CASE-MISMATCH", coding(" Chunked"), {400}},
        {"SMUG-TE-NOT-FINAL-CHUNKED", posted("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), {400}},
        {"SMUG-TE-HTTP10", "POST / HTTP/1.0\r\nHost: a\r\n" + te + "Content-Length: 5\r\n\r\nhello", {400}},
        {"SMUG-TE-EMPTY-VALUE", coding(" "), {400}},
        {"SMUG-TE-LEADING-COMMA", coding(" , chunked"), {400}},
        {"SMUG-TE-TRAILING-COMMA", coding(" chunked,"), {400}},
        {"SMUG-TE-DUPLICATE-HEADERS",
         posted(te + "Transfer-Encoding: identity\r\nContent-Length: 5\r\n"),
         {400}},
        {"SMUG-TE-VTAB", coding(" \vchunked"), {400}},
        {"SMUG-TE-FORMFEED", coding(" \fchunked"), {400}},
        {"SMUG-TE-NULL", coding(" chunked\0"s), {400}},
        {"SMUG-TE-IDENTITY", coding(" identity"), {400}},
        {"SMUG-TE-OBS-FOLD", coding("\r\n chunked"), {400}},
        {"SMUG-TE-TAB-BEFORE-VALUE", coding("\tchunked"), {400}},
        {"SMUG-CHUNKED-WITH-PARAMS", coding(" chunked;ext=val"), {400}},
        {"SMUG-TRANSFER_ENCODING", posted("Transfer_Encoding: chunked\r\nContent-Length: 5\r\n"), {400}},
        {"SMUG-BARE-CR-HEADER-VALUE", posted("Content-Length: 5\r\nX-Test: val\rue\r\n"), {400}},
        {"SMUG-EXPECT-100-CL", posted("Content-Length: 5\r\nExpect: 100-continue\r\n"), {200}, "hello"},
        {"SMUG-HEAD-CL-BODY", probe("HEAD", "Content-Length: 5\r\n", "hello"), {200}},
        {"SMUG-OPTIONS-CL-BODY", probe("OPTIONS", "Content-Length: 5\r\n", "hello"), {204}},
        {"SMUG-ABSOLUTE-URI-HOST-MISMATCH",
         "GET http://other.example.com/ HTTP/1.1\r\nHost: a\r\n\r\n",
         {200}}, // RFC 9112 3.2.2
        // What a header's value was to hold is a header of its own once it stands behind CR LF.
        {"SMUG-HEADER-INJECTION", probe("GET", "X-Test: val\r\nInjected: yes\r\n"), {200}},
        {"SMUG-MULTIPLE-HOST-COMMA", "GET / HTTP/1.1\r\nHost: a, other.example.com\r\n\r\n", {400}},
    });
}

BOOST_AUTO_TEST_CASE(http11probe_smuggling_by_chunks_and_trailers)
{
    const std::string end = "\r\nhello\r\n0\r\n\r\n";
    const auto trailer = [](const std::string& line) {
        return chunks("5\r\nhello\r\n0\r\n" + line + "\r\n\r\n");
    };
    check({
        {"SMUG-CHUNK-BARE-SEMICOLON", chunks("5;" + end), {400}},
        {"SMUG-CHUNK-EXT-INVALID-TOKEN", chunks("5;bad[=x" + end), {400}},
        {"SMUG-CHUNK-UNDERSCORE", chunks("1_0\r\nhello world!!!!!\r\n0\r\n\r\n"), {400}},
        {"SMUG-CHUNK-HEX-PREFIX", chunks("0x5" + end), {400}},
        {"SMUG-CHUNK-SIZE-PLUS", chunks("+5" + end), {400}},
        {"SMUG-CHUNK-SIZE-TRAILING-OWS", chunks("5 " + end), {400}},
        {"SMUG-CHUNK-LEADING-SP", chunks(" 5" + end), {400}},
        {"SMUG-CHUNK-NEGATIVE", chunks("-1" + end), {400}},
        {"SMUG-CHUNK-MISSING-TRAILING-CRLF", chunks("5\r\nhello0\r\n\r\n"), {400}},
        {"SMUG-CHUNK-EXT-LF", chunks("5;\nhello\r\n0\r\n\r\n"), {400}},
        {"SMUG-CHUNK-SPILL", chunks("5\r\nhello!!\r\n0\r\n\r\n"), {400}},
        {"SMUG-CHUNK-LF-TERM", chunks("5\r\nhello\n0\r\n\r\n"), {400}},
        {"SMUG-CHUNK-EXT-CTRL", chunks("5;\0ext"s + end), {400}},
        {"SMUG-CHUNK-EXT-CR", chunks("5;a\rX" + end), {400}},
        {"SMUG-CHUNK-LF-TRAILER", chunks("5\r\nhello\r\n0\r\n\n"), {400}},
        {"SMUG-CHUNK-BARE-CR-TERM", chunks("5\rhello\r\n0\r\n\r\n"), {400}},
        {"SMUG-TRAILER-CL", trailer("Content-Length: 50"), {400}},
        {"SMUG-TRAILER-TE", trailer("Transfer-Encoding: chunked"), {400}},
        {"SMUG-TRAILER-HOST", trailer("Host: evil.example.com"), {400}},
        {"SMUG-TRAILER-AUTH", trailer("Authorization: Bearer evil"), {400}},
        {"SMUG-TRAILER-CONTENT-TYPE", trailer("Content-Type: text/evil"), {400}},
    });
}

BOOST_AUTO_TEST_CASE(http11probe_smuggling_by_a_sequence_is_one_refusal)
{
    const std::string follow_up = smuggled;
    place here;
    const auto refused = [&](const char* name, const std::string& bytes) {
        const std::string why = not_refused(here.talk(bytes + follow_up));
        BOOST_CHECK_MESSAGE(why.empty(), name << ": " << why);
    };
    const std::string embedded = "0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::string size = "Content-Length: " + std::to_string(embedded.size()) + "\r\n";
    refused("SMUG-CLTE-CONN-CLOSE", posted("Content-Length: 5\r\n" + te, "0\r\n\r\n"));
    refused("SMUG-TECL-CONN-CLOSE", posted(te + "Content-Length: 5\r\n", "0\r\n\r\n"));
    refused("SMUG-CLTE-DESYNC", posted("Content-Length: 6\r\n" + te, "0\r\n\r\nX"));
    refused("SMUG-TECL-DESYNC", posted(te + "Content-Length: 30\r\n", "0\r\n\r\nX"));
    refused("SMUG-CLTE-SMUGGLED-GET", posted(size + te, embedded));
    refused("SMUG-CLTE-SMUGGLED-HEAD", posted(size + te, "0\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\n"));
    refused("SMUG-CLTE-SMUGGLED-GET-CL-PLUS", posted("Content-Length: +33\r\n" + te, embedded));
    refused("SMUG-CLTE-SMUGGLED-GET-CL-NON-NUMERIC", posted("Content-Length: 33x\r\n" + te, embedded));
    refused("SMUG-CLTE-SMUGGLED-GET-TE-OBS-FOLD",
            posted("Transfer-Encoding:\r\n chunked\r\n" + size, embedded));
    refused("SMUG-CLTE-SMUGGLED-GET-TE-TRAILING-SPACE",
            posted(size + "Transfer-Encoding: chunked \r\n", embedded));
    refused("SMUG-CLTE-SMUGGLED-GET-TE-LEADING-COMMA",
            posted(size + "Transfer-Encoding: , chunked\r\n", embedded));
    refused("SMUG-CLTE-SMUGGLED-GET-TE-CASE-MISMATCH",
            posted(size + "Transfer-Encoding: Chunked\r\n", embedded));
    refused("SMUG-TE-DUPLICATE-HEADERS-SMUGGLED-GET",
            posted(te + "Transfer-Encoding: identity\r\n" + size, embedded));
    const std::string inner = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n";
    refused("SMUG-TECL-SMUGGLED-GET",
            posted(te + "Content-Length: 4\r\n", "2e\r\n" + inner + "\r\n0\r\n\r\n"));
    refused("SMUG-DUPLICATE-CL-SMUGGLED-GET",
            posted("Content-Length: 4\r\nContent-Length: 34\r\n", "PINGGET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    refused("SMUG-OPTIONS-TE-OBS-FOLD",
            probe("OPTIONS", "Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n", "hello"));
    refused("SMUG-CHUNK-INVALID-SIZE-DESYNC", chunks("+0\r\n\r\nX"));
}

BOOST_AUTO_TEST_CASE(http11probe_a_body_is_never_taken_for_a_request)
{
    place here;
    const auto both = [&](const char* name, const std::string& first, unsigned status,
                          std::size_t to_head = 0) {
        const conversation what = here.talk(first + last, to_head);
        BOOST_CHECK_MESSAGE(what.answers.size() == 2 && what.left.empty() &&
                                what.answers[0].status == status && what.answers[1].body == "GET /last",
                            name);
    };
    const std::string prefix = "GET / HTTP/1.1\r\nHost: a\r\n";
    both("SMUG-GET-CL-PREFIX-DESYNC",
         probe("GET", "Content-Length: " + std::to_string(prefix.size()) + "\r\n", prefix), 200);
    both("SMUG-GET-CL-BODY-DESYNC", probe("GET", "Content-Length: 5\r\n", "hello"), 200);
    both("SMUG-OPTIONS-CL-BODY-DESYNC", probe("OPTIONS", "Content-Length: 5\r\n", "hello"), 204);
    both("SMUG-EXPECT-100-CL-DESYNC", posted("Content-Length: 5\r\nExpect: 100-continue\r\n"), 200);
    both("SMUG-HEAD-CL-BODY", probe("HEAD", "Content-Length: 5\r\n", "hello"), 200, 1);
    both("SMUG-PIPELINE-SAFE", probe("GET", ""), 200);
    // SMUG-CL0-BODY-POISON: what follows a body is the next request's method, and a byte makes it another
    // one.
    const conversation poisoned = here.talk(posted("Content-Length: 0\r\n", "X") + last);
    BOOST_REQUIRE_EQUAL(poisoned.answers.size(), 2U);
    BOOST_CHECK_EQUAL(poisoned.answers[1].status, 405U);
    BOOST_CHECK_EQUAL(poisoned.seen.at(1).method, "XGET");
}

BOOST_AUTO_TEST_SUITE_END()
