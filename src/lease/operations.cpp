// How each of a manager's operations begins, and what cancelling does.
#include "lease/operations.hpp"

#include "lease/lease_core.hpp"
#include "lease/start_run.hpp"

#include <utility>

namespace videosdk::inline v0::leasing {
namespace {

constexpr const char* shut_down = "the lease_manager has been shut down";

} // namespace

template <class T>
void claim_operation<T>::begin()
{
    if (this->core().closed()) {
        this->decide(this->say(errc::closed, shut_down));
        return this->deliver();
    }
    if (auto why = this->core().without_tenure("acquire", this->core().call_timeout())) {
        this->decide(*why);
        return this->deliver();
    }
    this->core().begin_claim(*this);
}

template <class T>
void claim_operation<T>::on_cancel()
{
    if (!this->decided()) {
        const operation_ptr self(this);
        this->core().cancel_claim(*this);
        this->abort();
    }
}

template class claim_operation<lease>;
template class claim_operation<std::vector<lease>>;

release_operation::release_operation(std::shared_ptr<lease_core> core,
                                     std::shared_ptr<lease::holding> its_unit,
                                     std::chrono::nanoseconds its_timeout, bool its_reuse)
    : manager_operation(std::move(core), "release"),
      what(std::move(its_unit)),
      timeout(its_timeout),
      reuse(its_reuse)
{
}

void release_operation::begin()
{
    core().begin_release(*this);
}

void release_operation::on_cancel()
{
    if (!decided()) {
        const operation_ptr self(this);
        core().forget_release(*this);
        abort();
    }
}

void release_operation::on_alarm()
{
    const operation_ptr self(this);
    core().forget_release(*this);
    decide(say(errc::wait_timeout, "resource " + what->unit->id +
                                       " was not released in time, and is still being given back: " +
                                       core().why_not_released(what->unit->id)));
    deliver();
}

start_operation::start_operation(std::shared_ptr<lease_core> core, const char* name,
                                 std::shared_ptr<lease::holding> its_unit,
                                 prepared<started_composition> its_start)
    : manager_operation(std::move(core), name), what(std::move(its_unit)), start(std::move(its_start))
{
}

void start_operation::begin()
{
    core().begin_start(*this);
}

void start_operation::on_cancel()
{
    if (!decided()) {
        const operation_ptr self(this);
        run->leave(); // what was sent is followed in the background
        abort();
    }
}

void shutdown_operation::begin()
{
    core().begin_shutdown(*this);
}

void shutdown_operation::on_cancel()
{
    if (!decided()) {
        const operation_ptr self = events::operation_list::remove(*this);
        abort();
    }
}

void counts_operation::begin()
{
    complete(core().counts());
}

keep_warm_operation::keep_warm_operation(std::shared_ptr<lease_core> core, const unit_kind& of,
                                         const stock_rules& wanted)
    : manager_operation(std::move(core), "keep_warm"), of_(of), wanted_(wanted)
{
}

void keep_warm_operation::begin()
{
    complete(core().keep_warm(of_, wanted_));
}

adopt_operation::adopt_operation(std::shared_ptr<lease_core> core, resource what)
    : manager_operation(std::move(core), "adopt"), what_(std::move(what))
{
}

void adopt_operation::begin()
{
    complete(core().adopt(what_));
}

void recover_operation::begin()
{
    if (core().closed()) {
        decide(say(errc::closed, shut_down));
        return deliver();
    }
    if (auto why = core().without_tenure("recover", core().call_timeout())) {
        decide(*why);
        return deliver();
    }
    core().begin_recover(*this);
}

void recover_operation::on_cancel()
{
    if (!decided()) {
        const operation_ptr self = events::operation_list::remove(*this);
        run.reset();
        abort();
    }
}

} // namespace videosdk::inline v0::leasing
