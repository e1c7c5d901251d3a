// The shared state behind a lease_manager: does what the ledger wants done, and tells it what came of it.
#pragma once

#include "api/client_core.hpp"
#include "events/hub_core.hpp"
#include "lease/holding.hpp"
#include "lease/ledger.hpp"
#include "lease/numbered.hpp"
#include "lease/operations.hpp"
#include "lease/release_queue.hpp"
#include "lease/shared_blocks.hpp"
#include "lease/start_run.hpp"
#include "lease/sweep_run.hpp"
#include "scheduler/context_service.hpp"
#include "webhook/receiver_core.hpp"

#include <videosdk/lease_manager.hpp>

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

namespace leasing {

error manager_error(const char* call, boost::system::error_code code, std::string detail);

} // namespace leasing

/// Lives on the client's executor; what may be called from any thread says so. Kept alive by its handle, by
/// leases, by calls, and by itself while a drain is under way.
class lease_core final : public std::enable_shared_from_this<lease_core>,
                         public event_listener,
                         private context_member {
public:
    static std::shared_ptr<lease_core> make(std::shared_ptr<client_core> client,
                                            std::shared_ptr<hub_core> hub,
                                            std::shared_ptr<receiver_core> receiver,
                                            const lease_manager_options& options,
                                            const leasing::safety& rules = {});
    lease_core(std::shared_ptr<client_core> client, std::shared_ptr<hub_core> hub,
               std::shared_ptr<receiver_core> receiver, const lease_manager_options& options,
               std::string boot, const leasing::safety& rules);
    ~lease_core();

    // From any thread.
    const asio::any_io_executor& home() const noexcept { return home_; }
    void close() noexcept; ///< The handle is gone.
    void give_back(std::shared_ptr<lease::holding> what) noexcept;
    const std::string& boot() const noexcept { return boot_; }
    const lease_manager_options& options() const noexcept { return options_; }
    const std::shared_ptr<client_core>& client() const noexcept { return client_; }
    const std::shared_ptr<hub_core>& hub() const noexcept { return hub_; }
    scheduler::time_point now() const { return client_->time().now(); }
    const std::shared_ptr<call_permit>& permit() const noexcept { return permit_; }
    /// Why a call of that name cannot be begun, where the tenure does not last for it.
    std::optional<error> without_tenure(const char* call, std::chrono::nanoseconds timeout) const;

    // For operations.
    bool closed() const noexcept { return draining_; }
    void begin_claim(leasing::claim_base& which);
    void cancel_claim(leasing::claim_base& which);
    void begin_release(leasing::release_operation& which);
    void forget_release(leasing::release_operation& which) noexcept;
    void begin_start(leasing::start_operation& which);
    bool starting() const noexcept { return !starts_.empty(); } ///< Or in doubt about a start.
    void start_ended(const std::string& unit, const std::string& composition, bool found);
    void stopped(const started_composition& which);
    void hand_over(events::queued_operation& which);
    void begin_shutdown(leasing::shutdown_operation& which);
    void begin_recover(leasing::recover_operation& which);
    result<lease> adopt(const resource& seen);
    result<void> keep_warm(const leasing::unit_kind& of, const leasing::stock_rules& wanted);
    lease_counts counts() const;
    /// Shut down, and everything was given back.
    bool left_nothing() const { return finished_ && ledger_.rest().empty(); }
    std::chrono::nanoseconds call_timeout() const noexcept { return client_->options().timeout; }
    scheduler& time() noexcept { return client_->time(); }
    std::string why_not_released(const id_text& id) const;

private:
    class waking final : public alarm {
    public:
        waking(lease_core& core, void (lease_core::*what)()) : core_(core), what_(what) {}
        void on_alarm() override { (core_.*what_)(); }

    private:
        lease_core& core_;
        void (lease_core::*what_)();
    };

    void context_shutdown() noexcept override;
    void on_event(const event& what) override;
    void on_wake();
    void begin_drain(const error& why);
    void on_drain_timeout();
    void end_drain_when_done();
    void finish();
    void end_starts();

    void perform();
    void perform(leasing::action& what);
    bool hold_back(leasing::action& what);
    bool wait_for_tenure();
    void on_tenure_looked_at();
    void forget_held_back() noexcept;
    void tell(const leasing::action& what) const;
    void tell(const leasing::sweep& what) const;
    void post(const leasing::action& what);
    void withdraw(std::uint64_t attempt);
    void posted(std::uint64_t attempt, result<std::vector<resource>> answer);
    void get(const id_text& id);
    void send_releases();
    void release(std::vector<std::string> ids);
    void released(const std::vector<std::string>& ids, const result<std::vector<release_result>>& answer);
    void begin_sweep();
    void grant(leasing::action& what);
    void fail(const leasing::action& what);
    void gone(const leasing::action& what);
    lease hold(std::uint64_t number, std::shared_ptr<const resource> unit);
    void end(const leasing::action& what);

    const std::shared_ptr<client_core> client_;
    const std::shared_ptr<hub_core> hub_;
    const std::shared_ptr<receiver_core> receiver_;
    asio::any_io_executor home_;
    const lease_manager_options options_;
    const std::string boot_;
    leasing::ledger ledger_;
    const leasing::safety rules_;
    const std::shared_ptr<call_permit> permit_; ///< None: without a tenure's end.
    std::deque<leasing::action> held_back_;     ///< Until the tenure is back.
    waking tenure_alarm_;
    waking wake_;
    leasing::time_point wakes_at_{}; ///< Where it is armed.
    waking drain_alarm_;
    bool performing_ = false;
    bool draining_ = false;
    bool finished_ = false;
    std::atomic<bool> closing_ = false;

    using call_ptr = std::unique_ptr<client_core::internal_call>;
    std::map<std::uint64_t, call_ptr> posts_;
    std::map<id_text, call_ptr, std::less<>> gets_;
    leasing::release_queue to_release_;
    std::map<std::uint64_t, call_ptr> releases_;                                     ///< By number.
    std::map<std::string, call_ptr, std::less<>> ends_;                              ///< By composition.
    std::map<std::string, std::shared_ptr<leasing::start_run>, std::less<>> starts_; ///< By unit.
    std::unique_ptr<leasing::sweep_run> sweep_;

    events::operation_list claiming_;
    leasing::shared_blocks<lease::holding> holdings_;
    leasing::numbered<std::weak_ptr<lease::holding>> leases_; ///< By unit.
    std::vector<leasing::action> actions_; ///< Those that are performed; kept for its memory.
    events::operation_list releasing_;
    events::operation_list shutting_down_;
    events::operation_list recovering_;
    std::shared_ptr<events::handover> ready_;
    std::shared_ptr<lease_core> self_; ///< While a drain is under way.
};

template <class T>
asio::any_io_executor leasing::manager_operation<T>::home() const
{
    return core_->home();
}

template <class T>
bool leasing::manager_operation<T>::is_homeless() const
{
    return !core_->home();
}

} // namespace videosdk::inline v0
