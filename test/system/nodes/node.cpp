// One node of the deployment, in a process of its own: everything that a real one has. It does what it is
// told on a socket, and tells there what its hub takes and which waits are over.
#include "settings.hpp"
#include "support/process.hpp"
#include "units.hpp"

#include <videosdk/ownership.hpp>
#include <videosdk/redis_event_bus.hpp>
#include <videosdk/redis_ownership_store.hpp>
#include <videosdk/videosdk.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>

#include <sys/prctl.h>
#include <unistd.h>

namespace {

using namespace nodes;

/// What a life is told when it begins.
struct orders {
    std::string endpoint;   ///< Of the provider.
    std::string redis;      ///< Its URL.
    std::string name;       ///< Of the node.
    std::string address;    ///< Where it listens.
    std::string public_url; ///< Where the provider sends the webhooks of its units: to another node.
    std::string token;      ///< For calls to the provider.
    std::uint64_t seed = 0;
};

videosdk::client_options client_options_of(const orders& what)
{
    videosdk::client_options out;
    out.credentials = videosdk::credentials::token(what.token);
    out.endpoint = what.endpoint;
    out.timeout = call;
    out.pool.max_connections = 16;
    out.serial_executor = true;
    return out;
}

videosdk::webhook_options webhook_options_of(const orders& what)
{
    videosdk::webhook_options out;
    out.public_url = what.public_url;
    out.owner = owner;
    out.token_keys = {token_key};
    return out;
}

videosdk::listener_options listener_options_of_tests()
{
    videosdk::listener_options out;
    out.serial_executor = true;
    return out;
}

videosdk::redis_options redis_options_of(const orders& what)
{
    videosdk::redis_options out;
    out.addresses = {what.redis};
    out.connect_timeout = command;
    out.command_timeout = command;
    out.first_backoff = 20ms;
    out.longest_backoff = 200ms;
    return out;
}

videosdk::lease_manager_options manager_options(std::shared_ptr<const videosdk::tenure> right)
{
    videosdk::lease_manager_options out;
    out.reconcile_horizon = 1s;
    out.acts_within = std::move(right);
    return out;
}

class node {
public:
    node(const asio::any_io_executor& executor, const orders& what)
        : random_(what.seed),
          socket_(executor, asio::local::stream_protocol(), test_support::word_descriptor),
          client_(executor, client_options_of(what)),
          hub_(client_),
          receiver_(client_, hub_, webhook_options_of(what)),
          handling_(hub_.handle(
              {}, [this](const videosdk::event& seen) { return take(seen); }, few_at_once())),
          bus_(hub_, bus_options(what)),
          owner_(client_, std::make_shared<videosdk::redis_ownership_store>(executor, redis_options_of(what)),
                 ownership_options()),
          leases_(client_, hub_, receiver_, manager_options(owner_.right())),
          listener_(executor, receiver_, what.address, listener_options_of_tests()),
          units_(leases_, what.seed)
    {
    }

    /// From its first word to its last, where nobody kills it.
    asio::awaitable<void> live()
    {
        bool connected = false;
        while (!connected) {
            const auto now = co_await bus_.try_connected(10s);
            connected = now.has_value();
        }
        listener_.start();
        const std::string url = receiver_.webhook_url();
        say("ready " + leases_.boot() + ' ' + url.substr(url.find(std::string("/") + owner + "/")));
        const auto executor = socket_.get_executor();
        asio::co_spawn(executor, hold_units(), rethrow);
        co_await obey();
    }

private:
    static void rethrow(const std::exception_ptr& failure)
    {
        if (failure) {
            std::rethrow_exception(failure);
        }
    }

    /// Whole, also where the reader is slow. A parent that is gone takes this process with it.
    void say(const std::string& words) { asio::write(socket_, asio::buffer(words + '\n')); }

    videosdk::redis_bus_options bus_options(const orders& what)
    {
        videosdk::redis_bus_options out;
        out.redis = redis_options_of(what);
        out.node = what.name;
        out.node_timeout = node_timeout;
        out.on_notice = [this](const videosdk::redis_notice& told) {
            std::ostringstream line;
            line << "notice " << to_string(told.kind) << ' ' << told;
            say(line.str());
        };
        return out;
    }

    videosdk::ownership_options ownership_options()
    {
        videosdk::ownership_options out;
        out.expiry = expiry;
        out.beat_interval = 500ms;
        out.look_interval = 500ms;
        out.lock_expiry = 2s;
        // As one that stood still for long must: another life begins anew.
        out.on_lost = [this] {
            say("lost");
            std::_Exit(0);
        };
        return out;
    }

    /// The event is acknowledged behind this, and the node may be killed in the midst of it. Most need a
    /// moment; now and then one is refused at first.
    asio::awaitable<void> take(const videosdk::event& seen)
    {
        const std::string id = seen.resource_id.empty() ? seen.participant_id : seen.resource_id;
        if (const auto moment = random_() % 4; moment != 0) {
            asio::steady_timer pause(socket_.get_executor(), std::chrono::milliseconds(moment));
            co_await pause.async_wait(asio::use_awaitable);
        }
        if (random_() % 2'000 == 0 && refused_.insert(id).second) {
            throw std::runtime_error("refused");
        }
        say("took " + id);
    }

    static videosdk::handling_options few_at_once()
    {
        videosdk::handling_options out;
        out.max_in_progress = 16;
        return out;
    }

    asio::awaitable<void> hold_units()
    {
        const auto began = co_await owner_.try_start(leases_);
        if (!began && began.error().code() != videosdk::errc::wait_timeout) { // which goes on by itself
            throw videosdk::error(began.error());
        }
        units_.begin(socket_.get_executor(), [this] { say("empty"); });
    }

    void begin_waits(const std::string& id, videosdk::resource_status wanted)
    {
        for (unsigned i = 0; i != waiters; ++i) {
            asio::co_spawn(socket_.get_executor(), wait(id, wanted), rethrow);
        }
    }

    asio::awaitable<void> wait(std::string id, videosdk::resource_status wanted)
    {
        const auto over = co_await hub_.try_wait_for(id, wanted, {.timeout = 2min});
        if (over) {
            say("resolved " + id);
        } else {
            say("failed " + id + ' ' + over.error().what());
        }
    }

    asio::awaitable<void> obey()
    {
        std::string heard;
        for (;;) {
            const std::size_t size = co_await asio::async_read_until(socket_, asio::dynamic_buffer(heard),
                                                                     '\n', asio::use_awaitable);
            std::istringstream words(heard.substr(0, size));
            heard.erase(0, size);
            std::string verb;
            std::string id;
            words >> verb >> id;
            if (verb == "idle") {
                begin_waits(id, videosdk::resource_status::idle);
            } else if (verb == "released") {
                begin_waits(id, videosdk::resource_status::released);
            } else if (verb == "finish") {
                units_.finish();
            } else if (verb == "stop") {
                break;
            }
        }
        co_await stop();
    }

    asio::awaitable<void> stop()
    {
        const std::size_t cut = co_await listener_.drain(20s);
        co_await leases_.shutdown();
        co_await owner_.stop();
        const auto hub = co_await hub_.counts();
        const auto bus = co_await bus_.counts();
        co_await bus_.close();
        std::ostringstream words;
        words << "ends cut=" << cut << " bought=" << units_.bought() << " refused=" << hub.handler_failures
              << " no_room=" << hub.handler_overload << " polls=" << hub.polls
              << " timed_out=" << hub.timed_out << ' ' << bus;
        say(words.str());
        client_.close();
    }

    std::mt19937_64 random_;
    std::set<std::string> refused_;
    asio::local::stream_protocol::socket socket_;
    videosdk::client client_;
    videosdk::event_hub hub_;
    videosdk::webhook_receiver receiver_;
    videosdk::event_handling handling_;
    videosdk::redis_event_bus bus_;
    videosdk::ownership owner_;
    videosdk::lease_manager leases_;
    videosdk::webhook_listener listener_;
    units units_;
};

} // namespace

int main(int argc, char** argv)
{
    // Not even a test that is killed itself leaves one behind.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (argc != 8) {
        std::cerr << "usage: nodes_node endpoint redis name address public_url token seed\n";
        return 2;
    }
    try {
        orders what;
        what.endpoint = argv[1];
        what.redis = argv[2];
        what.name = argv[3];
        what.address = argv[4];
        what.public_url = argv[5];
        what.token = argv[6];
        what.seed = std::stoull(argv[7]);
        asio::io_context context(1);
        node which(context.get_executor(), what);
        asio::co_spawn(context, which.live(), [&context](const std::exception_ptr& failure) {
            if (failure) {
                std::rethrow_exception(failure);
            }
            context.stop();
        });
        context.run();
        return 0;
    } catch (const std::exception& failure) {
        std::cerr << argv[3] << ": " << failure.what() << '\n';
        return 1;
    }
}
