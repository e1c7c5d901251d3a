// How requests are answered on a connection: by the handler, or for it; and the telling of it afterwards.
#include "http/server_answer.hpp"
#include "http/server_connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

using boost::system::error_code;

constexpr std::size_t kept_out = 1024; // what the buffer of answers may keep between requests
constexpr const char* too_many_requests = "too many requests of this address are in progress";

bool timed_out(refusal_cause cause) noexcept
{
    return cause == refusal_cause::head_timeout || cause == refusal_cause::body_timeout;
}

unsigned status_of(refusal_cause cause, const server_request_reader& reader) noexcept
{
    return timed_out(cause) ? 408 : reader.status();
}

} // namespace

// Whose request it is. Only a trusted proxy is asked, and only where it matters.
void server_connection::learn_client()
{
    client_.reset();
    if (proxied_ && (core_->quota().limited() || core_->options().on_access)) {
        client_ = forwarded_address(reader_.head().headers, core_->trusted());
    }
}

bool server_connection::is_health_check() const
{
    const std::string& path = core_->options().health_path;
    const std::string_view target = reader_.head().target;
    return !path.empty() && target.substr(0, target.find('?')) == path;
}

server_response server_connection::health() const
{
    const std::string_view method = reader_.head().method;
    if (method != "GET" && method != "HEAD") {
        server_response answer = bare_answer(405);
        answer.headers.emplace_back("Allow", "GET, HEAD"); // RFC 9110, 15.5.6
        return answer;
    }
    return core_->draining() ? bare_answer(503, "draining") : bare_answer(200, "ok");
}

void server_connection::hand_over()
{
    const checked_head& head = reader_.head();
    request_.method = head.method;
    request_.target = head.target;
    request_.headers = head.headers;
    request_.body = reader_.body();
    request_.peer = peer_;
    phase_ = phase::handling;
    arm(core_->options().handler_timeout);
    ++core_->counters.requests;
    in_handler_ = true;
}

// False when there is nothing to answer any more.
asio::awaitable<bool> server_connection::ask_handler(server_response& answer)
{
    hand_over();
    bool failed = false;
    try {
        asio::awaitable<server_response> work = core_->handle()(request_);
        answer = co_await std::move(work);
    } catch (...) {
        failed = true;
    }
    in_handler_ = false;
    if (phase_ != phase::handling) {
        co_return false;
    }
    if (!failed && answer.drop) {
        close();
        co_return false;
    }
    if (failed || !unfit_answer(answer).empty()) {
        answer = bare_answer(500);
    }
    co_return true;
}

// False when the connection is not to be used for another request.
asio::awaitable<bool> server_connection::answer_request()
{
    if (core_->stopping()) {
        close();
        co_return false;
    }
    used_ = true;
    arrived_ = core_->time().now();
    learn_client();
    server_response answer;
    refusal_cause cause = refusal_cause::none;
    bool asked = false;
    std::optional<address_quota::place> place;
    if (is_health_check()) {
        ++core_->counters.health_checks;
        answer = health();
    } else {
        if (proxied_) {
            place = core_->quota().enter(client_.value_or(peer_address_.address()));
        }
        if (proxied_ && !place) {
            ++core_->counters.requests_shed;
            cause = refusal_cause::too_many_of_address;
            answer = busy_answer();
            answer.reason = too_many_requests;
        } else {
            asked = true;
            const bool there = co_await ask_handler(answer);
            if (!there) {
                co_return false;
            }
            cause = *answer.reason != '\0' ? refusal_cause::verdict : refusal_cause::none;
        }
    }
    const bool keep_alive =
        reader_.head().keep_alive && !answer.close && !core_->stopping() && !core_->draining();
    write_out(answer, reader_.head().minor_version, keep_alive);
    const bool whole = co_await send();
    if (asked && whole) {
        core_->counters.latency.note(core_->time().now() - arrived_);
    }
    note(answer.status, delivered(whole, cause), answer.reason);
    reader_.next();
    if (out_.capacity() > kept_out) {
        out_ = std::string();
    }
    const bool usable = whole && keep_alive;
    co_return usable;
}

void server_connection::write_out(const server_response& answer, int minor_version, bool keep_alive)
{
    answer_frame frame;
    frame.date = core_->date();
    frame.minor_version = minor_version;
    frame.keep_alive = keep_alive;
    frame.head_only = reader_.head_only();
    write_answer(out_, answer, frame);
}

// What came is no request, or did not come in time.
asio::awaitable<bool> server_connection::refuse_request(refusal_cause cause)
{
    core_->counters.note(cause);
    const unsigned status = status_of(cause, reader_);
    if (cause == refusal_cause::too_many_bytes) {
        ++core_->counters.requests_shed;
    }
    const std::string_view text = timed_out(cause) ? std::string_view() : std::string_view(reader_.reason());
    co_await send_refusal(status, cause, text);
    co_return false;
}

// Says why, and that this was the last answer. False when the peer did not take it.
asio::awaitable<bool> server_connection::send_refusal(unsigned status, refusal_cause cause,
                                                      std::string_view text)
{
    const server_response answer = status == 503 ? busy_answer(text) : bare_answer(status, text);
    write_out(answer, 1, false);
    const bool whole = co_await send();
    note(status, delivered(whole, cause), text);
    co_return whole;
}

asio::awaitable<bool> server_connection::send()
{
    // In any case a new phase, so that whatever is awaited next gets a deadline of its own.
    phase_ = phase::writing;
    sent_ = send_now();
    bool whole = true;
    if (sent_ < out_.size()) {
        arm(core_->options().write_timeout);
        whole = co_await send_rest();
    }
    co_return whole;
}

// What fits into the socket's own buffer, which is nearly always all of it, goes without a turn of the
// reactor.
std::size_t server_connection::send_now()
{
    if (tls_) {
        return 0;
    }
    error_code failure; // would_block; anything else the asynchronous write will meet again
    return socket_->write_some(asio::buffer(out_), failure);
}

asio::awaitable<bool> server_connection::send_rest()
{
    error_code failure;
    if (tls_) {
        co_await tls_->write(asio::buffer(out_) + sent_, failure);
        sent_ = failure ? sent_ : out_.size();
    }
    while (!tls_ && !failure && phase_ != phase::closed && sent_ < out_.size()) {
        sent_ += co_await socket_->async_write_some(asio::buffer(out_) + sent_,
                                                    asio::redirect_error(asio::use_awaitable, failure));
    }
    if (failure || phase_ == phase::closed) {
        close();
        co_return false;
    }
    co_return true;
}

void server_connection::give_up_handler()
{
    core_->counters.note(refusal_cause::handler_timeout);
    given_up_ = true;
    phase_ = phase::writing;
    try {
        asio::co_spawn(socket_->get_executor(), answer_for_overdue(shared_from_this()),
                       [core = core_](const std::exception_ptr&) { core->check_drained(); });
        cancel_handler_.emit(asio::cancellation_type::terminal);
    } catch (...) {
        close(); // out of memory
    }
}

asio::awaitable<void> server_connection::answer_for_overdue(std::shared_ptr<server_connection> self)
{
    if (self->phase_ != phase::closed) {
        const bool whole = co_await self->send_refusal(503, refusal_cause::handler_timeout, {});
        if (whole) {
            self->core_->counters.latency.note(self->core_->time().now() - self->arrived_);
        }
        co_await self->linger();
    }
}

// What became of an answer: its own cause, where the peer took it.
refusal_cause server_connection::delivered(bool whole, refusal_cause cause) const noexcept
{
    if (whole) {
        return cause;
    }
    return overdue_write_ ? refusal_cause::write_timeout : refusal_cause::write_failed;
}

void server_connection::note(unsigned status, refusal_cause cause, std::string_view reason)
{
    if (core_->options().on_access) {
        access_record record;
        if (const checked_head* const head = reader_.known_head()) {
            record.method = head->method;
            record.path = head->target;
        }
        std::string forwarded;
        if (client_) {
            forwarded = client_->to_string();
        }
        record.status = status;
        record.bytes_in = received_ - reader_.left_over();
        record.bytes_out = sent_;
        record.duration = core_->time().now() - began_;
        record.peer = peer_;
        record.forwarded = forwarded;
        record.cause = cause;
        record.reason = reason;
        core_->log(record);
    }
    received_ = reader_.left_over();
    client_.reset();
}

} // namespace videosdk::inline v0::http
