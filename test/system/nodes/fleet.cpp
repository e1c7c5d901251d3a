// How lives begin, talk and end.
#include "fleet.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <sstream>
#include <utility>

namespace nodes {

fleet::fleet(asio::io_context& context, book& events, std::string redis_url, std::uint64_t seed)
    : context_(context),
      events_(events),
      provider_(context.get_executor(), events, [this](const record& which) { return may_tell(which); }),
      redis_url_(std::move(redis_url)),
      seed_(seed)
{
    for (unsigned i = 0; i != count; ++i) {
        nodes_.emplace_back(context.get_executor());
    }
}

/// A wait for a release is over by an event alone where its life is the one that the event came to. In
/// another life it is what Redis remembers that ends it, and the provider where Redis was not there to be
/// asked. A trouble that came after the asking, and before the API was polled, counts as such: a poll after
/// it asks at once, and nothing tells from here whether Redis had answered before.
bool fleet::may_tell(const record& which) const
{
    if (which.what == sort::acquire) {
        return which.posts != 0;
    }
    const bool by_memory = which.life_at_first != which.life_at_ask;
    const bool could_ask = which.sound_at_ask && which.troubles_at_ask == troubles_;
    return which.posts != 0 && by_memory && !could_ask;
}

std::string fleet::name_of_life(unsigned which) const
{
    return std::string(names[which]) + '-' + std::to_string(nodes_[which].number);
}

void fleet::start()
{
    for (unsigned i = 0; i != count; ++i) {
        begin_life(i);
    }
}

void fleet::begin_life(unsigned which)
{
    node& self = nodes_[which];
    ++self.number;
    self.ready = false;
    self.sound = false;
    self.troubles_at_begin = troubles_;
    self.killed = false;
    self.empty = false;
    const auto url = [this](unsigned of) {
        return "127.0.0.1:" + std::to_string(nodes_[of % count].port.number());
    };
    const std::string name = name_of_life(which);
    lives_[name];
    // The webhooks of its units go to its neighbour, as behind a balancer.
    self.child = std::make_unique<test_support::process>(
        context_.get_executor(),
        std::vector<std::string>{NODES_NODE, provider_.server().url(), redis_url_, names[which], url(which),
                                 "http://" + url(which + 1), provider_.token_for(name),
                                 std::to_string(seed_ + 1'000 * self.number + which)});
    self.child->on_line([this, which](std::string_view line) { on_line(which, line); },
                        [this, which] { asio::post(context_, [this, which] { on_silence(which); }); });
}

void fleet::kill(unsigned which, std::chrono::milliseconds down)
{
    node& self = nodes_[which];
    self.down = down;
    self.killed = true;
    ++killed_;
    self.child->kill();
}

void fleet::on_line(unsigned which, std::string_view line)
{
    node& self = nodes_[which];
    std::istringstream words{std::string(line)};
    std::string verb;
    std::string what;
    words >> verb >> what;
    if (verb == "took") {
        events_.on_taken(which, what);
    } else if (verb == "resolved") {
        events_.on_resolved(what);
    } else if (verb == "ready") {
        words >> self.path;
        lives_[name_of_life(which)].boot = what;
        self.ready = true;
        // It is said when the bus is connected.
        self.sound = away_ == 0 && troubles_ == self.troubles_at_begin;
        for (record* const each : events_.waiting_at(which)) {
            tell(which, *each);
        }
        if (finishing_) {
            self.child->say("finish");
        }
    } else if (verb == "empty") {
        self.empty = true;
    } else if (verb == "lost") {
        lives_[name_of_life(which)].lost = true;
    } else if (verb == "ends") {
        do {
            const std::size_t sign = what.find('=');
            ends_[what.substr(0, sign)] += std::strtoull(what.c_str() + sign + 1, nullptr, 10);
        } while (words >> what);
    } else if (verb != "notice" ||
               (what != "connected" && what != "disconnected" && what != "not_passed_on")) {
        failures_.push_back(name_of_life(which) + ": " + std::string(line));
    }
}

void fleet::on_silence(unsigned which)
{
    node& self = nodes_[which];
    life& over = lives_[name_of_life(which)];
    over.dead_at = provider_.now() + 1;
    const bool killed = self.child->was_killed() && self.killed;
    if (!killed && !(self.child->ended_well() && (self.stopping || over.lost))) {
        failures_.push_back(name_of_life(which) + " ended by itself");
    }
    self.child.reset();
    self.was_ready = std::exchange(self.ready, false);
    if (!self.stopping) {
        asio::co_spawn(context_, begin_again(which), asio::detached);
    }
}

asio::awaitable<void> fleet::begin_again(unsigned which)
{
    asio::steady_timer pause(context_, std::exchange(nodes_[which].down, {}));
    co_await pause.async_wait(asio::use_awaitable);
    if (!nodes_[which].stopping) {
        begin_life(which);
    }
}

void fleet::ask(record& which)
{
    if (nodes_[which.home].ready) {
        tell(which.home, which);
    } else {
        events_.on_waiting(which);
    }
}

void fleet::tell(unsigned which, record& what)
{
    node& self = nodes_[which];
    events_.on_asked(what, self.number);
    what.sound_at_ask = self.sound;
    what.troubles_at_ask = troubles_;
    self.child->say((what.what == sort::acquire ? "idle " : "released ") + id_of(what.number));
}

void fleet::freeze(unsigned which)
{
    ++frozen_;
    trouble_begins();
    lives_[name_of_life(which)].frozen_at = provider_.now() + 1;
    nodes_[which].child->freeze();
}

void fleet::thaw(unsigned which, unsigned its_life)
{
    if (nodes_[which].child && nodes_[which].number == its_life) {
        nodes_[which].child->thaw();
    }
    trouble_ends();
}

void fleet::trouble_begins() noexcept
{
    ++troubles_;
    ++away_;
    for (node& each : nodes_) {
        each.sound = false;
    }
}

void fleet::trouble_ends() noexcept
{
    ++troubles_;
    --away_;
}

void fleet::on_answer(unsigned which, unsigned its_life, unsigned troubles)
{
    node& self = nodes_[which];
    if (!self.ready || self.number != its_life || troubles_ != troubles || away_ != 0) {
        return;
    }
    self.sound = true;
    std::erase_if(self.postponed, [&](record* each) {
        const bool due = each->life_at_first != self.number;
        if (due) {
            ask(*each);
        }
        return due;
    });
}

void fleet::ask_all()
{
    for (node& self : nodes_) {
        for (record* const each : std::exchange(self.postponed, {})) {
            ask(*each);
        }
    }
}

bool fleet::ready() const
{
    return std::all_of(nodes_.begin(), nodes_.end(), [](const node& each) { return each.ready; });
}

void fleet::finish()
{
    finishing_ = true;
    for (node& each : nodes_) {
        if (each.ready) {
            each.child->say("finish");
        }
    }
}

bool fleet::empty() const
{
    return std::all_of(nodes_.begin(), nodes_.end(), [](const node& each) { return each.empty; });
}

void fleet::stop()
{
    for (node& each : nodes_) {
        each.stopping = true;
        if (each.child) {
            each.child->say("stop");
        }
    }
}

bool fleet::stopped() const
{
    return std::all_of(nodes_.begin(), nodes_.end(), [](const node& each) { return !each.child; });
}

std::array<std::uint16_t, count> fleet::ports() const
{
    std::array<std::uint16_t, count> out{};
    std::transform(nodes_.begin(), nodes_.end(), out.begin(),
                   [](const node& each) { return each.port.number(); });
    return out;
}

} // namespace nodes
