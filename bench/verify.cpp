// What a receiver makes of webhooks a second: bench_verify receiver SECONDS, without sockets; or
// bench_verify listener KEY_FILE, which prints port and path, and serves until its input ends.
#include "verify_key.hpp"

#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#include <sys/resource.h>
#include <unistd.h>

namespace {

namespace asio = boost::asio;

/// User and system time of this process.
double cpu_seconds()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// Client, hub and receiver on one thread.
struct back_end {
    explicit back_end(const std::string& public_pem)
        : client(io.get_executor(), client_options()), hub(client), receiver(client, hub, options(public_pem))
    {
    }

    static videosdk::client_options client_options()
    {
        videosdk::client_options out;
        out.credentials = videosdk::credentials::key_and_secret("key", "secret");
        out.serial_executor = true;
        return out;
    }
    static videosdk::webhook_options options(const std::string& public_pem)
    {
        videosdk::webhook_options out;
        out.public_url = "https://hooks.example.com/videosdk";
        out.public_key_pem = public_pem;
        return out;
    }
    std::string path() const
    {
        const std::string url = receiver.webhook_url();
        return url.substr(url.find("/videosdk/"));
    }

    asio::io_context io{1};
    videosdk::client client;
    videosdk::event_hub hub;
    videosdk::webhook_receiver receiver;
};

struct tally {
    std::chrono::steady_clock::time_point until;
    std::uint64_t accepted = 0;
    bool wrong = false;
};

asio::awaitable<void> accept_on_and_on(back_end& world, const std::vector<bench::signed_event>& events,
                                       tally& all)
{
    const std::string path = world.path();
    while (std::chrono::steady_clock::now() < all.until) {
        for (const bench::signed_event& each : events) {
            const std::string length = std::to_string(each.body.size());
            const std::array<videosdk::header_view, 6> headers{{{"Host", "hooks.example.com"},
                                                                {"User-Agent", "webhooks"},
                                                                {"Accept", "*/*"},
                                                                {"Content-Type", "application/json"},
                                                                {"Content-Length", length},
                                                                {"videosdk-signature", each.signature}}};
            const videosdk::webhook_verdict told = co_await world.receiver.accept(
                {.method = "POST", .target = path, .headers = headers, .body = each.body});
            all.wrong = all.wrong || told.status != 200;
            ++all.accepted;
        }
    }
}

int run_receiver(int seconds)
{
    const bench::signing_key key;
    const auto events = key.events(200);
    back_end world(key.public_pem());
    tally all{std::chrono::steady_clock::now() + std::chrono::seconds(seconds)};
    const double before = cpu_seconds();
    const auto begun = std::chrono::steady_clock::now();
    asio::co_spawn(world.io, accept_on_and_on(world, events, all), asio::detached);
    world.io.run();
    const double cpu = cpu_seconds() - before;
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
    if (all.wrong) {
        std::cerr << "bench_verify: a genuine webhook was refused\n";
        return 1;
    }
    std::cout << "{\"verified\":" << all.accepted << ",\"seconds\":" << wall.count()
              << ",\"cpu_seconds\":" << cpu << "}\n";
    return 0;
}

int run_listener(const std::string& key_file)
{
    const bench::signing_key key(key_file);
    back_end world(key.public_pem());
    videosdk::listener_options options;
    options.serial_executor = true;
    videosdk::webhook_listener listener(world.io.get_executor(), world.receiver, "127.0.0.1:0", options);
    listener.start();
    std::cout << listener.port() << ' ' << world.path() << std::endl;
    asio::posix::stream_descriptor input(world.io, ::dup(0));
    std::array<char, 64> ignored{};
    const double before = cpu_seconds();
    input.async_read_some(asio::buffer(ignored), [&](const auto&, std::size_t) { world.io.stop(); });
    world.io.run();
    std::cout << "{\"verified\":" << world.receiver.counts().accepted
              << ",\"cpu_seconds\":" << cpu_seconds() - before << "}" << std::endl;
    return 0;
}

} // namespace

int main(int count, char** words)
{
    try {
        const std::string_view how = count == 3 ? words[1] : "";
        if (how == "receiver") {
            return run_receiver(std::atoi(words[2]));
        }
        if (how == "listener") {
            return run_listener(words[2]);
        }
        std::cerr << "usage: bench_verify receiver SECONDS | bench_verify listener KEY_FILE\n";
        return 2;
    } catch (const std::exception& failure) {
        std::cerr << "bench_verify: " << failure.what() << '\n';
        return 1;
    }
}
