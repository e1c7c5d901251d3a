// From a webhook's bytes to the coroutine that waited for it:
//
//   bench_webhooks sign COUNT                                    prints signed events, for a file
//   bench_webhooks take FILE kept|fresh RATE [CONNECTIONS]       takes them in, RATE a second or, with 0, as
//   fast as they
//                                                                are answered, and prints a line of JSON
//
// A listener on the last core that this process may use, a sender on the first; a coroutine for each event
// waits in the hub. With CONNECTIONS the first line is port and path, and nothing is sent before nine tenths
// of so many connections stand. Both threads read CLOCK_MONOTONIC: the sender just before the one send() of a
// webhook's bytes, the coroutine as soon as it runs again, so that the way through the kernel is in the
// figures.
#include "sending.hpp"

#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

struct settings {
    std::string file;
    bool kept = true;
    std::int64_t rate = 0;
    std::uint64_t slow_connections = 0;
};

std::vector<int> usable_cores()
{
    cpu_set_t usable;
    CPU_ZERO(&usable);
    ::sched_getaffinity(0, sizeof usable, &usable);
    std::vector<int> out;
    for (int i = 0; i < CPU_SETSIZE; ++i) {
        if (CPU_ISSET(i, &usable)) {
            out.push_back(i);
        }
    }
    return out;
}

/// The calling thread only.
void stay_on(int core)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    ::pthread_setaffinity_np(::pthread_self(), sizeof one, &one);
}

void raise_descriptor_limit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

double cpu_seconds_of_this_thread()
{
    rusage used{};
    ::getrusage(RUSAGE_THREAD, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

struct world {
    explicit world(const std::string& public_pem)
        : client(io.get_executor(), client_options()),
          hub(client, hub_options()),
          receiver(client, hub, webhook_options(public_pem)),
          listener(io.get_executor(), receiver, "127.0.0.1:0", listener_options())
    {
        listener.start();
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
        out.public_url = "https://hooks.example.com/videosdk";
        out.public_key_pem = public_pem;
        return out;
    }
    static videosdk::listener_options listener_options()
    {
        videosdk::listener_options out;
        out.serial_executor = true;
        return out;
    }

    asio::io_context io{1};
    videosdk::client client;
    videosdk::event_hub hub;
    videosdk::webhook_receiver receiver;
    videosdk::webhook_listener listener;
};

asio::awaitable<void> wait_for_event(videosdk::event_hub& hub, std::size_t number,
                                     const bench::provider& from, std::vector<std::int64_t>& took)
{
    const std::string id = bench::id_of(number);
    const videosdk::resource unit =
        co_await hub.wait_for(id, videosdk::resource_status::idle, {.timeout = 10h});
    const std::int64_t now = bench::nanoseconds_now();
    if (unit.id == id) {
        took.push_back(now - from.sent_at(number));
    }
}

void rethrow(const std::exception_ptr& failure)
{
    if (failure) {
        std::rethrow_exception(failure);
    }
}

void wait_for_connections(const videosdk::webhook_listener& listener, std::uint64_t wanted)
{
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (10 * listener.counts().connections_open < 9 * wanted) {
        if (std::chrono::steady_clock::now() > until) {
            throw std::runtime_error("too few slow connections came to stand");
        }
        std::this_thread::sleep_for(5ms);
    }
}

struct times {
    double seconds = 0;
    std::exception_ptr failure;
    std::uint64_t open = 0; ///< Connections, at the end.
};

times send_from(int core, bench::provider& from, world& to, const settings& how)
{
    stay_on(core);
    times out;
    try {
        wait_for_connections(to.listener, how.slow_connections);
        const auto begun = std::chrono::steady_clock::now();
        from.send_all();
        out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        out.open = to.listener.counts().connections_open;
    } catch (...) {
        out.failure = std::current_exception();
    }
    asio::post(to.io, [&to] { to.io.stop(); });
    return out;
}

void take(const settings& how)
{
    const bench::signed_events events(how.file);
    const std::vector<int> cores = usable_cores();
    world w(events.public_pem);
    const std::string url = w.receiver.webhook_url();
    bench::sending manner;
    manner.port = w.listener.port();
    manner.path = url.substr(url.find("/videosdk/"));
    manner.kept = how.kept;
    manner.pause = std::chrono::nanoseconds(how.rate == 0 ? 0 : 1'000'000'000 / how.rate);
    bench::provider from(manner, events);
    std::vector<std::int64_t> took;
    took.reserve(events.all.size());
    for (std::size_t i = 0; i < events.all.size(); ++i) {
        asio::co_spawn(w.io, wait_for_event(w.hub, i, from, took), rethrow);
    }
    w.io.poll();
    w.io.restart();
    if (how.slow_connections != 0) {
        std::cout << manner.port << ' ' << manner.path << std::endl;
    }
    times sent;
    std::thread sender([&] { sent = send_from(cores.front(), from, w, how); });
    stay_on(cores.back());
    const double cpu_before = cpu_seconds_of_this_thread();
    w.io.run();
    const double cpu = cpu_seconds_of_this_thread() - cpu_before;
    sender.join();
    rethrow(sent.failure);
    if (took.size() != events.all.size()) {
        throw std::runtime_error("an event did not resume its coroutine");
    }
    std::sort(took.begin(), took.end());
    const auto micros = [&](std::size_t per_mille) {
        return static_cast<double>(took[std::min(took.size() - 1, took.size() * per_mille / 1000)]) / 1000;
    };
    const auto count = static_cast<double>(took.size());
    std::cout << R"({"events":)" << took.size() << R"(,"connections":")" << (how.kept ? "kept" : "fresh")
              << R"(","rate_asked":)" << how.rate << R"(,"events_per_second":)" << count / sent.seconds
              << R"(,"slow_connections":)" << (how.slow_connections != 0 ? sent.open : 0) << R"(,"cpu_us":)"
              << cpu * 1e6 / count << R"(,"p50_us":)" << micros(500) << R"(,"p99_us":)" << micros(990)
              << R"(,"p999_us":)" << micros(999) << R"(,"max_us":)" << micros(1000) << "}" << std::endl;
}

} // namespace

int main(int count, char** words)
{
    try {
        raise_descriptor_limit();
        const std::string_view what = count > 1 ? words[1] : "";
        if (what == "sign" && count == 3) {
            bench::write_signed_events(std::cout, std::strtoul(words[2], nullptr, 10));
        } else if (what == "take" && (count == 5 || count == 6)) {
            take({.file = words[2],
                  .kept = std::string_view(words[3]) == "kept",
                  .rate = std::atol(words[4]),
                  .slow_connections = count == 6 ? std::strtoul(words[5], nullptr, 10) : 0});
        } else {
            std::cerr << "usage: bench_webhooks sign COUNT | take FILE kept|fresh RATE [CONNECTIONS]\n";
            return 2;
        }
        return 0;
    } catch (const std::exception& failure) {
        std::cerr << "bench_webhooks: " << failure.what() << '\n';
        return 1;
    }
}
