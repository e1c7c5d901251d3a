// What is held for later costs memory: bench_held connections COUNT URL CA_FILE, or bench_held leases COUNT.
// Prints a line of JSON: the heap for each idle TLS connection of a client, or for each lease of a manager.
#include "acquire.hpp"
#include "heap.hpp"
#include "memory_transport.hpp"

#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <sys/resource.h>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

void rethrow(const std::exception_ptr& failure)
{
    if (failure) {
        std::rethrow_exception(failure);
    }
}

void print(std::string_view what, std::size_t count, std::int64_t bytes, std::size_t object)
{
    std::cout << R"({"held":")" << what << R"(","count":)" << count << R"(,"bytes_each":)"
              << static_cast<double>(bytes) / static_cast<double>(count) << R"(,"object_bytes":)" << object
              << "}" << std::endl;
}

// Connections: as many calls at once as there are to be connections, all of which are idle afterwards.

asio::awaitable<void> acquire_once(videosdk::client& client)
{
    const auto units =
        co_await client.acquire({.type = bench::acquired_type, .webhook_url = bench::webhook_url});
    if (units.size() != 1) {
        throw std::runtime_error("an acquire was not answered with one unit");
    }
}

asio::awaitable<void> count_idle(videosdk::client& client, std::uint64_t& idle)
{
    const videosdk::transport_counts counts = co_await client.counts();
    idle = counts.connections_idle;
}

/// Until `idle` connections are.
void acquire_at_once(asio::io_context& io, videosdk::client& client, std::size_t count)
{
    std::size_t running = count;
    for (std::size_t i = 0; i < count; ++i) {
        asio::co_spawn(io, acquire_once(client), [&running](const std::exception_ptr& failure) {
            rethrow(failure);
            --running;
        });
    }
    while (running != 0) {
        io.run_one();
    }
    std::uint64_t idle = 0;
    asio::co_spawn(io, count_idle(client, idle), rethrow);
    io.poll();
    if (idle != count) {
        throw std::runtime_error("not every call had a connection of its own");
    }
}

void hold_connections(std::size_t count, const std::string& url, const std::string& ca_file)
{
    asio::io_context io(1);
    videosdk::client_options options = bench::client_options_for(url);
    options.tls.ca_file = ca_file;
    options.serial_executor = true;
    options.pool.max_connections = count;
    videosdk::client client(io.get_executor(), options);
    acquire_at_once(io, client, 1); // what all connections share
    const std::int64_t before = bench::heap_bytes();
    acquire_at_once(io, client, count);
    print("idle TLS connection", count - 1, bench::heap_bytes() - before, 0);
    client.close();
}

// Leases: of a provider that answers every acquire with one more unit, and echoes the last webhook URL.

class provider {
public:
    std::string answer(const videosdk::request_view& request)
    {
        if (request.target == "/v2/resource/acquire") {
            constexpr std::string_view mark = R"("webhookUrl":")";
            const std::size_t begin = request.body.find(mark) + mark.size();
            url_ = std::string(request.body.substr(begin, request.body.find('"', begin) - begin));
            ++granted_;
            return R"({"success":true,"data":[)" + unit() + "]}";
        }
        return unit(); // the one that a manager asks for, to see that URLs are echoed
    }

private:
    std::string unit() const
    {
        const std::string digits = std::to_string(granted_);
        return R"({"id":")" + std::string(24 - digits.size(), 'a') + digits +
               R"(","status":"pending","type":"recording","mode":"video-and-audio","quality":"med",)"
               R"("composerIds":[],"webhookUrl":")" +
               url_ + R"("})";
    }

    std::string url_;
    std::size_t granted_ = 0;
};

asio::awaitable<void> acquire_leases(videosdk::lease_manager& leases, std::vector<videosdk::lease>& held,
                                     std::size_t count)
{
    while (held.size() < count) {
        videosdk::lease unit = co_await leases.acquire({.type = videosdk::resource_type::recording});
        held.push_back(std::move(unit));
    }
}

void acquire_until(asio::io_context& io, videosdk::lease_manager& leases, std::vector<videosdk::lease>& held,
                   std::size_t count)
{
    asio::co_spawn(io, acquire_leases(leases, held, count), rethrow);
    while (held.size() < count) {
        io.run_one();
    }
    io.poll();
}

void hold_leases(std::size_t count)
{
    asio::io_context io(1);
    videosdk::client_options options = bench::client_options_for("https://127.0.0.1:1");
    options.serial_executor = true;
    provider there;
    videosdk::client client(
        io.get_executor(), options,
        std::make_shared<bench::memory_transport>(
            io.get_executor(),
            [&there](const videosdk::request_view& request) { return there.answer(request); }),
        videosdk::make_timer_scheduler(io.get_executor()));
    videosdk::event_hub hub(client);
    videosdk::webhook_options hooks;
    hooks.public_url = "https://hooks.example.com/videosdk";
    videosdk::webhook_receiver receiver(client, hub, hooks);
    videosdk::lease_manager_options policy;
    policy.max_units = count;
    policy.sweep_interval = 24h;
    videosdk::lease_manager leases(client, hub, receiver, policy);
    std::vector<videosdk::lease> held;
    held.reserve(count);
    acquire_until(io, leases, held, 1);
    const std::int64_t before = bench::heap_bytes();
    acquire_until(io, leases, held, count);
    print("lease", count - 1, bench::heap_bytes() - before, sizeof(videosdk::lease));
    std::cout.flush();
    std::_Exit(0); // nobody would answer the releases
}

void raise_descriptor_limit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

int main(int count, char** words)
{
    try {
        raise_descriptor_limit();
        const std::string_view what = count > 2 ? words[1] : "";
        if (what == "connections" && count == 5) {
            hold_connections(std::strtoul(words[2], nullptr, 10), words[3], words[4]);
        } else if (what == "leases" && count == 3) {
            hold_leases(std::strtoul(words[2], nullptr, 10));
        } else {
            std::cerr << "usage: bench_held connections COUNT URL CA_FILE | leases COUNT\n";
            return 2;
        }
        return 0;
    } catch (const std::exception& failure) {
        std::cerr << "bench_held: " << failure.what() << '\n';
        return 1;
    }
}
