// The composer.
#include "composer.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <array>

namespace simulation {

namespace asio = boost::asio;
using videosdk::resource_type;

bool composer::running() const noexcept
{
    return std::any_of(stages_.begin(), stages_.end(),
                       [](const auto& each) { return static_cast<bool>(each.second.running); });
}

composer::stage* composer::find(const std::string& id)
{
    const auto found = stages_.find(id);
    return found == stages_.end() ? nullptr : &found->second;
}

void composer::unit_came(const order& wanted, std::size_t place, videosdk::lease& unit)
{
    dice drawn = where_.planned.chance.fork("compositions", wanted.number * 8 + place);
    if (!drawn.percent(60)) {
        return;
    }
    stage& fresh = stages_.insert_or_assign(unit.id(), stage(drawn)).first->second;
    fresh.unit = &unit;
    fresh.type = wanted.type;
    fresh.starts = fresh.chance.between(1, 3);
    where_.later(fresh.chance.time(0ns, wanted.held / 2), [this, id = unit.id()] { begin(id); });
}

/// Nothing starts but in an idle unit.
void composer::begin(const std::string& id)
{
    if (find(id) != nullptr) {
        ++under_way_;
        asio::co_spawn(where_.context, get_ready(id), asio::detached);
    }
}

asio::awaitable<void> composer::get_ready(std::string id)
{
    if (stage* const where = find(id)) {
        const videosdk::wait_options patience{.timeout = 30s};
        const auto idle = co_await where->unit->try_wait_for(videosdk::resource_status::idle, patience);
        stage* const still = find(id); // perhaps given back meanwhile
        if (idle && still != nullptr && still->starts != 0) {
            start(id, *still);
        }
    }
    --under_way_;
}

/// With a signal that is emitted later, or never.
std::uint64_t composer::new_call(dice& drawn)
{
    const std::uint64_t call = ++last_call_;
    calls_.emplace(call, std::make_unique<signal>());
    if (drawn.percent(25)) {
        const nanoseconds after = drawn.percent(60) ? drawn.time(1us, 150ms) : drawn.time(150ms, 25s);
        where_.later(after, [this, call] {
            const auto found = calls_.find(call);
            if (found != calls_.end()) {
                where_.told.tell(where_.clock.now(), "life ", where_.life, " cancels a start or a stop");
                found->second->emit(asio::cancellation_type::terminal);
            }
        });
    }
    ++under_way_;
    return call;
}

/// Its signal stays: the coroutine that is bound to it has not ended yet.
void composer::end_call(std::uint64_t call)
{
    const auto ended = calls_.find(call);
    spent_.push_back(std::move(ended->second));
    calls_.erase(ended);
    --under_way_;
}

void composer::start(const std::string& id, stage& where)
{
    --where.starts;
    const nanoseconds timeout =
        where.chance.percent(35) ? where.chance.time(500ms, 10s) : where.chance.time(20s, 90s);
    const std::uint64_t number = where_.law.start_asked(where_.life, id, timeout);
    where_.told.tell(where_.clock.now(), "start ", number, ": life ", where_.life, " in ", id);
    auto asked = ask(where, "room-" + std::to_string(number), timeout);
    const std::uint64_t call = new_call(where.chance);
    asio::co_spawn(where_.context, follow(id, number, call, std::move(asked)),
                   asio::bind_cancellation_slot(calls_.at(call)->slot(), asio::detached));
}

asio::awaitable<composer::started> composer::ask(stage& where, const std::string& room, nanoseconds timeout)
{
    const videosdk::call_options how{.timeout = timeout};
    if (where.type == resource_type::hls) {
        return where.unit->try_start_hls({.room_id = room}, how);
    }
    if (where.type == resource_type::rtmp) {
        const std::array<videosdk::rtmp_output, 1> outputs{
            videosdk::rtmp_output{.url = "rtmp://live.example.com/in", .stream_key = "key"}};
        return where.unit->try_start_rtmp({.room_id = room, .outputs = outputs}, how);
    }
    return where.unit->try_start_recording({.room_id = room}, how);
}

asio::awaitable<void> composer::follow(std::string id, std::uint64_t number, std::uint64_t call,
                                       asio::awaitable<started> asked)
{
    started begun = co_await std::move(asked);
    end_call(call);
    if (begun) {
        where_.law.start_ended(number, start_end::started, begun->id());
    } else {
        const bool nothing = begun.error().effect() == videosdk::effect::none;
        where_.told.tell(where_.clock.now(), "start ", number, " fails: ", begun.error().code().message());
        where_.law.start_ended(number, nothing ? start_end::nothing : start_end::unknown, {});
    }
    if (stage* const still = find(id)) {
        if (begun) {
            still->running = std::move(*begun);
        }
        go_on(id, *still);
    }
}

/// After a start: it runs for a while, or until the lease ends; or it is started again, where that failed.
void composer::go_on(const std::string& id, stage& where)
{
    if (where.running && where.chance.percent(65)) {
        where_.later(where.chance.time(0ns, 20s), [this, id] { stop(id); });
    } else if (!where.running) {
        where_.later(where.chance.time(0ns, 3s), [this, id] { begin(id); });
    }
}

void composer::stop(const std::string& id)
{
    stage* const where = find(id);
    if (where == nullptr || !where->running) {
        return;
    }
    where_.told.tell(where_.clock.now(), "life ", where_.life, " stops ", where->running.id());
    const nanoseconds timeout =
        where->chance.percent(30) ? where->chance.time(500ms, 5s) : where->chance.time(20s, 90s);
    where_.law.stop_asked(where->running.id(), timeout);
    const std::uint64_t call = new_call(where->chance);
    auto followed = follow_stop(id, call, std::move(where->running), timeout);
    asio::co_spawn(where_.context, std::move(followed),
                   asio::bind_cancellation_slot(calls_.at(call)->slot(), asio::detached));
}

asio::awaitable<void> composer::follow_stop(std::string id, std::uint64_t call, videosdk::composition what,
                                            nanoseconds timeout)
{
    const videosdk::stop_options how{.timeout = timeout};
    const videosdk::result<void> stopped = co_await what.try_stop(how);
    end_call(call);
    where_.law.stop_ended(what.id(), stopped.has_value());
    if (find(id) != nullptr) {
        begin(id); // once more, when it is idle
    }
}

} // namespace simulation
