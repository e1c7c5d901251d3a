// Fixed work for a counter of instructions. One process serves, another makes so many acquires of it, one
// after the other; events are signed beforehand, by another process too, and so many are taken in.
//
//   compiler                  prints which one made this program, since figures of different ones are not
//   comparable serve                     prints its URL and its certificate, and serves until its input ends
//   acquire COUNT FILE        FILE has what `serve` printed
//   sign COUNT                prints a public key and signed events, one a line
//   take COUNT FILE           FILE has what `sign` printed; at most as many events as are in it
//   wake COUNT                events for so many of 2,000 that wait, each for a resource of its own
#include "signed_events.hpp"

#include <videosdk/emulator.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::string_view token_key = "a-token-key-of-tests-of-some-length";

void require(bool holds, const char* what)
{
    if (!holds) {
        throw std::runtime_error(what);
    }
}

void rethrow(const std::exception_ptr& failure)
{
    if (failure) {
        std::rethrow_exception(failure);
    }
}

std::string text_of(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    std::string out{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    require(!out.empty(), "the file that should have been prepared is empty");
    return out;
}

void print_compiler()
{
#if defined(__clang__)
    std::cout << "clang-" << __clang_major__ << '\n';
#else
    std::cout << "g++-" << __GNUC__ << '\n';
#endif
}

// Acquires.

videosdk::client_options client_options()
{
    videosdk::client_options out;
    out.credentials =
        videosdk::credentials::key_and_secret("api-key-of-tests", "a-secret-of-tests-of-some-length");
    out.serial_executor = true;
    return out;
}

/// Answers late, so that a client which looks for the answer at once never finds it, however slowly it runs:
/// what it does is then the same each time.
void serve()
{
    asio::io_context io(1);
    videosdk::emulator::server_options options;
    options.service.api_key = "api-key-of-tests";
    options.service.secret = "a-secret-of-tests-of-some-length";
    options.service.send_webhooks = false;
    options.service.sign_webhooks = false;
    options.service.on_request = [](const videosdk::emulator::request&) {
        return videosdk::emulator::fault::delay(3ms);
    };
    options.serial_executor = true;
    videosdk::emulator::server server(io.get_executor(), options);
    server.start();
    std::cout << server.url() << '\n' << server.ca_pem() << std::flush;
    asio::posix::stream_descriptor input(io, ::dup(0));
    std::array<char, 8> ignored{};
    input.async_read_some(asio::buffer(ignored), [&](const auto&, std::size_t) { io.stop(); });
    io.run();
}

asio::awaitable<void> acquire_all(videosdk::client& client, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i) {
        const auto units = co_await client.acquire({.type = videosdk::resource_type::recording,
                                                    .webhook_url = "https://hooks.example.com/videosdk"});
        require(units.size() == 1 && units.front().id.size() == 24,
                "an acquire was not answered with one unit");
    }
    client.close();
}

void acquire(std::size_t count, const std::string& file)
{
    const std::string served = text_of(file);
    const std::size_t end_of_url = served.find('\n');
    asio::io_context io(1);
    videosdk::client_options options = client_options();
    options.endpoint = served.substr(0, end_of_url);
    options.tls.ca_pem = served.substr(end_of_url + 1);
    videosdk::client client(io.get_executor(), options);
    asio::co_spawn(io, acquire_all(client, count), rethrow);
    io.run();
}

// Events.

asio::awaitable<void> wait_for_all(videosdk::event_hub& hub, std::size_t count, std::size_t& resumed)
{
    for (std::size_t i = 0; i < count; ++i) {
        const videosdk::resource unit =
            co_await hub.wait_for(bench::id_of(i), videosdk::resource_status::idle, {.timeout = 10h});
        require(unit.status == videosdk::resource_status::idle, "a wait ended with another status");
        ++resumed;
    }
}

asio::awaitable<void> take_all(videosdk::webhook_receiver& receiver, const bench::signed_events& events,
                               std::size_t count, const std::size_t& resumed)
{
    const std::string url = receiver.webhook_url();
    const std::string path = url.substr(url.find("/videosdk/"));
    for (std::size_t i = 0; i < count; ++i) {
        const bench::signed_event& each = events.all[i];
        const std::string length = std::to_string(each.body.size());
        const std::array<videosdk::header_view, 4> headers{{{"Host", "hooks.example.com"},
                                                            {"Content-Type", "application/json"},
                                                            {"Content-Length", length},
                                                            {"videosdk-signature", each.signature}}};
        const videosdk::webhook_verdict told = co_await receiver.accept(
            {.method = "POST", .target = path, .headers = headers, .body = each.body});
        require(told.status == 200 && resumed == i + 1, "an event did not resume its waiter");
    }
}

videosdk::event_hub_options patient()
{
    videosdk::event_hub_options out;
    out.poll_after = 10h;
    out.poll_interval_cap = 10h;
    return out;
}

void take(std::size_t count, const std::string& file)
{
    const bench::signed_events events(file);
    require(count <= events.all.size(), "too few events were signed");
    asio::io_context io(1);
    videosdk::client client(io.get_executor(), client_options());
    videosdk::event_hub hub(client, patient());
    videosdk::webhook_options hooks;
    hooks.public_url = "https://hooks.example.com/videosdk";
    hooks.public_key_pem = events.public_pem;
    hooks.token_keys = {std::string(token_key)};
    videosdk::webhook_receiver receiver(client, hub, hooks);
    std::size_t resumed = 0;
    asio::co_spawn(io, wait_for_all(hub, count, resumed), rethrow);
    asio::co_spawn(io, take_all(receiver, events, count, resumed), rethrow);
    io.run();
}

// Waits.

asio::awaitable<void> wait_for_one(videosdk::event_hub& hub, std::size_t number, std::size_t& resumed)
{
    const videosdk::resource unit =
        co_await hub.wait_for(bench::id_of(number), videosdk::resource_status::idle, {.timeout = 10h});
    resumed += unit.status == videosdk::resource_status::idle ? 1 : 0;
}

/// In no order.
asio::awaitable<void> wake_some(videosdk::event_hub& hub, std::size_t count, std::size_t waiting)
{
    constexpr std::size_t stride = 1'009; // a prime that does not divide `waiting`, so that none comes twice
    for (std::size_t i = 0; i < count; ++i) {
        videosdk::event what;
        what.type = videosdk::event_type::resource_acquired;
        what.resource_id = bench::id_of(i * stride % waiting);
        const videosdk::verdict told = co_await hub.publish(std::move(what));
        require(told == videosdk::verdict::accepted, "an event was no news");
    }
}

void wake(std::size_t count)
{
    constexpr std::size_t waiting = 2'000;
    require(count <= waiting, "too few wait");
    asio::io_context io(1);
    videosdk::client client(io.get_executor(), client_options());
    videosdk::event_hub hub(client, patient());
    std::size_t resumed = 0;
    for (std::size_t i = 0; i < waiting; ++i) {
        asio::co_spawn(io, wait_for_one(hub, i, resumed), rethrow);
    }
    io.poll();
    asio::co_spawn(io, wake_some(hub, count, waiting), rethrow);
    io.poll();
    require(resumed == count, "events did not resume their waiters");
    std::_Exit(0); // without the end of those that wait still, which are fewer the more were resumed
}

int run(const std::vector<std::string>& words)
{
    const std::string what = words.empty() ? "" : words.front();
    const std::size_t count = words.size() > 1 ? std::strtoul(words[1].c_str(), nullptr, 10) : 0;
    if (what == "compiler" && words.size() == 1) {
        print_compiler();
    } else if (what == "serve" && words.size() == 1) {
        serve();
    } else if (what == "acquire" && words.size() == 3) {
        acquire(count, words[2]);
    } else if (what == "sign" && words.size() == 2) {
        bench::write_signed_events(std::cout, count);
    } else if (what == "take" && words.size() == 3) {
        take(count, words[2]);
    } else if (what == "wake" && words.size() == 2) {
        wake(count);
    } else {
        std::cerr << "usage: fixed_work compiler | serve | acquire COUNT FILE | sign COUNT | take COUNT FILE "
                     "| wake COUNT\n";
        return 2;
    }
    return 0;
}

} // namespace

int main(int count, char** words)
{
    try {
        return run({words + 1, words + count});
    } catch (const std::exception& failure) {
        std::cerr << "fixed_work: " << failure.what() << '\n';
        return 1;
    }
}
