// The loop that takes everybody's turns.
#include "stage.hpp"

#include "http/connection_pool.hpp"

#include <videosdk/token.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace test {
namespace {

constexpr std::string_view key = "api-key-of-tests";
constexpr std::string_view secret = "a-secret-that-must-never-be-printed";

/// So much time passes where nobody has anything to do: no more than it takes to find that out, so that no
/// deadline comes early on a slow machine. More where the proxy holds bytes back.
constexpr std::chrono::nanoseconds moment = 1us;
constexpr std::chrono::nanoseconds longest_moment = 1ms;

/// Nobody has done anything for so long that nobody will: some seconds.
constexpr std::uint64_t most_idle_steps = 3'000'000;

boost::asio::awaitable<std::uint64_t> open_connections(videosdk::client& client)
{
    const auto counts = co_await client.counts();
    co_return counts.connections_open;
}

} // namespace

const std::string& long_webhook_url()
{
    static const std::string url = "https://hooks.example.com/" + std::string(2000, 'x') + "/t0";
    return url;
}

stage::stage()
    : clock(std::make_shared<videosdk::manual_scheduler>()),
      provider(io.get_executor(), provider_options()),
      proxy((provider.start(), provider.port()), clock)
{
    clock->set_wall_clock(std::chrono::system_clock::now());
    options.credentials = videosdk::credentials::key_and_secret(std::string(key), std::string(secret));
    options.endpoint = "https://127.0.0.1:" + std::to_string(proxy.port());
    options.tls.ca_pem = provider.ca_pem();
    options.serial_executor = true;
    options.retry.backoff_base = 10us;
}

stage::~stage() = default;

videosdk::emulator::server_options stage::provider_options()
{
    videosdk::emulator::server_options made;
    made.service.api_key = key;
    made.service.secret = secret;
    made.service.send_webhooks = false;
    made.service.idle_after = 0ns;
    made.service.on_request = [this](const videosdk::emulator::request&) {
        if (on_next_request) {
            std::exchange(on_next_request, nullptr)();
        }
        return videosdk::emulator::fault();
    };
    made.serial_executor = true;
    return made;
}

void stage::step()
{
    io.restart();
    const bool handled = io.poll_one() != 0;
    const bool moved = proxy.turn();
    if (auto each = std::exchange(after_handler, nullptr); each && !each()) {
        after_handler = std::move(each);
    }
    if (handled || moved) {
        idle_steps_ = 0;
    } else {
        if (++idle_steps_ > most_idle_steps) {
            throw std::logic_error(why_stuck());
        }
        const auto now = clock->now();
        const auto due = proxy.next_due();
        clock->advance(due > now ? std::clamp<std::chrono::nanoseconds>(due == due.max() ? moment : due - now,
                                                                        moment, longest_moment)
                                 : moment);
    }
}

void stage::run_until(const std::function<bool()>& done)
{
    while (!done()) {
        step();
    }
}

std::string stage::why_stuck()
{
    std::ostringstream text;
    text << "nothing happens any more; the proxy's connections that are not closed:";
    for (std::size_t i = 0; i != proxy.links(); ++i) {
        const chaos_link& each = proxy.link(i);
        if (!each.closed()) {
            text << " #" << i << " of " << proxy.links() << (each.ended() ? " ended" : "") << " up "
                 << each.passed(flow::up) << "/" << each.seen(flow::up) << " down " << each.passed(flow::down)
                 << "/" << each.seen(flow::down) << ";";
        }
    }
    text << " the emulator: " << provider.statistics();
    return text.str();
}

videosdk::client stage::make_client()
{
    const auto pool = videosdk::http::make_connection_pool(io.get_executor(), clock,
                                                           *videosdk::http::parse_endpoint(options.endpoint),
                                                           options.tls, options.pool);
    return videosdk::client(io.get_executor(), options, pool, clock);
}

std::string stage::idle_resource()
{
    std::string id;
    auto acquire_one = [&](videosdk::client& client) -> boost::asio::awaitable<bool> {
        auto units = co_await client.acquire(
            {.type = videosdk::resource_type::recording, .webhook_url = long_webhook_url()});
        id = units.front().id;
        co_return true;
    };
    videosdk::client_options direct = options;
    direct.endpoint = "https://127.0.0.1:" + std::to_string(provider.port());
    videosdk::client client(io.get_executor(), direct);
    run(acquire_one(client));
    provider.with_service([](videosdk::emulator::service& which, auto now) { which.advance(now); });
    return id;
}

std::string stage::token() const
{
    return videosdk::mint_token(key, secret);
}

void stage::wait_for_connections(videosdk::client& client, std::uint64_t open)
{
    while (run(open_connections(client)) != open) {
        clock->advance(moment); // asking is never idle
    }
}

std::string_view code_name(const call_report& report)
{
    return report.succeeded ? "ok" : to_string(static_cast<videosdk::errc>(report.code.value()));
}

boost::asio::awaitable<call_report> acquire(videosdk::client& client, videosdk::call_options options)
{
    const auto got = co_await client.try_acquire(
        {.type = videosdk::resource_type::recording, .webhook_url = long_webhook_url()}, options);
    call_report report = call_report::of(got);
    report.succeeded = got.has_value() && got->size() == 1;
    co_return report;
}

boost::asio::awaitable<call_report> get(videosdk::client& client, std::string id,
                                        videosdk::call_options options)
{
    const auto got = co_await client.try_get(id, options);
    co_return call_report::of(got);
}

boost::asio::awaitable<call_report> release(videosdk::client& client, std::string id,
                                            videosdk::call_options options)
{
    const auto got = co_await client.try_release(id, options);
    call_report report = call_report::of(got);
    report.succeeded = got.has_value() && got->success;
    co_return report;
}

purchases::purchases(const stage& where) : stage_(where), units_before_(0), requests_before_(0)
{
    units_before_ = units();
    requests_before_ = requests();
}

std::uint64_t purchases::units() const
{
    return stage_.provider.statistics().resources_acquired - units_before_;
}

std::uint64_t purchases::requests() const
{
    return stage_.provider.statistics().count("acquire") - requests_before_;
}

} // namespace test
