// Provider, client, hub, receiver and listener on one thread, with a chaos proxy on either way between them;
// and what they hold, counted.
#pragma once

#include "books.hpp"
#include "counted_time.hpp"
#include "faults.hpp"
#include "support/chaos_proxy.hpp"

#include <videosdk/emulator.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <random>

namespace soak {

namespace asio = boost::asio;

/// What this process holds when nothing is under way.
struct holdings {
    std::size_t heap = 0;     ///< Bytes that are allocated.
    std::size_t resident = 0; ///< Bytes of memory in use, after what is free was given back.
    std::size_t descriptors = 0;
    std::size_t alarms = 0;        ///< Armed by client, hub and receiver.
    std::uint64_t connections = 0; ///< Of client and listener.
    std::uint64_t waiting = 0;     ///< For a connection, or for a resource's status.
};

std::ostream& operator<<(std::ostream& stream, const holdings& value);

class world {
public:
    explicit world(std::uint64_t seed);
    ~world();

    /// Runs so many of them at once, each so often, until all have returned.
    void play(const std::function<asio::awaitable<void>(world&)>& round, int at_once, int times);
    /// Waits until nothing is under way any more, closes what is idle, and counts what is left.
    holdings settle();
    /// Compares the books with the provider's, and gives back what is left over.
    books::balance balance();

    std::uint64_t chance(std::uint64_t below) { return random_() % below; }
    const videosdk::emulator::server& provider() const noexcept { return *provider_; }
    videosdk::client& client() noexcept { return *client_; }
    videosdk::event_hub& hub() noexcept { return *hub_; }
    videosdk::webhook_receiver& receiver() noexcept { return *receiver_; }
    soak::books& kept_books() noexcept { return books_; }
    const faults& api_faults() const noexcept { return api_faults_; }
    const faults& hook_faults() const noexcept { return hook_faults_; }
    std::uint64_t unclaimed = 0; ///< Units that were reported as such.

private:
    void start_provider();
    void start_client();
    void start_listener();
    void run_until(const std::function<bool()>& done);
    bool provider_is_quiet();
    bool client_is_quiet();
    template <class T>
    T ask(asio::awaitable<T> what);

    asio::io_context io_{1};
    std::mt19937_64 random_;
    faults api_faults_;
    faults hook_faults_;
    soak::books books_;
    std::shared_ptr<counted_time> time_;
    std::shared_ptr<counted_time> proxy_time_;
    std::unique_ptr<videosdk::emulator::server> provider_;
    std::optional<test_support::chaos_proxy> to_provider_;
    std::optional<test_support::chaos_proxy> to_listener_;
    std::shared_ptr<videosdk::transport> pool_;
    std::optional<videosdk::client> client_;
    std::optional<videosdk::event_hub> hub_;
    std::optional<videosdk::webhook_receiver> receiver_;
    std::optional<videosdk::webhook_listener> listener_;
};

} // namespace soak
