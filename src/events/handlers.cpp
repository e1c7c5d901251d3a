// Handing events to handlers, and telling senders what came of it.
#include "events/handlers.hpp"

#include "events/hub_core.hpp"
#include "events/publish_operation.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <utility>

namespace videosdk::inline v0 {
namespace events {
namespace {

/// Tells the hub that a handler's coroutine has ended, also where it is destroyed before its end.
class run_report {
public:
    explicit run_report(std::shared_ptr<handler_run> of) : run(std::move(of)) {}
    run_report(const run_report&) = delete;
    run_report& operator=(const run_report&) = delete;
    ~run_report()
    {
        const std::shared_ptr<hub_core> hub = run->handling->hub;
        try {
            if (const asio::any_io_executor home = hub->home()) {
                // Never inside: it completes users' operations.
                asio::post(home, [hub, which = std::move(run), why = std::move(failure)] {
                    hub->handlers().on_end(*which, why);
                });
            }
        } catch (...) {
            // Out of memory: the event's sender hears of it when the handler's time is up.
            static_cast<void>(0);
        }
    }

    std::shared_ptr<handler_run> run;
    std::exception_ptr failure = std::make_exception_ptr(
        error(make_error_code(asio::error::operation_aborted))); // until it has returned or thrown
};

/// The handler may be an ordinary function that throws before there is anything to await.
asio::awaitable<void> perform(std::shared_ptr<run_report> report)
{
    const std::shared_ptr<handler_run> run = report->run;
    try {
        asio::awaitable<void> pending = run->handling->handler(*run->carries->what);
        co_await std::move(pending);
        report->failure = nullptr;
    } catch (...) {
        report->failure = std::current_exception();
    }
}

std::exception_ptr late_error(const handling_options& options)
{
    error_info info;
    info.call = "handle";
    info.detail = "the handler was not done after " +
                  std::to_string(std::chrono::ceil<std::chrono::milliseconds>(options.timeout).count()) +
                  " ms, so it was cancelled; the event is sent again";
    return std::make_exception_ptr(error(make_error_code(errc::wait_timeout), std::move(info)));
}

/// Without an id no event is ever taken for a repetition.
bool may_be_repetition(const event& what) noexcept
{
    return !what.resource_id.empty() || !what.composition_id.empty();
}

} // namespace

void handler_run::on_alarm()
{
    handling->hub->handlers().on_late(*this);
}

void handlers::add(const std::shared_ptr<event_handling::state>& which)
{
    const std::lock_guard lock(mutex_);
    std::erase_if(all_, [](const auto& each) { return each.expired(); });
    all_.push_back(which);
    any_.store(true, std::memory_order_release);
}

void handlers::release(const std::shared_ptr<event_handling::state>& which)
{
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(all_, [&](const auto& each) { return each.expired() || each.lock() == which; });
        any_.store(!all_.empty(), std::memory_order_release);
    }
    try {
        if (const asio::any_io_executor home = hub_.home()) {
            asio::post(home, [this, which] { drop_those_of(*which); }); // which keeps the hub alive
        }
    } catch (...) {
        // Out of memory, in a destructor: those in progress go on until their time is up.
        static_cast<void>(0);
    }
}

std::vector<handlers::state_ptr> handlers::takers_of(const event& what, acknowledge when)
{
    std::vector<state_ptr> out;
    const std::lock_guard lock(mutex_);
    for (const auto& each : all_) {
        state_ptr found = each.lock();
        if (found && found->options.when == when && found->filter.passes(what)) {
            out.push_back(std::move(found));
        }
    }
    return out;
}

handlers::offer handlers::begin(publish_operation& sender, const std::shared_ptr<const event>& what,
                                bool news)
{
    const auto is_full = [](const state_ptr& each) {
        return each->in_progress >= each->options.max_in_progress;
    };
    if (news) {
        for (const state_ptr& each : takers_of(*what, acknowledge::at_once)) {
            if (is_full(each)) {
                ++hub_.tally().handler_overload;
            } else {
                start(each, std::make_shared<delivery>(delivery{.what = what}));
            }
        }
    }
    const std::vector<state_ptr> takers = takers_of(*what, acknowledge::after_handler);
    if (takers.empty()) {
        return offer::not_wanted;
    }
    auto fresh = std::make_shared<delivery>(delivery{.what = what, .awaited = true});
    if (may_be_repetition(*what)) {
        fresh->digest = digest_of(*what);
        if (!news && handled_.knows(fresh->digest)) {
            return offer::not_wanted;
        }
    }
    if (std::any_of(takers.begin(), takers.end(), is_full)) {
        ++hub_.tally().handler_overload;
        return offer::no_room;
    }
    fresh->sender = &sender;
    sender.carried = fresh;
    senders_.push(sender);
    fresh->open = takers.size();
    for (const state_ptr& each : takers) {
        start(each, fresh);
    }
    return offer::at_work;
}

/// The handler begins at the executor's next turn, never inside what its event decides.
void handlers::start(const state_ptr& which, const std::shared_ptr<delivery>& what)
{
    auto run = std::make_shared<handler_run>(which, what);
    runs_.push_back(run);
    ++which->in_progress;
    hub_.time()->wait_until(hub_.time()->now() + which->options.timeout, *run);
    const asio::any_io_executor home = hub_.home();
    asio::post(home, [home, report = std::make_shared<run_report>(run)] {
        handler_run& begun = *report->run;
        if (!begun.cancelled) {
            asio::co_spawn(home, perform(report),
                           asio::bind_cancellation_slot(begun.signal.slot(), asio::detached));
        }
    });
}

void handlers::give_up(publish_operation& sender)
{
    const std::shared_ptr<delivery> carried = std::move(sender.carried);
    carried->sender = nullptr;
    operation_list::remove(sender);
    hub_.tell_seen(*carried->what, verdict::unavailable);
}

/// Part of the delivery is decided; the rest of it goes on.
void handlers::decide(handler_run& which, part outcome)
{
    which.decided = true;
    hub_.time()->cancel(which);
    hub_.tally().handled += outcome == part::returned ? 1 : 0;
    hub_.tally().handler_failures += outcome == part::failed ? 1 : 0;
    delivery& carried = *which.carries;
    if (!carried.awaited) {
        return;
    }
    --carried.open;
    carried.failed = carried.failed || outcome != part::returned;
    if (carried.failed) {
        tell(carried, verdict::unavailable);
    } else if (carried.open == 0) {
        if (may_be_repetition(*carried.what)) {
            handled_.note(carried.digest);
        }
        tell(carried, verdict::accepted);
    }
}

void handlers::tell(delivery& what, verdict outcome)
{
    if (what.sender == nullptr) {
        return;
    }
    publish_operation& sender = *std::exchange(what.sender, nullptr);
    const operation_ptr keep = operation_list::remove(sender);
    sender.decide(outcome);
    const std::shared_ptr<delivery> carried = std::move(sender.carried);
    hub_.tell_seen(*what.what, outcome);
    hub_.hand_over(sender);
}

void handlers::on_late(handler_run& which)
{
    const std::shared_ptr<handler_run> self = which.shared_from_this();
    decide(which, part::failed);
    cancel(which);
    report(which, late_error(which.handling->options));
}

void handlers::on_end(handler_run& which, std::exception_ptr failure)
{
    const std::shared_ptr<handler_run> self = which.shared_from_this();
    const auto found = std::find(runs_.begin(), runs_.end(), self);
    if (found == runs_.end()) {
        return; // the execution context is going away
    }
    runs_.erase(found);
    which.ended = true;
    --which.handling->in_progress;
    if (!which.decided) {
        decide(which, failure ? part::failed : part::returned);
        if (failure) {
            report(which, std::move(failure));
        }
    }
}

void handlers::report(const handler_run& which, std::exception_ptr failure)
{
    const asio::any_io_executor home = hub_.home();
    if (home && hub_.options().on_handler_failure) {
        asio::post(home, [hub = which.handling->hub, what = which.carries->what, why = std::move(failure)] {
            hub->options().on_handler_failure(*what, why);
        });
    }
}

/// Later, never inside: the handler is resumed by it.
void handlers::cancel(handler_run& which)
{
    which.cancelled = true;
    if (const asio::any_io_executor home = hub_.home()) {
        asio::post(home, [self = which.shared_from_this()] {
            if (!self->ended) {
                self->signal.emit(asio::cancellation_type::terminal);
            }
        });
    }
}

void handlers::drop(handler_run& which)
{
    if (!which.decided) {
        decide(which, part::dropped);
    }
    if (!which.cancelled) {
        cancel(which);
    }
}

void handlers::drop_those_of(const event_handling::state& which)
{
    for (const auto& each : runs_) {
        if (each->handling.get() == &which) {
            drop(*each);
        }
    }
}

void handlers::close()
{
    for (const auto& each : runs_) {
        drop(*each);
    }
}

void handlers::shut_down(std::vector<operation_ptr>& dropped)
{
    while (queued_operation* const next = senders_.front()) {
        publish_operation& sender = static_cast<publish_operation&>(*next);
        sender.carried->sender = nullptr;
        sender.carried.reset();
        dropped.push_back(senders_.pop());
    }
    for (const auto& each : runs_) {
        hub_.time()->cancel(*each);
    }
    // Destroys users' objects, which may call back into handlers that work on nothing.
    const std::list<std::shared_ptr<handler_run>> gone = std::exchange(runs_, {});
}

} // namespace events

event_handling::event_handling() noexcept = default;

event_handling::event_handling(std::shared_ptr<state> shared) noexcept : state_(std::move(shared)) {}

event_handling::event_handling(event_handling&&) noexcept = default;

event_handling& event_handling::operator=(event_handling&& other) noexcept
{
    if (this != &other) {
        const event_handling old(std::move(*this));
        state_ = std::move(other.state_);
    }
    return *this;
}

event_handling::~event_handling()
{
    if (state_) {
        state_->hub->handlers().release(state_);
    }
}

} // namespace videosdk::inline v0
