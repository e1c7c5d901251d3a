// The handle of one unit.
#include "events/wait_operation.hpp"
#include "lease/lease_core.hpp"

#include <videosdk/lease.hpp>

#include <ostream>
#include <utility>

namespace videosdk::inline v0 {
namespace {

error lease_error(const char* call, errc code, std::string detail)
{
    error_info info;
    info.call = call;
    info.detail = std::move(detail);
    return {make_error_code(code), std::move(info)};
}

constexpr const char* holds_nothing = "the lease holds nothing: default-constructed, or moved from";

const resource& no_unit()
{
    static const resource none;
    return none;
}

/// What both doors of a release share: the operation, or why there is none.
struct prepared_release {
    prepared_release(const std::shared_ptr<lease::holding>& what, const release_options& options)
    {
        if (!what) {
            failure.emplace(lease_error("release", errc::closed, holds_nothing));
        } else if (options.timeout <= std::chrono::nanoseconds(0) ||
                   options.timeout > std::chrono::hours(24 * 365)) {
            failure.emplace(lease_error("release", errc::invalid_argument,
                                        "timeout must be positive and at most a year"));
        } else {
            operation = new leasing::release_operation(what->core, what, options.timeout, options.reuse);
            how = options.cancellable ? cancellable::yes : cancellable::no;
        }
    }

    std::optional<error> failure;
    boost::intrusive_ptr<awaited_operation<void>> operation;
    cancellable how = cancellable::yes;
};

/// The same of a start.
struct prepared_start {
    template <class Request>
    prepared_start(const char* name, const std::shared_ptr<lease::holding>& what, Request request,
                   const call_options& options)
    {
        if (!what || !what->core->home()) {
            failure.emplace(
                lease_error(name, errc::closed, what ? "the lease's io_context is gone" : holds_nothing));
            return;
        }
        if (!request.resource_id.empty() && request.resource_id != what->unit->id) {
            failure.emplace(lease_error(name, errc::invalid_argument,
                                        "resource_id is another one than the lease's: leave it empty"));
            return;
        }
        request.resource_id = what->unit->id;
        auto start = prepare_start(what->core->client(), request, options);
        if (start.failure) {
            failure = std::move(start.failure);
            return;
        }
        operation = new leasing::start_operation(what->core, name, what, std::move(start));
        how = options.cancellable ? cancellable::yes : cancellable::no;
    }

    asio::awaitable<composition> value()
    {
        if (failure) {
            return failed_value<composition>(std::move(*failure));
        }
        return await_value<composition>(std::move(operation), how);
    }
    asio::awaitable<result<composition>> outcome()
    {
        if (failure) {
            return failed_result<composition>(std::move(*failure));
        }
        return await_result<composition>(std::move(operation), how);
    }

    std::optional<error> failure;
    boost::intrusive_ptr<awaited_operation<composition>> operation;
    cancellable how = cancellable::yes;
};

} // namespace

lease& lease::operator=(lease&& other) noexcept
{
    if (this != &other) {
        const lease old(std::move(*this));
        state_ = std::move(other.state_);
    }
    return *this;
}

void lease::let_go() noexcept
{
    if (state_->state == lease_state::held) {
        const std::shared_ptr<lease_core> core = state_->core;
        core->give_back(std::move(state_));
    }
}

const id_text& lease::id() const noexcept
{
    return unit().id;
}

const resource& lease::unit() const noexcept
{
    return state_ ? *state_->unit : no_unit();
}

lease_state lease::state() const noexcept
{
    return state_ ? state_->state.load() : lease_state::none;
}

asio::awaitable<resource> lease::wait_for(resource_status wanted, const wait_options& options) const
{
    if (!state_) {
        return failed_value<resource>(lease_error("wait_for", errc::closed, holds_nothing));
    }
    events::prepared_wait prepared(state_->core->hub(), id(), wanted, options);
    if (prepared.failure) {
        return failed_value<resource>(std::move(*prepared.failure));
    }
    return await_value<resource>(std::move(prepared.operation), prepared.how);
}

asio::awaitable<result<resource>> lease::try_wait_for(resource_status wanted,
                                                      const wait_options& options) const
{
    if (!state_) {
        return failed_result<resource>(lease_error("wait_for", errc::closed, holds_nothing));
    }
    events::prepared_wait prepared(state_->core->hub(), id(), wanted, options);
    if (prepared.failure) {
        return failed_result<resource>(std::move(*prepared.failure));
    }
    return await_result<resource>(std::move(prepared.operation), prepared.how);
}

asio::awaitable<void> lease::release(const release_options& options)
{
    prepared_release prepared(state_, options);
    if (prepared.failure) {
        return failed_value<void>(std::move(*prepared.failure));
    }
    return await_value<void>(std::move(prepared.operation), prepared.how);
}

asio::awaitable<result<void>> lease::try_release(const release_options& options)
{
    prepared_release prepared(state_, options);
    if (prepared.failure) {
        return failed_result<void>(std::move(*prepared.failure));
    }
    return await_result<void>(std::move(prepared.operation), prepared.how);
}

asio::awaitable<composition> lease::start_recording(const start_recording_request& request,
                                                    const call_options& options)
{
    return prepared_start("start_recording", state_, request, options).value();
}

asio::awaitable<result<composition>> lease::try_start_recording(const start_recording_request& request,
                                                                const call_options& options)
{
    return prepared_start("start_recording", state_, request, options).outcome();
}

asio::awaitable<composition> lease::start_hls(const start_hls_request& request, const call_options& options)
{
    return prepared_start("start_hls", state_, request, options).value();
}

asio::awaitable<result<composition>> lease::try_start_hls(const start_hls_request& request,
                                                          const call_options& options)
{
    return prepared_start("start_hls", state_, request, options).outcome();
}

asio::awaitable<composition> lease::start_rtmp(const start_rtmp_request& request, const call_options& options)
{
    return prepared_start("start_rtmp", state_, request, options).value();
}

asio::awaitable<result<composition>> lease::try_start_rtmp(const start_rtmp_request& request,
                                                           const call_options& options)
{
    return prepared_start("start_rtmp", state_, request, options).outcome();
}

std::string_view to_string(lease_state value) noexcept
{
    switch (value) {
    case lease_state::none:
        return "none";
    case lease_state::held:
        return "held";
    case lease_state::returning:
        return "returning";
    case lease_state::released:
        return "released";
    case lease_state::lost:
        return "lost";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, lease_state value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, const release_options& value)
{
    return stream << "timeout=" << value.timeout.count()
                  << "ns cancellable=" << (value.cancellable ? "yes" : "no")
                  << " reuse=" << (value.reuse ? "yes" : "no");
}

std::ostream& operator<<(std::ostream& stream, const lease& value)
{
    return stream << "lease " << (value ? value.id().view() : "of nothing") << ' ' << value.state();
}

} // namespace videosdk::inline v0
