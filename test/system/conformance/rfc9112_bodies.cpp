// RFC 9112, sections 4 to 8: status lines, headers, bodies and chunks. Each test is named after its section;
// doc/http.md lists them.
#include "collection.hpp"

#include <string>

using namespace conformance;
using namespace std::string_literals;

namespace {

const std::string te = "Transfer-Encoding: chunked\r\n";

std::string chunks(const std::string& body)
{
    return probe("POST", te, body);
}

} // namespace

BOOST_AUTO_TEST_SUITE(rfc9112_bodies)

BOOST_AUTO_TEST_CASE(rfc9112_4_a_status_line_is_version_code_blank_reason)
{
    place here([](const http::server_request& request) -> asio::awaitable<http::server_response> {
        const auto status = static_cast<unsigned>(std::stoul(std::string(request.target.substr(1))));
        co_return http::server_response(status, "");
    });
    for (const auto* line : {"200 OK", "299 Success", "404 Not Found", "599 Server Error"}) {
        const conversation what =
            here.talk("GET /"s + std::string(line, 3) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        BOOST_REQUIRE_EQUAL(what.answers.size(), 1U);
        BOOST_CHECK(what.answers[0].head.starts_with("HTTP/1.1 "s + line + "\r\n"));
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_5_blanks_around_a_value_are_no_part_of_it)
{
    place here;
    for (const auto* value : {"a", " a", "\ta", " a ", "a\t", " \t a \t "}) {
        const conversation what = here.talk("GET / HTTP/1.1\r\nHost:"s + value + "\r\n\r\n" + last);
        BOOST_REQUIRE_EQUAL(what.seen.size(), 2U);
        BOOST_CHECK_EQUAL(what.seen[0].host, "a");
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_5_1_whitespace_before_the_colon_is_refused)
{
    check({{"a blank", probe("GET", "X : a\r\n"), {400}},
           {"a tab", probe("GET", "X\t: a\r\n"), {400}},
           {"before a framing header's", probe("POST", "Content-Length : 5\r\n", "hello"), {400}},
           {"no name", probe("GET", ": a\r\n"), {400}},
           {"no colon", probe("GET", "X\r\n"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_5_2_obs_fold_is_refused)
{
    check({{"by a blank", probe("GET", "X: a\r\n b\r\n"), {400}},
           {"by a tab", probe("GET", "X: a\r\n\tb\r\n"), {400}},
           {"an empty one", probe("GET", "X: a\r\n \r\n"), {400}},
           {"before the value", probe("POST", "Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_6_a_body_is_there_when_a_header_says_so_whatever_the_method)
{
    place here;
    for (const auto* method : {"GET", "POST", "OPTIONS", "DELETE", "PURGE"}) {
        const conversation sized = here.talk(probe(method, "Content-Length: 5\r\n", "hello") + last);
        BOOST_REQUIRE_EQUAL(sized.seen.size(), 2U);
        BOOST_CHECK_EQUAL(sized.seen[0].body, "hello");
        const conversation chunked = here.talk(probe(method, te, "5\r\nhello\r\n0\r\n\r\n") + last);
        BOOST_REQUIRE_EQUAL(chunked.seen.size(), 2U);
        BOOST_CHECK_EQUAL(chunked.seen[0].body, "hello");
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_6_1_a_coding_that_is_not_known_is_501)
{
    check({{"gzip before chunked", probe("POST", "Transfer-Encoding: gzip, chunked\r\n"), {501}},
           {"identity is none any more", probe("POST", "Transfer-Encoding: identity, chunked\r\n"), {501}},
           {"alone", probe("POST", "Transfer-Encoding: gzip\r\n"), {400, 501}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_6_1_chunked_is_applied_once_and_last)
{
    check({{"twice", probe("POST", "Transfer-Encoding: chunked, chunked\r\n"), {400}},
           {"in two headers", probe("POST", te + te), {400}},
           {"first", probe("POST", "Transfer-Encoding: chunked, gzip\r\n"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_6_1_both_framings_are_refused_and_the_connection_ends)
{
    check({{"length first", probe("POST", "Content-Length: 5\r\n" + te, "0\r\n\r\n"), {400}},
           {"coding first", probe("POST", te + "Content-Length: 5\r\n", "0\r\n\r\n"), {400}},
           {"length zero", probe("POST", te + "Content-Length: 0\r\n", "0\r\n\r\n"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_6_1_a_coding_in_http_1_0_is_a_faulty_framing)
{
    check({{"chunked", "POST / HTTP/1.0\r\n" + te + "\r\n0\r\n\r\n", {400}},
           {"and to keep alive",
            "POST / HTTP/1.0\r\nConnection: keep-alive\r\n" + te + "\r\n0\r\n\r\n",
            {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_6_1_no_answer_has_a_transfer_encoding)
{
    place here;
    const conversation what = here.talk(probe("GET", "") + chunks("0\r\n\r\n") + probe("OPTIONS", "") + last);
    BOOST_REQUIRE_EQUAL(what.answers.size(), 4U);
    for (const answer& each : what.answers) {
        BOOST_CHECK(!each.has("Transfer-Encoding"));
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_6_2_a_length_frames_the_body_to_the_byte)
{
    place here;
    for (const std::size_t size : {0UL, 1UL, 100UL, 65536UL}) {
        const std::string body(size, 'x');
        const conversation what =
            here.talk(probe("POST", "Content-Length: " + std::to_string(size) + "\r\n", body) + last);
        BOOST_REQUIRE_EQUAL(what.answers.size(), 2U);
        BOOST_CHECK(what.answers[0].body == body);
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_6_3_an_invalid_length_is_400_and_the_end)
{
    for (const auto* length :
         {"", "-1", "+5", "5, 6", "5, 5", "0x5", "5.0", "five", "5 5", "18446744073709551616"}) {
        check({{length, probe("POST", "Content-Length: "s + length + "\r\n", "hello"), {400}}});
    }
    check({{"two that differ", probe("POST", "Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), {400}},
           {"two that agree", probe("POST", "Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_6_3_a_coding_that_does_not_end_in_chunked_is_400)
{
    check({{"chunked first", probe("POST", "Transfer-Encoding: chunked, gzip\r\n"), {400}},
           {"another", probe("POST", "Transfer-Encoding: xchunked\r\n"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_6_3_without_either_header_there_is_no_body)
{
    place here;
    const conversation what = here.talk(probe("POST", "") + last);
    BOOST_REQUIRE_EQUAL(what.answers.size(), 2U);
    BOOST_CHECK_EQUAL(what.seen[0].body, "");
}

BOOST_AUTO_TEST_CASE(rfc9112_7_the_name_chunked_is_without_case_and_takes_no_parameters)
{
    const std::string hello = "5\r\nhello\r\n0\r\n\r\n";
    const auto coded = [&](const std::string& coding) {
        return probe("POST", "Transfer-Encoding: " + coding + "\r\n", hello);
    };
    check({{"as it is registered", coded("chunked"), {200}, "hello"},
           {"in capitals", coded("CHUNKED"), {200}, "hello"},
           {"mixed", coded("cHuNkEd"), {200}, "hello"},
           {"with a parameter", coded("chunked;a=b"), {400}},
           {"with an empty one", coded("chunked;"), {400}},
           {"with a weight", coded("chunked;q=1"), {400}},
           {"in quotes", coded("\"chunked\""), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_7_2_no_compression_is_undone)
{
    check({{"compress", probe("POST", "Transfer-Encoding: compress, chunked\r\n"), {501}},
           {"deflate", probe("POST", "Transfer-Encoding: deflate, chunked\r\n"), {501}},
           {"gzip, of an older name", probe("POST", "Transfer-Encoding: X-GZip, chunked\r\n"), {501}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_7_1_chunks_are_decoded)
{
    place here;
    const conversation what =
        here.talk(chunks("1\r\na\r\n00B\r\nbcdefghijkl\r\n00\r\n\r\n") + chunks("0\r\n\r\n") + last);
    BOOST_REQUIRE_EQUAL(what.answers.size(), 3U);
    BOOST_CHECK_EQUAL(what.answers[0].body, "abcdefghijkl");
    BOOST_CHECK_EQUAL(what.answers[1].body, "");
}

BOOST_AUTO_TEST_CASE(rfc9112_7_1_large_chunk_sizes_overflow_nothing)
{
    check({{"the largest of 64 bits", chunks("ffffffffffffffff\r\nhello"), {413}},
           {"one digit more", chunks("10000000000000005\r\nhello\r\n0\r\n\r\n"), {400, 413}},
           {"a leading zero more", chunks("00000000000000005\r\nhello\r\n0\r\n\r\n"), {400}},
           {"more than is taken", chunks("10001\r\n"), {413}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_7_1_what_is_no_chunk_size_is_refused)
{
    for (const auto* size : {"", "-5", "+5", "0x5", "5 ", " 5", "g", "5_0", "5,5", "\"5\""}) {
        check({{size, chunks(size + "\r\nhello\r\n0\r\n\r\n"s), {400}}});
    }
    check({{"more data", chunks("4\r\nhello\r\n0\r\n\r\n"), {400}},
           {"less data", chunks("6\r\nhello\r\n0\r\n\r\n"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_7_1_1_extensions_that_are_not_known_are_ignored)
{
    place here;
    const conversation what =
        here.talk(chunks("5;a;b=c ; d = \"e;\\\"f\"\r\nhello\r\n0;last\r\n\r\n") + last);
    BOOST_REQUIRE_EQUAL(what.answers.size(), 2U);
    BOOST_CHECK_EQUAL(what.answers[0].body, "hello");
    check({{"malformed", chunks("5;\r\nhello\r\n0\r\n\r\n"), {400}},
           {"with a bare LF", chunks("5;a\nhello\r\n0\r\n\r\n"), {400}},
           {"with a line end in quotes", chunks("5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_7_1_1_the_length_of_extensions_is_limited)
{
    std::string many;
    for (int i = 0; i < 200; ++i) {
        many += "1;abcdefgh\r\nx\r\n";
    }
    check({{"in one chunk", chunks("5;" + std::string(1100, 'a') + "\r\nhello\r\n0\r\n\r\n"), {400}},
           {"in all together", chunks(many + "0\r\n\r\n"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_7_1_2_trailers_are_thrown_away_and_change_nothing)
{
    place here;
    const conversation what = here.talk(chunks("5\r\nhello\r\n0\r\nX-Checksum: abc\r\nY:\r\n\r\n") + last);
    BOOST_REQUIRE_EQUAL(what.answers.size(), 2U);
    BOOST_CHECK_EQUAL(what.answers[0].body, "hello");
    BOOST_CHECK_EQUAL(what.seen[0].host, "localhost:8080");
    for (const auto* trailer :
         {"Host: b", "Content-Length: 5", "Transfer-Encoding: chunked", "Authorization: x",
          "Content_Length: 5", "X : a", " X: a", "X: a\r\n b", "X", ": a", "X: a\rb"}) {
        check({{trailer, chunks("0\r\n"s + trailer + "\r\n\r\n"), {400}}});
    }
    check({{"too many", chunks("0\r\nX: " + std::string(5000, 'a') + "\r\n\r\n"), {431}}});
}

BOOST_AUTO_TEST_CASE(rfc9112_7_1_3_a_handler_sees_the_decoded_body_and_not_its_framing)
{
    place here;
    const conversation what = here.talk(chunks("2\r\n\r\n\r\n3\r\n0\r\n\r\n0\r\n\r\n") + last);
    BOOST_REQUIRE_EQUAL(what.answers.size(), 2U);
    BOOST_CHECK_EQUAL(what.seen[0].body, "\r\n0\r\n");
}

BOOST_AUTO_TEST_CASE(rfc9112_7_4_te_asks_for_nothing_that_is_done)
{
    place here;
    const conversation what =
        here.talk(probe("GET", "TE: trailers, deflate;q=0.5\r\nConnection: TE\r\n") + last);
    BOOST_REQUIRE_EQUAL(what.answers.size(), 2U);
    BOOST_CHECK(!what.answers[0].has("Trailer") && !what.answers[0].has("Transfer-Encoding"));
}

BOOST_AUTO_TEST_CASE(rfc9112_8_a_request_that_ends_too_early_is_answered_400_and_not_served)
{
    for (const std::string& part :
         {"G"s, "GET /"s, "GET / HTTP/1.1\r\nHost: a\r\n"s, probe("POST", "Content-Length: 5\r\n", "hell"),
          probe("POST", "Content-Length: 5\r\n"), chunks("5\r\nhello"), chunks("5\r\nhello\r\n"),
          chunks("0\r\n")}) {
        place here;
        line client(here);
        client.send(part);
        client.half_close();
        std::string left;
        const auto answers = answers_in(client.rest(), 0, left);
        BOOST_CHECK_MESSAGE(answers.size() == 1 && answers[0].status == 400 && left.empty(), printable(part));
        BOOST_CHECK(here.seen.empty() && client.in_order());
        BOOST_CHECK_EQUAL(here.counts().timed_out, 0U);
    }
}

BOOST_AUTO_TEST_CASE(rfc9112_8_an_end_between_requests_is_no_error)
{
    for (const std::string& before :
         {""s, "\r\n"s, "\r"s, probe("GET", ""), probe("POST", "Content-Length: 2\r\n", "ab") + "\r\n"}) {
        place here;
        line client(here);
        client.send(before);
        client.half_close();
        std::string left;
        const auto answers = answers_in(client.rest(), 0, left);
        BOOST_CHECK_EQUAL(answers.size(), before.size() > 2 ? 1U : 0U);
        BOOST_CHECK(answers.empty() || answers[0].status == 200);
        BOOST_CHECK(left.empty());
        BOOST_CHECK_EQUAL(here.counts().refused, 0U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
