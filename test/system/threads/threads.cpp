// Four threads run one io_context; client, listener and hub are used by calls from it and from foreign
// executors, and are shut down from another thread while calls are in flight.
#include <videosdk/emulator.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

/// An io_context under four threads.
class four_threads {
public:
    four_threads()
    {
        for (int i = 0; i < 4; ++i) {
            threads_.emplace_back([this] { io.run(); });
        }
    }
    ~four_threads()
    {
        guard_.reset();
        io.stop();
        for (auto& each : threads_) {
            each.join();
        }
    }
    asio::io_context io{4};

private:
    asio::executor_work_guard<asio::io_context::executor_type> guard_ = asio::make_work_guard(io);
    std::vector<std::thread> threads_;
};

videosdk::emulator::server_options provider_options()
{
    videosdk::emulator::server_options options;
    options.service.api_key = "api-key-of-tests";
    options.service.secret = "a-secret-of-tests-of-some-length";
    options.service.idle_after = 1ms;
    return options;
}

/// Everything that a back end has.
struct back_end {
    explicit back_end(asio::io_context& io) : provider(io.get_executor(), provider_options())
    {
        provider.start();
        videosdk::client_options options;
        options.credentials =
            videosdk::credentials::key_and_secret("api-key-of-tests", "a-secret-of-tests-of-some-length");
        options.endpoint = provider.url();
        options.tls.ca_pem = provider.ca_pem();
        options.pool.max_connections = 8;
        client = std::make_unique<videosdk::client>(io.get_executor(), options);
        hub = std::make_unique<videosdk::event_hub>(*client);
        // The public URL needs the port, and the listener the receiver: a port that was free a moment ago, or
        // another one where somebody was faster.
        while (!listener) {
            try {
                listen(io, free_port());
            } catch (const videosdk::error& failure) {
                listener.reset();
                if (failure.code() != videosdk::errc::address_in_use) {
                    throw;
                }
            }
        }
    }

    static std::string free_port()
    {
        asio::io_context alone;
        const asio::ip::tcp::acceptor acceptor(alone, {asio::ip::address_v4::loopback(), 0});
        return std::to_string(acceptor.local_endpoint().port());
    }

    void listen(asio::io_context& io, const std::string& port)
    {
        videosdk::webhook_options hooks;
        hooks.public_url = "http://127.0.0.1:" + port;
        hooks.public_key_pem = provider.public_key_pem();
        receiver = std::make_unique<videosdk::webhook_receiver>(*client, *hub, hooks);
        listener =
            std::make_unique<videosdk::webhook_listener>(io.get_executor(), *receiver, "127.0.0.1:" + port);
        listener->start();
    }

    videosdk::emulator::server provider;
    std::unique_ptr<videosdk::client> client;
    std::unique_ptr<videosdk::event_hub> hub;
    std::unique_ptr<videosdk::webhook_receiver> receiver;
    std::unique_ptr<videosdk::webhook_listener> listener;
};

asio::awaitable<int> acquire_and_release(back_end& world, int rounds)
{
    int whole = 0;
    for (int i = 0; i < rounds; ++i) {
        const std::string hook = world.receiver->webhook_url();
        auto units = co_await world.client->acquire(
            {.type = videosdk::resource_type::recording, .webhook_url = hook, .units = 2});
        for (const auto& unit : units) {
            co_await world.hub->wait_for(unit.id, videosdk::resource_status::idle, {.timeout = 60s});
            co_await world.client->release(unit.id);
            ++whole;
        }
    }
    co_return whole;
}

} // namespace

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(calls_and_waits_from_own_and_foreign_executors_all_come_true)
{
    four_threads own;
    asio::thread_pool foreign(2);
    back_end world(own.io);
    std::vector<std::future<int>> futures;
    for (int i = 0; i < 8; ++i) {
        futures.push_back(asio::co_spawn(own.io, acquire_and_release(world, 5), asio::use_future));
        futures.push_back(asio::co_spawn(foreign, acquire_and_release(world, 5), asio::use_future));
    }
    int whole = 0;
    for (auto& each : futures) {
        whole += each.get();
    }
    BOOST_TEST(whole == 16 * 5 * 2);
    const auto counts = world.provider.statistics();
    BOOST_TEST(counts.resources_released == 160U);
    foreign.join();
}

BOOST_AUTO_TEST_CASE(everything_may_be_destroyed_from_another_thread_with_calls_in_flight)
{
    for (int round = 0; round < 10; ++round) {
        four_threads own;
        asio::thread_pool foreign(2);
        back_end world(own.io);
        std::atomic<int> ended{0};
        // These own no reference to `world`'s objects: each call is made here, and awaited there.
        for (int i = 0; i < 40; ++i) {
            const std::string hook = world.receiver->webhook_url();
            auto note = [&ended](std::exception_ptr, const auto&) { ++ended; };
            asio::co_spawn(
                own.io,
                world.client->try_acquire({.type = videosdk::resource_type::recording, .webhook_url = hook}),
                note);
            asio::co_spawn(foreign,
                           world.hub->try_wait_for("64f1a2b3c4d5e6f7a8b9c0d1",
                                                   videosdk::resource_status::idle, {.timeout = 60s}),
                           note);
        }
        // A different moment each time; it decides nothing.
        for (int turn = 0; turn < round * 500; ++turn) {
            std::this_thread::yield();
        }
        world.listener.reset();
        world.receiver.reset();
        world.hub.reset();
        world.client.reset();
        foreign.join();
        while (ended < 80) {
            std::this_thread::yield();
        }
        BOOST_TEST(ended == 80);
    }
}

BOOST_AUTO_TEST_SUITE_END()
