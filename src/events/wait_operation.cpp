// Waits: how each begins and ends, and the errors that say why it failed.
#include "events/wait_operation.hpp"

#include "error/text.hpp"
#include "events/hub_core.hpp"
#include "model/json.hpp"

#include <utility>

namespace videosdk::inline v0::events {
namespace {

/// What is wrong with the arguments of a wait; empty when nothing is.
std::string wrong_argument(std::string_view id, resource_status wanted, const wait_options& options)
{
    const auto segment = model::write_path_segment(id, "resource_id");
    if (segment.has_error()) {
        return segment.error().detail;
    }
    if (*segment != id) {
        return "resource_id holds a character that no id has";
    }
    if (wanted < resource_status::pending || wanted > resource_status::released) {
        return "wanted must be pending, idle, composing or released";
    }
    if (options.timeout <= std::chrono::nanoseconds(0)) {
        return "timeout must be positive: nothing bounds the time that a resource needs";
    }
    return {};
}

} // namespace

prepared_wait::prepared_wait(const std::shared_ptr<hub_core>& hub, std::string_view id,
                             resource_status wanted, const wait_options& options)
{
    if (!hub || !hub->home()) {
        failure.emplace(wait_error(make_error_code(errc::closed),
                                   "the event_hub was moved from, or its execution context is gone"));
    } else if (std::string wrong = wrong_argument(id, wanted, options); !wrong.empty()) {
        failure.emplace(wait_error(make_error_code(errc::invalid_argument), std::move(wrong)));
    } else {
        operation = new wait_operation(hub, id, wanted, options.timeout);
        how = options.cancellable ? cancellable::yes : cancellable::no;
    }
}

wait_operation::wait_operation(std::shared_ptr<hub_core> hub, std::string_view id, resource_status wanted,
                               std::chrono::nanoseconds timeout)
    : hub_(std::move(hub)), timeout_(timeout), wanted_(wanted)
{
    auto text = std::make_unique<char[]>(id.size() + 1);
    id.copy(text.get(), id.size());
    stage_ = id_text(std::move(text));
}

std::string_view wait_operation::id() const noexcept
{
    const id_text* const text = std::get_if<id_text>(&stage_);
    return text != nullptr ? text->get() : std::string_view();
}

watch* wait_operation::where() const noexcept
{
    watch* const* const place = std::get_if<watch*>(&stage_);
    return place != nullptr ? *place : nullptr;
}

asio::any_io_executor wait_operation::home() const
{
    return hub_->home();
}

error wait_operation::homeless() const
{
    return wait_error(make_error_code(errc::closed), "the event_hub's execution context is gone");
}

void wait_operation::begin()
{
    hub_->begin_wait(*this);
}

void wait_operation::on_cancel()
{
    if (where() == nullptr) {
        return; // the outcome is decided, and on its way
    }
    const operation_ptr self(this);
    hub_->cancel_wait(*this);
    abort();
}

error wait_operation::aborted() const
{
    return wait_error(make_error_code(asio::error::operation_aborted), "cancelled");
}

void wait_operation::on_alarm()
{
    const operation_ptr self(this);
    hub_->on_deadline(*this);
    deliver();
}

void wait_operation::deliver()
{
    if (const failure* const why = std::get_if<failure>(&stage_)) {
        complete(std::move(**why));
    } else {
        complete(released(std::get<shared_resource>(std::exchange(stage_, id_text()))));
    }
}

error wait_error(boost::system::error_code code, std::string detail)
{
    error_info info;
    info.call = "wait_for";
    info.detail = std::move(detail);
    return {code, std::move(info)};
}

std::string duration_text(std::chrono::nanoseconds time)
{
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    if (milliseconds < 1000) {
        return std::to_string(milliseconds) + " ms";
    }
    std::string text = std::to_string(milliseconds / 1000);
    if (milliseconds % 1000 >= 100) {
        text += '.';
        text += static_cast<char>('0' + milliseconds % 1000 / 100);
    }
    return text + " s";
}

error wait_timeout_error(const wait_operation& which, std::string_view id, resource_status last_seen,
                         const error* last_failure, bool any_event_ever)
{
    std::string detail = "resource ";
    text::append_printable(detail, id, 64);
    detail += " was not ";
    detail += to_string(which.wanted());
    detail += " within " + duration_text(which.timeout());
    if (last_seen == resource_status::unknown) {
        detail += "; no status of it was ever seen";
    } else {
        detail += "; last seen: ";
        detail += to_string(last_seen);
    }
    if (last_failure != nullptr) {
        detail += "; polling failed last with \"";
        detail += last_failure->what();
        detail += '"';
    }
    if (!any_event_ever) {
        detail += "; no webhook has reached this hub yet: can the webhook URL be reached from outside?";
    }
    return wait_error(make_error_code(errc::wait_timeout), std::move(detail));
}

error wait_unreachable_error(std::string_view id, resource_status wanted, std::string_view why)
{
    std::string detail = "resource ";
    text::append_printable(detail, id, 64);
    detail += " cannot become ";
    detail += to_string(wanted);
    detail += ": ";
    detail += why;
    return wait_error(make_error_code(errc::status_unreachable), std::move(detail));
}

std::string status_words(resource_status status)
{
    return "it is " + std::string(to_string(status));
}

error wait_polling_error(const error& failure, std::string_view id)
{
    error_info info = failure.info();
    std::string detail = "polling resource ";
    text::append_printable(detail, id, 64);
    if (!info.detail.empty()) {
        detail += ": " + info.detail;
    }
    info.call = "wait_for";
    info.detail = std::move(detail);
    return {failure.code(), std::move(info)};
}

} // namespace videosdk::inline v0::events
