// The lease manager at work.
#include "lease_buyer.hpp"

#include "lease/lease_core.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace simulation {
namespace {

namespace asio = boost::asio;
using videosdk::lease;

constexpr unsigned most_recoveries = 5; // of one call of take_over()

videosdk::lease_manager make_manager(workplace& where, const videosdk::leasing::safety& rules, bool sharing)
{
    videosdk::lease_manager_options options;
    if (sharing) {
        dice drawn = where.planned.chance.fork("sharing", where.life);
        options.coalesce = true;
        options.max_batch = drawn.pick<std::uint32_t>({2, 4, 100});
        options.max_in_flight = drawn.pick<std::uint32_t>({1, 1, 2});
    }
    options.max_units = where.self.max_units;
    options.reconcile_horizon = where.planned.horizon;
    options.sweep_interval = where.planned.sweep_interval;
    return videosdk::lease_access::make_manager(videosdk::lease_core::make(
        videosdk::client_access::core(where.client), videosdk::hub_access::core(where.hub),
        videosdk::receiver_access::core(where.receiver), options, rules));
}

std::vector<lease> one(lease&& unit)
{
    std::vector<lease> units;
    units.push_back(std::move(unit));
    return units;
}

} // namespace

lease_buyer::lease_buyer(workplace& where, const videosdk::leasing::safety& rules, bool sharing)
    : where_(where),
      sharing_(sharing),
      chance_(where.planned.chance.fork("lease buyer", where.life)),
      leases_(make_manager(where, rules, sharing)),
      composer_(where)
{
    where.law.know_boot(where.life, leases_.boot());
    if (sharing) {
        where.conditions.hurry();
        where.law.know_counts(where.life, [this] { return counts(); });
    }
}

lease_buyer::~lease_buyer()
{
    where_.law.keep_counts(where_.life);
}

/// Some lives keep a stock, of what is wanted mostly, and change their minds.
void lease_buyer::begin()
{
    dice drawn = where_.planned.chance.fork("stock", where_.life);
    if (sharing_ && drawn.percent(70)) {
        together_ = drawn.pick<nanoseconds>({5s, 10s, 15s});
    }
    if (!sharing_ || !drawn.percent(60)) {
        return;
    }
    videosdk::warm_units wanted;
    wanted.type = where_.planned.orders.front().type;
    for (std::uint64_t changes = drawn.between(1, 3); changes != 0; --changes) {
        wanted.count = drawn.below(4);
        wanted.max_idle = drawn.percent(50) ? std::optional(drawn.time(2s, 20s)) : std::nullopt;
        where_.later(drawn.time(0s, 40s), [this, wanted] { keep_warm(wanted); });
    }
}

void lease_buyer::keep_warm(const videosdk::warm_units& wanted)
{
    ++under_way_;
    where_.law.stocks(where_.life, wanted.count);
    asio::co_spawn(where_.context, stock(wanted), asio::detached);
}

asio::awaitable<void> lease_buyer::stock(videosdk::warm_units wanted)
{
    co_await leases_.try_keep_warm(wanted);
    --under_way_;
}

void lease_buyer::acquire(const order& wanted)
{
    acquires_[wanted.number] = std::make_unique<asio::cancellation_signal>();
    if (!sharing_ || !together_ || where_.conditions.lacks_faults()) {
        return begin(wanted);
    }
    // So that several meet: fewer requests, and some only when it is calm. Not where they are too few.
    const nanoseconds passed = where_.clock.now() - world_time::start;
    where_.later(*together_ - passed % *together_, [this, wanted] { begin(wanted); });
}

void lease_buyer::begin(const order& wanted)
{
    asio::co_spawn(where_.context, buy(wanted),
                   asio::bind_cancellation_slot(acquires_.at(wanted.number)->slot(), asio::detached));
}

/// Each of the doors is taken.
asio::awaitable<videosdk::result<std::vector<lease>>> lease_buyer::ask(order wanted)
{
    const auto policy = chance_.percent(85) ? videosdk::when_unknown::top_up : videosdk::when_unknown::fail;
    const videosdk::lease_request what{.type = wanted.type};
    const videosdk::lease_options how{.timeout = wanted.timeout, .when_unknown = policy};
    if (wanted.units != 1) {
        auto many = co_await leases_.try_acquire_many(what, wanted.units, how);
        co_return std::move(many);
    }
    if (chance_.percent(50)) {
        auto unit = co_await leases_.try_acquire(what, how);
        if (unit.has_error()) {
            co_return unit.error();
        }
        co_return one(std::move(*unit));
    }
    auto unit = co_await leases_.try_acquire_ready(what, how);
    if (unit.has_error()) {
        co_return unit.error();
    }
    co_return one(std::move(*unit));
}

asio::awaitable<void> lease_buyer::buy(order wanted)
{
    auto got = co_await ask(wanted);
    spent_.push_back(std::move(acquires_.extract(wanted.number).mapped())); // this coroutine is bound to it
    if (got.has_error()) {
        where_.told.tell(where_.clock.now(), "order ", wanted.number,
                         " fails: ", got.error().code().message());
        where_.law.failed(wanted.number, got.error().code() == videosdk::errc::ambiguous);
        co_return;
    }
    std::vector<std::string> ids;
    for (lease& each : *got) {
        ids.push_back(each.id());
        held_.insert_or_assign(each.id(), std::move(each));
    }
    where_.law.served(where_.life, wanted.number, ids);
    where_.came(wanted.number, ids);
    for (std::size_t i = 0; i != ids.size(); ++i) {
        composer_.unit_came(wanted, i, held_.find(ids[i])->second);
    }
}

void lease_buyer::cancel(std::uint64_t order)
{
    const auto found = acquires_.find(order);
    if (found != acquires_.end()) {
        found->second->emit(chance_.pick({asio::cancellation_type::terminal, asio::cancellation_type::partial,
                                          asio::cancellation_type::total}));
    }
}

/// By dropping the lease, or by waiting for its release.
void lease_buyer::give_back(const std::string& id)
{
    where_.law.given_back(id);
    composer_.unit_goes(id);
    const auto found = held_.extract(id);
    if (!found.empty() && chance_.percent(50)) {
        ++under_way_;
        asio::co_spawn(where_.context, return_unit(std::move(found.mapped())), asio::detached);
    }
}

asio::awaitable<void> lease_buyer::return_unit(lease unit)
{
    co_await unit.try_release();
    --under_way_;
}

void lease_buyer::take_over()
{
    ++under_way_;
    asio::co_spawn(where_.context, recover(), asio::detached);
}

asio::awaitable<void> lease_buyer::recover()
{
    bool all = true;
    for (unsigned tries = 0; tries != most_recoveries; ++tries) {
        const auto found = co_await leases_.try_recover();
        if (found.has_error()) {
            continue;
        }
        for (const videosdk::recoverable_unit& each : *found) {
            where_.law.reported(where_.life, each.unit.id);
            if (where_.law.may_take_over(where_.life, each.boot)) {
                const bool done = co_await adopt(each.unit.id);
                all = all && done;
            }
        }
        break;
    }
    --under_way_;
    if (!all && --takeovers_left_ != 0) {
        take_over_later();
    }
}

/// Warm units were in the way.
void lease_buyer::take_over_later()
{
    constexpr nanoseconds a_moment = 3s;
    ++under_way_;
    where_.later(a_moment, [this] {
        --under_way_;
        take_over();
    });
}

/// Whether there is nothing left to be done about it.
asio::awaitable<bool> lease_buyer::adopt(std::string id)
{
    auto unit = co_await leases_.try_adopt(id);
    if (unit.has_value()) {
        where_.law.adopted(where_.life, id);
    }
    co_return unit.has_value() || unit.error().code() != videosdk::errc::limit_reached;
}

void lease_buyer::close()
{
    ++under_way_;
    closing_ = true;
    asio::co_spawn(where_.context, shut_down(), asio::detached);
}

asio::awaitable<void> lease_buyer::shut_down()
{
    co_await leases_.try_shutdown();
    --under_way_;
}

videosdk::lease_counts lease_buyer::counts() const
{
    return videosdk::lease_access::core(leases_)->counts();
}

bool lease_buyer::starting() const
{
    return videosdk::lease_access::core(leases_)->starting();
}

/// What the provider does not tell, or has not been seen to tell, stays in doubt.
bool lease_buyer::at_rest() const
{
    const videosdk::lease_counts now = counts();
    const bool can_be_known = now.echo == videosdk::echo_state::proven;
    return acquires_.empty() && under_way_ == 0 && composer_.at_rest() && !starting() && now.held == 0 &&
           now.returning == 0 && (now.warm == 0 || !closing_) && (now.in_doubt == 0 || !can_be_known) &&
           now.waiting == 0;
}

} // namespace simulation
