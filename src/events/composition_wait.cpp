// Waits for compositions: what may be waited for, and the errors that say why it did not come.
#include "events/composition_wait.hpp"

#include "error/text.hpp"
#include "events/hub_core.hpp"
#include "events/wait_operation.hpp"

#include <utility>

namespace videosdk::inline v0::events {
namespace {

/// What is wrong with the arguments of a wait; empty when nothing is.
std::string wrong_argument(const composition_life& life, composition_status wanted,
                           const wait_options& options)
{
    if (wanted < composition_status::starting || wanted > composition_status::failed) {
        return "wanted must be starting, started, playable, stopping, stopped or failed";
    }
    if (wanted == composition_status::playable && life.start->kind != resource_type::hls) {
        return "wanted is playable, which only an HLS stream becomes";
    }
    if (options.timeout <= std::chrono::nanoseconds(0)) {
        return "timeout must be positive: nothing but a webhook tells, and it may not come";
    }
    return {};
}

std::string name_of(const composition_wait& which)
{
    std::string name = "composition ";
    text::append_printable(name, which.id, 64);
    return name;
}

} // namespace

prepared_composition_wait::prepared_composition_wait(const std::shared_ptr<hub_core>& hub,
                                                     const life_ptr& life, const std::string& id,
                                                     composition_status wanted, const wait_options& options)
{
    if (!hub->home()) {
        failure.emplace(wait_error(make_error_code(errc::closed), "the composition's io_context is gone"));
    } else if (std::string wrong = wrong_argument(*life, wanted, options); !wrong.empty()) {
        failure.emplace(wait_error(make_error_code(errc::invalid_argument), std::move(wrong)));
    } else {
        operation = new composition_wait(hub, life, id, wanted, options.timeout);
        how = options.cancellable ? cancellable::yes : cancellable::no;
    }
}

asio::any_io_executor composition_wait::home() const
{
    return hub_->home();
}

error composition_wait::homeless() const
{
    return wait_error(make_error_code(errc::closed), "the composition's io_context is gone");
}

void composition_wait::begin()
{
    hub_->begin_wait(*this);
}

void composition_wait::on_cancel()
{
    if (!waiting) {
        return; // the outcome is decided, and on its way
    }
    const operation_ptr self(this);
    hub_->cancel_wait(*this);
    abort();
}

error composition_wait::aborted() const
{
    return wait_error(make_error_code(asio::error::operation_aborted), "cancelled");
}

void composition_wait::on_alarm()
{
    const operation_ptr self(this);
    hub_->on_deadline(*this);
    deliver();
}

error composition_unreachable_error(const composition_wait& which)
{
    std::string detail = name_of(which) + " cannot become ";
    detail += to_string(which.wanted);
    detail +=
        which.life->facts().status() == composition_status::failed ? ": it has failed" : ": it has stopped";
    return wait_error(make_error_code(errc::status_unreachable), std::move(detail));
}

error composition_timeout_error(const composition_wait& which, bool any_event_ever)
{
    std::string detail = name_of(which) + " was not ";
    detail += to_string(which.wanted);
    detail += " within " + duration_text(which.timeout) + "; as far as is known it is ";
    detail += to_string(which.life->facts().status());
    if (!any_event_ever) {
        detail += "; no webhook has reached this hub yet: can the webhook URL be reached from outside?";
    }
    return wait_error(make_error_code(errc::wait_timeout), std::move(detail));
}

} // namespace videosdk::inline v0::events
