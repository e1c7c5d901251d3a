// Starting, taking connections, shedding and stopping.
#include "http/server_core.hpp"

#include "http/server_connection.hpp"
#include "http/server_door.hpp"
#include "http/server_drain.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace videosdk::inline v0::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

// How many connections beyond max_connections may be told so at the same time; those after them are closed
// without a word.
constexpr std::size_t max_shedding = 64;

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
      addresses_{std::move(address)},
      options_(std::move(options)),
      handle_(std::move(handle)),
      time_(options_.time ? options_.time : make_timer_scheduler(executor_)),
      quota_(options_.max_connections_per_address),
      body_memory_(options_.max_body_memory)
{
    addresses_.insert(addresses_.end(), options_.more_addresses.begin(), options_.more_addresses.end());
    for (const std::string& each : options_.trusted_proxies) {
        trusted_.add(each); // validate() has read it
    }
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
    if (stopping() || draining() || !executor_) {
        throw_server_error(errc::closed, options_.name, "was stopped: make another one to listen again");
    }
    if (options_.tls && !tls()) {
        reload_certificate(*options_.tls);
    }
    const std::lock_guard lock(mutex_);
    if (started_) {
        throw_server_error(errc::invalid_argument, options_.name,
                           "was started before: start() is called once");
    }
    std::vector<std::unique_ptr<server_door>> doors; // all or none
    std::vector<std::uint16_t> ports;
    for (const std::string& each : addresses_) {
        doors.push_back(std::make_unique<server_door>(*this, listen_on(executor_, each, options_.name)));
        ports.push_back(doors.back()->port());
    }
    const std::uint16_t first = ports.front();
    asio::post(executor_, [self = shared_from_this(), opened = std::move(doors)]() mutable {
        self->open(std::move(opened));
    });
    ports_ = std::move(ports);
    port_ = first;
    started_ = true;
}

// The doors belong to the executor from here on. Another thread may have ended the server meanwhile.
void server_core::open(std::vector<std::unique_ptr<server_door>> doors)
{
    if (stopping()) {
        return;
    }
    doors_ = std::move(doors);
    for (const auto& door : doors_) {
        if (draining()) {
            door->finish();
        } else {
            door->accept();
        }
    }
    check_drained();
}

void server_core::reload_certificate(const server_tls& material)
{
    if (!options_.tls) {
        throw_server_error(errc::invalid_argument, options_.name,
                           "reload_certificate: this server speaks plain HTTP; give it a certificate when it "
                           "is made");
    }
    if (stopping()) {
        throw_server_error(errc::closed, options_.name, "reload_certificate: the server was stopped");
    }
    // A new one for new connections: OpenSSL does not allow to change one that is in use.
    std::shared_ptr<server_tls_context> fresh = make_server_tls_context(material, options_.name);
    const std::lock_guard lock(mutex_);
    tls_.swap(fresh);
}

std::shared_ptr<server_tls_context> server_core::tls() const
{
    if (!options_.tls) {
        return nullptr;
    }
    const std::lock_guard lock(mutex_);
    return tls_;
}

std::vector<std::uint16_t> server_core::ports() const
{
    const std::lock_guard lock(mutex_);
    return ports_;
}

void server_core::take(tcp::socket socket, const tcp::endpoint& peer)
{
    ++counters.accepted;
    refusal_cause shed = refusal_cause::none;
    const bool proxied = trusted_.hold(peer.address());
    std::optional<address_quota::place> place;
    if (counters.open >= options_.max_connections) {
        shed = refusal_cause::too_many_connections;
    } else if (!proxied) {
        place = quota_.enter(peer.address());
        shed = place ? refusal_cause::none : refusal_cause::too_many_of_address;
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.non_blocking(true, ignored);
    if (shed != refusal_cause::none) {
        counters.note(shed);
        if (shedding_ >= max_shedding) {
            return;
        }
    }
    auto connection =
        std::make_shared<server_connection>(shared_from_this(), std::move(socket), peer, proxied, shed);
    if (shed != refusal_cause::none) {
        ++shedding_;
    } else {
        ++counters.open;
    }
    if (place) {
        connection->keep(std::move(*place));
    }
    attach(*connection);
    server_connection::start(std::move(connection));
}

void server_core::stop() noexcept
{
    end(false);
}

void server_core::abandon() noexcept
{
    end(true);
}

void server_core::end(bool abandoned) noexcept
{
    const bool first = !stopping_.exchange(true);
    if (!first || !executor_) {
        return;
    }
    try {
        asio::dispatch(executor_, [self = shared_from_this(), abandoned] { self->end_at_home(abandoned); });
    } catch (...) {
        // Out of memory: what is open stays until its deadline; no request is taken any more.
        return;
    }
}

std::size_t server_core::close_all() noexcept
{
    time_->cancel(*this);
    for (const auto& door : doors_) {
        door->close();
    }
    std::size_t cut = 0;
    while (server_connection* const connection = open_.first) {
        cut += connection->in_request() ? 1 : 0;
        // Its handler may not have come back when the execution context is destroyed, which must find it.
        detach(*connection);
        put(*connection, ending_);
        connection->stop();
    }
    return cut;
}

void server_core::context_shutdown() noexcept
{
    stopping_ = true;
    for (connection_list* const list : {&open_, &ending_}) {
        while (server_connection* const connection = list->first) {
            detach(*connection);
            connection->drop();
        }
    }
    for (const auto& door : doors_) {
        door->drop();
    }
    for (auto* const list : {&drains_, &decided_}) {
        for (const auto& each : std::exchange(*list, {})) {
            each->drop_handler();
        }
    }
    time_->cancel(*this);
    if (!options_.time) {
        time_->shutdown(); // else it is somebody else's, too
    }
    executor_ = asio::any_io_executor();
}

void server_core::attach(server_connection& which) noexcept
{
    put(which, open_);
}

void server_core::put(server_connection& which, connection_list& list) noexcept
{
    which.next_ = list.first;
    if (list.first != nullptr) {
        list.first->previous_ = &which;
    }
    list.first = &which;
    which.list_ = &list;
}

void server_core::detach(server_connection& which) noexcept
{
    connection_list* const list = std::exchange(which.list_, nullptr);
    if (list == nullptr) {
        return;
    }
    if (which.next_ != nullptr) {
        which.next_->previous_ = which.previous_;
    }
    (which.previous_ != nullptr ? which.previous_->next_ : list->first) = which.next_;
    which.next_ = which.previous_ = nullptr;
}

void server_core::log(const access_record& record) noexcept
{
    if (!options_.on_access || stopping()) { // its captures may be gone with the owner
        return;
    }
    try {
        options_.on_access(record);
    } catch (...) {
        ++counters.log_failures;
    }
}

server_counts server_core::counts() const noexcept
{
    server_counts counts;
    counts.connections_accepted = counters.accepted;
    counts.connections_open = counters.open;
    counts.connections_shed_by_address = counters.of(refusal_cause::too_many_of_address);
    counts.connections_shed =
        counters.of(refusal_cause::too_many_connections) + counts.connections_shed_by_address;
    counts.accept_errors = counters.accept_errors;
    counts.handshakes = counters.handshakes;
    counts.handshakes_failed = counters.handshakes_failed;
    counts.requests = counters.requests;
    counts.requests_shed = counters.requests_shed;
    counts.health_checks = counters.health_checks;
    counts.refused_heads = counters.of(refusal_cause::bad_head);
    counts.refused_bodies = counters.of(refusal_cause::bad_body);
    counts.refused = counts.refused_heads + counts.refused_bodies;
    counts.timed_out_handshakes = counters.handshakes_timed_out;
    counts.timed_out_heads = counters.of(refusal_cause::head_timeout);
    counts.timed_out_bodies = counters.of(refusal_cause::body_timeout);
    counts.timed_out_handlers = counters.of(refusal_cause::handler_timeout);
    counts.timed_out_writes = counters.of(refusal_cause::write_timeout);
    counts.timed_out = counts.timed_out_handshakes + counts.timed_out_heads + counts.timed_out_bodies +
                       counts.timed_out_handlers + counts.timed_out_writes;
    counts.log_failures = counters.log_failures;
    counts.latency = counters.latency.read();
    return counts;
}

} // namespace videosdk::inline v0::http
