// Where the bytes of connections to Redis come from: sockets in production, a script in tests.
#pragma once

#include "http/endpoint.hpp"
#include "http/stream.hpp"

#include <videosdk/redis_options.hpp>
#include <videosdk/scheduler.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace videosdk::inline v0::redis {

/// One stream for each attempt, to any of several addresses. Lives on its connection's executor.
class stream_source {
public:
    virtual ~stream_source() = default;
    /// At least 1.
    virtual std::size_t size() const noexcept = 0;
    /// How errors name it: host and port.
    virtual const std::string& name(std::size_t address) const noexcept = 0;
    virtual std::unique_ptr<http::stream> open(std::size_t address) = 0;
    /// The execution context is going away, or nobody opens any more.
    virtual void shutdown() noexcept = 0;
};

/// Throws error where an address cannot be read, or where the trusted roots cannot (errc::tls_failed).
/// `time` outlives it.
std::unique_ptr<stream_source> make_socket_source(const asio::any_io_executor& executor, scheduler& time,
                                                  const redis_options& options);

} // namespace videosdk::inline v0::redis
