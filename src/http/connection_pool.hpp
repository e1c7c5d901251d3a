// The production transport: a pool of connections to one endpoint.
#pragma once

#include "http/added_headers.hpp"
#include "http/endpoint.hpp"

#include <videosdk/client_options.hpp>
#include <videosdk/scheduler.hpp>
#include <videosdk/transport.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace videosdk::inline v0::http {

/// `executor` is serial; everything, transport's functions included, happens on it. Throws error
/// (errc::tls_failed) when the trusted roots cannot be read. The owner calls shutdown() when the execution
/// context is destroyed (context_member) and when it lets go of the pool. `watcher` is told of connections;
/// may be empty. `way` and `headers` have been validated (client_options::validate()).
std::shared_ptr<transport> make_connection_pool(asio::any_io_executor executor,
                                                std::shared_ptr<scheduler> time, endpoint where,
                                                const tls_options& tls, const pool_options& options,
                                                std::shared_ptr<observer> watcher = {},
                                                const proxy_options& way = {},
                                                const header_list& headers = {});

} // namespace videosdk::inline v0::http
