// What buys units, keeps them and gives them back, by its own rules: the thing under test, and its peers.
#pragma once

#include "contestant.hpp"
#include "judge.hpp"
#include "plan.hpp"
#include "weather.hpp"
#include "wire.hpp"

#include <videosdk/client.hpp>
#include <videosdk/event_hub.hpp>
#include <videosdk/webhook_receiver.hpp>

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

/// What a buyer works with: all of one life of one process.
struct workplace {
    const plan& planned;
    const process_plan& self;
    life_number life;
    boost::asio::io_context& context;
    process_clock& clock;
    std::shared_ptr<wire> carrier;
    std::string token; ///< Of the account.
    videosdk::client& client;
    videosdk::event_hub& hub;
    videosdk::webhook_receiver& receiver;
    judge& law;
    weather& conditions;
    story& told;
    /// Tells the process that units have come for an order, which are to be given back when it is over.
    std::function<void(std::uint64_t order, const std::vector<std::string>& ids)> came;
    /// Runs something where the context runs, after that time, if the process lives so long.
    std::function<void(nanoseconds after, std::function<void()> what)> later;
};

/// All functions are called where the context runs. What becomes of orders and units is told to
/// workplace::law, and units that came to workplace::came.
class buyer {
public:
    buyer() = default;
    buyer(const buyer&) = delete;
    buyer& operator=(const buyer&) = delete;
    virtual ~buyer() = default;

    /// Its life has begun.
    virtual void begin() {}
    virtual void acquire(const order& wanted) = 0;
    /// Of an order that has not ended.
    virtual void cancel(std::uint64_t order) = 0;
    /// The order is over: its units are not needed any more.
    virtual void give_back(const std::string& id) = 0;
    /// Earlier lives of this process are dead: looks after what they left, where the rules know how.
    virtual void take_over() {}
    /// Nothing more will be asked: ends in good order.
    virtual void close() {}
    /// Whether nothing is under way.
    virtual bool at_rest() const = 0;
    /// Whether an acquire of unknown effect is being looked into.
    virtual bool doubting() const { return false; }
    /// Whether a start of a composition is under way, or one runs.
    virtual bool starting() const { return false; }
    virtual bool composing() const { return false; }
};

std::unique_ptr<buyer> make_buyer(const contestant& who, workplace& where);

} // namespace simulation
