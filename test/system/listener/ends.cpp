// Ends with requests in every stage of their way: of the listener, of its io_context, in any order. Leaks and
// uses after free are the sanitizers' to find.
#include "support/full_socket.hpp"
#include "world.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace listener_tests;
using namespace std::chrono_literals;

namespace {

// The provider's key, made once.
class signer {
public:
    static const signer& one()
    {
        static const signer made;
        return made;
    }

    std::string public_pem() const
    {
        BIO* const memory = BIO_new(BIO_s_mem());
        PEM_write_bio_PUBKEY(memory, key_.get());
        char* text = nullptr;
        const long size = BIO_get_mem_data(memory, &text);
        std::string pem(text, static_cast<std::size_t>(size));
        BIO_free(memory);
        return pem;
    }

    std::string sign(std::string_view body) const
    {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              &EVP_MD_CTX_free);
        std::array<unsigned char, 256> raw{};
        std::size_t size = raw.size();
        BOOST_REQUIRE_EQUAL(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()), 1);
        BOOST_REQUIRE_EQUAL(EVP_DigestSign(context.get(), raw.data(), &size,
                                           reinterpret_cast<const unsigned char*>(body.data()), body.size()),
                            1);
        std::array<unsigned char, 345> text{};
        const int length = EVP_EncodeBlock(text.data(), raw.data(), static_cast<int>(size));
        return std::string(reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length));
    }

private:
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_{EVP_RSA_gen(2048), &EVP_PKEY_free};
};

asio::awaitable<void> for_ever(int& begun, int& ended)
{
    struct mark {
        int& count;
        ~mark() { ++count; }
    } at_end{ended};
    ++begun;
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await timer.async_wait(asio::use_awaitable);
}

// A listener with connections in each stage.
class busy_listener {
public:
    static constexpr int each = 30;

    busy_listener()
    {
        videosdk::client_options settings;
        settings.credentials = videosdk::credentials::key_and_secret("key", "a-secret-of-tests");
        settings.endpoint = "https://127.0.0.1:1"; // nobody is asked anything
        client = std::make_unique<videosdk::client>(io->get_executor(), settings);
        hub = std::make_unique<videosdk::event_hub>(*client);
        handling = hub->handle({}, [this](const videosdk::event&) { return for_ever(begun, ended); },
                               {.timeout = 24h, .max_in_progress = 1000});
        videosdk::webhook_options hooks;
        hooks.public_url = "https://hooks.example.com";
        hooks.public_key_pem = signer::one().public_pem();
        receiver = std::make_unique<videosdk::webhook_receiver>(*client, *hub, hooks);
        listener = std::make_unique<videosdk::webhook_listener>(io->get_executor(), *receiver, "127.0.0.1:0");
        listener->start();
        wait_in_handlers();
        stop_halfway();
        wait_in_writes();
        const auto counts = listener->counts();
        BOOST_REQUIRE_EQUAL(counts.connections_open, static_cast<std::size_t>(4 * each));
        BOOST_REQUIRE_EQUAL(begun, each);
        BOOST_REQUIRE_EQUAL(ended, 0);
    }
    ~busy_listener()
    {
        for (const int one : sockets_) {
            ::close(one);
        }
    }
    busy_listener(const busy_listener&) = delete;
    busy_listener& operator=(const busy_listener&) = delete;

    void run_until(const std::function<bool()>& done)
    {
        while (!done()) {
            io->restart();
            // The limit only ends a test that has failed.
            BOOST_REQUIRE_MESSAGE(io->run_one_for(60s) > 0, "nothing happens any more");
        }
    }

    // Whether each client's connection was ended by the listener. Those that hear nothing cannot tell.
    bool all_over() const
    {
        for (std::size_t i = 0; i < static_cast<std::size_t>(3 * each); ++i) {
            char byte = 0;
            const ssize_t size = ::recv(sockets_[i], &byte, 1, MSG_DONTWAIT);
            if (size > 0 || (size < 0 && errno == EAGAIN)) {
                return false;
            }
        }
        return true;
    }

    int begun = 0;
    int ended = 0;
    std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>(1);
    std::unique_ptr<videosdk::client> client;
    std::unique_ptr<videosdk::event_hub> hub;
    videosdk::event_handling handling;
    std::unique_ptr<videosdk::webhook_receiver> receiver;
    std::unique_ptr<videosdk::webhook_listener> listener;

private:
    int connect()
    {
        const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        BOOST_REQUIRE_GE(handle, 0);
        sockets_.push_back(handle);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(listener->port());
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        BOOST_REQUIRE_EQUAL(::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address),
                            0);
        const auto count = sockets_.size();
        run_until([&] { return listener->counts().connections_open == count; });
        return handle;
    }

    static void send(int handle, std::string_view bytes)
    {
        BOOST_REQUIRE_EQUAL(::send(handle, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                            static_cast<ssize_t>(bytes.size()));
    }

    void wait_in_handlers()
    {
        for (int i = 0; i < each; ++i) {
            const std::string body = R"({"webhookType":"recording-stopped","data":{"id":"c)" +
                                     std::to_string(i) + R"(","fileUrl":"https://files.example.com/1"}})";
            const std::string url = receiver->webhook_url();
            send(connect(), "POST " + url.substr(url.find('/', 8)) +
                                " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                                "videosdk-signature: " +
                                signer::one().sign(body) +
                                "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        }
        run_until([&] { return begun == each; });
    }

    void stop_halfway()
    {
        for (int i = 0; i < each; ++i) {
            send(connect(), "POST /videosdk/none HTTP/1.1\r\nHo");
            send(connect(), "POST /videosdk/none HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n" +
                                std::string(20'000, 'b'));
        }
    }

    void wait_in_writes()
    {
        for (int i = 0; i < each; ++i) {
            const int handle = connect();
            BOOST_REQUIRE(test_support::fill_other_end(handle));
            send(handle, i % 2 == 0 ? "GET / HTTP/1.1\r\nHost: a\r\n\r\n" : "NONSENSE\r\n\r\n");
        }
        run_until([&] {
            const auto counts = listener->counts();
            return counts.requests + counts.refused == static_cast<std::uint64_t>(2 * each);
        });
    }

    std::vector<int> sockets_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(ends)

BOOST_AUTO_TEST_CASE(a_listener_is_destroyed_with_requests_in_every_stage)
{
    busy_listener here;
    here.listener.reset();
    here.run_until([&] { return here.all_over(); });
    // The handlers are the hub's: they go on until their registration ends.
    BOOST_CHECK_EQUAL(here.ended, 0);
    here.handling = videosdk::event_handling();
    here.run_until([&] { return here.ended == busy_listener::each; });
    here.receiver.reset();
    here.hub.reset();
    here.client.reset();
    here.io->restart();
    here.io->run(); // returns: nothing is left to wait for
}

BOOST_AUTO_TEST_CASE(an_io_context_is_destroyed_before_its_listener_with_requests_in_every_stage)
{
    busy_listener here;
    here.io.reset();
    BOOST_CHECK(here.all_over());
    BOOST_CHECK_EQUAL(here.ended, busy_listener::each);
    BOOST_CHECK_EQUAL(here.listener->counts().connections_open, 0U);
    here.listener->stop(); // harmless, as is what follows
    here.listener.reset();
}

BOOST_AUTO_TEST_CASE(an_io_context_is_destroyed_right_after_its_listener_with_requests_in_every_stage)
{
    busy_listener here;
    here.listener.reset();
    here.io.reset();
    BOOST_CHECK(here.all_over());
    BOOST_CHECK_EQUAL(here.ended, busy_listener::each);
}

BOOST_AUTO_TEST_CASE(everything_is_destroyed_in_the_middle_of_a_drain)
{
    busy_listener here;
    bool done = false;
    asio::co_spawn(*here.io, here.listener->drain(1h),
                   [&](const std::exception_ptr&, std::size_t) { done = true; });
    here.io->restart();
    here.io->poll();
    here.listener.reset();
    here.io.reset();
    BOOST_CHECK(here.all_over());
    BOOST_CHECK(!done);
}

BOOST_AUTO_TEST_SUITE_END()
