// The narrator.
#include "narrator.hpp"

#include <boost/asio/error.hpp>

#include <string_view>

namespace simulation {
namespace {

std::string_view word_of(const boost::system::error_code& code)
{
    if (!code) {
        return "well";
    }
    if (code.category() == make_error_code(videosdk::errc::closed).category()) {
        return to_string(static_cast<videosdk::errc>(code.value()));
    }
    return code == boost::asio::error::operation_aborted ? "cancelled" : "another failure";
}

} // namespace

void narrator::on_attempt_started(const videosdk::attempt_started& what)
{
    tell("call ", what.call_id, ", ", what.call, ": attempt ", what.number);
}

void narrator::on_attempt_ended(const videosdk::attempt_ended& what)
{
    tell("call ", what.call_id, ", ", what.call, ": attempt ", what.number, " ends ", to_string(what.outcome),
         ", status ", what.http_status, ", ", word_of(what.code), ", effect ", to_string(what.effect));
}

void narrator::on_retry_planned(const videosdk::retry_planned& what)
{
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(what.wait).count();
    tell("call ", what.call_id, ", ", what.call, ": attempt ", what.next_number, " in ", wait,
         " ms: ", to_string(what.why));
}

void narrator::on_event_seen(const videosdk::event_seen& what)
{
    tell("event ", what.name, " of ", what.resource_id.empty() ? what.composition_id : what.resource_id, ": ",
         to_string(what.verdict));
}

void narrator::on_reconcile_step(const videosdk::reconcile_step& what)
{
    tell("attempt ", what.attempt, " to acquire ", what.wanted, ": ", to_string(what.what), ", ", what.seen,
         " seen");
}

void narrator::on_sweep_ended(const videosdk::sweep_ended& what)
{
    tell("sweep ", what.number, what.complete ? " is complete: " : " is not complete: ", what.pages,
         " pages, ", what.ours, " units of ours, ", what.other_boots, " of other boots, ", what.foreign,
         " of others");
}

void narrator::on_lease_changed(const videosdk::lease_changed& what)
{
    tell("unit ", what.resource_id, " is ", to_string(what.what));
}

} // namespace simulation
