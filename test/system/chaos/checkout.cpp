// The end of an idle connection that comes just before its checkout, many times over: with an io_context that
// has nothing to do, with one that is busy, and at any moment around the call.
#include "http/connection_pool.hpp"
#include "stage.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <random>
#include <sstream>
#include <stdexcept>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace test;
using videosdk::effect;
using videosdk::errc;

unsigned checkouts()
{
    const char* const value = std::getenv("VIDEOSDK_CHECKOUTS");
    return value == nullptr ? 500 : static_cast<unsigned>(std::stoul(value));
}

constexpr std::string_view unit =
    R"({"id":"64f1a2b3c4d5e6f7a8b9c0d1","status":"idle","type":"recording","mode":"video-and-audio",)"
    R"("quality":"med","composerIds":[],"webhookUrl":"https://hooks.example.com/t0"})";

std::string answer_to(std::string_view request)
{
    std::string body(unit);
    if (request.starts_with("POST")) {
        body = R"({"success":true,"data":[)" + body + "]}";
    }
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Answers requests of one client, without TLS, in turns; one connection at a time.
class provider_in_turns {
public:
    provider_in_turns() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const raw = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 16) != 0 ||
            ::getsockname(listener_, raw, &size) != 0) {
            throw std::runtime_error("no listener");
        }
        port_ = ntohs(address.sin_port);
    }
    ~provider_in_turns()
    {
        close();
        ::close(listener_);
    }
    provider_in_turns(const provider_in_turns&) = delete;
    provider_in_turns& operator=(const provider_in_turns&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    unsigned connections() const noexcept { return connections_; }
    unsigned requests() const noexcept { return requests_; }

    void turn()
    {
        accept_next();
        char bytes[4096];
        for (;;) {
            const auto count = connection_ < 0 ? -1 : ::recv(connection_, bytes, sizeof bytes, 0);
            if (count == 0) {
                close();
            }
            if (count <= 0) {
                return;
            }
            received_.append(bytes, static_cast<std::size_t>(count));
            answer();
        }
    }

    /// Returns when the client's kernel knows.
    void end(bool by_reset)
    {
        const int client = test_support::other_end_of(connection_);
        if (by_reset) {
            const linger now{1, 0};
            ::setsockopt(connection_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
            close();
        } else {
            ::shutdown(connection_, SHUT_WR);
            ended_ = true;
        }
        if (client >= 0) {
            test_support::wait_for_end_at(client);
        }
    }

private:
    /// The next connection takes the place of the one that has been ended; what still comes there comes too
    /// late.
    void accept_next()
    {
        const int next = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (next >= 0) {
            close();
            connection_ = next;
            const int on = 1;
            ::setsockopt(next, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            ended_ = false;
            ++connections_;
        }
    }

    void answer()
    {
        constexpr std::string_view name = "Content-Length: ";
        const std::size_t end = received_.find("\r\n\r\n");
        if (end == std::string::npos || ended_) {
            return;
        }
        const std::size_t at = received_.find(name);
        const std::size_t body = at < end ? std::stoul(received_.substr(at + name.size())) : 0;
        if (received_.size() < end + 4 + body) {
            return;
        }
        ++requests_;
        const std::string text = answer_to(received_);
        received_.clear();
        ::send(connection_, text.data(), text.size(), MSG_NOSIGNAL);
    }

    void close() noexcept
    {
        received_.clear();
        if (connection_ >= 0) {
            ::close(std::exchange(connection_, -1));
        }
    }

    int listener_;
    int connection_ = -1;
    std::uint16_t port_ = 0;
    unsigned connections_ = 0;
    unsigned requests_ = 0;
    bool ended_ = false;
    std::string received_;
};

/// Client and server in one thread, under a clock that stands still but where nothing happens.
struct desk {
    boost::asio::io_context io;
    const std::shared_ptr<videosdk::manual_scheduler> clock = std::make_shared<videosdk::manual_scheduler>();
    provider_in_turns provider;
    videosdk::client client = make_client();
    std::function<bool()> after_handler; ///< Called before the server's turn, until it returns true.

    videosdk::client make_client()
    {
        videosdk::client_options options;
        options.credentials = videosdk::credentials::token("a-token-of-tests");
        options.endpoint = "http://127.0.0.1:" + std::to_string(provider.port());
        options.serial_executor = true;
        options.retry.backoff_base = 10us;
        options.retry.budget_reserve = 1'000'000;
        const auto pool = videosdk::http::make_connection_pool(
            io.get_executor(), clock, *videosdk::http::parse_endpoint(options.endpoint), options.tls,
            options.pool);
        return videosdk::client(io.get_executor(), options, pool, clock);
    }

    void run_until(const std::function<bool()>& done)
    {
        while (!done()) {
            io.restart();
            const bool idle = io.poll_one() == 0;
            if (auto each = std::exchange(after_handler, nullptr); each && !each()) {
                after_handler = std::move(each);
            }
            provider.turn();
            if (idle) {
                clock->advance(1us);
            }
        }
    }
};

/// What became of many calls.
struct tally {
    unsigned ok = 0;
    unsigned lost = 0;  ///< connection_lost, effect unknown.
    unsigned other = 0; ///< Must stay 0.

    void add(const call_report& report)
    {
        if (report.succeeded) {
            ++ok;
        } else if (report.code == errc::connection_lost && report.effect == effect::unknown) {
            ++lost;
        } else {
            ++other;
            BOOST_TEST_MESSAGE(report.text);
        }
    }
};

void print(const char* what, const tally& sum, const desk& where)
{
    BOOST_TEST_MESSAGE(what << ": " << sum.ok << " ok, " << sum.lost << " lost with unknown effect, "
                            << sum.other << " other failures, by " << where.provider.connections()
                            << " connections and " << where.provider.requests() << " requests");
}

constexpr videosdk::call_options once{.max_attempts = 1};

} // namespace

BOOST_AUTO_TEST_SUITE(checkout)

BOOST_AUTO_TEST_CASE(no_call_fails_by_an_end_that_comes_while_an_idle_io_context_does_nothing)
{
    desk where;
    tally sum;
    const unsigned count = checkouts();
    bool done = false;
    auto call = [&]() -> boost::asio::awaitable<void> {
        const call_report got = co_await acquire(where.client, once);
        sum.add(got);
        done = true;
    };
    for (unsigned i = 0; i < count; ++i) {
        done = false;
        boost::asio::co_spawn(where.io, call(), [](std::exception_ptr) {});
        where.run_until([&] { return done; });
        where.io.poll();
        where.provider.end(i % 2 != 0);
        where.clock->advance(1ms);
    }
    print("idle io_context", sum, where);
    BOOST_TEST(sum.ok == count);
    BOOST_TEST(where.provider.connections() == count);
    BOOST_TEST(where.provider.requests() == count);
}

BOOST_AUTO_TEST_CASE(no_call_fails_by_an_end_that_comes_in_the_very_turn_that_makes_it)
{
    desk where;
    tally sum;
    const unsigned count = checkouts();
    bool done = false;
    auto calls = [&]() -> boost::asio::awaitable<void> {
        for (unsigned i = 0; i < count; ++i) {
            const call_report got = co_await acquire(where.client, once);
            sum.add(got);
            // Still the turn that was resumed by the answer: nobody has looked at a socket since.
            where.provider.end(i % 2 != 0);
            where.clock->advance(1ms);
        }
        done = true;
    };
    boost::asio::co_spawn(where.io, calls(), [](std::exception_ptr) {});
    where.run_until([&] { return done; });
    print("busy io_context", sum, where);
    BOOST_TEST(sum.ok == count);
    BOOST_TEST(where.provider.connections() == count);
    BOOST_TEST(where.provider.requests() == count);
}

// A connection idle for less than half a millisecond is not looked at: what a FIN does then is what it does
// after a look.
BOOST_AUTO_TEST_CASE(an_end_that_nobody_looked_for_fails_no_get_and_buys_nothing_twice)
{
    desk where;
    tally gets;
    tally acquires;
    const unsigned count = checkouts();
    bool done = false;
    auto calls = [&]() -> boost::asio::awaitable<void> {
        for (unsigned i = 0; i < count; ++i) {
            const call_report first = co_await get(where.client, "r1");
            BOOST_TEST_REQUIRE(first.succeeded, first.text);
            where.provider.end(i % 4 >= 2);
            if (i % 2 == 0) {
                const call_report got = co_await get(where.client, "r1");
                gets.add(got);
            } else {
                const call_report got = co_await acquire(where.client);
                acquires.add(got);
            }
        }
        done = true;
    };
    boost::asio::co_spawn(where.io, calls(), [](std::exception_ptr) {});
    where.run_until([&] { return done; });
    print("unseen within 500 us, get", gets, where);
    print("unseen within 500 us, acquire", acquires, where);
    BOOST_TEST(gets.lost + gets.other + acquires.other == 0U);
    BOOST_TEST(gets.ok == count / 2);
    BOOST_TEST(acquires.ok == count / 4); // After a RST no byte leaves, and the call is made again.
    BOOST_TEST(where.provider.requests() == count + gets.ok + acquires.ok);
}

BOOST_AUTO_TEST_CASE(an_end_at_any_moment_around_a_checkout_fails_no_get_and_buys_nothing_twice)
{
    desk where;
    std::mt19937 random(1);
    tally gets;
    tally acquires;
    const unsigned count = checkouts();
    unsigned acquires_served = 0;
    for (unsigned i = 0; i < count; ++i) {
        const bool buys = i % 2 != 0;
        std::optional<call_report> got;
        bool warm = false;
        const auto keep = [&](std::exception_ptr, const call_report& report) { got = report; };
        const auto keep_first = [&](std::exception_ptr, const call_report& report) {
            warm = report.succeeded;
        };
        boost::asio::co_spawn(where.io, get(where.client, "r1"), keep_first);
        where.run_until([&] { return warm; });
        where.clock->advance(1ms);
        // So many handlers after the call began: before its look, between look and write, before or after the
        // answer.
        auto handlers = random() % 8;
        const bool by_reset = random() % 2 != 0;
        const unsigned before = where.provider.requests();
        if (handlers == 0) {
            where.provider.end(by_reset);
        } else {
            where.after_handler = [&] {
                const bool now = --handlers == 0;
                if (now) {
                    where.provider.end(by_reset);
                }
                return now;
            };
        }
        if (buys) {
            boost::asio::co_spawn(where.io, acquire(where.client), keep);
        } else {
            boost::asio::co_spawn(where.io, get(where.client, "r1"), keep);
        }
        where.run_until([&] { return got.has_value(); });
        where.after_handler = nullptr;
        (buys ? acquires : gets).add(*got);
        const unsigned served = where.provider.requests() - before;
        acquires_served += buys ? served : 0;
        BOOST_TEST((!buys || served <= 1));
        BOOST_TEST((!buys || !got->succeeded || served == 1));
    }
    print("at any moment, get", gets, where);
    print("at any moment, acquire", acquires, where);
    BOOST_TEST(gets.lost + gets.other + acquires.other == 0U);
    BOOST_TEST(acquires_served >= acquires.ok);
}

BOOST_AUTO_TEST_SUITE_END()
