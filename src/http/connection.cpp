// One connection of a pool.
#include "http/connection.hpp"

#include "http/pool_sizing.hpp"

#include <boost/asio/error.hpp>

#include <charconv>
#include <utility>

namespace videosdk::inline v0::http {
namespace {

constexpr std::size_t scratch_size = 8 * 1024;

/// An idle connection that died within less is most often found by its pending read; after more, the socket
/// is asked.
constexpr auto peek_after = std::chrono::microseconds(500);

} // namespace

connection::connection(connection_owner& owner, scheduler& time, const connection_settings& settings,
                       std::unique_ptr<stream> bytes)
    : owner_(&owner),
      time_(time),
      settings_(settings),
      bytes_(std::move(bytes)),
      reader_({settings.limits.max_response_head, settings.limits.max_response_body}),
      scratch_(std::make_unique_for_overwrite<unsigned char[]>(scratch_size)),
      idle_limit_(settings.limits.idle_limit)
{
}

connection::~connection()
{
    if (armed()) {
        time_.cancel(*this);
    }
}

std::string connection::peer() const
{
    return settings_.where.authority();
}

void connection::connect()
{
    begun_ = time_.now();
    time_.wait_until(begun_ + settings_.limits.connect_timeout, *this);
    bytes_->connect(shared_from_this());
}

void connection::on_connected(boost::system::error_code failure, std::string detail)
{
    if (state_ != state::connecting) {
        return;
    }
    time_.cancel(*this);
    if (failure) {
        close(close_cause::connect_failed, failure);
        owner_->on_connect_failed(*this, exchange_failure(failure, outcome::not_sent, std::move(detail)));
        return;
    }
    opened_ = time_.now();
    become_idle();
}

void connection::become_idle()
{
    state_ = state::idle;
    idle_since_ = time_.now();
    // Left armed while exchanges come and go, and looked at only when it fires: no heap operation per
    // exchange, but where the server has shortened the limit.
    if (const time_point until = idle_since_ + idle_limit_; !armed() || until < wakes_at_) {
        wake_at(until);
    }
    owner_->on_ready(*this);
    if (state_ == state::idle) {
        watch();
    }
}

void connection::wake_at(time_point point)
{
    wakes_at_ = point;
    time_.wait_until(point, *this);
}

void connection::watch()
{
    if (!reading_) {
        reading_ = true;
        bytes_->read(reader_.prepare(), shared_from_this());
    }
}

connection::fitness connection::check()
{
    const time_point now = time_.now();
    if (now - opened_ >= settings_.limits.age_limit) {
        close(close_cause::age_limit);
        return fitness::dead;
    }
    if (now - idle_since_ >= idle_limit_) {
        close(close_cause::idle_limit);
        return fitness::dead;
    }
    if (now - idle_since_ < peek_after) {
        return fitness::fit;
    }
    switch (bytes_->peek()) {
    case unread::nothing:
        return fitness::fit;
    case unread::bytes:
        // A farewell or a session ticket: the pending read will tell, at one of the reactor's next turns.
        return fitness::unsettled;
    case unread::end:
        break;
    }
    close(close_cause::peer_ended, asio::error::eof);
    return fitness::dead;
}

void connection::render(const request_view& request)
{
    out_.clear();
    out_.append(to_string(request.method)).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    out_.append(settings_.head_lines);
    for (const header_view& each : request.headers) {
        out_.append(each.name).append(": ").append(each.value).append("\r\n");
    }
    if (!request.body.empty() || request.method != verb::get) {
        char digits[20];
        const auto end = std::to_chars(digits, digits + sizeof digits, request.body.size()).ptr;
        out_.append("Content-Length: ").append(digits, end).append("\r\n");
    }
    out_.append("\r\n").append(request.body);
}

void connection::start(exchange_operation& operation)
{
    state_ = state::exchanging;
    operation_ = &operation;
    operation.place = this;
    operation.mark_sent(true); // May have, from here on; made exact when it fails.
    progress_ = {};
    progress_.write_begun = true;
    read_failure_ = {};
    render(operation.request);
    sent_before_ = bytes_->bytes_sent();
    writing_ = true;
    bytes_->write(out_, shared_from_this());
    watch();
}

void connection::on_written(boost::system::error_code failure)
{
    writing_ = false;
    if (state_ != state::exchanging) {
        return;
    }
    progress_.write_ended = true;
    progress_.write_failed = static_cast<bool>(failure);
    progress_.bytes_left = bytes_->bytes_sent() != sent_before_;
    // A peer that refuses early may have answered before it closed: where bytes left, the read has the last
    // word.
    if (read_failure_) {
        lose(read_failure_.message());
    } else if (failure && !progress_.bytes_left) {
        lose(failure.message());
    }
}

void connection::on_read(boost::system::error_code failure, std::size_t count)
{
    reading_ = false;
    if (state_ == state::idle) {
        // An end, or bytes that nobody asked for.
        close(close_cause::peer_ended, failure);
        owner_->on_gone(*this);
        return;
    }
    if (state_ != state::exchanging) {
        return;
    }
    const bool ended = failure == asio::error::eof || failure == make_error_code(errc::truncated_response);
    if (failure && (!ended || !reader_.started())) {
        if (writing_ && bytes_->bytes_sent() == sent_before_) {
            // Only the write's own end says whether a byte left; closing brings it at once.
            read_failure_ = failure;
            bytes_->close();
        } else {
            lose(failure.message());
        }
        return;
    }
    const auto reached = ended ? reader_.commit_end(failure != asio::error::eof) : reader_.commit(count);
    progress_.answer_begun = reader_.started();
    switch (reached) {
    case response_reader::state::needs_more:
        watch();
        break;
    case response_reader::state::complete:
        deliver();
        break;
    case response_reader::state::failed:
        end_exchange(exchange_failure(reader_.failure(), outcome::ambiguous,
                                      "the answer of " + peer() + ": " + reader_.detail()));
        break;
    }
}

void connection::deliver()
{
    ++exchanges_;
    // An answer without one leaves the last word standing.
    if (const auto stated = reader_.header("keep-alive")) {
        idle_limit_ = idle_time(settings_.limits.idle_limit, keep_alive_timeout(*stated));
    }
    state_ = state::answered;
    kept_by_response_ = shared_from_this();
    exchange_operation& operation = *std::exchange(operation_, nullptr);
    operation.place = nullptr;
    operation.mark_sent(true);
    owner_->on_exchange_over(operation);
    operation.on_response(
        response(reader_.status(), reader_.body(), reader_.headers(), {scratch_.get(), scratch_size}, *this));
}

void connection::release_response() noexcept
{
    const std::shared_ptr<connection> self = std::move(kept_by_response_);
    if (state_ != state::answered) {
        return;
    }
    const unread behind = bytes_->leftover();
    if (behind == unread::end || bytes_->ended()) {
        close(close_cause::peer_ended, asio::error::eof);
        owner_->on_gone(*this);
        return;
    }
    const bool fit = !writing_ && reader_.reusable() && behind == unread::nothing;
    if (!fit || time_.now() - opened_ >= settings_.limits.age_limit) {
        close(fit ? close_cause::age_limit : close_cause::not_reusable);
        owner_->on_gone(*this);
        return;
    }
    reader_.reset();
    become_idle();
}

void connection::lose(const std::string& why)
{
    const exchange_meaning meaning = meaning_of(exchange_end::connection_ended, progress_);
    end_exchange(
        exchange_failure(meaning.code, meaning.outcome, "the connection to " + peer() + " ended: " + why));
}

void connection::expire()
{
    const exchange_meaning meaning = meaning_of(exchange_end::deadline, progress_);
    end_exchange(
        exchange_failure(meaning.code, meaning.outcome, "no whole answer from " + peer() + " in time"));
}

void connection::end_exchange(exchange_failure failure)
{
    const std::shared_ptr<connection> self = shared_from_this();
    exchange_operation& operation = *operation_;
    failure.reused = used();
    abandon(operation, close_cause::exchange_failed, failure.code);
    operation.on_failure(std::move(failure));
}

void connection::abandon(exchange_operation& operation, close_cause why,
                         boost::system::error_code code) noexcept
{
    const std::shared_ptr<connection> self = shared_from_this();
    operation.mark_sent(progress_.sent());
    operation.place = nullptr;
    operation_ = nullptr;
    close(why, code);
    owner_->on_gone(*this);
    owner_->on_exchange_over(operation);
}

void connection::close(close_cause why, boost::system::error_code code) noexcept
{
    state_ = state::closed;
    closed_why_ = why;
    closed_by_ = code;
    if (armed()) {
        time_.cancel(*this);
    }
    bytes_->close();
}

void connection::detach() noexcept
{
    if (state_ != state::closed) {
        close(close_cause::client_closed);
    }
}

void connection::on_alarm()
{
    const std::shared_ptr<connection> self = shared_from_this();
    if (state_ == state::connecting) {
        exchange_failure failure(errc::connect_failed, outcome::not_sent,
                                 "no connection to " + peer() +
                                     " within pool.connect_timeout: " + waiting_for());
        close(close_cause::connect_failed, errc::connect_failed);
        owner_->on_connect_failed(*this, std::move(failure));
    } else if (state_ == state::idle) {
        if (const time_point until = idle_since_ + idle_limit_; time_.now() < until) {
            wake_at(until);
        } else {
            close(close_cause::idle_limit);
            owner_->on_gone(*this);
        }
    }
}

} // namespace videosdk::inline v0::http
