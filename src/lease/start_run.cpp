// From the guard's wishes to calls.
#include "lease/start_run.hpp"

#include "lease/calls.hpp"
#include "lease/lease_core.hpp"

#include <utility>

namespace videosdk::inline v0::leasing {

start_run::start_run(lease_core& core, start_operation& caller, start_guard guard)
    : core_(core),
      alive_(&caller),
      caller_(&caller),
      unit_(caller.what->unit->id),
      spec_(caller.start.ready->spec()),
      guard_(std::move(guard)),
      pause_(*this, &start_run::on_pause_over),
      deadline_(*this, &start_run::on_deadline)
{
}

start_run::~start_run()
{
    core_.time().cancel(pause_);
    core_.time().cancel(deadline_);
}

void start_run::begin()
{
    core_.time().wait_until(core_.now() + spec_.timeout, deadline_);
    core_.hub()->on_starting_in(*caller_->what->unit, spec_.composition);
    perform(guard_.begin());
}

void start_run::perform(start_guard::action what)
{
    tell_if_late();
    switch (what.what) {
    case start_guard::step::post:
        return post();
    case start_guard::step::get:
        return get();
    case start_guard::step::wait:
        return core_.time().wait_until(what.until, pause_);
    case start_guard::step::done:
    case start_guard::step::failed:
        return end();
    }
}

void start_run::post()
{
    call_spec spec = spec_;
    spec.outlives_client = true;
    spec.permit = core_.permit();
    call_ = start_internal<started_composition>(core_.client(), std::move(spec), &read_started_answer,
                                                [this](result<started_composition> answer) {
                                                    const auto keep = shared_from_this();
                                                    if (answer) {
                                                        answered_ = *answer;
                                                    }
                                                    perform(guard_.posted(answer, core_.now()));
                                                });
}

void start_run::get()
{
    call_ = begin_call<resource>(core_.client(), core_.permit(), prepare_get(core_.client(), unit_, {}),
                                 [this](const result<resource>& answer) {
                                     const auto keep = shared_from_this();
                                     perform(guard_.got(answer, core_.now()));
                                 });
    if (!call_) {
        end();
    }
}

void start_run::on_pause_over()
{
    perform(guard_.after_wait(core_.now()));
}

void start_run::leave()
{
    const auto keep = shared_from_this();
    core_.time().cancel(deadline_);
    take_caller();
    if (!guard_.in_doubt() && call_ && !call_->sent()) {
        call_.reset();
        core_.hub()->on_not_started(spec_.composition);
        core_.start_ended(unit_, {}, false);
    }
}

operation_ptr start_run::take_caller() noexcept
{
    caller_ = nullptr;
    return std::exchange(alive_, nullptr);
}

/// A POST that is under way has the same deadline, and says more: the caller is told then.
void start_run::on_deadline()
{
    late_ = true;
    tell_if_late();
}

/// The run goes on, so that the unit is not used before it is known what happened.
void start_run::tell_if_late()
{
    start_operation* const caller = caller_;
    if (!late_ || caller == nullptr || !guard_.in_doubt()) {
        return;
    }
    const operation_ptr keep = take_caller();
    caller->decide(
        caller->say(errc::ambiguous, "it is not known whether a composition was started in resource " +
                                         unit_ + ": " + guard_.failure().what()));
    core_.hand_over(*caller);
}

void start_run::end()
{
    const auto keep = shared_from_this();
    core_.time().cancel(deadline_);
    start_operation* const caller = caller_;
    const operation_ptr alive = take_caller();
    const bool started = !guard_.id().empty();
    core_.start_ended(unit_, guard_.id(), answered_.id != guard_.id());
    if (!started) {
        core_.hub()->on_not_started(spec_.composition);
        if (caller != nullptr) {
            caller->decide(guard_.failure());
            core_.hand_over(*caller);
        }
        return;
    }
    started_composition what = std::move(answered_);
    what.id = guard_.id();
    what.resource_id = unit_;
    what.type = spec_.composition->kind;
    if (what.room_id.empty()) {
        what.room_id = spec_.composition->room_id;
    }
    events::life_ptr life = core_.hub()->life_of(spec_.composition, what);
    if (caller != nullptr) {
        caller->decide(lease_access::make(
            std::make_shared<composition::running>(caller->what, std::move(what), std::move(life))));
        core_.hand_over(*caller);
    }
}

} // namespace videosdk::inline v0::leasing
