// Processes.
#include "process.hpp"

#include "api/client_core.hpp"
#include "model/json.hpp"
#include "narrator.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace simulation {
namespace {

namespace asio = boost::asio;
namespace webhook = videosdk::webhook;

constexpr const char* token_key = "the key of every process";

videosdk::client_options client_options_with(const std::string& token, std::shared_ptr<narrator> watcher,
                                             std::function<void(const videosdk::unclaimed_grant&)> unclaimed)
{
    videosdk::client_options options;
    options.credentials = videosdk::credentials::token(token);
    options.serial_executor = true;
    options.observer = std::move(watcher);
    options.on_unclaimed = std::move(unclaimed);
    return options;
}

videosdk::webhook_options webhook_options_of(const plan& planned, const process_plan& self)
{
    videosdk::webhook_options options;
    options.public_url = planned.public_url;
    options.owner = self.owner;
    options.token_keys = {token_key};
    return options;
}

webhook::request_rules rules_for(const process_plan& self)
{
    webhook::request_rules rules;
    rules.keys = videosdk::auth::correlation_keys::from_keys({token_key}).value();
    rules.owner = self.owner;
    rules.max_body = 64 * 1024;
    return rules;
}

} // namespace

/// Everything that dies with a life.
struct process::life_state {
    life_state(process& owner, life_number its_number)
        : number(its_number),
          context(std::make_unique<asio::io_context>(1)),
          clock(std::make_shared<process_clock>(owner.in_.net.time, owner.plan_.skew)),
          carrier(std::make_shared<wire>(owner.in_.net, number, *context, *clock)),
          client(videosdk::client_access::make(std::make_shared<videosdk::client_core>(
              context->get_executor(),
              client_options_with(owner.in_.net.service.token(),
                                  std::make_shared<narrator>(owner.in_.net.told, owner.in_.net.time, number),
                                  [this](const videosdk::unclaimed_grant& what) { return_all(what); }),
              carrier, clock,
              std::make_shared<seeded_chance>(owner.in_.planned.chance.fork("life", number))))),
          hub(client),
          receiver(client, hub, webhook_options_of(owner.in_.planned, owner.plan_)),
          place{
              owner.in_.planned,
              owner.plan_,
              number,
              *context,
              *clock,
              carrier,
              owner.in_.net.service.token(),
              client,
              hub,
              receiver,
              owner.in_.law,
              owner.in_.net.conditions,
              owner.in_.net.told,
              [&owner](std::uint64_t order, const std::vector<std::string>& ids) { owner.came(order, ids); },
              [&owner](nanoseconds after, std::function<void()> what) {
                  owner.later(after, std::move(what));
              }},
          buys(make_buyer(owner.in_.who, place))
    {
    }

    void return_all(const videosdk::unclaimed_grant& what)
    {
        for (const videosdk::resource& each : what.resources) {
            buys->give_back(each.id);
        }
    }

    life_number number;
    std::unique_ptr<asio::io_context> context;
    std::shared_ptr<process_clock> clock;
    std::shared_ptr<wire> carrier;
    videosdk::client client;
    videosdk::event_hub hub;
    videosdk::webhook_receiver receiver;
    workplace place;
    std::unique_ptr<buyer> buys;
    std::set<std::uint64_t> hooks; ///< Whose answer is awaited.
};

process::process(surroundings& in, std::size_t number)
    : in_(in),
      number_(number),
      plan_(in.planned.processes.at(number)),
      rules_(rules_for(in.planned.processes.at(number)))
{
}

process::~process()
{
    if (up()) {
        crash(true);
    }
}

void process::boot()
{
    const life_number number = in_.law.begin_life(number_);
    lives_.push_back(number);
    life_ = std::make_unique<life_state>(*this, number);
    in_.net.told.tell(in_.net.time.now, "process ", number_, " of ", plan_.owner, " begins life ", number);
    life_->buys->begin();
}

void process::crash(bool context_first)
{
    in_.net.told.tell(in_.net.time.now, "process ", number_, " dies, life ", life_->number);
    in_.law.end_life(life_->number);
    const std::set<std::uint64_t> unanswered = std::move(life_->hooks);
    life_->carrier->shutdown();
    countdowns_.clear();
    std::unique_ptr<life_state> dying = std::move(life_);
    if (context_first) {
        dying->context.reset();
    }
    dying.reset();
    for (const std::uint64_t each : unanswered) {
        in_.hook_done(each, false);
    }
}

life_number process::life() const noexcept
{
    return up() ? life_->number : 0;
}

bool process::has_been(life_number which) const noexcept
{
    return std::find(lives_.begin(), lives_.end(), which) != lives_.end();
}

bool process::step()
{
    if (!up()) {
        return false;
    }
    life_->context->restart();
    if (life_->context->poll_one() == 0) {
        return false;
    }
    for (std::size_t i = 0; i < countdowns_.size();) {
        if (countdowns_[i].steps-- > 1) {
            ++i;
            continue;
        }
        const std::function<void()> what = std::move(countdowns_[i].what);
        countdowns_.erase(countdowns_.begin() + static_cast<std::ptrdiff_t>(i));
        what(); // may end this life, and with it all countdowns
    }
    return true;
}

void process::after_steps(std::uint64_t steps, std::function<void()> what)
{
    if (steps == 0) {
        what();
    } else {
        countdowns_.push_back({steps, std::move(what)});
    }
}

time_point process::next_alarm() const noexcept
{
    return up() ? life_->clock->next() : never;
}

void process::fire_alarms()
{
    if (up() && life_->clock->next() <= in_.net.time.now) {
        asio::post(*life_->context, [clock = life_->clock] { clock->fire(); });
    }
}

void process::acquire(const order& wanted)
{
    in_.net.told.tell(in_.net.time.now, "order ", wanted.number, ": life ", life_->number, " wants ",
                      wanted.units, " units");
    in_.law.began(life_->number, wanted.number);
    asio::post(*life_->context, [what = life_->buys.get(), wanted] { what->acquire(wanted); });
}

void process::cancel(std::uint64_t order)
{
    in_.net.told.tell(in_.net.time.now, "order ", order, " is cancelled");
    asio::post(*life_->context, [what = life_->buys.get(), order] { what->cancel(order); });
}

void process::take_over()
{
    asio::post(*life_->context, [what = life_->buys.get()] { what->take_over(); });
}

void process::close()
{
    asio::post(*life_->context, [what = life_->buys.get()] { what->close(); });
}

/// An order's units are given back when it is over, if the process lives so long.
void process::came(std::uint64_t number, const std::vector<std::string>& ids)
{
    const order& served = in_.planned.orders.at(number - 1);
    for (const std::string& id : ids) {
        in_.net.told.tell(in_.net.time.now, "order ", number, " has ", id);
    }
    in_.net.planned.at(in_.net.time.now + served.held, [this, life = life_->number, ids] {
        if (this->life() != life) {
            return;
        }
        for (const std::string& id : ids) {
            asio::post(*life_->context, [what = life_->buys.get(), id] { what->give_back(id); });
        }
    });
}

void process::later(nanoseconds after, std::function<void()> what)
{
    in_.net.planned.at(in_.net.time.now + after, [this, its_life = life(), what = std::move(what)]() mutable {
        if (life() == its_life) {
            asio::post(*life_->context, std::move(what));
        }
    });
}

void process::take_hook(const videosdk::emulator::webhook& what, bool to_be_reported)
{
    if (to_be_reported) {
        life_->hooks.insert(what.id);
    }
    asio::co_spawn(*life_->context, judge_hook(what, to_be_reported), asio::detached);
}

/// Enters behind the check of the signature, which the provider of this world does not make.
asio::awaitable<void> process::judge_hook(videosdk::emulator::webhook what, bool to_be_reported)
{
    bool well = false;
    const std::array<videosdk::header_view, 2> headers{
        videosdk::header_view{"content-type", "application/json"},
        videosdk::header_view{"videosdk-signature", "unsigned"}};
    const std::size_t path = what.url.find('/', what.url.find("://") + 3);
    const std::string target = what.url.substr(path);
    const webhook::request_check checked = webhook::check_request(
        {.method = "POST", .target = target, .headers = headers, .body = what.body}, rules_);
    if (!checked.refusal) {
        auto read = videosdk::model::read_event(what.body);
        read->token = checked.token;
        const videosdk::verdict told = co_await life_->hub.publish(std::move(*read));
        well = told != videosdk::verdict::unavailable;
    }
    if (to_be_reported && life_->hooks.erase(what.id) != 0) {
        in_.hook_done(what.id, well);
    }
}

bool process::at_rest() const
{
    return !up() || life_->buys->at_rest();
}

place process::doing() const
{
    if (!up()) {
        return place::at_rest;
    }
    const wire& carrier = *life_->carrier;
    if (carrier.in_air(place::acquire) != 0) {
        return place::acquiring;
    }
    if (carrier.in_air(place::start) != 0 || life_->buys->starting()) {
        return place::starting;
    }
    if (carrier.in_air(place::end) != 0) {
        return place::ending;
    }
    if (life_->buys->composing()) {
        return place::composing;
    }
    if (carrier.in_air(place::list) != 0) {
        return place::listing;
    }
    if (carrier.in_air(place::release) != 0) {
        return place::returning;
    }
    return life_->buys->doubting() ? place::doubting : place::at_rest;
}

} // namespace simulation
