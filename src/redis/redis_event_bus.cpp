// The public face of the bus.
#include "redis/bus_core.hpp"
#include "scheduler/operation.hpp"

#include <videosdk/redis_event_bus.hpp>

#include <utility>

namespace videosdk::inline v0 {
namespace {

/// Runs on the bus' executor and reads the counts there.
class bus_counts_operation final : public awaited_operation<redis_bus_counts> {
public:
    explicit bus_counts_operation(std::shared_ptr<redis_bus_core> bus) : bus_(std::move(bus)) {}

    asio::any_io_executor home() const override { return bus_->home(); }
    void begin() override { complete(bus_->counts()); }
    void on_cancel() override {}

private:
    std::shared_ptr<redis_bus_core> bus_;
};

error failure(errc code, std::string detail)
{
    error_info info;
    info.call = "redis_event_bus";
    info.detail = std::move(detail);
    return {make_error_code(code), std::move(info)};
}

std::optional<error> refusal_of(const std::shared_ptr<redis_bus_core>& core)
{
    if (core && core->home()) {
        return std::nullopt;
    }
    return failure(errc::closed, "the bus was moved from, or its execution context is gone");
}

asio::awaitable<void> done()
{
    co_return;
}

asio::awaitable<void> value_of(asio::awaitable<result<void>> awaited)
{
    const result<void> how = co_await std::move(awaited);
    if (how.has_error()) {
        throw how.error();
    }
}

} // namespace

redis_event_bus::redis_event_bus(event_hub& hub, const redis_bus_options& options)
    : core_(redis_bus_core::make(hub.inlet(), options))
{
}

redis_event_bus::redis_event_bus(redis_event_bus&&) noexcept = default;

redis_event_bus& redis_event_bus::operator=(redis_event_bus&& other) noexcept
{
    if (this != &other) {
        const redis_event_bus old(std::move(*this));
        core_ = std::move(other.core_);
    }
    return *this;
}

redis_event_bus::~redis_event_bus()
{
    if (core_) {
        core_->abandon();
    }
}

asio::awaitable<void> redis_event_bus::connected(std::chrono::nanoseconds timeout)
{
    return value_of(try_connected(timeout));
}

asio::awaitable<result<void>> redis_event_bus::try_connected(std::chrono::nanoseconds timeout)
{
    if (auto refused = refusal_of(core_)) {
        return failed_result<void>(std::move(*refused));
    }
    if (timeout <= std::chrono::nanoseconds(0) || timeout > std::chrono::hours(24)) {
        return failed_result<void>(
            failure(errc::invalid_argument, "timeout must be positive and at most 24 h"));
    }
    if (core_->closing()) {
        return failed_result<void>(failure(errc::closed, "the bus was closed"));
    }
    return core_->wait_connected(timeout);
}

asio::awaitable<void> redis_event_bus::close()
{
    return core_ && core_->home() ? core_->close() : done();
}

asio::awaitable<redis_bus_counts> redis_event_bus::counts()
{
    if (auto refused = refusal_of(core_)) {
        return failed_value<redis_bus_counts>(std::move(*refused));
    }
    boost::intrusive_ptr<awaited_operation<redis_bus_counts>> which(new bus_counts_operation(core_));
    return await_value<redis_bus_counts>(std::move(which));
}

} // namespace videosdk::inline v0
