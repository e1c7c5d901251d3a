// What callers of a lease manager await.
#pragma once

#include "api/prepare.hpp"
#include "events/queued_operation.hpp"
#include "lease/holding.hpp"
#include "lease/ledger.hpp"
#include "scheduler/operation.hpp"

#include <videosdk/composition.hpp>
#include <videosdk/lease.hpp>
#include <videosdk/lease_manager.hpp>
#include <videosdk/scheduler.hpp>

#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace videosdk::inline v0 {

class lease_core;

namespace leasing {

class start_run;

/// What all of them share: a result that is decided at one point and handed over at another.
template <class T>
class manager_operation : public awaited_operation<T>, public events::queued_operation {
public:
    manager_operation(std::shared_ptr<lease_core> core, const char* name)
        : core_(std::move(core)), name_(name)
    {
    }

    asio::any_io_executor home() const override;
    bool is_homeless() const override;
    error homeless() const override { return say(errc::closed, "the lease_manager's io_context is gone"); }
    error aborted() const override
    {
        return say(make_error_code(asio::error::operation_aborted), "cancelled");
    }
    void deliver() override { this->complete(std::move(*outcome_)); }
    operation_base& operation() noexcept override { return *this; }

    bool decided() const noexcept { return outcome_.has_value(); }
    void decide(result<T> outcome)
    {
        if (!outcome_) {
            outcome_.emplace(std::move(outcome));
        }
    }
    error say(boost::system::error_code code, std::string detail) const
    {
        error_info info;
        info.call = name_;
        info.detail = std::move(detail);
        return {code, std::move(info)};
    }
    lease_core& core() const noexcept { return *core_; }

private:
    std::shared_ptr<lease_core> core_;
    const char* name_;
    std::optional<result<T>> outcome_;
};

/// An acquire: one claim, whatever it yields.
class claim_base {
public:
    unit_kind of;
    std::uint32_t units = 1;
    std::chrono::nanoseconds timeout{};
    when_unknown policy = when_unknown::top_up;
    std::uint64_t number = 0; ///< The ledger's.
    scheduler::time_point deadline{};

    virtual void granted(std::span<lease> units) = 0;
    virtual void failed(const error& why) = 0;
    virtual events::queued_operation& queued() noexcept = 0;

protected:
    ~claim_base() = default;
};

template <class T>
class claim_operation final : public manager_operation<T>, public claim_base {
public:
    using manager_operation<T>::manager_operation;

    void begin() override;
    void on_cancel() override;
    void granted(std::span<lease> all) override
    {
        this->prefetch_caller();
        if constexpr (std::is_same_v<T, lease>) {
            this->decide(std::move(all.front()));
        } else {
            this->decide(T(std::make_move_iterator(all.begin()), std::make_move_iterator(all.end())));
        }
    }
    void failed(const error& why) override { this->decide(why); }
    events::queued_operation& queued() noexcept override { return *this; }
};

/// Waits until a unit is released.
class release_operation final : public manager_operation<void>, public alarm, public release_waiter {
public:
    release_operation(std::shared_ptr<lease_core> core, std::shared_ptr<lease::holding> what,
                      std::chrono::nanoseconds timeout, bool reuse);

    void begin() override;
    void on_cancel() override;
    void on_alarm() override;

    const std::shared_ptr<lease::holding> what;
    const std::chrono::nanoseconds timeout;
    const bool reuse;
};

/// Starts a composition in a leased unit.
class start_operation final : public manager_operation<composition> {
public:
    start_operation(std::shared_ptr<lease_core> core, const char* name, std::shared_ptr<lease::holding> what,
                    prepared<started_composition> start);

    void begin() override;
    void on_cancel() override;

    const std::shared_ptr<lease::holding> what;
    const prepared<started_composition> start;
    std::shared_ptr<start_run> run;
};

class shutdown_operation final : public manager_operation<void> {
public:
    using manager_operation::manager_operation;
    void begin() override;
    void on_cancel() override;
};

class counts_operation final : public manager_operation<lease_counts> {
public:
    using manager_operation::manager_operation;
    void begin() override;
    void on_cancel() override {}
};

class keep_warm_operation final : public manager_operation<void> {
public:
    keep_warm_operation(std::shared_ptr<lease_core> core, const unit_kind& of, const stock_rules& wanted);
    void begin() override;
    void on_cancel() override {}

private:
    const unit_kind of_;
    const stock_rules wanted_;
};

class adopt_operation final : public manager_operation<lease> {
public:
    adopt_operation(std::shared_ptr<lease_core> core, resource what);
    void begin() override;
    void on_cancel() override {}

private:
    resource what_;
};

class recover_operation final : public manager_operation<std::vector<recoverable_unit>> {
public:
    using manager_operation::manager_operation;
    void begin() override;
    void on_cancel() override;

    std::unique_ptr<class sweep_run> run;
    unsigned tries = 0;
};

// What an ownership does with a manager, whose handle others have.
asio::awaitable<result<std::vector<recoverable_unit>>> recover_units(std::shared_ptr<lease_core> core);
asio::awaitable<result<lease>> adopt_unit(const std::shared_ptr<lease_core>& core, std::string_view id,
                                          const call_options& options);

} // namespace leasing
} // namespace videosdk::inline v0
