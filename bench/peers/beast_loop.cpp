// Contender: the least that one can write with Beast. A coroutine and a TLS connection each, one exchange
// after the other; the answer's JSON read, and id, status and webhook URL compared. No pool, deadline, retry
// or error report: what does not go well ends the program.
#include "../answer.hpp"
#include "../coroutines.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

http::request<http::string_body> request_in(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    http::request_parser<http::string_body> parser;
    parser.eager(true);
    boost::system::error_code failure;
    parser.put(asio::buffer(bytes), failure);
    if (failure || !parser.is_done()) {
        throw std::runtime_error("--request " + file + " is not one whole request");
    }
    return parser.release();
}

tcp::endpoint endpoint_in(const std::string& url)
{
    const std::size_t host = std::string("https://").size();
    const std::size_t colon = url.rfind(':');
    return {asio::ip::make_address(url.substr(host, colon - host)),
            static_cast<unsigned short>(std::stoul(url.substr(colon + 1)))};
}

asio::awaitable<void> exchange_on_and_on(asio::io_context& io, asio::ssl::context& tls, tcp::endpoint where,
                                         http::request<http::string_body> request, bench::load& load,
                                         std::string expected)
{
    asio::ssl::stream<tcp::socket> stream(io, tls);
    const std::string address = where.address().to_string();
    stream.set_verify_callback(asio::ssl::host_name_verification(address));
    co_await stream.next_layer().async_connect(where, asio::use_awaitable);
    stream.next_layer().set_option(tcp::no_delay(true));
    co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);

    boost::beast::flat_buffer buffer;
    while (load.goes_on()) {
        const auto begun = bench::call_clock::now();
        co_await http::async_write(stream, request, asio::use_awaitable);
        http::response<http::string_body> response;
        co_await http::async_read(stream, buffer, response, asio::use_awaitable);
        if (response.result() != http::status::ok) {
            bench::throw_wrong_answer();
        }
        bench::check_answer(response.body(), expected);
        load.done(begun);
    }
}

std::string run(const bench::load_options& options)
{
    asio::io_context io(1);
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.set_verify_mode(asio::ssl::verify_peer);
    tls.load_verify_file(options.ca_file);
    const tcp::endpoint where = endpoint_in(options.url);
    const http::request<http::string_body> request = request_in(options.request_file);

    // Nowhere to wait for a connection: a call in flight is a connection.
    bench::load_options limited = options;
    limited.in_flight = options.open_connections();
    return bench::run_in_flight(io, limited, [&](bench::load& load) {
        return exchange_on_and_on(io, tls, where, request, load, options.expected_id);
    });
}

} // namespace

int main(int count, char** words)
{
    return bench::run_main(count, words, run);
}
