// A guarded start under way: does what its guard says, for a caller who may leave.
#pragma once

#include "api/call.hpp"
#include "api/client_core.hpp"
#include "lease/operations.hpp"
#include "lease/start_guard.hpp"

#include <videosdk/scheduler.hpp>

#include <memory>
#include <string>

namespace videosdk::inline v0::leasing {

/// On the client's executor; owned by the lease_core until it has ended.
class start_run final : public std::enable_shared_from_this<start_run> {
public:
    start_run(lease_core& core, start_operation& caller, start_guard guard);
    ~start_run();

    void begin();
    /// The caller wants no more of it. What has not left is not sent.
    void leave();
    /// The caller, taken out of it: dropped with the context, or told that the unit is ours no more.
    operation_ptr take_caller() noexcept;
    start_operation* caller() const noexcept { return caller_; }

private:
    class waking final : public alarm {
    public:
        waking(start_run& run, void (start_run::*what)()) : run_(run), what_(what) {}
        void on_alarm() override { (run_.*what_)(); }

    private:
        start_run& run_;
        void (start_run::*what_)();
    };

    void perform(start_guard::action what);
    void post();
    void get();
    void on_pause_over();
    void on_deadline();
    void tell_if_late();
    void end();

    lease_core& core_;
    operation_ptr alive_; ///< The caller's.
    start_operation* caller_;
    const std::string unit_;
    const call_spec spec_;
    start_guard guard_;
    waking pause_;
    waking deadline_;
    bool late_ = false; ///< The deadline has passed.
    started_composition answered_;
    std::unique_ptr<client_core::internal_call> call_;
};

} // namespace videosdk::inline v0::leasing
