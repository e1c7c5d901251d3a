// One event on its way into a hub.
#pragma once

#include "events/hub_core.hpp"
#include "events/queued_operation.hpp"

#include <memory>
#include <utility>

namespace videosdk::inline v0::events {

class publish_operation final : public awaited_operation<verdict>, public queued_operation {
public:
    publish_operation(std::shared_ptr<hub_core> hub, event&& what)
        : hub_(std::move(hub)), what_(std::move(what))
    {
    }

    asio::any_io_executor home() const override { return hub_->home(); }
    void begin() override { hub_->begin_publish(*this, std::move(what_)); }
    /// The event is in already, and the verdict on its way, unless handlers work on it.
    void on_cancel() override
    {
        const operation_ptr self(this);
        if (carried) {
            hub_->handlers().give_up(*this);
            abort();
        }
    }
    void deliver() override { complete(outcome_); }
    operation_base& operation() noexcept override { return *this; }

    void decide(verdict outcome) noexcept { outcome_ = outcome; }
    verdict decided() const noexcept { return outcome_; }

    std::shared_ptr<delivery> carried; ///< While handlers work on the event.

private:
    std::shared_ptr<hub_core> hub_;
    event what_;
    verdict outcome_ = verdict::unavailable;
};

} // namespace videosdk::inline v0::events
