// A host's name is looked up once for all connections that are being opened at the same time, and not at all
// for those that nobody wants any more.
#include "http/name_lookup.hpp"
#include "slow_names.hpp"
#include "support.hpp"
#include "support/raw_server.hpp"

#include <memory>

namespace {

using namespace test;
using test_support::raw_peer;
using test_support::raw_server;
using videosdk::errc;

videosdk::client_options options_for_slow_host(unsigned port)
{
    auto options = options_for(std::string("http://") + slow_host + ":" + std::to_string(port));
    options.insecure_allow_plain_http = true;
    return options;
}

/// Calls that all begin at once.
struct crowd {
    crowd(boost::asio::io_context& io, videosdk::client& client, int size)
    {
        for (int i = 0; i < size; ++i) {
            boost::asio::co_spawn(io, call(client, *this), [](std::exception_ptr) {});
        }
    }

    static boost::asio::awaitable<void> call(videosdk::client& client, crowd& self)
    {
        auto got = co_await client.try_get("r1", {.max_attempts = 1});
        ++self.ended;
        self.served += got.has_value() ? 1 : 0;
        if (got.has_error() && got.error().code() == errc::resolve_failed &&
            contains(got.error().what(), slow_host)) {
            ++self.not_resolved;
        }
    }

    int ended = 0;
    int served = 0;
    int not_resolved = 0;
};

void serve_units(raw_peer& peer, unsigned)
{
    while (!peer.read_request().empty()) {
        peer.write(test_support::ok(unit_json));
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(connections_that_are_opened_at_the_same_time_share_one_look_up)
{
    slow_names slow(slow_names::result::loopback);
    const raw_server server(serve_units);
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for_slow_host(server.port()));
    crowd all(io, client, 64);
    while (slow.asked() == 0) {
        io.poll();
    }
    BOOST_TEST(all.ended == 0);
    slow.let_go();
    while (all.ended < 64 && io.run_one() != 0) {}
    BOOST_TEST(all.served == 64);
    BOOST_TEST(slow.asked() == 1U);

    // Its answer is for them only: addresses change.
    client.close();
    io.run();
    io.restart();
    run(io, client.get("r1"));
    BOOST_TEST(slow.asked() == 2U);
}

BOOST_AUTO_TEST_CASE(a_look_up_that_fails_fails_all_who_wait_for_it)
{
    slow_names slow;
    boost::asio::io_context io;
    videosdk::client client(io.get_executor(), options_for_slow_host(9));
    crowd all(io, client, 8);
    while (slow.asked() == 0) {
        io.poll();
    }
    slow.let_go();
    io.run();
    BOOST_TEST(all.ended == 8);
    BOOST_TEST(all.not_resolved == 8);
    BOOST_TEST(slow.asked() == 1U);
}

BOOST_AUTO_TEST_CASE(a_look_up_that_nobody_waits_for_any_more_is_not_begun)
{
    slow_names slow(slow_names::result::loopback);
    const raw_server server(serve_units);
    boost::asio::io_context io;
    videosdk::client first(io.get_executor(), options_for_slow_host(server.port()));
    auto second = std::make_unique<videosdk::client>(io.get_executor(), options_for_slow_host(server.port()));
    crowd served(io, first, 1);
    while (slow.asked() == 0) {
        io.poll();
    }
    crowd dropped(io, *second, 10);
    io.poll(); // queues behind the one that does not end
    second.reset();
    while (dropped.ended < 10 && io.run_one() != 0) {}
    BOOST_TEST(dropped.served == 0);
    slow.let_go();
    while (served.ended < 1 && io.run_one() != 0) {}
    first.close();
    io.run();
    BOOST_TEST(served.served == 1);
    BOOST_TEST(slow.asked() == 1U);
}

BOOST_AUTO_TEST_CASE(a_look_up_goes_on_as_long_as_anybody_waits_for_it)
{
    slow_names slow(slow_names::result::loopback);
    boost::asio::io_context io;
    videosdk::http::endpoint where;
    where.host = slow_host;
    const auto names = std::make_shared<videosdk::http::name_lookup>(io.get_executor(), where);
    int found = 0;
    const auto note = [&](const boost::system::error_code& failure,
                          const videosdk::http::name_lookup::addresses& addresses) {
        found += !failure && !addresses.empty() ? 1 : 0;
    };
    const auto hasty = names->ask(note);
    const auto patient = names->ask(note);
    names->leave(hasty);
    slow.let_go();
    io.run();
    BOOST_TEST(found == 2);
    BOOST_TEST(slow.asked() == 1U);

    // One that all have left is nothing to those who come later.
    found = 0;
    const auto nobody = [](const boost::system::error_code&, const videosdk::http::name_lookup::addresses&) {
    };
    names->leave(names->ask(nobody));
    const auto late = names->ask(note);
    io.restart();
    io.run();
    BOOST_TEST(found == 1);
}

BOOST_AUTO_TEST_SUITE_END()
