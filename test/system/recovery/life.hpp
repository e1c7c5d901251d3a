// What every process of the deployment is made of, in the test and in the processes that it kills.
#pragma once

#include "support/process.hpp"

#include <videosdk/videosdk.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace recovery {

namespace asio = boost::asio;

inline constexpr const char* api_key = "api-key-of-tests";
inline constexpr const char* secret = "a-secret-of-tests-of-some-length";

/// Where a victim says its boot, and then, with one more byte, that it holds all its leases.
using test_support::word_descriptor;
inline constexpr std::size_t boot_size = 16;

/// What a deployment has been told of the world, and what each of its processes has in common.
class deployment {
public:
    deployment() = default;

    std::string endpoint;
    std::string ca_pem;
    std::string owner;
    std::uint16_t port = 0; ///< Where webhooks arrive: whichever process lives has it.
    std::size_t leases = 0;
};

videosdk::client_options client_options_of(const deployment& where);
videosdk::webhook_options webhook_options_of(const deployment& where);

/// One life of one process: client, hub, receiver, listener and lease manager.
class life {
public:
    life(const asio::any_io_executor& executor, const deployment& where);

    videosdk::client client;
    videosdk::event_hub hub;
    videosdk::webhook_receiver receiver;
    videosdk::webhook_listener listener;
    videosdk::lease_manager manager;
};

} // namespace recovery
