// The server behind its public face.
#pragma once

#include "emulator/late_replies.hpp"
#include "emulator/webhook_sender.hpp"
#include "http/server.hpp"
#include "scheduler/context_service.hpp"

#include <videosdk/emulator.hpp>
#include <videosdk/scheduler.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace videosdk::inline v0::emulator {

/// The service is used under the mutex, by any thread; all else belongs to the executor.
class server::core final : public std::enable_shared_from_this<core>, public context_member, private alarm {
public:
    core(asio::any_io_executor executor, server_options options);
    ~core();
    /// What needs a shared pointer to this.
    void init();

    // From any thread.
    void start();
    void stop() noexcept;
    std::string url() const;
    std::uint16_t port() const noexcept { return listener_->port(); }
    const std::string& ca_pem() const noexcept { return options_.ca_pem; }
    const std::string& public_key_pem() const noexcept { return public_key_pem_; }
    emulator::statistics statistics() const;
    void with_service(const std::function<void(service&, time_point)>& what);

private:
    static asio::awaitable<http::server_response> serve(std::shared_ptr<core> self,
                                                        const http::server_request& asked);
    reply ask(const http::server_request& asked);
    void report(std::uint64_t id, bool answered_2xx);
    void plan_wakeup();
    void on_alarm() override;
    void stop_here() noexcept;
    void context_shutdown() noexcept override;

    asio::any_io_executor executor_;
    server_options options_;
    std::shared_ptr<scheduler> time_;
    mutable std::mutex mutex_;
    service service_;
    const std::string public_key_pem_;
    webhook_sender sender_;
    late_replies late_;
    std::unique_ptr<http::server> listener_;
    time_point planned_ = time_point::max();
    bool stopped_ = false;
};

} // namespace videosdk::inline v0::emulator
