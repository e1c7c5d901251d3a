// Saying that this node lives, where it is in the streams, and that it goes.
#include "redis/bus_core.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace videosdk::inline v0 {
namespace {

std::string milliseconds(std::chrono::nanoseconds value)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(value).count());
}

} // namespace

/// Three times in the time after which it would be taken for dead.
asio::awaitable<void> redis_bus_core::live_on(core_ptr self)
{
    while (!self->closing_) {
        if (self->beaten_) {
            auto beating = beat(self);
            const result<void> ignored = co_await std::move(beating);
            static_cast<void>(ignored); // The next one comes soon, and reading says what is wrong.
        }
        auto pausing = self->living_pause_.wait(self->home_, self, self->options_.node_timeout / 3, {});
        const result<void> over = co_await std::move(pausing);
        static_cast<void>(over);
    }
}

asio::awaitable<result<void>> redis_bus_core::beat(core_ptr self)
{
    const std::string alive = self->key("alive:", self->options_.node);
    const std::string memory = milliseconds(self->options_.memory);
    if (self->beaten_) {
        redis::command asked{"GET", alive};
        auto asking = self->commands_->try_call(std::move(asked));
        const result<redis::reply> other = co_await std::move(asking);
        if (other.has_error()) {
            co_return other.error();
        }
        if (other->is_text() && other->text != self->life_) {
            self->tell({.kind = redis_notice_kind::name_in_use, .stream = self->to_me_.key});
        }
    }
    // The boots come first: where the node lives, its boots are known. They are of this life: what the next
    // one of this name does not hold may be another node's by then.
    const std::string holder = self->options_.node + ' ' + self->life_;
    const std::vector<std::string> boots = self->hub_.boots();
    for (const std::string& boot : boots) {
        const std::string where = self->key("boot:", boot);
        redis::command told{"SET", where, holder, "PX", memory};
        auto telling = self->commands_->try_call(std::move(told));
        const result<redis::reply> taken = co_await std::move(telling);
        if (taken.has_error()) {
            co_return taken.error();
        }
    }
    if (self->unkept_) {
        auto keeping = keep_places(self);
        const result<void> kept = co_await std::move(keeping);
        if (kept.has_error()) {
            co_return kept.error();
        }
    }
    const std::vector<std::string> ours{self->to_me_.key, self->to_me_.key + ":n",
                                        self->key("at:", self->options_.node)};
    for (const std::string& each : ours) {
        redis::command told{"PEXPIRE", each, memory};
        auto telling = self->commands_->try_call(std::move(told));
        const result<redis::reply> taken = co_await std::move(telling);
        if (taken.has_error()) {
            co_return taken.error();
        }
    }
    const std::string timeout = milliseconds(self->options_.node_timeout);
    redis::command told{"SET", alive, self->life_, "PX", timeout};
    auto telling = self->commands_->try_call(std::move(told));
    const result<redis::reply> taken = co_await std::move(telling);
    if (taken.has_error()) {
        co_return taken.error();
    }
    self->beaten_ = true;
    co_return result<void>();
}

asio::awaitable<result<void>> redis_bus_core::keep_places(core_ptr self)
{
    self->unkept_ = false;
    const std::string where = self->key("at:", self->options_.node);
    const std::string mine = self->to_me_.done.text();
    const std::string everybodys = self->to_all_.done.text();
    redis::command told{"HSET", where, self->to_me_.field, mine, self->to_all_.field, everybodys};
    auto telling = self->commands_->try_call(std::move(told));
    const result<redis::reply> taken = co_await std::move(telling);
    if (taken.has_error()) {
        self->unkept_ = true;
        co_return taken.error();
    }
    co_return result<void>();
}

/// One at a time, and no delivery waits for it: where many come, only the last of them is kept.
asio::awaitable<void> redis_bus_core::keep_on(core_ptr self)
{
    result<void> kept;
    while (self->unkept_ && !self->closing_ && kept.has_value()) {
        auto keeping = keep_places(self);
        kept = co_await std::move(keeping);
    }
    self->keeping_ = false; // After a failure it is tried again with the next beat.
}

/// From now on events for this node go to all, until its next life.
asio::awaitable<void> redis_bus_core::leave(core_ptr self)
{
    if (!self->beaten_) {
        co_return;
    }
    const std::string alive = self->key("alive:", self->options_.node);
    redis::command told{"DEL", alive};
    auto telling = self->commands_->try_call(std::move(told));
    const result<redis::reply> gone = co_await std::move(telling);
    if (gone.has_value()) {
        auto keeping = keep_places(self);
        const result<void> ignored = co_await std::move(keeping);
        static_cast<void>(ignored); // It reads a little twice, then.
    }
}

asio::awaitable<void> redis_bus_core::close_at_home(core_ptr self)
{
    if (self->closing_.exchange(true)) {
        co_return;
    }
    self->reader_->close();
    self->reading_pause_.open();
    self->living_pause_.open();
    auto ending = self->reading_over_.wait(self->home_, self, self->options_.redis.command_timeout, {});
    const result<void> over = co_await std::move(ending);
    static_cast<void>(over);
    auto leaving = leave(self);
    co_await std::move(leaving);
    self->commands_->close();
    self->end_waiting();
}

} // namespace videosdk::inline v0
