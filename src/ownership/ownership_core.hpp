// The shared state behind an ownership: asks the store and the provider what heart and takeover want asked,
// and tells them what came of it.
#pragma once

#include "api/client_core.hpp"
#include "lease/lease_core.hpp"
#include "ownership/heart.hpp"
#include "ownership/takeover.hpp"
#include "scheduler/context_service.hpp"
#include "scheduler/operation.hpp"

#include <videosdk/ownership.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace videosdk::inline v0 {

namespace owning {

/// Waits for the first beat's answer.
class start_operation final : public awaited_operation<void>, public alarm {
public:
    start_operation(std::shared_ptr<ownership_core> core, std::shared_ptr<lease_core> its_leases);
    void begin() override;
    void on_cancel() override;
    void on_alarm() override;
    asio::any_io_executor home() const override;
    error homeless() const override;
    void end(result<void> how) { complete(std::move(how)); }

    const std::shared_ptr<lease_core> leases;

private:
    const std::shared_ptr<ownership_core> core_;
};

class stop_operation final : public awaited_operation<void> {
public:
    explicit stop_operation(std::shared_ptr<ownership_core> core) : core_(std::move(core)) {}
    void begin() override;
    void on_cancel() override;
    asio::any_io_executor home() const override;
    error homeless() const override;
    void end(result<void> how) { complete(std::move(how)); }

private:
    const std::shared_ptr<ownership_core> core_;
};

class counts_operation final : public awaited_operation<ownership_counts> {
public:
    explicit counts_operation(std::shared_ptr<ownership_core> core) : core_(std::move(core)) {}
    void begin() override;
    void on_cancel() override {}
    asio::any_io_executor home() const override;
    error homeless() const override;

private:
    const std::shared_ptr<ownership_core> core_;
};

/// The right itself, which a manager may hold for longer than there is an ownership.
class right final : public tenure {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit right(std::shared_ptr<const scheduler> time) noexcept : time_(std::move(time)) {}

    time_point ends_at() const noexcept override
    {
        const time_point end = end_.load(std::memory_order_relaxed);
        return end == time_point::min() ? end : end - time_->suspended();
    }
    /// As heart::ends_at().
    void set(time_point end) noexcept { end_.store(end, std::memory_order_relaxed); }

private:
    const std::shared_ptr<const scheduler> time_;
    std::atomic<time_point> end_ = time_point::min();
};

error ownership_error(const char* call, boost::system::error_code code, std::string detail);

} // namespace owning

/// Lives on the client's executor; what may be called from any thread says so.
class ownership_core final : public std::enable_shared_from_this<ownership_core>, private context_member {
public:
    static std::shared_ptr<ownership_core> make(std::shared_ptr<client_core> client,
                                                std::shared_ptr<ownership_store> store,
                                                const ownership_options& options);
    ownership_core(std::shared_ptr<client_core> client, std::shared_ptr<ownership_store> store,
                   const ownership_options& options);
    ~ownership_core();

    // From any thread.
    std::shared_ptr<const tenure> its_right() const noexcept { return right_; }
    asio::any_io_executor home() const { return home_; }
    void close() noexcept; ///< The handle is gone.

    // For operations.
    void begin_start(owning::start_operation& which);
    void forget(owning::start_operation& which) noexcept;
    void begin_stop(owning::stop_operation& which);
    void forget(owning::stop_operation& which) noexcept;
    ownership_counts counts() const;
    std::chrono::nanoseconds expiry() const noexcept { return options_.expiry; }

private:
    class waking final : public alarm {
    public:
        waking(ownership_core& core, void (ownership_core::*what)()) : core_(core), what_(what) {}
        void on_alarm() override { (core_.*what_)(); }

    private:
        ownership_core& core_;
        void (ownership_core::*what_)();
    };
    using core_ptr = std::shared_ptr<ownership_core>;

    void context_shutdown() noexcept override;
    void end_beating() noexcept;
    void end_starts(const result<void>& how);

    void on_beat_due();
    void follow(const owning::heart::action& what);
    static asio::awaitable<void> beat(core_ptr self, std::uint64_t number);
    void beaten(std::uint64_t number, owning::answer how);

    void on_step_due();
    void follow(owning::takeover::action what);
    static asio::awaitable<void> take_step(core_ptr self, owning::takeover::action what,
                                           std::uint64_t number);
    static asio::awaitable<void> take_listing(core_ptr self, std::uint64_t number);
    static asio::awaitable<void> take_unit(core_ptr self, std::string unit, std::uint64_t number);
    /// What `next` says, unless the step has been given up.
    template <class Next>
    void go_on(std::uint64_t number, Next next)
    {
        if (number == step_ && !stopped_ && home_) {
            follow(next());
        }
    }
    void hand_over(lease unit);
    static asio::awaitable<void> leave(core_ptr self, std::shared_ptr<ownership_store> store,
                                       bool nothing_left);

    const std::shared_ptr<client_core> client_;
    std::shared_ptr<ownership_store> store_; ///< Empty once stopped: it may keep the context busy.
    const ownership_options options_;
    asio::any_io_executor home_;
    std::shared_ptr<lease_core> leases_; ///< Once started.
    const std::shared_ptr<owning::right> right_;
    owning::heart heart_;
    std::optional<owning::takeover> takeover_;
    std::map<std::string, std::weak_ptr<lease::holding>, std::less<>> leased_; ///< Taken over, and in use.
    std::uint64_t step_ = 0; ///< Answers to earlier ones count no more.
    std::uint64_t fence_ = 0;
    waking beat_alarm_;
    waking step_alarm_;
    bool stopped_ = false;
    bool leaving_ = false; ///< The store is being told.
    ownership_counts counts_;
    std::vector<boost::intrusive_ptr<owning::start_operation>> starting_;
    std::vector<boost::intrusive_ptr<owning::stop_operation>> stopping_;
};

} // namespace videosdk::inline v0
