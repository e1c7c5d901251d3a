// Draining: what is begun is finished, nothing new is taken, and a deadline ends it.
#include "http/server_drain.hpp"

#include "http/server_connection.hpp"
#include "http/server_door.hpp"

#include <boost/asio/post.hpp>

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
    if (ended_) {
        which.decide(*ended_ == ending::abandoned ? std::nullopt : std::optional<std::size_t>(0));
        which.deliver();
        return;
    }
    drains_.emplace_back(&which);
    if (stopping()) {
        return; // another thread has ended the server, whose word is on its way here
    }
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
    for (auto* const list : {&drains_, &decided_}) {
        std::erase_if(*list, [&](const auto& each) { return each.get() == &which; });
    }
}

void server_core::check_drained()
{
    if (!draining() || stopping() || counters.open != 0 || shedding_ != 0) {
        return;
    }
    if (std::ranges::all_of(doors_, [](const auto& door) { return door->closed(); })) {
        stopping_ = true;
        end_at_home(false);
    }
}

void server_core::on_alarm()
{
    stopping_ = true;
    end_at_home(false);
}

void server_core::end_at_home(bool abandoned)
{
    if (ended_) {
        return;
    }
    ended_ = abandoned ? ending::abandoned : ending::stopped;
    const std::size_t cut = close_all();
    for (auto& each : std::exchange(drains_, {})) {
        each->decide(abandoned ? std::nullopt : std::optional(cut));
        decided_.push_back(std::move(each));
    }
    if (!decided_.empty()) {
        asio::post(executor_, [self = shared_from_this()] { self->complete_next_drain(); });
    }
}

// Never inside stop() or a destructor, and a turn each: callers do what they like.
void server_core::complete_next_drain()
{
    if (decided_.empty()) {
        return;
    }
    const boost::intrusive_ptr<drain_operation> next = std::move(decided_.front());
    decided_.erase(decided_.begin());
    if (!decided_.empty()) {
        asio::post(executor_, [self = shared_from_this()] { self->complete_next_drain(); });
    }
    next->deliver();
}

} // namespace videosdk::inline v0::http
