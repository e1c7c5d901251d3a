// Carries webhooks to their receivers, through one connection pool an origin.
#pragma once

#include <videosdk/emulator.hpp>
#include <videosdk/scheduler.hpp>
#include <videosdk/transport.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace videosdk::inline v0::emulator {

/// Lives on its executor, which is serial.
class webhook_sender {
public:
    /// Told once of each webhook, on the executor; must not call the sender.
    using report = std::function<void(std::uint64_t id, bool answered_2xx)>;

    /// Throws error (errc::tls_failed) when the trusted roots that the options name cannot be read.
    webhook_sender(asio::any_io_executor executor, std::shared_ptr<scheduler> time,
                   const server_options& options, report tell);
    webhook_sender(const webhook_sender&) = delete;
    webhook_sender& operator=(const webhook_sender&) = delete;
    ~webhook_sender();

    /// Begins to deliver. What cannot be begun is reported inside.
    void send(webhook what);
    /// Gives up what is on its way and closes every connection, reporting nothing.
    void stop() noexcept;
    /// The execution context is being destroyed, and the scheduler is shut down: drops what belongs to them,
    /// reporting nothing.
    void drop() noexcept;

private:
    class delivery;

    struct origin {
        origin() = default;

        std::shared_ptr<transport> pool;
        std::size_t on_their_way = 0;
        std::chrono::steady_clock::time_point last_used{};
    };
    using origins = std::map<std::string, origin>;

    origin* find_origin(const std::string& url);
    bool make_room();
    void forget_unused();
    void finish(delivery& which, bool answered_2xx);

    asio::any_io_executor executor_;
    std::shared_ptr<scheduler> time_;
    tls_options tls_;
    std::chrono::nanoseconds timeout_;
    std::size_t max_origins_;
    report tell_;
    origins origins_;
    std::unordered_map<std::uint64_t, std::unique_ptr<delivery>> deliveries_;
};

} // namespace videosdk::inline v0::emulator
