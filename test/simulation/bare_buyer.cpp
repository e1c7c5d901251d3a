// The bare client.
#include "bare_buyer.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace simulation {

namespace asio = boost::asio;

void bare_buyer::acquire(const order& wanted)
{
    auto& signal = acquires_[wanted.number];
    signal = std::make_unique<asio::cancellation_signal>();
    std::string url = where_.receiver.webhook_url();
    asio::co_spawn(where_.context, buy(wanted, std::move(url)),
                   asio::bind_cancellation_slot(signal->slot(), asio::detached));
}

asio::awaitable<void> bare_buyer::buy(order wanted, std::string url)
{
    const auto got = co_await where_.client.try_acquire(
        {.type = wanted.type, .webhook_url = url, .units = wanted.units}, {.timeout = wanted.timeout});
    std::vector<std::string> ids;
    const std::vector<videosdk::resource>& units = got ? *got : got.error().granted();
    for (const videosdk::resource& each : units) {
        ids.push_back(each.id);
    }
    acquires_.erase(wanted.number);
    if (got) {
        where_.law.served(where_.life, wanted.number, ids);
        where_.came(wanted.number, ids);
        co_return;
    }
    where_.law.failed(wanted.number, got.error().ambiguous());
    for (const std::string& id : ids) {
        give_back(id); // too few are no use
    }
}

void bare_buyer::cancel(std::uint64_t order)
{
    const auto found = acquires_.find(order);
    if (found != acquires_.end()) {
        found->second->emit(asio::cancellation_type::terminal);
    }
}

void bare_buyer::give_back(const std::string& id)
{
    where_.law.given_back(id);
    if (returning_.insert(id).second) {
        asio::co_spawn(where_.context, return_unit(id), asio::detached);
    }
}

asio::awaitable<void> bare_buyer::return_unit(std::string id)
{
    for (bool done = false; !done;) {
        const auto idle =
            co_await where_.hub.try_wait_for(id, videosdk::resource_status::idle, {.timeout = 1min});
        if (idle.has_error() && idle.error().code() == videosdk::errc::status_unreachable) {
            break; // released, or forgotten
        }
        const auto said = co_await where_.client.try_release(id);
        done = said.has_value();
    }
    returning_.erase(id);
}

} // namespace simulation
