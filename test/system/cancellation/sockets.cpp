// Calls of the API and self-tests, cancelled at each point of a connection, over loopback sockets; time
// stands still.
#include "http/connection_pool.hpp"
#include "support/chaos_proxy.hpp"
#include "support/raw_server.hpp"
#include "system/client/slow_names.hpp"
#include "watched.hpp"

#include <atomic>
#include <filesystem>
#include <iterator>
#include <memory>

namespace {

using namespace cancelling;
using test_support::chaos_proxy;
using test_support::raw_peer;
using test_support::raw_server;
using videosdk::effect;
using videosdk::outcome;

enum class point : std::uint8_t { slot, resolving, connecting, handshaking, written, mid_head, mid_body };

constexpr std::pair<point, const char*> points[] = {
    {point::slot, "waiting for a slot"},
    {point::resolving, "resolving"},
    {point::connecting, "connecting"},
    {point::handshaking, "handshaking"},
    {point::written, "written, 0 bytes back"},
    {point::mid_head, "in the middle of the head"},
    {point::mid_body, "in the middle of the body"},
};

/// What a function is called on; a self-test calls the very server that stands for its public URL.
struct called_function {
    const char* declared;
    deed what;
    std::string answer;
    std::function<asio::awaitable<ending>(videosdk::client&, videosdk::webhook_receiver&)> call;
    bool own_connection; ///< It has a pool of its own.
};

std::vector<called_function> functions()
{
    std::vector<called_function> all;
    for (const api_function& each : api_functions()) {
        all.push_back(
            {each.declared, each.what, each.answer,
             [&each](videosdk::client& client, videosdk::webhook_receiver&) { return each.call(client, {}); },
             false});
    }
    all.push_back({"webhook_receiver.hpp:self_test", deed::reads, "{}",
                   [](videosdk::client&, videosdk::webhook_receiver& receiver) {
                       return by_value(receiver.self_test());
                   },
                   true});
    all.push_back({"webhook_receiver.hpp:try_self_test", deed::reads, "{}",
                   [](videosdk::client&, videosdk::webhook_receiver& receiver) {
                       return by_result(receiver.try_self_test());
                   },
                   true});
    return all;
}

/// A server that goes as far as the point says, and says when it is there.
struct stopping_server {
    stopping_server(point where, const std::string& answer)
        : whole(test_support::ok(answer)),
          server([this, where](raw_peer& peer, unsigned) { serve(peer, where); }, std::nullopt,
                 where == point::handshaking)
    {
    }

    void serve(raw_peer& peer, point where)
    {
        while (!peer.read_request().empty()) {
            const std::size_t head = whole.find("\r\n\r\n") + 4;
            const std::size_t first = where == point::mid_head   ? head / 2
                                      : where == point::mid_body ? head + 1
                                                                 : 0;
            peer.write(std::string_view(whole).substr(0, first));
            there = true;
            go.wait(false);
            peer.write(std::string_view(whole).substr(first));
        }
    }

    void let_go()
    {
        go = true;
        go.notify_all();
    }

    const std::string whole;
    std::atomic<bool> there{false};
    std::atomic<bool> go{false};
    raw_server server; ///< The last: its threads use the others.
};

/// The way to the point: which server, by which name, and what else must be.
struct way {
    explicit way(point to, const std::string& answer)
        : where(to), server(to, answer), time(std::make_shared<videosdk::manual_scheduler>())
    {
        if (where == point::resolving) {
            names.emplace(test::slow_names::result::loopback);
        } else if (where == point::connecting) {
            proxy.emplace(server.server.port(), time);
            proxy->set_door(test_support::door::silent);
        }
    }
    ~way() { server.let_go(); }

    std::string url() const
    {
        const std::uint16_t port = proxy ? proxy->port() : server.server.port();
        return std::string(where == point::handshaking ? "https://" : "http://") +
               (names ? test::slow_host : "127.0.0.1") + ":" + std::to_string(port);
    }

    bool reached(const videosdk::transport& pool) const
    {
        switch (where) {
        case point::slot:
            return pool.counts().waiting == 1;
        case point::resolving:
            return names->asked() != 0;
        case point::connecting:
            return true; // as soon as it has begun
        case point::handshaking:
            return server.server.accepted() != 0;
        default:
            return server.there;
        }
    }

    const point where;
    stopping_server server;
    std::shared_ptr<videosdk::manual_scheduler> time;
    std::optional<test::slow_names> names;
    std::optional<chaos_proxy> proxy;
};

struct socket_world {
    socket_world(point where, const std::string& answer, bool reports) : to(where, answer)
    {
        videosdk::client_options options;
        options.credentials = videosdk::credentials::key_and_secret("key", "secret");
        options.endpoint = to.url();
        options.insecure_allow_plain_http = true;
        options.serial_executor = true;
        options.pool.max_connections = 1;
        if (reports) {
            options.on_unclaimed = [this](const videosdk::unclaimed_grant& grant) {
                units_reported += grant.resources.size();
            };
        }
        pool = videosdk::http::make_connection_pool(io.get_executor(), to.time,
                                                    *videosdk::http::parse_endpoint(options.endpoint),
                                                    options.tls, options.pool);
        client.emplace(io.get_executor(), options, pool, to.time);
        hub.emplace(*client);
        videosdk::webhook_options hooks;
        hooks.public_url = to.url();
        receiver.emplace(*client, *hub, hooks);
    }

    template <class Condition>
    void turn_until(Condition done)
    {
        while (!done()) {
            poll(io);
        }
    }

    way to;
    asio::io_context io;
    std::size_t units_reported = 0;
    std::shared_ptr<videosdk::transport> pool;
    std::optional<videosdk::client> client;
    std::optional<videosdk::event_hub> hub;
    std::optional<videosdk::webhook_receiver> receiver;
};

void check_end(const ending& end, const called_function& function, point where)
{
    BOOST_TEST(end.aborted(), end.text);
    if (function.own_connection) {
        return;
    }
    const bool left = where >= point::written;
    BOOST_TEST((end.outcome == (left ? outcome::ambiguous : outcome::not_sent)), end.text);
    BOOST_TEST((end.effect == (left && function.what != deed::reads ? effect::unknown : effect::none)),
               end.text);
    BOOST_TEST(end.attempts == 1U);
}

/// The connections that are left are those that are documented: none that had an exchange, and where one was
/// being opened, it may still come to be, until close().
void check_rest(socket_world& world, point where, bool goes_on)
{
    const videosdk::transport_counts counts = world.pool->counts();
    BOOST_TEST(counts.waiting == 0U);
    BOOST_TEST(counts.connections_open == (goes_on ? 1U : 0U));
    world.to.server.let_go();
    if (goes_on) {
        world.turn_until([&] { return world.units_reported != 0; });
        BOOST_TEST(world.pool->counts().connections_idle == 1U);
    }
    if (where == point::resolving) {
        world.to.names->let_go();
    }
    world.client->close();
    world.io.restart();
    world.io.run(); // returns: nothing is left to be done
    BOOST_TEST(world.pool->counts().connections_open == 0U);
    BOOST_TEST(world.to.time->armed() == 0U);
}

void play(const called_function& function, point where, asio::cancellation_type type, bool reports)
{
    socket_world world(where, function.answer, reports);
    std::optional<watched> before_it; // has the only slot
    if (where == point::slot) {
        before_it.emplace(
            world.io, [&] { return by_result(world.client->try_request(videosdk::verb::get, "/rooms")); });
        world.turn_until([&] { return world.to.server.there.load(); });
    }
    watched call(world.io, [&] { return function.call(*world.client, *world.receiver); });
    poll(world.io);
    world.turn_until([&] { return world.to.reached(*world.pool); });
    poll(world.io); // what the peer wrote has been read
    BOOST_REQUIRE(!call.end.has_value());
    call.signal.emit(type);
    world.turn_until([&] { return call.end.has_value(); });
    check_end(*call.end, function, where);
    if (before_it) {
        BOOST_TEST(world.pool->counts().waiting == 0U);
        world.to.server.let_go();
        world.turn_until([&] { return before_it->end.has_value(); });
        BOOST_TEST(before_it->end->returned, before_it->end->text); // nobody else noticed
        world.client->close();
        poll(world.io);
    }
    check_rest(world, where, reports && function.what == deed::buys && where >= point::written);
    BOOST_TEST(call.times == 1);
}

std::size_t open_descriptors()
{
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(sockets)

BOOST_AUTO_TEST_CASE(a_call_cancelled_anywhere_on_its_connection_keeps_neither_descriptor_nor_alarm)
{
    const std::size_t before_all = open_descriptors();
    for (const called_function& function : functions()) {
        for (const auto& [where, name] : points) {
            if (function.own_connection && where == point::slot) {
                continue;
            }
            for (const asio::cancellation_type type : all_types) {
                BOOST_TEST_CONTEXT(function.declared << ", " << name << ", " << name_of(type))
                {
                    play(function, where, type, false);
                }
            }
        }
    }
    BOOST_TEST(open_descriptors() == before_all);
}

BOOST_AUTO_TEST_CASE(an_acquire_cancelled_behind_its_request_is_read_to_its_end_and_reported)
{
    for (const called_function& function : functions()) {
        if (function.what != deed::buys) {
            continue;
        }
        for (const auto& [where, name] : points) {
            BOOST_TEST_CONTEXT(function.declared << ", " << name)
            {
                play(function, where, asio::cancellation_type::terminal, true);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
