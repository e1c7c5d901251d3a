// Webhooks behind a Beast server that is there already and keeps its own routes: it hands over what comes
// below /hooks/, and answers with the verdict.
//
// VIDEOSDK_LISTEN is where it listens, VIDEOSDK_PUBLIC_URL where the service reaches that from outside.
// Without an account: with_emulator --webhooks own_server
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using namespace std::chrono_literals;
using text_request = http::request<http::string_body>;
using text_response = http::response<http::string_body>;

/// The whole of the work: the request as views, and the verdict as an answer.
asio::awaitable<text_response> webhook(videosdk::webhook_receiver& receiver, const text_request& request)
{
    std::vector<videosdk::header_view> headers;
    for (const auto& each : request) {
        headers.push_back({each.name_string(), each.value()});
    }
    const videosdk::webhook_verdict verdict = co_await receiver.accept({.method = request.method_string(),
                                                                        .target = request.target(),
                                                                        .headers = headers,
                                                                        .body = request.body()});
    text_response answer(static_cast<http::status>(verdict.status), request.version());
    if (verdict.retry_after) {
        answer.set(http::field::retry_after, std::to_string(verdict.retry_after->count()));
    }
    co_return answer; // verdict.reason is for your log: senders need not know
}

/// A route that was there before.
text_response version(const text_request& request)
{
    text_response answer(http::status::ok, request.version());
    answer.body() = "studio 1.0\n";
    return answer;
}

asio::awaitable<void> serve_connection(tcp::socket socket, videosdk::webhook_receiver& receiver)
{
    boost::beast::tcp_stream stream(std::move(socket));
    boost::beast::flat_buffer buffer;
    bool keep_alive = true;
    while (keep_alive) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(64 * 1024);
        stream.expires_after(30s);
        co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
        const text_request request = parser.release();

        text_response answer(http::status::not_found, request.version());
        if (std::string_view(request.target()).starts_with("/hooks/")) {
            answer = co_await webhook(receiver, request);
        } else if (request.target() == "/version") {
            answer = version(request);
        }
        keep_alive = request.keep_alive();
        answer.keep_alive(keep_alive);
        answer.prepare_payload();
        co_await http::async_write(stream, answer, asio::use_awaitable);
    }
}

asio::awaitable<void> accept_connections(tcp::acceptor& acceptor, videosdk::webhook_receiver& receiver)
{
    while (acceptor.is_open()) {
        tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        asio::co_spawn(acceptor.get_executor(), serve_connection(std::move(socket), receiver),
                       asio::detached);
    }
}

tcp::endpoint endpoint_of(const std::string& address) // numeric, as `127.0.0.1:8080`
{
    const auto colon = address.rfind(':');
    return {asio::ip::make_address(address.substr(0, colon)),
            static_cast<std::uint16_t>(std::stoul(address.substr(colon + 1)))};
}

std::string environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

asio::awaitable<void> run(videosdk::client& client)
{
    videosdk::event_hub hub(client);
    videosdk::webhook_options hooks;
    hooks.public_url = environment("VIDEOSDK_PUBLIC_URL") + "/hooks"; // the receiver's URLs are below it
    videosdk::webhook_receiver receiver(client, hub, hooks);

    auto executor = co_await asio::this_coro::executor;
    tcp::acceptor acceptor(executor, endpoint_of(environment("VIDEOSDK_LISTEN")));
    asio::co_spawn(executor, accept_connections(acceptor, receiver), asio::detached);

    co_await receiver.self_test(); // throws where no webhook would arrive
    auto units = co_await client.acquire(
        {.type = videosdk::resource_type::recording, .webhook_url = receiver.webhook_url()});
    const std::string id = units.front().id;
    const auto idle = co_await hub.wait_for(id, videosdk::resource_status::idle, {.timeout = 60s});
    std::cout << idle << '\n';
    co_await client.release(id);

    const auto counts = co_await hub.counts();
    std::cout << receiver.counts() << '\n' << counts << '\n';
    acceptor.close();
    client.close();
}

int main()
{
    try {
        videosdk::client_options options;
        options.credentials = videosdk::credentials::from_environment(); // VIDEOSDK_API_KEY, VIDEOSDK_SECRET
        options.endpoint = videosdk::endpoint_from_environment();        // VIDEOSDK_API_ENDPOINT, if set

        asio::io_context context;
        videosdk::client client(context.get_executor(), options);
        asio::co_spawn(context, run(client), [&context](std::exception_ptr failure) {
            context.stop(); // connections that idle need not be waited for
            if (failure) {
                std::rethrow_exception(failure);
            }
        });
        context.run();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
