// What an event or an answer proves about one resource.
#include "events/resource_facts.hpp"

#include <algorithm>

namespace videosdk::inline v0::events {

rank rank_of(resource_status status) noexcept
{
    switch (status) {
    case resource_status::pending:
        return rank::pending;
    case resource_status::idle:
    case resource_status::composing:
        return rank::provisioned;
    case resource_status::released:
        return rank::released;
    case resource_status::unknown:
        break;
    }
    return rank::unknown;
}

bool resource_facts::on_acquired(moment now) noexcept
{
    const bool told = acquired_told_ || rank_ == rank::released;
    acquired_told_ = true;
    if (rank_ >= rank::provisioned) {
        return !told; // the API has shown this status or a later one: the event proves nothing
    }
    rank_ = rank::provisioned;
    // Whoever commands a resource has seen it idle, and a composition runs only in one that was: then this
    // event comes late, and speaks of a cycle that is over.
    if (command_ == 0 && news_ == 0) {
        status_ = resource_status::idle;
        learned_ = now;
    }
    news_ = now;
    return true;
}

bool resource_facts::on_released(moment now) noexcept
{
    const bool told = released_told_;
    released_told_ = true;
    rank_ = rank::released;
    status_ = resource_status::released;
    learned_ = now;
    return !told;
}

void resource_facts::on_answer(resource_status status, moment asked) noexcept
{
    const rank answered = rank_of(status);
    // An answer of a lower rank comes from a copy that lags behind; so does one older than what is known.
    if (answered == rank::unknown || answered < rank_ || (answered == rank_ && asked < learned_)) {
        return;
    }
    rank_ = answered;
    status_ = status;
    learned_ = asked;
}

moment resource_facts::latest_news(moment other_news) const noexcept
{
    // Nothing that happens to some composition concerns a resource that has not been provisioned yet.
    return rank_ == rank::provisioned ? std::max(news_, other_news) : news_;
}

resource_status resource_facts::status(moment other_news) const noexcept
{
    if (rank_ == rank::released) {
        return resource_status::released;
    }
    const bool proven = learned_ >= latest_news(other_news) && learned_ >= command_;
    return proven ? status_ : resource_status::unknown;
}

bool resource_facts::reachable(resource_status wanted) const noexcept
{
    if (rank_ == rank::released) {
        return wanted == resource_status::released;
    }
    return wanted != resource_status::pending || rank_ <= rank::pending;
}

bool resource_facts::stale(moment asked, moment other_news) const noexcept
{
    return asked < latest_news(other_news) || asked < command_;
}

bool resource_facts::unsettled(moment other_news) const noexcept
{
    const moment news = latest_news(other_news);
    return rank_ != rank::released && news > learned_ && news > command_;
}

} // namespace videosdk::inline v0::events
