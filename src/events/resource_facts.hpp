// What is known of one resource, and in which order it was learned: decides what an event or an answer
// proves.
#pragma once

#include <videosdk/event.hpp>
#include <videosdk/resource.hpp>

#include <cstdint>

namespace videosdk::inline v0::events {

/// A place in the one order in which a hub hears of events, asks the API and is told of commands. 0 lies
/// before all of them.
using moment = std::uint64_t;

/// What only grows.
enum class rank : std::uint8_t { unknown = 0, pending, provisioned, released };

rank rank_of(resource_status status) noexcept;

/// Pure. The rank comes straight from events; `idle` and `composing` count only when they were learned after
/// the last news of the resource and after the last command sent to it.
class resource_facts {
public:
    /// resource-acquired. The first `idle`, when nothing later is known; returns whether it told anything
    /// that no event had told before.
    bool on_acquired(moment now) noexcept;
    /// resource-released; returns as on_acquired().
    bool on_released(moment now) noexcept;
    /// An event about a composition that runs here: only the API knows the status now.
    void on_news(moment now) noexcept { news_ = now; }
    /// A command was sent that is to change the status: what was known before counts no more.
    void on_command(moment now) noexcept { command_ = now; }
    /// The API's answer to a question asked at `asked`. Stale ones still raise the rank.
    void on_answer(resource_status status, moment asked) noexcept;

    rank known_rank() const noexcept { return rank_; }
    /// The status, proven as of the last news and command; unknown when it is in doubt. `other_news` is the
    /// moment of an event that may have been about this resource.
    resource_status status(moment other_news = 0) const noexcept;
    /// The latest status seen, in doubt or not: for messages.
    resource_status last_seen() const noexcept { return status_; }
    /// Whether the status can still become true.
    bool reachable(resource_status wanted) const noexcept;

    /// Whether something came up since a question was asked, so that its answer proves no status.
    bool stale(moment asked, moment other_news = 0) const noexcept;
    /// Whether news came that no answer has settled: worth a question at once. A command is none: what it
    /// leads to is told by an event later.
    bool unsettled(moment other_news = 0) const noexcept;

    /// Whether a command was ever sent to it.
    bool commanded() const noexcept { return command_ != 0; }
    /// Whether anything is known that is worth keeping.
    bool empty() const noexcept { return rank_ == rank::unknown && news_ == 0 && command_ == 0; }

private:
    moment latest_news(moment other_news) const noexcept;

    moment learned_ = 0; // when status_ was true
    moment news_ = 0;
    moment command_ = 0;
    rank rank_ = rank::unknown;
    resource_status status_ = resource_status::unknown;
    bool acquired_told_ = false; // by an event, which is what subscribers know
    bool released_told_ = false;
};

} // namespace videosdk::inline v0::events
