// The handle of a composition.
#include "events/composition_wait.hpp"
#include "events/wait_operation.hpp"
#include "lease/lease_core.hpp"
#include "scheduler/in_steps.hpp"

#include <videosdk/composition.hpp>

#include <optional>
#include <ostream>
#include <utility>

namespace videosdk::inline v0 {
namespace {

using running_ptr = std::shared_ptr<const composition::running>;

error stop_error(errc code, std::string detail)
{
    error_info info;
    info.call = "stop";
    info.detail = std::move(detail);
    return {make_error_code(code), std::move(info)};
}

/// An end that the provider knows nothing of has happened already: the unit tells.
bool is_refusal(const error& failure)
{
    return failure.effect() == effect::none && failure.code() != condition::not_found;
}

asio::awaitable<result<resource>> wait_until_idle(running_ptr what, std::chrono::nanoseconds timeout,
                                                  cancellable how)
{
    events::prepared_wait idle(what->unit->core->hub(), what->started.resource_id, resource_status::idle,
                               {.timeout = timeout, .cancellable = how == cancellable::yes});
    if (idle.failure) {
        co_return *idle.failure;
    }
    result<resource> ready = co_await await_result<resource>(std::move(idle.operation), how);
    co_return std::move(ready);
}

/// How the last round failed, where one before may have ended it: then nobody knows whether it was.
error with_doubt(const error& last, const std::optional<error>& before)
{
    if (!before) {
        return last;
    }
    if (last.code() != asio::error::operation_aborted) {
        return *before;
    }
    error_info told = last.info();
    told.effect = effect::unknown;
    return {last.code(), std::move(told)};
}

/// Ends it, and again where that was lost and the unit goes on composing.
asio::awaitable<result<void>> end_and_wait(running_ptr what, stop_options options)
{
    const std::shared_ptr<lease_core> core = what->unit->core;
    const auto deadline = core->now() + options.timeout;
    const cancellable how = options.cancellable ? cancellable::yes : cancellable::no;
    std::optional<error> in_doubt; // an earlier round, which may have ended it
    while (!what->over()) {
        const auto left = deadline - core->now();
        if (left <= std::chrono::nanoseconds(0)) {
            error late =
                stop_error(errc::wait_timeout, "composition " + what->started.id + " had not ended in time");
            co_return late;
        }
        call_options call;
        call.timeout = std::min<std::chrono::nanoseconds>(left, core->client()->options().timeout);
        call.cancellable = options.cancellable;
        prepared<void> end = prepare_end(core->client(), what->started.type,
                                         {.room_id = what->started.room_id, .id = what->started.id}, call);
        if (end.failure) {
            co_return *end.failure;
        }
        end.ready->act_within(core->permit());
        result<void> ended = co_await await_result<void>(
            boost::intrusive_ptr<awaited_operation<void>>(std::move(end.ready)), how);
        const bool aborted = !ended && ended.error().code() == asio::error::operation_aborted;
        if (aborted || (!ended && is_refusal(ended.error()))) {
            error told = with_doubt(ended.error(), in_doubt);
            co_return told;
        }
        if (!ended && ended.error().ambiguous()) {
            in_doubt = ended.error();
        }
        const bool certain = ended.has_value();
        const auto rest = deadline - core->now();
        const auto patience = certain ? rest : std::min(rest, core->options().reconcile_horizon);
        if (patience <= std::chrono::nanoseconds(0)) {
            continue;
        }
        result<resource> idle = co_await wait_until_idle(what, patience, how);
        if (what->over()) {
            break;
        }
        if (idle) {
            core->stopped(what->started);
            co_return result<void>();
        }
        if (certain || idle.error().code() != errc::wait_timeout) {
            co_return idle.error();
        }
    }
    co_return result<void>();
}

asio::awaitable<void> value_of_stop(asio::awaitable<result<void>> what)
{
    const result<void> outcome = co_await std::move(what);
    if (!outcome) {
        throw outcome.error();
    }
}

error no_composition()
{
    error_info info;
    info.call = "wait_for";
    info.detail = "there is no composition";
    return {make_error_code(errc::closed), std::move(info)};
}

} // namespace

composition::composition() noexcept = default;
composition::composition(std::shared_ptr<const running> state) noexcept : state_(std::move(state)) {}
composition::composition(composition&&) noexcept = default;
composition& composition::operator=(composition&&) noexcept = default;
composition::~composition() = default;

const started_composition& composition::started() const noexcept
{
    static const started_composition none;
    return state_ ? state_->started : none;
}

const std::string& composition::id() const noexcept
{
    return started().id;
}

composition_status composition::status() const
{
    return state_ ? state_->life->facts().status() : composition_status::unknown;
}

std::optional<std::string> composition::file_url() const
{
    return state_ ? state_->life->facts().file_url() : std::nullopt;
}

std::string composition::file_path() const
{
    return state_ ? state_->life->facts().file_path() : std::string();
}

std::string composition::playback_url() const
{
    return state_ ? state_->life->facts().playback_url() : std::string();
}

std::string composition::livestream_url() const
{
    return state_ ? state_->life->facts().livestream_url() : std::string();
}

asio::awaitable<void> composition::wait_for(composition_status wanted, const wait_options& options) const
{
    if (!state_) {
        return failed_value<void>(no_composition());
    }
    events::prepared_composition_wait prepared(state_->unit->core->hub(), state_->life, id(), wanted,
                                               options);
    if (prepared.failure) {
        return failed_value<void>(std::move(*prepared.failure));
    }
    return await_value<void>(std::move(prepared.operation), prepared.how);
}

asio::awaitable<result<void>> composition::try_wait_for(composition_status wanted,
                                                        const wait_options& options) const
{
    if (!state_) {
        return failed_result<void>(no_composition());
    }
    events::prepared_composition_wait prepared(state_->unit->core->hub(), state_->life, id(), wanted,
                                               options);
    if (prepared.failure) {
        return failed_result<void>(std::move(*prepared.failure));
    }
    return await_result<void>(std::move(prepared.operation), prepared.how);
}

asio::awaitable<result<void>> composition::try_stop(const stop_options& options)
{
    if (!state_ || !state_->unit->core->home()) {
        return failed_result<void>(stop_error(errc::closed, state_ ? "the composition's io_context is gone"
                                                                   : "there is no composition"));
    }
    if (options.timeout <= std::chrono::nanoseconds(0) || options.timeout > std::chrono::hours(24 * 365)) {
        return failed_result<void>(
            stop_error(errc::invalid_argument, "timeout must be positive and at most a year"));
    }
    return in_steps(end_and_wait(state_, options));
}

asio::awaitable<void> composition::stop(const stop_options& options)
{
    return value_of_stop(try_stop(options));
}

std::ostream& operator<<(std::ostream& stream, const stop_options& value)
{
    return stream << "timeout=" << value.timeout.count()
                  << "ns cancellable=" << (value.cancellable ? "yes" : "no");
}

std::ostream& operator<<(std::ostream& stream, const composition& value)
{
    if (!value) {
        return stream << "composition of nothing";
    }
    return stream << to_string(value.started().type) << " composition " << value.id() << ' '
                  << value.status();
}

} // namespace videosdk::inline v0
