// One wait for a status of one resource: a single heap object, with its deadline in it.
#pragma once

#include "events/fact_table.hpp"
#include "events/queued_operation.hpp"

#include <videosdk/event_hub.hpp>
#include <videosdk/scheduler.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace videosdk::inline v0::events {

class watch;

class wait_operation final : public awaited_operation<resource>, public queued_operation, public alarm {
public:
    wait_operation(std::shared_ptr<hub_core> hub, std::string_view id, resource_status wanted,
                   std::chrono::nanoseconds timeout);

    resource_status wanted() const noexcept { return wanted_; }
    std::chrono::nanoseconds timeout() const noexcept { return timeout_; }
    /// Of the resource, until it waits; from then on that knows where it does.
    std::string_view id() const noexcept;

    /// Where it waits; null before that, and from the moment when it does no more.
    watch* where() const noexcept;
    void wait_at(watch& place) noexcept { stage_ = &place; }
    void forget_place() noexcept { stage_ = static_cast<watch*>(nullptr); }

    // Decide the outcome, which deliver() hands over.
    void resolve(shared_resource found) noexcept { stage_ = std::move(found); }
    void fail(error why) { stage_ = std::make_unique<error>(std::move(why)); }

    asio::any_io_executor home() const override;
    error homeless() const override;
    void begin() override;
    void on_cancel() override;
    void on_alarm() override;
    void deliver() override;
    operation_base& operation() noexcept override { return *this; }
    error aborted() const override;

private:
    using id_text = std::unique_ptr<const char[]>; // ends in a zero
    using failure = std::unique_ptr<error>;

    std::shared_ptr<hub_core> hub_;
    std::chrono::nanoseconds timeout_;
    // A hundred thousand of these may wait, so what is needed one after the other has one place, and what
    // is needed all the time fills up its last word.
    [[no_unique_address]] std::variant<id_text, watch*, shared_resource, failure> stage_;
    resource_status wanted_;
};

/// What both doors of a wait share: the operation, or why there is none. `hub` may be empty.
struct prepared_wait {
    prepared_wait(const std::shared_ptr<hub_core>& hub, std::string_view id, resource_status wanted,
                  const wait_options& options);

    std::optional<error> failure;
    boost::intrusive_ptr<awaited_operation<resource>> operation;
    cancellable how = cancellable::yes;
};

/// `wait_for: <what happened>`, with a code.
error wait_error(boost::system::error_code code, std::string detail);

/// The deadline passed: what was seen last, why polling did not help, and where to look.
error wait_timeout_error(const wait_operation& which, std::string_view id, resource_status last_seen,
                         const error* last_failure, bool any_event_ever);

/// The status can no longer become true; `why` comes last in the message.
error wait_unreachable_error(std::string_view id, resource_status wanted, std::string_view why);

/// `it is released`.
std::string status_words(resource_status status);

/// A failure of polling that ends the wait.
error wait_polling_error(const error& failure, std::string_view id);

/// `12 s`, `1.5 s`, `20 ms`.
std::string duration_text(std::chrono::nanoseconds time);

} // namespace videosdk::inline v0::events
