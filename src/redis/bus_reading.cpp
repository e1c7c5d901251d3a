// Reading what others have given to Redis, from where this node had stopped.
#include "redis/bus_core.hpp"
#include "redis/failure.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace videosdk::inline v0 {
namespace {

constexpr std::chrono::seconds block(5);

} // namespace

asio::awaitable<void> redis_bus_core::read_on(core_ptr self)
{
    while (!self->closing_) {
        auto placing = take_places(self);
        result<void> ready = co_await std::move(placing);
        if (ready.has_value()) {
            self->on_reading();
        }
        while (ready.has_value() && !self->closing_) {
            auto reading = self->reader_->try_call(self->next_read());
            result<redis::reply> answer = co_await std::move(reading);
            // Meanwhile what came before was delivered: one reply is read ahead, and places move in order.
            auto finishing = until_delivered(self);
            co_await std::move(finishing);
            if (answer.has_error()) {
                ready = answer.error();
            } else if (!self->closing_) {
                self->begin_delivery(*answer);
            }
        }
        auto finishing = until_delivered(self);
        co_await std::move(finishing);
        if (self->closing_) {
            break;
        }
        const bool was_smallest = self->at_once_ == 1;
        self->on_not_reading(ready.error());
        if (was_smallest && ready.error().code() == make_error_code(errc::response_too_large)) {
            auto skipping = skip_oversized(self, self->to_me_);
            co_await std::move(skipping);
            auto skipping_too = skip_oversized(self, self->to_all_);
            co_await std::move(skipping_too);
        }
        auto pausing = self->reading_pause_.wait(self->home_, self, self->options_.redis.first_backoff, {});
        const result<void> over = co_await std::move(pausing);
        static_cast<void>(over);
    }
    self->reading_over_.open();
}

void redis_bus_core::on_reading()
{
    if (!connected_.is_open()) {
        last_failure_.reset();
        was_reading_ = true;
        connected_.open();
        if (counts_.disconnects != 0) {
            hub_.ask_now(); // Behind a failover there may be less than there was, and nothing to tell it by.
        }
        tell({.kind = redis_notice_kind::connected});
    }
}

void redis_bus_core::on_not_reading(const error& why)
{
    // A reply that is too long is had in smaller pieces.
    if (why.code() == make_error_code(errc::response_too_large) && at_once_ > 1) {
        at_once_ /= 2;
    }
    last_failure_ = why;
    if (connected_.is_open() || !was_reading_) {
        was_reading_ = true;
        counts_.disconnects += connected_.is_open() ? 1 : 0;
        connected_.shut();
        tell({.kind = redis_notice_kind::disconnected, .failure = &why});
    }
}

/// Of this life, or else of the one before.
asio::awaitable<result<void>> redis_bus_core::take_places(core_ptr self)
{
    bool at_end = false;
    if (!self->placed_) {
        const std::string where = self->key("at:", self->options_.node);
        redis::command asked{"HMGET", where, self->to_me_.field, self->to_all_.field};
        auto asking = self->reader_->try_call(std::move(asked));
        const result<redis::reply> kept = co_await std::move(asking);
        if (kept.has_error()) {
            co_return kept.error();
        }
        std::optional<redis::stream_place> mine;
        std::optional<redis::stream_place> everybodys;
        if (kept->elements.size() == 2) {
            mine = redis::stream_place::from_text(kept->elements[0].text);
            everybodys = redis::stream_place::from_text(kept->elements[1].text);
        }
        self->to_me_.place = mine.value_or(redis::stream_place());
        self->to_all_.place = everybodys.value_or(redis::stream_place());
        at_end = !everybodys.has_value();
    }
    // All the rest over one connection: behind another, the streams may have begun anew.
    self->reading_by_ = 0;
    auto finding = find_place(self, self->to_me_, false);
    result<void> found = co_await std::move(finding);
    self->reading_by_ = self->reader_->number();
    if (found.has_value()) {
        auto finding_too = find_place(self, self->to_all_, at_end);
        found = co_await std::move(finding_too);
    }
    if (found.has_value()) {
        self->placed_ = true;
        self->to_me_.done = self->to_me_.place;
        self->to_all_.done = self->to_all_.place;
        self->unkept_ = true;
        auto beating = beat(self);
        found = co_await std::move(beating);
    }
    co_return found;
}

/// Looks at the stream's last entry: is it behind the place, or is this a new stream?
asio::awaitable<result<void>> redis_bus_core::find_place(core_ptr self, stream& which, bool at_end)
{
    redis::command asked{"EVAL", redis::last_entry_script().text, "1", which.key};
    asked.only_over = self->reading_by_;
    auto asking = self->reader_->try_call(std::move(asked));
    const result<redis::reply> answer = co_await std::move(asking);
    if (answer.has_error()) {
        co_return answer.error();
    }
    std::optional<redis::stream_entry> last;
    if (!answer->elements.empty()) {
        last = redis::read_entry(answer->elements.front());
    }
    if (at_end) {
        which.place = last ? redis::stream_place(last->id, last->number) : redis::stream_place();
    } else if (which.place.restarted_before(last)) {
        ++self->counts_.restarts;
        self->tell({.kind = redis_notice_kind::restarted, .stream = which.key});
        self->hub_.ask_now();
    }
    co_return result<void>();
}

/// What cannot be had by itself would be asked for again and again. All before it was delivered.
asio::awaitable<void> redis_bus_core::skip_oversized(core_ptr self, stream& which)
{
    const std::string place = which.place.id();
    const std::string limit = std::to_string(self->largest_entry());
    redis::command asked{"EVAL", redis::oversized_entry_script().text, "1", which.key, place, limit};
    auto asking = self->commands_->try_call(std::move(asked));
    const result<redis::reply> found = co_await std::move(asking);
    if (found.has_error() || found->elements.empty()) {
        co_return;
    }
    std::vector<event> none;
    self->take_entry(which, found->elements.front(), none);
    which.done = which.place;
    self->unkept_ = true;
    self->at_once_ = self->usually_at_once_;
    self->hub_.ask_now();
}

redis::command redis_bus_core::next_read() const
{
    const std::string count = std::to_string(at_once_);
    const std::string wait = std::to_string(std::chrono::milliseconds(block).count());
    redis::command out{"XREAD",   "COUNT",    count,       "BLOCK",           wait,
                       "STREAMS", to_me_.key, to_all_.key, to_me_.place.id(), to_all_.place.id()};
    out.blocks_for = block;
    out.only_over = reading_by_;
    return out;
}

/// As long as handlers take.
asio::awaitable<void> redis_bus_core::until_delivered(core_ptr self)
{
    while (!self->delivered_.is_open()) {
        auto finishing = self->delivered_.wait(self->home_, self, std::chrono::hours(24), {});
        const result<void> over = co_await std::move(finishing);
        static_cast<void>(over);
    }
}

void redis_bus_core::begin_delivery(const redis::reply& answer)
{
    std::vector<event> news = take_entries(answer);
    if (answer.elements.empty()) {
        return; // Nothing came within the time.
    }
    delivered_.shut();
    asio::co_spawn(home_, deliver(shared_from_this(), std::move(news)),
                   [self = shared_from_this()](std::exception_ptr failure) {
                       if (failure) {
                           self->abandon(); // Before the reader goes on, and past what was not taken.
                       }
                       self->delivered_.open();
                       self->on_ended(failure);
                   });
}

asio::awaitable<void> redis_bus_core::deliver(core_ptr self, std::vector<event> news)
{
    auto offering = offer_all(self, std::move(news));
    const bool decided = co_await std::move(offering);
    if (self->hub_.closed()) {
        self->abandon(); // What it did not take is for the next life.
        co_return;
    }
    if (!decided) {
        co_return; // So is what is left when the bus closes.
    }
    self->to_me_.done = self->to_me_.place;
    self->to_all_.done = self->to_all_.place;
    self->unkept_ = true;
    if (!self->keeping_) {
        self->keeping_ = true;
        asio::co_spawn(self->home_, keep_on(self),
                       [self](std::exception_ptr failure) { self->on_ended(failure); });
    }
}

std::vector<event> redis_bus_core::take_entries(const redis::reply& answer)
{
    std::vector<event> news;
    for (const redis::reply& each : answer.elements) {
        if (each.elements.size() != 2) {
            continue;
        }
        stream& which = each.elements[0].text == to_me_.key ? to_me_ : to_all_;
        for (const redis::reply& element : each.elements[1].elements) {
            take_entry(which, element, news);
        }
    }
    return news;
}

void redis_bus_core::take_entry(stream& which, const redis::reply& element, std::vector<event>& news)
{
    redis::stream_entry entry = redis::read_entry(element);
    const redis::stream_place::news before = which.place.pass(entry);
    ++counts_.read;
    if (before.missed != 0) {
        counts_.missed += before.missed;
        tell({.kind = redis_notice_kind::missed, .stream = which.key, .count = before.missed});
    }
    if (before.restarted) {
        ++counts_.restarts;
        tell({.kind = redis_notice_kind::restarted, .stream = which.key});
    }
    if (before.missed != 0 || before.restarted) {
        hub_.ask_now();
    }
    if (entry.from == life_) {
        ++counts_.own;
    } else if (!entry.contents) {
        ++counts_.malformed;
        tell({.kind = redis_notice_kind::malformed, .stream = which.key});
    } else {
        news.push_back(std::move(*entry.contents));
    }
}

} // namespace videosdk::inline v0
