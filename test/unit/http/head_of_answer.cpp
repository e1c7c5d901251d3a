// The bytes of an answer, and the answers that cannot be sent.
#include "http/server_address.hpp"
#include "http/server_answer.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

namespace http = videosdk::http;

http::answer_frame frame_of(int minor_version, bool keep_alive, bool head_only = false)
{
    http::answer_frame frame;
    frame.date = "Sun, 06 Nov 1994 08:49:37 GMT";
    frame.minor_version = minor_version;
    frame.keep_alive = keep_alive;
    frame.head_only = head_only;
    return frame;
}

std::string written(const http::server_response& answer, const http::answer_frame& frame)
{
    std::string out = "what was there before";
    http::write_answer(out, answer, frame);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(answers)

BOOST_AUTO_TEST_CASE(an_answer_is_head_and_body_in_one)
{
    http::server_response answer(201, "{}");
    answer.headers.emplace_back("Retry-After", "5");
    BOOST_CHECK_EQUAL(written(answer, frame_of(1, true)),
                      "HTTP/1.1 201 Created\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                      "Content-Type: application/json\r\nContent-Length: 2\r\nRetry-After: 5\r\n\r\n{}");
}

BOOST_AUTO_TEST_CASE(the_connection_header_says_what_the_version_does_not)
{
    const http::server_response answer(200, "x");
    BOOST_CHECK(written(answer, frame_of(1, true)).find("Connection") == std::string::npos);
    BOOST_CHECK(written(answer, frame_of(1, false)).find("\r\nConnection: close\r\n") != std::string::npos);
    BOOST_CHECK(written(answer, frame_of(0, true)).find("\r\nConnection: keep-alive\r\n") !=
                std::string::npos);
    BOOST_CHECK(written(answer, frame_of(0, false)).find("\r\nConnection: close\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(some_answers_have_no_body)
{
    const std::string to_head = written(http::server_response(200, "hello"), frame_of(1, true, true));
    BOOST_CHECK(to_head.find("Content-Length: 5\r\n") != std::string::npos);
    BOOST_CHECK(to_head.ends_with("\r\n\r\n"));
    const std::string no_content = written(http::server_response(204, "hello"), frame_of(1, true));
    BOOST_CHECK(no_content.find("Content") == no_content.find("Content\r\n"));
    BOOST_CHECK(no_content.ends_with("\r\n\r\n"));
    const std::string not_modified = written(http::server_response(304, "hello"), frame_of(1, true));
    BOOST_CHECK(not_modified.ends_with("\r\n\r\n"));
    BOOST_CHECK(not_modified.find("Content-") ==
                std::string::npos); // it would be that of a 200, which it is not
    const std::string reset = written(http::server_response(205, "hello"), frame_of(1, true));
    BOOST_CHECK(reset.find("\r\nContent-Length: 0\r\n") != std::string::npos && reset.ends_with("\r\n\r\n"));
    const std::string silent = written(http::server_response(200, ""), frame_of(1, true, true));
    BOOST_CHECK(silent.find("Content-Length") ==
                std::string::npos); // HEAD, and GET would get who knows how much
    http::server_response untyped(200, "", "");
    BOOST_CHECK(written(untyped, frame_of(1, true)).find("Content-Type") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(answers_that_would_break_the_framing_are_unfit)
{
    BOOST_CHECK(http::unfit_answer(http::server_response(200, "x")).empty());
    for (const unsigned status : {0U, 100U, 101U, 199U, 600U, 1000U}) {
        BOOST_CHECK(!http::unfit_answer(http::server_response(status, "x")).empty());
    }
    BOOST_CHECK(!http::unfit_answer(http::server_response(200, "x", "a\r\nB: c")).empty());
    http::server_response refused(405, "x"); // RFC 9110 15.5.6
    BOOST_CHECK(!http::unfit_answer(refused).empty());
    refused.headers.emplace_back("aLLOW", "GET");
    BOOST_CHECK(http::unfit_answer(refused).empty());
    using header = std::pair<std::string, std::string>;
    for (const header& bad :
         {header{"A", "b\r\nC: d"}, header{"A", "b\n"}, header{"A\r\nB", "c"}, header{"", "c"},
          header{"A ", "c"}, header{"A:", "c"}, header{"A", std::string("b\0", 2)},
          header{"content-LENGTH", "5"}, header{"Transfer-Encoding", "chunked"},
          header{"Connection", "close"}, header{"Date", "today"}}) {
        http::server_response answer(200, "x");
        answer.headers.push_back(bad);
        BOOST_CHECK_MESSAGE(!http::unfit_answer(answer).empty(), bad.first);
    }
}

BOOST_AUTO_TEST_CASE(every_status_has_a_phrase)
{
    for (unsigned status = 200; status < 600; ++status) {
        BOOST_CHECK(!http::reason_phrase(status).empty());
    }
    BOOST_CHECK_EQUAL(http::reason_phrase(421), "Misdirected Request");
    BOOST_CHECK_EQUAL(http::bare_answer(413).body, "Content Too Large\n");
    BOOST_CHECK_EQUAL(http::bare_answer(400, "the Host is missing").body, "the Host is missing\n");
}

BOOST_AUTO_TEST_CASE(listen_addresses_are_numeric_or_localhost)
{
    const auto text = [](const char* address) {
        const auto parsed = http::parse_listen_address(address);
        return parsed ? http::to_text(*parsed) : std::string("none");
    };
    BOOST_CHECK_EQUAL(text("127.0.0.1:80"), "127.0.0.1:80");
    BOOST_CHECK_EQUAL(text("0.0.0.0:0"), "0.0.0.0:0");
    BOOST_CHECK_EQUAL(text("localhost:65535"), "127.0.0.1:65535");
    BOOST_CHECK_EQUAL(text("[::1]:8080"), "[::1]:8080");
    for (const auto* bad : {"",
                            ":",
                            "127.0.0.1",
                            "127.0.0.1:",
                            ":80",
                            "127.0.0.1:65536",
                            "127.0.0.1:-1",
                            "127.0.0.1:+1",
                            "127.0.0.1:8 ",
                            " 127.0.0.1:8",
                            "127.0.0.1:0x1",
                            "::1:80",
                            "[::1]",
                            "[::1]80",
                            "[127.0.0.1]:80",
                            "[]:80",
                            "example.com:80",
                            "http://127.0.0.1:80",
                            "127.0.0.1:80/",
                            "[localhost]:80"}) {
        BOOST_CHECK_EQUAL(text(bad), "none");
    }
}

BOOST_AUTO_TEST_SUITE_END()
