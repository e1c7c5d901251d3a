// One wait for a server to be drained.
#pragma once

#include "http/server_core.hpp"
#include "scheduler/operation.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

namespace videosdk::inline v0::http {

class drain_operation final : public awaited_operation<std::size_t> {
public:
    drain_operation(std::shared_ptr<server_core> core, std::chrono::nanoseconds timeout);

    asio::any_io_executor home() const override { return core_->executor(); }
    void begin() override { core_->begin_drain(*this); }
    void on_cancel() override;
    /// `cut`: requests in progress that were cut; nothing where the server was abandoned.
    void decide(std::optional<std::size_t> cut) noexcept { cut_ = cut; }
    /// Resumes the caller inside.
    void deliver() { cut_ ? complete(*cut_) : abort(); }
    std::chrono::nanoseconds timeout() const noexcept { return timeout_; }

private:
    const std::shared_ptr<server_core> core_;
    const std::chrono::nanoseconds timeout_;
    std::optional<std::size_t> cut_;
};

asio::awaitable<std::size_t> drain_server(const std::shared_ptr<server_core>& core,
                                          std::chrono::nanoseconds timeout);

} // namespace videosdk::inline v0::http
