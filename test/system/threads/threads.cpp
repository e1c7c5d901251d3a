// Four threads run one io_context; client, listener and hub are used by calls from it and from foreign
// executors, which cancel some of them, and are shut down from another thread while calls are in flight.
#include <videosdk/emulator.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <variant>
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
        // A machine that is busy with other things decides no call.
        options.timeout = options.pool.connect_timeout = 5min;
        options.on_unclaimed = [this](const videosdk::unclaimed_grant& grant) {
            unclaimed += static_cast<unsigned>(grant.resources.size());
            unclaimed_unknown += grant.unknown ? 1 : 0;
        };
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

    std::atomic<unsigned> unclaimed{0};
    std::atomic<unsigned> unclaimed_unknown{0};
    videosdk::emulator::server provider;
    std::unique_ptr<videosdk::client> client;
    std::unique_ptr<videosdk::event_hub> hub;
    std::unique_ptr<videosdk::webhook_receiver> receiver;
    std::unique_ptr<videosdk::webhook_listener> listener;
};

/// What one worker came to. It ends at its first failure, since the others still use what it uses.
struct tally {
    tally() = default;

    int whole = 0;
    std::string failure;
};

asio::awaitable<tally> acquire_and_release(back_end& world, int rounds)
{
    tally done;
    try {
        for (int i = 0; i < rounds; ++i) {
            const std::string hook = world.receiver->webhook_url();
            auto units = co_await world.client->acquire(
                {.type = videosdk::resource_type::recording, .webhook_url = hook, .units = 2});
            for (const auto& unit : units) {
                co_await world.hub->wait_for(unit.id, videosdk::resource_status::idle, {.timeout = 5min});
                co_await world.client->release(unit.id);
                ++done.whole;
            }
        }
    } catch (const std::exception& failure) {
        done.failure = failure.what();
    }
    co_return done;
}

/// How calls ended whose client or hub may have gone before, or while, they were made.
struct ends {
    template <class T>
    void note(const std::exception_ptr& thrown, const videosdk::result<T>& got)
    {
        if (thrown) {
            say("an exception");
        } else if (!got) {
            const bool aborted = got.error().code() == asio::error::operation_aborted;
            // A call that begins when all is over is refused.
            const bool refused = got.error().code() == videosdk::errc::closed && !got.error().ambiguous();
            // A wait whose hub had the time to ask: nobody knows the resource.
            const bool unknown = got.error().code() == videosdk::errc::status_unreachable;
            if (!aborted && !refused && !unknown) {
                say(got.error().what());
            }
        }
        ++count;
    }

    void say(const std::string& what)
    {
        const std::lock_guard lock(mutex);
        others += what + "; ";
    }

    std::atomic<int> count{0};
    std::mutex mutex;
    std::string others; ///< Whatever was neither a success nor aborted.
};

/// One acquire against a timer; whoever is first ends the other.
asio::awaitable<unsigned> race(back_end& world, std::chrono::microseconds patience)
{
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(co_await asio::this_coro::executor, patience);
    auto acquire = world.client->try_acquire(
        {.type = videosdk::resource_type::recording, .webhook_url = "http://127.0.0.1:9/hooks/t0"});
    const auto first = co_await (std::move(acquire) || timer.async_wait(asio::use_awaitable));
    const auto* const got = std::get_if<0>(&first);
    co_return got != nullptr && got->has_value() ? static_cast<unsigned>((*got)->size()) : 0U;
}

} // namespace

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(calls_and_waits_from_own_and_foreign_executors_all_come_true)
{
    four_threads own;
    asio::thread_pool foreign(2);
    back_end world(own.io);
    std::vector<std::future<tally>> futures;
    for (int i = 0; i < 8; ++i) {
        futures.push_back(asio::co_spawn(own.io, acquire_and_release(world, 5), asio::use_future));
        futures.push_back(asio::co_spawn(foreign, acquire_and_release(world, 5), asio::use_future));
    }
    int whole = 0;
    for (auto& each : futures) {
        const tally done = each.get();
        BOOST_TEST(done.failure == "");
        whole += done.whole;
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
        ends all;
        // These own no reference to `world`'s objects: each call is made here, and awaited there.
        for (int i = 0; i < 40; ++i) {
            const std::string hook = world.receiver->webhook_url();
            auto note = [&all](const std::exception_ptr& thrown, const auto& got) { all.note(thrown, got); };
            asio::co_spawn(
                own.io,
                world.client->try_acquire({.type = videosdk::resource_type::recording, .webhook_url = hook}),
                note);
            asio::co_spawn(foreign,
                           world.hub->try_wait_for("64f1a2b3c4d5e6f7a8b9c0d1",
                                                   videosdk::resource_status::idle, {.timeout = 5min}),
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
        while (all.count < 80) {
            std::this_thread::yield();
        }
        BOOST_TEST(all.count == 80);
        BOOST_TEST(all.others == "");
    }
}

BOOST_AUTO_TEST_CASE(calls_that_foreign_executors_cancel_lose_no_grant)
{
    four_threads own;
    asio::thread_pool foreign(3);
    back_end world(own.io);
    std::vector<std::future<unsigned>> futures;
    // Moments before, while and after the answer comes, in no order. Which of the two is first decides
    // nothing.
    for (int i = 0; i < 300; ++i) {
        futures.push_back(asio::co_spawn(asio::make_strand(foreign),
                                         race(world, std::chrono::microseconds(i * 37 % 100 * 1500)),
                                         asio::use_future));
    }
    unsigned received = 0;
    for (auto& each : futures) {
        received += each.get();
    }
    // What was sent and then cancelled is answered in the background.
    videosdk::transport_counts counts;
    do {
        counts = asio::co_spawn(foreign, world.client->counts(), asio::use_future).get();
    } while (counts.waiting != 0 || counts.connections_idle != counts.connections_open);
    const auto acquired = world.provider.statistics().resources_acquired;
    while (received + world.unclaimed < acquired && world.unclaimed_unknown == 0) {
        std::this_thread::yield(); // the last reports are on their way
    }
    BOOST_TEST_MESSAGE("received " << received << ", reported as unclaimed " << world.unclaimed << ", of "
                                   << acquired);
    BOOST_TEST(world.unclaimed_unknown == 0U);
    BOOST_TEST(received + world.unclaimed == acquired);
    foreign.join();
}

BOOST_AUTO_TEST_SUITE_END()
