// A client over a scripted transport and virtual time, and a way to run one call to its end.
#pragma once

#include "../../support/scripted_transport.hpp"

#include <videosdk/client.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace test {

using namespace std::chrono_literals;

inline constexpr std::string_view one_unit =
    R"({"success":true,"data":[{"id":"64f1a2b3c4d5e6f7a8b9c0d1","status":"pending","type":"recording",)"
    R"("mode":"video-and-audio","quality":"med","composerIds":[],"webhookUrl":"https://hooks.example.com/t0"}]})";

inline const videosdk::acquire_request one_recording{.type = videosdk::resource_type::recording,
                                                     .webhook_url = "https://hooks.example.com/t0"};

inline bool has(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

inline videosdk::client_options quiet_options()
{
    videosdk::client_options options;
    options.credentials = videosdk::credentials::key_and_secret("api-key-of-tests", "a-secret-of-tests");
    options.serial_executor = true;
    return options;
}

struct client_fixture {
    explicit client_fixture(videosdk::client_options settings = quiet_options())
        : time(std::make_shared<videosdk::manual_scheduler>()),
          carrier(std::make_shared<scripted_transport>(io.get_executor(), time)),
          client(std::in_place, io.get_executor(), settings, carrier, time)
    {
    }

    /// Runs what can run without time.
    void settle()
    {
        io.restart();
        io.poll();
    }

    /// Awaits one result to its end, moving time from alarm to alarm.
    template <class T>
    T finish(boost::asio::awaitable<T> what)
    {
        std::optional<T> got;
        std::exception_ptr thrown;
        boost::asio::co_spawn(io, std::move(what), [&](std::exception_ptr failure, T value) {
            thrown = failure;
            got.emplace(std::move(value));
        });
        settle();
        while (!got && time->advance_to_next()) {
            settle();
        }
        BOOST_REQUIRE(got.has_value());
        if (thrown) {
            std::rethrow_exception(thrown);
        }
        return std::move(*got);
    }

    boost::asio::io_context io;
    std::shared_ptr<videosdk::manual_scheduler> time;
    std::shared_ptr<scripted_transport> carrier;
    std::optional<videosdk::client> client;
};

/// A coroutine that writes down what became of one try_ call.
template <class T>
boost::asio::awaitable<void> note(boost::asio::awaitable<videosdk::result<T>> call,
                                  std::optional<videosdk::result<T>>& into)
{
    videosdk::result<T> got = co_await std::move(call);
    into.emplace(std::move(got));
}

/// Starts a call whose end is written down, with a signal to cancel it by.
template <class T>
struct started {
    started(boost::asio::io_context& io, boost::asio::awaitable<videosdk::result<T>> call)
    {
        boost::asio::co_spawn(
            io, note<T>(std::move(call), outcome),
            boost::asio::bind_cancellation_slot(signal.slot(), [this](std::exception_ptr failure) {
                ended = true;
                thrown = failure;
            }));
    }
    std::optional<videosdk::result<T>> outcome;
    std::exception_ptr thrown;
    bool ended = false;
    boost::asio::cancellation_signal signal;
};

} // namespace test
