// A connected socket under a watch: what is pending, and when to try it.
#include "http/socket_stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace videosdk::inline v0::http {
namespace {

/// Whether the system tells at a read what is left behind it: bytes (TCP_INQ of tcp(7)) and, since Linux 5.1,
/// an end as well. Without the end it would be no help.
bool tells_of_ends() noexcept
{
    static const bool tells = [] {
        utsname name{};
        unsigned major = 0;
        unsigned minor = 0;
        return ::uname(&name) == 0 && std::sscanf(name.release, "%u.%u", &major, &minor) == 2 && // NOLINT
               (major > 5 || (major == 5 && minor >= 1));
    }();
    return tells;
}

/// Whether nothing is left in the socket behind what was read: no bytes and no FIN. (After a reset the next
/// write fails before a byte leaves.) Empty where the system does not tell.
std::optional<bool> told_of_nothing_behind(msghdr& message) noexcept
{
    const cmsghdr* const told = CMSG_FIRSTHDR(&message);
    if (told == nullptr || told->cmsg_level != IPPROTO_TCP || told->cmsg_type != TCP_CM_INQ) {
        return std::nullopt;
    }
    int behind = 0;
    std::memcpy(&behind, CMSG_DATA(told), sizeof behind);
    return behind == 0;
}

} // namespace

socket_stream::socket_stream(const stream_ground& ground)
    : where_(ground.where),
      by_(ground.by),
      max_proxy_head_(ground.max_proxy_head),
      connector_(ground.executor, ground.time, ground.names,
                 by_ ? "the proxy " + by_->name() : where_.host_and_port()),
      watch_(ground.watch)
{
}

socket_stream::~socket_stream()
{
    if (socket_ >= 0) {
        watch_->remove(socket_, *this);
        ::close(socket_);
    }
}

void socket_stream::connect(std::shared_ptr<stream_listener> listener)
{
    connector_listener_ = std::move(listener);
    // The listener owns this stream, and the connector's operation must not outlive it.
    connector_.connect(
        by_ ? by_->where : where_,
        [this, keep = connector_listener_](boost::system::error_code failure, std::string detail,
                                           int socket) { on_socket(failure, std::move(detail), socket); });
}

std::string socket_stream::waiting_for() const
{
    if (socket_ < 0) {
        return connector_.waiting_for();
    }
    return tunnel_ ? "the proxy " + by_->name() + " has not answered CONNECT"
                   : "the TLS handshake has not ended";
}

void socket_stream::on_socket(boost::system::error_code failure, std::string detail, int socket)
{
    if (!failure) {
        socket_ = socket;
        failure = watch_->add(socket_, *this);
        if (failure) {
            ::close(std::exchange(socket_, -1));
        }
        const int wanted = 1;
        tells_what_is_behind_ = !failure && tells_of_ends() &&
                                ::setsockopt(socket_, IPPROTO_TCP, TCP_INQ, &wanted, sizeof wanted) == 0;
    }
    if (!failure && by_) {
        tunnel_ = std::make_unique<tunnel>(by_, max_proxy_head_);
        advance_tunnel();
    } else if (!failure) {
        begin();
    } else if (failure == asio::error::operation_aborted || !detail.empty()) {
        report_connected(failure, std::move(detail));
    } else {
        report_connected(errc::connect_failed, "the connection to " + where_.authority() +
                                                   " cannot be watched: " + failure.message());
    }
}

void socket_stream::advance_tunnel()
{
    boost::system::error_code failure;
    while (!failure && !tunnel_->unsent().empty()) {
        const transfer went = give(tunnel_->unsent());
        if (went.blocked()) {
            return;
        }
        tunnel_->sent(went.count);
        failure = went.failure;
    }
    // One that refuses early may have said why before it closed.
    tunnel::state reached = tunnel::state::asking;
    while (reached == tunnel::state::asking) {
        const transfer came = take(tunnel_->prepare());
        if (came.blocked() && !failure) {
            return;
        }
        if (came.failure == asio::error::eof) {
            reached = tunnel_->commit_end();
        } else if (came.failure || came.blocked()) {
            report_connected(errc::connect_failed, "the connection to the proxy " + by_->name() + " ended: " +
                                                       (failure ? failure : came.failure).message());
            return;
        } else {
            reached = tunnel_->commit(came.count);
        }
    }
    const std::unique_ptr<tunnel> over = std::move(tunnel_);
    if (reached == tunnel::state::open) {
        begin();
    } else {
        report_connected(errc::connect_failed, over->detail());
    }
}

void socket_stream::report_connected(boost::system::error_code failure, std::string detail)
{
    if (failure == make_error_code(errc::tls_failed) && by_) {
        detail += "; it went through the proxy " + by_->name();
    }
    if (const auto listener = std::move(connector_listener_)) {
        listener->on_connected(failure, std::move(detail));
    }
}

void socket_stream::read(std::span<char> place, std::shared_ptr<stream_listener> listener)
{
    place_ = place;
    reader_ = std::move(listener);
    if (!drained_ || holds_input()) {
        look_again();
    }
}

void socket_stream::write(std::string_view bytes, std::shared_ptr<stream_listener> listener)
{
    out_ = bytes;
    writer_ = std::move(listener);
    advance_write();
    if (write_failure_) {
        look_again(); // The listener is not to be told inside.
    }
}

void socket_stream::advance_write()
{
    while (!out_.empty()) {
        const transfer went = send(out_);
        if (went.failure) {
            write_failure_ = went.failure;
            return;
        }
        if (went.blocked()) {
            return;
        }
        out_.remove_prefix(went.count);
    }
    if (tells_what_is_behind_) {
        watch_->expect_answer(*this);
    }
    const auto listener = std::move(writer_);
    listener->on_written({});
}

/// Returns whether the listener was told; this stream may be no more then.
bool socket_stream::advance_read()
{
    const transfer came = receive(place_);
    if (came.blocked()) {
        return false;
    }
    watch_->answered(*this);
    const auto listener = std::move(reader_);
    listener->on_read(came.failure, came.count);
    return true;
}

bool socket_stream::on_due()
{
    return reader_ && !connector_listener_ && advance_read();
}

void socket_stream::want_room(bool wanted) noexcept
{
    if (room_wanted_ != wanted) {
        room_wanted_ = wanted;
        watch_->ask_for_room(socket_, *this, wanted);
    }
}

void socket_stream::on_ready(bool ended)
{
    ended_ = ended_ || ended;
    drained_ = false;
    if (connector_listener_) {
        if (tunnel_) {
            advance_tunnel();
        } else {
            go_on();
        }
        return;
    }
    if (writer_) {
        // Whatever it is told, the listener may destroy this stream.
        const auto keep = writer_;
        if (!write_failure_) {
            advance_write();
        }
        if (write_failure_) {
            writer_.reset();
            keep->on_written(std::exchange(write_failure_, {}));
        }
        if (reader_) {
            advance_read();
        }
    } else if (reader_) {
        advance_read();
    }
}

socket_stream::transfer socket_stream::take(std::span<char> place) noexcept
{
    iovec where{place.data(), place.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> told;
    for (;;) {
        msghdr message{};
        message.msg_iov = &where;
        message.msg_iovlen = 1;
        message.msg_control = told.data();
        message.msg_controllen = tells_what_is_behind_ ? told.size() : 0;
        const auto count = ::recvmsg(socket_, &message, MSG_DONTWAIT);
        if (count > 0) {
            const std::optional<bool> empty = told_of_nothing_behind(message);
            // Where the system does not tell, less than there was room for is all there was, but for an end.
            drained_ = !ended_ && empty.value_or(static_cast<std::size_t>(count) < place.size());
            return {{}, static_cast<std::size_t>(count)};
        }
        if (count == 0) {
            return {asio::error::eof, 0};
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            drained_ = true;
            return {};
        }
        if (errno != EINTR) {
            return {{errno, boost::system::system_category()}, 0};
        }
    }
}

socket_stream::transfer socket_stream::give(std::string_view bytes) noexcept
{
    for (;;) {
        const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count >= 0) {
            sent_ += static_cast<std::uint64_t>(count);
            if (static_cast<std::size_t>(count) == bytes.size()) {
                want_room(false);
            }
            return {{}, static_cast<std::size_t>(count)};
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            want_room(true);
            return {};
        }
        if (errno != EINTR) {
            return {{errno, boost::system::system_category()}, 0};
        }
    }
}

unread socket_stream::peek() noexcept
{
    char byte = 0;
    const auto count = ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count > 0) {
        return unread::bytes;
    }
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? unread::nothing
                                                                                    : unread::end;
}

void socket_stream::close() noexcept
{
    // They own this stream, perhaps for the last time.
    const auto connecting = std::move(connector_listener_);
    const auto reading = std::move(reader_);
    const auto writing = std::move(writer_);
    connector_.close();
    if (socket_ >= 0) {
        farewell();
        watch_->remove(socket_, *this);
        ::close(std::exchange(socket_, -1));
    }
    if (writing) {
        try {
            asio::post(connector_.executor(),
                       [writing] { writing->on_written(asio::error::operation_aborted); });
        } catch (const std::exception&) {
            return; // Without memory nobody can be told.
        }
    }
}

} // namespace videosdk::inline v0::http
