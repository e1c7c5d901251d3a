// The rounds, which outlive every failure and tell the books of it.
#include "rounds.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <variant>

namespace soak {
namespace {

using namespace std::chrono_literals;
using videosdk::resource_status;
using bought = videosdk::result<std::vector<videosdk::resource>>;

/// Whatever a deadline that passes because the machine is busy may leave behind.
constexpr auto patience = std::chrono::seconds(5);

void note(books& into, const std::string& token, const bought& got)
{
    if (got) {
        into.known(token, *got);
        return;
    }
    into.known(token, got.error().granted());
    if (got.error().ambiguous()) {
        into.doubtful(token);
    }
}

asio::awaitable<void> record(world& where, const std::string& id)
{
    const auto begun = co_await where.client().try_start_recording({.room_id = "a-b", .resource_id = id});
    if (begun) {
        for (int i = 0; i != 5; ++i) {
            const auto ended = co_await where.client().try_end_recording({.room_id = "a-b", .id = begun->id});
            if (ended) {
                break;
            }
        }
        co_await where.hub().try_wait_for(id, resource_status::idle, {.timeout = patience});
    }
}

asio::awaitable<void> use_and_release(world& where, const std::string& id)
{
    co_await where.hub().try_wait_for(id, resource_status::idle, {.timeout = patience});
    if (where.chance(3) == 0) {
        co_await record(where, id);
    }
    for (int i = 0; i != 5; ++i) {
        const auto done = co_await where.client().try_release(id);
        if (done) {
            break;
        }
    }
}

} // namespace

asio::awaitable<std::vector<videosdk::resource>> buy(world& where)
{
    using namespace asio::experimental::awaitable_operators;
    const std::string url = where.receiver().webhook_url();
    const std::string token = token_of(url);
    where.kept_books().begin(token);
    auto call = where.client().try_acquire({.type = videosdk::resource_type::recording,
                                            .webhook_url = url,
                                            .units = 1 + static_cast<std::uint32_t>(where.chance(2))});
    std::vector<videosdk::resource> units;
    if (where.chance(8) != 0) {
        const bought got = co_await std::move(call);
        note(where.kept_books(), token, got);
        units = got ? *got : got.error().granted();
        co_return units;
    }
    asio::steady_timer timer(co_await asio::this_coro::executor, where.a_moment());
    auto race = std::move(call) || timer.async_wait(asio::use_awaitable);
    const auto first = co_await std::move(race);
    if (const auto* const got = std::get_if<0>(&first)) {
        note(where.kept_books(), token, *got);
        units = *got ? **got : got->error().granted();
    }
    co_return units;
}

asio::awaitable<void> buy_use_and_release(world& where)
{
    const std::vector<videosdk::resource> units = co_await buy(where);
    for (const videosdk::resource& each : units) {
        co_await use_and_release(where, each.id);
    }
    if (where.chance(10) == 0) {
        co_await look_around(where);
    }
}

asio::awaitable<void> look_around(world& where)
{
    co_await where.client().try_get("64f1a2b3c4d5e6f7a8b9c0d1");
    auto pager = where.client().list_all({.per_page = 100, .status = resource_status::idle});
    for (int pages = 0; pages != 3; ++pages) {
        const auto page = co_await pager.try_next();
        if (!page || !*page) {
            break;
        }
    }
}

} // namespace soak
