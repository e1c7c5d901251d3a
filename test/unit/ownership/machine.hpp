// One machine of several: a real lease manager in virtual time, and how it reaches the store that they share.
#pragma once

#include "../lease/world.hpp"
#include "model_store.hpp"

#include <videosdk/ownership.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace owning_tests {

/// The model, as one machine reaches it.
class reached_store final : public videosdk::ownership_store {
public:
    explicit reached_store(lease_tests::world& its_world, model_store& its_store)
        : world_(its_world), store_(its_store)
    {
    }
    bool cut_off = false;
    /// It does what it is asked, and does not say so until it answers.
    void fall_silent() { silence_.emplace(*world_.io, boost::asio::steady_timer::time_point::max()); }
    void answer() { silence_.reset(); }

    videosdk::asio::awaitable<bool> beat(std::string boot, std::chrono::nanoseconds lasts) override
    {
        reach();
        const bool out = store_.beat(boot, lasts, now());
        co_await until_told();
        co_return out;
    }
    videosdk::asio::awaitable<void> leave(std::string boot) override
    {
        reach();
        store_.leave(boot);
        co_await until_told();
    }
    videosdk::asio::awaitable<std::optional<std::uint64_t>> lock(std::string boot,
                                                                 std::chrono::nanoseconds lasts) override
    {
        reach();
        const std::optional<std::uint64_t> out = store_.lock(boot, lasts, now());
        co_await until_told();
        co_return out;
    }
    videosdk::asio::awaitable<void> unlock(std::uint64_t fence) override
    {
        reach();
        store_.unlock(fence);
        co_return;
    }
    videosdk::asio::awaitable<std::optional<videosdk::store_sighting>>
    look(std::uint64_t fence, std::vector<std::string> boots, std::vector<std::string> units) override
    {
        reach();
        co_return store_.look(fence, boots, units, now());
    }
    videosdk::asio::awaitable<bool> bury(std::uint64_t fence, std::string boot, std::uint64_t beats) override
    {
        reach();
        co_return store_.bury(fence, boot, beats, now());
    }
    videosdk::asio::awaitable<bool> claim(std::uint64_t fence, std::string unit, std::string from,
                                          std::string by) override
    {
        reach();
        co_return store_.claim(fence, unit, from, by);
    }
    videosdk::asio::awaitable<std::vector<std::string>> inherited(std::string boot) override
    {
        reach();
        co_return store_.inherited(boot);
    }
    videosdk::asio::awaitable<bool> prune(std::uint64_t fence, std::vector<std::string> units) override
    {
        reach();
        co_return store_.prune(fence, units, now());
    }

private:
    std::chrono::steady_clock::time_point now() const { return world_.time->now(); }
    videosdk::asio::awaitable<void> until_told()
    {
        boost::system::error_code over;
        if (silence_) {
            co_await silence_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, over));
        }
    }
    void reach() const
    {
        if (cut_off) {
            throw std::runtime_error("the store cannot be reached");
        }
    }

    std::optional<boost::asio::steady_timer> silence_;
    lease_tests::world& world_;
    model_store& store_;
};

/// One machine: a manager and its ownership.
struct machine {
    machine(lease_tests::world& its_world, model_store& its_store, videosdk::ownership_options options = {})
        : w(its_world),
          store(std::make_shared<reached_store>(its_world, its_store)),
          owner(std::in_place, *w.client, store, options)
    {
        videosdk::lease_manager_options policy;
        policy.acts_within = owner->right();
        leases.emplace(*w.client, *w.hub, *w.receiver, policy);
    }
    lease_tests::ending_ptr<void> start() { return w.await(owner->try_start(*leases)); }
    videosdk::ownership_counts counts()
    {
        const auto out = w.await(lease_tests::as_result(owner->counts()));
        BOOST_REQUIRE(out->ok());
        return **out->value;
    }
    lease_tests::ending_ptr<videosdk::lease> acquire()
    {
        return w.await(leases->try_acquire(lease_tests::world::recording));
    }

    lease_tests::world& w;
    std::shared_ptr<reached_store> store;
    std::optional<videosdk::ownership> owner;
    std::optional<videosdk::lease_manager> leases;
};

} // namespace owning_tests
