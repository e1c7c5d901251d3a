// Contender: this library. Acquires as fast as it can, as a user would: token, JSON, verified certificate,
// deadline, answer parsed, its id, status and webhook URL compared.
#include "acquire.hpp"

#include "coroutines.hpp"

#include <videosdk/videosdk.hpp>

#include <boost/asio/io_context.hpp>

#include <string>

namespace {

namespace asio = boost::asio;

asio::awaitable<void> acquire_on_and_on(videosdk::client& client, bench::load& load,
                                        const std::string& expected)
{
    while (load.goes_on()) {
        const auto begun = bench::call_clock::now();
        const auto units =
            co_await client.acquire({.type = bench::acquired_type, .webhook_url = bench::webhook_url});
        if (units.size() != 1 || units.front().id != expected ||
            units.front().status != videosdk::resource_status::pending ||
            units.front().webhook_url != bench::expected_webhook_url) {
            bench::throw_wrong_answer();
        }
        load.done(begun);
    }
}

std::string run(const bench::load_options& options)
{
    asio::io_context io(1);
    videosdk::client_options chosen = bench::client_options_for(options.url);
    chosen.tls.ca_file = options.ca_file;
    chosen.pool.max_connections = options.open_connections();
    chosen.serial_executor = options.executor == "serial";
    videosdk::client client(io.get_executor(), chosen);

    return bench::run_in_flight(
        io, options, [&](bench::load& load) { return acquire_on_and_on(client, load, options.expected_id); },
        [&] { client.close(); });
}

} // namespace

int main(int count, char** words)
{
    return bench::run_main(count, words, run);
}
