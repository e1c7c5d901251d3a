// What comes into a hub by other means than its webhooks.
#include "events/hub_core.hpp"
#include "events/watch.hpp"

#include <videosdk/event_relay.hpp>

#include <ostream>
#include <utility>

namespace videosdk::inline v0 {

std::string_view to_string(relayed value) noexcept
{
    switch (value) {
    case relayed::here:
        return "here";
    case relayed::elsewhere:
        return "elsewhere";
    case relayed::unavailable:
        return "unavailable";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, relayed value)
{
    return stream << to_string(value);
}

event_relay::~event_relay() = default;

hub_inlet::hub_inlet() noexcept = default;
hub_inlet::hub_inlet(const hub_inlet&) noexcept = default;
hub_inlet::hub_inlet(hub_inlet&&) noexcept = default;
hub_inlet& hub_inlet::operator=(const hub_inlet&) noexcept = default;
hub_inlet& hub_inlet::operator=(hub_inlet&&) noexcept = default;
hub_inlet::~hub_inlet() = default;

hub_inlet::hub_inlet(std::shared_ptr<hub_core> core) noexcept : core_(std::move(core)) {}

asio::awaitable<verdict> hub_inlet::publish(event what) const
{
    return events::publish(core_, std::move(what));
}

void hub_inlet::ask_now(std::string_view resource_id) const
{
    const asio::any_io_executor home = executor();
    if (home) {
        asio::post(home, [core = core_, id = std::string(resource_id)] { core->ask_now(id); });
    }
}

void hub_inlet::set_relay(std::weak_ptr<event_relay> relay) const
{
    if (core_) {
        core_->seat().take(std::move(relay));
    }
}

std::vector<std::string> hub_inlet::boots() const
{
    return core_ ? core_->seat().boots() : std::vector<std::string>();
}

asio::any_io_executor hub_inlet::executor() const
{
    return core_ ? core_->home() : asio::any_io_executor();
}

std::shared_ptr<scheduler> hub_inlet::time() const
{
    return core_ ? core_->time() : nullptr;
}

bool hub_inlet::closed() const noexcept
{
    return !core_ || core_->closed();
}

void hub_core::ask_now(const std::string& resource_id)
{
    if (closed() || !home_) {
        return;
    }
    const auto ask_about = [this](events::known_resource& which) {
        if (!which.watcher) {
            return;
        }
        auto& waited = static_cast<events::watch&>(*which.watcher);
        if (waited.waited_for()) {
            hurry(waited);
            waited.polls.doubt_answer();
            if (const auto due = waited.polls.due(); due && *due > time_->now()) {
                time_->wait_until(*due, waited);
            } else if (due) {
                enqueue(waited);
            }
        }
    };
    if (resource_id.empty()) {
        table_.for_each(ask_about);
    } else if (events::known_resource* const which = table_.find(resource_id)) {
        ask_about(*which);
    }
    ask_those_due();
}

} // namespace videosdk::inline v0
