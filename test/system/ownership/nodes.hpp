// Nodes of one deployment, each with an io_context and a way to Redis of its own, over one provider and one
// real Redis; and the provider's log of who has asked for what.
#pragma once

#include "call_log.hpp"
#include "support/chaos_proxy.hpp"
#include "support/redis_server.hpp"
#include "support/scripted_transport.hpp"
#include "turn_clock.hpp"

#include <videosdk/emulator.hpp>
#include <videosdk/ownership.hpp>
#include <videosdk/redis_ownership_store.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ownership_tests {

namespace asio = boost::asio;
namespace emulator = videosdk::emulator;
using namespace std::chrono_literals;
using test_support::redis_server;

/// One command and its reply's first line, over a connection of its own.
std::string tell_redis(const redis_server& where, const std::string& command);

class site;

/// A process, as far as others can see.
class node {
public:
    node(site& where, std::string its_name);
    ~node();
    node(const node&) = delete;

    const std::string& name() const noexcept { return name_; }
    std::string boot() const { return leases->boot(); }
    asio::any_io_executor executor() { return io_->get_executor(); }
    /// All that it can do by then.
    void poll(time_point now);
    /// Whether its right lasts for a call.
    bool may_call() const;
    /// What it runs on goes away, with all that is under way.
    void drop_context() { io_.reset(); }
    /// Whether what it runs on has nothing to do and nothing to wait for.
    bool at_rest() const { return !io_ || io_->stopped(); }
    /// Kept by all that it shares.
    std::weak_ptr<const videosdk::scheduler> its_time() const { return time_; }
    /// Begins an acquire; its result comes while the site is polled.
    std::shared_ptr<std::optional<videosdk::result<videosdk::lease>>> acquire();
    videosdk::ownership_counts counts();

    bool frozen = false; ///< It is not polled: a process that was stopped, and whose clock runs on.
    bool lost = false;   ///< It was told so.

private:
    site& site_;
    const std::string name_;
    std::optional<asio::io_context> io_;
    std::shared_ptr<turn_clock> time_;
    std::shared_ptr<test::scripted_transport> carrier_;

public:
    test_support::chaos_proxy wire; ///< Between it and Redis.
    std::optional<videosdk::client> client;
    std::optional<videosdk::event_hub> hub;
    std::optional<videosdk::webhook_receiver> receiver;
    std::shared_ptr<videosdk::redis_ownership_store> store;
    std::optional<videosdk::ownership> owner;
    std::optional<videosdk::lease_manager> leases;
    std::optional<videosdk::result<void>> started;
};

class site {
public:
    site();

    node& add(const std::string& name);
    /// Nothing of it has run yet.
    node& add_unstarted(const std::string& name);
    /// As if its process were killed: nothing of it is heard again.
    void kill(node& which);
    /// Its Redis shuts it out, and ends its connections.
    void cut_off(const node& which);
    void let_in(const node& which);
    /// Until it holds, under a generous limit; false where it never did.
    bool until(const std::function<bool()>& holds);
    /// `units` acquired by that node.
    std::vector<videosdk::lease> acquired(node& by, std::size_t units);

    std::size_t billed() const;
    std::size_t released() const;
    /// In this turn.
    time_point now() const noexcept { return now_; }

    static constexpr std::chrono::nanoseconds call = 800ms;
    static constexpr std::chrono::nanoseconds expiry = 2500ms;

    redis_server redis;
    call_log log;
    emulator::service provider;
    asio::io_context network{1}; ///< Of the ways to Redis.
    const std::shared_ptr<videosdk::scheduler> network_time =
        videosdk::make_timer_scheduler(network.get_executor());

private:
    friend class node;
    emulator::service_options provider_settings();

    time_point now_ = std::chrono::steady_clock::now();
    time_point right_of_the_asking_; ///< While the provider is asked.
    std::vector<std::unique_ptr<node>> nodes_;
};

} // namespace ownership_tests
