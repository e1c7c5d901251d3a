// Giving events to Redis, and asking it what is known of a resource.
#include "redis/bus_core.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace videosdk::inline v0 {

asio::awaitable<relayed> redis_bus_core::pass_on(const event& what)
{
    return pass(shared_from_this(), what);
}

bool redis_bus_core::is_ours(const event& what) const
{
    const std::string_view boot = redis::boot_in(what.token);
    const std::vector<std::string> ours = hub_.boots();
    return !boot.empty() && std::find(ours.begin(), ours.end(), boot) != ours.end();
}

redis::command redis_bus_core::passing_command(const event& what, bool whole) const
{
    const std::string boot(redis::boot_in(what.token));
    const bool own = is_ours(what);
    const unsigned rank = redis::rank_in(what);
    const redis::script& source = redis::passing_script();
    const std::string boot_key = key("boot:", boot);
    const std::string fact_key =
        key("fact:", rank == 0 ? std::string_view() : std::string_view(what.resource_id));
    const std::string before = commands_->key("");
    const std::string length = std::to_string(options_.max_stream);
    const std::string rank_text = std::to_string(rank);
    const auto remembered = std::chrono::duration_cast<std::chrono::milliseconds>(options_.memory);
    const std::string memory = std::to_string(remembered.count());
    return {whole ? std::string_view("EVAL") : std::string_view("EVALSHA"),
            whole ? source.text : std::string_view(source.sha),
            "3",
            boot_key,
            to_all_.key,
            fact_key,
            before,
            length,
            life_,
            own ? "1" : "0",
            what.type.text(),
            what.token,
            what.data,
            rank_text,
            memory};
}

/// On the caller's executor, like whatever it uses. The event is the caller's.
asio::awaitable<relayed> redis_bus_core::pass(core_ptr self, const event& what)
{
    if (self->closing_) {
        co_return relayed::here;
    }
    // Whoever reads it could not take it in, and would skip it.
    const std::size_t size = what.type.text().size() + what.token.size() + what.data.size() + 1024;
    if (size > self->largest_entry()) {
        error_info info;
        info.call = "redis_event_bus";
        info.detail = "an event of " + std::to_string(what.data.size()) +
                      " bytes is more than half of redis_options::max_reply: raise that on every node";
        co_return self->not_passed_on(error(make_error_code(errc::invalid_argument), std::move(info)),
                                      self->is_ours(what));
    }
    auto asking = self->commands_->try_call(self->passing_command(what, false));
    result<redis::reply> answer = co_await std::move(asking);
    if (answer.has_error() && answer.error().code() == make_error_code(errc::not_found)) {
        auto whole = self->commands_->try_call(self->passing_command(what, true));
        answer = co_await std::move(whole);
    }
    if (answer.has_error()) {
        if (self->closing_) {
            co_return relayed::here;
        }
        co_return self->not_passed_on(answer.error(), self->is_ours(what));
    }
    if (answer->number == 1) {
        ++self->passed_to_one_;
        co_return relayed::elsewhere;
    }
    ++(answer->number == 2 ? self->passed_to_all_ : self->kept_);
    co_return relayed::here;
}

/// What is for this node alone is safe here: others lose no more than a hint.
relayed redis_bus_core::not_passed_on(const error& why, bool ours)
{
    ++not_passed_on_;
    const asio::any_io_executor there = home_;
    if (options_.on_notice && there) {
        asio::post(there, [self = shared_from_this(), why] {
            self->tell({.kind = redis_notice_kind::not_passed_on, .failure = &why});
        });
    }
    if (!ours && options_.when_unreachable == redis_unreachable::answer_503) {
        return relayed::unavailable;
    }
    ++here_only_;
    return relayed::here;
}

void redis_bus_core::look_up(const std::string& resource_id) noexcept
{
    if (closing_ || !home_) {
        return;
    }
    try {
        ++counts_.look_ups;
        asio::co_spawn(home_, look(shared_from_this(), resource_id), asio::detached);
    } catch (const std::exception&) {
        return; // Whoever waits asks the API when it is time.
    }
}

/// Only what is final is believed: a resource that was acquired once may do anything now, and the API knows.
asio::awaitable<void> redis_bus_core::look(core_ptr self, std::string resource_id)
{
    const std::string where = self->key("fact:", resource_id);
    redis::command asked{"HMGET", where, "rank", "type", "token", "data"};
    auto asking = self->commands_->try_call(std::move(asked));
    const result<redis::reply> answer = co_await std::move(asking);
    if (answer.has_error() || answer->elements.size() != 4 || !answer->elements[0].is_text()) {
        co_return;
    }
    ++self->counts_.look_ups_known;
    const auto& parts = answer->elements;
    std::optional<event> known = redis::read_event_of(parts[1].text, parts[2].text, parts[3].text);
    if (known && known->type == event_type::resource_released && known->resource_id == resource_id) {
        auto publishing = self->hub_.publish(std::move(*known));
        co_await std::move(publishing);
    } else {
        self->hub_.ask_now(resource_id);
    }
}

} // namespace videosdk::inline v0
