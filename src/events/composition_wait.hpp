// One wait for a status of one composition, with its deadline in it.
#pragma once

#include "events/composition_lives.hpp"
#include "events/queued_operation.hpp"

#include <videosdk/event_hub.hpp>
#include <videosdk/scheduler.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace videosdk::inline v0 {

class hub_core;

namespace events {

class composition_wait final : public awaited_operation<void>, public queued_operation, public alarm {
public:
    composition_wait(std::shared_ptr<hub_core> hub, life_ptr its_life, std::string its_id,
                     composition_status its_wanted, std::chrono::nanoseconds its_timeout)
        : life(std::move(its_life)),
          id(std::move(its_id)),
          wanted(its_wanted),
          timeout(its_timeout),
          hub_(std::move(hub))
    {
    }

    const life_ptr life;
    const std::string id;
    const composition_status wanted;
    const std::chrono::nanoseconds timeout;
    bool waiting = false;

    /// Decides the outcome, which deliver() hands over.
    void decide(result<void> outcome) { outcome_.emplace(std::move(outcome)); }

    asio::any_io_executor home() const override;
    error homeless() const override;
    void begin() override;
    void on_cancel() override;
    void on_alarm() override;
    void deliver() override { complete(std::move(*outcome_)); }
    operation_base& operation() noexcept override { return *this; }
    error aborted() const override;

private:
    std::shared_ptr<hub_core> hub_;
    std::optional<result<void>> outcome_;
};

/// What both doors of a wait share: the operation, or why there is none.
struct prepared_composition_wait {
    prepared_composition_wait(const std::shared_ptr<hub_core>& hub, const life_ptr& life,
                              const std::string& id, composition_status wanted, const wait_options& options);

    std::optional<error> failure;
    boost::intrusive_ptr<awaited_operation<void>> operation;
    cancellable how = cancellable::yes;
};

/// It can no longer become what is wanted.
error composition_unreachable_error(const composition_wait& which);
/// The deadline passed.
error composition_timeout_error(const composition_wait& which, bool any_event_ever);

} // namespace events
} // namespace videosdk::inline v0
