// Four thousand connections that send too slowly or do not read, and a good webhook among them.
#include "attack.hpp"

using namespace slow_tests;

BOOST_AUTO_TEST_SUITE(slow)

BOOST_AUTO_TEST_CASE(four_thousand_slow_connections_and_a_webhook_is_acknowledged)
{
    constexpr std::size_t heads = 1334;
    constexpr std::size_t bodies = 1333;
    constexpr std::size_t reads = 1333;
    constexpr std::size_t pipelined = 1000; // the answers to about a hundred of them find room
    BOOST_REQUIRE_MESSAGE(
        allow_descriptors(8200),
        "8200 descriptors are needed, for both ends of 4000 connections, and the hard limit is "
            << descriptor_limit() << ": raise it (ulimit -Hn 16384, or docker run --ulimit "
            << "nofile=16384)");
    world here;
    // given a third each of slow heads, slow bodies and slow reads
    const std::string whole = here.request(std::string(8192, ' '), "c2lnbmF0dXJl");
    const std::size_t head_size = whole.find("\r\n\r\n") + 4;
    std::string many;
    for (std::size_t i = 0; i < pipelined; ++i) {
        many += "GET / HTTP/1.1\r\nHost:a\r\n\r\n";
    }
    crowd attackers(here);
    attackers.add(heads, std::string_view(whole).substr(0, head_size - 10));
    attackers.add(bodies, std::string_view(whole).substr(0, head_size + 10));
    attackers.add_non_readers(reads, many);
    BOOST_REQUIRE_EQUAL(attackers.size(), 4000U);
    // and each has got as far as it goes: all that the listener awaits of them is told by its deadlines
    here.run_until([&] {
        return here.server_time->due_within(here.limits.head_timeout) == heads &&
               here.server_time->due_within(here.limits.request_timeout) == heads + bodies + reads;
    });
    BOOST_CHECK_EQUAL(here.counts().connections_open, 4000U);
    BOOST_CHECK_LT(here.counts().requests, reads * pipelined);
    BOOST_TEST_MESSAGE("of " << reads * pipelined << " pipelined requests " << here.counts().requests
                             << " were answered before the writes blocked");
    // when the provider delivers a webhook
    const std::string status = here.deliver();
    // then it is acknowledged, and they are all still there
    BOOST_CHECK_EQUAL(status, "HTTP/1.1 200");
    BOOST_CHECK_EQUAL(here.counts().verified, 1U);
    BOOST_CHECK_GE(here.counts().connections_open, 4000U);
    BOOST_CHECK_EQUAL(here.counts().connections_shed, 0U);
    BOOST_CHECK_EQUAL(here.counts().timed_out, 0U);

    // Each was what it is called: it ends at that deadline, and webhooks are acknowledged all the same.
    here.pass(here.limits.head_timeout);
    here.run_until([&] { return here.counts().timed_out == heads; });
    BOOST_CHECK_EQUAL(here.counts().timed_out_heads, heads);
    BOOST_CHECK_EQUAL(here.deliver(), "HTTP/1.1 200");
    here.pass(here.limits.request_timeout - here.limits.head_timeout);
    here.run_until([&] { return here.counts().timed_out_bodies == bodies; });
    // A late acknowledgement of the kernel's may have made room for one more answer, whose time is later
    // then.
    for (int i = 0; i < 10 && here.counts().timed_out_writes < reads; ++i) {
        here.pass(here.limits.write_timeout);
    }
    BOOST_CHECK_EQUAL(here.counts().timed_out_bodies, bodies);
    BOOST_CHECK_EQUAL(here.counts().timed_out_writes, reads);
    BOOST_CHECK_EQUAL(here.deliver(), "HTTP/1.1 200");
    BOOST_CHECK_EQUAL(here.counts().verified, 3U);
    BOOST_CHECK_EQUAL(here.counts().refused, 0U);
}

BOOST_AUTO_TEST_SUITE_END()
