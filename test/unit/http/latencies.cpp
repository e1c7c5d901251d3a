// Latencies fall into their buckets, and are printed for people: three digits, no exponent.
#include "http/latency_recorder.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <sstream>

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(latencies)

BOOST_AUTO_TEST_CASE(long_and_short_ones_are_printed_without_an_exponent)
{
    videosdk::http::latency_recorder recorder;
    for (const std::chrono::nanoseconds each :
         {std::chrono::nanoseconds(410us), std::chrono::nanoseconds(1s), std::chrono::nanoseconds(1230ms),
          std::chrono::nanoseconds(61s)}) {
        recorder.note(each);
    }
    std::ostringstream out;
    out << recorder.read();
    BOOST_TEST(out.str() == "count=4 mean=15808ms max=61000ms le0.5ms=1 le1000ms=1 le10000ms=1 gt10000ms=1");
}

BOOST_AUTO_TEST_CASE(a_bound_belongs_to_its_bucket)
{
    videosdk::http::latency_recorder recorder;
    recorder.note(100us);
    recorder.note(100001ns);
    const auto counts = recorder.read();
    BOOST_TEST(counts.buckets[0] == 1U);
    BOOST_TEST(counts.buckets[1] == 1U);
    BOOST_TEST(counts.count == 2U);
    BOOST_TEST((counts.longest == 100001ns));
}

BOOST_AUTO_TEST_SUITE_END()
