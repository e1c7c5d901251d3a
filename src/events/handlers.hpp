// Handlers that are awaited before an event's sender is told that it was taken.
#pragma once

#include "events/handled_book.hpp"
#include "events/kept_filter.hpp"
#include "events/queued_operation.hpp"

#include <videosdk/event_hub.hpp>
#include <videosdk/scheduler.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <atomic>
#include <exception>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

namespace videosdk::inline v0 {

/// One registration. `in_progress` belongs to the hub's executor.
struct event_handling::state {
    state(std::shared_ptr<hub_core> of, const event_filter& wanted, event_handler what,
          const handling_options& how)
        : hub(std::move(of)), filter(wanted), handler(std::move(what)), options(how)
    {
    }

    const std::shared_ptr<hub_core> hub;
    const events::kept_filter filter;
    const event_handler handler; // outlives its coroutines, which may live in what it captured
    const handling_options options;

    std::size_t in_progress = 0;
};

namespace events {

class handlers;
class publish_operation;

/// One event on its way through all handlers that it passes.
struct delivery {
    std::shared_ptr<const event> what;
    event_digest digest{};
    bool awaited = false; ///< Somebody is told only when all handlers have returned.
    bool failed = false;
    std::size_t open = 0;                ///< Handlers that must still return.
    publish_operation* sender = nullptr; ///< Empty: it was told, or waits no more.
};

/// One handler at work on one event. Kept alive by the hub until the coroutine has ended, and by that.
class handler_run final : public alarm, public std::enable_shared_from_this<handler_run> {
public:
    handler_run(std::shared_ptr<event_handling::state> its_handling, std::shared_ptr<delivery> its_delivery)
        : handling(std::move(its_handling)), carries(std::move(its_delivery))
    {
    }

    void on_alarm() override;

    const std::shared_ptr<event_handling::state> handling;
    const std::shared_ptr<delivery> carries;
    asio::cancellation_signal signal;
    bool decided = false;   ///< Its part of the delivery is.
    bool cancelled = false; ///< It must not begin any more.
    bool ended = false;     ///< Its coroutine is gone.
};

/// All handlers of a hub, and what they work on. Lives on the hub's executor but for add() and release().
class handlers {
public:
    handlers(hub_core& hub, std::size_t remembered) : hub_(hub), handled_(remembered) {}
    handlers(const handlers&) = delete;
    handlers& operator=(const handlers&) = delete;

    /// From any thread.
    void add(const std::shared_ptr<event_handling::state>& which);
    void release(const std::shared_ptr<event_handling::state>& which);

    /// Whether an event would find none; without the lock, since most hubs have none.
    bool empty() const noexcept { return !any_.load(std::memory_order_acquire); }

    /// What became of an event that was offered.
    enum class offer {
        not_wanted, ///< No handler takes it.
        at_work,    ///< Handlers work on it; `sender` will be told.
        no_room     ///< A handler that must not miss it has no room.
    };
    offer begin(publish_operation& sender, const std::shared_ptr<const event>& what, bool news);
    void give_up(publish_operation& sender);

    void on_late(handler_run& which);
    void on_end(handler_run& which, std::exception_ptr failure);

    /// The hub is gone: cancels what is in progress, and tells its senders.
    void close();
    /// The execution context is gone: all that waited, to be dropped.
    void shut_down(std::vector<operation_ptr>& dropped);

    std::size_t in_progress() const noexcept { return runs_.size(); }

private:
    using state_ptr = std::shared_ptr<event_handling::state>;
    enum class part { returned, failed, dropped };

    std::vector<state_ptr> takers_of(const event& what, acknowledge when);
    void start(const state_ptr& which, const std::shared_ptr<delivery>& what);
    void cancel(handler_run& which);
    void drop_those_of(const event_handling::state& which);
    void drop(handler_run& which);
    void decide(handler_run& which, part outcome);
    void tell(delivery& what, verdict outcome);
    void report(const handler_run& which, std::exception_ptr failure);

    hub_core& hub_;
    std::mutex mutex_;
    std::vector<std::weak_ptr<event_handling::state>> all_; // in the order of their registration
    std::atomic<bool> any_ = false;                         // changed under the lock
    handled_book handled_;
    std::list<std::shared_ptr<handler_run>> runs_;
    operation_list senders_;
};

} // namespace events
} // namespace videosdk::inline v0
