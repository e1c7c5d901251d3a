// A bus, and all that it stands on, destroyed in every order while something is under way: nothing that is
// gone is touched, nothing is left in memory, and what stays has nothing to wait for.
#include "nodes.hpp"
#include "support/chaos_proxy.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <string_view>

using namespace redis_test;
using test_support::chaos_proxy;
using test_support::door;
using test_support::flow;

namespace {

enum class part : std::uint8_t { context, bus, hub, client };

/// One node with all that can be destroyed, and callers elsewhere.
class world {
public:
    /// Has no commands' time limit, but for a close, which ends by it.
    explicit world(bool reachable, std::chrono::nanoseconds command_timeout = 20s)
        : wire_(shared_server().port(), std::make_shared<videosdk::manual_scheduler>())
    {
        if (!reachable) {
            wire_.set_door(door::refusing);
        }
        static unsigned made = 0;
        settings_ = in_deployment("destruction", "node-" + std::to_string(++made));
        settings_.redis.addresses = {"redis://127.0.0.1:" + std::to_string(wire_.port())};
        settings_.redis.command_timeout = command_timeout;
        if (!reachable) {
            settings_.redis.first_backoff = settings_.redis.longest_backoff = 10s;
        }
        settings_.on_notice = [told = refused_](const videosdk::redis_notice& what) {
            *told = *told || what.kind == videosdk::redis_notice_kind::disconnected;
        };
        context_ = std::make_unique<asio::io_context>(1);
        std::shared_ptr<videosdk::scheduler> time = videosdk::make_timer_scheduler(context_->get_executor());
        time_ = time;
        source.emplace(context_->get_executor(), node::client_settings(), std::make_shared<scripted_api>(),
                       std::move(time));
        hub.emplace(*source, node::hub_settings());
        receiver.emplace(*source, *hub, node::receiver_settings());
        bus.emplace(*hub, settings_);
    }

    chaos_proxy& wire() noexcept { return wire_; }
    /// A connection has failed, so that the next one has to wait.
    bool refused() const noexcept { return *refused_; }
    /// Commands are written from now on, and have no answers.
    void stall()
    {
        for (std::size_t i = 0; i != wire_.links(); ++i) {
            wire_.link(i).plan(flow::up).stall_at = 0;
            wire_.link(i).plan(flow::down).stall_at = 0;
        }
        test_support::link_plan mute;
        mute.mute = true;
        wire_.set_plan(mute);
    }

    void turn()
    {
        wire_.turn();
        for (asio::io_context* const each : {context_.get(), &elsewhere_}) {
            if (each != nullptr) {
                each->restart();
                each->poll();
            }
        }
    }
    template <class Condition>
    void until(Condition holds)
    {
        const auto limit = std::chrono::steady_clock::now() + 60s;
        while (!holds()) {
            BOOST_REQUIRE(std::chrono::steady_clock::now() < limit);
            turn();
        }
    }
    /// By a caller whose context outlives the bus', or by one there.
    template <class T>
    std::shared_ptr<std::optional<T>> begin(asio::awaitable<T> pending, bool from_elsewhere)
    {
        auto out = std::make_shared<std::optional<T>>();
        asio::co_spawn(from_elsewhere ? elsewhere_ : *context_, collect(std::move(pending), out),
                       asio::detached);
        return out;
    }
    void connect()
    {
        const auto done = begin(then_true(bus->connected(60s)), true);
        until([&done] { return done->has_value(); });
    }
    std::shared_ptr<std::optional<videosdk::webhook_verdict>> send(const std::string& url,
                                                                   bool from_elsewhere)
    {
        static const std::string body = joined("p");
        static const std::string signature = rsa_signer::provider().sign(body);
        const std::array<videosdk::header_view, 2> headers{
            videosdk::header_view{"Content-Type", "application/json"},
            videosdk::header_view{"videosdk-signature", signature}};
        const std::string target = url.substr(url.find("/studio/"));
        return begin(receiver->accept({.method = "POST", .target = target, .headers = headers, .body = body}),
                     from_elsewhere);
    }

    void destroy_receiver_first() noexcept { receiver_first_ = true; }
    void destroy(part which)
    {
        switch (which) {
        case part::context:
            context_.reset();
            break;
        case part::bus:
            bus.reset();
            break;
        case part::hub: // and its receiver, in either order
            if (receiver_first_) {
                receiver.reset();
            }
            hub.reset();
            receiver.reset();
            break;
        case part::client:
            source.reset();
            break;
        }
    }
    /// Whether the contexts have nothing to do and nothing to wait for.
    bool at_rest()
    {
        turn();
        return (!context_ || context_->stopped()) && elsewhere_.stopped();
    }
    /// Whether nothing keeps what the parts have shared.
    bool forgotten() const noexcept { return time_.expired(); }

    std::optional<videosdk::client> source;
    std::optional<videosdk::event_hub> hub;
    std::optional<videosdk::webhook_receiver> receiver;
    std::optional<videosdk::redis_event_bus> bus;
    std::optional<videosdk::event_handling> handling;

private:
    chaos_proxy wire_;
    std::shared_ptr<bool> refused_ = std::make_shared<bool>(false);
    asio::io_context elsewhere_{1};
    std::unique_ptr<asio::io_context> context_;
    std::weak_ptr<videosdk::scheduler> time_;
    videosdk::redis_bus_options settings_;
    bool receiver_first_ = false;
};

/// In every order, with and without turns between; and by callers here and elsewhere.
void destroy_in_every_order(const std::function<std::unique_ptr<world>(bool from_elsewhere)>& make)
{
    std::array<part, 4> order{part::context, part::bus, part::hub, part::client};
    unsigned number = 0;
    do {
        ++number;
        const bool turns_between = number % 2 == 0;
        const std::unique_ptr<world> all = make(number % 4 < 2);
        if (number % 3 == 0) {
            all->destroy_receiver_first();
        }
        BOOST_TEST_CONTEXT("order " << number)
        {
            for (const part each : order) {
                if (each == part::context && each == order.back()) {
                    all->handling.reset();
                    all->until([&all] { return all->at_rest(); });
                }
                all->destroy(each);
                if (turns_between) {
                    all->turn();
                }
            }
            all->handling.reset();
            all->turn();
            BOOST_TEST(all->forgotten());
        }
    } while (std::next_permutation(order.begin(), order.end()));
    BOOST_TEST(number == 24U);
}

std::unique_ptr<world> connected(std::chrono::nanoseconds command_timeout = 20s)
{
    auto out = std::make_unique<world>(true, command_timeout);
    out->connect();
    return out;
}

/// What nobody knows the node of goes to all.
const std::string& nobody()
{
    static const std::string url = url_of_nobody();
    return url;
}

} // namespace

BOOST_AUTO_TEST_SUITE(redis_destruction)

BOOST_AUTO_TEST_CASE(of_a_bus_that_has_not_begun)
{
    destroy_in_every_order([](bool) { return std::make_unique<world>(true); });
}

BOOST_AUTO_TEST_CASE(of_a_bus_whose_connections_are_never_answered)
{
    destroy_in_every_order([](bool from_elsewhere) {
        auto out = std::make_unique<world>(true);
        out->stall();
        out->begin(out->bus->try_connected(1h), from_elsewhere);
        out->until([&out] { return out->wire().links() != 0; });
        return out;
    });
}

BOOST_AUTO_TEST_CASE(of_a_bus_that_waits_before_it_connects_again)
{
    destroy_in_every_order([](bool from_elsewhere) {
        auto out = std::make_unique<world>(false);
        out->until([&out] { return out->refused(); });
        out->begin(out->bus->try_connected(1h), from_elsewhere);
        out->turn();
        return out;
    });
}

BOOST_AUTO_TEST_CASE(of_a_bus_that_reads)
{
    destroy_in_every_order([](bool from_elsewhere) {
        auto out = connected();
        out->begin(out->bus->counts(), from_elsewhere);
        return out;
    });
}

BOOST_AUTO_TEST_CASE(of_a_bus_that_has_lost_its_connections)
{
    destroy_in_every_order([](bool) {
        auto out = connected();
        out->wire().set_door(door::refusing);
        for (std::size_t i = 0; i != out->wire().links(); ++i) {
            out->wire().link(i).end(test_support::ending::rst);
        }
        return out;
    });
}

BOOST_AUTO_TEST_CASE(of_a_bus_to_which_a_receiver_has_given_a_webhook)
{
    destroy_in_every_order([](bool from_elsewhere) {
        auto out = connected();
        out->stall();
        out->send(nobody(), from_elsewhere);
        out->turn();
        return out;
    });
}

BOOST_AUTO_TEST_CASE(of_a_bus_that_is_asked_about_a_resource)
{
    destroy_in_every_order([](bool from_elsewhere) {
        auto out = connected();
        out->stall();
        out->begin(out->hub->try_wait_for("r1", resource_status::idle, {.timeout = 1h}), from_elsewhere);
        out->turn();
        return out;
    });
}

BOOST_AUTO_TEST_CASE(of_a_bus_that_waits_for_a_handler)
{
    cluster others;
    auto sender = others.start(in_deployment("destruction", "sender"));
    destroy_in_every_order([&](bool) {
        auto out = connected();
        bool begun = false;
        bool* const told = &begun;
        const auto never_done = [told](const videosdk::event&) -> asio::awaitable<void> {
            *told = true;
            const asio::any_io_executor here = co_await asio::this_coro::executor;
            asio::steady_timer timer(here, 1h);
            co_await timer.async_wait(asio::use_awaitable);
        };
        out->handling = out->hub->handle({}, never_done, {.timeout = 1h});
        BOOST_TEST(others.deliver(*sender, nobody(), joined("p")).status == 200U);
        out->until([&begun] { return begun; });
        return out;
    });
    others.close(sender);
}

BOOST_AUTO_TEST_CASE(of_a_bus_that_is_being_closed)
{
    destroy_in_every_order([](bool from_elsewhere) {
        auto out = connected(100ms);
        out->stall();
        out->begin(then_true(out->bus->close()), from_elsewhere);
        out->turn();
        return out;
    });
}

BOOST_AUTO_TEST_SUITE_END()
