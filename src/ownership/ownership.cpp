// An ownership's functions: each becomes an operation on the client's executor.
#include "ownership/ownership_core.hpp"

#include <videosdk/ownership.hpp>

#include <utility>

namespace videosdk::inline v0 {
namespace owning {

error ownership_error(const char* call, boost::system::error_code code, std::string detail)
{
    error_info info;
    info.call = call;
    info.detail = std::move(detail);
    info.outcome = outcome::not_sent;
    info.effect = effect::none;
    return {code, std::move(info)};
}

namespace {

error nobody_home(const char* call)
{
    return ownership_error(call, make_error_code(errc::closed),
                           "the ownership was moved from, or its io_context is gone");
}

} // namespace

start_operation::start_operation(std::shared_ptr<ownership_core> core, std::shared_ptr<lease_core> its_leases)
    : leases(std::move(its_leases)), core_(std::move(core))
{
}

void start_operation::begin()
{
    core_->begin_start(*this);
}

void start_operation::on_cancel()
{
    const operation_ptr self(this);
    core_->forget(*this);
    abort();
}

void start_operation::on_alarm()
{
    const operation_ptr self(this);
    core_->forget(*this);
    complete(ownership_error("start", make_error_code(errc::wait_timeout),
                             "the store has not answered a heartbeat within the expiry"));
}

asio::any_io_executor start_operation::home() const
{
    return core_->home();
}

error start_operation::homeless() const
{
    return nobody_home("start");
}

void stop_operation::begin()
{
    core_->begin_stop(*this);
}

void stop_operation::on_cancel()
{
    const operation_ptr self(this);
    core_->forget(*this);
    abort();
}

asio::any_io_executor stop_operation::home() const
{
    return core_->home();
}

error stop_operation::homeless() const
{
    return nobody_home("stop");
}

void counts_operation::begin()
{
    complete(core_->counts());
}

asio::any_io_executor counts_operation::home() const
{
    return core_->home();
}

error counts_operation::homeless() const
{
    return nobody_home("counts");
}

} // namespace owning

std::shared_ptr<ownership_core> ownership_core::make(std::shared_ptr<client_core> client,
                                                     std::shared_ptr<ownership_store> store,
                                                     const ownership_options& options)
{
    const auto refuse = [](std::string detail) {
        throw owning::ownership_error("ownership", make_error_code(errc::invalid_argument),
                                      std::move(detail));
    };
    options.validate();
    if (!client || !client->executor()) {
        refuse("the client was moved from, or its execution context is gone");
    }
    if (!store) {
        refuse("there is no store");
    }
    if (options.expiry < client->options().timeout + 2 * options.beat_interval) {
        refuse("expiry must be at least client_options::timeout and twice beat_interval: else no call would "
               "be begun");
    }
    auto core = std::make_shared<ownership_core>(std::move(client), std::move(store), options);
    core->join_context(core->home_);
    return core;
}

ownership_core::ownership_core(std::shared_ptr<client_core> client, std::shared_ptr<ownership_store> store,
                               const ownership_options& options)
    : client_(std::move(client)),
      store_(std::move(store)),
      options_(options),
      home_(client_->executor()),
      right_(std::make_shared<owning::right>(client_->shared_time())),
      heart_({.expiry = options.expiry, .every = options.beat_interval}),
      beat_alarm_(*this, &ownership_core::on_beat_due),
      step_alarm_(*this, &ownership_core::on_step_due)
{
}

ownership_core::~ownership_core()
{
    leave_context();
    right_->set(scheduler::time_point::min());
}

ownership::ownership(client& source, std::shared_ptr<ownership_store> store, const ownership_options& options)
    : core_(ownership_core::make(client_access::core(source), std::move(store), options))
{
}

ownership::ownership(ownership&&) noexcept = default;

ownership& ownership::operator=(ownership&& other) noexcept
{
    if (this != &other) {
        const ownership old(std::move(*this));
        core_ = std::move(other.core_);
    }
    return *this;
}

ownership::~ownership()
{
    if (core_) {
        core_->close();
    }
}

std::shared_ptr<const tenure> ownership::right() const
{
    return core_ ? core_->its_right() : nullptr;
}

namespace {

using start_ptr = boost::intrusive_ptr<awaited_operation<void>>;

/// Nothing where it cannot be begun: the reason is in `why`.
start_ptr new_start(const std::shared_ptr<ownership_core>& core, lease_manager& leases,
                    std::optional<error>& why)
{
    const std::shared_ptr<lease_core>& managed = lease_access::core(leases);
    if (!core || !core->home()) {
        why = owning::nobody_home("start");
    } else if (!managed) {
        why = owning::ownership_error("start", make_error_code(errc::invalid_argument),
                                      "the lease_manager was moved from");
    } else {
        return start_ptr(new owning::start_operation(core, managed));
    }
    return nullptr;
}

} // namespace

asio::awaitable<void> ownership::start(lease_manager& leases)
{
    std::optional<error> why;
    start_ptr begun = new_start(core_, leases, why);
    return begun ? await_value<void>(std::move(begun)) : failed_value<void>(std::move(*why));
}

asio::awaitable<result<void>> ownership::try_start(lease_manager& leases)
{
    std::optional<error> why;
    start_ptr begun = new_start(core_, leases, why);
    return begun ? await_result<void>(std::move(begun)) : failed_result<void>(std::move(*why));
}

asio::awaitable<void> ownership::stop()
{
    if (!core_ || !core_->home()) {
        return failed_value<void>(owning::nobody_home("stop"));
    }
    return await_value<void>(start_ptr(new owning::stop_operation(core_)));
}

asio::awaitable<result<void>> ownership::try_stop()
{
    if (!core_ || !core_->home()) {
        return failed_result<void>(owning::nobody_home("stop"));
    }
    return await_result<void>(start_ptr(new owning::stop_operation(core_)));
}

asio::awaitable<ownership_counts> ownership::counts()
{
    if (!core_ || !core_->home()) {
        return failed_value<ownership_counts>(owning::nobody_home("counts"));
    }
    return await_value<ownership_counts>(
        boost::intrusive_ptr<awaited_operation<ownership_counts>>(new owning::counts_operation(core_)));
}

} // namespace videosdk::inline v0
