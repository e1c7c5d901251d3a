// Webhooks as bytes on loopback sockets: what is genuine reaches waits and handlers, and the answer says what
// became of it.
#include "unit/webhook/receiver_world.hpp"

#include <videosdk/webhook_listener.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <functional>
#include <stdexcept>

using namespace videosdk;
using namespace std::chrono_literals;

namespace {

using tcp = asio::ip::tcp;

struct socket_world : receiver_world {
    explicit socket_world(const webhook_options& options = pinned()) : receiver_world(options)
    {
        listener_options serving;
        serving.serial_executor = true;
        listener.emplace(context.get_executor(), *receiver, "127.0.0.1:0", serving);
        listener->start();
    }

    void run_until(const std::function<bool()>& done)
    {
        while (!done()) {
            context.restart();
            // The limit only ends a test that has failed.
            BOOST_REQUIRE_MESSAGE(context.run_one_for(60s) > 0, "nothing happens any more");
        }
    }

    std::string request(std::string_view body, const std::string& signature,
                        const std::string& method = "POST")
    {
        return method + " " + url.substr(url.find("/videosdk/")) +
               " HTTP/1.1\r\nHost: hooks.example.com\r\nContent-Type: application/json\r\n"
               "videosdk-signature: " +
               signature + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
               std::string(body);
    }
    std::string genuine(std::string_view body) { return request(body, rsa_signer::provider().sign(body)); }

    std::optional<webhook_listener> listener;
};

/// A connection of the provider's.
class peer {
public:
    explicit peer(socket_world& world) : world_(world), socket_(world.context)
    {
        socket_.connect(tcp::endpoint(asio::ip::address_v4::loopback(), world.listener->port()));
    }

    /// Sends; the answer is there when answered() says so.
    void send(std::string bytes)
    {
        answers_.emplace_back();
        asio::co_spawn(world_.context, exchange(*this, std::move(bytes), answers_.size() - 1),
                       asio::detached);
    }
    bool answered() const { return !answers_.back().empty(); }
    const std::string& answer() const { return answers_.back(); }
    const std::string& ask(std::string bytes)
    {
        send(std::move(bytes));
        world_.run_until([this] { return answered(); });
        return answer();
    }

private:
    static asio::awaitable<void> exchange(peer& self, std::string bytes, std::size_t into)
    {
        co_await asio::async_write(self.socket_, asio::buffer(bytes), asio::use_awaitable);
        const std::size_t head = co_await asio::async_read_until(
            self.socket_, asio::dynamic_buffer(self.buffer_), "\r\n\r\n", asio::use_awaitable);
        const std::size_t at = self.buffer_.find("Content-Length: ");
        const std::size_t whole = head + std::strtoul(self.buffer_.c_str() + at + 16, nullptr, 10);
        if (self.buffer_.size() < whole) {
            const std::size_t missing = whole - self.buffer_.size();
            co_await asio::async_read(self.socket_, asio::dynamic_buffer(self.buffer_),
                                      asio::transfer_exactly(missing), asio::use_awaitable);
        }
        self.answers_[into] = self.buffer_.substr(0, whole);
        self.buffer_.erase(0, whole);
    }

    socket_world& world_;
    tcp::socket socket_;
    std::string buffer_;
    std::deque<std::string> answers_;
};

bool says(const std::string& answer, std::string_view text)
{
    return answer.find(text) != std::string::npos;
}

const std::string stopped =
    R"({"webhookType":"recording-stopped","data":{"id":"c1","fileUrl":"https://files.example.com/1"}})";

} // namespace

BOOST_AUTO_TEST_SUITE(sockets)

BOOST_FIXTURE_TEST_CASE(a_genuine_webhook_ends_a_wait_and_is_answered_200, socket_world)
{
    wait_outcome ready;
    wait(ready, "r", resource_status::idle);
    peer provider(*this);
    const std::string& answer = provider.ask(genuine(acquired));
    BOOST_TEST(answer.starts_with("HTTP/1.1 200 "));
    BOOST_TEST(answer.ends_with(R"({"success":true})"));
    BOOST_TEST(ready.ok());
}

BOOST_FIXTURE_TEST_CASE(each_refusal_has_its_status_on_one_connection, socket_world)
{
    peer provider(*this);
    BOOST_TEST(
        provider.ask(request(acquired, rsa_signer::rotated().sign(acquired))).starts_with("HTTP/1.1 401 "));
    BOOST_TEST(provider.ask(genuine("{}")).starts_with("HTTP/1.1 400 "));
    BOOST_TEST(provider.ask(request(acquired, "x", "PUT")).starts_with("HTTP/1.1 405 "));
    const std::string fine = url;
    url.back() = url.back() == 'a' ? 'b' : 'a';
    BOOST_TEST(provider.ask(genuine(acquired)).starts_with("HTTP/1.1 404 "));
    url = fine;
    BOOST_TEST(provider.ask(genuine(acquired)).starts_with("HTTP/1.1 200 "));
    const receiver_counts counts = receiver->counts();
    BOOST_TEST(counts.accepted == 1U);
    BOOST_TEST(counts.bad_signature == 1U);
    BOOST_TEST(counts.bad_token == 1U);
    BOOST_TEST(counts.bad_request == 2U);
}

BOOST_FIXTURE_TEST_CASE(what_a_handler_fails_at_is_answered_503_and_comes_again, socket_world)
{
    std::vector<std::string> files;
    bool fails = true;
    const event_handling storing =
        hub->handle({.type = event_type::recording_stopped}, [&](const event& what) -> asio::awaitable<void> {
            if (fails) {
                throw std::runtime_error("the database is away");
            }
            files.push_back(what.file_url);
            co_return;
        });
    peer provider(*this);
    const std::string refused = provider.ask(genuine(stopped));
    BOOST_TEST(refused.starts_with("HTTP/1.1 503 "));
    BOOST_TEST(says(refused, "\r\nRetry-After: 5\r\n"));
    BOOST_TEST(files.empty());
    fails = false;
    BOOST_TEST(provider.ask(genuine(stopped)).starts_with("HTTP/1.1 200 "));
    BOOST_TEST(provider.ask(genuine(stopped)).starts_with("HTTP/1.1 200 "));
    BOOST_TEST((files == std::vector<std::string>{"https://files.example.com/1"}));
}

BOOST_FIXTURE_TEST_CASE(with_every_handler_blocked_each_webhook_is_answered, socket_world)
{
    asio::steady_timer gate(context, asio::steady_timer::time_point::max());
    const auto stand = [](asio::steady_timer& until) -> asio::awaitable<void> {
        co_await until.async_wait(asio::use_awaitable);
    };
    const event_handling blocked =
        hub->handle({}, [&](const event&) { return stand(gate); }, {.timeout = 2s, .max_in_progress = 4});
    std::deque<peer> peers;
    const auto answered = [&] {
        return std::count_if(peers.begin(), peers.end(), [](const peer& each) { return each.answered(); });
    };
    for (int i = 0; i != 20; ++i) {
        peers.emplace_back(*this).send(genuine(
            R"({"webhookType":"participant-joined","data":{"participantId":")" + std::to_string(i) + "\"}}"));
    }
    run_until([&] { return answered() == 16; });
    at_home([this] { time->advance(2s); });
    run_until([&] { return answered() == 20; });
    for (const peer& each : peers) {
        BOOST_TEST(each.answer().starts_with("HTTP/1.1 503 "));
        BOOST_TEST(says(each.answer(), "\r\nRetry-After: "));
    }
}

BOOST_AUTO_TEST_CASE(a_webhook_waits_for_the_key_and_is_answered_when_it_came)
{
    socket_world world(fetching());
    peer provider(world);
    provider.send(world.genuine(acquired));
    world.run_until([&] { return !world.api->asked().empty(); });
    BOOST_TEST(!provider.answered());
    BOOST_TEST(world.give_key());
    world.run_until([&] { return provider.answered(); });
    BOOST_TEST(provider.answer().starts_with("HTTP/1.1 200 "));
}

BOOST_AUTO_TEST_SUITE_END()
