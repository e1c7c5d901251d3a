// Provider, client, hub, receiver, listener and lease manager on one thread, with a chaos proxy on either way
// between them; and what they hold, counted.
#pragma once

#include "books.hpp"
#include "counted_time.hpp"
#include "faults.hpp"
#include "lease_books.hpp"
#include "support/chaos_proxy.hpp"
#include "tally.hpp"

#include <videosdk/emulator.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace soak {

namespace asio = boost::asio;

/// What this process holds when nothing is under way.
struct holdings {
    std::size_t heap = 0;     ///< Bytes that are allocated.
    std::size_t resident = 0; ///< Bytes of memory in use, after what is free was given back.
    std::size_t descriptors = 0;
    std::size_t alarms = 0;        ///< Armed by client, hub, receiver and lease manager.
    std::uint64_t connections = 0; ///< Of client and listener.
    std::uint64_t waiting = 0;     ///< For a connection, for a resource's status, or for a unit.
    std::uint64_t facts = 0;       ///< Resources that the hub knows.
};

class world;

/// What so many do at once, each so often.
struct load {
    asio::awaitable<void> (*round)(world&) = nullptr;
    int at_once = 0;
    int times = 0;
};

/// What the provider has granted since the last time, by who bought it.
struct account {
    books::balance bought;
    lease_books::balance leased;
};

std::ostream& operator<<(std::ostream& stream, const holdings& value);

class world {
public:
    static constexpr std::size_t most_facts = 64; ///< So many are there by the first checkpoint.

    explicit world(std::uint64_t seed);
    ~world();

    /// Runs all of them at once until all have returned.
    void play(const std::vector<load>& loads);
    /// Waits until nothing is under way any more, and the lease manager has nothing to do for an hour; closes
    /// what is idle, and counts what is left.
    holdings settle();
    /// Compares the books with the provider's, and gives back what the client's users have left over.
    account balance();

    /// Somebody else releases it.
    void take_away(const std::string& id);
    /// Another lease manager beside the one that stays.
    videosdk::lease_manager begin_life();
    videosdk::lease_counts counts_of_leases() { return ask(leases_->counts()); }

    std::uint64_t chance(std::uint64_t below) { return random_() % below; }
    /// How long a caller waits before it gives up: from less than any exchange takes to more than most do.
    std::chrono::microseconds a_moment() { return std::chrono::microseconds(chance(64ULL << chance(10))); }
    /// How often a webhook is sent that is not answered: with one it is lost where its connection is.
    void send_webhooks(std::uint32_t times);
    const videosdk::emulator::server& provider() const noexcept { return *provider_; }
    videosdk::client& client() noexcept { return *client_; }
    videosdk::event_hub& hub() noexcept { return *hub_; }
    videosdk::webhook_receiver& receiver() noexcept { return *receiver_; }
    videosdk::lease_manager& leases() noexcept { return *leases_; }
    soak::books& kept_books() noexcept { return books_; }
    lease_books& leased() noexcept { return leased_; }
    const tally& told() const noexcept { return *tally_; }
    const faults& api_faults() const noexcept { return api_faults_; }
    const faults& hook_faults() const noexcept { return hook_faults_; }
    std::uint64_t unclaimed = 0; ///< Units that were reported as such.

private:
    void start_provider();
    void start_client();
    void start_listener();
    void start_leases();
    void run_until(const std::function<bool()>& done);
    void take_turns(int turns);
    bool provider_is_quiet();
    bool client_is_quiet();
    bool is_quiet();
    template <class T>
    T ask(asio::awaitable<T> what);

    asio::io_context io_{1};
    std::mt19937_64 random_;
    faults api_faults_;
    faults hook_faults_;
    soak::books books_;
    lease_books leased_;
    std::shared_ptr<tally> tally_ = std::make_shared<tally>();
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
    std::string boot_of_receiver_;
    videosdk::lease_manager_options lease_options_;
    std::optional<videosdk::lease_manager> leases_;
};

} // namespace soak
