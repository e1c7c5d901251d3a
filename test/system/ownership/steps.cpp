// Each step in Redis does what the model of a store does, whatever came before it.
#include "nodes.hpp"
#include "unit/ownership/model_store.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <exception>
#include <map>
#include <random>

using namespace ownership_tests;

namespace {

/// One store, and its steps as plain functions.
struct bench {
    bench() : store(io.get_executor(), settings(redis)) {}

    static videosdk::redis_options settings(const redis_server& where)
    {
        videosdk::redis_options out;
        out.addresses = {where.url()};
        out.connect_timeout = out.command_timeout = 20s;
        return out;
    }
    template <class T>
    static asio::awaitable<void> take(asio::awaitable<T> what, std::optional<T>& into)
    {
        T value = co_await std::move(what);
        into.emplace(std::move(value));
    }
    template <class T>
    T value(asio::awaitable<T> what)
    {
        std::optional<T> out;
        asio::co_spawn(io, take(std::move(what), out), [](std::exception_ptr why) {
            if (why) {
                std::rethrow_exception(why);
            }
        });
        io.restart();
        while (!out && io.run_one_for(60s) != 0) {}
        BOOST_REQUIRE(out.has_value());
        return std::move(*out);
    }

    void finish(asio::awaitable<void> what) { value(and_true(std::move(what))); }
    static asio::awaitable<bool> and_true(asio::awaitable<void> what)
    {
        co_await std::move(what);
        co_return true;
    }
    static std::string key(const std::string& name) { return "videosdk:{ownership}:" + name; }
    void forget(const std::string& name) const { tell_redis(redis, "DEL " + key(name)); }

    redis_server redis;
    asio::io_context io{1};
    videosdk::redis_ownership_store store;
    owning_tests::model_store model;
};

std::string shown(const std::optional<videosdk::store_sighting>& seen)
{
    if (!seen) {
        return "refused";
    }
    std::map<std::string, std::string> boots;
    for (const videosdk::boot_sighting& each : seen->boots) {
        boots[each.boot] = std::string(to_string(each.state)) + ' ' + std::to_string(each.beats);
    }
    std::string out;
    for (const auto& [boot, what] : boots) {
        out += boot + ": " + what + "; ";
    }
    for (const auto& [unit, heir] : seen->heirs) {
        out += unit + " of " + heir + "; ";
    }
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(steps_in_redis)

BOOST_AUTO_TEST_CASE(do_what_the_model_does)
{
    bench b;
    std::mt19937 random(7);
    const auto now = std::chrono::steady_clock::now(); // nothing expires by itself
    BOOST_REQUIRE(b.model.lock("boot-0", 1h, now));
    // Redis goes on from the time of day.
    const std::uint64_t first = b.value(b.store.lock("boot-0", 1h)).value_or(0);
    BOOST_REQUIRE_GT(first, 1'000'000'000'000'000U);
    const std::uint64_t ahead = first - 1;
    std::map<std::string, int> done;
    for (int i = 0; i != 800; ++i) {
        const std::string who = "boot-" + std::to_string(random() % 3);
        const std::string other = "boot-" + std::to_string(random() % 3);
        const std::string unit = "unit-" + std::to_string(random() % 6);
        const std::vector<std::string> units{unit, "unit-" + std::to_string(random() % 6)};
        const std::uint64_t fence = b.model.fence - (random() % 8 == 0 ? 1 : 0); // at times one too old
        BOOST_TEST_CONTEXT("step " << i)
        switch (random() % 12) {
        case 0:
        case 1: {
            const bool here = b.model.beat(who, 1h, now);
            BOOST_REQUIRE_EQUAL(b.value(b.store.beat(who, 1h)), here);
            done["beat"] += here ? 1 : 0;
            break;
        }
        case 2: // its heartbeat expires
            b.forget("beat:" + who);
            b.model.alive.erase(who);
            break;
        case 3: // it is forgotten that it was buried, or the lock expires
            b.model.buried.erase(who);
            b.forget("lock " + b.key("buried:" + who));
            b.model.locked_until = {};
            break;
        case 4: {
            const auto here = b.model.lock(who, 1h, now);
            const auto there = b.value(b.store.lock(who, 1h));
            BOOST_REQUIRE_EQUAL(there.has_value(), here.has_value());
            BOOST_REQUIRE_EQUAL(there.value_or(ahead), here.value_or(0) + ahead);
            done["lock"] += here ? 1 : 0;
            break;
        }
        case 5:
        case 6:
            BOOST_REQUIRE_EQUAL(shown(b.value(b.store.look(fence + ahead, {who, "stranger"}, units))),
                                shown(b.model.look(fence, {who, "stranger"}, units, now)));
            break;
        case 7: {
            const std::uint64_t beats = b.model.beats_of(who) - (random() % 8 == 0 ? 1 : 0);
            const bool here = b.model.bury(fence, who, beats, now);
            BOOST_REQUIRE_EQUAL(b.value(b.store.bury(fence + ahead, who, beats)), here);
            done["bury"] += here ? 1 : 0;
            break;
        }
        case 8:
        case 9: {
            const bool here = b.model.claim(fence, unit, who, other);
            BOOST_REQUIRE_EQUAL(b.value(b.store.claim(fence + ahead, unit, who, other)), here);
            done["claim"] += here ? 1 : 0;
            break;
        }
        case 10: {
            std::vector<std::string> there = b.value(b.store.inherited(who));
            std::sort(there.begin(), there.end());
            const std::vector<std::string> here = b.model.inherited(who);
            BOOST_REQUIRE(there == here);
            done["inherited"] += here.empty() ? 0 : 1;
            break;
        }
        default: {
            const bool here = b.model.prune(fence, units, now);
            BOOST_REQUIRE_EQUAL(b.value(b.store.prune(fence + ahead, units)), here);
            done["prune"] += here ? 1 : 0;
            break;
        }
        }
    }
    for (const char* const each : {"beat", "lock", "bury", "claim", "inherited", "prune"}) {
        BOOST_TEST_MESSAGE(each << ": " << done[each]);
        BOOST_CHECK_GT(done[each], 0);
    }
}

BOOST_AUTO_TEST_CASE(let_go_of_the_lock_only_where_it_is_theirs)
{
    bench b;
    const auto first = b.value(b.store.lock("one", 1h));
    BOOST_REQUIRE(first);
    BOOST_CHECK(!b.value(b.store.lock("other", 1h)));
    b.finish(b.store.unlock(*first - 1));
    BOOST_CHECK(!b.value(b.store.lock("other", 1h)));
    b.finish(b.store.unlock(*first));
    BOOST_CHECK_EQUAL(b.value(b.store.lock("other", 1h)).value_or(0), *first + 1);
}

BOOST_AUTO_TEST_CASE(forget_a_boot_that_has_left)
{
    bench b;
    BOOST_CHECK(b.value(b.store.beat("one", 1h)));
    b.finish(b.store.leave("one"));
    const auto fence = b.value(b.store.lock("other", 1h));
    BOOST_CHECK_EQUAL(shown(b.value(b.store.look(fence.value(), {"one"}, {}))), "one: unknown 0; ");
}

BOOST_AUTO_TEST_CASE(remember_a_boot_that_leaves_while_it_is_an_heir)
{
    bench b;
    BOOST_CHECK(b.value(b.store.beat("dead", 1h)) && b.value(b.store.beat("one", 1h)));
    const auto fence = b.value(b.store.lock("one", 1h)).value();
    b.forget("beat:dead");
    BOOST_REQUIRE(b.value(b.store.bury(fence, "dead", 1)));
    BOOST_CHECK(!b.value(b.store.claim(fence, "unit-1", "dead", "stranger"))); // who has left, or never beat
    BOOST_REQUIRE(b.value(b.store.claim(fence, "unit-1", "dead", "one")));
    b.finish(b.store.leave("one"));
    BOOST_CHECK_EQUAL(shown(b.value(b.store.look(fence, {"one"}, {"unit-1"}))),
                      "one: beating 1; unit-1 of one; ");
    BOOST_CHECK(b.value(b.store.prune(fence, {}))); // by the heir itself
    b.finish(b.store.leave("one"));
    BOOST_CHECK_EQUAL(shown(b.value(b.store.look(fence, {"one"}, {"unit-1"}))), "one: unknown 0; ");
}

BOOST_AUTO_TEST_CASE(go_on_beyond_all_fences_when_redis_has_lost_everything)
{
    bench b;
    const auto before = b.value(b.store.lock("one", 1h));
    BOOST_REQUIRE(before);
    tell_redis(b.redis, "FLUSHALL");
    BOOST_CHECK_GT(b.value(b.store.lock("one", 1h)).value_or(0), *before);
}

BOOST_AUTO_TEST_CASE(fail_where_redis_is_out_of_reach)
{
    bench b;
    videosdk::redis_options nobody = bench::settings(b.redis);
    nobody.command_timeout = nobody.connect_timeout = 200ms;
    b.redis.kill();
    videosdk::redis_ownership_store lonely(b.io.get_executor(), nobody);
    BOOST_CHECK_THROW(b.value(lonely.beat("one", 1h)), videosdk::error);
    BOOST_CHECK_THROW(b.value(lonely.lock("one", 1h)), videosdk::error);
}

BOOST_AUTO_TEST_SUITE_END()
