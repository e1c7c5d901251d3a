// Listening, accepting, shedding and stopping.
#include "http/server_core.hpp"

#include "http/server_address.hpp"
#include "http/server_connection.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <cerrno>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

// Out of descriptors or memory, an accept fails at once and would fail again: others must get a turn to
// close.
constexpr auto accept_pause = std::chrono::milliseconds(50);
// How many connections beyond max_connections may be told so at the same time; those after them are closed
// without a word.
constexpr std::size_t max_shedding = 64;

bool passing(const error_code& failure) noexcept
{
    return failure == asio::error::connection_aborted || failure == asio::error::connection_reset ||
           failure == asio::error::interrupted ||
           failure == error_code(EPROTO, asio::error::get_system_category());
}

} // namespace

void throw_server_error(errc code, const std::string& call, std::string detail)
{
    error_info info;
    info.call = call;
    info.detail = std::move(detail);
    throw error(make_error_code(code), std::move(info));
}

server_core::server_core(asio::any_io_executor executor, std::string address, server_options options,
                         server::handler handle)
    : executor_(std::move(executor)),
      address_(std::move(address)),
      options_(std::move(options)),
      handle_(std::move(handle)),
      time_(make_timer_scheduler(executor_))
{
}

server_core::~server_core()
{
    // Only the end of the context comes here armed: otherwise the last owner may be on any thread, and the
    // clock is not to be touched.
    if (armed()) {
        time_->cancel(*this);
    }
}

void server_core::start()
{
    const auto endpoint = parse_listen_address(address_);
    if (!endpoint) {
        throw_server_error(
            errc::invalid_argument, options_.name,
            "cannot listen on \"" + address_ +
                "\": give host:port with a numeric host, such as 127.0.0.1:8080, 0.0.0.0:8080 or "
                "[::1]:8080, or localhost:8080");
    }
    if (stopping() || !executor_) {
        throw_server_error(errc::closed, options_.name, "was stopped: make another one to listen again");
    }
    if (started_) {
        throw_server_error(errc::invalid_argument, options_.name,
                           "was started before: start() is called once");
    }
    if (options_.tls) {
        tls_ = make_server_tls_context(*options_.tls, options_.name);
    }
    tcp::acceptor acceptor(executor_);
    error_code failure;
    acceptor.open(endpoint->protocol(), failure);
    if (!failure) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
    }
    if (!failure) {
        acceptor.bind(*endpoint, failure);
    }
    if (!failure) {
        acceptor.listen(asio::socket_base::max_listen_connections, failure);
    }
    if (failure == asio::error::address_in_use) {
        throw_server_error(
            errc::address_in_use, options_.name,
            "cannot listen on " + to_text(*endpoint) +
                ": the port is taken by another socket; stop that one, or give another port (0 takes "
                "a free one)");
    }
    if (failure) {
        throw_server_error(errc::listen_failed, options_.name,
                           "cannot listen on " + to_text(*endpoint) + ": " + failure.message() +
                               "; give an address of this machine and a port that this user may bind");
    }
    port_ = acceptor.local_endpoint().port();
    acceptor_.emplace(std::move(acceptor));
    started_ = true;
    asio::post(executor_, [self = shared_from_this()] { self->accept(); });
}

void server_core::accept()
{
    if (stopping() || !acceptor_) {
        return;
    }
    acceptor_->async_accept(executor_, peer_,
                            [self = shared_from_this()](const error_code& failure, tcp::socket socket) {
                                self->on_accept(failure, std::move(socket));
                            });
}

void server_core::on_accept(const error_code& failure, tcp::socket socket)
{
    if (stopping() || !acceptor_) {
        return;
    }
    if (!failure) {
        try {
            take(std::move(socket));
        } catch (...) {
            // Out of memory: this connection is lost, the others are not.
            static_cast<void>(0);
        }
    } else if (!passing(failure)) {
        time_->wait_until(time_->now() + accept_pause, *this);
        return;
    }
    accept();
}

void server_core::take(tcp::socket socket)
{
    ++counters_.accepted;
    const bool shed = counters_.open >= options_.max_connections;
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.non_blocking(true, ignored);
    if (shed) {
        ++counters_.shed;
        if (shedding_ >= max_shedding) {
            return;
        }
    }
    auto connection =
        std::make_shared<server_connection>(shared_from_this(), std::move(socket), to_text(peer_), shed);
    if (shed) {
        ++shedding_;
    } else {
        ++counters_.open;
    }
    attach(*connection);
    server_connection::start(std::move(connection));
}

void server_core::stop() noexcept
{
    const bool first = !stopping_.exchange(true);
    if (!first || !executor_) {
        return;
    }
    try {
        asio::dispatch(executor_, [self = shared_from_this()] { self->close_all(); });
    } catch (...) {
        // Out of memory: what is open stays until its deadline; no request is taken any more.
        return;
    }
}

void server_core::close_all() noexcept
{
    time_->cancel(*this);
    if (acceptor_) {
        error_code ignored;
        acceptor_->close(ignored);
    }
    while (server_connection* const connection = pop_connection()) {
        connection->stop();
    }
}

void server_core::context_shutdown() noexcept
{
    stopping_ = true;
    while (server_connection* const connection = pop_connection()) {
        connection->drop();
    }
    acceptor_.reset();
    time_->shutdown();
    executor_ = asio::any_io_executor();
}

void server_core::attach(server_connection& which) noexcept
{
    which.next_ = first_;
    if (first_ != nullptr) {
        first_->previous_ = &which;
    }
    first_ = &which;
    which.attached_ = true;
}

void server_core::detach(server_connection& which) noexcept
{
    if (!std::exchange(which.attached_, false)) {
        return;
    }
    if (which.next_ != nullptr) {
        which.next_->previous_ = which.previous_;
    }
    (which.previous_ != nullptr ? which.previous_->next_ : first_) = which.next_;
    which.next_ = which.previous_ = nullptr;
}

server_connection* server_core::pop_connection() noexcept
{
    server_connection* const connection = first_;
    if (connection != nullptr) {
        detach(*connection);
    }
    return connection;
}

server_counts server_core::counts() const noexcept
{
    server_counts counts;
    counts.connections_accepted = counters_.accepted;
    counts.connections_open = counters_.open;
    counts.connections_shed = counters_.shed;
    counts.handshakes = counters_.handshakes;
    counts.handshakes_failed = counters_.handshakes_failed;
    counts.requests = counters_.requests;
    counts.refused = counters_.refused;
    counts.timed_out = counters_.timed_out;
    return counts;
}

std::string_view server_core::date()
{
    using namespace std::chrono;
    const auto second = floor<seconds>(time_->wall_now());
    if (second != date_second_) {
        constexpr std::string_view days = "SunMonTueWedThuFriSat";
        constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
        const auto day = floor<std::chrono::days>(second);
        const year_month_day date(day);
        const hh_mm_ss clock(second - day);
        char* out = date_.data();
        const auto text = [&out](std::string_view part) { out += part.copy(out, part.size()); };
        const auto two = [&out](unsigned value) {
            *out++ = static_cast<char>('0' + value / 10 % 10);
            *out++ = static_cast<char>('0' + value % 10);
        };
        text(days.substr(3 * weekday(day).c_encoding(), 3));
        text(", ");
        two(static_cast<unsigned>(date.day()));
        text(" ");
        text(months.substr(3 * (static_cast<unsigned>(date.month()) - 1), 3));
        text(" ");
        const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
        two(year / 100);
        two(year % 100);
        text(" ");
        two(static_cast<unsigned>(clock.hours().count()));
        text(":");
        two(static_cast<unsigned>(clock.minutes().count()));
        text(":");
        two(static_cast<unsigned>(clock.seconds().count()));
        text(" GMT");
        date_second_ = second;
    }
    return {date_.data(), date_.size()};
}

} // namespace videosdk::inline v0::http
