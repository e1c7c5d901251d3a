// Handshakes that do not end: given up when the time is over, and not a moment of the test's own time waited
// for.
#include "handshakes.hpp"
#include "http/connection_pool.hpp"
#include "trial.hpp"

#include <videosdk/scheduler.hpp>

namespace {

using namespace test;
using videosdk::errc;
using videosdk::outcome;

struct ended {
    videosdk::error failure;
    sightings seen;
};

/// A call to a peer that writes these bytes and then nothing; time passes once the client has spoken.
ended call_stalled_by(const std::string& bytes, std::chrono::seconds connect_timeout,
                      std::chrono::seconds timeout)
{
    std::atomic<bool> spoken{false};
    peer server([&](int socket, sightings& seen) {
        seen.bytes += read_some(socket);
        write_all(socket, bytes);
        spoken = true;
        for (std::string more = read_some(socket); !more.empty(); more = read_some(socket)) {
            seen.bytes += more;
        }
    });
    videosdk::result<videosdk::resource> got = videosdk::error();
    {
        boost::asio::io_context io;
        const auto time = std::make_shared<videosdk::manual_scheduler>();
        auto options = options_for(server.url("localhost"), test_support::make_authority().certificate_pem);
        options.pool.connect_timeout = connect_timeout;
        const auto pool = videosdk::http::make_connection_pool(
            io.get_executor(), time, *videosdk::http::parse_endpoint(options.endpoint), options.tls,
            options.pool);
        videosdk::client client(io.get_executor(), options, pool, time);
        bool done = false;
        boost::asio::co_spawn(io, client.try_get("r1", {.timeout = timeout, .max_attempts = 1}),
                              [&](std::exception_ptr, videosdk::result<videosdk::resource> value) {
                                  got = std::move(value);
                                  done = true;
                              });
        while (!spoken) {
            io.poll();
        }
        const auto first = std::min(connect_timeout, timeout);
        time->advance(first - 1ns);
        io.poll();
        BOOST_TEST(!done);
        time->advance(1ns);
        while (!done && io.run_one() != 0) {}
        pool->shutdown();
    }
    BOOST_REQUIRE(got.has_error());
    return {got.error(), server.finish()};
}

const std::string half = bytes_of(server_hello{}).substr(0, 20);

} // namespace

BOOST_AUTO_TEST_SUITE(stalls)

BOOST_AUTO_TEST_CASE(a_handshake_that_stalls_is_given_up_after_connect_timeout)
{
    for (const std::string& bytes : {std::string(), half, bytes_of(server_hello{})}) {
        const ended got = call_stalled_by(bytes, 10s, 30s);
        BOOST_TEST((got.failure.code() == errc::connect_failed), got.failure.what());
        BOOST_TEST(contains(got.failure.what(), "connect_timeout"), got.failure.what());
        BOOST_TEST((got.failure.outcome() == outcome::not_sent));
        BOOST_TEST(read_records(got.seen.bytes).only_handshake);
    }
}

BOOST_AUTO_TEST_CASE(a_handshake_that_stalls_is_given_up_at_the_calls_deadline)
{
    for (const std::string& bytes : {std::string(), half, bytes_of(server_hello{})}) {
        const ended got = call_stalled_by(bytes, 60s, 30s);
        BOOST_TEST((got.failure.code() == errc::timeout), got.failure.what());
        BOOST_TEST((got.failure.outcome() == outcome::not_sent));
        BOOST_TEST((got.failure.effect() == videosdk::effect::none));
        BOOST_TEST(read_records(got.seen.bytes).only_handshake);
    }
}

BOOST_AUTO_TEST_SUITE_END()
