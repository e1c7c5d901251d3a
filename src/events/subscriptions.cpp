// Subscriptions and their queues.
#include "events/subscriptions.hpp"

#include "events/hub_core.hpp"

#include <utility>

namespace videosdk::inline v0 {
namespace {

error closed_error()
{
    error_info info;
    info.call = "next";
    info.detail = "the event_hub of this subscription is gone, and the queue is empty";
    return {make_error_code(errc::closed), std::move(info)};
}

error second_next_error()
{
    error_info info;
    info.call = "next";
    info.detail = "another next() of this subscription has not completed yet: one at a time";
    return {make_error_code(errc::invalid_argument), std::move(info)};
}

error aborted_error(const char* why)
{
    error_info info;
    info.call = "next";
    info.detail = why;
    return {make_error_code(asio::error::operation_aborted), std::move(info)};
}

} // namespace

subscription_item::subscription_item() = default;

subscription_item::subscription_item(event what) : event_(std::move(what)) {}

subscription_item::subscription_item(std::uint64_t lagged) : lagged_(lagged) {}

subscription::state::state(std::shared_ptr<hub_core> of, const event_filter& wanted)
    : hub(std::move(of)), filter(wanted)
{
}

subscription::state::~state() = default;

subscription::subscription() noexcept = default;

subscription::subscription(std::shared_ptr<state> shared) noexcept : state_(std::move(shared)) {}

subscription::subscription(subscription&&) noexcept = default;

subscription& subscription::operator=(subscription&& other) noexcept
{
    if (this != &other) {
        const subscription old(std::move(*this));
        state_ = std::move(other.state_);
    }
    return *this;
}

subscription::~subscription()
{
    if (!state_) {
        return;
    }
    const auto waiting = state_->hub->subscriptions().release(*state_);
    const asio::any_io_executor home = state_->hub->home();
    if (waiting && home) {
        asio::post(home, [hub = state_->hub, waiting] {
            waiting->give(aborted_error("the subscription is gone"));
            waiting->deliver();
        });
    }
}

asio::awaitable<subscription_item> subscription::next()
{
    if (!state_) {
        return failed_value<subscription_item>(closed_error());
    }
    boost::intrusive_ptr<awaited_operation<subscription_item>> which(new events::next_operation(state_));
    return await_value<subscription_item>(std::move(which));
}

asio::awaitable<result<subscription_item>> subscription::try_next()
{
    if (!state_) {
        return failed_result<subscription_item>(closed_error());
    }
    boost::intrusive_ptr<awaited_operation<subscription_item>> which(new events::next_operation(state_));
    return await_result<subscription_item>(std::move(which));
}

namespace events {

asio::any_io_executor next_operation::home() const
{
    return from_->hub->home();
}

error next_operation::homeless() const
{
    return closed_error();
}

void next_operation::begin()
{
    auto outcome = from_->hub->subscriptions().begin(*from_, *this);
    if (outcome) {
        complete(std::move(*outcome));
    }
}

void next_operation::on_cancel()
{
    const boost::intrusive_ptr<next_operation> self(this);
    if (from_->hub->subscriptions().cancel(*from_, *this)) {
        abort();
    }
}

error next_operation::aborted() const
{
    return aborted_error("cancelled");
}

std::optional<error> next_operation::reclaim(result<subscription_item>& outcome)
{
    if (outcome && from_->hub->subscriptions().put_back(*from_, *outcome)) {
        return aborted();
    }
    return std::nullopt;
}

void next_operation::deliver()
{
    complete(std::move(*outcome_));
}

void subscription_list::add(subscription::state& which)
{
    const std::lock_guard lock(mutex_);
    which.closed = closed_;
    list_.push_back(which);
    any_.store(true, std::memory_order_release);
}

subscription_list::delivery subscription_list::deliver(const std::shared_ptr<const event>& what)
{
    delivery out;
    const std::lock_guard lock(mutex_);
    for (subscription::state& each : list_) {
        if (!each.filter.passes(*what)) {
            continue;
        }
        if (each.pending) {
            each.pending->give(subscription_item(*what));
            out.ready.push_back(std::move(each.pending));
            continue;
        }
        if (each.queue.size() == limit_) {
            each.queue.pop_front();
            ++each.lagged;
            ++out.dropped;
        }
        each.queue.push_back(what);
    }
    return out;
}

subscription_list::delivery subscription_list::close()
{
    delivery out;
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (subscription::state& each : list_) {
        each.closed = true;
        if (each.pending) {
            each.pending->give(closed_error());
            out.ready.push_back(std::move(each.pending));
        }
    }
    return out;
}

std::vector<boost::intrusive_ptr<next_operation>> subscription_list::shut_down()
{
    std::vector<boost::intrusive_ptr<next_operation>> out;
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (subscription::state& each : list_) {
        each.closed = true;
        if (each.pending) {
            out.push_back(std::move(each.pending));
        }
    }
    return out;
}

boost::intrusive_ptr<next_operation> subscription_list::release(subscription::state& which)
{
    const std::lock_guard lock(mutex_);
    which.hook.unlink();
    any_.store(!list_.empty(), std::memory_order_release);
    which.orphaned = true;
    which.queue.clear();
    return std::move(which.pending);
}

std::optional<result<subscription_item>> subscription_list::begin(subscription::state& of,
                                                                  next_operation& which)
{
    const std::lock_guard lock(mutex_);
    if (of.orphaned) {
        return aborted_error("the subscription is gone");
    }
    if (of.pending) {
        return second_next_error();
    }
    if (of.lagged != 0) {
        return subscription_item(std::exchange(of.lagged, 0));
    }
    if (!of.queue.empty()) {
        const std::shared_ptr<const event> oldest = std::move(of.queue.front());
        of.queue.pop_front();
        return subscription_item(*oldest);
    }
    if (of.closed) {
        return closed_error();
    }
    of.pending = &which;
    return std::nullopt;
}

bool subscription_list::cancel(subscription::state& of, next_operation& which)
{
    const std::lock_guard lock(mutex_);
    if (of.pending != &which) {
        return false; // an item is on its way to it already
    }
    of.pending.reset();
    return true;
}

bool subscription_list::put_back(subscription::state& of, const subscription_item& item)
{
    const std::lock_guard lock(mutex_);
    if (of.orphaned) {
        return true;
    }
    if (of.pending) {
        return false;
    }
    if (item.lagged() != 0) {
        of.lagged += item.lagged();
    } else if (of.queue.size() == limit_) {
        ++of.lagged; // it is the oldest
    } else {
        of.queue.push_front(std::make_shared<const event>(item.value()));
    }
    return true;
}

} // namespace events
} // namespace videosdk::inline v0
