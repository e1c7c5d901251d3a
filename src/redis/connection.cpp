// A connection to Redis that lasts.
#include "redis/connection.hpp"

#include "redis/failure.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::redis {

using stage = command_operation::stage;

asio::any_io_executor command_operation::home() const
{
    return where_->executor();
}

void command_operation::begin()
{
    where_->begin(*this);
}

void command_operation::on_cancel()
{
    where_->cancel(*this);
}

void command_operation::on_alarm()
{
    where_->expire(*this);
}

error command_operation::homeless() const
{
    return no_reply({name_, {}}, errc::closed, outcome::not_sent, "the execution context is gone");
}

error command_operation::aborted() const
{
    return no_reply({name_, {}}, asio::error::operation_aborted,
                    at == stage::waiting ? outcome::not_sent : outcome::ambiguous, "the caller gave it up");
}

connection::connection(asio::any_io_executor home, std::shared_ptr<scheduler> time,
                       const redis_options& settings, std::unique_ptr<stream_source> source,
                       std::string client_name, std::uint32_t seed)
    : executor_(std::move(home)),
      time_(std::move(time)),
      options_(settings),
      source_(std::move(source)),
      client_name_(std::move(client_name)),
      chance_(seed)
{
    join_context(executor_);
}

connection::~connection()
{
    leave_context();
    if (armed()) {
        time_->cancel(*this);
    }
    // What should have closed it may have been dropped by a context that goes away, before it got here.
    if (line_) {
        line_->close();
    }
}

asio::awaitable<result<reply>> connection::try_call(command what)
{
    return await_result<reply>(boost::intrusive_ptr<awaited_operation<reply>>(
        new command_operation(shared_from_this(), std::move(what))));
}

void connection::begin(command_operation& what)
{
    const command_ptr self(&what);
    ++counts_.commands;
    if (closed_) {
        settle(self, no_reply({what.name(), {}}, errc::closed, outcome::not_sent,
                              "the connection to Redis was closed"));
        return;
    }
    if (waiting_.size() >= options_.max_waiting ||
        waiting_bytes_ + what.bytes().size() > options_.max_waiting_bytes) {
        ++counts_.overflows;
        settle(self, no_reply({what.name(), {}}, errc::pool_exhausted, outcome::not_sent,
                              std::to_string(waiting_.size()) + " commands of " +
                                  std::to_string(waiting_bytes_) + " bytes wait for " + where() +
                                  " (redis_options::max_waiting, max_waiting_bytes)" +
                                  (last_failure_ ? "; last failure: " + last_failure_->info().detail : "")));
        return;
    }
    what.round = failed_ == 0 && !line_ ? round_ : round_ + 1;
    waiting_bytes_ += what.bytes().size();
    waiting_.push_back(self);
    time_->wait_until(time_->now() + options_.command_timeout + what.blocks_for(), what);
    pump();
}

/// Writes what waits, or sees to it that there will be somebody to write to.
void connection::pump()
{
    if (waiting_.empty() || closed_) {
        return;
    }
    if (!line_) {
        if (!armed()) {
            connect();
        }
        return;
    }
    if (line_->died_idle()) {
        const std::shared_ptr<line> last = line_;
        last->close();
        leave_line(no_reply({{}, last->address()}, errc::connection_stale, outcome::not_sent,
                            "the connection to Redis at " + last->address() + " ended while it was idle"));
        return;
    }
    while (!leaving_ && !waiting_.empty() && line_->has_room()) {
        command_ptr next = std::move(waiting_.front());
        waiting_.pop_front();
        waiting_bytes_ -= next->bytes().size();
        if (next->only_over() != 0 && next->only_over() != number()) {
            settle(next,
                   no_reply({next->name(), {}}, errc::connection_stale, outcome::not_sent,
                            "another connection to Redis has taken the place of the one that it was for"));
            continue;
        }
        line_->add(std::move(next));
    }
    line_->flush();
}

void connection::connect()
{
    line_owner& self = *this;
    leaving_ = false;
    opened_ = false;
    line_ = std::make_shared<line>(self, *time_, options_, source_->open(address_), source_->name(address_),
                                   client_name_);
    // It may end inside.
    const std::shared_ptr<line> keep = line_;
    keep->connect();
}

void connection::on_open(line& which)
{
    ++counts_.connected;
    opened_ = true;
    if (watcher_) {
        watcher_(which.address(), nullptr);
    }
}

void connection::on_room(line& which)
{
    if (&which != line_.get()) {
        return;
    }
    if (leaving_ && which.empty()) {
        const error why = *last_failure_;
        which.close();
        leave_line(why);
        return;
    }
    pump();
}

void connection::on_reply(line& which, command_ptr what, reply&& answer)
{
    ++counts_.replies;
    if (!answer.is_error()) {
        bad_rounds_ = 0;
        failed_ = 0;
        settle(what, std::move(answer));
        return;
    }
    ++counts_.errors;
    error failure = refusal({what->name(), which.address()}, answer);
    if (sends_elsewhere(answer)) {
        leaving_ = true;
        last_failure_ = failure;
    }
    settle(what, std::move(failure));
}

void connection::on_end(line& which, error why)
{
    if (&which == line_.get()) {
        leave_line(why);
    }
}

/// The line has ended. Those that it has not written wait on; the others cannot know.
void connection::leave_line(const error& why)
{
    const std::shared_ptr<line> last = std::exchange(line_, {});
    const bool served = last->replies() != 0 && !leaving_;
    ++(opened_ ? counts_.connections_lost : counts_.connect_failed);
    last_failure_ = why;
    std::deque<command_ptr> unsent = last->take_unsent();
    bool first = true;
    for (const command_ptr& each : last->take_due()) {
        counts_.lost += each->completed() ? 0U : 1U;
        // The first is the one whose reply was cut, or could not be read.
        const boost::system::error_code code = first ? why.code() : make_error_code(errc::connection_lost);
        first = false;
        settle(each, no_reply({each->name(), last->address()}, code, outcome::ambiguous, why.info().detail));
    }
    for (; !unsent.empty(); unsent.pop_back()) {
        const command_ptr& each = unsent.back();
        if (each->completed()) {
            time_->cancel(*each);
            continue;
        }
        waiting_bytes_ += each->bytes().size();
        waiting_.push_front(each);
    }
    address_ = (address_ + 1) % source_->size();
    if (watcher_) {
        watcher_(last->address(), &why);
    }
    if (!served && ++failed_ >= source_->size()) {
        end_round(why);
    }
    pump();
}

/// Every address has failed: those that waited for this round fail with it, and the next begins later.
void connection::end_round(const error& why)
{
    failed_ = 0;
    std::deque<command_ptr> still;
    for (command_ptr& each : std::exchange(waiting_, {})) {
        if (each->round > round_) {
            still.push_back(std::move(each));
            continue;
        }
        waiting_bytes_ -= each->bytes().size();
        settle(each, not_sent_because(each->name(), why));
    }
    waiting_ = std::move(still);
    ++round_;
    time_->wait_until(time_->now() + backoff(), *this);
}

std::chrono::nanoseconds connection::backoff()
{
    std::chrono::nanoseconds longest = options_.first_backoff;
    for (std::uint32_t i = 0; i < bad_rounds_ && longest < options_.longest_backoff; ++i) {
        longest *= 2;
    }
    ++bad_rounds_;
    longest = std::min(longest, options_.longest_backoff);
    std::uniform_int_distribution<std::chrono::nanoseconds::rep> between(longest.count() / 2,
                                                                         longest.count());
    return std::chrono::nanoseconds(between(chance_));
}

void connection::on_alarm()
{
    pump();
}

void connection::cancel(command_operation& what)
{
    const command_ptr self(&what);
    const error gone = what.aborted();
    if (what.at == stage::waiting) {
        forget_waiting(self);
        settle(self, gone);
    } else if (what.at == stage::written) {
        // Its place stays, with its deadline, for the reply that will come.
        what.decide(gone);
        decided_.push_back(self);
        deliver_later();
    }
}

void connection::expire(command_operation& what)
{
    const command_ptr self(&what);
    ++counts_.late;
    if (what.at == stage::waiting) {
        forget_waiting(self);
        settle(self, no_reply({what.name(), {}}, errc::timeout, outcome::not_sent,
                              "it was not written within command_timeout to " + where() +
                                  (last_failure_ ? "; last failure: " + last_failure_->info().detail : "")));
        return;
    }
    if (what.at != stage::written || !line_) {
        return;
    }
    // Replies come in order, so nothing behind it can be had of this connection either.
    const std::string address = line_->address();
    const error late = no_reply({what.name(), address}, errc::response_timeout, outcome::ambiguous,
                                "Redis at " + address + " did not answer " + what.name() +
                                    " in time; the connection was given up");
    settle(self, late);
    const std::shared_ptr<line> keep = line_;
    keep->close();
    leave_line(late);
}

std::string connection::where() const
{
    std::string out = "Redis at ";
    for (std::size_t i = 0; i < source_->size(); ++i) {
        out.append(i == 0 ? "" : ", ").append(source_->name(i));
    }
    return out;
}

std::shared_ptr<connection> make_connection(const asio::any_io_executor& executor,
                                            std::shared_ptr<scheduler> time, const redis_options& options,
                                            std::string client_name)
{
    options.validate();
    auto source = make_socket_source(executor, *time, options);
    return std::make_shared<connection>(executor, std::move(time), options, std::move(source),
                                        std::move(client_name), std::random_device()());
}

} // namespace videosdk::inline v0::redis
