// How the world is put together, and how it comes to rest.
#include "world.hpp"

#include "http/connection_pool.hpp"
#include "http/endpoint.hpp"
#include "support/heap.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <malloc.h>
#include <unistd.h>

namespace soak {
namespace {

using namespace std::chrono_literals;

/// Of an exchange with the API over TLS, and of a webhook.
constexpr std::uint64_t bytes_of_call = 700;
constexpr std::uint64_t bytes_of_hook = 900;

/// Released resources that the provider remembers: more than are bought between two checkpoints.
constexpr std::size_t released_kept = 2'000;

std::size_t resident_bytes()
{
    ::malloc_trim(0);
    std::ifstream file("/proc/self/statm");
    std::size_t all = 0;
    std::size_t resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t descriptors()
{
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::uint16_t free_port()
{
    asio::io_context alone;
    const asio::ip::tcp::acceptor acceptor(alone, {asio::ip::address_v4::loopback(), 0});
    return acceptor.local_endpoint().port();
}

} // namespace

std::ostream& operator<<(std::ostream& stream, const holdings& value)
{
    return stream << "heap " << value.heap / 1024 << " KiB, resident " << value.resident / 1024
                  << " KiB, descriptors " << value.descriptors << ", alarms " << value.alarms
                  << ", connections " << value.connections << ", waiting " << value.waiting << ", facts "
                  << value.facts;
}

world::world(std::uint64_t seed)
    : random_(seed),
      api_faults_(seed + 1),
      hook_faults_(seed + 2),
      time_(std::make_shared<counted_time>(io_.get_executor())),
      proxy_time_(std::make_shared<counted_time>(io_.get_executor()))
{
    start_provider();
    start_client();
    start_listener();
    start_leases();
}

world::~world() = default;

void world::start_provider()
{
    videosdk::emulator::server_options options;
    options.service.api_key = "api-key-of-tests";
    options.service.secret = "a-secret-of-tests-of-some-length";
    options.service.idle_after = 3ms;
    options.service.started_after = 1ms;
    options.service.stopped_after = 1ms;
    options.service.released_kept = released_kept;
    options.service.redelivery.first_delay = 20ms;
    options.service.on_request = [this](const videosdk::emulator::request&) {
        return api_faults_.at_provider();
    };
    options.webhook_timeout = 1s;
    options.serial_executor = true;
    provider_ = std::make_unique<videosdk::emulator::server>(io_.get_executor(), options);
    provider_->start();
    to_provider_.emplace(provider_->port(), proxy_time_);
    to_provider_->set_planner([this] { return api_faults_.plan(bytes_of_call); });
    to_provider_->start(io_.get_executor());
}

void world::start_client()
{
    videosdk::client_options options;
    options.credentials =
        videosdk::credentials::key_and_secret("api-key-of-tests", "a-secret-of-tests-of-some-length");
    options.endpoint = "https://localhost:" + std::to_string(to_provider_->port());
    options.tls.ca_pem = provider_->ca_pem();
    options.pool.max_connections = 6; // fewer than call at once
    options.timeout = 1s;
    options.retry.backoff_base = 1ms;
    options.serial_executor = true;
    options.observer = tally_;
    options.on_unclaimed = [this](const videosdk::unclaimed_grant& grant) {
        unclaimed += grant.resources.size();
        books_.known(grant.token, grant.resources);
        if (grant.unknown) {
            books_.doubtful(grant.token);
        }
    };
    pool_ = videosdk::http::make_connection_pool(io_.get_executor(), time_,
                                                 *videosdk::http::parse_endpoint(options.endpoint),
                                                 options.tls, options.pool);
    client_.emplace(io_.get_executor(), options, pool_, time_);
    videosdk::event_hub_options hub;
    hub.poll_after = 100ms;
    hub.poll_interval_cap = 200ms;
    hub.max_facts = most_facts;
    hub_.emplace(*client_, hub);
}

void world::start_listener()
{
    const std::uint16_t port = free_port();
    to_listener_.emplace(port, proxy_time_);
    to_listener_->set_planner([this] { return hook_faults_.plan(bytes_of_hook); });
    videosdk::webhook_options hooks;
    hooks.public_url = "http://127.0.0.1:" + std::to_string(to_listener_->port());
    receiver_.emplace(*client_, *hub_, hooks);
    videosdk::listener_options options;
    options.serial_executor = true;
    options.idle_timeout = 1s;
    listener_.emplace(io_.get_executor(), *receiver_, "127.0.0.1:" + std::to_string(port), options);
    listener_->start();
    to_listener_->start(io_.get_executor());
}

void world::start_leases()
{
    boot_of_receiver_ = boot_of(receiver_->webhook_url());
    lease_options_.max_units = 28; // fewer than those who acquire at once want
    lease_options_.reconcile_horizon = 1s;
    lease_options_.timeout = 4s;
    lease_options_.sweep_interval = 24h; // what is in doubt is swept for all the same
    lease_options_.drain_timeout = 8s;
    lease_options_.max_held = 20ms;
    lease_options_.on_held_too_long = [this](const std::string&, auto) { ++leased_.forgotten; };
    lease_options_.on_left_behind = [this](const videosdk::left_behind& what) { leased_.named(what); };
    leases_.emplace(begin_life());
}

videosdk::lease_manager world::begin_life()
{
    return videosdk::lease_manager(*client_, *hub_, *receiver_, lease_options_);
}

void world::send_webhooks(std::uint32_t times)
{
    provider_->with_service([&](videosdk::emulator::service& which, auto) {
        videosdk::emulator::service_options options = which.options();
        options.redelivery.attempts = times;
        which.set_options(std::move(options));
    });
}

void world::take_away(const std::string& id)
{
    provider_->with_service([&](videosdk::emulator::service& which, auto now) {
        leased_.taken_away += which.release_resource(id, now) ? 1 : 0;
    });
}

void world::run_until(const std::function<bool()>& done)
{
    io_.restart();
    while (!done()) {
        io_.run_one();
    }
}

void world::play(const std::vector<load>& loads)
{
    int working = 0;
    std::exception_ptr thrown;
    auto worker = [](world& self, load what) -> asio::awaitable<void> {
        for (int i = 0; i != what.times; ++i) {
            co_await what.round(self);
        }
    };
    for (const load& each : loads) {
        for (int i = 0; i != each.at_once; ++i, ++working) {
            asio::co_spawn(io_, worker(*this, each), [&](std::exception_ptr failure) {
                --working;
                thrown = failure ? failure : thrown;
            });
        }
    }
    run_until([&] { return working == 0; });
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

template <class T>
T world::ask(asio::awaitable<T> what)
{
    std::optional<T> got;
    asio::co_spawn(io_, std::move(what), [&](std::exception_ptr, T value) { got.emplace(std::move(value)); });
    run_until([&] { return got.has_value(); });
    return std::move(*got);
}

bool world::client_is_quiet()
{
    // What was cancelled behind its request may still be read to its end.
    const videosdk::transport_counts counts = pool_->counts();
    return counts.waiting == 0 && counts.connections_idle == counts.connections_open;
}

bool world::provider_is_quiet()
{
    bool planned = false;
    provider_->with_service([&](videosdk::emulator::service& which, auto) {
        planned = which.next_wakeup() != videosdk::emulator::service::time_point::max();
    });
    const videosdk::emulator::statistics seen = provider_->statistics();
    return !planned && seen.webhooks_sent == seen.webhooks_delivered + seen.webhooks_failed;
}

/// Nothing is under way, and nothing but the lease manager's next listing is armed: no deadline of a claim,
/// no unit that is kept in mind for a while.
bool world::is_quiet()
{
    if (client_is_quiet() && pool_->counts().connections_open != 0) {
        client_->close();
    }
    return pool_->counts().connections_open == 0 && time_->armed() == 1 &&
           time_->next() > time_->now() + 1h && provider_is_quiet();
}

/// Whoever still has a turn to take takes it.
void world::take_turns(int turns)
{
    run_until([turns, taken = 0, this]() mutable {
        asio::post(io_, [] {});
        return ++taken > turns;
    });
}

holdings world::settle()
{
    do {
        run_until([this] { return is_quiet(); });
        take_turns(100); // a webhook that came late may have begun a call
    } while (!is_quiet());
    // What a proxy holds back is thrown away; what the provider keeps for its next webhook is closed soon.
    for (auto* const each : {&*to_provider_, &*to_listener_}) {
        for (std::size_t i = 0; i != each->links(); ++i) {
            each->link(i).end(test_support::ending::rst);
        }
        each->forget_ended();
    }
    run_until([this] { return listener_->counts().connections_open == 0; });
    const std::size_t rest = descriptors();
    take_turns(1000); // to learn that a connection is gone
    holdings out;
    out.descriptors = std::min(rest, descriptors());
    out.alarms = time_->armed();
    out.connections = pool_->counts().connections_open + listener_->counts().connections_open;
    const videosdk::hub_counts hub = ask(hub_->counts());
    out.waiting = pool_->counts().waiting + hub.waiting + hub.handling + counts_of_leases().waiting;
    out.facts = hub.facts;
    out.resident = resident_bytes();
    out.heap = test_support::heap_in_use();
    return out;
}

account world::balance()
{
    account out;
    provider_->with_service([&](videosdk::emulator::service& which, auto now) {
        const std::vector<videosdk::resource> all = which.resources();
        std::vector<videosdk::resource> bought;
        for (const videosdk::resource& each : all) {
            if (boot_of(each.webhook_url) == boot_of_receiver_) {
                bought.push_back(each);
            }
        }
        out.bought = books_.close(bought);
        out.leased = leased_.close(all, leases_->boot(), boot_of_receiver_);
        for (const videosdk::resource& each : all) {
            if (each.status != videosdk::resource_status::released) {
                which.release_resource(each.id, now);
            }
        }
    });
    run_until([this] { return provider_is_quiet(); });
    return out;
}

} // namespace soak
