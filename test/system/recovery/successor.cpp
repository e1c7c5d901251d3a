// Some calls fail, since the provider fails some: they are made again.
#include "successor.hpp"

#include <utility>

namespace recovery {
namespace {

constexpr int at_once = 32;
constexpr int patience = 20; ///< Calls of one kind for one unit.

} // namespace

std::vector<videosdk::recoverable_unit> successor::recover()
{
    for (int i = 0; i != patience; ++i) {
        auto found = loop_.ask("recover()", life_.manager.try_recover());
        if (found) {
            return std::move(*found);
        }
    }
    failures.emplace_back("recover() failed each time");
    return {};
}

asio::awaitable<void> successor::adopt_next()
{
    while (!todo_.empty()) {
        const std::string id = std::move(todo_.back());
        todo_.pop_back();
        std::string failure;
        for (int i = 0; i != patience; ++i) {
            auto taken = co_await life_.manager.try_adopt(id);
            if (taken) {
                leases_.push_back(std::move(*taken));
                failure.clear();
                break;
            }
            failure = taken.error().what();
        }
        if (!failure.empty()) {
            failures.push_back("adopt " + id + ": " + failure);
        }
    }
}

std::vector<std::string> successor::adopt(std::vector<std::string> ids)
{
    todo_ = std::move(ids);
    loop_.at_once("all adopted", at_once, [this] { return adopt_next(); });
    std::vector<std::string> ours;
    for (const videosdk::lease& each : leases_) {
        ours.push_back(each.id());
    }
    return ours;
}

asio::awaitable<void> successor::release_next()
{
    while (!leases_.empty()) {
        videosdk::lease going = std::move(leases_.back());
        leases_.pop_back();
        const auto done = co_await going.try_release();
        if (!done) {
            failures.push_back("release " + going.id() + ": " + done.error().what());
        } else if (going.state() == videosdk::lease_state::released) {
            released_.push_back(going.id());
        } else {
            failures.push_back("release " + going.id() + ": the lease says something else");
        }
    }
}

std::vector<std::string> successor::release()
{
    loop_.at_once("all released", at_once, [this] { return release_next(); });
    return std::exchange(released_, {});
}

videosdk::lease_counts successor::counts()
{
    return loop_.ask("counts()", life_.manager.counts());
}

std::optional<videosdk::error> successor::end()
{
    const auto over = loop_.ask("shutdown()", life_.manager.try_shutdown());
    life_.listener.stop();
    life_.client.close();
    if (over) {
        return std::nullopt;
    }
    return over.error();
}

} // namespace recovery
