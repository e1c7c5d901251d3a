// RFC 9110: what binds every server whatever it serves. Each test is named after its section; doc/http.md
// lists them.
#include "collection.hpp"

#include <algorithm>
#include <string>

using namespace conformance;
using namespace std::string_literals;

namespace {

// Answers with the status that the target names, a body of five bytes and an Allow.
asio::awaitable<http::server_response> by_target(const http::server_request& request)
{
    http::server_response answer(static_cast<unsigned>(std::stoul(std::string(request.target.substr(1)))),
                                 "12345");
    if (request.target.ends_with("/allow")) {
        answer.headers.emplace_back("Allow", "GET");
    }
    co_return answer;
}

answer only(place& here, const std::string& method, const std::string& target)
{
    const conversation what =
        here.talk(method + " " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                  method == "HEAD" ? 1 : 0);
    BOOST_REQUIRE_EQUAL(what.answers.size(), 1U);
    BOOST_CHECK(what.left.empty());
    return what.answers.front();
}

} // namespace

BOOST_AUTO_TEST_SUITE(rfc9110)

BOOST_AUTO_TEST_CASE(rfc9110_2_5_a_version_that_is_not_spoken_is_505)
{
    for (const auto* version : {"HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/1.2", "HTTP/9.9"}) {
        check({{version, "GET / "s + version + "\r\nHost: a\r\n\r\n", {505}}});
    }
}

BOOST_AUTO_TEST_CASE(rfc9110_5_1_header_names_are_without_case)
{
    check(
        {{"HOST", "GET / HTTP/1.1\r\nHOST: a\r\n\r\n", {200}},
         {"cOnTeNt-LeNgTh", "POST / HTTP/1.1\r\nhost: a\r\ncOnTeNt-LeNgTh: 5\r\n\r\nhello", {200}, "hello"}});
}

BOOST_AUTO_TEST_CASE(rfc9110_5_4_too_many_headers_and_too_long_ones_are_431)
{
    std::string many;
    for (std::size_t i = 0; i < http::head_limits().max_headers; ++i) {
        many += "X: y\r\n";
    }
    check({{"too many", probe("GET", many), {431}},
           {"one too long", probe("GET", "X: " + std::string(20'000, 'a') + "\r\n"), {431}},
           {"a name too long", probe("GET", std::string(20'000, 'a') + ": b\r\n"), {431}}});
}

BOOST_AUTO_TEST_CASE(rfc9110_5_5_cr_lf_and_nul_in_a_value_are_refused_and_other_octets_are_data)
{
    check({{"CR", probe("GET", "X: a\rb\r\n"), {400}},
           {"LF", probe("GET", "X: a\nb\r\n"), {400}},
           {"NUL", probe("GET", "X: a\0b\r\n"s), {400}},
           {"another control byte",
            probe("GET", "X: a\x01"
                         "b\r\n"),
            {400}},
           {"obs-text and a tab", probe("GET", "X: a\xff\tb\r\n"), {200}}});
}

BOOST_AUTO_TEST_CASE(rfc9110_5_6_7_and_6_6_1_every_answer_has_one_date)
{
    const auto dated = [](const answer& which) {
        const std::string date = which.has("Date") ? which.field("Date") : "";
        // Sun, 06 Nov 1994 08:49:37 GMT
        const std::string form = "aaa, dd aaa dddd dd:dd:dd GMT";
        return date.size() == form.size() && std::ranges::equal(date, form, [](char c, char f) {
                   return f == 'd'   ? c >= '0' && c <= '9'
                          : f == 'a' ? (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
                                     : c == f;
               });
    };
    place here(by_target);
    for (const auto* target : {"/200", "/204", "/304", "/404", "/500"}) {
        BOOST_CHECK(dated(only(here, "GET", target)));
    }
    place refusing;
    const conversation refused = refusing.talk(probe("GET", "X : y\r\n"));
    BOOST_REQUIRE_EQUAL(refused.answers.size(), 1U);
    BOOST_CHECK(dated(refused.answers[0]));
}

BOOST_AUTO_TEST_CASE(rfc9110_7_2_the_host_is_a_name_or_an_address_with_a_port)
{
    for (const auto* host :
         {"a", "a.example:80", "127.0.0.1", "[2001:db8::1]:443", "xn--bcher-kva.example"}) {
        check({{host, "GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n", {200}}});
    }
    for (const auto* host :
         {"a b", "a,b", "http://a", "a/b", "u@a", "a:x", "a:65536", "[::1", "\xc3\xa9", "a%41", ":80", ""}) {
        check({{host, "GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n", {400}}});
    }
}

BOOST_AUTO_TEST_CASE(rfc9110_7_6_1_connection_is_a_list_of_tokens_without_case)
{
    place here;
    for (const auto* list : {"CLOSE", "x, Close", "close,", ", close", "keep-alive, close"}) {
        const conversation what = here.talk(probe("GET", "Connection: "s + list + "\r\n") + smuggled);
        BOOST_CHECK_MESSAGE(what.answers.size() == 1 && what.closed_in_order, list);
    }
    check({{"no token", probe("GET", "Connection: a b\r\n"), {400}},
           {"quoted", probe("GET", "Connection: \"close\"\r\n"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9110_7_8_an_upgrade_is_not_taken)
{
    place here;
    for (const auto* protocol : {"websocket", "h2c", "TLS/1.0", "HTTP/2.0"}) {
        const conversation what =
            here.talk(probe("GET", "Connection: Upgrade\r\nUpgrade: "s + protocol + "\r\n") + last);
        BOOST_REQUIRE_EQUAL(what.answers.size(), 2U);
        BOOST_CHECK_EQUAL(what.answers[0].status, 200U);
    }
}

BOOST_AUTO_TEST_CASE(rfc9110_8_6_a_length_is_sent_where_it_is_true_and_nowhere_else)
{
    place here(by_target);
    BOOST_CHECK_EQUAL(only(here, "GET", "/200").field("Content-Length"), "5");
    BOOST_CHECK_EQUAL(only(here, "HEAD", "/200").field("Content-Length"), "5");
    for (const auto* bare : {"/204", "/304"}) {
        const answer none = only(here, "GET", bare);
        BOOST_CHECK(!none.has("Content-Length") && !none.has("Content-Type") && none.body.empty());
    }
    // A handler that gives nothing to HEAD does not say what GET would get.
    place silent([](const http::server_request&) -> asio::awaitable<http::server_response> {
        co_return http::server_response(200, "");
    });
    BOOST_CHECK(!only(silent, "HEAD", "/").has("Content-Length"));
    BOOST_CHECK_EQUAL(only(silent, "GET", "/").field("Content-Length"), "0");
}

BOOST_AUTO_TEST_CASE(rfc9110_9_1_a_method_that_is_not_known_reaches_the_handler_which_refuses_it)
{
    place here;
    for (const auto* method : {"PURGE", "FOOBAR", "TRACE", "get"}) {
        const answer refused = only(here, method, "/");
        BOOST_CHECK_EQUAL(refused.status, 405U);
        BOOST_CHECK(refused.has("Allow"));
    }
}

BOOST_AUTO_TEST_CASE(rfc9110_9_3_2_an_answer_to_head_has_the_head_of_get_and_no_body)
{
    place here;
    const conversation what = here.talk("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + last, 1);
    BOOST_REQUIRE_EQUAL(what.answers.size(), 2U);
    BOOST_CHECK_EQUAL(what.answers[0].field("Content-Length"), "6"); // of "GET /a"
    BOOST_CHECK_EQUAL(what.answers[1].body, "GET /last");
    BOOST_CHECK(what.left.empty());
    // A refusal too.
    const conversation refused = here.talk("HEAD / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", 1);
    BOOST_REQUIRE_EQUAL(refused.answers.size(), 1U);
    BOOST_CHECK_EQUAL(refused.answers[0].status, 400U);
    BOOST_CHECK(refused.left.empty());
}

BOOST_AUTO_TEST_CASE(rfc9110_10_1_1_continue_is_said_once_to_who_waits_and_only_then)
{
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n";
    place here;
    line client(here);
    client.send(head + "Content-Length: 5\r\n\r\n");
    BOOST_CHECK_EQUAL(client.answered(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("he");
    BOOST_CHECK_EQUAL(client.arrived(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("llo" + last);
    std::string left;
    const auto answers = answers_in(client.rest(), 0, left);
    BOOST_REQUIRE_EQUAL(answers.size(), 3U);
    BOOST_CHECK_EQUAL(answers[1].body, "hello");
    // In chunks it is the same.
    line chunked(here);
    chunked.send(head + "Transfer-Encoding: chunked\r\n\r\n");
    BOOST_CHECK_EQUAL(chunked.answered(), "HTTP/1.1 100 Continue\r\n\r\n");
    // Who has begun to send, has no body or speaks HTTP/1.0 is not told to go on.
    for (
        const std::string& request :
        {head + "Content-Length: 5\r\n\r\nhello", head + "Content-Length: 0\r\n\r\n", head + "\r\n",
         "POST / HTTP/1.0\r\nExpect: 100-continue\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello"s}) {
        const conversation what = here.talk(request + last);
        BOOST_REQUIRE_EQUAL(what.answers.size(), 2U);
        BOOST_CHECK_EQUAL(what.answers[0].status, 200U);
    }
}

BOOST_AUTO_TEST_CASE(rfc9110_10_1_1_http_1_0_is_never_told_to_go_on)
{
    place here;
    line client(here);
    client.send("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    BOOST_CHECK_EQUAL(client.arrived(), "");
    client.send("hello");
    BOOST_CHECK(client.rest().starts_with("HTTP/1.1 200 OK\r\n"));
}

BOOST_AUTO_TEST_CASE(rfc9110_10_1_1_another_expectation_is_417_and_a_refused_body_is_not_asked_for)
{
    const std::string waits = "Expect: 100-continue\r\n";
    check({{"another", probe("GET", "Expect: 200-ok\r\n"), {417}},
           {"a list", probe("GET", "Expect: 100-continue, x\r\n"), {417}},
           {"twice", probe("GET", waits + waits), {417}},
           {"a body that is too long", probe("POST", waits + "Content-Length: 65537\r\n"), {413}},
           {"a length that is none", probe("POST", waits + "Content-Length: x\r\n"), {400}}});
}

BOOST_AUTO_TEST_CASE(rfc9110_15_3_6_a_205_says_that_it_is_empty)
{
    place here(by_target);
    const answer reset = only(here, "GET", "/205");
    BOOST_CHECK_EQUAL(reset.field("Content-Length"), "0");
    BOOST_CHECK(reset.body.empty());
}

BOOST_AUTO_TEST_CASE(rfc9110_15_2_a_handler_cannot_send_an_interim_answer)
{
    place here(by_target);
    for (const auto* target : {"/100", "/101", "/103", "/199", "/600"}) {
        BOOST_CHECK_EQUAL(only(here, "GET", target).status, 500U);
    }
}

BOOST_AUTO_TEST_CASE(rfc9110_15_5_6_a_405_says_what_is_allowed_or_is_not_sent)
{
    place here(by_target);
    BOOST_CHECK_EQUAL(only(here, "GET", "/405").status, 500U);
    const answer told = only(here, "GET", "/405/allow");
    BOOST_CHECK_EQUAL(told.status, 405U);
    BOOST_CHECK_EQUAL(told.field("Allow"), "GET");
}

BOOST_AUTO_TEST_CASE(rfc9110_15_5_14_a_body_that_is_too_long_is_413)
{
    check({{"by its length", probe("POST", "Content-Length: 65537\r\n"), {413}},
           {"by a chunk", probe("POST", "Transfer-Encoding: chunked\r\n", "10001\r\n"), {413}}});
}

BOOST_AUTO_TEST_SUITE_END()
