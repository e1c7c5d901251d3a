// Clients and io_contexts may be destroyed with calls in flight, wherever those are: nothing leaks, nothing
// is touched after it was freed, and users' calls of a destroyed client complete with operation_aborted.
#include "slow_names.hpp"
#include "support.hpp"
#include "support/certificates.hpp"
#include "support/raw_server.hpp"

#include <videosdk/event_hub.hpp>

#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace test;
using test_support::raw_peer;
using test_support::raw_server;
using test_support::raw_tls;

/// A listening socket whose queue is full.
class full_listener {
public:
    full_listener()
    {
        acceptor_.open(boost::asio::ip::tcp::v4());
        acceptor_.bind({boost::asio::ip::address_v4::loopback(), 0});
        acceptor_.listen(0);
        for (int i = 0; i < 4; ++i) {
            fillers_.emplace_back(io_);
            fillers_.back().async_connect(acceptor_.local_endpoint(),
                                          [](const boost::system::error_code&) {});
        }
        io_.poll();
    }

    unsigned port() const { return acceptor_.local_endpoint().port(); }

private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_{io_};
    std::vector<boost::asio::ip::tcp::socket> fillers_;
};

/// Where a call stands still.
enum class place : std::uint8_t {
    resolving,
    connecting,
    handshaking,
    queued,
    written,     // and nothing comes back
    halfway,     // in the body of the answer
    backing_off, // after an answer that asks for it
    polling      // a wait in the hub, whose GET does not come back
};

/// Calls in each of the places where a call can be, 100 in all. Every group has its own client, and no clock
/// moves any of them on.
class stuck_calls {
public:
    struct group {
        place where;
        int size;
    };
    static constexpr std::array<group, 8> groups{{{place::resolving, 7},
                                                  {place::connecting, 8},
                                                  {place::handshaking, 8},
                                                  {place::queued, 12},
                                                  {place::written, 21},
                                                  {place::halfway, 18},
                                                  {place::backing_off, 18},
                                                  {place::polling, 8}}};

    stuck_calls(boost::asio::io_context& io, const slow_names& names) : io_(io), names_(names)
    {
        authority_ = test_support::make_authority();
        const auto made = test_support::make_leaf({}, &authority_);
        const raw_tls tls{made.certificate_pem, made.private_key_pem, false, false};
        silent_ = std::make_unique<raw_server>(
            [this](raw_peer& peer, unsigned) {
                if (!peer.read_request().empty()) {
                    ++unanswered_;
                }
                peer.wait_for_end();
            },
            tls);
        mute_ = std::make_unique<raw_server>([](raw_peer&, unsigned) {}, tls, true);
        halfway_ = std::make_unique<raw_server>([this](raw_peer& peer, unsigned) {
            peer.read_request();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"id\":");
            ++half_answered_;
            peer.wait_for_end();
        });
        busy_ = std::make_unique<raw_server>([this](raw_peer& peer, unsigned) {
            while (!peer.read_request().empty()) {
                peer.write("HTTP/1.1 503 Busy\r\nRetry-After: 600\r\nContent-Length: 2\r\n\r\n{}");
                ++refused_;
            }
        });
    }

    /// Until every group stands where it should.
    void begin()
    {
        // The queue of a listener that accepts nobody is full, so that the kernel drops what comes.
        begin(place::connecting, url("http://127.0.0.1", full_.port()), 8);
        begin(place::handshaking, url("https://localhost", mute_->port()), 8);
        // One connection, whose exchange never ends, and those who wait for it.
        begin(place::written, url("https://localhost", silent_->port()), 1, 1);
        turn_until([&] { return unanswered_ == 1; });
        spawn(*clients_.back(), place::queued, 12);
        videosdk::client& crowded = *clients_.back();
        begin(place::written, url("https://localhost", silent_->port()), 20);
        begin(place::halfway, url("http://127.0.0.1", halfway_->port()), 18);
        begin(place::backing_off, url("http://127.0.0.1", busy_->port()), 18);
        videosdk::client& refused = *clients_.back();
        begin(place::polling, url("https://localhost", silent_->port()), 0);
        videosdk::event_hub_options eager;
        eager.poll_after = 1ms;
        hub_ = std::make_unique<videosdk::event_hub>(*clients_.back(), eager);
        for (int i = 0; i < 8; ++i) {
            boost::asio::co_spawn(io_, poll(*hub_, "64f1a2b3c4d5e6f7a8b9c0d" + std::to_string(i), *this),
                                  boost::asio::detached);
        }
        turn_until([&] {
            return half_answered_ == 18 && unanswered_ == 1 + 20 + 8 && mute_->accepted() == 8 &&
                   refused_ == 18;
        });
        // All answers have been read, and every connection they came on is idle: nobody is sent again.
        turn_until([&] { return counts_of(refused).connections_idle == 18; });
        BOOST_TEST(counts_of(*clients_[0]).waiting == 8U);
        BOOST_TEST(counts_of(*clients_[0]).connections_open == 0U);
        BOOST_TEST(counts_of(*clients_[1]).waiting == 8U);
        BOOST_TEST(counts_of(*clients_[1]).connections_open == 0U);
        BOOST_TEST(counts_of(crowded).waiting == 12U);
        BOOST_TEST(counts_of(crowded).connections_open == 1U);
        // The last, since Asio looks names up one after the other.
        begin(place::resolving, std::string("https://") + slow_host, 7);
        turn_until([&] { return names_.asked() == 1; });
        BOOST_TEST(counts_of(*clients_.back()).waiting == 7U);
        BOOST_TEST(ended() == 0);
    }

    static std::string url(const std::string& base, unsigned port)
    {
        return base + ":" + std::to_string(port);
    }

    void drop_hub() { hub_.reset(); }
    void drop_clients() { clients_.clear(); }

    /// Calls that came to an end.
    int ended() const
    {
        int all = 0;
        for (const auto& [where, outcomes] : ends_) {
            all += static_cast<int>(outcomes.size());
        }
        return all;
    }

    /// That every call of the group was aborted, and knew what had become of its request.
    void check(place where, int size, std::optional<videosdk::outcome> expected) const
    {
        const auto found = ends_.find(where);
        BOOST_REQUIRE(found != ends_.end());
        BOOST_TEST(found->second.size() == static_cast<std::size_t>(size));
        for (const videosdk::error& each : found->second) {
            BOOST_TEST((each.code() == boost::asio::error::operation_aborted), each.what());
            BOOST_TEST((each.outcome() == expected), each.what());
            BOOST_TEST(!each.ambiguous(), each.what()); // Reading has no effect.
        }
    }

    void check_calls() const
    {
        using videosdk::outcome;
        for (const auto& [where, size] : groups) {
            if (where == place::polling) {
                continue;
            }
            const bool left = where == place::written || where == place::halfway;
            check(where, size,
                  left                          ? outcome::ambiguous
                  : where == place::backing_off ? outcome::answered
                                                : outcome::not_sent);
        }
    }

    void check_waits() const { check(place::polling, 8, std::nullopt); }

private:
    void turn_until(const std::function<bool()>& done)
    {
        while (!done()) {
            io_.poll();
        }
    }

    videosdk::transport_counts counts_of(videosdk::client& which)
    {
        std::optional<videosdk::transport_counts> found;
        const auto ask = [](videosdk::client& client,
                            std::optional<videosdk::transport_counts>& into) -> boost::asio::awaitable<void> {
            into = co_await client.counts();
        };
        boost::asio::co_spawn(io_, ask(which, found), boost::asio::detached);
        turn_until([&] { return found.has_value(); });
        return *found;
    }

    void begin(place where, const std::string& endpoint, int calls, std::size_t connections = 64)
    {
        auto options = options_for(endpoint, authority_.certificate_pem);
        options.retry.budget_reserve = 100; // all who back off at once can pay
        options.pool.max_connections = connections;
        options.pool.connect_timeout = options.pool.idle_limit = options.timeout = 1h;
        clients_.push_back(std::make_unique<videosdk::client>(io_.get_executor(), options));
        spawn(*clients_.back(), where, calls);
    }

    void spawn(videosdk::client& client, place where, int calls)
    {
        for (int i = 0; i < calls; ++i) {
            boost::asio::co_spawn(io_, one(client, where, *this), boost::asio::detached);
        }
    }

    static boost::asio::awaitable<void> one(videosdk::client& client, place where, stuck_calls& self)
    {
        auto got = co_await client.try_get("64f1a2b3c4d5e6f7a8b9c0d1");
        self.ends_[where].push_back(got.error());
    }

    static boost::asio::awaitable<void> poll(videosdk::event_hub& hub, std::string id, stuck_calls& self)
    {
        auto got = co_await hub.try_wait_for(id, videosdk::resource_status::idle, {.timeout = 1h});
        self.ends_[place::polling].push_back(got.error());
    }

    boost::asio::io_context& io_;
    const slow_names& names_;
    test_support::certificate authority_;
    full_listener full_;
    std::atomic<int> unanswered_{0};
    std::atomic<int> half_answered_{0};
    std::atomic<int> refused_{0};
    std::unique_ptr<raw_server> silent_;
    std::unique_ptr<raw_server> mute_;
    std::unique_ptr<raw_server> halfway_;
    std::unique_ptr<raw_server> busy_;
    std::vector<std::unique_ptr<videosdk::client>> clients_;
    std::unique_ptr<videosdk::event_hub> hub_;
    std::map<place, std::vector<videosdk::error>> ends_;
};

constexpr int all_calls()
{
    int all = 0;
    for (const auto& each : stuck_calls::groups) {
        all += each.size;
    }
    return all;
}

static_assert(all_calls() == 100);

} // namespace

BOOST_AUTO_TEST_SUITE(destruction)

BOOST_AUTO_TEST_CASE(destroying_clients_with_100_calls_in_flight_aborts_each_of_them)
{
    slow_names names;
    boost::asio::io_context io;
    stuck_calls calls(io, names);
    calls.begin();
    boost::asio::post(io, [&] {
        calls.drop_hub();
        calls.drop_clients();
    });
    io.restart();
    while (calls.ended() < all_calls() && io.run_one() != 0) {}
    calls.check_calls();
    calls.check_waits();
    names.let_go();
    io.run();
    BOOST_TEST(calls.ended() == all_calls());
}

BOOST_AUTO_TEST_CASE(destroying_the_io_context_with_100_calls_in_flight_frees_everything)
{
    slow_names names;
    auto io = std::make_unique<boost::asio::io_context>();
    stuck_calls calls(*io, names);
    calls.begin();
    names.let_go(); // ~io_context waits for the look-up
    io.reset();
    BOOST_TEST(calls.ended() == 0); // Coroutines are destroyed, not resumed.
    calls.drop_clients();
    calls.drop_hub();
}

BOOST_AUTO_TEST_CASE(destroying_the_hub_alone_aborts_its_waits_and_leaves_the_calls_of_the_client)
{
    slow_names names;
    boost::asio::io_context io;
    stuck_calls calls(io, names);
    calls.begin();
    calls.drop_hub();
    while (calls.ended() < 8) {
        io.poll();
    }
    io.poll();
    calls.check_waits();
    BOOST_TEST(calls.ended() == 8);
    calls.drop_clients();
    names.let_go();
    io.restart();
    io.run();
    calls.check_calls();
    BOOST_TEST(calls.ended() == all_calls());
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_owns_its_client_is_destroyed_with_the_io_context)
{
    const raw_server silent([](raw_peer& peer, unsigned) { peer.wait_for_end(); });
    auto io = std::make_unique<boost::asio::io_context>();
    auto own = [](boost::asio::io_context& where, std::string endpoint) -> boost::asio::awaitable<void> {
        const auto options = options_for(endpoint);
        videosdk::client client(where.get_executor(), options);
        co_await client.get("r1");
    };
    for (int i = 0; i < 10; ++i) {
        boost::asio::co_spawn(*io, own(*io, stuck_calls::url("http://127.0.0.1", silent.port())),
                              boost::asio::detached);
    }
    while (silent.accepted() < 10) {
        io->poll();
    }
    io.reset();
}

BOOST_AUTO_TEST_CASE(a_caller_may_destroy_its_client_as_soon_as_it_is_resumed)
{
    const raw_server server([](raw_peer& peer, unsigned) {
        while (!peer.read_request().empty()) {
            peer.write(test_support::ok(unit_json));
        }
    });
    boost::asio::io_context io;
    auto client = std::make_unique<videosdk::client>(
        io.get_executor(), options_for(stuck_calls::url("http://127.0.0.1", server.port())));
    int resumed = 0;
    auto call = [&]() -> boost::asio::awaitable<void> {
        auto got = co_await client->try_get("r1");
        ++resumed;
        client.reset();
    };
    for (int i = 0; i < 20; ++i) {
        boost::asio::co_spawn(io, call(), boost::asio::detached);
    }
    io.run();
    BOOST_TEST(resumed == 20);
}

BOOST_AUTO_TEST_SUITE_END()
