// A proxy's answer is judged the same whatever pieces it comes in.
#include "http/tunnel.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace {

using namespace videosdk::http;

std::shared_ptr<const proxy> some_proxy()
{
    videosdk::proxy_options options;
    options.url = "http://proxy:3128";
    endpoint where;
    where.host = "api.example.com";
    return proxy_to(where, options);
}

struct judgement {
    tunnel::state reached;
    std::string detail;
    std::size_t taken; ///< Bytes of the answer until it was known.
};

judgement judge(std::string_view answer, std::size_t piece, std::size_t max_head = 256)
{
    tunnel asked(some_proxy(), max_head);
    std::size_t taken = 0;
    auto reached = tunnel::state::asking;
    while (reached == tunnel::state::asking && taken < answer.size()) {
        const auto place = asked.prepare();
        const std::size_t count = std::min({piece, place.size(), answer.size() - taken});
        std::copy_n(answer.data() + taken, count, place.data());
        taken += count;
        reached = asked.commit(count);
    }
    return {reached, asked.detail(), taken};
}

} // namespace

BOOST_AUTO_TEST_SUITE(tunnels)

BOOST_AUTO_TEST_CASE(the_request_is_sent_piece_by_piece)
{
    const auto by = some_proxy();
    tunnel asked(by, 1024);
    std::string sent;
    while (!asked.unsent().empty()) {
        sent += asked.unsent().front();
        asked.sent(1);
    }
    BOOST_TEST(sent == by->request);
}

BOOST_AUTO_TEST_CASE(an_answer_means_the_same_in_one_piece_and_byte_by_byte)
{
    const std::pair<std::string, tunnel::state> answers[] = {
        {"HTTP/1.1 200 Connection established\r\n\r\n", tunnel::state::open},
        {"HTTP/1.0 204\r\n\r\n", tunnel::state::open},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", tunnel::state::open},
        {"HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", tunnel::state::open},
        {"HTTP/1.1 100\r\n\r\nHTTP/1.1 403 No\r\n\r\n", tunnel::state::refused},
        {"HTTP/1.1 407 Who\r\n\r\n", tunnel::state::refused},
        {"HTTP/1.1 20", tunnel::state::asking},
        {"HTTP/1.1 200 OK\r\nA: b\r\n", tunnel::state::asking},
        {"HTTP/2 200\r\n\r\n", tunnel::state::refused},
        {"\r\n\r\n", tunnel::state::refused},
        {"HTTP/1.1 200", tunnel::state::asking},
        {"HTTP/1.1 2000 OK\r\n\r\n", tunnel::state::refused},
        {"HTTP/1.1 200 " + std::string(400, 'a'), tunnel::state::refused},
    };
    for (const auto& [answer, state] : answers) {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, answer.size()}) {
            const judgement got = judge(answer, piece);
            BOOST_TEST((got.reached == state), answer << " in pieces of " << piece << ": " << got.detail);
            BOOST_TEST(got.detail.empty() == (state != tunnel::state::refused));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_head_may_be_as_long_as_the_limit_and_not_a_byte_longer)
{
    const std::string begin = "HTTP/1.1 200 ";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1000}}) {
        const std::string fits = begin + std::string(64 - begin.size() - 4, 'a') + "\r\n\r\n";
        BOOST_TEST((judge(fits, piece, 64).reached == tunnel::state::open));
        const std::string longer = begin + std::string(65 - begin.size() - 4, 'a') + "\r\n\r\n";
        const judgement got = judge(longer, piece, 64);
        BOOST_TEST((got.reached == tunnel::state::refused));
        BOOST_TEST(got.detail.find("pool.max_response_head = 64") != std::string::npos, got.detail);
        // And no more is taken in than is needed to know.
        BOOST_TEST(judge(begin + std::string(100'000, 'a'), piece, 64).taken == 65U);
    }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_http_are_refused_as_soon_as_it_is_known)
{
    BOOST_TEST(judge("SSH-2.0-OpenSSH_9.2\r\n", 1).taken == 1U);
    BOOST_TEST(judge("HTTP/3.0 200 OK\r\n", 1).taken == 6U);
    BOOST_TEST(judge("HTTP/1.1 2x0 OK\r\n", 1).taken == 11U);
}

BOOST_AUTO_TEST_SUITE_END()
