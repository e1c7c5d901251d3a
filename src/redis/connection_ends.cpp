// How commands end: decided once, told at turns of their own, all of them when the connection is closed.
#include "redis/connection.hpp"
#include "redis/failure.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::redis {

using stage = command_operation::stage;

void connection::forget_waiting(const command_ptr& what) noexcept
{
    const auto at = std::find(waiting_.begin(), waiting_.end(), what);
    if (at != waiting_.end()) {
        waiting_bytes_ -= what->bytes().size();
        waiting_.erase(at);
    }
}

/// Decides an operation, once; it is told at a turn of its own.
void connection::settle(const command_ptr& what, result<reply> outcome)
{
    time_->cancel(*what);
    if (what->at == stage::decided) {
        return;
    }
    what->at = stage::decided;
    if (!what->completed()) {
        what->decide(std::move(outcome));
        decided_.push_back(what);
        deliver_later();
    }
}

void connection::deliver_later()
{
    if (!posted_ && executor_) {
        posted_ = true;
        asio::post(executor_, [self = shared_from_this()] {
            self->posted_ = false;
            self->deliver();
        });
    }
}

/// Callers run here, and what one of them throws harms no other.
void connection::deliver()
{
    struct rest {
        connection& owner;
        std::deque<command_ptr> batch;
        ~rest()
        {
            if (!batch.empty()) {
                owner.decided_.insert(owner.decided_.begin(), batch.begin(), batch.end());
                owner.deliver_later();
            }
        }
    };
    rest now{*this, {}};
    now.batch.swap(decided_);
    while (!now.batch.empty()) {
        const command_ptr next = std::move(now.batch.front());
        now.batch.pop_front();
        next->deliver();
    }
}

void connection::close()
{
    if (closed_) {
        return;
    }
    closed_ = true;
    if (armed()) {
        time_->cancel(*this);
    }
    const std::string why = "the connection to Redis was closed";
    for (const command_ptr& each : std::exchange(waiting_, {})) {
        settle(each, no_reply({each->name(), {}}, errc::closed, outcome::not_sent, why));
    }
    waiting_bytes_ = 0;
    if (const std::shared_ptr<line> last = std::exchange(line_, {})) {
        last->close();
        for (const command_ptr& each : last->take_unsent()) {
            settle(each, no_reply({each->name(), {}}, errc::closed, outcome::not_sent, why));
        }
        for (const command_ptr& each : last->take_due()) {
            settle(each, no_reply({each->name(), {}}, errc::closed, outcome::ambiguous, why));
        }
    }
    source_->shutdown();
}

void connection::context_shutdown() noexcept
{
    closed_ = true;
    time_->shutdown();
    const auto drop = [](std::deque<command_ptr>&& list) {
        for (const command_ptr& each : list) {
            each->drop_handler();
        }
    };
    if (const std::shared_ptr<line> last = std::exchange(line_, {})) {
        last->close();
        drop(last->take_due());
    }
    drop(std::exchange(waiting_, {}));
    drop(std::exchange(decided_, {}));
    source_->shutdown();
    watcher_ = nullptr;
    executor_ = {};
}

} // namespace videosdk::inline v0::redis
