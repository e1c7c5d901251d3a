// One TCP connection to a Redis.
#include "redis/line.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <chrono>

namespace videosdk::inline v0::redis {
namespace {

/// Little enough that few commands share the fate of one write.
constexpr std::size_t largest_batch = 64 * 1024;

/// A connection that died within less is found by its pending read; after more, the socket is asked.
constexpr std::chrono::microseconds peek_after(500);

} // namespace

line::line(line_owner& owner, scheduler& time, const redis_options& options,
           std::unique_ptr<http::stream> bytes, std::string address, const std::string& client_name)
    : owner_(&owner),
      time_(time),
      options_(options),
      bytes_(std::move(bytes)),
      address_(std::move(address)),
      greeting_(options, address_, client_name),
      reader_(options.max_reply)
{
}

line::~line()
{
    close();
}

void line::connect()
{
    time_.wait_until(time_.now() + options_.connect_timeout, *this);
    bytes_->connect(shared_from_this());
}

void line::on_connected(boost::system::error_code failure, std::string detail)
{
    if (state_ != state::connecting) {
        return;
    }
    if (failure) {
        end(failure, std::move(detail));
        return;
    }
    state_ = state::greeting;
    out_ = greeting_.bytes();
    read();
    write();
}

void line::read()
{
    bytes_->read(place_, shared_from_this());
}

void line::write()
{
    sent_before_ = bytes_->bytes_sent();
    writing_ = true;
    bytes_->write(out_, shared_from_this());
}

void line::on_written(boost::system::error_code failure)
{
    if (state_ == state::closed) {
        return;
    }
    if (failure) {
        // A peer that ends early may have said why: where bytes left, the read has the last word.
        if (bytes_->bytes_sent() == sent_before_) {
            lose(failure.message());
        }
        return;
    }
    writing_ = false;
    batch_ = 0;
    out_.clear();
    if (state_ == state::open) {
        owner_->on_room(*this);
    }
}

bool line::has_room() const noexcept
{
    return state_ == state::open && !writing_ && out_.size() < largest_batch &&
           due_.size() < options_.max_in_flight;
}

bool line::died_idle() const noexcept
{
    return state_ == state::open && due_.empty() && time_.now() - heard_at_ >= peek_after &&
           bytes_->peek() == http::unread::end;
}

void line::add(command_ptr what)
{
    out_ += what->bytes();
    what->at = command_operation::stage::written;
    due_.push_back(std::move(what));
    ++batch_;
}

void line::flush()
{
    if (!out_.empty() && !writing_) {
        write();
    }
}

void line::on_read(boost::system::error_code failure, std::size_t count)
{
    if (state_ == state::closed) {
        return;
    }
    if (failure) {
        lose(failure == asio::error::eof || failure == make_error_code(errc::truncated_response)
                 ? std::string("the peer closed it")
                 : failure.message());
        return;
    }
    heard_at_ = time_.now();
    reader_.feed({place_.data(), count});
    take_replies();
    if (state_ != state::closed) {
        read();
    }
}

void line::take_replies()
{
    const std::shared_ptr<line> self = shared_from_this();
    while (state_ != state::closed) {
        std::optional<reply> answer = reader_.next();
        if (!answer) {
            break;
        }
        if (state_ == state::greeting) {
            greet(*answer);
        } else if (due_.empty()) {
            end(errc::malformed_response,
                "Redis at " + address_ + " said something that nobody had asked for");
        } else {
            const command_ptr next = std::move(due_.front());
            due_.pop_front();
            batch_ = std::min(batch_, due_.size());
            ++replies_;
            owner_->on_reply(*this, next, std::move(*answer));
        }
    }
    if (state_ == state::closed) {
        return;
    }
    if (reader_.failed() != reply_reader::trouble::none) {
        const bool malformed = reader_.failed() == reply_reader::trouble::malformed;
        end(malformed ? errc::malformed_response : errc::response_too_large,
            "the reply of " + address_ + " cannot be read: " + reader_.detail() +
                (malformed ? "; is it a Redis?" : ""));
    } else if (state_ == state::open) {
        owner_->on_room(*this);
    }
}

void line::greet(const reply& answer)
{
    if (auto failure = greeting_.on_reply(answer)) {
        end(std::move(*failure));
    } else if (greeting_.done()) {
        time_.cancel(*this);
        state_ = state::open;
        owner_->on_open(*this);
    }
}

std::string_view line::awaited() const noexcept
{
    if (state_ == state::greeting) {
        return greeting_.waits_for();
    }
    return due_.empty() ? std::string_view() : std::string_view(due_.front()->name());
}

void line::lose(const std::string& why)
{
    const errc code = state_ == state::open ? errc::connection_lost : errc::connect_failed;
    end(code, "the connection to Redis at " + address_ + " ended: " + why);
}

void line::on_alarm()
{
    const std::string what = state_ == state::connecting
                                 ? bytes_->waiting_for()
                                 : "it has not answered " + std::string(greeting_.waits_for());
    end(errc::connect_failed, "no connection to Redis at " + address_ + " within connect_timeout: " + what);
}

void line::end(boost::system::error_code code, std::string detail)
{
    end(no_reply({awaited(), address_}, code, outcome::ambiguous, std::move(detail)));
}

void line::end(error why)
{
    const std::shared_ptr<line> self = shared_from_this();
    close();
    owner_->on_end(*this, std::move(why));
}

void line::close() noexcept
{
    if (state_ == state::closed) {
        return;
    }
    // A batch that was not even begun has not left either.
    unsent_ = batch_ != 0 && bytes_->bytes_sent() == sent_before_;
    state_ = state::closed;
    time_.cancel(*this);
    bytes_->close();
}

std::deque<command_ptr> line::take_unsent()
{
    std::deque<command_ptr> out;
    if (unsent_) {
        const auto from = due_.end() - static_cast<std::ptrdiff_t>(batch_);
        out.assign(from, due_.end());
        due_.erase(from, due_.end());
        unsent_ = false;
        for (const command_ptr& each : out) {
            each->at = command_operation::stage::waiting;
        }
    }
    return out;
}

} // namespace videosdk::inline v0::redis
