// The second server as the checks see it: a client of it, and the word it takes and gives about its requests.
#pragma once

#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace second_server {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;

/// Runs the context until the awaitable has completed, and no longer.
template <class T>
T run(asio::io_context& io, asio::awaitable<T> what)
{
    std::optional<T> got;
    std::exception_ptr thrown;
    asio::co_spawn(io, std::move(what), [&](std::exception_ptr failure, T value) {
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

inline void run(asio::io_context& io, asio::awaitable<void> what)
{
    run(io, [](asio::awaitable<void> inner) -> asio::awaitable<std::monostate> {
        co_await std::move(inner);
        co_return std::monostate();
    }(std::move(what)));
}

/// Key, secret and endpoint as the runner put them into the environment. The endpoint ends in /v2/.
inline videosdk::client_options options_of_environment()
{
    videosdk::client_options options;
    options.credentials = videosdk::credentials::from_environment();
    options.endpoint = videosdk::endpoint_from_environment();
    options.tls.ca_file = std::getenv("SECOND_SERVER_CA");
    options.serial_executor = true;
    return options;
}

class stage {
public:
    explicit stage(const videosdk::client_options& options = options_of_environment())
        : client(io.get_executor(), options)
    {
    }

    asio::io_context io;
    videosdk::client client;

    template <class T>
    T run(asio::awaitable<T> what)
    {
        return second_server::run(io, std::move(what));
    }
    void run(asio::awaitable<void> what) { second_server::run(io, std::move(what)); }

    /// Tells the server something that is no call of the API.
    json::value control(std::string_view order, const json::object& what)
    {
        const std::string path = "/v2/control/" + std::string(order);
        const std::string body = json::serialize(what);
        return json::parse(run(client.request(videosdk::verb::post, path, body)).body);
    }

    /// The next answers of the API are of this form, by the names in failures.mjs.
    void next(std::string_view form, json::object how = {}) // NOLINT(performance-unnecessary-value-param)
    {
        how["as"] = form;
        control("next", how);
    }

    /// How many requests came for this path, and which was the last.
    std::int64_t count(std::string_view path) { return seen(path).at("count").as_int64(); }
    json::object last(std::string_view path) { return seen(path).at("last").as_object(); }
    json::object last_body(std::string_view path)
    {
        return json::parse(last(path).at("body").as_string()).as_object();
    }

private:
    json::value seen(std::string_view path) { return control("seen", {{"path", path}}); }
};

inline constexpr std::string_view hook = "https://www.hooks.example.com/edge/videosdk";

inline bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

} // namespace second_server
