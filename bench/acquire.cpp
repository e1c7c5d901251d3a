// Contender: this library. Acquires as fast as it can, as a user would: token, JSON, verified certificate,
// deadline, answer parsed, its id compared.
#include "acquire.hpp"

#include "load.hpp"

#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <exception>
#include <stdexcept>
#include <string>

namespace {

namespace asio = boost::asio;

asio::awaitable<void> acquire_on_and_on(videosdk::client& client, bench::load& load,
                                        const std::string& expected)
{
    while (load.goes_on()) {
        const auto units =
            co_await client.acquire({.type = bench::acquired_type, .webhook_url = bench::webhook_url});
        if (units.size() != 1 || units.front().id != expected) {
            throw std::runtime_error("the answer is not the unit that was expected");
        }
        load.done();
    }
}

std::string run(const bench::load_options& options)
{
    asio::io_context io(1);
    videosdk::client_options chosen = bench::client_options_for(options.url);
    chosen.tls.ca_file = options.ca_file;
    chosen.pool.max_connections = options.in_flight;
    chosen.serial_executor = options.executor == "serial";
    videosdk::client client(io.get_executor(), chosen);

    bench::load load(options);
    asio::steady_timer time_is_up(io, std::chrono::seconds(options.seconds));
    if (options.seconds != 0) {
        time_is_up.async_wait([&load](const boost::system::error_code& failure) {
            if (!failure) {
                load.end();
            }
        });
    }
    std::exception_ptr thrown;
    std::uint64_t running = options.in_flight;
    for (std::uint64_t i = 0; i < options.in_flight; ++i) {
        asio::co_spawn(io, acquire_on_and_on(client, load, options.expected_id),
                       [&](const std::exception_ptr& failure) {
                           if (failure) {
                               thrown = failure;
                               load.end();
                           }
                           if (--running == 0) {
                               time_is_up.cancel();
                               client.close();
                           }
                       });
    }
    io.run();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return load.line();
}

} // namespace

int main(int count, char** words)
{
    return bench::run_main(count, words, run);
}
