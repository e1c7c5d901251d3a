// Running one awaitable to its end, and clients for servers of the tests.
#pragma once

#include <videosdk/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <string>

namespace test {

using namespace std::chrono_literals;

inline constexpr std::string_view secret_of_tests = "a-secret-that-must-never-be-printed";

inline videosdk::client_options options_for(const std::string& endpoint, const std::string& ca_pem = {})
{
    videosdk::client_options options;
    options.credentials =
        videosdk::credentials::key_and_secret("api-key-of-tests", std::string(secret_of_tests));
    options.endpoint = endpoint;
    options.tls.ca_pem = ca_pem;
    options.serial_executor = true;
    return options;
}

inline constexpr std::string_view unit_json =
    R"({"id":"64f1a2b3c4d5e6f7a8b9c0d1","status":"idle","type":"recording","mode":"video-and-audio",)"
    R"("quality":"med","composerIds":[],"webhookUrl":"https://hooks.example.com/t0"})";

/// Runs the context until the awaitable has completed, and no longer.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> what)
{
    std::optional<T> got;
    std::exception_ptr thrown;
    boost::asio::co_spawn(io, std::move(what), [&](std::exception_ptr failure, T value) {
        thrown = failure;
        got.emplace(std::move(value));
    });
    io.restart();
    while (!got && io.run_one() != 0) {}
    BOOST_REQUIRE(got.has_value());
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return std::move(*got);
}

inline bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

/// The error of a call that must fail, after a look that its text names the call and holds no secret.
template <class T>
videosdk::error failure_of(boost::asio::io_context& io, boost::asio::awaitable<videosdk::result<T>> call,
                           std::string_view name)
{
    const videosdk::result<T> got = run(io, std::move(call));
    BOOST_REQUIRE(got.has_error());
    const std::string text = got.error().what();
    BOOST_TEST(contains(text, name), text);
    BOOST_TEST(!contains(text, secret_of_tests), text);
    BOOST_TEST(!contains(text, "eyJ"), text); // How every JWT begins.
    return got.error();
}

} // namespace test
