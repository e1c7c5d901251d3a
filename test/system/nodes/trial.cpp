// Who sends, who kills, and when it is over.
#include "trial.hpp"

#include "unit/webhook/rsa_signer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <stdexcept>
#include <utility>

namespace nodes {
namespace {

constexpr int senders = 32;
constexpr std::size_t most_waiting = 2'000;

/// A webhook URL of the deployment, of a process that no bus has ever heard of: its events are for all.
std::string make_path_of_nobody()
{
    asio::io_context context;
    videosdk::client_options options;
    options.credentials = videosdk::credentials::key_and_secret(api_key, secret);
    videosdk::client client(context.get_executor(), options);
    videosdk::event_hub hub(client);
    videosdk::webhook_options hooks;
    hooks.public_url = "https://hooks.example.com";
    hooks.owner = owner;
    hooks.token_keys = {token_key};
    const videosdk::webhook_receiver receiver(client, hub, hooks);
    return receiver.webhook_url().substr(hooks.public_url.size());
}

} // namespace

trial::trial(const amounts& how)
    : how_(how),
      redis_(test_support::every_write_on_disk()),
      book_(how.seed),
      fleet_(context_, book_, redis_.url(), how.seed),
      sender_(context_.get_executor(), fleet_.ports()),
      path_of_nobody_(make_path_of_nobody())
{
}

bool trial::goes_on() const
{
    return book_.answered() < how_.events || fleet_.killed() < how_.kills ||
           troubles_over_ < how_.troubles.size();
}

void trial::until(const std::string& what, const std::function<bool()>& holds)
{
    auto limit = std::chrono::steady_clock::now() + 4min;
    std::size_t answered = book_.answered();
    context_.restart();
    for (auto look = std::chrono::steady_clock::now();;) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= look) {
            if (!fleet_.failures().empty()) {
                throw std::runtime_error(fleet_.failures().front());
            }
            if (holds()) {
                return;
            }
            if (std::exchange(answered, book_.answered()) != book_.answered()) {
                limit = now + 4min;
            }
            if (now > limit) {
                throw std::runtime_error("for four minutes not: " + what);
            }
            look = now + 50ms;
        }
        context_.run_one_for(50ms);
    }
}

void trial::begin(asio::awaitable<void> work)
{
    ++working_;
    asio::co_spawn(context_, std::move(work), [this](const std::exception_ptr& failure) {
        --working_;
        if (failure) {
            std::rethrow_exception(failure);
        }
    });
}

void trial::run()
{
    fleet_.start();
    until("nodes that are ready", [this] { return fleet_.ready(); });
    for (int i = 0; i != senders; ++i) {
        begin(send_events());
    }
    begin(kill_nodes());
    begin(trouble_redis());
    until("the end of sending", [this] { return working_ == 0; });
    fleet_.ask_all();
    until("all that is due to an event", [this] { return fleet_.ready() && book_.open_events() == 0; });
    fleet_.finish();
    until("all units given back", [this] { return fleet_.empty() && fleet_.service().billed() == 0; });
    fleet_.stop();
    until("the nodes' ends", [this] { return fleet_.stopped(); });
}

asio::awaitable<void> trial::pause(std::chrono::milliseconds time)
{
    asio::steady_timer timer(context_, time);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> trial::send_events()
{
    while (goes_on()) {
        if (book_.waiting() >= most_waiting) {
            co_await pause(5ms);
            continue;
        }
        record& next = book_.open();
        next.path = next.to_all() ? path_of_nobody_ : fleet_.path_of(next.home);
        if (next.waited_for() && next.when == asking::before) {
            fleet_.ask(next);
        }
        co_await send(next);
        book_.on_answered(next);
        if (next.waited_for() && next.when == asking::behind) {
            fleet_.ask(next);
        } else if (next.waited_for() && next.when == asking::in_next_life) {
            fleet_.ask_in_next_life(next);
        }
    }
}

/// Again and again, as the service does, each time to a node by chance. What must come by Redis is not sent
/// to the node that it is for.
asio::awaitable<void> trial::send(record& which)
{
    const std::string body = which.body();
    const std::string signature = rsa_signer::provider().sign(body);
    which.life_at_first = fleet_.life_of(which.home);
    for (;;) {
        const bool elsewhere = which.what == sort::release;
        const auto to = static_cast<unsigned>(elsewhere ? (which.home + 1 + book_.below(count - 1)) % count
                                                        : book_.below(count));
        const unsigned its_life = fleet_.life_of(to);
        const unsigned troubles = fleet_.troubles();
        ++which.posts;
        const unsigned status = co_await sender_.post(to, which.path, body, signature);
        if (status / 100 == 2) {
            if (elsewhere || which.to_all()) {
                fleet_.on_answer(to, its_life, troubles);
            }
            co_return;
        }
        co_await pause(20ms);
    }
}

/// Whatever the node is doing. Of three deaths, one lasts until the node is taken for dead; now and then a
/// node is stopped for so long instead, and goes on without knowing.
asio::awaitable<void> trial::kill_nodes()
{
    while (goes_on()) {
        co_await pause(how_.from_kill_to_kill);
        const auto which = static_cast<unsigned>(book_.below(count));
        if (!goes_on() || !fleet_.runs(which)) {
            continue;
        }
        if (fleet_.frozen() < how_.freezes && fleet_.killed() % 4 == 3) {
            const unsigned its_life = fleet_.life_of(which);
            fleet_.freeze(which);
            co_await pause(3 * expiry + call);
            fleet_.thaw(which, its_life);
            co_await pause(how_.from_kill_to_kill);
        }
        if (fleet_.runs(which)) {
            fleet_.kill(which, fleet_.killed() % 3 == 1 ? node_timeout + 1s : 0ms);
        }
    }
}

/// At even distances among the events.
asio::awaitable<void> trial::trouble_redis()
{
    for (const trouble what : how_.troubles) {
        const std::size_t due = (troubles_over_ + 1) * how_.events / (how_.troubles.size() + 1);
        while (book_.answered() < due) {
            co_await pause(5ms);
        }
        // Some are over before anybody is out of patience, some last until nodes are taken for dead.
        const auto length = troubles_over_ % 3 == 1 ? command / 2 : node_timeout + 500ms;
        fleet_.trouble_begins();
        if (what == trouble::killed) {
            redis_.kill();
            co_await pause(command / 4);
            redis_.start();
        } else if (what == trouble::frozen) {
            redis_.freeze();
            co_await pause(length);
            redis_.thaw();
        } else {
            const std::string said = redis_.tell("CLIENT PAUSE " + std::to_string(length.count()) + " ALL");
            if (said != "+OK") {
                throw std::runtime_error("CLIENT PAUSE was answered " + said);
            }
            co_await pause(length);
        }
        fleet_.trouble_ends();
        ++troubles_over_;
    }
}

} // namespace nodes
