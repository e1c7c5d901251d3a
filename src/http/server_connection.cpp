// The life of a connection. The coroutine owns it; its alarm ends what takes too long.
#include "http/server_connection.hpp"

#include "http/server_address.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
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

refusal_cause cause_of_refusal(const server_request_reader& reader) noexcept
{
    if (reader.status() == 503) {
        return refusal_cause::too_many_bytes;
    }
    return reader.head_accepted() ? refusal_cause::bad_body : refusal_cause::bad_head;
}

} // namespace

server_connection::server_connection(std::shared_ptr<server_core> core, tcp::socket socket,
                                     const tcp::endpoint& peer, bool proxied, refusal_cause shed)
    : core_(std::move(core)),
      socket_(std::move(socket)),
      reader_(core_->options().head, core_->options().max_body, &core_->body_memory()),
      peer_address_(peer),
      peer_(to_text(peer)),
      shed_(shed),
      proxied_(proxied)
{
    if (const auto tls = core_->tls()) {
        tls_ = tls->make_session(*socket_);
    }
}

server_connection::~server_connection()
{
    core_->time().cancel(*this);
    core_->detach(*this);
    if (shed_ == refusal_cause::none) {
        --core_->counters.open;
    } else {
        core_->shed_ended();
    }
}

void server_connection::start(std::shared_ptr<server_connection> connection)
{
    const auto executor = connection->socket_->get_executor();
    const auto slot = connection->cancel_handler_.slot();
    // What leaves run() is the cancellation of a handler, or a lack of memory. The connection ends with its
    // frame, which is gone by then.
    auto ended = asio::bind_cancellation_slot(
        slot, [core = connection->core_](const std::exception_ptr&) { core->check_drained(); });
    asio::co_spawn(executor, run(std::move(connection)), std::move(ended));
}

bool server_connection::in_request() const noexcept
{
    return phase_ == phase::head || phase_ == phase::body || phase_ == phase::handling ||
           phase_ == phase::writing;
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

void server_connection::retire()
{
    if (shed_ != refusal_cause::none) {
        return; // it ends soon enough
    }
    if (phase_ == phase::handshake || (phase_ == phase::idle && (!used_ || unread()))) {
        // A first request may be on the way, or a part of a TLS record has come: so long as a head may take.
        arm(std::min(core_->options().head_timeout, core_->options().idle_timeout));
    } else if (phase_ == phase::idle) {
        leaving_ = true;
        error_code ignored;
        socket_->cancel(ignored);
    }
}

void server_connection::drop() noexcept
{
    phase_ = phase::closed;
    core_->time().cancel(*this); // the clock may be shared, and live on
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
        give_up_handler();
        break;
    case phase::handshake:
        ++core_->counters.handshakes_timed_out;
        close();
        break;
    case phase::writing:
        core_->counters.note(refusal_cause::write_timeout);
        overdue_write_ = true;
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
    if (usable && self->shed_ != refusal_cause::none) {
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
            usable = co_await self->refuse_request(cause_of_refusal(self->reader_));
            break;
        case arrival::timed_out: {
            const bool in_body = self->phase_ == phase::body;
            const refusal_cause cause = in_body ? refusal_cause::body_timeout : refusal_cause::head_timeout;
            usable = co_await self->refuse_request(cause);
            break;
        }
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
        self->reader_.clear(); // what comes now is thrown away
        self->out_ = std::string();
        co_await self->linger();
    }
}

asio::awaitable<bool> server_connection::handshake()
{
    phase_ = phase::handshake;
    const server_options& options = core_->options();
    if (shed_ != refusal_cause::none) {
        arm(std::min(linger_time, options.idle_timeout)); // those that may be told so are few
    } else {
        arm(core_->draining() ? std::min(options.head_timeout, options.idle_timeout) : options.idle_timeout);
    }
    error_code failure;
    co_await tls_->handshake(failure);
    if (failure && phase_ != phase::closed) { // else its deadline or the server has ended it
        ++core_->counters.handshakes_failed;
    }
    if (failure || phase_ == phase::closed) {
        close();
        co_return false;
    }
    ++core_->counters.handshakes;
    co_return true;
}

// Too many connections. The first bytes are awaited, so that the answer does not come before its question.
asio::awaitable<void> server_connection::shed_load()
{
    phase_ = phase::lingering;
    arm(linger_time);
    began_ = core_->time().now();
    error_code failure;
    received_ = co_await read_some(failure);
    if (failure) {
        close();
    } else if (phase_ != phase::closed) {
        co_await send_refusal(503, shed_, {});
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
