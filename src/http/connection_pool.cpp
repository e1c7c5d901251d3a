// A pool of connections to one endpoint: first come, first served; last used, first reused.
#include "http/connection_pool.hpp"

#include "http/connection.hpp"
#include "http/name_lookup.hpp"
#include "http/observing.hpp"
#include "http/operation_queue.hpp"
#include "http/pool_sizing.hpp"
#include "http/proxy.hpp"
#include "http/socket_watch.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace videosdk::inline v0::http {
namespace {

class connection_pool final : public transport,
                              private connection_owner,
                              public std::enable_shared_from_this<connection_pool> {
public:
    connection_pool(asio::any_io_executor executor, std::shared_ptr<scheduler> time, endpoint where,
                    const tls_options& tls, const pool_options& options, std::shared_ptr<observer> watcher,
                    const proxy_options& way, const header_list& headers)
        : executor_(std::move(executor)),
          time_(std::move(time)),
          settings_(std::move(where), options, headers),
          by_(proxy_to(settings_.where, way)),
          names_(std::make_shared<name_lookup>(executor_, by_ ? by_->where : settings_.where)),
          watch_(std::make_shared<socket_watch>(executor_)),
          watcher_(std::move(watcher)),
          peer_(watcher_ ? settings_.where.authority() : std::string())
    {
        if (settings_.where.tls) {
            tls_ = make_tls_context(settings_.where, tls);
        }
    }

    ~connection_pool() override { drop_all(); }

    void start(exchange_operation& operation) override;
    void cancel(exchange_operation& operation) noexcept override;
    void close_idle() noexcept override;
    void shutdown() noexcept override;
    transport_counts counts() const noexcept override;

private:
    void on_ready(connection& which) override;
    void on_exchange_over(exchange_operation& operation) noexcept override;
    void on_gone(connection& which) override;
    void on_connect_failed(connection& which, exchange_failure failure) override;
    void on_deadline(exchange_operation& operation) override;

    void pump();
    void pump_later();
    std::size_t still_to_come() const noexcept;
    exchange_operation* first_in_time() const noexcept;
    connection* take_idle();
    void open_one();
    void begin(connection& which, exchange_operation& operation);
    void forget(connection& which) noexcept;
    void drop_all() noexcept;
    void refuse_first();
    std::string why_none() const;
    std::string what_is_awaited() const;

    asio::any_io_executor executor_;
    std::shared_ptr<scheduler> time_;
    connection_settings settings_;
    std::shared_ptr<const proxy> by_;
    std::shared_ptr<name_lookup> names_;
    std::shared_ptr<socket_watch> watch_;
    std::shared_ptr<tls_context> tls_;
    std::shared_ptr<observer> watcher_;
    std::string peer_; ///< For the watcher, where there is one.
    std::vector<std::shared_ptr<connection>> connections_;
    std::vector<connection*> idle_; ///< The last is the one used last.
    operation_queue waiting_;
    operation_queue refused_; ///< Beyond max_waiting; told at the next turn.
    std::string last_connect_failure_;
    transport_counts counts_;
    std::size_t connecting_ = 0;
    std::uint64_t last_id_ = 0;
    bool unsettled_ = false; ///< An idle connection's pending read is about to say something.
    bool pump_posted_ = false;
    bool shut_down_ = false;
};

void connection_pool::start(exchange_operation& operation)
{
    if (shut_down_) {
        return;
    }
    operation.mark_sent(false);
    operation.place = nullptr;
    time_->wait_until(operation.deadline, operation.deadline_alarm(*this));
    if (idle_.empty() && waiting_.size() >= settings_.limits.max_waiting + still_to_come()) {
        operation.place = &refused_;
        refused_.push_back(operation);
        pump_later();
        return;
    }
    waiting_.push_back(operation);
    pump();
}

/// Connections that are being opened, or may be: so many of those who wait do not wait for another exchange
/// to end.
std::size_t connection_pool::still_to_come() const noexcept
{
    return connecting_ + settings_.limits.max_connections - connections_.size();
}

/// Gives idle connections to those who wait, oldest first, and opens new ones. Completes no exchange, so that
/// it may be called from anywhere.
void connection_pool::pump()
{
    unsettled_ = false;
    while (exchange_operation* const next = first_in_time()) {
        connection* const free = take_idle();
        if (free == nullptr) {
            break;
        }
        waiting_.erase(*next);
        begin(*free, *next);
    }
    if (unsettled_) {
        pump_later();
        return;
    }
    std::size_t missing = connections_to_open(
        {waiting_.size(), connecting_, connections_.size(), settings_.limits.max_connections});
    for (; missing > 0; --missing) {
        open_one();
    }
}

void connection_pool::begin(connection& which, exchange_operation& operation)
{
    ++counts_.exchanges;
    connection_reused record;
    if (which.used()) {
        ++counts_.exchanges_reused;
        operation.mark_reused(true);
        if (watcher_) {
            record = {which.id, peer_, which.exchanges(), which.idle_for()};
        }
    }
    which.start(operation);
    if (record.id != 0) {
        tell(*watcher_, &observer::on_connection_reused, record);
    }
}

/// The exchange that has waited longest, of those that have time left. In a busy turn the others' alarms are
/// still to come: sent now, they would end as ambiguous instead of as never sent.
exchange_operation* connection_pool::first_in_time() const noexcept
{
    if (waiting_.empty()) {
        return nullptr;
    }
    const scheduler::time_point now = time_->now();
    exchange_operation* next = &waiting_.front();
    while (next != nullptr && next->deadline <= now) {
        next = next->next;
    }
    return next;
}

/// The connection used last that may carry an exchange. Dead ones on the way are closed.
connection* connection_pool::take_idle()
{
    std::size_t at = idle_.size();
    while (at > 0) {
        connection& candidate = *idle_[--at];
        const connection::fitness found = candidate.check();
        if (found == connection::fitness::unsettled) {
            unsettled_ = true;
            continue;
        }
        idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(at));
        if (found == connection::fitness::fit) {
            return &candidate;
        }
        forget(candidate);
        at = std::min(at, idle_.size()); // An observer may have done anything.
    }
    return nullptr;
}

void connection_pool::open_one()
{
    const stream_ground ground{executor_, *time_, settings_.where, by_, settings_.limits.max_response_head,
                               names_,    watch_};
    auto bytes = tls_ ? make_tls_stream(ground, tls_) : make_plain_stream(ground);
    connection_owner& self = *this;
    auto fresh = std::make_shared<connection>(self, *time_, settings_, std::move(bytes));
    fresh->index = connections_.size();
    fresh->id = ++last_id_;
    connections_.push_back(fresh);
    ++connecting_;
    fresh->connect();
}

void connection_pool::pump_later()
{
    if (pump_posted_) {
        return;
    }
    pump_posted_ = true;
    asio::post(executor_, [weak = weak_from_this()] {
        if (const auto self = weak.lock(); self && !self->shut_down_) {
            self->pump_posted_ = false;
            self->pump();
            self->refuse_first();
        }
    });
}

/// Tells one exchange that the queue was full; the others at later turns, since telling must be the last
/// thing done.
void connection_pool::refuse_first()
{
    if (refused_.empty()) {
        return;
    }
    exchange_operation& operation = refused_.front();
    refused_.erase(operation);
    operation.place = nullptr;
    on_exchange_over(operation);
    if (!refused_.empty()) {
        pump_later();
    }
    operation.on_failure(
        exchange_failure(errc::pool_exhausted, outcome::not_sent,
                         "more than pool.max_waiting = " + std::to_string(settings_.limits.max_waiting) +
                             " calls wait for a connection" + why_none()));
}

std::string connection_pool::why_none() const
{
    return last_connect_failure_.empty() ? std::string()
                                         : "; the last attempt to connect failed: " + last_connect_failure_;
}

std::string connection_pool::what_is_awaited() const
{
    for (const auto& each : connections_) {
        if (each->current() == connection::state::connecting) {
            return "; of one that is being opened, " + each->waiting_for();
        }
    }
    return {};
}

void connection_pool::cancel(exchange_operation& operation) noexcept
{
    if (shut_down_) {
        return;
    }
    if (operation.place == &refused_) {
        operation.place = nullptr;
        refused_.erase(operation);
        on_exchange_over(operation);
    } else if (operation.place != nullptr) {
        static_cast<connection*>(operation.place)->abandon(operation);
    } else {
        waiting_.erase(operation);
        on_exchange_over(operation);
    }
}

void connection_pool::on_deadline(exchange_operation& operation)
{
    const auto self = shared_from_this();
    if (operation.place != nullptr && operation.place != &refused_) {
        static_cast<connection*>(operation.place)->expire();
        return;
    }
    const std::string place = settings_.where.authority();
    cancel(operation);
    operation.on_failure(exchange_failure(
        errc::timeout, outcome::not_sent,
        "no connection to " + place + " became free in time (" + std::to_string(connections_.size()) +
            " open or connecting, at most " + std::to_string(settings_.limits.max_connections) + ")" +
            why_none() + what_is_awaited()));
}

void connection_pool::on_ready(connection& which)
{
    idle_.push_back(&which);
    if (!which.used()) {
        --connecting_;
        ++counts_.connections_opened;
        last_connect_failure_.clear();
        if (watcher_) {
            tell(*watcher_, &observer::on_connection_opened,
                 connection_opened{.id = which.id, .peer = peer_, .duration = which.connect_time()});
        }
    }
    pump();
}

void connection_pool::on_exchange_over(exchange_operation& operation) noexcept
{
    time_->cancel(operation.deadline_alarm(*this));
}

void connection_pool::on_gone(connection& which)
{
    if (const auto at = std::find(idle_.begin(), idle_.end(), &which); at != idle_.end()) {
        idle_.erase(at);
    }
    forget(which);
    pump();
}

void connection_pool::on_connect_failed(connection& which, exchange_failure failure)
{
    const auto self = shared_from_this();
    --connecting_;
    ++counts_.connections_failed;
    last_connect_failure_ = failure.detail;
    forget(which);
    // Only where one more waits than connections are on their way: each of these will serve one, or fail one.
    exchange_operation* const first = waiting_.size() > connecting_ ? &waiting_.front() : nullptr;
    if (first != nullptr) {
        waiting_.erase(*first);
        on_exchange_over(*first);
    }
    pump();
    if (first != nullptr) {
        first->on_failure(std::move(failure));
    }
}

/// Of one that is closed. It may be destroyed by this.
void connection_pool::forget(connection& which) noexcept
{
    connection_closed record;
    if (watcher_) {
        record = {which.id, peer_, which.exchanges(), which.age(), which.closed_why(), which.closed_by()};
    }
    const std::size_t at = which.index;
    if (at + 1 != connections_.size()) {
        connections_[at] = std::move(connections_.back());
        connections_[at]->index = at;
    }
    connections_.pop_back();
    if (watcher_) {
        tell(*watcher_, &observer::on_connection_closed, record);
    }
}

void connection_pool::close_idle() noexcept
{
    for (connection* const each : std::exchange(idle_, {})) {
        each->detach();
        forget(*each);
    }
    // Those that are being opened for calls which have ended meanwhile would be idle as soon as they are
    // open.
    for (std::size_t i = connections_.size(); i > 0 && connecting_ > waiting_.size();) {
        connection& each = *connections_[--i];
        if (each.current() == connection::state::connecting) {
            each.detach();
            --connecting_;
            forget(each); // The last one takes its place, and has been looked at.
            i = std::min(i, connections_.size());
        }
    }
}

void connection_pool::drop_all() noexcept
{
    shut_down_ = true;
    idle_.clear();
    connecting_ = 0;
    for (const auto& each : std::exchange(connections_, {})) {
        each->detach();
    }
}

void connection_pool::shutdown() noexcept
{
    drop_all();
    names_->shutdown();
    watch_->shutdown();
    executor_ = {};
}

transport_counts connection_pool::counts() const noexcept
{
    transport_counts now = counts_;
    now.connections_open = connections_.size() - connecting_;
    now.connections_idle = idle_.size();
    now.waiting = waiting_.size();
    return now;
}

} // namespace

std::shared_ptr<transport> make_connection_pool(asio::any_io_executor executor,
                                                std::shared_ptr<scheduler> time, endpoint where,
                                                const tls_options& tls, const pool_options& options,
                                                std::shared_ptr<observer> watcher, const proxy_options& way,
                                                const header_list& headers)
{
    return std::make_shared<connection_pool>(std::move(executor), std::move(time), std::move(where), tls,
                                             options, std::move(watcher), way, headers);
}

} // namespace videosdk::inline v0::http
