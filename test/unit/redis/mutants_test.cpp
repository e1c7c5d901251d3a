// Replies with bytes changed, cut, doubled and put elsewhere: whatever comes, each command is decided once,
// by an error that is one short line.
#include "redis_world.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace redis_test;

namespace {

const std::string seeds[] = {
    "+OK\r\n:1\r\n$-1\r\n",
    "-ERR unknown command 'X', with args beginning with: 'secret' \r\n+OK\r\n:0\r\n",
    "*1\r\n*2\r\n$3\r\nall\r\n*1\r\n*2\r\n$3\r\n5-1\r\n*4\r\n$1\r\nn\r\n$1\r\n1\r\n$4\r\ntype\r\n$1\r\nx\r\n*"
    "-1\r\n+a\r\n",
    "-NOSCRIPT No matching script.\r\n-LOADING Redis is loading\r\n-READONLY no\r\n",
    "*0\r\n*3\r\n:1\r\n*1\r\n*1\r\n+deep\r\n-ERR inner\r\n$5\r\nhello\r\n",
};

std::string mutated(std::string bytes, std::minstd_rand& chance)
{
    const auto below = [&chance](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(chance);
    };
    const std::string_view telling = "*$:+-\r\n0123456789\0\xff";
    for (std::size_t i = below(4); i > 0 && !bytes.empty(); --i) {
        const std::size_t at = below(bytes.size());
        switch (below(5)) {
        case 0:
            bytes[at] = static_cast<char>(below(256));
            break;
        case 1:
            bytes[at] = telling[below(telling.size())];
            break;
        case 2:
            bytes.erase(at, 1 + below(4));
            break;
        case 3:
            bytes.insert(at, bytes.substr(below(bytes.size()), 1 + below(8)));
            break;
        default:
            bytes.resize(at);
            break;
        }
    }
    return bytes;
}

} // namespace

BOOST_AUTO_TEST_SUITE(redis_mutants)

BOOST_AUTO_TEST_CASE(whatever_comes_each_command_is_decided_once_and_told_in_one_line)
{
    std::minstd_rand chance(1);
    std::size_t answered = 0;
    std::size_t failed = 0;
    for (int i = 0; i < 3'000; ++i) {
        videosdk::redis_options options = usual_options();
        options.max_reply = 1024;
        world it(options);
        const std::vector<std::shared_ptr<outcome>> calls{it.call({"X", "secret"}), it.call({"Y", "secret"}),
                                                          it.call({"Z", "secret"})};
        it.let_in();
        const std::string bytes = mutated(seeds[static_cast<std::size_t>(i) % std::size(seeds)], chance);
        it.say(bytes, 1 + static_cast<std::size_t>(i) % 7);
        it.link->close();
        it.run();
        for (const auto& each : calls) {
            BOOST_REQUIRE_EQUAL(each->times, 1U);
            if (each->succeeded()) {
                ++answered;
                continue;
            }
            ++failed;
            const std::string what = each->error().what();
            BOOST_REQUIRE_LT(what.size(), 2048U);
            BOOST_REQUIRE(std::none_of(what.begin(), what.end(), [](char c) {
                return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
            }));
        }
    }
    // Both happened, and often.
    BOOST_TEST(answered > 1'000U);
    BOOST_TEST(failed > 1'000U);
}

BOOST_AUTO_TEST_SUITE_END()
