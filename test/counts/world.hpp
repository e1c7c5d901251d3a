// An emulator on a thread of its own, a client on this one, and calls that are counted on this one only.
#pragma once

#include "counting/call_counts.hpp"

#include <videosdk/client.hpp>
#include <videosdk/emulator.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace counts {

namespace asio = boost::asio;

/// Where the provider runs.
enum class turns {
    of_its_own, ///< On a thread, beside the client: how many answers have come when the client looks,
                ///< differs.
    by_hand ///< On the client's thread, when told: all that were asked for have come when the client looks.
};

/// The provider, over TLS on loopback.
class provider {
public:
    explicit provider(turns how = turns::of_its_own);
    ~provider();

    /// Whether take_turn() is to be called.
    bool by_hand() const noexcept { return !thread_.joinable(); }
    /// Answers all that has been asked by now.
    void take_turn();

    std::string url() const { return server_->url(); }
    const std::string& ca_pem() const { return server_->ca_pem(); }

private:
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard_ = asio::make_work_guard(io_);
    std::unique_ptr<videosdk::emulator::server> server_;
    std::thread thread_;
};

/// Calls between begin() and end(), on this thread. strace sees the borders too, as writes to no file.
class measurement {
public:
    measurement();
    void begin();
    void end();
    // In between, for what is not to be counted.
    void pause();
    void go_on();
    const counting::call_counts& counted() const noexcept { return counted_; }

private:
    counting::counter counter_;
    bool begun_ = false;
    counting::call_counts before_;
    counting::call_counts counted_;
};

/// As the library has it, or with a coroutine spawned for each call, to see that it would show.
enum class way { awaited, spawned };

struct run_options {
    way how = way::awaited;
    bool serial_executor = true;
    std::uint64_t in_flight = 64;
    std::uint64_t warm_up = 2'000; ///< Acquires before those that are counted.
    std::uint64_t calls = 10'000;
    std::shared_ptr<videosdk::observer> observer = {};
};

/// What `calls` acquires of `in_flight` workers cost, while the workers go on at both ends.
counting::call_counts count_acquires(provider& where, const run_options& options);

videosdk::client_options client_options_for(const provider& where);

/// A line for people and scripts: "recvmsg 2000, sendmsg 1000 …, all 3900, allocations 9000".
std::string text_of(const counting::call_counts& counted);

double per(std::uint64_t total, std::uint64_t calls);

} // namespace counts
