// Client, proxy and emulator in one thread, handler by handler, under a clock of the test's own: what happens
// between two handlers is decided by events and byte counts, and time passes only when nothing else does.
#pragma once

#include "support/chaos_proxy.hpp"

#include <videosdk/client.hpp>
#include <videosdk/emulator.hpp>
#include <videosdk/scheduler.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace test {

using namespace std::chrono_literals;
using test_support::chaos_link;
using test_support::chaos_proxy;
using test_support::door;
using test_support::ending;
using test_support::flow;
using test_support::flow_plan;
using test_support::link_plan;

/// A webhook URL as long as the API allows: requests and answers are then a few kilobytes long.
const std::string& long_webhook_url();

class stage {
public:
    stage();
    ~stage();

    boost::asio::io_context io;
    const std::shared_ptr<videosdk::manual_scheduler> clock;
    videosdk::emulator::server provider;
    chaos_proxy proxy;
    /// Options for a client that goes through the proxy.
    videosdk::client_options options;
    /// Called once, when the emulator has read its next whole request and has not acted on it yet.
    std::function<void()> on_next_request;
    /// Called after each handler and the proxy's turn behind it, until it returns true.
    std::function<bool()> after_handler;

    /// One handler, and a turn of the proxy; where there was neither, a moment passes. Throws
    /// std::logic_error when there has been neither for so long that there will not be.
    void step();
    /// Steps until the awaitable has completed, and no longer.
    template <class T>
    T run(boost::asio::awaitable<T> what)
    {
        std::optional<T> got;
        std::exception_ptr thrown;
        boost::asio::co_spawn(io, std::move(what), [&](std::exception_ptr failure, T value) {
            thrown = failure;
            got.emplace(std::move(value));
        });
        while (!got) {
            step();
        }
        if (thrown) {
            std::rethrow_exception(thrown);
        }
        return std::move(*got);
    }
    void run_until(const std::function<bool()>& done);

    /// A client with a pool of its own, under the stage's clock.
    videosdk::client make_client();
    /// An idle resource, acquired past the proxy.
    std::string idle_resource();
    /// A token for whoever speaks HTTP by hand.
    std::string token() const;
    /// Steps until the client has as many connections.
    void wait_for_connections(videosdk::client& client, std::uint64_t open);

private:
    videosdk::emulator::server_options provider_options();
    std::string why_stuck();

    std::uint64_t idle_steps_ = 0;
};

/// What one call brought.
struct call_report {
    bool succeeded = false;
    boost::system::error_code code;
    std::optional<videosdk::outcome> outcome;
    std::optional<videosdk::effect> effect;
    std::string text; ///< Of the error.

    template <class T>
    static call_report of(const videosdk::result<T>& got)
    {
        call_report report;
        report.succeeded = got.has_value();
        if (got.has_error()) {
            report.code = got.error().code();
            report.outcome = got.error().outcome();
            report.effect = got.error().effect();
            report.text = got.error().what();
        }
        return report;
    }
};

std::string_view code_name(const call_report& report);

/// One unit by a long webhook URL.
boost::asio::awaitable<call_report> acquire(videosdk::client& client, videosdk::call_options options = {});
boost::asio::awaitable<call_report> get(videosdk::client& client, std::string id,
                                        videosdk::call_options options = {});
/// A success only where the answer says "released".
boost::asio::awaitable<call_report> release(videosdk::client& client, std::string id,
                                            videosdk::call_options options = {});

/// Units ever acquired, and requests that asked for some, since it was made.
class purchases {
public:
    explicit purchases(const stage& where);
    std::uint64_t units() const;
    std::uint64_t requests() const;

private:
    const stage& stage_;
    std::uint64_t units_before_;
    std::uint64_t requests_before_;
};

} // namespace test
