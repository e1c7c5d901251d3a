// How nodes are made, polled and killed.
#include "nodes.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <istream>

namespace ownership_tests {
namespace {

constexpr const char* secret = "a secret of nobody";

videosdk::client_options client_settings(const std::string& name)
{
    videosdk::client_options out;
    out.user_agent = name;
    out.credentials = videosdk::credentials::key_and_secret("key", secret);
    out.timeout = site::call;
    out.serial_executor = true;
    return out;
}

videosdk::webhook_options webhook_settings()
{
    videosdk::webhook_options out;
    out.public_url = "https://hooks.example.com";
    out.owner = "studio";
    out.token_keys = {"0123456789abcdef"};
    return out;
}

videosdk::event_hub_options hub_settings()
{
    videosdk::event_hub_options out;
    out.poll_after = 20ms; // nothing else tells
    return out;
}

videosdk::redis_options redis_settings(std::uint16_t port, const std::string& user)
{
    videosdk::redis_options out;
    out.addresses = {"redis://127.0.0.1:" + std::to_string(port)};
    out.user = user;
    out.password = "password";
    out.command_timeout = 500ms;
    out.connect_timeout = 500ms;
    out.first_backoff = 5ms;
    out.longest_backoff = 50ms;
    return out;
}

asio::awaitable<void> start(node& which)
{
    if (!which.owner || !which.leases) {
        co_return;
    }
    videosdk::result<void> how = co_await which.owner->try_start(*which.leases);
    which.started.emplace(std::move(how));
}

asio::awaitable<void> take(videosdk::lease_manager& from,
                           std::shared_ptr<std::optional<videosdk::result<videosdk::lease>>> into)
{
    videosdk::result<videosdk::lease> unit =
        co_await from.try_acquire({.type = videosdk::resource_type::recording}, {.timeout = 60s});
    into->emplace(std::move(unit));
}

asio::awaitable<void> count(videosdk::ownership& of, std::optional<videosdk::ownership_counts>& into)
{
    const videosdk::ownership_counts now = co_await of.counts();
    into = now;
}

} // namespace

std::string tell_redis(const redis_server& where, const std::string& command)
{
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), where.port()});
    asio::write(socket, asio::buffer(command + "\r\n"));
    asio::streambuf answer;
    asio::read_until(socket, answer, "\r\n");
    std::istream text(&answer);
    std::string line;
    std::getline(text, line);
    return line.substr(0, line.find('\r'));
}

node::node(site& where, std::string its_name)
    : site_(where),
      name_(std::move(its_name)),
      io_(std::in_place, 1),
      time_(std::make_shared<turn_clock>(site_.now())),
      carrier_(std::make_shared<test::scripted_transport>(io_->get_executor(), time_)),
      wire(site_.redis.port(), site_.network_time),
      client(std::in_place, io_->get_executor(), client_settings(name_), carrier_, time_),
      hub(std::in_place, *client, hub_settings()),
      receiver(std::in_place, *client, *hub, webhook_settings())
{
    wire.start(site_.network.get_executor());
    carrier_->decide = [this](const test::seen_request& asked) {
        site_.right_of_the_asking_ = owner->right()->ends_at();
        const auto answer = site_.provider.handle({.method = to_string(asked.method),
                                                   .target = asked.target,
                                                   .authorization = asked.header("Authorization"),
                                                   .body = asked.body,
                                                   .user_agent = asked.header("User-Agent")},
                                                  site_.now(), std::chrono::system_clock::now());
        return test::answer(answer.status, answer.body);
    };
    videosdk::ownership_options rules;
    rules.expiry = site::expiry;
    rules.beat_interval = 100ms;
    rules.look_interval = 100ms;
    rules.lock_expiry = 2s;
    rules.on_lost = [this] { lost = true; };
    store = std::make_shared<videosdk::redis_ownership_store>(io_->get_executor(),
                                                              redis_settings(wire.port(), name_));
    owner.emplace(*client, store, rules);
    videosdk::lease_manager_options policy;
    policy.acts_within = owner->right();
    policy.drain_timeout = 5s;
    leases.emplace(*client, *hub, *receiver, policy);
    asio::co_spawn(*io_, start(*this), asio::detached);
}

/// The context first: nothing ends in order.
node::~node()
{
    io_.reset();
}

void node::poll(time_point now)
{
    if (!frozen && io_) {
        time_->turn(now);
        io_->restart();
        io_->poll();
    }
}

bool node::may_call() const
{
    return owner->right()->ends_at() >= time_->now() + site::call;
}

std::shared_ptr<std::optional<videosdk::result<videosdk::lease>>> node::acquire()
{
    auto out = std::make_shared<std::optional<videosdk::result<videosdk::lease>>>();
    asio::co_spawn(*io_, take(*leases, out), asio::detached);
    return out;
}

videosdk::ownership_counts node::counts()
{
    std::optional<videosdk::ownership_counts> out;
    asio::co_spawn(*io_, count(*owner, out), asio::detached);
    BOOST_REQUIRE(site_.until([&out] { return out.has_value(); }));
    return *out;
}

site::site() : provider(provider_settings()) {}

emulator::service_options site::provider_settings()
{
    emulator::service_options out;
    out.api_key = "key";
    out.secret = secret;
    out.idle_after = out.started_after = out.stopped_after = 10ms;
    out.send_webhooks = false;
    out.sign_webhooks = false;
    out.released_kept = 1'000'000;
    out.on_reply = [this](const emulator::request& asked, const emulator::reply& answered, time_point now) {
        log.add(asked, answered, now, right_of_the_asking_);
    };
    return out;
}

node& site::add_unstarted(const std::string& name)
{
    const std::string rules = " on >password ~videosdk:{ownership}:* +@all";
    BOOST_REQUIRE_EQUAL(tell_redis(redis, "ACL SETUSER " + name + rules), "+OK");
    return *nodes_.emplace_back(std::make_unique<node>(*this, name));
}

node& site::add(const std::string& name)
{
    node& fresh = add_unstarted(name);
    BOOST_REQUIRE(until([&fresh] { return fresh.started.has_value(); }));
    // A machine that is slow answers the first beat late: it goes on being asked.
    const bool asking =
        fresh.started->has_value() || fresh.started->error().code() == videosdk::errc::wait_timeout;
    BOOST_REQUIRE_MESSAGE(asking, fresh.started->error().what());
    BOOST_REQUIRE(until([&fresh] { return fresh.may_call(); }));
    return fresh;
}

void site::kill(node& which)
{
    std::erase_if(nodes_, [&which](const auto& each) { return each.get() == &which; });
}

void site::cut_off(const node& which)
{
    BOOST_REQUIRE_EQUAL(tell_redis(redis, "ACL SETUSER " + which.name() + " off"), "+OK");
    tell_redis(redis, "CLIENT KILL USER " + which.name());
}

void site::let_in(const node& which)
{
    BOOST_REQUIRE_EQUAL(tell_redis(redis, "ACL SETUSER " + which.name() + " on"), "+OK");
}

bool site::until(const std::function<bool()>& holds)
{
    const auto limit = std::chrono::steady_clock::now() + 60s;
    asio::io_context pause(1);
    const auto work = asio::make_work_guard(pause);
    while (!holds()) {
        now_ = std::chrono::steady_clock::now();
        if (now_ > limit) {
            return false;
        }
        provider.advance(now_);
        for (const auto& each : nodes_) {
            each->poll(now_);
        }
        network.restart();
        network.poll();
        pause.run_one_for(1ms);
    }
    return true;
}

std::vector<videosdk::lease> site::acquired(node& by, std::size_t units)
{
    std::vector<videosdk::lease> out;
    while (out.size() != units) {
        const auto unit = by.acquire();
        BOOST_REQUIRE(until([&unit] { return unit->has_value(); }));
        if (!unit->value() && unit->value().error().code() == videosdk::errc::no_tenure) {
            continue; // the machine stood still for long
        }
        BOOST_REQUIRE_MESSAGE(unit->value().has_value(), unit->value().error().what());
        out.push_back(std::move(*unit->value()));
    }
    return out;
}

std::size_t site::billed() const
{
    const std::vector<videosdk::resource> all = provider.resources();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const auto& each) {
        return each.status != videosdk::resource_status::released;
    }));
}

std::size_t site::released() const
{
    return provider.resources().size() - billed();
}

} // namespace ownership_tests
