// Bounded queues of events for slow readers: drop the oldest, and say how many.
#pragma once

#include "events/kept_filter.hpp"
#include "events/queued_operation.hpp"

#include <videosdk/event_hub.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace videosdk::inline v0 {

namespace events {

/// Waits for the next item of one subscription.
class next_operation final : public awaited_operation<subscription_item>, public queued_operation {
public:
    explicit next_operation(std::shared_ptr<subscription::state> from) : from_(std::move(from)) {}

    asio::any_io_executor home() const override;
    error homeless() const override;
    void begin() override;
    void on_cancel() override;
    void deliver() override;
    operation_base& operation() noexcept override { return *this; }
    error aborted() const override;
    std::optional<error> reclaim(result<subscription_item>& outcome) override;

    void give(result<subscription_item> outcome) { outcome_.emplace(std::move(outcome)); }

private:
    std::shared_ptr<subscription::state> from_;
    std::optional<result<subscription_item>> outcome_;
};

} // namespace events

/// One queue. The owner may let go of it on any thread while events come in, so the list's mutex guards it.
struct subscription::state {
    state(std::shared_ptr<hub_core> of, const event_filter& wanted);
    ~state();
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    using hook_type = events::queued_operation::hook_type;

    const std::shared_ptr<hub_core> hub;
    const events::kept_filter filter;

    hook_type hook; // until the owner lets go
    std::deque<std::shared_ptr<const event>> queue;
    std::uint64_t lagged = 0;
    boost::intrusive_ptr<events::next_operation> pending;
    bool closed = false;   // the hub is gone
    bool orphaned = false; // the owner is gone
};

namespace events {

/// All subscriptions of a hub. Thread-safe.
class subscription_list {
public:
    explicit subscription_list(std::size_t queue_limit) : limit_(queue_limit) {}

    void add(subscription::state& which);
    /// Whether an event would find nobody; without the lock, since most hubs have none.
    bool empty() const noexcept { return !any_.load(std::memory_order_acquire); }
    /// The owner lets go; gives the next() that was under way.
    boost::intrusive_ptr<next_operation> release(subscription::state& which);

    /// What an event or the end did: the next() operations that have an outcome now, and how many events were
    /// dropped.
    struct delivery {
        std::vector<boost::intrusive_ptr<next_operation>> ready;
        std::uint64_t dropped = 0;
    };
    /// Puts the event into every queue that it passes into.
    delivery deliver(const std::shared_ptr<const event>& what);
    /// The hub is gone: ends every subscription.
    delivery close();
    /// The execution context is gone: all that waited, to be dropped.
    std::vector<boost::intrusive_ptr<next_operation>> shut_down();

    /// Outcome of a next() that begins; empty: it waits.
    std::optional<result<subscription_item>> begin(subscription::state& of, next_operation& which);
    /// Whether the operation still waited.
    bool cancel(subscription::state& of, next_operation& which);
    /// An item that its reader has turned away from is the next one again; false where somebody else waits.
    bool put_back(subscription::state& of, const subscription_item& item);

private:
    std::mutex mutex_;
    boost::intrusive::list<subscription::state,
                           boost::intrusive::member_hook<subscription::state, subscription::state::hook_type,
                                                         &subscription::state::hook>,
                           boost::intrusive::constant_time_size<false>>
        list_;
    const std::size_t limit_;
    std::atomic<bool> any_ = false; // changed under the lock
    bool closed_ = false;
};

} // namespace events
} // namespace videosdk::inline v0
