// A call awaited on the client's own executor spawns no coroutine.
#include "world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <exception>

namespace {

using namespace counts;

constexpr std::uint64_t calls = 1'000;
constexpr double bound = 10.0; // Allocations of a call.

enum class way { awaited, spawned };

asio::awaitable<void> acquire_one(videosdk::client& client)
{
    const auto units = co_await client.acquire(
        {.type = videosdk::resource_type::recording, .webhook_url = "https://hooks.example.com/videosdk"});
    BOOST_REQUIRE(units.size() == 1U);
}

asio::awaitable<void> one_after_the_other(videosdk::client& client, asio::any_io_executor spawn_on, way how,
                                          measurement& figures)
{
    for (std::uint64_t i = 0; i < 2 * calls; ++i) {
        if (i == calls) {
            figures.begin();
        }
        if (how == way::spawned) {
            co_await asio::co_spawn(spawn_on, acquire_one(client), asio::use_awaitable);
        } else {
            co_await acquire_one(client);
        }
    }
    figures.end();
    client.close();
}

double allocations_of_a_call(way how)
{
    const provider where;
    asio::io_context io(1);
    videosdk::client_options options = client_options_for(where);
    options.serial_executor = true;
    videosdk::client client(io.get_executor(), options);
    measurement figures;
    std::exception_ptr thrown;
    asio::co_spawn(io, one_after_the_other(client, io.get_executor(), how, figures),
                   [&thrown](const std::exception_ptr& failure) { thrown = failure; });
    io.run();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return per(figures.counted().allocations, calls);
}

} // namespace

BOOST_AUTO_TEST_SUITE(spawning)

BOOST_AUTO_TEST_CASE(a_call_awaited_on_the_clients_own_executor_spawns_no_coroutine)
{
    const double awaited = allocations_of_a_call(way::awaited);
    const double spawned = allocations_of_a_call(way::spawned);
    BOOST_TEST_MESSAGE("allocations of a call: " << awaited << " awaited, " << spawned
                                                 << " with a co_spawn each");
    BOOST_TEST(awaited <= bound);
    // The bound would notice: a coroutine spawned for each call breaks it.
    BOOST_TEST(spawned > bound);
}

BOOST_AUTO_TEST_SUITE_END()
