// What coroutines that wait in an event_hub cost: bench_waiters COUNT own|one [EVENTS]. Prints a line of
// JSON: the heap that each takes above what its own coroutine takes, and the time from an event to the
// coroutine that it resumes. With `one` all wait for one resource, and one event resumes them all.
#include "acquire.hpp"
#include "gate.hpp"
#include "heap.hpp"
#include "memory_transport.hpp"
#include "signed_events.hpp"

#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// The hub of a client whose provider is asked nothing: its polls would come later than this program ends.
struct world {
    world()
        : client(io.get_executor(), client_options(),
                 std::make_shared<bench::memory_transport>(
                     io.get_executor(), [](const videosdk::request_view&) { return std::string("{}"); }),
                 videosdk::make_timer_scheduler(io.get_executor())),
          hub(client, hub_options())
    {
    }

    static videosdk::client_options client_options()
    {
        videosdk::client_options out = bench::client_options_for("https://127.0.0.1:1");
        out.serial_executor = true;
        return out;
    }
    static videosdk::event_hub_options hub_options()
    {
        videosdk::event_hub_options out;
        out.poll_after = 10h;
        out.poll_interval_cap = 10h;
        return out;
    }
    void run()
    {
        io.restart();
        io.poll();
    }

    asio::io_context io{1};
    videosdk::client client;
    videosdk::event_hub hub;
};

asio::awaitable<void> wait_for_unit(videosdk::event_hub& hub, bench::gate& before, std::size_t number,
                                    std::size_t& resumed)
{
    const std::string id = bench::id_of(number); // the user's own
    auto standing = before.stand();
    co_await std::move(standing);
    const videosdk::resource unit =
        co_await hub.wait_for(id, videosdk::resource_status::idle, {.timeout = 10h});
    resumed += unit.status == videosdk::resource_status::idle ? 1 : 0;
}

/// Costs no system call, as the clocks of CPU time do: that would be a tenth of what is timed. What else the
/// machine does is kept out by taking the median.
std::uint64_t nanoseconds() noexcept
{
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

/// One after the other; how long each took until its waiters were resumed, which is before publish()
/// completes.
asio::awaitable<void> publish(videosdk::event_hub& hub, const std::vector<std::size_t>& numbers,
                              std::vector<std::uint64_t>& took, const std::size_t& resumed)
{
    for (const std::size_t number : numbers) {
        videosdk::event what;
        what.type = videosdk::event_type::resource_acquired;
        what.resource_id = bench::id_of(number);
        const std::size_t before = resumed;
        const std::uint64_t begun = nanoseconds();
        const videosdk::verdict told = co_await hub.publish(std::move(what));
        took.push_back(nanoseconds() - begun);
        if (told != videosdk::verdict::accepted || resumed == before) {
            throw std::runtime_error("an event did not resume its waiter");
        }
    }
}

void rethrow(const std::exception_ptr& failure)
{
    if (failure) {
        std::rethrow_exception(failure);
    }
}

void measure(std::size_t count, bool one, std::size_t events)
{
    world w;
    w.run();
    bench::gate before(count);
    std::size_t resumed = 0;
    for (std::size_t i = 0; i < count; ++i) {
        asio::co_spawn(w.io, wait_for_unit(w.hub, before, one ? 0 : i, resumed), rethrow);
    }
    w.run();
    const std::int64_t standing = bench::heap_bytes() - bench::gate::bytes * static_cast<std::int64_t>(count);
    before.open();
    w.run();
    const double each = static_cast<double>(bench::heap_bytes() - standing) / static_cast<double>(count);

    std::vector<std::size_t> numbers(one ? 1 : count);
    std::iota(numbers.begin(), numbers.end(), 0);
    std::shuffle(numbers.begin(), numbers.end(),
                 std::mt19937(1)); // not in the order in which they began to wait
    numbers.resize(std::min(numbers.size(), events));
    std::vector<std::uint64_t> took;
    took.reserve(numbers.size());
    asio::co_spawn(w.io, publish(w.hub, numbers, took, resumed), rethrow);
    w.run();
    if (resumed != (one ? count : numbers.size())) {
        throw std::runtime_error("not all waiters were resumed");
    }
    std::sort(took.begin(), took.end());
    const auto wake =
        static_cast<double>(took[took.size() / 2]) / 1000 / static_cast<double>(one ? count : 1);
    std::cout << R"({"waiters":)" << count << R"(,"for":")" << (one ? "one resource" : "a resource each")
              << R"(","bytes_each":)" << each << R"(,"wake_us":)" << wake << "}" << std::endl;
}

} // namespace

int main(int count, char** words)
{
    try {
        if (count != 3 && count != 4) {
            std::cerr << "usage: bench_waiters COUNT own|one [EVENTS]\n";
            return 2;
        }
        measure(std::strtoul(words[1], nullptr, 10), std::string_view(words[2]) == "one",
                count == 4 ? std::strtoul(words[3], nullptr, 10) : 1'000);
        std::_Exit(0); // without the destruction of all that still wait
    } catch (const std::exception& failure) {
        std::cerr << "bench_waiters: " << failure.what() << '\n';
        return 1;
    }
}
