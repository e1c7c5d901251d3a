// How requests come in on a connection: reads, and the deadlines over them.
#include "http/server_connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <string_view>

namespace videosdk::inline v0::http {
namespace {

using boost::system::error_code;

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

} // namespace

// Arms the alarm for what is awaited now, when that has changed.
void server_connection::watch_reading()
{
    const server_options& options = core_->options();
    if (reader_.idle()) {
        if (phase_ != phase::idle) {
            phase_ = phase::idle;
            // While the server drains, only a first request is awaited.
            arm(core_->draining() ? std::min(options.head_timeout, options.idle_timeout)
                                  : options.idle_timeout);
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

bool server_connection::unread() const
{
    error_code failure;
    return socket_->available(failure) > 0 || (tls_ && tls_->pending());
}

// Whether the server drains, this connection is between requests, and the next one has not come.
bool server_connection::nothing_to_expect()
{
    return core_->draining() && used_ && reader_.idle() && !unread();
}

asio::awaitable<server_connection::arrival> server_connection::read_request()
{
    using state = server_request_reader::state;
    expired_ = leaving_ = false;
    if (!reader_.idle()) {
        began_ = core_->time().now();
    }
    for (;;) {
        const state reached = reader_.advance();
        if (reached == state::ready) {
            co_return arrival::request;
        }
        if (reached == state::refused) {
            co_return arrival::refused;
        }
        watch_reading();
        if (nothing_to_expect()) {
            co_return arrival::idle;
        }
        if (reached == state::wants_continue) {
            const bool said = co_await say_continue();
            if (!said) {
                co_return arrival::gone;
            }
        }
        error_code failure;
        const std::size_t size = co_await read_some(failure);
        if (phase_ == phase::closed) {
            co_return arrival::gone;
        }
        if (expired_ && phase_ != phase::idle) {
            co_return arrival::timed_out;
        }
        if ((expired_ || leaving_) && size == 0) {
            if (tls_ || !unread()) {
                co_return arrival::idle;
            }
            failure.clear(); // the next request has come with the alarm: the next read has it
        }
        expired_ = leaving_ = false;
        if (failure == asio::error::eof && reader_.end() == state::refused) {
            co_return arrival::refused;
        }
        if (failure == asio::error::eof && tls_) {
            co_return arrival::idle; // its closure alert is answered by ours (RFC 9112, 9.8)
        }
        if (failure) {
            co_return arrival::gone;
        }
        if (reader_.idle()) {
            began_ = core_->time().now();
        }
        received_ += size;
        reader_.received(size);
    }
}

asio::awaitable<std::size_t> server_connection::read_some(error_code& failure)
{
    const std::span<char> space = reader_.space();
    const asio::mutable_buffer room(space.data(), space.size());
    std::size_t size = 0;
    if (tls_) {
        size = co_await tls_->read_some(room, failure);
    } else {
        size = co_await socket_->async_read_some(room, asio::redirect_error(asio::use_awaitable, failure));
    }
    co_return size;
}

asio::awaitable<bool> server_connection::say_continue()
{
    out_.assign(go_on);
    sent_ = send_now();
    bool whole = true;
    if (sent_ < out_.size()) {
        whole = co_await send_rest();
    }
    co_return whole;
}

} // namespace videosdk::inline v0::http
