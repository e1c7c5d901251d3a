// The whole way of two resources: acquired over one connection, awaited by webhook, one of them recording,
// both released.
//
// Plays VideoSDK's service itself, in this process, with a TLS certificate made on the spot. With
// VIDEOSDK_API_KEY, VIDEOSDK_SECRET and VIDEOSDK_PUBLIC_URL (where the service reaches this program from
// outside) in the environment it goes to the real one; then VIDEOSDK_ROOM_ID names the meeting to record
// (without it nothing is recorded), VIDEOSDK_LISTEN the address to listen on (0.0.0.0:8080), and
// VIDEOSDK_API_ENDPOINT another endpoint.
#include "quickstart_settings.hpp"

#include <videosdk/emulator.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <iomanip>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace asio = boost::asio;
using namespace std::chrono_literals;
using videosdk::resource_status;

namespace {

/// Prints each step with the time since the first.
class journal {
public:
    std::ostream& step()
    {
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin_;
        return std::cout << std::fixed << std::setprecision(3) << std::setw(7) << passed.count() << " s  ";
    }

private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// What is ours at the provider, and costs money until it is given back.
class holdings {
public:
    holdings() = default;

    std::vector<std::string> units;
    std::string recording; // the composition that runs, if one does
};

/// The parts that work together.
class parties {
public:
    parties(asio::any_io_executor executor, const settings& chosen, const videosdk::emulator::server* played)
        : provider(played),
          client(executor, client_options_of(chosen)),
          hub(client),
          receiver(client, hub, webhook_options_of(chosen)),
          listener(executor, receiver, chosen.listen)
    {
    }

    const videosdk::emulator::server* provider; // null when it is the real one
    videosdk::client client;
    videosdk::event_hub hub;
    videosdk::webhook_receiver receiver;
    videosdk::webhook_listener listener;
    journal log;
    holdings ours;
};

asio::awaitable<void> acquire_two(parties& all)
{
    for (int i = 0; i < 2; ++i) {
        // A URL of its own for each acquire: what comes there is about this resource.
        const std::string url = all.receiver.webhook_url();
        auto granted = co_await all.client.acquire(
            {.type = videosdk::resource_type::recording, .webhook_url = url, .units = 1},
            {.cancellable = false}); // a grant that came after Ctrl-C would be nobody's
        for (const auto& unit : granted) {
            all.ours.units.push_back(unit.id);
            all.log.step() << "acquired " << unit.id << ", " << unit.status << '\n';
        }
    }
    const auto counts = co_await all.client.counts();
    if (all.provider != nullptr) {
        const auto seen = all.provider->statistics();
        all.log.step() << "the service has accepted " << seen.connections_accepted << " connection(s), with "
                       << seen.tls_handshakes << " TLS handshake(s)\n";
    }
    all.log.step() << counts.exchanges << " requests over " << counts.connections_opened
                   << " connection(s) of the client\n";
}

asio::awaitable<void> await_idle(parties& all)
{
    for (const auto& id : all.ours.units) {
        auto unit = co_await all.hub.wait_for(id, resource_status::idle, {.timeout = 3min});
        all.log.step() << unit.id << " is " << unit.status << '\n';
    }
    const auto webhooks = all.receiver.counts();
    const auto waits = co_await all.hub.counts();
    all.log.step() << webhooks.accepted << " signed webhook(s) accepted; " << waits.resolved_by_poll
                   << " wait(s) ended by asking instead\n";
}

asio::awaitable<void> record(parties& all, const std::string& room)
{
    const std::string& unit = all.ours.units.front();
    auto started = co_await all.client.start_recording({.room_id = room, .resource_id = unit});
    all.ours.recording = started.id;
    all.log.step() << "recording " << started.id << " started in " << unit << '\n';

    co_await all.hub.wait_for(unit, resource_status::composing, {.timeout = 1min});
    all.log.step() << unit << " is composing\n";

    co_await all.client.end_recording({.room_id = room, .id = started.id});
    all.ours.recording.clear();
    co_await all.hub.wait_for(unit, resource_status::idle, {.timeout = 3min});
    all.log.step() << "recording ended, " << unit << " is idle\n";
}

/// Gives everything back, whatever happened before; only idle resources can be released. Throws when
/// something could not be given back.
asio::awaitable<void> give_back(parties& all, const std::string& room)
{
    std::optional<videosdk::error> failure;
    if (!all.ours.recording.empty()) {
        auto ended = co_await all.client.try_end_recording({.room_id = room, .id = all.ours.recording},
                                                           {.cancellable = false});
        if (ended.has_error()) {
            failure = ended.error();
        }
    }
    for (const auto& id : all.ours.units) {
        static_cast<void>(co_await all.hub.try_wait_for(id, resource_status::idle,
                                                        {.timeout = 3min, .cancellable = false}));
        auto released = co_await all.client.try_release(id, {.cancellable = false});
        if (released.has_error()) {
            std::cerr << id << " is still held, and billed: " << released.error().what() << '\n';
            failure = released.error();
        } else {
            all.log.step() << "released " << id << '\n';
        }
    }
    if (failure) {
        throw videosdk::error(*failure);
    }
}

asio::awaitable<void> run(parties& all, const settings& chosen)
{
    std::exception_ptr failure;
    try {
        co_await acquire_two(all);
        co_await await_idle(all);
        if (!chosen.room_id.empty()) {
            co_await record(all, chosen.room_id);
        }
    } catch (...) {
        failure = std::current_exception();
    }
    // From here on Ctrl-C waits: a resource that is not given back costs money.
    co_await asio::this_coro::throw_if_cancelled(false);
    try {
        co_await give_back(all, chosen.room_id);
    } catch (...) {
        failure = failure ? failure : std::current_exception();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

void show_token(journal& log, const settings& chosen)
{
    const std::string token = videosdk::mint_token(chosen.api_key, chosen.secret);
    const auto claims = videosdk::verify_token(token, chosen.secret, std::chrono::system_clock::now());
    log.step() << "a token minted from key and secret: " << claims.value() << '\n';
}

void run_all(asio::io_context& context, settings chosen, std::optional<videosdk::emulator::server>& provider)
{
    if (provider) {
        provider->start();
        chosen.endpoint = provider->url();
        chosen.ca_pem = provider->ca_pem();
    }
    parties all(context.get_executor(), chosen, provider ? &*provider : nullptr);
    all.log.step() << (provider ? "the service, played locally, at " : "the real service, at ")
                   << chosen.endpoint << '\n';
    show_token(all.log, chosen);
    all.listener.start();
    all.log.step() << "listening for webhooks on port " << all.listener.port() << '\n';

    asio::cancellation_signal stop;
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&stop](boost::system::error_code ec, int) {
        if (!ec) {
            stop.emit(asio::cancellation_type::terminal);
        }
    });
    std::exception_ptr failure;
    const auto ended = [&](std::exception_ptr thrown) {
        failure = thrown;
        signals.cancel();
        all.listener.stop();
        all.client.close();
        if (provider) {
            all.log.step() << provider->statistics() << '\n';
            provider->stop();
        }
    };
    asio::co_spawn(context, run(all, chosen), asio::bind_cancellation_slot(stop.slot(), ended));
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

} // namespace

int main()
{
    try {
        asio::io_context context(1);
        const settings chosen = settings_from_environment(context);
        std::optional<videosdk::emulator::server> provider;
        if (!chosen.real) {
            videosdk::emulator::server_options options;
            options.service.api_key = chosen.api_key;
            options.service.secret = chosen.secret;
            provider.emplace(context.get_executor(), options);
        }
        run_all(context, chosen, provider);
        std::cout << "done\n";
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
