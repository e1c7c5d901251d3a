// One call in flight.
#include "api/call.hpp"

#include "error/text.hpp"
#include "model/json.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>

namespace videosdk::inline v0 {
namespace {

constexpr std::array<std::string_view, 4> request_id_headers{"x-request-id", "request-id", "x-amzn-requestid",
                                                             "x-amz-request-id"};

std::string request_id_of(const response& answer)
{
    for (const std::string_view name : request_id_headers) {
        if (const auto value = answer.header(name)) {
            return std::string(value->substr(0, 200));
        }
    }
    return {};
}

/// Where it stands more than once, the longest counts.
std::optional<std::chrono::seconds> retry_after_of(const response& answer,
                                                   std::chrono::system_clock::time_point now)
{
    std::optional<std::chrono::seconds> longest;
    for (const header_view& each : answer.headers()) {
        if (boost::algorithm::iequals(each.name, "retry-after")) {
            longest = std::max(longest, model::read_retry_after(each.value, now));
        }
    }
    return longest;
}

call_rules rules_of(const call_spec& spec, client_core& core)
{
    const retry_policy& policy = core.options().retry;
    return {spec.idempotent,     core.tokens().mints(), spec.max_attempts,
            policy.backoff_base, policy.backoff_cap,    core.time().now() + spec.timeout,
            &core.budget()};
}

} // namespace

call_base::call_base(std::shared_ptr<client_core> core, call_spec spec)
    : core_(std::move(core)), spec_(std::move(spec)), machine_(call_rules()), backoff_(*this)
{
}

call_base::~call_base()
{
    if (spec_.units != 0) {
        core_->spare_body().keep(std::move(spec_.body));
    }
}

void call_base::run()
{
    const call_rules rules = rules_of(spec_, *core_);
    deadline = rules.deadline;
    machine_ = call_machine(rules);
    if (core_->watcher() != nullptr) {
        id_ = core_->next_call_id();
    }
    perform(machine_.start());
}

void call_base::announce()
{
    for (const std::string& id : spec_.releases) {
        core_->tell_command_listeners([&](command_listener& each) { each.on_start_command(id); });
    }
    if (const std::shared_ptr<const composition_command>& command = spec_.composition) {
        core_->tell_command_listeners([&command](command_listener& each) {
            if (!command->starts_in.empty()) {
                each.on_start_command(command->starts_in);
                each.on_starting(command);
            } else if (!command->ends.empty()) {
                each.on_end_command(command->ends);
            }
        });
    }
}

void call_base::complete_started(started_composition& what)
{
    const composition_command& command = *spec_.composition;
    what.resource_id = command.starts_in;
    what.type = command.kind;
    if (what.room_id.empty()) {
        what.room_id = command.room_id;
    }
    core_->tell_command_listeners([&](command_listener& each) { each.on_started(spec_.composition, what); });
}

void call_base::tell_not_started()
{
    core_->tell_command_listeners([&](command_listener& each) { each.on_not_started(spec_.composition); });
}

void call_base::tell_start_in_doubt()
{
    core_->tell_command_listeners([&](command_listener& each) { each.on_start_in_doubt(spec_.composition); });
}

void call_base::perform(call_action action)
{
    if (unclaimed_) {
        // An acquire that buys what nobody waits for must not be sent again.
        action = {call_action::kind::finish};
    }
    switch (action.what) {
    case call_action::kind::remint_and_wait:
        core_->tokens().forget();
        core_->time().wait_until(action.until, backoff_);
        break;
    case call_action::kind::send:
        send();
        break;
    case call_action::kind::wait:
        core_->time().wait_until(action.until, backoff_);
        break;
    case call_action::kind::finish:
        if (machine_.out_of_budget()) {
            error_info filled = pending_error_->info();
            filled.detail += filled.detail.empty() ? "" : "; ";
            filled.detail += "not sent again: the client's retry budget is used up";
            pending_error_.emplace(pending_error_->code(), std::move(filled));
        }
        on_error(std::move(*pending_error_));
        break;
    }
}

void call_base::send()
{
    result<std::shared_ptr<const std::string>> token = core_->authorization();
    if (!token) {
        end_unsent(token.error().code(), token.error().info().detail);
        return;
    }
    sent_at_ = core_->time().now();
    if (sent_at_ >= deadline) {
        // The user's function for tokens took its time.
        end_unsent(errc::timeout, "the deadline passed before the request could be sent");
        return;
    }
    if (!may_send()) {
        return;
    }
    authorization_ = std::move(*token);
    headers_ = {header_view{"Authorization", *authorization_}, header_view{"Accept", "application/json"},
                header_view{"User-Agent", core_->options().user_agent},
                header_view{"Content-Type", "application/json"}, header_view()};
    request.method = spec_.method;
    request.target = spec_.path();
    request.body = spec_.body;
    std::size_t count = spec_.body.empty() ? 3 : 4;
    if (const std::string_view trace = spec_.trace.text(); !trace.empty()) {
        headers_[count++] = header_view{"traceparent", trace};
    }
    request.headers = std::span<const header_view>(headers_).first(count);
    mark_reused(false);
    if (core_->watcher() != nullptr) {
        tell_start();
    }
    exchanging_ = true;
    core_->carrier().start(*this);
}

/// Asked anew for each exchange: between two of them a tenure may have ended.
bool call_base::may_send()
{
    if (!spec_.permit || spec_.permit->lasts(sent_at_, spec_.timeout)) {
        return true;
    }
    machine_.not_begun();
    error_info filled = info(pending_error_ ? pending_error_->what() : std::string());
    filled.effect = effect_unknown_ ? videosdk::effect::unknown : videosdk::effect::none;
    on_error(spec_.permit->refuse(std::move(filled)));
    return false;
}

void call_base::end_unsent(boost::system::error_code code, std::string detail)
{
    machine_.not_begun();
    error_info filled = info(std::move(detail));
    filled.outcome = videosdk::outcome::not_sent;
    filled.effect = effect_unknown_ ? videosdk::effect::unknown : videosdk::effect::none;
    on_error(error(code, std::move(filled)));
}

void call_base::stop() noexcept
{
    if (exchanging_) {
        exchange_over();
        core_->carrier().cancel(*this);
        last_.outcome = sent() ? videosdk::outcome::ambiguous : videosdk::outcome::not_sent;
        last_.http_status = 0;
        last_.reused = reused();
        remember(last_);
        if (core_->watcher() != nullptr) {
            tell_end(last_, asio::error::operation_aborted, effect_of_exchange(last_));
        }
    } else if (backoff_.armed()) {
        core_->time().cancel(backoff_);
    }
}

void call_base::disarm() noexcept
{
    core_->time().cancel(backoff_);
    core_->time().cancel(deadline_alarm(core_->carrier()));
}

void call_base::remember(const exchange_report& report) noexcept
{
    last_ = report;
    if (effect_of(report) == videosdk::effect::unknown && doubt() == videosdk::effect::unknown) {
        effect_unknown_ = true;
    }
}

/// What it was sent under may be over too.
void call_base::exchange_over() noexcept
{
    exchanging_ = false;
    if (spec_.permit && sent()) {
        spec_.permit->exchange_ended(core_->time().now());
    }
}

void call_base::on_response(response answer)
{
    exchange_over();
    exchange_report report;
    report.outcome = videosdk::outcome::answered;
    report.http_status = answer.status();
    report.reused = reused();
    if (answer.status() >= 200 && answer.status() < 300) {
        last_ = report;
        on_success(std::move(answer));
        return;
    }
    report.retry_after = retry_after_of(answer, core_->time().wall_now());
    remember(report);
    pending_error_.emplace(refusal(answer, code_of_status(answer.status()), videosdk::effect::none));
    if (core_->watcher() != nullptr) {
        tell_end(report, pending_error_->code(), effect_of_exchange(report));
    }
    answer = response();
    go_on(report);
}

void call_base::on_failure(exchange_failure failure)
{
    exchange_over();
    exchange_report report;
    report.outcome = failure.outcome;
    report.code = failure.code;
    report.reused = failure.reused;
    remember(report);
    error_info filled = info(std::move(failure.detail));
    filled.outcome = failure.outcome;
    filled.effect = effect_unknown_ ? videosdk::effect::unknown : videosdk::effect::none;
    pending_error_.emplace(failure.code, std::move(filled));
    if (core_->watcher() != nullptr) {
        tell_end(report, report.code, effect_of_exchange(report));
    }
    go_on(report);
}

void call_base::go_on(const exchange_report& report)
{
    const auto now = core_->time().now();
    const call_action action = machine_.after_exchange(report, now, core_->random_fraction());
    const bool again = action.what != call_action::kind::finish && !unclaimed_;
    if (again && core_->watcher() != nullptr) {
        tell_retry(report, action, now);
    }
    perform(action);
}

error_info call_base::info(std::string detail) const
{
    error_info filled;
    filled.call = spec_.name;
    filled.detail = std::move(detail);
    filled.method = std::string(to_string(spec_.method));
    filled.path = text::printable_url(spec_.path());
    filled.attempts = machine_.attempts();
    return filled;
}

error call_base::make_error(boost::system::error_code code, std::string detail) const
{
    error_info filled = info(std::move(detail));
    filled.outcome = last_.outcome;
    filled.http_status = last_.http_status;
    filled.effect = machine_.attempts() == 0                        ? videosdk::effect::none
                    : effect_unknown_                               ? videosdk::effect::unknown
                    : effect_of(last_) == videosdk::effect::unknown ? doubt()
                                                                    : effect_of(last_);
    return {code, std::move(filled)};
}

error call_base::cancelled_error(boost::system::error_code code) const
{
    const videosdk::outcome how = exchanging_ && sent() ? videosdk::outcome::ambiguous : last_.outcome;
    const bool left = how == videosdk::outcome::ambiguous;
    error_info filled = info(left ? "cancelled after the request had left" : "cancelled");
    filled.outcome = how;
    filled.effect = effect_unknown_ ? videosdk::effect::unknown : left ? doubt() : videosdk::effect::none;
    return {code, std::move(filled)};
}

error call_base::reclaimed_error(const result<std::vector<resource>>& outcome) const
{
    error_info filled = outcome ? info({}) : outcome.error().info();
    const std::size_t count = outcome ? outcome->size() : filled.granted.size();
    filled.granted.clear();
    filled.outcome = videosdk::outcome::answered;
    filled.http_status = last_.http_status;
    filled.effect = outcome ? videosdk::effect::known : outcome.error().effect();
    filled.detail = "cancelled when the answer had come: its " + std::to_string(count) +
                    (count == 1 ? " unit" : " units") + " went to client_options::on_unclaimed";
    return {asio::error::operation_aborted, std::move(filled)};
}

error_info call_base::answered(const response& answer, videosdk::effect what, std::string detail) const
{
    error_info filled = info(std::move(detail));
    filled.http_status = answer.status();
    filled.outcome = videosdk::outcome::answered;
    // That this attempt did nothing says nothing of one before it whose answer was lost.
    filled.effect = what == videosdk::effect::none && effect_unknown_ ? videosdk::effect::unknown : what;
    filled.request_id = request_id_of(answer);
    return filled;
}

error call_base::refusal(const response& answer, errc code, videosdk::effect what) const
{
    error_info filled = answered(answer, what, {});
    filled.retry_after = retry_after_of(answer, core_->time().wall_now());
    const auto said = model::read_summary(answer.body(), answer.scratch());
    if (said) {
        filled.api_code = said->code;
        filled.api_message = said->message;
    } else {
        filled.detail = with_content_type(said.error().detail, answer);
    }
    return {code, std::move(filled)};
}

std::string with_content_type(std::string detail, const response& answer)
{
    constexpr std::size_t quoted_bytes = 80;
    const auto type = answer.header("content-type");
    detail += type ? " (Content-Type: " : " (no Content-Type";
    if (type) {
        text::append_printable(detail, *type, quoted_bytes);
    }
    return detail + ')';
}

} // namespace videosdk::inline v0
