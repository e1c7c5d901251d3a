// The rounds of leases, which outlive every failure and count what they were told.
#include "lease_rounds.hpp"

#include "rounds.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>
#include <variant>
#include <vector>

namespace soak {
namespace {

using namespace std::chrono_literals;
using videosdk::lease;
using videosdk::resource_status;
using leases = videosdk::result<std::vector<lease>>;

/// Whatever a deadline that passes because the machine is busy may leave behind.
constexpr auto patience = 5s;

/// The same result, of one lease or of many.
asio::awaitable<leases> as_many(asio::awaitable<videosdk::result<lease>> one)
{
    videosdk::result<lease> got = co_await std::move(one);
    if (!got) {
        co_return got.error();
    }
    std::vector<lease> all;
    all.push_back(std::move(*got));
    co_return std::move(all);
}

asio::awaitable<leases> begin_to_acquire(world& where, std::size_t units)
{
    const videosdk::lease_request recorder{.type = videosdk::resource_type::recording};
    videosdk::lease_options how;
    if (where.chance(8) == 0) {
        how.when_unknown = videosdk::when_unknown::fail;
    }
    if (units != 1) {
        return where.leases().try_acquire_many(recorder, units, how);
    }
    if (where.chance(2) == 0) {
        return as_many(where.leases().try_acquire_ready(recorder, how));
    }
    return as_many(where.leases().try_acquire(recorder, how));
}

/// Nothing where it failed, or where the caller gave up.
asio::awaitable<std::vector<lease>> acquire(world& where)
{
    using namespace asio::experimental::awaitable_operators;
    const std::size_t units = where.chance(3) == 0 ? 2 + where.chance(2) : 1;
    lease_books& told = where.leased();
    ++told.calls;
    told.wanted += units;
    auto call = begin_to_acquire(where, units);
    std::vector<lease> out;
    if (where.chance(8) != 0) {
        leases got = co_await std::move(call);
        if (got) {
            out = std::move(*got);
        }
    } else {
        asio::steady_timer timer(co_await asio::this_coro::executor, where.a_moment());
        auto race = std::move(call) || timer.async_wait(asio::use_awaitable);
        auto first = co_await std::move(race);
        if (auto* const got = std::get_if<0>(&first); got != nullptr && *got) {
            out = std::move(**got);
        }
    }
    told.received += out.size();
    told.in_vain += out.empty() ? units : 0;
    co_return std::move(out);
}

/// Perhaps left running: its lease ends it then.
asio::awaitable<void> record(world& where, lease& unit)
{
    const auto events = where.hub().subscribe({.resource_id = unit.id()});
    auto recording = co_await unit.try_start_recording({.room_id = "a-b"});
    if (recording && where.chance(4) != 0) {
        const auto stopped = co_await recording->try_stop({.timeout = patience});
        where.leased().compositions += stopped ? 1 : 0;
    }
}

asio::awaitable<void> give_back(world& where, lease unit)
{
    using namespace asio::experimental::awaitable_operators;
    if (where.chance(2) == 0) {
        co_return; // by dropping it
    }
    auto release = unit.try_release({.timeout = patience});
    if (where.chance(8) != 0) {
        co_await std::move(release);
        co_return;
    }
    asio::steady_timer timer(co_await asio::this_coro::executor, where.a_moment());
    auto race = std::move(release) || timer.async_wait(asio::use_awaitable);
    co_await std::move(race);
}

asio::awaitable<void> use(world& where, lease& unit)
{
    if (where.chance(6) == 0) {
        co_return; // perhaps still pending
    }
    const auto ready = co_await unit.try_wait_for(resource_status::idle, {.timeout = patience});
    if (where.chance(20) == 0) {
        where.take_away(unit.id());
    }
    if (ready && where.chance(3) == 0) {
        co_await record(where, unit);
    }
}

} // namespace

asio::awaitable<void> lease_use_and_give_back(world& where)
{
    std::vector<lease> units = co_await acquire(where);
    for (lease& each : units) {
        co_await use(where, each);
        co_await give_back(where, std::move(each));
    }
}

asio::awaitable<void> live_and_leave(world& where)
{
    ++where.leased().lives;
    std::vector<lease> held; // longer than the manager lives
    videosdk::lease_manager self = where.begin_life();
    auto some = co_await self.try_acquire_many({.type = videosdk::resource_type::recording}, 2);
    if (some) {
        held = std::move(*some);
        held.pop_back();
    }
    const std::vector<videosdk::resource> bought = co_await buy(where);
    for (const videosdk::resource& each : bought) {
        auto unit = co_await self.try_adopt(each.id);
        if (unit) {
            where.leased().adopted(each.id);
            held.push_back(std::move(*unit));
        }
    }
    co_await self.try_recover();
    if (where.chance(2) == 0) {
        co_await self.try_shutdown();
    }
}

} // namespace soak
