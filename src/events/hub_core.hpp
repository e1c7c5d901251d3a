// The shared state behind an event_hub: applies what is learned to those who wait, and asks the API for them.
#pragma once

#include "api/client_core.hpp"
#include "events/composition_book.hpp"
#include "events/composition_lives.hpp"
#include "events/fact_table.hpp"
#include "events/handlers.hpp"
#include "events/poll_notice.hpp"
#include "events/poll_schedule.hpp"
#include "events/queued_operation.hpp"
#include "events/relay_seat.hpp"
#include "events/subscriptions.hpp"
#include "scheduler/context_service.hpp"

#include <videosdk/event_hub.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

namespace events {
class composition_wait;
class publish_operation;
class wait_operation;
class watch;
} // namespace events

/// Told of every event that the hub takes, repetitions included, on the client's executor.
class event_listener {
public:
    virtual void on_event(const event& what) = 0;

protected:
    ~event_listener() = default;
};

/// Lives on the client's executor; what may be called from any thread says so. Kept alive by its handle, by
/// waits, by subscriptions and by receivers.
class hub_core final : public std::enable_shared_from_this<hub_core>,
                       public command_listener,
                       private context_member {
public:
    static std::shared_ptr<hub_core> make(std::shared_ptr<client_core> source,
                                          const event_hub_options& options);
    hub_core(std::shared_ptr<client_core> source, const event_hub_options& options);
    ~hub_core();

    /// Empty after the context's shutdown. From any thread.
    asio::any_io_executor home() const { return home_; }
    /// Also true when the executor has not got to it yet. From any thread.
    bool closed() const noexcept { return closing_.load(std::memory_order_acquire); }
    /// The handle is gone: no event is taken any more, waits are aborted, subscriptions end. From any thread.
    void close();
    events::subscription_list& subscriptions() noexcept { return subscriptions_; } ///< From any thread.
    events::handlers& handlers() noexcept { return handlers_; }
    /// From any thread; events that come afterwards are told.
    void add_event_listener(std::weak_ptr<event_listener> listener);
    const std::shared_ptr<client_core>& source() const noexcept { return source_; }
    events::relay_seat& seat() noexcept { return seat_; } ///< From any thread.
    /// Asks about this resource, or about all that somebody waits for.
    void ask_now(const std::string& resource_id);

    // For operations.
    void begin_wait(events::wait_operation& which);
    void cancel_wait(events::wait_operation& which);
    void on_deadline(events::wait_operation& which);
    void begin_wait(events::composition_wait& which);
    void cancel_wait(events::composition_wait& which);
    void on_deadline(events::composition_wait& which);
    void begin_publish(events::publish_operation& which, event&& what);
    void on_poll_due(events::watch& which);
    /// A command is being sent to the resource: by a client of this library, or by somebody who says so.
    void on_command(const std::string& resource_id, const std::string& composition_id);
    void on_start_command(const std::string& resource_id) override;
    void on_starting(const events::command_ptr& start) override;
    void on_started(const events::command_ptr& start, const started_composition& what) override;
    void on_not_started(const events::command_ptr& start) override;
    void on_start_in_doubt(const events::command_ptr& start) override;
    void on_end_command(const std::string& composition_id) override;
    hub_counts counts() const;

    // For those who start compositions by themselves.
    /// One is about to be started in this unit, of which more is known than its id.
    void on_starting_in(const resource& unit, const events::command_ptr& start);
    /// The one that this start has started; one that nothing is learned of where the hub is gone.
    events::life_ptr life_of(const events::command_ptr& start, const started_composition& what);
    /// A composition's unit is free again; or the unit itself, whatever ran in it.
    void on_freed(const std::string& composition_id);
    void on_unit_freed(std::string_view resource_id);

    // For handlers.
    const std::shared_ptr<scheduler>& time() const noexcept { return time_; }
    const event_hub_options& options() const noexcept { return options_; }
    hub_counts& tally() noexcept { return counts_; }
    /// Tells the client's observer, where there is one.
    void tell_seen(const event& what, verdict outcome) const noexcept;
    /// Completes it at the executor's next turn.
    void hand_over(events::queued_operation& which);

private:
    enum class cause { event, poll };
    class sweep_alarm final : public alarm {
    public:
        explicit sweep_alarm(hub_core& hub) : hub_(hub) {}
        void on_alarm() override { hub_.sweep(); }

    private:
        hub_core& hub_;
    };

    void context_shutdown() noexcept override;
    void close_at_home();

    bool deliver(events::publish_operation& which, const std::shared_ptr<const event>& what, bool news);
    bool learn(const event& what);
    bool learn_of_resource(const event& what, events::moment now);
    void learn_of_composition(const event& what, events::moment now);
    void learn_of_start(const std::string& resource_id, const std::string& composition_id);
    void tell_composition(const event& what);
    void settle(events::composition_life& which);
    void leave(events::composition_wait& which);
    void end_composition_waits();
    void drop_composition_waits(std::vector<operation_ptr>& dropped) noexcept;
    void doubt(events::known_resource& which, events::moment now);
    void sweep_soon(resource_type kind);
    void sweep();
    events::moment other_news(const events::known_resource& which) const noexcept;

    events::watch& watch_of(events::known_resource& which);
    void answer_at_once(events::wait_operation& which, events::known_resource& known);
    void leave(events::wait_operation& which);
    void after_waiter_left(events::watch& which);
    events::shared_resource snapshot(const events::known_resource& which, resource_status status) const;

    bool decides_all(events::watch& which) const;
    void settle(events::watch& which, cause by);
    void say_that_polls_bring_the_news();
    void fail_all(events::watch& which, const error& failure);
    void fail_not_found(events::watch& which, const error& failure);
    template <class Function>
    void for_each_leaving(events::operation_list& list, Function decide);

    void place(events::watch& which);
    void hurry(events::watch& which);
    void schedule(events::watch& which);
    void enqueue(events::watch& which);
    void ask_those_due();
    void ask(events::watch& which);
    void answered(events::watch& which, result<resource> answer);
    void take_answer(events::watch& which, resource answer);
    bool is_stale(const events::watch& which) const noexcept;

    std::shared_ptr<client_core> source_;
    std::shared_ptr<scheduler> time_;
    asio::any_io_executor home_;
    const event_hub_options options_;
    const events::poll_pace pace_;
    const std::chrono::nanoseconds poll_timeout_;
    std::atomic<bool> closing_ = false;

    events::moment now_ = 0;
    events::poll_notice notice_;
    std::array<events::moment, 4> unnamed_news_{}; // by resource_type: events about nobody knows which
    events::fact_table table_;
    events::composition_book compositions_;
    events::composition_lives lives_;
    hub_counts counts_;
    std::size_t asking_ = 0;
    unsigned sweep_kinds_ = 0; // bit per resource_type
    std::optional<scheduler::time_point> swept_at_;
    sweep_alarm sweep_alarm_;

    struct watch_lists;
    std::unique_ptr<watch_lists> lists_;
    std::shared_ptr<events::handover> ready_;
    events::subscription_list subscriptions_;
    events::handlers handlers_;
    std::vector<std::weak_ptr<event_listener>> listeners_;
    events::relay_seat seat_;
};

/// Lets the other modules reach the core of a hub.
class hub_access {
public:
    static const std::shared_ptr<hub_core>& core(const event_hub& which) noexcept { return which.core_; }
};

namespace events {

/// What event_hub::publish() does; `hub` may be empty. The event is moved from before it returns.
asio::awaitable<verdict> publish(std::shared_ptr<hub_core> hub, event&& what);

} // namespace events
} // namespace videosdk::inline v0
