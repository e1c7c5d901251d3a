// Replies are read whole, wherever the bytes are cut, and nothing else is taken for one.
#include "redis/reply_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace redis = videosdk::redis;
using trouble = redis::reply_reader::trouble;

BOOST_AUTO_TEST_SUITE(redis_replies)

BOOST_AUTO_TEST_CASE(a_reply_is_the_same_wherever_its_bytes_are_cut)
{
    // Given one reply of every kind, one inside the other, with another behind it
    const std::string bytes =
        "*6\r\n+OK\r\n-ERR no\r\n:-42\r\n$5\r\na\r\nb\n\r\n$-1\r\n*2\r\n*0\r\n$0\r\n\r\n:7\r\n";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        redis::reply_reader reader(1024);
        // When it comes in two pieces
        reader.feed(bytes.substr(0, cut));
        std::vector<redis::reply> replies;
        while (auto next = reader.next()) {
            replies.push_back(std::move(*next));
        }
        reader.feed(bytes.substr(cut));
        while (auto next = reader.next()) {
            replies.push_back(std::move(*next));
        }
        // Then it is what was sent
        BOOST_REQUIRE(reader.failed() == trouble::none);
        BOOST_REQUIRE_EQUAL(replies.size(), 2U);
        const auto& all = replies[0].elements;
        BOOST_REQUIRE_EQUAL(all.size(), 6U);
        BOOST_TEST((all[0].kind == redis::reply_kind::status && all[0].text == "OK"));
        BOOST_TEST((all[1].is_error() && all[1].text == "ERR no"));
        BOOST_TEST((all[2].is_integer() && all[2].number == -42));
        BOOST_TEST((all[3].kind == redis::reply_kind::text && all[3].text == "a\r\nb\n"));
        BOOST_TEST(all[4].is_nil());
        BOOST_REQUIRE_EQUAL(all[5].elements.size(), 2U);
        BOOST_TEST((all[5].elements[0].is_array() && all[5].elements[1].text.empty()));
        BOOST_TEST(replies[1].number == 7);
        BOOST_TEST(!reader.started());
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_reply_is_malformed_and_is_not_quoted)
{
    for (const char* const bytes : {"HTTP/1.1 400 Bad Request\r\n\r\n", "x\r\n", "$secret\r\n", ":1x\r\n",
                                    "*a\r\n", "\r\n", "#t\r\n", "%1\r\n+a\r\n+b\r\n", ",1.5\r\n"}) {
        redis::reply_reader reader(1024);
        reader.feed(bytes);
        BOOST_TEST(!reader.next().has_value(), bytes);
        BOOST_TEST((reader.failed() == trouble::malformed), bytes);
        BOOST_TEST(reader.detail().find("secret") == std::string::npos);
        reader.feed("+OK\r\n"); // Nothing is read behind it.
        BOOST_TEST(!reader.next().has_value());
    }
}

BOOST_AUTO_TEST_CASE(arrays_too_deep_are_malformed)
{
    std::string bytes;
    for (int i = 0; i < 2'000; ++i) {
        bytes += "*1\r\n";
    }
    redis::reply_reader reader(1 << 20);
    reader.feed(bytes);
    BOOST_TEST(!reader.next().has_value());
    BOOST_TEST((reader.failed() == trouble::malformed));
}

BOOST_AUTO_TEST_CASE(a_reply_beyond_the_limit_is_refused_and_others_before_it_are_not)
{
    redis::reply_reader reader(100);
    // Given many short ones, of more bytes than the limit together
    for (int i = 0; i < 50; ++i) {
        reader.feed("+0123456789\r\n");
    }
    for (int i = 0; i < 50; ++i) {
        BOOST_TEST(reader.next().has_value());
    }
    // When one is announced that is longer
    reader.feed("$1000\r\n" + std::string(80, 'x'));
    BOOST_TEST(!reader.next().has_value());
    BOOST_TEST((reader.failed() == trouble::none));
    reader.feed(std::string(30, 'x'));
    BOOST_TEST(!reader.next().has_value());
    BOOST_TEST((reader.failed() == trouble::too_long));
}

BOOST_AUTO_TEST_CASE(an_announced_size_allocates_nothing)
{
    for (const char* const bytes : {"*2147483647\r\n", "$2147483647\r\n", "*3\r\n*2147483647\r\n"}) {
        redis::reply_reader reader(100);
        reader.feed(bytes);
        BOOST_TEST(!reader.next().has_value()); // ASan would stop the program at sixteen gigabytes.
    }
}

BOOST_AUTO_TEST_SUITE_END()
