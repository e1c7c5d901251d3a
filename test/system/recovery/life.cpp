// Options that make a minute of the provider's time a second.
#include "life.hpp"

namespace recovery {
namespace {

using namespace std::chrono_literals;

videosdk::listener_options listener_options_of_tests()
{
    videosdk::listener_options options;
    options.serial_executor = true;
    return options;
}

/// Room for the leases, for those on their way back, and for what attempts in doubt may have brought.
videosdk::lease_manager_options manager_options_of(const deployment& where)
{
    videosdk::lease_manager_options options;
    options.max_units = 4 * where.leases + 1'000;
    options.reconcile_horizon = 1s;
    options.timeout = 10s;
    options.drain_timeout = 2min;
    return options;
}

} // namespace

videosdk::client_options client_options_of(const deployment& where)
{
    videosdk::client_options options;
    options.credentials = videosdk::credentials::key_and_secret(api_key, secret);
    options.endpoint = where.endpoint;
    options.tls.ca_pem = where.ca_pem;
    options.pool.max_connections = 32;
    options.retry.backoff_base = 2ms;
    options.serial_executor = true;
    return options;
}

videosdk::webhook_options webhook_options_of(const deployment& where)
{
    videosdk::webhook_options options;
    options.public_url = "http://127.0.0.1:" + std::to_string(where.port);
    options.owner = where.owner;
    return options;
}

life::life(const asio::any_io_executor& executor, const deployment& where)
    : client(executor, client_options_of(where)),
      hub(client),
      receiver(client, hub, webhook_options_of(where)),
      listener(executor, receiver, "127.0.0.1:" + std::to_string(where.port), listener_options_of_tests()),
      manager(client, hub, receiver, manager_options_of(where))
{
    listener.start();
}

} // namespace recovery
