// Acquires on several threads: bench_scaling THREADS own|shared SECONDS memory|URL [CA_FILE]
//
// `own`: each thread runs an io_context with a client of its own. `shared`: all threads run one io_context,
// and their coroutines share one client, through its strand. The provider is a server, or a function in this
// process, which takes TLS and sockets out of the account. Prints a line of JSON.
#include "acquire.hpp"
#include "memory_transport.hpp"

#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/resource.h>

namespace {

namespace asio = boost::asio;

constexpr std::size_t in_flight = 64; ///< Of each thread.

constexpr std::string_view unit_in_memory =
    R"({"success":true,"data":[{"id":"64f1a2b3c4d5e6f7a8b9c0d1","status":"pending","type":"recording",)"
    R"("mode":"video-and-audio","quality":"med","composerIds":[],)"
    R"("webhookUrl":"https://hooks.example.com/videosdk"}]})";

struct settings {
    std::size_t threads = 1;
    bool shared = false;
    std::chrono::seconds duration{};
    std::string provider;
    std::string ca_file;
};

/// One io_context and its client, with as many coroutines as its threads ask for.
class world {
public:
    world(const settings& how, std::size_t threads)
        : io_(static_cast<int>(threads)), calls_(threads * in_flight)
    {
        videosdk::client_options options = bench::client_options_for("https://127.0.0.1:1");
        options.serial_executor = !how.shared;
        options.pool.max_connections = calls_;
        if (how.provider == "memory") {
            client_ = std::make_unique<videosdk::client>(
                io_.get_executor(), options,
                std::make_shared<bench::memory_transport>(
                    io_.get_executor(),
                    [](const videosdk::request_view&) { return std::string(unit_in_memory); }),
                videosdk::make_timer_scheduler(io_.get_executor()));
        } else {
            options.endpoint = how.provider;
            options.tls.ca_file = how.ca_file;
            client_ = std::make_unique<videosdk::client>(io_.get_executor(), options);
        }
    }

    void begin(const std::atomic<bool>& over, std::atomic<std::uint64_t>& done)
    {
        running_ = calls_;
        for (std::size_t i = 0; i < calls_; ++i) {
            asio::co_spawn(io_, acquire_on_and_on(over, done), [this](const std::exception_ptr& failure) {
                if (failure) {
                    std::rethrow_exception(failure);
                }
                if (--running_ == 0) {
                    client_->close();
                }
            });
        }
    }
    void run() { io_.run(); }

private:
    asio::awaitable<void> acquire_on_and_on(const std::atomic<bool>& over, std::atomic<std::uint64_t>& done)
    {
        std::uint64_t mine = 0;
        while (!over.load(std::memory_order_relaxed)) {
            const auto units =
                co_await client_->acquire({.type = bench::acquired_type, .webhook_url = bench::webhook_url});
            if (units.size() != 1 || units.front().webhook_url != bench::webhook_url) {
                throw std::runtime_error("an acquire was not answered with the unit that was expected");
            }
            ++mine;
        }
        done += mine;
    }

    asio::io_context io_;
    std::size_t calls_;
    std::unique_ptr<videosdk::client> client_;
    std::atomic<std::size_t> running_ = 0;
};

double cpu_seconds()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

void measure(const settings& how)
{
    std::vector<std::unique_ptr<world>> worlds;
    const std::size_t contexts = how.shared ? 1 : how.threads;
    for (std::size_t i = 0; i < contexts; ++i) {
        worlds.push_back(std::make_unique<world>(how, how.threads / contexts));
    }
    std::atomic<bool> over = false;
    std::atomic<std::uint64_t> done = 0;
    for (const auto& each : worlds) {
        each->begin(over, done);
    }
    const double cpu_before = cpu_seconds();
    const auto begun = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < how.threads; ++i) {
        threads.emplace_back([&worlds, i] { worlds[i % worlds.size()]->run(); });
    }
    std::this_thread::sleep_for(how.duration);
    over = true;
    for (std::thread& each : threads) {
        each.join();
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    std::cout << R"({"threads":)" << how.threads << R"(,"client":")" << (how.shared ? "shared" : "own")
              << R"(","provider":")" << (how.provider == "memory" ? "memory" : "server") << R"(","calls":)"
              << done << R"(,"seconds":)" << took.count() << R"(,"cpu_seconds":)"
              << cpu_seconds() - cpu_before << "}\n";
}

} // namespace

int main(int count, char** words)
{
    try {
        if (count != 5 && count != 6) {
            std::cerr << "usage: bench_scaling THREADS own|shared SECONDS memory|URL [CA_FILE]\n";
            return 2;
        }
        measure({.threads = std::strtoul(words[1], nullptr, 10),
                 .shared = std::string_view(words[2]) == "shared",
                 .duration = std::chrono::seconds(std::atoi(words[3])),
                 .provider = words[4],
                 .ca_file = count == 6 ? words[5] : ""});
        return 0;
    } catch (const std::exception& failure) {
        std::cerr << "bench_scaling: " << failure.what() << '\n';
        return 1;
    }
}
