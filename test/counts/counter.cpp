// The counter sees what is done on the thread that asked for it, and nothing else.
#include "world.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include <unistd.h>

BOOST_AUTO_TEST_SUITE(counter)

BOOST_AUTO_TEST_CASE(allocations_and_system_calls_of_this_thread_are_counted)
{
    counts::measurement one;
    one.begin();
    auto kept = std::make_unique<std::string>(100, 'x'); // Two: the object and its text.
    {
        const std::string given_back(200, 'y');
    }
    static_cast<void>(!::write(-1, "", 0));
    one.end();
    BOOST_TEST(one.counted().allocations == 3U);
    BOOST_TEST(one.counted().frees == 1U);
    BOOST_TEST(one.counted().bytes >= static_cast<std::int64_t>(sizeof(std::string) + 101));
    BOOST_TEST(one.counted().of(counting::call::write) == 1U);
    BOOST_TEST(one.counted().all_calls() == 1U);
    BOOST_TEST(kept->size() == 100U);
}

BOOST_AUTO_TEST_CASE(another_threads_are_not)
{
    std::atomic<bool> begun{false};
    std::atomic<std::size_t> size{0};
    std::thread other([&] {
        while (!begun) {
            std::this_thread::yield();
        }
        for (std::size_t i = 1; i <= 1'000; ++i) {
            size += std::string(100 + i, 'x').size();
            static_cast<void>(!::write(-1, "", 0));
        }
        begun = false;
    });
    counts::measurement one;
    one.begin();
    begun = true;
    while (begun) {
        std::this_thread::yield();
    }
    one.end();
    other.join();
    BOOST_TEST(size > 0U);
    BOOST_TEST(one.counted().allocations == 0U);
    BOOST_TEST(one.counted().all_calls() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
