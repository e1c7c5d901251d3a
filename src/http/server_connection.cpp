// The life of a connection. The coroutine owns it; its alarm ends what takes too long.
#include "http/server_connection.hpp"

#include "http/server_answer.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

// After a last answer, so much more of the peer's bytes is read and thrown away, for so long: a socket that
// is closed with unread bytes sends a reset, which may overtake the answer (RFC 9112 9.6).
constexpr std::size_t linger_bytes = 1024 * 1024;
constexpr std::chrono::nanoseconds linger_time = std::chrono::seconds(2);
constexpr std::size_t kept_out = 64 * 1024; // what the buffer of answers may keep between requests
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

} // namespace

server_connection::server_connection(std::shared_ptr<server_core> core, tcp::socket socket, std::string peer,
                                     bool shed)
    : core_(std::move(core)),
      socket_(std::move(socket)),
      tls_(core_->tls() != nullptr ? core_->tls()->make_session(*socket_) : nullptr),
      reader_(core_->options().head, core_->options().max_body),
      peer_(std::move(peer)),
      shed_(shed)
{
}

server_connection::~server_connection()
{
    core_->time().cancel(*this);
    core_->detach(*this);
    if (!shed_) {
        --core_->counters_.open;
    } else {
        core_->shed_ended();
    }
}

void server_connection::start(std::shared_ptr<server_connection> connection)
{
    const auto executor = connection->socket_->get_executor();
    const auto slot = connection->cancel_handler_.slot();
    // What leaves run() is the cancellation of a handler, or a lack of memory. The connection ends with its
    // frame.
    auto ended = asio::bind_cancellation_slot(slot, [](const std::exception_ptr&) {});
    asio::co_spawn(executor, run(std::move(connection)), std::move(ended));
}

void server_connection::stop() noexcept
{
    const auto self = shared_from_this();
    close();
    if (in_handler_) {
        try {
            cancel_handler_.emit(asio::cancellation_type::terminal);
        } catch (...) {
            // Out of memory: the handler comes back when it likes, and finds the connection closed.
            static_cast<void>(0);
        }
    }
}

void server_connection::drop() noexcept
{
    phase_ = phase::closed;
    cancel_handler_.slot().clear();
    tls_.reset();
    socket_.reset();
}

void server_connection::close() noexcept
{
    phase_ = phase::closed;
    core_->time().cancel(*this);
    if (socket_) {
        error_code ignored;
        socket_->close(ignored);
    }
}

void server_connection::arm(std::chrono::nanoseconds timeout)
{
    core_->time().wait_until(core_->time().now() + timeout, *this);
}

void server_connection::on_alarm()
{
    const auto self = shared_from_this();
    error_code ignored;
    switch (phase_) {
    case phase::idle:
    case phase::head:
    case phase::body:
        // The coroutine decides by this flag: its read may have succeeded in the same moment.
        expired_ = true;
        socket_->cancel(ignored);
        break;
    case phase::handling:
        ++core_->counters_.timed_out;
        give_up_handler();
        break;
    case phase::handshake:
    case phase::writing:
        ++core_->counters_.timed_out;
        close();
        break;
    case phase::lingering:
    case phase::closed:
        close();
        break;
    }
}

asio::awaitable<void> server_connection::run(std::shared_ptr<server_connection> self)
{
    bool usable = true;
    if (self->tls_) {
        usable = co_await self->handshake();
    }
    if (usable && self->shed_) {
        co_await self->shed_load();
        usable = false;
    }
    while (usable) {
        const arrival arrived = co_await self->read_request();
        switch (arrived) {
        case arrival::request:
            usable = co_await self->answer_request();
            break;
        case arrival::refused:
            ++self->core_->counters_.refused;
            usable = co_await self->send_refusal(self->reader_.status(), self->reader_.reason());
            break;
        case arrival::timed_out:
            ++self->core_->counters_.timed_out;
            usable = co_await self->send_refusal(408, {});
            break;
        case arrival::idle:
            usable = false;
            break;
        case arrival::gone:
            usable = false;
            self->close();
            break;
        }
    }
    if (!self->given_up_) {
        co_await self->linger();
    }
}

asio::awaitable<bool> server_connection::handshake()
{
    phase_ = phase::handshake;
    arm(core_->options().idle_timeout);
    error_code failure;
    co_await tls_->handshake(failure);
    if (failure && !core_->stopping()) {
        ++core_->counters_.handshakes_failed;
    }
    if (failure || phase_ == phase::closed) {
        close();
        co_return false;
    }
    ++core_->counters_.handshakes;
    co_return true;
}

// Arms the alarm for what is awaited now, when that has changed.
void server_connection::watch_reading()
{
    const server_options& options = core_->options();
    if (reader_.idle()) {
        if (phase_ != phase::idle) {
            phase_ = phase::idle;
            arm(options.idle_timeout);
        }
        return;
    }
    const auto now = core_->time().now();
    const phase reading = reader_.in_body() ? phase::body : phase::head;
    if (phase_ != phase::head && phase_ != phase::body) {
        request_deadline_ = now + options.request_timeout;
    }
    if (phase_ != reading) {
        phase_ = reading;
        const auto point = reading == phase::body ? request_deadline_
                                                  : std::min(request_deadline_, now + options.head_timeout);
        core_->time().wait_until(point, *this);
    }
}

asio::awaitable<server_connection::arrival> server_connection::read_request()
{
    using state = server_request_reader::state;
    expired_ = false;
    for (;;) {
        const state reached = reader_.advance();
        if (reached == state::ready) {
            co_return arrival::request;
        }
        if (reached == state::refused) {
            co_return arrival::refused;
        }
        watch_reading();
        if (reached == state::wants_continue) {
            out_.assign(go_on);
            const std::size_t sent = send_now();
            bool whole = true;
            if (sent < out_.size()) {
                whole = co_await send_rest(sent);
            }
            if (!whole) {
                co_return arrival::gone;
            }
        }
        const std::span<char> space = reader_.space();
        const asio::mutable_buffer room(space.data(), space.size());
        error_code failure;
        std::size_t size = 0;
        if (tls_) {
            size = co_await tls_->read_some(room, failure);
        } else {
            size =
                co_await socket_->async_read_some(room, asio::redirect_error(asio::use_awaitable, failure));
        }
        if (phase_ == phase::closed) {
            co_return arrival::gone;
        }
        if (expired_) {
            co_return phase_ == phase::idle&& size == 0 ? arrival::idle : arrival::timed_out;
        }
        if (failure) {
            co_return arrival::gone;
        }
        reader_.received(size);
    }
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
    ++core_->counters_.requests;
    in_handler_ = true;
}

// False when the connection is not to be used for another request.
asio::awaitable<bool> server_connection::answer_request()
{
    if (core_->stopping()) {
        close();
        co_return false;
    }
    hand_over();
    server_response answer;
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
    const bool keep_alive = reader_.head().keep_alive && !answer.close && !core_->stopping();
    write_out(answer, reader_.head().minor_version, keep_alive);
    reader_.next();
    const std::size_t sent = send_now();
    bool whole = true;
    if (sent < out_.size()) {
        phase_ = phase::writing;
        arm(core_->options().write_timeout);
        whole = co_await send_rest(sent);
    }
    if (out_.capacity() > kept_out) {
        out_ = std::string();
    }
    co_return whole&& keep_alive;
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

// Says why, and that this was the last answer. Always false: the connection is not to be used again.
asio::awaitable<bool> server_connection::send_refusal(unsigned status, std::string_view text)
{
    const server_response answer = bare_answer(status, text);
    write_out(answer, 1, false);
    phase_ = phase::writing;
    arm(core_->options().write_timeout);
    const std::size_t sent = send_now();
    if (sent < out_.size()) {
        co_await send_rest(sent);
    }
    co_return false;
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

asio::awaitable<bool> server_connection::send_rest(std::size_t sent)
{
    error_code failure;
    if (tls_) {
        co_await tls_->write(asio::buffer(out_) + sent, failure);
    }
    while (!tls_ && !failure && phase_ != phase::closed && sent < out_.size()) {
        sent += co_await socket_->async_write_some(asio::buffer(out_) + sent,
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
    given_up_ = true;
    phase_ = phase::writing;
    try {
        asio::co_spawn(socket_->get_executor(), answer_for_overdue(shared_from_this()), asio::detached);
        cancel_handler_.emit(asio::cancellation_type::terminal);
    } catch (...) {
        close(); // out of memory
    }
}

asio::awaitable<void> server_connection::answer_for_overdue(std::shared_ptr<server_connection> self)
{
    if (self->phase_ != phase::closed) {
        co_await self->send_refusal(503, {});
        co_await self->linger();
    }
}

// Too many connections. The first bytes are awaited, so that the answer does not come before its question.
asio::awaitable<void> server_connection::shed_load()
{
    phase_ = phase::lingering;
    arm(linger_time);
    error_code failure;
    const std::span<char> space = reader_.space();
    const asio::mutable_buffer room(space.data(), space.size());
    if (tls_) {
        co_await tls_->read_some(room, failure);
    } else {
        co_await socket_->async_read_some(room, asio::redirect_error(asio::use_awaitable, failure));
    }
    if (failure) {
        close();
    } else if (phase_ != phase::closed) {
        co_await send_refusal(503, {});
    }
}

// Ends the connection so that the peer gets to read what was sent.
asio::awaitable<void> server_connection::linger()
{
    if (phase_ == phase::closed) {
        co_return;
    }
    phase_ = phase::lingering;
    arm(std::min(linger_time, core_->options().write_timeout));
    error_code failure;
    if (tls_) {
        co_await tls_->shutdown(failure);
    }
    if (phase_ == phase::closed) {
        co_return;
    }
    failure.clear();
    socket_->shutdown(tcp::socket::shutdown_send, failure);
    std::array<char, 1024> scrap; // NOLINT: never read
    std::size_t left = linger_bytes;
    while (!failure && phase_ != phase::closed && left > 0) {
        const std::size_t size = co_await socket_->async_read_some(
            asio::buffer(scrap), asio::redirect_error(asio::use_awaitable, failure));
        left -= std::min(left, size);
    }
    close();
}

} // namespace videosdk::inline v0::http
