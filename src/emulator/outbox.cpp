// Sending webhooks, and sending them again.
#include "emulator/outbox.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace videosdk::inline v0::emulator {
namespace {

constexpr std::chrono::nanoseconds longest_delay = std::chrono::hours(24);

std::chrono::nanoseconds delay_before(std::uint32_t attempt, const redelivery_options& rules)
{
    const double factor = std::pow(rules.growth, static_cast<double>(attempt) - 2.0);
    const double delay = static_cast<double>(rules.first_delay.count()) * factor;
    const double bounded = std::min(delay, static_cast<double>(longest_delay.count()));
    return std::chrono::nanoseconds(static_cast<std::int64_t>(bounded));
}

} // namespace

void outbox::put(std::string url, std::string body, time_point now, timeline& plan)
{
    const std::uint64_t id = next_id_++;
    entry fresh;
    fresh.content.id = id;
    fresh.content.url = std::move(url);
    fresh.content.body = std::move(body);
    waiting_.emplace(id, std::move(fresh));
    plan.plan(now, step(step::kind::send_webhook, id));
}

webhook outbox::take(std::uint64_t id, const signer* key)
{
    entry& found = waiting_.at(id); // one is erased only while no step for it is planned
    if (key != nullptr && found.content.signature.empty()) {
        found.content.signature = key->sign(found.content.body);
    }
    found.on_its_way = true;
    ++(found.content.attempt == 1 ? counts_.sent : counts_.redelivered);
    return found.content;
}

void outbox::delivered(std::uint64_t id, bool answered_2xx, const redelivery_options& rules, time_point now,
                       timeline& plan)
{
    const auto found = waiting_.find(id);
    if (found == waiting_.end() || !found->second.on_its_way) {
        return;
    }
    entry& which = found->second;
    which.on_its_way = false;
    if (answered_2xx) {
        ++counts_.delivered;
        waiting_.erase(found);
    } else if (which.content.attempt >= rules.attempts) {
        ++counts_.failed;
        waiting_.erase(found);
    } else {
        ++which.content.attempt;
        plan.plan(now + delay_before(which.content.attempt, rules), step(step::kind::send_webhook, id));
    }
}

} // namespace videosdk::inline v0::emulator
