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

#include <atomic>
#include <memory>
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

/// Calls that stand still in each of the places where a call can be. Every group has its own client.
class stuck_calls {
public:
    explicit stuck_calls(boost::asio::io_context& io) : io_(io)
    {
        authority_ = test_support::make_authority();
        const auto made = test_support::make_leaf({}, &authority_);
        silent_ =
            std::make_unique<raw_server>([](raw_peer& peer, unsigned) { peer.wait_for_end(); },
                                         raw_tls{made.certificate_pem, made.private_key_pem, false, false});
        mute_ = std::make_unique<raw_server>(
            [](raw_peer&, unsigned) {}, raw_tls{made.certificate_pem, made.private_key_pem, false, false},
            true);
        halfway_ = std::make_unique<raw_server>([this](raw_peer& peer, unsigned) {
            peer.read_request();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"id\":");
            ++halfway_served;
            peer.wait_for_end();
        });
        busy_ = std::make_unique<raw_server>([](raw_peer& peer, unsigned) {
            while (!peer.read_request().empty()) {
                peer.write("HTTP/1.1 503 Busy\r\nRetry-After: 20\r\nContent-Length: 2\r\n\r\n{}");
            }
        });
    }

    void begin()
    {
        // Connecting: the queue of a listener that accepts nobody is full, so that the kernel drops what
        // comes.
        group(url("http://127.0.0.1", full_.port()), 64, 8);
        // Handshaking.
        group(url("https://localhost", mute_->port()), 64, 8);
        // Queued: one connection, whose exchange never ends, and those who wait for it.
        group(url("https://localhost", silent_->port()), 1, 13);
        // Written, and nothing comes back.
        group(url("https://localhost", silent_->port()), 64, 20);
        // In the middle of a body.
        group(url("http://127.0.0.1", halfway_->port()), 64, 18);
        // Backing off.
        group(url("http://127.0.0.1", busy_->port()), 64, 18);
        // Polling: waits whose GET does not come back.
        group(url("https://localhost", silent_->port()), 64, 0);
        videosdk::event_hub_options eager;
        eager.poll_after = 1ms;
        hub_ = std::make_unique<videosdk::event_hub>(*clients_.back(), eager);
        for (int i = 0; i < 8; ++i) {
            ++begun;
            boost::asio::co_spawn(io_, poll(*hub_, "64f1a2b3c4d5e6f7a8b9c0d" + std::to_string(i), *this),
                                  boost::asio::detached);
        }
    }

    /// Resolving: these begin at the context's next seven turns.
    void begin_resolving() { group(std::string("https://") + slow_host, 64, 7, 1); }

    static std::string url(const std::string& base, unsigned port)
    {
        return base + ":" + std::to_string(port);
    }

    void drop_hub() { hub_.reset(); }
    void drop_clients() { clients_.clear(); }

    int aborted = 0;
    int failed_otherwise = 0;
    int begun = 0;
    std::atomic<unsigned> halfway_served{0};
    unsigned silent_accepted() const { return silent_->accepted(); }
    unsigned mute_accepted() const { return mute_->accepted(); }
    unsigned busy_accepted() const { return busy_->accepted(); }

private:
    void group(const std::string& endpoint, std::size_t connections, int calls, std::uint32_t attempts = 3)
    {
        auto options = options_for(endpoint, authority_.certificate_pem);
        options.pool.max_connections = connections;
        options.retry.max_attempts = attempts;
        clients_.push_back(std::make_unique<videosdk::client>(io_.get_executor(), options));
        for (int i = 0; i < calls; ++i) {
            ++begun;
            boost::asio::co_spawn(io_, one(*clients_.back(), *this), boost::asio::detached);
        }
    }

    static boost::asio::awaitable<void> one(videosdk::client& client, stuck_calls& self)
    {
        auto got = co_await client.try_get("64f1a2b3c4d5e6f7a8b9c0d1");
        self.note(got);
    }

    static boost::asio::awaitable<void> poll(videosdk::event_hub& hub, std::string id, stuck_calls& self)
    {
        auto got = co_await hub.try_wait_for(id, videosdk::resource_status::idle, {.timeout = 1h});
        self.note(got);
    }

    void note(const videosdk::result<videosdk::resource>& got)
    {
        if (got.has_error() && got.error().code() == boost::asio::error::operation_aborted) {
            ++aborted;
        } else {
            ++failed_otherwise;
        }
    }

    boost::asio::io_context& io_;
    test_support::certificate authority_;
    full_listener full_;
    std::unique_ptr<raw_server> silent_;
    std::unique_ptr<raw_server> mute_;
    std::unique_ptr<raw_server> halfway_;
    std::unique_ptr<raw_server> busy_;
    std::vector<std::unique_ptr<videosdk::client>> clients_;
    std::unique_ptr<videosdk::event_hub> hub_;
};

/// Runs until every group stands where it should.
void run_until_stuck(boost::asio::io_context& io, stuck_calls& calls)
{
    while (calls.halfway_served < 18 || calls.silent_accepted() < 29 || calls.mute_accepted() < 8 ||
           calls.busy_accepted() < 18) {
        io.poll();
    }
    for (int i = 0; i < 200; ++i) {
        io.poll();
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(destruction)

BOOST_AUTO_TEST_CASE(destroying_clients_with_100_calls_in_flight_aborts_each_of_them)
{
    slow_names names;
    boost::asio::io_context io;
    stuck_calls calls(io);
    calls.begin();
    run_until_stuck(io, calls);
    calls.begin_resolving();
    BOOST_TEST(calls.begun == 100);
    BOOST_TEST(calls.aborted + calls.failed_otherwise == 0);
    boost::asio::post(io, [&] {
        calls.drop_hub();
        calls.drop_clients();
    });
    io.restart();
    while (calls.aborted + calls.failed_otherwise < 100 && io.run_one() != 0) {}
    BOOST_TEST(calls.aborted == 100);
    names.let_go();
    io.run();
}

BOOST_AUTO_TEST_CASE(destroying_the_io_context_with_100_calls_in_flight_frees_everything)
{
    slow_names names;
    auto io = std::make_unique<boost::asio::io_context>();
    stuck_calls calls(*io);
    calls.begin();
    run_until_stuck(*io, calls);
    calls.begin_resolving();
    for (int i = 0; i < 7; ++i) {
        io->poll_one();
    }
    BOOST_TEST(calls.begun == 100);
    const int ended = calls.aborted + calls.failed_otherwise;
    names.let_go(); // ~io_context waits for the look-up
    io.reset();
    BOOST_TEST(calls.aborted + calls.failed_otherwise == ended); // Coroutines are destroyed, not resumed.
    calls.drop_clients();
    calls.drop_hub();
}

BOOST_AUTO_TEST_CASE(destroying_the_hub_alone_aborts_its_waits_and_leaves_the_calls_of_the_client)
{
    boost::asio::io_context io;
    stuck_calls calls(io);
    calls.begin();
    run_until_stuck(io, calls);
    calls.drop_hub();
    for (int i = 0; i < 200; ++i) {
        io.poll();
    }
    BOOST_TEST(calls.aborted == 8);
    BOOST_TEST(calls.failed_otherwise == 0);
    calls.drop_clients();
    io.restart();
    io.run();
    BOOST_TEST(calls.aborted == 93);
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
