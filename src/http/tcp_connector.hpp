// Resolving a host and connecting to one of its addresses.
#pragma once

#include "http/address_race.hpp"
#include "http/endpoint.hpp"
#include "http/name_lookup.hpp"

#include <videosdk/scheduler.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace videosdk::inline v0::http {

/// Connects one socket. Must live as long as what `done` holds. A numeric host is not resolved.
class tcp_connector {
public:
    /// Called once, on the executor, with a connected socket, which is the caller's then, or with
    /// resolve_failed, connect_failed or operation_aborted; after close() perhaps not at all.
    using done = std::function<void(boost::system::error_code, std::string detail, int socket)>;

    /// `who` is how errors name the host: its host and port, and perhaps what it is.
    tcp_connector(const asio::any_io_executor& executor, scheduler& time, std::shared_ptr<name_lookup> names,
                  std::string who) noexcept
        : executor_(executor), time_(time), names_(std::move(names)), who_(std::move(who))
    {
    }
    ~tcp_connector() { close(); }
    tcp_connector(const tcp_connector&) = delete;
    tcp_connector& operator=(const tcp_connector&) = delete;

    void connect(const endpoint& where, done report);
    /// Ends all attempts, and leaves the look-up, if there is one.
    void close() noexcept;

    const asio::any_io_executor& executor() const noexcept { return executor_; }
    /// What has not happened yet, in words.
    std::string waiting_for() const;

private:
    void race(std::vector<asio::ip::tcp::endpoint> addresses, done report);

    asio::any_io_executor executor_;
    scheduler& time_;
    std::shared_ptr<name_lookup> names_;
    std::string who_;
    std::weak_ptr<name_lookup::round> asked_; ///< While it waits for the addresses.
    std::shared_ptr<address_race> race_;      ///< While it tries them.
    bool closed_ = false;
};

} // namespace videosdk::inline v0::http
