// From one node of a deployment to another, through Redis:
//
//   bench_nodes hold EVENTS TIMES CORE               a node whose coroutines wait; prints the path of its
//                                                    webhook URL, and what it has used when all have come
//   bench_nodes take FILE TIMES PATH RATE CORES      another, which is sent so many signed webhooks a second
//                                                    for the first, or with 0 as fast as it answers them
//   bench_nodes publish EVENTS TIMES PATH IN_FLIGHT CORE   another, which gives events to the bus as they are
//   bench_nodes script                               prints what Redis runs for each
//
// VIDEOSDK_REDIS is the Redis. TIMES is a file that both share: when each event left, and when the coroutine
// that waited for it ran again, by CLOCK_MONOTONIC. CORES: the listener's, and the sender's. All but `script`
// end with a line of JSON, or fail where an event did not come, or not once.
#include "redis/bus_core.hpp"
#include "redis/script.hpp"
#include "sending.hpp"
#include "shared_times.hpp"

#include <videosdk/redis_event_bus.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// The calling thread, and those that it starts.
void stay_on(const std::string& core)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(std::stoi(core), &one);
    ::sched_setaffinity(0, sizeof one, &one);
}

double cpu_seconds_of_this_thread()
{
    rusage used{};
    ::getrusage(RUSAGE_THREAD, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

void rethrow(std::exception_ptr failure)
{
    if (failure) {
        std::rethrow_exception(failure);
    }
}

void require(bool holds, const std::string& what)
{
    if (!holds) {
        throw std::runtime_error(what);
    }
}

/// What both nodes have but for the bus.
struct node {
    explicit node(const std::string& public_pem = {})
        : client(io.get_executor(), client_options()),
          hub(client, hub_options()),
          receiver(client, hub, webhook_options(public_pem))
    {
    }

    static videosdk::client_options client_options()
    {
        videosdk::client_options out;
        out.credentials = videosdk::credentials::key_and_secret("key", "secret");
        out.serial_executor = true;
        return out;
    }
    static videosdk::event_hub_options hub_options() // polls nothing meanwhile
    {
        videosdk::event_hub_options out;
        out.poll_after = 10h;
        out.poll_interval_cap = 10h;
        return out;
    }
    static videosdk::webhook_options webhook_options(const std::string& public_pem)
    {
        videosdk::webhook_options out;
        out.public_url = "https://hooks.example.com";
        out.public_key_pem = public_pem;
        return out;
    }

    asio::io_context io{1};
    videosdk::client client;
    videosdk::event_hub hub;
    videosdk::webhook_receiver receiver;
};

videosdk::redis_bus_options bus_options(const std::string& name)
{
    const char* const address = std::getenv("VIDEOSDK_REDIS");
    videosdk::redis_bus_options out;
    out.redis.addresses = {address != nullptr ? address : ""};
    out.node = name;
    out.max_stream = 1'000'000;
    out.on_notice = [name](const videosdk::redis_notice& what) {
        if (what.kind != videosdk::redis_notice_kind::connected) {
            std::cerr << name << ": " << what << '\n';
        }
    };
    return out;
}

asio::awaitable<void> pause(std::chrono::nanoseconds time)
{
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> until(std::function<bool()> holds, const char* otherwise)
{
    const auto limit = std::chrono::steady_clock::now() + 120s;
    while (!holds()) {
        require(std::chrono::steady_clock::now() < limit, otherwise);
        co_await pause(10ms);
    }
}

asio::awaitable<void> until_all_arrived(const bench::shared_times& times)
{
    return until([&times] { return times.all_arrived(); }, "an event did not come");
}

asio::awaitable<void> wait_for_event(videosdk::event_hub& hub, std::size_t number, bench::shared_times& times)
{
    const std::string id = bench::id_of(number);
    co_await hub.wait_for(id, videosdk::resource_status::idle, {.timeout = 10h});
    times.arrived(number, bench::nanoseconds_now());
}

asio::awaitable<void> hold_all(node& here, std::size_t events, bench::shared_times& times)
{
    videosdk::redis_event_bus bus(here.hub, bus_options("holder"));
    co_await bus.connected(10s);
    // Each asks Redis what is known; not more at once than may be on the way.
    for (std::size_t i = 0; i < events; ++i) {
        asio::co_spawn(here.io, wait_for_event(here.hub, i, times), rethrow);
        if (i % 1000 == 999) {
            co_await pause(50ms);
        }
    }
    co_await pause(300ms);
    const std::string url = here.receiver.webhook_url();
    std::cout << url.substr(url.find('/', 8)) << std::endl;

    const double before = cpu_seconds_of_this_thread();
    co_await until_all_arrived(times);
    const double cpu = cpu_seconds_of_this_thread() - before;
    co_await pause(100ms); // one that came twice would be here
    const auto told = co_await bus.counts();
    require(told.read == events && told.published == events, "not every event came once");
    std::cout << R"({"cpu_us":)" << cpu * 1e6 / static_cast<double>(events) << "}" << std::endl;
    co_await bus.close();
    here.client.close();
}

void print(const bench::shared_times& times, std::size_t events, double cpu)
{
    const auto sums = times.sum_up();
    const auto count = static_cast<double>(events);
    std::cout << R"({"events":)" << events << R"(,"events_per_second":)" << count / sums.seconds
              << R"(,"p50_us":)" << sums.took.percentile(0.5) << R"(,"p99_us":)" << sums.took.percentile(0.99)
              << R"(,"max_us":)" << sums.took.percentile(1) << R"(,"cpu_us":)" << cpu * 1e6 / count << "}"
              << std::endl;
}

struct taking {
    const bench::signed_events& events;
    bench::sending how;
    std::string listener_core;
    std::string sender_core;
};

asio::awaitable<void> take_all(node& here, taking what, bench::shared_times& times)
{
    videosdk::redis_event_bus bus(here.hub, bus_options("taker"));
    co_await bus.connected(10s);
    videosdk::listener_options options;
    options.serial_executor = true;
    videosdk::webhook_listener listener(here.io.get_executor(), here.receiver, "127.0.0.1:0", options);
    listener.start();
    what.how.port = listener.port();
    bench::provider from(what.how, what.events);

    const double before = cpu_seconds_of_this_thread();
    std::exception_ptr failure;
    std::atomic<bool> answered{false};
    std::thread sender([&] {
        try {
            stay_on(what.sender_core);
            ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
            from.send_all();
        } catch (...) {
            failure = std::current_exception();
        }
        answered = true;
    });
    // What came may not have been answered yet, and the sender needs this thread for that.
    auto answering = until([&answered] { return answered.load(); }, "a webhook was not answered");
    co_await std::move(answering);
    sender.join();
    rethrow(failure);
    co_await until_all_arrived(times);
    const double cpu = cpu_seconds_of_this_thread() - before;
    const std::size_t count = what.events.all.size();
    const auto told = co_await bus.counts();
    require(told.passed_to_one == count && told.not_passed_on == 0, "not every event was passed on once");
    for (std::size_t i = 0; i < count; ++i) {
        times.sent(i, from.sent_at(i));
    }
    print(times, count, cpu);
    listener.stop();
    co_await bus.close();
    here.client.close();
}

struct publishing {
    videosdk::redis_bus_core& bus;
    std::size_t events;
    std::string token;
    std::size_t next = 0;
    std::size_t passed_on = 0;
};

asio::awaitable<void> publish_some(publishing& all, bench::shared_times& times)
{
    while (all.next < all.events) {
        const std::size_t number = all.next++;
        videosdk::event what;
        what.type = videosdk::event_type::resource_acquired;
        what.resource_id = bench::id_of(number);
        what.token = all.token;
        what.data = R"({"id":")" + what.resource_id + R"(","type":"recording"})";
        times.sent(number, bench::nanoseconds_now());
        const videosdk::relayed how = co_await all.bus.pass_on(what);
        require(how == videosdk::relayed::elsewhere, "an event was not passed on");
        ++all.passed_on;
    }
}

asio::awaitable<void> publish_all(node& here, std::size_t events, std::string token, std::size_t in_flight,
                                  bench::shared_times& times)
{
    const auto bus = videosdk::redis_bus_core::make(here.hub.inlet(), bus_options("publisher"));
    const videosdk::result<void> connected = co_await bus->wait_connected(10s);
    require(connected.has_value(), "the bus does not connect");
    publishing all{*bus, events, std::move(token)};
    const double before = cpu_seconds_of_this_thread();
    for (std::size_t i = 0; i < in_flight; ++i) {
        asio::co_spawn(here.io, publish_some(all, times), rethrow);
    }
    co_await until_all_arrived(times);
    auto passing = until([&all] { return all.passed_on == all.events; }, "an event was not passed on");
    co_await std::move(passing);
    print(times, events, cpu_seconds_of_this_thread() - before);
    co_await bus->close();
    here.client.close();
}

std::string token_in(const std::string& path)
{
    return path.substr(path.rfind('/') + 1);
}

} // namespace

int main(int count, char** words)
{
    try {
        const std::string_view what = count > 1 ? words[1] : "";
        if (what == "hold" && count == 5) {
            const std::size_t events = std::stoul(words[2]);
            bench::shared_times times(words[3], events);
            stay_on(words[4]);
            node here;
            asio::co_spawn(here.io, hold_all(here, events, times), rethrow);
            here.io.run();
        } else if (what == "take" && count == 8) {
            const bench::signed_events events{std::string(words[2])};
            bench::shared_times times(words[3], events.all.size());
            stay_on(words[6]);
            bench::sending how;
            how.path = words[4];
            const long rate = std::stol(words[5]);
            how.pause = rate == 0 ? 0ns : std::chrono::nanoseconds(1s) / rate;
            how.connections = rate == 0 ? 64 : 1024;
            how.awake = false;
            node here(events.public_pem);
            asio::co_spawn(here.io, take_all(here, {events, how, words[6], words[7]}, times), rethrow);
            here.io.run();
        } else if (what == "publish" && count == 7) {
            const std::size_t events = std::stoul(words[2]);
            bench::shared_times times(words[3], events);
            stay_on(words[6]);
            node here;
            asio::co_spawn(
                here.io, publish_all(here, events, token_in(words[4]), std::stoul(words[5]), times), rethrow);
            here.io.run();
        } else if (what == "script" && count == 2) {
            std::cout << videosdk::redis::passing_script().text;
        } else {
            std::cerr << "usage: bench_nodes hold … | take … | publish … | script (see bench/nodes.cpp)\n";
            return 2;
        }
        return 0;
    } catch (const std::exception& failure) {
        std::cerr << "bench_nodes: " << failure.what() << '\n';
        return 1;
    }
}
