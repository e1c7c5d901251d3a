// Draining: what is begun is finished, nothing new is taken, and a deadline ends it.
#include "http/server_drain.hpp"

#include "http/server_connection.hpp"
#include "http/server_door.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::http {

drain_operation::drain_operation(std::shared_ptr<server_core> core, std::chrono::nanoseconds timeout)
    : core_(std::move(core)), timeout_(timeout)
{
}

void drain_operation::on_cancel()
{
    const operation_ptr self(this);
    core_->leave_drain(*this);
    abort();
}

asio::awaitable<std::size_t> drain_server(const std::shared_ptr<server_core>& core,
                                          std::chrono::nanoseconds timeout)
{
    error_info info;
    info.call = core->options().name;
    if (timeout < std::chrono::nanoseconds(0) || timeout > std::chrono::hours(24)) {
        info.detail = "drain: the timeout must be zero to 24 hours";
        return failed_value<std::size_t>(error(make_error_code(errc::invalid_argument), std::move(info)));
    }
    if (!core->executor()) {
        info.detail = "drain: the execution context is gone";
        return failed_value<std::size_t>(error(make_error_code(errc::closed), std::move(info)));
    }
    boost::intrusive_ptr<awaited_operation<std::size_t>> operation(new drain_operation(core, timeout));
    return await_value<std::size_t>(std::move(operation));
}

void server_core::begin_drain(drain_operation& which)
{
    if (stopping()) {
        which.drained(0);
        return;
    }
    drains_.emplace_back(&which);
    const auto point = time_->now() + which.timeout();
    const bool first = !draining_.exchange(true);
    if (first || point < drain_until_) {
        drain_until_ = point;
        time_->wait_until(point, *this);
    }
    if (first) {
        for (const auto& door : doors_) {
            door->finish();
        }
        for (server_connection* each = open_.first; each != nullptr; each = each->next_) {
            each->retire();
        }
    }
    check_drained();
}

void server_core::leave_drain(drain_operation& which) noexcept
{
    std::erase_if(drains_, [&](const auto& each) { return each.get() == &which; });
}

void server_core::check_drained()
{
    if (!draining() || stopping() || counters_.open != 0 || shedding_ != 0) {
        return;
    }
    if (std::ranges::all_of(doors_, [](const auto& door) { return door->closed(); })) {
        stopping_ = true;
        finish_drain(close_all());
    }
}

void server_core::on_alarm()
{
    stopping_ = true;
    finish_drain(close_all());
}

void server_core::finish_drain(std::size_t cut)
{
    for (const auto& each : std::exchange(drains_, {})) {
        each->drained(cut);
    }
}

} // namespace videosdk::inline v0::http
