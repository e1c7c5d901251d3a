// An emulator on a thread of its own, a client on this one.
#include "world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <unistd.h>

namespace counts {
namespace {

videosdk::emulator::server_options provider_options()
{
    videosdk::emulator::server_options options;
    options.service.api_key = "api-key-of-tests";
    options.service.secret = "a-secret-of-tests-of-some-length";
    options.service.send_webhooks = false;
    options.serial_executor = true;
    return options;
}

counting::counter found_counter()
{
    const auto found = counting::counter::find();
    if (!found) {
        throw std::runtime_error("run this under LD_PRELOAD=…/libcount_calls.so, as ctest does");
    }
    return *found;
}

/// A line in strace's output; the descriptor is none, so nothing is written.
void mark(std::string_view words)
{
    static_cast<void>(!::write(-1, words.data(), words.size()));
}

/// Which acquires are counted, of all that the workers make.
struct tally {
    const run_options& options;
    measurement figures;
    std::uint64_t done = 0;
    bool over = false;

    void note()
    {
        ++done;
        if (done == options.warm_up) {
            figures.begin();
        } else if (done == options.warm_up + options.calls) {
            figures.end();
            over = true;
        }
    }
};

asio::awaitable<std::size_t> acquire_one(videosdk::client& client)
{
    const auto units = co_await client.acquire(
        {.type = videosdk::resource_type::recording, .webhook_url = "https://hooks.example.com/videosdk"});
    co_return units.size();
}

asio::awaitable<void> acquire_on_and_on(videosdk::client& client, tally& all, asio::any_io_executor spawn_on)
{
    while (!all.over) {
        std::size_t got = 0;
        if (all.options.how == way::spawned) {
            got = co_await asio::co_spawn(spawn_on, acquire_one(client), asio::use_awaitable);
        } else {
            const auto units = co_await client.acquire({.type = videosdk::resource_type::recording,
                                                        .webhook_url = "https://hooks.example.com/videosdk"});
            got = units.size();
        }
        if (got != 1) {
            throw std::runtime_error("an acquire was not answered with one unit");
        }
        all.note();
    }
}

/// The client and its provider in turns, until the client has nothing left to do.
void run_in_turns(asio::io_context& client, provider& where, measurement& figures)
{
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!client.stopped()) {
        figures.go_on();
        client.poll();
        figures.pause();
        where.take_turn();
        if (std::chrono::steady_clock::now() > limit) {
            throw std::runtime_error("the acquires have not ended after a minute");
        }
    }
}

} // namespace

provider::provider(turns how)
{
    server_ = std::make_unique<videosdk::emulator::server>(io_.get_executor(), provider_options());
    server_->start();
    if (how == turns::of_its_own) {
        thread_ = std::thread([this] { io_.run(); });
    }
}

provider::~provider()
{
    server_->stop();
    guard_.reset();
    io_.stop();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void provider::take_turn()
{
    io_.poll();
}

measurement::measurement() : counter_(found_counter()) {}

void measurement::begin()
{
    before_ = counter_.read();
    mark("counting begins");
    begun_ = true;
    counter_.enable(true);
}

void measurement::pause()
{
    counter_.enable(false);
}

void measurement::go_on()
{
    counter_.enable(begun_);
}

void measurement::end()
{
    begun_ = false;
    counter_.enable(false);
    mark("counting ends");
    counted_ = counter_.read() - before_;
}

videosdk::client_options client_options_for(const provider& where)
{
    videosdk::client_options options;
    options.credentials =
        videosdk::credentials::key_and_secret("api-key-of-tests", "a-secret-of-tests-of-some-length");
    options.endpoint = where.url();
    options.tls.ca_pem = where.ca_pem();
    return options;
}

counting::call_counts count_acquires(provider& where, const run_options& options)
{
    asio::io_context io(1);
    videosdk::client_options chosen = client_options_for(where);
    chosen.serial_executor = options.serial_executor;
    chosen.observer = options.observer;
    videosdk::client client(io.get_executor(), chosen);
    tally all{options, measurement()};
    std::uint64_t running = options.in_flight;
    std::exception_ptr thrown;
    for (std::uint64_t i = 0; i < options.in_flight; ++i) {
        asio::co_spawn(io, acquire_on_and_on(client, all, asio::make_strand(io)),
                       [&](const std::exception_ptr& failure) {
                           thrown = failure ? failure : thrown;
                           all.over = all.over || failure;
                           if (--running == 0) {
                               client.close();
                           }
                       });
    }
    if (where.by_hand()) {
        run_in_turns(io, where, all.figures);
    } else {
        io.run();
    }
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return all.figures.counted();
}

std::string text_of(const counting::call_counts& counted)
{
    std::ostringstream out;
    for (std::size_t i = 0; i < counted.calls.size(); ++i) {
        if (counted.calls[i] != 0) {
            out << counting::call_names[i] << " " << counted.calls[i] << ", ";
        }
    }
    out << "all " << counted.all_calls() << ", allocations " << counted.allocations << ", frees "
        << counted.frees << ", bytes kept " << counted.bytes;
    return out.str();
}

double per(std::uint64_t total, std::uint64_t calls)
{
    return static_cast<double>(total) / static_cast<double>(calls);
}

} // namespace counts
