// TLS connections that end without close_notify: a part of an answer is never taken for the whole.
#include "trial.hpp"

#include <openssl/ssl.h>

#include <cstdio>

namespace {

using namespace test;
using test_support::certificate;
using videosdk::effect;
using videosdk::errc;
using videosdk::outcome;

enum class ending { cut, reset, polite };

const std::string whole = R"({"success":true,"data":[)" + std::string(unit_json) + "]}";
/// JSON in itself, so that only the framing can tell that more should have come.
const std::string part = R"({"success":true,"data":[]})";

/// A server of one certificate and one protocol version, which answers one request and ends.
struct ending_server {
    explicit ending_server(int version)
    {
        const certificate root = test_support::make_authority();
        const certificate leaf = test_support::make_leaf({}, &root);
        root_pem = root.certificate_pem;
        plan.chain_pem = leaf.certificate_pem;
        plan.key_pem = leaf.private_key_pem;
        plan.min_version = plan.max_version = version;
    }

    trial after(const std::string& answer, ending how) const
    {
        return acquire_from(tls_peer(plan,
                                     [answer, how](tls_session& session) {
                                         session.read_request();
                                         session.write(answer);
                                         switch (how) {
                                         case ending::cut:
                                             return session.cut();
                                         case ending::reset:
                                             return session.reset();
                                         case ending::polite:
                                             return session.close_politely();
                                         }
                                     }),
                            "localhost", root_pem);
    }

    std::string root_pem;
    tls_plan plan;
};

std::string with_length(std::size_t length, const std::string& body)
{
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n" + body;
}

std::string chunk(const std::string& body)
{
    char digits[20];
    std::snprintf(digits, sizeof digits, "%zx", body.size());
    return std::string(digits) + "\r\n" + body + "\r\n";
}

const std::string chunked_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string unbounded_head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

void check_ambiguous(const trial& what, std::initializer_list<errc> codes)
{
    BOOST_TEST(what.seen.connections == 1U); // Never sent again.
    BOOST_TEST(what.got.has_error(), "a part was taken for the whole");
    if (what.got.has_value()) {
        return;
    }
    const videosdk::error& failure = what.got.error();
    bool expected = false;
    for (const errc each : codes) {
        expected = expected || failure.code() == each;
    }
    BOOST_TEST(expected, failure.what());
    BOOST_TEST((failure.outcome() == outcome::ambiguous), failure.what());
    BOOST_TEST((failure.effect() == effect::unknown), failure.what());
    BOOST_TEST(failure.attempts() == 1U);
}

} // namespace

BOOST_AUTO_TEST_SUITE(truncation)

BOOST_AUTO_TEST_CASE(an_answer_cut_in_the_middle_is_an_error_and_leaves_the_call_ambiguous)
{
    const std::pair<const char*, std::string> answers[] = {
        {"in the head", "HTTP/1.1 200 OK\r\nContent-Le"},
        {"behind the head", with_length(whole.size(), "")},
        {"in a body with a length", with_length(whole.size(), part)},
        {"one byte before its end", with_length(whole.size(), whole.substr(0, whole.size() - 1))},
        {"in a chunk", chunked_head + chunk(part).substr(0, 12)},
        {"behind a chunk", chunked_head + chunk(part)},
        {"before the last line", chunked_head + chunk(part) + "0\r\n"},
    };
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const ending_server server(version);
        for (const auto& [name, answer] : answers) {
            BOOST_TEST_CONTEXT(name << ", TLS " << std::hex << version)
            {
                check_ambiguous(server.after(answer, ending::cut), {errc::truncated_response});
                check_ambiguous(server.after(answer, ending::polite), {errc::truncated_response});
                // A reset may overtake the answer.
                check_ambiguous(server.after(answer, ending::reset),
                                {errc::truncated_response, errc::connection_lost});
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_body_without_a_length_is_whole_only_with_close_notify)
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const ending_server server(version);
        check_ambiguous(server.after(unbounded_head + part, ending::cut), {errc::truncated_response});
        const trial cut = server.after(unbounded_head + whole, ending::cut);
        check_ambiguous(cut, {errc::truncated_response});
        BOOST_TEST(contains(cut.got.error().what(), "close_notify"), cut.got.error().what());
        check_ambiguous(server.after(unbounded_head + whole, ending::reset),
                        {errc::truncated_response, errc::connection_lost});
        check_accepted(server.after(unbounded_head + whole, ending::polite));
    }
}

BOOST_AUTO_TEST_CASE(an_end_without_close_notify_behind_a_whole_answer_is_harmless)
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const ending_server server(version);
        for (const ending how : {ending::cut, ending::polite}) {
            check_accepted(server.after(with_length(whole.size(), whole), how));
            check_accepted(server.after(chunked_head + chunk(whole) + "0\r\n\r\n", how));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_end_instead_of_an_answer_leaves_the_call_ambiguous)
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const ending_server server(version);
        for (const ending how : {ending::cut, ending::reset, ending::polite}) {
            check_ambiguous(server.after("", how), {errc::connection_lost});
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
