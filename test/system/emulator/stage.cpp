// The parts of the stage.
#include "stage.hpp"

#include "http/connection_pool.hpp"
#include "http/endpoint.hpp"

#include <videosdk/token.hpp>

#include <utility>

namespace emulator_tests {

using videosdk::verb;

call::call(std::string token, verb method, std::string target, std::string body)
    : token_(std::move(token)),
      target_(std::move(target)),
      body_(std::move(body)),
      headers_{videosdk::header_view{"Authorization", token_},
               videosdk::header_view{"Content-Type", "application/json"},
               videosdk::header_view{"User-Agent", "emulator tests"}}
{
    request.method = method;
    request.target = target_;
    request.headers = headers_;
    request.body = body_;
}

void call::on_response(videosdk::response got)
{
    done = true;
    status = got.status();
    answer = got.body();
}

void call::on_failure(videosdk::exchange_failure why)
{
    done = true;
    failure = std::move(why);
}

stage::stage() : io(std::make_unique<asio::io_context>(1))
{
    options.service.api_key = "key";
    options.service.secret = "secret";
    options.service.idle_after = 1ms;
    options.service.redelivery.first_delay = 1ms;
    options.serial_executor = true;
}

stage::~stage()
{
    if (client) {
        client->shutdown();
        time->shutdown();
    }
}

void stage::start()
{
    provider = std::make_unique<emulator::server>(io->get_executor(), options);
    provider->start();
    time = videosdk::make_timer_scheduler(io->get_executor());
    trust(provider->ca_pem());
}

void stage::trust(const std::string& ca_pem)
{
    if (client) {
        client->shutdown();
    }
    videosdk::tls_options roots;
    roots.ca_pem = ca_pem;
    client = http::make_connection_pool(io->get_executor(), time, *http::parse_endpoint(provider->url()),
                                        roots, videosdk::pool_options());
}

namespace {

asio::awaitable<http::server_response> take(stage& here, const http::server_request& what)
{
    seen_webhook got;
    got.target = what.target;
    got.body = what.body;
    got.signature = what.header("videosdk-signature").value_or("");
    here.seen.push_back(std::move(got));
    co_return http::server_response(here.receiver_status, "");
}

} // namespace

void stage::start_receiver(std::optional<http::server_tls> tls)
{
    http::server_options wanted;
    wanted.tls = std::move(tls);
    receiver = std::make_unique<http::server>(
        io->get_executor(), "127.0.0.1:0", wanted,
        [this](const http::server_request& what) { return take(*this, what); });
    receiver->start();
}

std::string stage::receiver_url() const
{
    return "localhost:" + std::to_string(receiver->port()) + "/hooks/token/?a=b";
}

std::unique_ptr<call> stage::begin(verb method, std::string target, std::string body)
{
    auto made = std::make_unique<call>(videosdk::mint_token("key", "secret"), method, std::move(target),
                                       std::move(body));
    made->deadline = time->now() + 30s;
    client->start(*made);
    return made;
}

std::unique_ptr<call> stage::post(std::string target, std::string body)
{
    auto made = begin(verb::post, std::move(target), std::move(body));
    run_until([&] { return made->done; });
    return made;
}

std::unique_ptr<call> stage::begin_acquire()
{
    const std::string url = receiver ? "http://" + receiver_url() : "http://127.0.0.1:9/";
    return begin(verb::post, "/v2/resource/acquire", R"({"type":"recording","webhookUrl":")" + url + "\"}");
}

std::unique_ptr<call> stage::acquire()
{
    auto made = begin_acquire();
    run_until([&] { return made->done; });
    return made;
}

void stage::run_until(const std::function<bool()>& done)
{
    while (!done()) {
        if (io->stopped()) {
            io->restart();
        }
        // The limit only ends a test that has failed.
        BOOST_REQUIRE_MESSAGE(io->run_one_for(60s) > 0, "nothing happens any more");
    }
}

void stage::settle()
{
    if (io->stopped()) {
        io->restart();
    }
    io->poll();
}

} // namespace emulator_tests
