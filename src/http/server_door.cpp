// Binding, and the loop of accepts.
#include "http/server_door.hpp"

#include "http/server_address.hpp"
#include "http/server_core.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include <cerrno>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

// Out of descriptors or memory, an accept fails at once and would fail again: others must get a turn to
// close.
constexpr auto accept_pause = std::chrono::milliseconds(50);

// The connection that was to be accepted has gone; the next one may be there.
bool passing(const error_code& failure) noexcept
{
    return failure == asio::error::connection_aborted || failure == asio::error::connection_reset ||
           failure == asio::error::interrupted ||
           failure == error_code(EPROTO, asio::error::get_system_category());
}

} // namespace

tcp::acceptor listen_on(const asio::any_io_executor& executor, const std::string& address,
                        const std::string& server_name)
{
    const auto endpoint = parse_listen_address(address);
    if (!endpoint) {
        throw_server_error(
            errc::invalid_argument, server_name,
            "cannot listen on \"" + address +
                "\": give host:port with a numeric host, such as 127.0.0.1:8080, 0.0.0.0:8080 or "
                "[::1]:8080, or localhost:8080");
    }
    tcp::acceptor acceptor(executor);
    error_code failure;
    acceptor.open(endpoint->protocol(), failure);
    if (!failure) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
    }
    if (!failure && endpoint->address().is_v6()) {
        acceptor.set_option(asio::ip::v6_only(true), failure);
    }
    if (!failure) {
        acceptor.bind(*endpoint, failure);
    }
    if (!failure) {
        acceptor.listen(asio::socket_base::max_listen_connections, failure);
    }
    if (failure == asio::error::address_in_use) {
        throw_server_error(
            errc::address_in_use, server_name,
            "cannot listen on " + to_text(*endpoint) +
                ": the port is taken by another socket; stop that one, or give another port (0 takes "
                "a free one)");
    }
    if (failure) {
        throw_server_error(errc::listen_failed, server_name,
                           "cannot listen on " + to_text(*endpoint) + ": " + failure.message() +
                               "; give an address of this machine and a port that this user may bind");
    }
    return acceptor;
}

server_door::server_door(server_core& core, tcp::acceptor acceptor)
    : core_(core), acceptor_(std::move(acceptor)), port_(acceptor_->local_endpoint().port())
{
}

server_door::~server_door()
{
    // Only the end of the context comes here armed: otherwise the last owner may be on any thread, and the
    // clock is not to be touched.
    if (armed()) {
        core_.time().cancel(*this);
    }
}

void server_door::accept()
{
    if (!usable() || finishing_) {
        return;
    }
    pending_ = true;
    acceptor_->async_accept(
        core_.executor(), peer_,
        [this, core = core_.shared_from_this()](const error_code& failure, tcp::socket socket) {
            pending_ = false;
            on_accept(failure, std::move(socket));
            core->check_drained();
        });
}

void server_door::on_accept(const error_code& failure, tcp::socket socket)
{
    if (core_.stopping()) {
        return;
    }
    if (!failure) {
        take(std::move(socket), peer_); // also while the door closes: this one was there before
    } else if (usable()) {
        ++core_.counters.accept_errors;
        if (!passing(failure)) {
            pause();
            return;
        }
    }
    accept();
}

void server_door::take(tcp::socket socket, const tcp::endpoint& peer)
{
    try {
        core_.take(std::move(socket), peer);
    } catch (...) {
        // Out of memory: this connection is lost, the others are not.
        static_cast<void>(0);
    }
}

void server_door::pause()
{
    core_.time().wait_until(core_.time().now() + accept_pause, *this);
}

void server_door::on_alarm()
{
    if (finishing_) {
        finish();
        core_.check_drained();
    } else {
        accept();
    }
}

void server_door::finish()
{
    finishing_ = true;
    error_code failure;
    if (usable()) {
        acceptor_->non_blocking(true, failure);
    }
    // As many as the queue can hold; those who came meanwhile cannot keep it open for ever.
    for (int i = 0; i < asio::socket_base::max_listen_connections && usable(); ++i) {
        failure.clear();
        tcp::socket socket(core_.executor());
        tcp::endpoint peer; // not peer_: an accept may be under way, or have completed and not been told of
        acceptor_->accept(socket, peer, failure);
        if (!failure) {
            take(std::move(socket), peer);
            continue;
        }
        if (failure == asio::error::would_block || failure == asio::error::try_again) {
            break;
        }
        ++core_.counters.accept_errors;
        if (!passing(failure)) {
            pause();
            return;
        }
    }
    close();
}

void server_door::drop() noexcept
{
    core_.time().cancel(*this); // the clock may be shared, and live on
    acceptor_.reset();
}

void server_door::close() noexcept
{
    core_.time().cancel(*this);
    if (acceptor_) {
        error_code ignored;
        acceptor_->close(ignored);
    }
}

} // namespace videosdk::inline v0::http
