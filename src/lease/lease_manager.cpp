// The manager's functions: each reads its arguments into an operation, which begins at the await.
#include "api/prepare.hpp"
#include "events/wait_operation.hpp"
#include "lease/lease_core.hpp"
#include "model/json.hpp"
#include "scheduler/in_steps.hpp"

#include <videosdk/lease_manager.hpp>

#include <utility>

namespace videosdk::inline v0 {
namespace {

using core_pointer = std::shared_ptr<lease_core>;

error manager_error(const char* call, errc code, std::string detail)
{
    error_info info;
    info.call = call;
    info.detail = std::move(detail);
    info.outcome = outcome::not_sent;
    info.effect = effect::none;
    return {make_error_code(code), std::move(info)};
}

/// What is wrong with the manager; nothing where it can be asked.
std::optional<error> unusable(const core_pointer& core, const char* call)
{
    if (!core || !core->home()) {
        return manager_error(call, errc::closed,
                             "the lease_manager was moved from, or its io_context is gone");
    }
    return std::nullopt;
}

/// Enumerators of the wire begin with `unknown`.
template <class Enum>
constexpr bool is_one_of_up_to(Enum last, Enum value) noexcept
{
    return value > Enum::unknown && value <= last;
}

/// What cannot be asked for.
std::optional<error> wrong_kind(const char* call, resource_type type, std::optional<resource_mode> mode,
                                std::optional<resource_quality> quality)
{
    if (is_one_of_up_to(resource_type::rtmp, type) &&
        (!mode || is_one_of_up_to(resource_mode::audio, *mode)) &&
        (!quality || is_one_of_up_to(resource_quality::high, *quality))) {
        return std::nullopt;
    }
    acquire_request wire;
    wire.type = type;
    wire.webhook_url = "https://example.com/";
    wire.mode = mode;
    wire.quality = quality;
    if (auto body = model::write(wire); !body) {
        return manager_error(call, errc::invalid_argument, std::move(body.error().detail));
    }
    return std::nullopt;
}

bool in_a_year(std::chrono::nanoseconds time)
{
    return time > std::chrono::nanoseconds(0) && time <= std::chrono::hours(24 * 365);
}

/// What both doors of an acquire share: the operation, or why there is none.
template <class T>
struct prepared_claim {
    prepared_claim(const core_pointer& core, const lease_request& request, std::size_t count,
                   const lease_options& options)
    {
        failure = unusable(core, "acquire");
        if (!failure) {
            failure = wrong(*core, request, count, options);
        }
        if (failure) {
            return;
        }
        operation = new leasing::claim_operation<T>(core, "acquire");
        operation->of = {request.type, request.mode, request.quality};
        operation->units = static_cast<std::uint32_t>(count);
        operation->timeout = options.timeout.value_or(core->options().timeout);
        operation->policy = options.when_unknown;
        how = options.cancellable ? cancellable::yes : cancellable::no;
    }

    static std::optional<error> wrong(const lease_core& core, const lease_request& request, std::size_t count,
                                      const lease_options& options)
    {
        if (auto kind = wrong_kind("acquire", request.type, request.mode, request.quality)) {
            return kind;
        }
        if (count == 0 || count > core.options().max_units) {
            return manager_error("acquire", errc::invalid_argument,
                                 "count must be from 1 to max_units, " +
                                     std::to_string(core.options().max_units));
        }
        const auto timeout = options.timeout.value_or(core.options().timeout);
        if (!in_a_year(timeout)) {
            return manager_error("acquire", errc::invalid_argument,
                                 "timeout must be positive and at most a year");
        }
        if (options.when_unknown != when_unknown::top_up && options.when_unknown != when_unknown::fail) {
            return manager_error("acquire", errc::invalid_argument, "when_unknown must be top_up or fail");
        }
        return std::nullopt;
    }

    std::optional<error> failure;
    boost::intrusive_ptr<leasing::claim_operation<T>> operation;
    cancellable how = cancellable::yes;
};

template <class T>
asio::awaitable<T> value_of(prepared_claim<T> what)
{
    if (what.failure) {
        return failed_value<T>(std::move(*what.failure));
    }
    return await_value<T>(boost::intrusive_ptr<awaited_operation<T>>(std::move(what.operation)), what.how);
}

template <class T>
asio::awaitable<result<T>> result_of(prepared_claim<T> what)
{
    if (what.failure) {
        return failed_result<T>(std::move(*what.failure));
    }
    return await_result<T>(boost::intrusive_ptr<awaited_operation<T>>(std::move(what.operation)), what.how);
}

template <class T>
asio::awaitable<T> throwing(asio::awaitable<result<T>> what)
{
    result<T> outcome = co_await std::move(what);
    if (!outcome) {
        throw outcome.error();
    }
    co_return std::move(*outcome);
}

template <>
asio::awaitable<void> throwing<void>(asio::awaitable<result<void>> what)
{
    const result<void> outcome = co_await std::move(what);
    if (!outcome) {
        throw outcome.error();
    }
}

using claim_ptr = boost::intrusive_ptr<leasing::claim_operation<lease>>;

/// Within one deadline: the unit, then its readiness. A unit that does not get ready goes back with its
/// lease.
asio::awaitable<result<lease>> acquire_then_wait(claim_ptr claim, cancellable how)
{
    const std::shared_ptr<lease_core> core = claim->core().shared_from_this();
    result<lease> unit =
        co_await await_result<lease>(boost::intrusive_ptr<awaited_operation<lease>>(claim), how);
    if (!unit) {
        co_return unit.error();
    }
    if (unit->unit().status == resource_status::idle) {
        co_return std::move(*unit); // kept warm
    }
    const std::chrono::nanoseconds left = claim->deadline - core->now();
    if (left <= std::chrono::nanoseconds(0)) {
        error late = manager_error("acquire_ready", errc::wait_timeout,
                                   "resource " + unit->id() + " came too late to get idle");
        co_return late;
    }
    events::prepared_wait idle(core->hub(), unit->id(), resource_status::idle,
                               {.timeout = left, .cancellable = how == cancellable::yes});
    if (idle.failure) {
        co_return *idle.failure;
    }
    result<resource> ready = co_await await_result<resource>(std::move(idle.operation), how);
    if (!ready) {
        co_return ready.error();
    }
    lease_access::state(*unit)->unit = std::make_shared<const resource>(std::move(*ready));
    co_return std::move(*unit);
}

/// The unit as the provider knows it now, and then whose it is.
asio::awaitable<result<lease>> get_then_adopt(core_pointer core, prepared<resource> get)
{
    if (get.failure) {
        co_return *get.failure;
    }
    get.ready->act_within(core->permit());
    const cancellable how = get.ready->spec().cancellable ? cancellable::yes : cancellable::no;
    result<resource> seen = co_await await_result<resource>(
        boost::intrusive_ptr<awaited_operation<resource>>(std::move(get.ready)), how);
    if (!seen) {
        co_return seen.error();
    }
    boost::intrusive_ptr<awaited_operation<lease>> adopt(
        new leasing::adopt_operation(core, std::move(*seen)));
    result<lease> ours = co_await await_result<lease>(std::move(adopt), how);
    co_return std::move(ours);
}

} // namespace

asio::awaitable<result<std::vector<recoverable_unit>>> leasing::recover_units(core_pointer core)
{
    using found = std::vector<recoverable_unit>;
    return await_result<found>(
        boost::intrusive_ptr<awaited_operation<found>>(new recover_operation(std::move(core), "recover")));
}

asio::awaitable<result<lease>> leasing::adopt_unit(const core_pointer& core, std::string_view id,
                                                   const call_options& options)
{
    return in_steps(get_then_adopt(core, prepare_get(core->client(), id, options)));
}

lease_manager::lease_manager(client& source, event_hub& hub, webhook_receiver& receiver,
                             const lease_manager_options& options)
    : core_(lease_core::make(client_access::core(source), hub_access::core(hub),
                             receiver_access::core(receiver), options))
{
}

lease_manager::lease_manager(std::shared_ptr<lease_core> core) noexcept : core_(std::move(core)) {}

lease_manager::lease_manager(lease_manager&&) noexcept = default;

lease_manager& lease_manager::operator=(lease_manager&& other) noexcept
{
    if (this != &other) {
        const lease_manager old(std::move(*this));
        core_ = std::move(other.core_);
    }
    return *this;
}

lease_manager::~lease_manager()
{
    if (core_) {
        core_->close();
    }
}

asio::awaitable<lease> lease_manager::acquire(const lease_request& request, const lease_options& options)
{
    return value_of(prepared_claim<lease>(core_, request, 1, options));
}

asio::awaitable<result<lease>> lease_manager::try_acquire(const lease_request& request,
                                                          const lease_options& options)
{
    return result_of(prepared_claim<lease>(core_, request, 1, options));
}

asio::awaitable<result<lease>> lease_manager::try_acquire_ready(const lease_request& request,
                                                                const lease_options& options)
{
    prepared_claim<lease> claim(core_, request, 1, options);
    if (claim.failure) {
        return failed_result<lease>(std::move(*claim.failure));
    }
    return in_steps(acquire_then_wait(std::move(claim.operation), claim.how));
}

asio::awaitable<lease> lease_manager::acquire_ready(const lease_request& request,
                                                    const lease_options& options)
{
    return throwing(try_acquire_ready(request, options));
}

asio::awaitable<std::vector<lease>>
lease_manager::acquire_many(const lease_request& request, std::size_t count, const lease_options& options)
{
    return value_of(prepared_claim<std::vector<lease>>(core_, request, count, options));
}

asio::awaitable<result<std::vector<lease>>>
lease_manager::try_acquire_many(const lease_request& request, std::size_t count, const lease_options& options)
{
    return result_of(prepared_claim<std::vector<lease>>(core_, request, count, options));
}

asio::awaitable<result<void>> lease_manager::try_keep_warm(const warm_units& wanted)
{
    std::optional<error> failure = unusable(core_, "keep_warm");
    if (!failure) {
        failure = wrong_kind("keep_warm", wanted.type, wanted.mode, wanted.quality);
    }
    if (!failure && wanted.max_idle && !in_a_year(*wanted.max_idle)) {
        failure = manager_error("keep_warm", errc::invalid_argument,
                                "max_idle must be positive and at most a year");
    }
    if (failure) {
        return failed_result<void>(std::move(*failure));
    }
    return await_result<void>(boost::intrusive_ptr<awaited_operation<void>>(new leasing::keep_warm_operation(
        core_, {wanted.type, wanted.mode, wanted.quality}, {wanted.count, wanted.max_idle})));
}

asio::awaitable<void> lease_manager::keep_warm(const warm_units& wanted)
{
    return throwing(try_keep_warm(wanted));
}

asio::awaitable<result<void>> lease_manager::try_shutdown()
{
    if (auto failure = unusable(core_, "shutdown")) {
        return failed_result<void>(std::move(*failure));
    }
    return await_result<void>(
        boost::intrusive_ptr<awaited_operation<void>>(new leasing::shutdown_operation(core_, "shutdown")));
}

asio::awaitable<void> lease_manager::shutdown()
{
    return throwing(try_shutdown());
}

asio::awaitable<result<std::vector<recoverable_unit>>> lease_manager::try_recover()
{
    using found = std::vector<recoverable_unit>;
    if (auto failure = unusable(core_, "recover")) {
        return failed_result<found>(std::move(*failure));
    }
    return leasing::recover_units(core_);
}

asio::awaitable<std::vector<recoverable_unit>> lease_manager::recover()
{
    return throwing(try_recover());
}

asio::awaitable<result<lease>> lease_manager::try_adopt(std::string_view id, const call_options& options)
{
    if (auto failure = unusable(core_, "adopt")) {
        return failed_result<lease>(std::move(*failure));
    }
    return leasing::adopt_unit(core_, id, options);
}

asio::awaitable<lease> lease_manager::adopt(std::string_view id, const call_options& options)
{
    return throwing(try_adopt(id, options));
}

asio::awaitable<lease_counts> lease_manager::counts()
{
    if (auto failure = unusable(core_, "counts")) {
        return failed_value<lease_counts>(std::move(*failure));
    }
    return await_value<lease_counts>(boost::intrusive_ptr<awaited_operation<lease_counts>>(
        new leasing::counts_operation(core_, "counts")));
}

std::string lease_manager::boot() const
{
    return core_ ? core_->boot() : std::string();
}

const std::shared_ptr<lease_core>& lease_access::core(const lease_manager& which) noexcept
{
    return which.core_;
}

lease_manager lease_access::make_manager(std::shared_ptr<lease_core> core)
{
    return lease_manager(std::move(core));
}

} // namespace videosdk::inline v0
